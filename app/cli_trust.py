"""`youju check`, `backup` and `restore`: whether what is stored can be trusted."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from app.cli_options import json_option, place_options
from app.cli_output import GOOD, WARNING, Sheet, show

if TYPE_CHECKING:
    from app.library.check_report import CheckReport

DAMAGED: Final = 1
DIFFERENT: Final = 3
_NAMES: Final = {"damage": "损坏", "different": "与语料不同", "left": "多余"}


@click.command()
@json_option
@place_options
def check(as_json: bool, corpus: Path | None, data: Path | None) -> None:
    """逐字节核对索引，并与语料对照；只读不写。有损坏退出码为 1，语料有变动未收入为 3。"""
    from app.library.check import check as check_all
    from app.settings import load

    settings = load(corpus=corpus, data=data)
    report = check_all(settings.corpus, settings.data)
    if as_json:
        click.echo(json.dumps(asdict(report), ensure_ascii=False))
    else:
        show(check_sheet(report))
    if exit_code(report):
        raise click.exceptions.Exit(exit_code(report))


def exit_code(report: CheckReport) -> int:
    """1: damage; 3: the corpus has changed since it was indexed; 0: neither."""
    from app.library.check_report import Grade

    if report.of(Grade.DAMAGE):
        return DAMAGED
    return DIFFERENT if report.of(Grade.DIFFERENT) else 0


def check_sheet(report: CheckReport) -> Sheet:
    """What a check has found."""
    headlines = {
        DAMAGED: "有损坏：请运行 youju index，损坏的部分从语料重新生成",
        DIFFERENT: "完好，但语料有变动没有收入：请运行 youju index",
        0: "完好",
    }
    code = exit_code(report)
    looked = (
        f"语料版本 {report.version or '不明'}：{report.documents} 份文件，{report.passages} 段文字",
        f"核对了 {report.segments} 段索引，{report.files} 个文件，{report.size} 字节",
    )
    rows = tuple((_NAMES[each.grade], each.place, each.what) for each in report.findings)
    style = GOOD if code == 0 else WARNING
    return Sheet(headlines[code], style, looked, ("发现", "位置", "说明"), rows, stacked=False)
