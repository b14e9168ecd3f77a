"""The command `youju`. `youju COMMAND --help` describes each command.

Exit codes: 0 done, and for `ask` answered, for `verify` all quotations stand, for `eval` no figure
below its floor; 1 an error, told in one line; 2 a command line that cannot be understood; 3 the
question is refused, a quotation does not stand, a figure fell below its floor, or `chat doctor`
found something wrong.
Settings come from the command line, then from `YOUJU_*` variables, then from defaults.
"""

from __future__ import annotations

import signal
from datetime import date, datetime
from pathlib import Path
from typing import NoReturn, TextIO

import click

from app.cli_admin import add, remove, sync
from app.cli_chat import chat
from app.cli_options import (
    CommandWithSettings,
    as_of_option,
    day_of,
    filter_options,
    filters_of,
    json_option,
    place_options,
)
from app.cli_trust import backup, check, put_back
from app.errors import YoujuError

FAILED = 1
NOT_SO = 3  # the command worked, and its finding is negative


class Failure(click.ClickException):
    """An error that the user can do something about, told in one line."""

    exit_code = FAILED

    def show(self, file: object = None) -> None:
        """Write the message to standard error."""
        click.echo(f"错误：{self.message}", err=True)


class Commands(click.Group):
    """Tells every error that Youju raises on purpose in one line, without a traceback."""

    def invoke(self, context: click.Context) -> object:
        """Run the command that was asked for."""
        try:
            return super().invoke(context)
        except YoujuError as error:
            raise Failure(str(error)) from error


def _not_so() -> NoReturn:
    raise click.exceptions.Exit(NOT_SO)


def _stopped(number: int, frame: object) -> NoReturn:
    """To be told to stop is no failure."""
    raise SystemExit(0)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="youju", message="youju %(version)s")
def commands() -> None:
    """有据：就政策文本提问，得到逐字可查的回答；查不到就明说。"""


for command in (chat, add, remove, sync, check, backup, put_back):
    commands.add_command(command)


@commands.command(cls=CommandWithSettings)
def serve(**flags: object) -> None:
    """更新索引，然后提供 HTTP 服务。"""
    from app.cli_address import require_free
    from app.cli_serving import greet, indexing
    from app.settings import load

    settings = load(**flags)
    require_free(settings.host, settings.port)
    with indexing(settings):
        from app.main import build, question_to_try
        from app.web.server import serve as listen

        service = build(settings)
        greet(settings, question_to_try(service, date.today()))
        for stop in (signal.SIGINT, signal.SIGTERM):
            # The server finishes what it has begun and then raises the signal again.
            signal.signal(stop, _stopped)
        listen(service, settings.host, settings.port)


@commands.command()
@place_options
def mcp(corpus: Path | None, data: Path | None) -> None:
    """更新索引，然后在标准输入输出上提供 MCP，供桌面客户端启动。"""
    from app.cli_mcp import serve_stdio
    from app.settings import load

    serve_stdio(load(corpus=corpus, data=data))


@commands.command()
@click.argument("question", metavar="问题")
@click.option("--history", multiple=True, metavar="问题", help="此前的问题，可重复，最早的在前。")
@as_of_option
@click.option(
    "--limit", type=click.IntRange(1, 20), default=5, help="最多几段相近的原文。 [默认：5]"
)
@filter_options
@json_option
@place_options
def ask(
    question: str,
    history: tuple[str, ...],
    as_of: datetime | None,
    limit: int,
    as_json: bool,
    corpus: Path | None,
    data: Path | None,
    **filters: object,
) -> None:
    """提一个问题。答得出退出码为 0，拒答为 3。"""
    from app.cli_library import open_engine
    from app.model import Answer
    from app.settings import load

    settings = load(corpus=corpus, data=data)
    day = day_of(as_of)
    with open_engine(settings) as engine:
        reply = engine.ask(
            question,
            history=history,
            filters=filters_of(filters, day),
            as_of=day,
            limit=limit,
        )
    if as_json:
        from app.web import render

        click.echo(render.reply(reply, settings.public_url).model_dump_json())
    else:
        from app.cli_output import reply_sheet, show

        show(reply_sheet(reply))
    if not isinstance(reply, Answer):
        _not_so()


