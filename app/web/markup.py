"""HTML that cannot be broken by what stands in it: text is escaped unless it is `Html` already."""

from __future__ import annotations

import html
from collections.abc import Iterable

_VOID = frozenset({"input", "br", "wbr", "meta", "link"})

# A browser turns CR into LF and drops NUL, and then the characters of a page no longer count like
# those of the text. A reference keeps CR; NUL has no reference, so its place is kept by U+FFFD.
_KEPT = str.maketrans({"\r": "&#13;", "\x00": "\ufffd"})


class Html(str):
    """Text that is markup already."""

    __slots__ = ()


def escaped(text: str) -> Html:
    """`text` as markup that shows it; markup is left as it is."""
    if isinstance(text, Html):
        return text
    return Html(html.escape(text).translate(_KEPT))


def joined(parts: Iterable[str]) -> Html:
    """Parts one after the other, escaped."""
    return Html("".join(escaped(part) for part in parts))


def element(tag: str, *children: str, **attributes: str | None) -> Html:
    """An element. Attributes lose a trailing `_`, other `_` become `-`; None leaves one out."""
    written = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{escaped(value)}"'
        for name, value in attributes.items()
        if value is not None
    )
    if tag in _VOID:
        return Html(f"<{tag}{written}>")
    return Html(f"<{tag}{written}>{joined(children)}</{tag}>")
