"""The other documents that a document repeals or amends, or that have repealed it.

《…办法》（某政发〔2031〕5号）同时废止。 Only whole documents: 《…》第三条同时废止 repeals none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from app.documents.document_numbers import YEAR_NUMBER
from app.documents.stated import Stated
from app.model import Relation, RelationKind, Span

MOST = 200
_MOST_BEFORE = 1200  # characters of a list of documents before 同时废止

_NAME = (
    "《(?P<title>[^《》\\n]{2,120}(?:《[^《》\\n]{2,80}》[^《》\\n]{0,20})?)》"
    f"(?:[ \u3000]?[（(][^（）()\\n]{{0,20}}?(?P<number>{YEAR_NUMBER})[^（）()\\n]{{0,12}}[）)])?"
)
_NAMED = re.compile(_NAME)
_REPEALED = re.compile("(?:废止|停止执行|失效)(?=[。；;，,\\s）)]|$)")
# What may stand between the last name and 同时废止.
_LINK = re.compile(
    "(?:[、，,和及与\\s]|以及|[（(][^（）()\\n]{0,40}[）)]"
    "|同时|即行|相应|一并|即时|自行|予以|均|也|即|此前|原|届时|等?文件|等?规定|从即日起"
    "|自(?:即日|[^，。；《》]{1,16}之日|[^，。；《》]{6,14})起)*"
)
_DECIDES = re.compile(
    "(?:予以|决定|宣布)[^。\\n《]{0,12}废止|废止(?:下列|以下)|下列[^。\\n《]{0,20}废止"
)
_TITLE_REPEALS = re.compile(f"^[^《]{{0,60}}关于(?:公布)?(?:宣布)?废止{_NAME}")
_TITLE_AMENDS = re.compile(f"^[^《]{{0,60}}关于(?:修改|修订|修正|调整){_NAME}")
_ITEM = re.compile(
    "^[ \\t\u3000]*(?:[0-9]{1,3}[.．、]|[（(][一二三四五六七八九十0-9]{1,4}[）)]"
    f"|[一二三四五六七八九十]{{1,3}}、)[ \u3000]*{_NAME}",
    re.MULTILINE,
)
_BY_OTHER = re.compile(f"(?:已被|被|已由){_NAME}(?:[^。；\\n《]{{0,16}})(?:废止|取代|替代)")
# 被《…》废止, 根据《…》废止: the document that is named is the one that repeals.
_AGENT = re.compile("(?:被|由|根据|依据|按照|依照|因)$")
_BEFORE_NAME = 60
_MOST_TRIED = 2_000


def relations(text: str, title: str) -> tuple[Stated[Relation], ...]:
    """The relations that the text states, in reading order, each of them once."""
    found: dict[tuple[RelationKind, str, str | None], Stated[Relation]] = {}
    for stated in (
        *_of_title(text, title),
        *_repealed(text),
        *_listed(text, title),
        *_by_other(text),
    ):
        one = stated.value
        found.setdefault((one.kind, one.title, one.number), stated)
    in_order = sorted(found.values(), key=lambda stated: stated.span.start)
    return tuple(in_order[:MOST])


def _stated(kind: RelationKind, found: re.Match[str], offset: int = 0) -> Stated[Relation]:
    number = found["number"]
    written = re.sub(r"\s", "", number) if number else None
    end = found.end("number") if number else found.end("title")
    span = Span(offset + found.start("title"), offset + end)
    return Stated(Relation(kind, found["title"], written), span)


def _of_title(text: str, title: str) -> Iterator[Stated[Relation]]:
    """关于修改《…》的决定, 关于废止《…》的通知."""
    for kind, pattern in (
        (RelationKind.AMENDS, _TITLE_AMENDS),
        (RelationKind.REPEALS, _TITLE_REPEALS),
    ):
        found = pattern.match(title)
        at = text.find(found.group()) if found else -1
        if found is not None and at >= 0:
            yield _stated(kind, found, at)


def _repealed(text: str) -> Iterator[Stated[Relation]]:
    """The documents named right before 同时废止, in one sentence with it."""
    for sign in islice(_REPEALED.finditer(text), _MOST_TRIED):
        first = max(0, sign.start() - _MOST_BEFORE)
        if "》" not in text[max(first, sign.start() - _BEFORE_NAME) : sign.start()]:
            continue
        names: list[re.Match[str]] = []
        at: int | None = None
        for name in _NAMED.finditer(text, first, sign.start()):
            if at is not None and _LINK.fullmatch(text, at, name.start()) is None:
                names.clear()  # another sentence, or a part of the document named before
            names.append(name)
            at = name.end()
        if at is None or _LINK.fullmatch(text, at, sign.start()) is None:
            continue
        if not _AGENT.search(text, max(0, names[0].start() - _BEFORE_NAME), names[0].start()):
            for name in names:
                yield _stated(RelationKind.REPEALS, name)


def _listed(text: str, title: str) -> Iterator[Stated[Relation]]:
    """The items of a decision that repeals documents and does nothing else."""
    if "废止" not in title or "修改" in title or "修订" in title or "修正" in title:
        return
    decided = _DECIDES.search(text)
    if decided is not None:
        for found in _ITEM.finditer(text, decided.start()):
            yield _stated(RelationKind.REPEALS, found)


def _by_other(text: str) -> Iterator[Stated[Relation]]:
    """（已被《…》废止）, as a note on the document itself."""
    for found in _BY_OTHER.finditer(text):
        before = text[max(0, found.start() - _BEFORE_NAME) : found.start()]
        if re.search(
            "本(?:办法|文件|通知|规定|意见|条例|细则|政策)[^。；《》]{0,12}$|[（(【]$", before
        ):
            yield _stated(RelationKind.REPEALED_BY, found)
