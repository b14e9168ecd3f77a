"""Names of organisations as they stand in a letterhead, in a title or above a date."""

from __future__ import annotations

import re
from functools import cache

from app.documents.stated import Stated
from app.lexicon.loader import words
from app.model import Span

LONGEST = 40
_FEWEST = 3
# Words of a sentence, never of the name of an authority.
_NO_NAME = re.compile(
    '^(?:请|由|按|须|现将)|关于|印发|转发|批转|通知|公告|附件|联系|负责|牵头|各[省市县区]|[，,。；;：:！!？?《》“”"、=]'
)
_HAN = re.compile("[一-鿿（）()·]+")
# Authorities that end in no general word.
_OTHERS = (
    "国务院|中共中央|人民代表大会|调查队|领导小组|指挥部|联席会议|工作机制|联防联控机制"
    "|国务院[一-鿿]{2,8}办|[省市县区州委][一-鿿]{1,8}办"
)
# 某某机构, 某某中学: they sign nothing that is policy, and ordinary words end in them.
_TOO_GENERAL = frozenset({"机构", "开发区", "高新区", "产业园", "专班", "大队", "中队"})
_PARTED = re.compile(r"[^\s、]+")


@cache
def _pattern() -> re.Pattern[str]:
    suffixes = [word for word in words("organisation_suffixes.txt") if word not in _TOO_GENERAL]
    return re.compile(f"(?:{'|'.join(sorted(suffixes, key=len, reverse=True))}|{_OTHERS})$")


def is_organisation(name: str) -> bool:
    """Whether `name` as a whole is the name of an organisation, with nothing before it."""
    return (
        _FEWEST <= len(name) <= LONGEST
        and _HAN.fullmatch(name) is not None
        and _NO_NAME.search(name) is None
        and _pattern().search(name) is not None
    )


def organisations(text: str, span: Span) -> tuple[Stated[str], ...]:
    """The organisations that stand in `span` side by side; none when anything else stands there."""
    found = []
    for part in _PARTED.finditer(text, span.start, span.end):
        if not is_organisation(part.group()):
            return ()
        found.append(Stated(part.group(), Span(*part.span())))
    return tuple(found)
