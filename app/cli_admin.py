"""The commands that change the corpus: `youju add`, `youju remove`, `youju sync`.

They hand their work to the indexing process when one runs, else they do it themselves. Running an
interrupted command again goes on where it stopped: what is there already counts as unchanged.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.cli_options import json_option, place_options

if TYPE_CHECKING:
    from app.indexer.messages import Result

FAILED = 1
_SHOWN = {
    "added": "新增",
    "replaced": "替换",
    "removed": "移除",
    "unchanged": "未变",
    "failed": "失败",
}


@click.command()
@click.argument(
    "paths",
    metavar="文件或文件夹…",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, path_type=Path),
)
@click.option("--collection", default="", metavar="名称", help="收入哪个文档集。 [默认：不分集]")
@click.option("--replace", is_flag=True, help="已有同名而内容不同的，替换它；否则报告为失败。")
@click.option("--fields", metavar="JSON", help="各文件共有的信息，写法同附属信息文件。")
@click.option("--sidecar", is_flag=True, help="各文件的信息取自旁边的“文件名.扩展名.json”。")
@json_option
@place_options
def add(
    paths: tuple[Path, ...],
    collection: str,
    replace: bool,
    fields: str | None,
    sidecar: bool,
    as_json: bool,
    corpus: Path | None,
    data: Path | None,
) -> None:
    """把文件收入语料并建立索引；文件夹连同其中的文件夹。有一份失败，退出码为 1。"""
    from app.cli_intake import add_files, offers, read_fields
    from app.settings import load

    if fields is not None and sidecar:
        raise click.UsageError("--fields 与 --sidecar 只能用一个。")
    settings = load(corpus=corpus, data=data)
    wanted = offers(paths, collection)
    shared = None if fields is None else read_fields(fields)
    _tell(*add_files(settings, wanted, shared, sidecar=sidecar, replace=replace), as_json=as_json)


@click.command()
@click.argument("names", metavar="编号或路径…", nargs=-1, required=True)
@json_option
@place_options
def remove(names: tuple[str, ...], as_json: bool, corpus: Path | None, data: Path | None) -> None:
    """从语料中删去文档，连同附属信息；写编号，或语料文件夹内的路径。有一份失败，退出码为 1。"""
    from app.cli_intake import remove_documents
    from app.settings import load

    _tell(*remove_documents(load(corpus=corpus, data=data), names), as_json=as_json)


@click.command()
@json_option
@place_options
def sync(as_json: bool, corpus: Path | None, data: Path | None) -> None:
    """按语料文件夹现在的样子更新索引。有一份读不了，退出码为 1。"""
    import json
    from dataclasses import asdict

    from app.cli_library import update_index
    from app.settings import load

    report = update_index(load(corpus=corpus, data=data))
    if as_json:
        click.echo(json.dumps(asdict(report), ensure_ascii=False))
    else:
        from app.cli_output import report_sheet, show

        show(report_sheet(report))
    if report.failed:
        raise click.exceptions.Exit(FAILED)


def _tell(results: tuple[Result, ...], version: str, *, as_json: bool) -> None:
    """Print what became of each document; exit with 1 when one failed."""
    import json
    from dataclasses import asdict

    from app.cli_output import NEUTRAL, WARNING, Sheet, show

    failed = [each for each in results if each.done == "failed"]
    if as_json:
        body = {"results": [asdict(each) for each in results], "corpus_version": version}
        click.echo(json.dumps(body, ensure_ascii=False))
    else:
        counts = {name: sum(each.done == name for each in results) for name in _SHOWN}
        said = "，".join(f"{_SHOWN[name]} {count} 份" for name, count in counts.items() if count)
        rows = tuple(
            (_SHOWN[each.done], each.source, each.id or "—", each.message)
            for each in results
            if each.done != "unchanged"
        )
        columns = ("结果", "路径", "编号", "说明")
        style = WARNING if failed else NEUTRAL
        show(Sheet(said or "没有可以收入的文件", style, (), columns, rows, stacked=False))
    if failed:
        raise click.exceptions.Exit(FAILED)
