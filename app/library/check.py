"""Whether everything that is stored is whole, and whether it agrees with the corpus folder.

Nothing is written, and neither a server nor a writer has to stop for it. What a finding means for
whoever looks after the folder is its grade; nothing is mended or removed here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from app.errors import IndexUnusable, LexiconError
from app.library import home as homes
from app.library.catalog import read_times
from app.library.check_corpus import differences
from app.library.check_report import CheckReport, Finding, Grade
from app.library.check_segments import Contents, examine, strangers
from app.library.home import Home, marker
from app.library.segments import key_of
from app.library.state import SegmentRef, State, make_state
from app.library.version import code_version
from app.library.words import read_words

_ATTEMPTS: Final = 50  # a writer that publishes fast removes a state while it is being read
_SUPERSEDED: Final = "已不是发布的状态，只有还开着它的读者用到"
_LOOKS: Final = 3  # at the corpus: a file that is just being taken in is no finding


def check(corpus: Path, data: Path) -> CheckReport:
    """Compare every byte in `data` with its hash, what the parts of the index say with each other,
    and all of it with the folder `corpus`.

    Raises IndexUnusable when there is no index, or the folder is not ours.
    """
    home = homes.find(data)
    known: dict[str, Contents] = {}
    for attempt in range(_ATTEMPTS):
        before = _pointer(home)
        report = _checked(home, corpus, known)
        doubtful = report.of(Grade.DAMAGE) or (report.of(Grade.DIFFERENT) and attempt < _LOOKS)
        if not doubtful or _pointer(home) == before:
            return report
        # The state was superseded, and perhaps removed, while it was read.
    raise IndexUnusable(f"数据文件夹 {data} 变化太快，没有能核对完的索引；请稍后重试。")


def _pointer(home: Home) -> bytes | None:
    try:
        return (home.folder / homes.CURRENT).read_bytes()
    except OSError:
        return None


def _checked(home: Home, corpus: Path, known: dict[str, Contents]) -> CheckReport:
    """`known` are the segments that were found whole before; it grows."""
    findings = list(_marker(home))
    try:
        state = home.published()
    except IndexUnusable as error:
        findings.append(Finding(Grade.DAMAGE, str(home.folder / homes.CURRENT), str(error)))
        return CheckReport("", 0, 0, 0, 0, 0, tuple(findings))
    if state is None and home.newest_whole() is not None:
        what = "不见了；youju index 会用最近一个完整的索引"
        findings.append(Finding(Grade.DAMAGE, str(home.folder / homes.CURRENT), what))
        return CheckReport("", 0, 0, 0, 0, 0, tuple(findings))
    if state is None:
        raise IndexUnusable(f"数据文件夹 {home.folder} 里还没有索引。请先运行 youju index。")
    older: list[State] = []
    for finding in _superseded(home, state, known, older):
        findings.append(replace(finding, grade=Grade.LEFT, what=f"{_SUPERSEDED}：{finding.what}"))
    readable = state.code == code_version()
    for ref in state.segments:
        findings += _segment(home, ref, readable, known)
    findings += _blobs(home, state)
    whole = [(ref, known[key_of(ref)]) for ref in state.segments if key_of(ref) in known]
    findings += strangers(home, [*older, state])
    if state.code != code_version():
        what = "由另一个版本的程序写成；请运行 youju index 更新"
        findings.append(Finding(Grade.DIFFERENT, str(home.folder), what))
    elif len(whole) == len(state.segments):
        findings += _sums(home, state, whole)
        rows = [row for ref, found in whole for row in found.rows if row.id not in ref.gone]
        findings += differences(corpus, home, state, rows)
    return CheckReport(
        version=state.version,
        segments=len(state.segments),
        documents=state.documents,
        passages=sum(found.live_passages(ref.gone) for ref, found in whole),
        files=sum(found.files for _, found in whole),
        size=sum(found.size for _, found in whole),
        findings=tuple(findings),
    )


def _marker(home: Home) -> Iterator[Finding]:
    path = home.folder / homes.MARKER
    try:
        whole = path.read_bytes() == marker()
    except OSError:
        whole = False
    if not whole:
        what = "不是有据写下的标记，已损坏；重新索引时会补写"
        yield Finding(Grade.DAMAGE, str(path), what)


def _superseded(
    home: Home, state: State, known: dict[str, Contents], older: list[State]
) -> Iterator[Finding]:
    """What is wrong with the state before the published one, which is put into `older`.

    Only readers that have it open still need it.
    """
    path = home.path_before(state)
    if path is None:
        return
    try:
        before = home.state_in(path)
    except FileNotFoundError:  # tidied away since
        return
    except (IndexUnusable, OSError) as error:
        yield Finding(Grade.LEFT, str(path), str(error))
        return
    older.append(before)
    live = {key_of(ref) for ref in state.segments}
    for ref in before.segments:
        if key_of(ref) not in live:
            yield from _segment(home, ref, False, known)
    if (before.words, before.times) != (state.words, state.times):
        yield from _blobs(home, before)


def _segment(
    home: Home, ref: SegmentRef, readable: bool, known: dict[str, Contents]
) -> list[Finding]:
    """What is wrong with a segment; when nothing is, what it holds is put into `known`."""
    if key_of(ref) in known:
        return []
    found, faults = examine(home, ref, readable)
    if found is not None and not faults:
        known[key_of(ref)] = found
    return faults


def _blobs(home: Home, state: State) -> Iterator[Finding]:
    """What is wrong with the dictionary and the times of a state."""
    try:
        read_words(home.blob(state.words))
        if state.times:
            read_times(home.blob(state.times))
    except IndexUnusable as error:
        yield Finding(Grade.DAMAGE, str(home.folder / homes.BLOBS), str(error))
    except (ValueError, TypeError, LookupError, AttributeError, LexiconError) as error:
        if state.code == code_version():
            where = str(home.folder / homes.BLOBS)
            yield Finding(Grade.DAMAGE, where, f"{state.name} 的词典或时间不能读取：{error}")


def _sums(
    home: Home, state: State, whole: Sequence[tuple[SegmentRef, Contents]]
) -> Iterator[Finding]:
    """What the state says of its documents, counted again."""
    where = str(home.folder / homes.STATES / f"{state.name}.json")
    ids: dict[str, str] = {}
    sources: dict[str, str] = {}
    total = 0
    for ref, found in whole:
        for row in found.rows:
            if row.id in ref.gone:
                continue
            total += found.weights[row.id]
            for kind, name, seen in (("编号", row.id, ids), ("路径", row.source, sources)):
                other = seen.setdefault(name, ref.name)
                if other != ref.name:
                    what = f"{kind}“{name}”同时在段 {other} 与 {ref.name} 里"
                    yield Finding(Grade.DAMAGE, where, what)
        if not set(ref.gone) <= set(found.weights):
            yield Finding(Grade.DAMAGE, where, f"段 {ref.name} 里没有那些已删去的文件")
        if (ref.documents, ref.passages) != (len(found.rows), found.passages):
            what = f"段 {ref.name} 应有 {ref.documents} 份文件、{ref.passages} 段文字，"
            yield Finding(
                Grade.DAMAGE, where, f"{what}实有 {len(found.rows)} 份、{found.passages} 段"
            )
    again = make_state(state.code, state.words, state.times, total, state.segments)
    if (again.total, again.version) != (state.total, state.version):
        yield Finding(Grade.DAMAGE, where, "语料版本与其中的文件不符")
