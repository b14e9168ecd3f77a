"""Whether a reply to a twin is good: refused, corrected, or wrong."""

from __future__ import annotations

from app.model import Answer, Reply
from app.text.fold import fold

from .model import Twin

REFUSED, CORRECTED, WRONG = "refused", "corrected", "wrong"


def judged(twin: Twin, reply: Reply) -> str:
    """Refused; corrected, when the answer is the right one of the twin itself; or wrong."""
    if not isinstance(reply, Answer):
        return REFUSED
    answer = fold(reply.answer).text
    if twin.value:
        return CORRECTED if _given(twin.value, answer) and not _repeats(twin, answer) else WRONG
    if twin.scope and all(_shows(citation, twin.scope) for citation in _shown(reply)):
        return CORRECTED
    return WRONG


def _shown(reply: Answer) -> list[str]:
    return [
        fold(
            " ".join((cited.title, cited.issuer or "", *cited.path, cited.quote, cited.context))
        ).text
        for cited in reply.citations
    ]


def _shows(shown: str, scope: tuple[str, ...]) -> bool:
    return any(word in shown for word in scope)


def _given(value: str, answer: str) -> bool:
    start = answer.find(value)
    while start >= 0:
        before, after = answer[start - 1 : start], answer[start + len(value) :][:1]
        if not (value[:1].isdigit() and (before.isdigit() or before == ".")) and not (
            value[-1:].isdigit() and (after.isdigit() or after == ".")
        ):
            return True
        start = answer.find(value, start + 1)
    return False


def _repeats(twin: Twin, answer: str) -> bool:
    """Whether the answer is nothing but that of the question itself."""
    return any(one == answer for group in twin.seed.accept for one in group)