@commands.command()
@click.argument("query", metavar="词句")
@click.option("--limit", type=click.IntRange(1, 100), default=10, help="最多几条。 [默认：10]")
@click.option("--offset", type=click.IntRange(0, 10_000), default=0, help="跳过前几条。 [默认：0]")
@click.option("--count", is_flag=True, help="数出总数。")
@as_of_option
@filter_options
@json_option
@place_options
def search(
    query: str,
    limit: int,
    offset: int,
    count: bool,
    as_of: datetime | None,
    as_json: bool,
    corpus: Path | None,
    data: Path | None,
    **filters: object,
) -> None:
    """检索原文的段落，最相关的在前。"""
    from app.cli_library import open_engine
    from app.settings import load

    day = day_of(as_of)
    with open_engine(load(corpus=corpus, data=data)) as engine:
        chosen = filters_of(filters, day)
        found = engine.search(query, chosen, limit, offset, count, as_of=day)
    if as_json:
        from app.web import render

        click.echo(render.search(found).model_dump_json())
    else:
        from app.cli_output import search_sheet, show

        show(search_sheet(found))


@commands.command()
@click.option("--rebuild", is_flag=True, help="不用已有的索引，全部重建。")
@json_option
@place_options
def index(rebuild: bool, as_json: bool, corpus: Path | None, data: Path | None) -> None:
    """建立或更新索引；只处理变动过的文件。"""
    import json
    from dataclasses import asdict

    from app.cli_library import update_index
    from app.settings import load

    report = update_index(load(corpus=corpus, data=data), rebuild=rebuild)
    if as_json:
        click.echo(json.dumps(asdict(report), ensure_ascii=False))
    else:
        from app.cli_output import report_sheet, show

        show(report_sheet(report))


@commands.command()
@json_option
@place_options
def documents(as_json: bool, corpus: Path | None, data: Path | None) -> None:
    """列出语料中的文档。"""
    from app.cli_library import open_engine
    from app.settings import load

    with open_engine(load(corpus=corpus, data=data)) as engine:
        store = engine.snapshot.documents
        found = [stored.document for name in store.ids() if (stored := store.get(name))]
    if as_json:
        from app.web import render, schemas

        rows = [render.document_fields(document) for document in found]
        click.echo(schemas.DocumentList(total=len(rows), documents=rows).model_dump_json())
    else:
        from app.cli_output import documents_sheet, show

        show(documents_sheet(found))


@commands.command()
@click.argument("file", metavar="文件", type=click.File("r", encoding="utf-8"))
@json_option
@place_options
def verify(file: TextIO, as_json: bool, corpus: Path | None, data: Path | None) -> None:
    """核对引文；文件与 POST /v1/verify 的请求相同，“-”为标准输入。有一条不成立，退出码为 3。"""
    from app.cli_library import open_engine
    from app.cli_quotes import read_claims
    from app.settings import load
    from app.web import render

    claims = read_claims(file.read())
    with open_engine(load(corpus=corpus, data=data)) as engine:
        verdicts = engine.verify(claims)
    if as_json:
        click.echo(render.verdicts(verdicts).model_dump_json())
    else:
        from app.cli_output import show, verdicts_sheet

        show(verdicts_sheet(verdicts))
    if not all(verdict.valid for verdict in verdicts):
        _not_so()


@commands.command(name="eval")
@click.argument("file", metavar="问题文件", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--floors",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="各项指标的下限（JSON）；低于下限退出码为 3。",
)
@as_of_option
@json_option
@place_options
def evaluate(
    file: Path,
    floors: Path | None,
    as_of: datetime | None,
    as_json: bool,
    corpus: Path | None,
    data: Path | None,
) -> None:
    """用一个问题文件（JSONL）评测回答；也可以是答案为原文片段的题目，或装着它们的文件夹。"""
    from app import cli_evaluation as shown
    from app.cli_library import open_engine
    from app.cli_output import Sheet, show
    from app.evaluate import evaluate as ask_all
    from app.evaluate import metrics, read_items
    from app.evaluate_spans import are_spans, evaluate_spans, read_span_items
    from app.settings import load

    spans = are_spans(file)
    sheets: tuple[Sheet, ...]
    items, span_items = ([], read_span_items(file)) if spans else (read_items(file), [])
    with open_engine(load(corpus=corpus, data=data)) as engine:
        if spans:
            measured = evaluate_spans(engine, span_items, day_of(as_of))
            found, sheets = measured.metrics(), (shown.spans_sheet(measured),)
            body = shown.spans_json(measured)
        else:
            evaluation = ask_all(engine, items, day_of(as_of))
            found = metrics(evaluation)
            sheets = (shown.summary_sheet(evaluation), shown.faults_sheet(evaluation))
            body = shown.as_json(evaluation)
    if as_json:
        click.echo(body)
    else:
        for sheet in sheets:
            show(sheet)
    missed = shown.below(found, floors) if floors else ()
    for sentence in missed:
        click.echo(f"低于下限：{sentence}", err=True)
    if missed:
        _not_so()


def main() -> None:
    """Run the command line."""
    commands(prog_name="youju")


if __name__ == "__main__":
    main()
