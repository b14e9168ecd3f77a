"""How the corpus folder differs from what is published: each file is read and hashed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from app.errors import DocumentError, IndexUnusable, LexiconError
from app.library.check_report import Finding, Grade
from app.library.files import digest_of
from app.library.folder import RESERVED, CorpusFile, scan
from app.library.home import Home
from app.library.state import State
from app.library.tables import ManifestRow
from app.library.userwords import read_lexicon
from app.library.words import read_words

_INDEX = "请运行 youju index"


def differences(
    corpus: Path, home: Home, state: State, rows: Sequence[ManifestRow]
) -> Iterator[Finding]:
    """How `corpus` differs from the documents `rows` of `state`."""
    try:
        files = {file.source: file for file in reversed(scan(corpus, without=home.folder).files)}
    except DocumentError as error:  # an unreachable corpus must not be taken for an empty one
        yield Finding(Grade.DAMAGE, str(corpus), str(error))
        return
    for row in sorted(rows, key=lambda row: row.source):
        file = files.pop(row.source, None)
        if file is None:
            yield Finding(Grade.DIFFERENT, row.source, f"语料里已没有这份文件；{_INDEX}")
            continue
        what = _change(file, row)
        if what:
            yield Finding(Grade.DIFFERENT, row.source, what)
    for source in sorted(files):
        yield Finding(Grade.DIFFERENT, source, f"没有收入索引；{_INDEX}，读不了的会说明原因")
    yield from _words(corpus, home, state)


def _change(file: CorpusFile, row: ManifestRow) -> str:
    """How a file differs from what it was when it was indexed; "" when it does not."""
    try:
        if digest_of(file.path) != row.digest:
            return f"索引之后改动过；{_INDEX}"
        if _sidecar_digest(file) != row.sidecar_digest:
            return f"附属信息在索引之后改动过；{_INDEX}"
    except FileNotFoundError:
        return f"语料里已没有这份文件；{_INDEX}"
    except OSError as error:
        return f"不能读取：{error.strerror}"
    return ""


def _sidecar_digest(file: CorpusFile) -> str:
    try:
        return hashlib.sha256(file.sidecar.read_bytes()).hexdigest()
    except FileNotFoundError:
        return ""


def _words(corpus: Path, home: Home, state: State) -> Iterator[Finding]:
    try:
        known = read_words(home.blob(state.words)).lexicon
    except (IndexUnusable, LexiconError, ValueError, TypeError, LookupError):
        return  # told already
    try:
        if read_lexicon(corpus) != known:
            yield Finding(Grade.DIFFERENT, RESERVED, f"词典在索引之后改动过；{_INDEX}")
    except LexiconError as error:
        yield Finding(Grade.DIFFERENT, RESERVED, str(error))
