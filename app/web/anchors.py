"""Links to a place in a document, which hold when a new version of the document moves the words.

A place is written START-END.FINGERPRINT. The offsets count the characters of `Document.text`; the
fingerprint is made from the words that were quoted. Whoever opens the link can tell from the text
of today whether these are still the words at the place, and else where they stand now; neither the
old text nor a list of versions is needed. `static/anchor.js` does the same in a browser.

The fingerprint is two polynomial hashes of the characters, because such a hash rolls: it takes one
step a character to compare all places of a text. For code points c0 … cn, a base and a modulus it
is (c0 · base^n + … + cn) mod modulus. The moduli are the largest primes below 36^5, so that each
hash is five digits 0-9a-z and each product is below 2^53, exact also in JavaScript. Other words
have the same fingerprint with a chance of one in 3.6 · 10^15. It finds words again; it proves
nothing against someone who wants to deceive. `POST /v1/verify` compares the words themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import Final

from app.model import Span

_FIRST: Final = (31_415_926, 60_466_169)  # base and modulus
_SECOND: Final = (27_182_818, 60_466_141)
_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"
_WIDTH: Final = 5

# Longer places are written without a fingerprint: nobody quotes that much, and reading one takes
# time that grows with its length.
LONGEST: Final = 100_000
# Characters before and after the old place in which the server searches.
REACH: Final = 200_000

# A page shows U+FFFD where the text has U+0000, and must find the same fingerprint.
_AS_SHOWN: Final = {0: 0xFFFD}
_PLACE: Final = re.compile(r"([0-9]{1,10})-([0-9]{1,10})(?:\.([0-9a-z]{10}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Anchor:
    """A place that a link names; old links have no fingerprint of the words."""

    span: Span
    fingerprint: str | None


class Standing(StrEnum):
    """How the words of a link stand in the text of today."""

    HERE = "here"  # at their place; without a fingerprint, the place exists
    MOVED = "moved"  # at another place
    GONE = "gone"  # nowhere in the text
    NOT_NEAR = "not_near"  # not within REACH of their place; the rest was not searched
    OUTSIDE = "outside"  # the place is not in the text, and nothing is known of its words


@dataclass(frozen=True, slots=True)
class Anchored:
    """Where the words of a link stand; `span` only when they stand somewhere.

    `again`: they moved, and stand at several places, of which `span` is the nearest.
    """

    standing: Standing
    span: Span | None
    again: bool = False


def place(span: Span, quote: str) -> str:
    """The place of `quote`, which stands at `span`, as links write it."""
    written = f"{span.start}-{span.end}"
    return f"{written}.{fingerprint(quote)}" if 0 < len(quote) <= LONGEST else written


def fingerprint(words: str) -> str:
    """Ten characters 0-9a-z that tell `words` from others."""
    codes = _codes(words)
    return _written(_hash(codes, *_FIRST)) + _written(_hash(codes, *_SECOND))


def read_place(written: str) -> Anchor | None:
    """The place that a link names, or None when it is none."""
    match = _PLACE.fullmatch(written)
    if match is None:
        return None
    start, end, found = int(match[1]), int(match[2]), match[3]
    if start >= end or (found is not None and end - start > LONGEST):
        return None
    return Anchor(Span(start, end), found)


def anchored(anchor: Anchor, text: str) -> Anchored:
    """Where the words of a link stand in `text`: at their place, or else nearest to it."""
    span, wanted = anchor.span, anchor.fingerprint
    inside = span.end <= len(text)
    if wanted is None:
        return Anchored(Standing.HERE, span) if inside else Anchored(Standing.OUTSIDE, None)
    if inside and fingerprint(span.of(text)) == wanted:
        return Anchored(Standing.HERE, span)
    low = max(0, min(span.start, len(text)) - REACH)
    high = min(len(text), span.end + REACH)
    around = text[low:high]
    near = sorted(_alike(around, len(span), wanted), key=lambda at: abs(low + at - span.start))
    same = (at for at in near if fingerprint(around[at : at + len(span)]) == wanted)
    nearest = next(same, None)
    if nearest is not None:
        start = low + nearest
        again = next(same, None) is not None
        return Anchored(Standing.MOVED, Span(start, start + len(span)), again)
    all_read = low == 0 and high == len(text)
    return Anchored(Standing.GONE if all_read else Standing.NOT_NEAR, None)


def _alike(text: str, length: int, wanted: str) -> Iterator[int]:
    """The places of `length` characters with the first half of a fingerprint, in order."""
    if length > len(text):
        return
    base, modulus = _FIRST
    aim = int(wanted[:_WIDTH], 36)
    codes = _codes(text)
    leaving = pow(base, length, modulus)
    rolled = _hash(codes[:length], base, modulus)
    if rolled == aim:
        yield 0
    pairs = zip(codes, islice(codes, length, None), strict=False)
    for at, (left, entered) in enumerate(pairs, start=1):
        rolled = (rolled * base - left * leaving + entered) % modulus
        if rolled == aim:
            yield at


def _codes(text: str) -> Sequence[int]:
    return [ord(character) for character in text.translate(_AS_SHOWN)]


def _hash(codes: Sequence[int], base: int, modulus: int) -> int:
    value = 0
    for code in codes:
        value = (value * base + code) % modulus
    return value


def _written(value: int) -> str:
    digits = ""
    for _ in range(_WIDTH):
        value, digit = divmod(value, len(_DIGITS))
        digits = _DIGITS[digit] + digits
    return digits
