"""How the command line shows things: tables and colour on a terminal, plain lines elsewhere.

A command builds a `Sheet` and hands it to `show`. Text of the corpus reaches the screen without
control characters, so that a document cannot steer the reader's terminal.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from app.model import Answer, Citation, Document, Nearest, QuoteVerdict, Refusal, Reply, SearchReply

if TYPE_CHECKING:
    from app.library.report import IndexReport

# Control characters, among them the escape that starts a terminal command, and bidirectional marks.
UNSHOWABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
LINE_BREAK = re.compile("\r\n|[\r\n\u2028\u2029]")

# A refusal shows where to look; the whole passages are in `--json` and at the places named.
NEAREST_CHARACTERS = 80

GOOD, WARNING, NEUTRAL = "bold green", "bold yellow", "bold"


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a command prints: a headline, lines below it, then rows.

    `style` is the colour of the headline on a terminal. In plain text the cells of a row stand
    below each other when `stacked`, the first cell before the second, else one row a line with
    tabs between the cells.
    """

    headline: str
    style: str
    lines: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    stacked: bool


def printable(text: str) -> str:
    """`text` on one line, with U+FFFD for every character that could steer a terminal."""
    return UNSHOWABLE.sub("\ufffd", LINE_BREAK.sub(" ", text)).replace("\t", " ")


def is_terminal() -> bool:
    """Whether somebody reads along; output to a file or another program is plain."""
    return sys.stdout.isatty()


def show(sheet: Sheet) -> None:
    """Print `sheet` to standard output."""
    if is_terminal():
        _show_on_terminal(sheet)
        return
    for line in plain(sheet):
        click.echo(line)


def plain(sheet: Sheet) -> Iterator[str]:
    """The lines of `sheet` without colour or frames."""
    if sheet.headline:
        yield printable(sheet.headline)
    yield from map(printable, sheet.lines)
    for row in sheet.rows:
        cells = [printable(cell) for cell in row]
        if sheet.stacked:
            yield f"{cells[0]} {cells[1]}"
            yield from (f"    {cell}" for cell in cells[2:] if cell)
        else:
            yield "\t".join(cells)


def _show_on_terminal(sheet: Sheet) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False)
    if sheet.headline:
        console.print(Text(printable(sheet.headline), style=sheet.style))
    for line in sheet.lines:
        console.print(Text(printable(line)))
    if sheet.rows:
        table = Table(show_lines=sheet.stacked)
        for column in sheet.columns:
            # Chinese has no blanks to break at: "fold" breaks where the width ends.
            table.add_column(column, overflow="fold")
        for row in sheet.rows:
            table.add_row(*(Text(printable(cell)) for cell in row))
        console.print(table)


# ── what the commands show ──────────────────────────────────────────────────────────────────────


def place(title: str, path: Sequence[str]) -> str:
    """Where a quote stands: the document's title and the headings above the quote."""
    return " › ".join([title, *path])


def reply_sheet(reply: Reply) -> Sheet:
    """An answer with its evidence, or a refusal with what lies nearest."""
    return _answer_sheet(reply) if isinstance(reply, Answer) else _refusal_sheet(reply)


def _answer_sheet(answer: Answer) -> Sheet:
    statements = [
        f"· {statement.text} {''.join(f'[{number}]' for number in statement.citations)}"
        for statement in answer.statements
    ]
    notes = [f"注：{note}" for note in answer.notes]
    return Sheet(
        headline=answer.answer,
        style=GOOD,
        lines=("", *statements, *notes, "", "依据"),
        columns=("", "原文", "出处", "文档与位置"),
        rows=tuple(_citation_rows(answer.citations)),
        stacked=True,
    )


def _refusal_sheet(refusal: Refusal) -> Sheet:
    missing = (f"缺少：{'、'.join(refusal.missing)}",) if refusal.missing else ()
    proof = tuple(_citation_rows(refusal.citations))
    nearest = tuple(_nearest_rows(refusal.nearest))
    heading = ("", "依据" if proof else "最相近的原文") if proof or nearest else ()
    return Sheet(
        headline=refusal.message,
        style=WARNING,
        lines=(*missing, *heading),
        columns=("", "原文", "出处", "文档与位置"),
        rows=proof + nearest,
        stacked=True,
    )


def _citation_rows(citations: Iterable[Citation]) -> Iterator[tuple[str, ...]]:
    for citation in citations:
        yield (
            f"[{citation.id}]",
            citation.quote,
            place(citation.title, citation.path),
            f"{citation.document_id}:{citation.span.start}-{citation.span.end}",
        )


def _nearest_rows(nearest: Iterable[Nearest]) -> Iterator[tuple[str, ...]]:
    for passage in nearest:
        quote = passage.quote
        yield (
            "·",
            quote if len(quote) <= NEAREST_CHARACTERS else quote[:NEAREST_CHARACTERS] + "…",
            place(passage.title, passage.path),
            f"{passage.document_id}:{passage.span.start}-{passage.span.end}",
        )


def search_sheet(found: SearchReply) -> Sheet:
    """Passages, best first."""
    rows = tuple(
        (
            f"{hit.score:.2f}",
            hit.text,
            place(hit.title, hit.passage.path),
            f"{hit.passage.document_id}:{hit.passage.span.start}-{hit.passage.span.end}",
        )
        for hit in found.hits
    )
    headline = "" if rows else "没有找到相关的段落。"
    return Sheet(headline, WARNING, (), ("得分", "段落", "出处", "文档与位置"), rows, stacked=True)


def documents_sheet(documents: Sequence[Document]) -> Sheet:
    """The documents of the corpus, in its order."""
    rows = tuple(
        (
            document.id,
            document.title,
            document.number or "",
            document.issuer or "",
            document.issued_on.isoformat() if document.issued_on else "",
            document.source,
        )
        for document in documents
    )
    columns = ("编号", "标题", "文号", "发文机关", "成文日期", "文件")
    headline = "" if rows else "语料中没有文档。"
    return Sheet(headline, WARNING, (), columns, rows, stacked=False)


def verdicts_sheet(verdicts: Sequence[QuoteVerdict]) -> Sheet:
    """Whether each quotation stands, and where it stands now."""
    rows = tuple(
        (
            str(number),
            "有效" if verdict.valid else "无效",
            verdict.reason,
            f"{verdict.span.start}-{verdict.span.end}" if verdict.span else "",
        )
        for number, verdict in enumerate(verdicts, start=1)
    )
    return Sheet("", NEUTRAL, (), ("序号", "结果", "原因", "现在的位置"), rows, stacked=False)


def report_sheet(report: IndexReport) -> Sheet:
    """What an indexing run did."""
    counts = (
        ("新增", report.added),
        ("更新", report.replaced),
        ("移除", report.removed),
        ("未变", report.unchanged),
        ("未收入", report.failed),
    )
    rebuilt = (f"全部重建：{report.rebuilt}",) if report.rebuilt else ()
    return Sheet(
        headline="，".join(f"{name} {len(files)}" for name, files in counts),
        style=WARNING if report.failed else GOOD,
        lines=(*rebuilt, f"语料版本 {report.version}"),
        columns=("文件", "未收入索引的原因"),
        rows=tuple((failure.source, failure.reason) for failure in report.failed),
        stacked=False,
    )
