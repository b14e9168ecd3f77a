"""Takes out of a question what no reader can see.

The engine folds away format characters (zero-width, bidirectional marks). Control characters are
taken out here, so that a question pasted from a terminal or a broken export is answered like
the same question typed by hand.
"""

from __future__ import annotations

import unicodedata

# C0 and C1 controls drop out; those that stand between words become a blank.
_CONTROLS: dict[int, str | None] = {
    **dict.fromkeys((*range(0x20), *range(0x7F, 0xA0))),
    **dict.fromkeys((0x09, 0x0A, 0x0D), " "),
}

_INVISIBLE = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})


def without_controls(text: str) -> str:
    """`text` without control characters; tab and line ends become blanks."""
    return text.translate(_CONTROLS)


def is_blank(text: str) -> bool:
    """Whether nothing in `text` can be seen."""
    return all(unicodedata.category(character) in _INVISIBLE for character in text)
