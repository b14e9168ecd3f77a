"""Two numbers of a sentence for a thing and for its opposite: 配备电梯的…, 未配备电梯的…."""

from __future__ import annotations

import re

from app.answer.view import DocumentView
from app.model import Figure, Question
from app.text.fold import fold

_DENIED = re.compile("(?:没有|未|没|无|非|不)$")
_NOT = re.compile("[没无未非不](?:有|是|带|装|配|设|配备|安装|参加|缴纳|取得)?$")
_SHARED = 4  # characters in which the thing and its opposite agree behind the denial
_READ = 8
_BEFORE = 4
_LOOSE = re.compile("[的每]|房屋|人员|单位|企业|项目|家庭|居民|职工")


def is_opposite(question: Question, view: DocumentView, figure: Figure) -> bool:
    """Whether a number is of the opposite of what the question names: 没电梯 for 配备电梯的.

    Only where the sentence has a number for both, in words that agree but for the denial.
    """
    if figure.cell is not None:
        return False
    own = fold(view.quote(figure.frame)).text
    sentence = view.sentences[view.at(figure.quantity.span.start)]
    for other in sentence.figures:
        if other == figure or other.quantity.unit != figure.quantity.unit:
            continue
        theirs = fold(view.quote(other.frame)).text
        for denied, plain, own_denied in ((own, theirs, True), (theirs, own, False)):
            thing = _thing(denied, plain)
            asked = _asked(question.full, thing) if thing else None
            if asked is not None:
                return asked is not own_denied
    return False


def _thing(denied: str, plain: str) -> str:
    """What `denied` says after a denial and `plain` says without one, else nothing."""
    for at in range(1, min(len(denied), _READ)):
        rest = denied[at : at + _READ]
        if len(rest) < _SHARED or not _DENIED.search(denied[:at]):
            continue
        found = plain.find(rest)
        if found >= 0 and not _DENIED.search(plain[:found]):
            return rest
    return ""


def _asked(full: str, thing: str) -> bool | None:
    """Whether the question denies the thing; None when it does not name it."""
    for size in range(len(thing), 1, -1):
        for at in range(len(thing) - size + 1):
            place = full.find(thing[at : at + size])
            if place >= 0 and not _LOOSE.search(thing[at : at + size]):
                return _NOT.search(full[max(0, place - _BEFORE) : place]) is not None
    return None
