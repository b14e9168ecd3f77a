"""Take out of a folded text the pieces that no dictionary can cut, and leave a mask for each.

Numbers, dates, document numbers and Latin words are pieces of their own: jieba would part 23.25亿
into four words and 国办发〔2020〕24号 into eight. What is left is Chinese characters, masks and
punctuation, and can be cut as one text, which is faster than one run of characters at a time.
No piece is longer than a few dozen characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from app.text.fold import fold_frequent, fold_text, kept_characters

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
# How each of them begins: a cheap way to say no.
_EARLY_SIGN = re.compile("[一二〔[【(〈<](?:[〇○零七八九]| ?[12])")
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
    # 2023年, 2023年度, 2023年5月, 2023年5月1日, 2023-05-01, 5月1日. Word processors put blanks
    # round digits; of those no piece takes more than one in a row.
    "(?P<date>(?P<year>[12][0-9]{3})(?:(?P<suffix> ?年)"
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

# A piece may begin at any character but these: Chinese characters, and what stands round them in
# nearly every text. None of these jieba takes for a part of a word, and all of them sort before the
# Chinese characters.
_FIRST_HAN, _LAST_HAN = "\u4e00", "\u9fd5"
_MARKS = "\\n\\r\\t 、。!?,;:()\"'《》“”‘’〈〉〔〕【】…—·"
_PLAIN = f"{_FIRST_HAN}-{_LAST_HAN}{_MARKS}"
_SIGN = re.compile(f"[^{_PLAIN}]")

MASK = "\uffff"  # no character, and in no piece; sorts behind the Chinese characters
_UNMASK = "\ufffe"
_STRAY = re.compile(f"[^{_PLAIN}{MASK}]")


# Not frozen, since a text has many of them and freezing triples what one costs.
@dataclass(slots=True)
class Piece:
    """A piece of a folded text: the characters from `start` to `end`.

    `term` is the piece without blanks, a document number with the brackets 〔〕. `part` is a
    shorter term inside the piece that it can also be found by ("" if there is none), from
    `part_start` to `part_end`: the year of a date, a document number without its letters.
    """

    term: str
    start: int
    end: int
    part: str = ""
    part_start: int = 0
    part_end: int = 0

    def terms(self) -> tuple[str, ...]:
        """The terms that the piece is found by."""
        return (self.part, self.term) if self.part else (self.term,)


@cache
def _unusual() -> re.Pattern[str]:
    """Finds what is neither one of `_MARKS` nor a Chinese character that folding keeps."""
    return re.compile(f"[^{kept_characters(_FIRST_HAN, _LAST_HAN)}{_MARKS}]")


@dataclass(frozen=True, slots=True)
class Masked:
    """A folded text for cutting: Chinese characters, `MASK` and punctuation.

    Each MASK stands for the whole of a piece, in order those of `pieces`. A character that belongs
    to no piece and that a cutter might take for a part of a word has become a blank.
    """

    text: str
    pieces: tuple[Piece, ...]


def mask(text: str) -> Masked:
    """`text` folded and masked. A text with nothing to mask is told by one look."""
    plain = fold_frequent(text)
    if _unusual().search(plain) is None and ("年" not in plain or not _EARLY_SIGN.search(plain)):
        return Masked(plain, ())  # of all pieces only a date can be without a sign: 一九九八年
    return masked(fold_text(plain))


def masked(text: str) -> Masked:
    """`text`, which is folded, with a mask for each piece. Places in pieces are of `text`."""
    text = text.replace(MASK, _UNMASK)
    found = tuple(_pieces(text))
    kept: list[str] = []
    start = 0
    for piece in found:
        kept.append(text[start : piece.start])
        start = piece.end
    kept.append(text[start:])
    return Masked(_STRAY.sub(" ", MASK.join(kept)), found)


def _pieces(text: str) -> Iterator[Piece]:
    start = 0
    if _EARLY_SIGN.search(text) is not None:
        for match in _EARLY.finditer(text):
            piece = _han_date(match) if match["han_date"] else _document_number(match, start)
            if piece is not None:
                yield from _plain_pieces(text, start, piece.start)
                yield piece
                start = piece.end
    yield from _plain_pieces(text, start, len(text))


def _plain_pieces(text: str, start: int, end: int) -> Iterator[Piece]:
    while (sign := _SIGN.search(text, start, end)) is not None:
        start = sign.start()
        match = _PIECE.match(text, start, end)
        if match is None:
            start += 1
            continue
        if match.lastgroup == "date":
            yield _date(match)
        else:
            yield Piece(match[0].replace(" ", ""), start, match.end())
        start = match.end()


def _date(match: re.Match[str]) -> Piece:
    start, end = match.span()
    year_end = max(match.end("year"), match.end("suffix"))
    term = match[0].replace(" ", "")
    if year_end == end:
        return Piece(term, start, end)
    return Piece(term, start, end, match["year"] + "年", start, year_end)


def _han_date(match: re.Match[str]) -> Piece:
    start, end = match.span()
    year = match["han_year"].translate(_HAN_DIGITS) + "年"
    return Piece(match[0], start, end, year, start, match.end("han_year") + 1)


def _document_number(match: re.Match[str], earliest: int) -> Piece | None:
    """The document number whose year and serial number are matched; None if it is none.

    Nothing is looked for before `earliest`, the end of the piece before.
    """
    core, end = match.span()
    short = f"〔{match['year']}〕{match['serial']}号"
    run = _LETTERS.search(match.string, max(earliest, core - _LONGEST_RUN), core)
    if run is None:
        return None
    lead = _LEAD.match(match.string, *run.span())
    letters = lead.end() if lead else run.start()
    term = match.string[letters : run.end()].strip()
    if len(term) < _FEWEST_LETTERS:
        return None
    if len(term) > _MOST_LETTERS:  # where the letters begin cannot be told
        return Piece(short, core, end)
    return Piece(term + short, letters, end, short, core, end)
