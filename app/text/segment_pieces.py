"""Cut a folded text into runs of Chinese characters and the pieces that no dictionary can cut.

Numbers, dates, document numbers and Latin words are pieces of their own: jieba would part 23.25亿
into four words and 国办发〔2020〕24号 into eight. Punctuation and blanks belong to no piece.
No piece is longer than a few dozen characters, except a run of Chinese characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.model import Span

# ── pieces that begin anywhere in a run of Chinese characters, and so are looked for first ──────

_HAN_DAY = "[一二三四五六七八九十]{1,3}"
_HAN_DATE = (
    "(?P<han_date>(?P<han_year>(?:一[七八九]|二[〇○零])[〇○零一二三四五六七八九]{2})年"
    f"(?:[度代]|{_HAN_DAY}月(?:{_HAN_DAY}[日号])?)?)"
)
# The brackets are those that occur in place of 〔〕, the only right ones (GB/T 9704—2012, 7.3.1).
_NUMBER_CORE = (
    "(?P<core>[〔[【(〈<] ?(?P<year>(?:19|20)[0-9]{2}) ?[〕\\]】)〉>]"
    " ?第? ?(?P<serial>[0-9]{1,5}) ?号)"
)
_EARLY = re.compile(f"{_HAN_DATE}|{_NUMBER_CORE}")
_HAN_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")

# The letters before the year of a document number, 国办发: so many at least, so many at most.
_FEWEST_LETTERS = 2
_MOST_LETTERS = 10
_LONGEST_RUN = 24  # characters before the year among which the letters are looked for
_LETTERS = re.compile("[\u4e00-\u9fd5]+ ?$")
# Words after which the letters of a document number begin: 根据国办发〔2020〕24号.
_LEAD = re.compile(
    ".*(?:根据|按照|依据|依照|遵照|参照|落实|执行|贯彻|印发|转发|下发|发布|关于|通知|文件|意见|规定"
    "|办法|决定|方案|请问|查询|以及|按|由|的|了|见|是|在|以|据|与|及|号|(?<=[号》)])和)"
)

# ── pieces that begin where another one ends ────────────────────────────────────────────────────

_MONTH = "(?:1[0-2]|0?[1-9])"
_DAY = "(?:3[01]|[12][0-9]|0?[1-9])"
_PIECE = re.compile(
    "(?P<han>[\u4e00-\u9fd5]+)"
    # 2023年, 2023年度, 2023年5月, 2023年5月1日, 2023-05-01, 5月1日. Word processors put blanks
    # round digits; of those no piece takes more than one in a row.
    "|(?P<date>(?P<year>[12][0-9]{3})(?:(?P<suffix> ?年)"
    f"(?:[度代]| ?{_MONTH} ?月(?: ?{_DAY} ?[日号])?)?"
    f"|(?P<mark>[-/.]){_MONTH}(?P=mark){_DAY}(?![0-9])))"
    f"|(?P<month>{_MONTH} ?月(?: ?{_DAY} ?[日号])?)"
    # A telephone number; 5G, 3D.
    "|(?P<telephone>0[0-9]{2,3}-[0-9]{7,8}(?![0-9]))"
    "|(?P<generation>[0-9]{1,2}[a-z](?![a-z0-9]))"
    # 1,855 23.25亿 4.02% 2.1.3; in 3.2023年 the stop ends a label. 千 may begin a unit (千瓦), and
    # 百 a share (百分点).
    "|(?P<number>(?:[0-9]{1,3}(?:,[0-9]{3}){1,9}(?![0-9])(?:\\.[0-9]{1,20})?"
    "|[0-9]{1,30}(?:\\.(?!(?:19|20)[0-9]{2} ?年)[0-9]{1,20}){0,4})"
    "(?: ?(?:万亿|亿|万)|[千百]万|千(?![克米瓦卡伏赫帕焦兆字])|百(?!分))?(?: ?[%‰])?)"
    "|(?P<latin>[a-z](?:[a-z0-9+.#_-]{0,62}[a-z0-9+#])?)"
    # Signs that are units: ℃ ㎡. Characters that jieba's dictionary does not reach.
    "|(?P<sign>[\u2100-\u214f\u3380-\u33df])"
    "|(?P<rare>[\u3005\u3007\u3400-\u4dbf\u9fd6-\u9fff\uf900-\ufaff\U00020000-\U0003ffff])"
    # Words of other scripts; circled digits are labels and no words.
    "|(?P<other>[^\\W_0-9a-z\u2460-\u249b\u2776-\u2793\u3005\u3007\u3220-\u3229\u3280-\u3289"
    "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]{1,64})"
)

_NOWHERE = Span(0, 0)


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a folded text.

    `term` is the piece without blanks, a document number with the brackets 〔〕. `part` is a
    shorter term inside the piece that it can also be found by ("" if there is none), at
    `part_span`: the year of a date, a document number without its letters.
    """

    term: str
    span: Span
    is_han: bool = False
    part: str = ""
    part_span: Span = _NOWHERE


def pieces(text: str) -> Iterator[Piece]:
    """The pieces of `text`, which is folded, in reading order. Spans are of `text`."""
    start = 0
    for match in _EARLY.finditer(text):
        piece = _han_date(match) if match["han_date"] else _document_number(match, start)
        if piece is not None:
            yield from _plain_pieces(text, start, piece.span.start)
            yield piece
            start = piece.span.end
    yield from _plain_pieces(text, start, len(text))


def _plain_pieces(text: str, start: int, end: int) -> Iterator[Piece]:
    for match in _PIECE.finditer(text, start, end):
        span = Span(*match.span())
        if match.lastgroup == "han":
            yield Piece(match[0], span, is_han=True)
        elif match.lastgroup == "date":
            yield _date(match, span)
        else:
            yield Piece(match[0].replace(" ", ""), span)


def _date(match: re.Match[str], span: Span) -> Piece:
    year_span = Span(span.start, max(match.end("year"), match.end("suffix")))
    term = match[0].replace(" ", "")
    if year_span == span:
        return Piece(term, span)
    return Piece(term, span, part=match["year"] + "年", part_span=year_span)


def _han_date(match: re.Match[str]) -> Piece:
    year = match["han_year"].translate(_HAN_DIGITS) + "年"
    year_span = Span(match.start(), match.end("han_year") + 1)
    return Piece(match[0], Span(*match.span()), part=year, part_span=year_span)


def _document_number(match: re.Match[str], earliest: int) -> Piece | None:
    """The document number whose year and serial number are matched; None if it is none.

    Nothing is looked for before `earliest`, the end of the piece before.
    """
    core = Span(*match.span())
    short = f"〔{match['year']}〕{match['serial']}号"
    run = _LETTERS.search(match.string, max(earliest, core.start - _LONGEST_RUN), core.start)
    if run is None:
        return None
    lead = _LEAD.match(match.string, *run.span())
    letters = Span(lead.end() if lead else run.start(), run.end())
    term = letters.of(match.string).strip()
    if len(term) < _FEWEST_LETTERS:
        return None
    if len(term) > _MOST_LETTERS:  # where the letters begin cannot be told
        return Piece(short, core)
    return Piece(term + short, Span(letters.start, core.end), part=short, part_span=core)
