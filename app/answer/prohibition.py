"""Items below a line that forbids them all: 有下列情形之一的，不得参加："""

from __future__ import annotations

import re

from app.answer.view import DocumentView, SentenceView
from app.model import Span

_FORBIDS = re.compile(
    "(?:不得|不予|不能|不可以?|禁止|严禁|不适用|不享受|不支持|不接受|不受理|不再|取消)[^;。]{0,24}:$"
)
_ITEMS = re.compile("下列|以下|之一|如下")
_FARTHEST = 24  # items looked at above


def forbids_items(sentence: SentenceView) -> bool:
    """Whether a line forbids the items below it; by itself it decides nothing."""
    text = sentence.text.strip()
    return _FORBIDS.search(text) is not None and _ITEMS.search(text) is not None


def forbidden_by(view: DocumentView, sentence: SentenceView) -> Span | None:
    """The line that forbids what `sentence`, an item below it, describes."""
    for one in reversed(view.sentences[max(0, sentence.index - _FARTHEST) : sentence.index]):
        text = one.text.strip()
        if text.endswith(":"):
            return one.span if forbids_items(one) else None
        if not text.endswith(";"):
            return None
    return None
