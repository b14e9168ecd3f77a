"""A reply in words for a place: Markdown or plain text, never longer than the place allows.

The short answer comes first, the items of a list are numbered, statements carry [n], and 依据
names each source with title, 文号 and link. What does not fit is left out from the end of the
statements, never a source that is still referred to, and never half a character.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from enum import StrEnum

from app.chat.replies import ChatReply, Source, Statement

_MORE = "……（内容较长，其余请看原文）"
_QUOTE = 60  # characters of a quote in the list of sources
_NEAREST = 3
_SHORTEST_STATEMENT = 12  # characters; less of a statement says nothing


class Form(StrEnum):
    """How a place writes: with Markdown, or as plain text."""

    MARKDOWN = "markdown"
    PLAIN = "plain"


def worded(reply: ChatReply, form: Form, limit: int | None = None) -> str:
    """`reply` in words, at most `limit` UTF-8 bytes when one is given.

    Raises ValueError when `limit` is below 200 bytes, where no honest reply fits.
    """
    if limit is not None and limit < 200:
        raise ValueError(f"limit is {limit} bytes; a reply with its source needs at least 200")
    for shorter in _shorter(reply):
        text = _whole(shorter, form)
        if limit is None or len(text.encode("utf-8")) <= limit:
            return text
    return cut(_whole(_shortest(reply), form), limit or 0)


def cut(text: str, limit: int) -> str:
    """The beginning of `text` in at most `limit` UTF-8 bytes, at a border between characters.

    Marks that belong to the character before them (variation selectors, joiners, combining
    marks) are not torn off.
    """
    raw = text.encode("utf-8")
    if len(raw) <= limit:
        return text
    kept = raw[:limit].decode("utf-8", "ignore")
    end = len(kept)
    while end > 0 and end < len(text) and _clings(text[end - 1], text[end]):
        end -= 1
    return text[:end]


def _clings(left: str, right: str) -> bool:
    """Whether `right` is drawn together with `left`."""
    joiner = "\u200d"
    return (
        right == joiner
        or left == joiner
        or "\ufe00" <= right <= "\ufe0f"
        or "\u0300" <= right <= "\u036f"
        or "\U0001f3fb" <= right <= "\U0001f3ff"
        or ("\U0001f1e6" <= left <= "\U0001f1ff" and "\U0001f1e6" <= right <= "\U0001f1ff")
    )


def _whole(reply: ChatReply, form: Form) -> str:
    parts = [_lead(reply, form), *_statements(reply), *_notes(reply)]
    parts.extend(_sources(reply, form))
    parts.extend(_nearest(reply, form))
    if reply.suggestions:
        parts.append("\n".join(("可以这样问：", *(f"- {one}" for one in reply.suggestions))))
    return "\n\n".join(part for part in parts if part)


def _lead(reply: ChatReply, form: Form) -> str:
    """The short answer; of a list the statements are the answer."""
    if reply.listed and len(reply.statements) > 1:
        return ""
    if not reply.answered:
        return reply.short
    marks = _marks(_all_marks(reply)) if len(reply.statements) <= 1 else ""
    return f"**{reply.short}**{marks}" if form is Form.MARKDOWN else f"{reply.short}{marks}"


def _all_marks(reply: ChatReply) -> Sequence[int]:
    return tuple(dict.fromkeys(n for one in reply.statements for n in one.sources))


def _marks(numbers: Sequence[int]) -> str:
    return "".join(f"[{number}]" for number in numbers)


def _statements(reply: ChatReply) -> Iterator[str]:
    alone = len(reply.statements) == 1 and reply.statements[0].text == reply.short
    if alone or not reply.statements:
        return
    lines = []
    for number, one in enumerate(reply.statements, 1):
        lead = f"{number}. " if reply.listed else "- "
        lines.append(f"{lead}{one.text}{_marks(one.sources)}")
    yield "\n".join(lines)


def _notes(reply: ChatReply) -> Iterator[str]:
    if reply.notes:
        yield "\n".join(f"注：{note}" for note in reply.notes)


def _sources(reply: ChatReply, form: Form) -> Iterator[str]:
    if reply.sources:
        lines = [f"[{one.number}] {named(one, form)}" for one in reply.sources]
        head = "**依据**" if form is Form.MARKDOWN else "依据："
        # Two blanks at the end of a line would be a line break in Markdown; an empty line is safer.
        yield ("\n\n" if form is Form.MARKDOWN else "\n").join((head, *lines))


def _nearest(reply: ChatReply, form: Form) -> Iterator[str]:
    if reply.nearest:
        lines = [
            f"- {named(one, form)}：{one.quote[:_QUOTE].strip()}…".replace("\n", " ")
            for one in reply.nearest[:_NEAREST]
        ]
        yield "\n".join(("相近的原文：", *lines))


def named(source: Source, form: Form) -> str:
    """A source with title, 文号, place in the text and link: 《…》（国发〔2024〕1号）第三条."""
    number = f"（{source.document_number}）" if source.document_number else ""
    name = f"《{source.title}》{number}"
    place = f" {source.path[-1].strip()[:_QUOTE]}" if source.path else ""
    if form is Form.MARKDOWN:
        label = name.replace("[", "［").replace("]", "］")
        return f"[{label}]({source.url}){place}"
    link = f" {source.url}" if source.url.startswith("http") else ""
    return f"{name}{place}{link}"


# ── what is left out first ──────────────────────────────────────────────────────────────────────


def _shorter(reply: ChatReply) -> Iterator[ChatReply]:
    """`reply`, then with less and less of what matters least."""
    yield reply
    yield replace(reply, suggestions=())
    bare = replace(reply, suggestions=(), nearest=reply.nearest[:1])
    yield bare
    bare = replace(bare, nearest=())
    yield bare
    for count in range(len(bare.statements) - 1, 0, -1):
        yield _with_statements(bare, count)
    yield _shortest(reply)


def _with_statements(reply: ChatReply, count: int) -> ChatReply:
    """`reply` with its first `count` statements, their sources, and a word that there is more."""
    kept = reply.statements[:count]
    wanted = {number for one in kept for number in one.sources}
    return replace(
        reply,
        statements=(*kept, Statement(_MORE, ())),
        sources=tuple(one for one in reply.sources if one.number in wanted),
    )


def _shortest(reply: ChatReply) -> ChatReply:
    """The first source and as much of the short answer as always fits."""
    first = reply.sources[:1]
    short = reply.short if len(reply.short) <= _SHORTEST_STATEMENT * 2 else f"{reply.short[:24]}……"
    text = tuple(replace(one, title=one.title[:20], path=()) for one in first)
    marks = tuple(one.number for one in first)
    return replace(
        reply,
        short=short,
        listed=False,
        statements=(Statement(short, marks),) if first else (),
        sources=text,
        notes=(),
        nearest=(),
        suggestions=(),
    )
