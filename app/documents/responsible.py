"""The units that answer for the tasks of a document: （责任单位：市教育局、市财政局）."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from app.documents.stated import Stated
from app.model import Responsibility, Span

MOST = 500
_MOST_UNITS = 60
_LONGEST = 40

_ROLES = {
    "牵头": "牵头单位",
    "责任": "责任单位",
    "负责": "责任单位",
    "配合": "配合单位",
    "参与": "配合单位",
    "参加": "配合单位",
}
ROLES = tuple(dict.fromkeys(_ROLES.values()))
_LABEL = re.compile(
    "(?P<role>牵头|责任|配合|参与|参加)(?:单位|部门|处室)[ \u3000]?[：:][ \u3000]*"
    "(?P<units>[^。；;：\\n]{2,600})"
)
# （省财政厅牵头，省商务厅配合）、（各市人民政府，省教育厅按职责分工负责）
_CLAIMED = re.compile("(?P<role>牵头|负责|配合|参与)(?=[）)，,；;])")
_MOST_BEFORE = 400  # characters of a list of units before 负责
_MOST_TRIED = 5_000  # places that look like one; more are nothing that people write
_NO_LIST = frozenset("。；;：:\n“”《》")
_TAIL = re.compile("(?:等)?(?:按照?职责)?(?:分工)?(?:分别)?(?:负责|牵头|配合|参与)?(?:落实)?$")
# 各市、县人民政府: one unit, though a mark parts its name.
_HALF = re.compile("各[设辖]?[区省市州县][区市州]?$")
_UNIT = re.compile(
    "^各[一-鿿（）()〔〕、]{1,20}$|(?:局|厅|部|委|办|府|院|会|行|署|中心|公司|集团|队|机关|单位|部门|组织|企业"
    "|学校|大学|社|团|区|专班|组|站|所|处|室|海关|系统|街道|乡镇)(?:[（(][^（）()]{1,16}[)）])?等?$"
)


def responsible(text: str) -> tuple[Stated[Responsibility], ...]:
    """Who answers for what, in reading order; the place is that of the list of units."""
    found = sorted((*_labelled(text), *_claimed(text)), key=lambda stated: stated.span.start)
    return tuple(found[:MOST])


def _labelled(text: str) -> Iterator[Stated[Responsibility]]:
    for found in islice(_LABEL.finditer(text), _MOST_TRIED):
        start = found.start("units")
        units = found["units"][: _close(found["units"])]
        stated = _responsibility(found["role"], units, start)
        if stated is not None:
            yield stated


def _claimed(text: str) -> Iterator[Stated[Responsibility]]:
    """（甲局牵头，乙局、丙局配合）: each list reaches back to the bracket or to the list before."""
    done = 0
    for found in islice(_CLAIMED.finditer(text), _MOST_TRIED):
        start = _list_start(text, done, found.start())
        if start is None:
            continue
        stated = _responsibility(found["role"], text[start : found.start()], start)
        if stated is not None:
            yield stated
            done = found.end() + 1 if text[found.end()] not in "）)" else 0


def _list_start(text: str, done: int, end: int) -> int | None:
    """Where the list begins that ends at `end`: behind its opening bracket, or at `done`."""
    depth = 0
    for at in range(end - 1, max(0, end - _MOST_BEFORE) - 1, -1):
        character = text[at]
        if character in "）)〕":
            depth += 1
        elif character in "（(〔":
            if depth == 0:
                return at + 1
            depth -= 1
        elif character in _NO_LIST:
            return done if 0 < done == at + 1 else None
        if at == done > 0:
            return at
    return None


def _close(units: str) -> int:
    """Where the bracket around a list of units closes: brackets inside it are its own."""
    depth = 0
    for at, character in enumerate(units):
        if character in "（(〔":
            depth += 1
        elif character in "）)〕":
            depth -= 1
            if depth < 0:
                return at
    return len(units)


def _responsibility(role: str, written: str, start: int) -> Stated[Responsibility] | None:
    """The units of a list; None when one of its parts is no unit: then it is a sentence."""
    units: list[str] = []
    words = written.rstrip(" \t\r\u3000，,、")
    for part in _split(words):
        unit = _TAIL.sub("", part)
        if not unit:
            continue
        half = _HALF.match(unit) is not None
        if len(unit) > _LONGEST or (_UNIT.search(unit) is None and not half):
            return None
        if units and _HALF.match(units[-1]):
            units[-1] += f"、{unit}"
        else:
            units.append(unit)
    if not 0 < len(units) <= _MOST_UNITS:
        return None
    return Stated(Responsibility(_ROLES[role], tuple(units)), Span(start, start + len(words)))


def _split(words: str) -> Iterator[str]:
    """The parts between marks; a mark inside brackets parts nothing: 各县（市、区）人民政府."""
    depth, start = 0, 0
    for at, character in enumerate(words):
        if character in "（(〔":
            depth += 1
        elif character in "）)〕":
            depth -= 1
        elif depth <= 0 and character in "、，,；; \t\u3000":
            if at > start:
                yield words[start:at]
            start = at + 1
    if start < len(words):
        yield words[start:]
