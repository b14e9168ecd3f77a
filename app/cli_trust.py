"""`youju check`, `backup` and `restore`: whether what is stored can be trusted."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from app.cli_options import json_option, place_options
from app.cli_output import GOOD, WARNING, Sheet, show

if TYPE_CHECKING:
    from app.library.backup import BackupReport
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


@click.command()
@click.argument("file", metavar="文件", type=click.Path(dir_okay=False, path_type=Path))
@json_option
@place_options
def backup(file: Path, as_json: bool, corpus: Path | None, data: Path | None) -> None:
    """把语料、索引与聊天记录备份成一个 tar 文件，“-”为标准输出；服务不必停下。"""
    from app.library.backup import back_up
    from app.settings import load

    settings = load(corpus=corpus, data=data)
    if str(file) == "-":
        report = _to_standard_output(settings.corpus, settings.data)
    else:
        report = back_up(settings.corpus, settings.data, file)
    told: tuple[str, ...] = (
        f"语料版本 {report.version}：{report.documents} 份文件",
        f"共 {report.files} 个文件，{report.size} 字节",
    )
    if report.left_out:
        told += (f"另有 {report.left_out} 个文件不在索引里，没有备份",)
    if str(file) == "-":
        for line in told:
            click.echo(line, err=True)
    elif as_json:
        click.echo(json.dumps(asdict(report), ensure_ascii=False))
    else:
        show(Sheet(f"已备份到 {file}", GOOD, told, (), (), stacked=False))


def _to_standard_output(corpus: Path, data: Path) -> BackupReport:
    """A backup is begun anew when the corpus changes under way, so that it is laid down first."""
    import shutil
    import tempfile

    from app.library.backup import back_up_to

    with tempfile.TemporaryFile() as kept:
        report = back_up_to(corpus, data, kept)
        kept.seek(0)
        shutil.copyfileobj(kept, sys.stdout.buffer)
    return report


@click.command(name="restore")
@click.argument("file", metavar="文件", type=click.Path(dir_okay=False, path_type=Path))
@json_option
@place_options
def put_back(file: Path, as_json: bool, corpus: Path | None, data: Path | None) -> None:
    """把备份恢复到空的语料目录与数据目录，逐字节核对后才发布。退出码同 check。"""
    from app.library.restore import restore
    from app.settings import load

    settings = load(corpus=corpus, data=data)
    report = restore(file, settings.corpus, settings.data)
    if as_json:
        click.echo(json.dumps(asdict(report), ensure_ascii=False))
    else:
        click.echo(f"已恢复到 {settings.corpus} 与 {settings.data}")
        show(check_sheet(report))
    if exit_code(report):
        raise click.exceptions.Exit(exit_code(report))
