"""The heading of a part: the words after its label that name it, if there are any.

Policy texts write headings in four ways, and the first mark after the label tells which::

    一、总体要求⏎                        the rest of the line
    一、支持物资供应 对生产企业，…        a run before a blank (the line break was lost)
    一是加强宣传引导。各单位要…           the first sentence, when text follows
    （一）申请条件：在本市注册…           a few words before a colon

Anything else is running text and has no heading.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.documents.labels import Family
from app.documents.paragraphs import LINE_BREAKS
from app.model import Span

LONGEST = 60
_LONGEST_SENTENCE = 40
_MOST_COMMAS = 2
_LONGEST_BEFORE_BLANK = 40
_LONGEST_BEFORE_COLON = 20
_LONGEST_OF_ARTICLE = 20
_LONGEST_SPACED = 6  # 总 则: a short heading drawn out with blanks

_MARK = re.compile(rf"[。！？!?；;：:，,]|[{LINE_BREAKS}]|[^\S{LINE_BREAKS}]+")
_BRACKETED = re.compile(r"\s{0,4}(【[^】\n]{1,30}】|（[^（）\n]{1,20}）(?=\s))")
_CLAUSE_END = re.compile("[。！？!?；;：:]")
_BLANK = re.compile(r"\s")
_COMMAS = re.compile("[，,]")
_BLANK_OR_PUNCTUATION = re.compile(r"[\s，,。；;：:！？!?、]")

# Words of a rule, not of a heading: the sentence regulates something.
# A lone 应 commands too, but not in words such as 供应 and 应急.
_RULE = re.compile(
    "应当|不得|可以|的[，,]|(?<![供响效反适相回感])应(?![急对用收届付享变邀])"
    "|^自[0-9本]|^本[办规条细通意公]|^(?:为了|根据|按照|依照)|如下$"
)

_NOT_AT_END = "，,、；;："


@dataclass(frozen=True, slots=True)
class Part:
    """Where the heading of one part is looked for.

    `label` is the marker, `own_end` the end of the text before the first part below it, `end` the
    end of the part, `opens_line` whether the marker opens a paragraph, `one_line` whether the
    text has lost its line breaks, so that a blank may stand for one.
    """

    family: Family
    label: Span
    own_end: int
    end: int
    opens_line: bool
    one_line: bool


def heading(text: str, part: Part) -> Span:
    """The span of the heading without label, blanks round it and closing mark; may be empty."""
    start = _skip_blanks(text, part.label.end, part.own_end)
    stop = min(part.own_end, start + LONGEST + 1)
    if part.family is Family.MARKDOWN:
        end = _line_end(text, start, part.own_end)
    elif part.family is Family.ARTICLE:
        return _of_article(text, start, part)
    else:
        end = _whole_line(text, start, part) or _first_run(text, start, stop, part)
    return _trimmed(text, start, end)


def _skip_blanks(text: str, start: int, end: int) -> int:
    """The first character of the heading: a comma or blanks after the label are not part of it."""
    while start < end and (text[start] in " \t\u3000，,") and text[start] not in LINE_BREAKS:
        start += 1
    return start


def _line_end(text: str, start: int, end: int) -> int:
    for position in range(start, end):
        if text[position] in LINE_BREAKS:
            return position
    return end


def _whole_line(text: str, start: int, part: Part) -> int:
    """The end of a short line without any mark that ends a clause, else 0."""
    if not part.opens_line and part.family is not Family.DIVISION:
        return 0
    end = _line_end(text, start, min(part.own_end, start + LONGEST + 1))
    line = text[start:end].rstrip()
    if len(line) > LONGEST or _CLAUSE_END.search(line):
        return 0
    if part.one_line and len(line) > _LONGEST_SPACED and _BLANK.search(line):
        return 0
    return end


def _first_run(text: str, start: int, stop: int, part: Part) -> int:
    """The end of the heading that the first decisive mark closes; `start` when there is none."""
    for mark in _MARK.finditer(text, start, stop):
        character, end = mark.group()[0], mark.start()
        if character in "，,":
            continue
        if character in LINE_BREAKS:
            return end
        if character in "；;":
            return start
        if character in "：:":
            return end if _names(text, start, mark) else start
        if character.isspace():
            if _is_break(text, mark) and end - start <= _LONGEST_BEFORE_BLANK:
                return end
            continue
        return end if _is_heading_sentence(text, start, mark.end(), part) else start
    if stop == part.own_end and stop - start <= LONGEST:
        return _before_next_label(text, start, stop)
    return start


def _names(text: str, start: int, colon: re.Match[str]) -> bool:
    """Whether the words before a colon name the part; the colon of https:// does not count."""
    run = text[start : colon.start()]
    if len(run) > _LONGEST_BEFORE_COLON or text.startswith("//", colon.end()):
        return False
    return not _COMMAS.search(run) and not _RULE.search(run)


def _is_break(text: str, blank: re.Match[str]) -> bool:
    """Whether a blank stands for a lost line break: between Chinese, not between Latin words."""
    if "\u3000" in blank.group():
        return True
    after = text[blank.end() : blank.end() + 1]
    return not text[blank.start() - 1].isascii() and (not after.isascii() or after.isdigit())


def _is_heading_sentence(text: str, start: int, end: int, part: Part) -> bool:
    """Whether the sentence before `end` is a heading: it names no rule, and text follows it."""
    follows = part.end if part.family is not Family.SERIES else part.own_end
    if not text[end:follows].strip():
        return False
    sentence = text[start : end - 1]
    if len(sentence) > _LONGEST_SENTENCE or len(_COMMAS.findall(sentence)) > _MOST_COMMAS:
        return False
    return not _RULE.search(sentence)


def _before_next_label(text: str, start: int, stop: int) -> int:
    """The end of words that run up to the next label: none when a comma shows a list of clauses."""
    run = text[start:stop].rstrip()
    if not run or run[-1] in _NOT_AT_END[:-1]:
        return start
    return start + len(run)


def _of_article(text: str, start: int, part: Part) -> Span:
    """【…】 or （…）, or a short run without punctuation before a blank or line break."""
    bracketed = _BRACKETED.match(text, part.label.end, part.own_end)
    if bracketed:
        return Span(bracketed.start(1) + 1, bracketed.end(1) - 1)
    stop = min(part.own_end, start + _LONGEST_OF_ARTICLE + 1)
    mark = _BLANK_OR_PUNCTUATION.search(text, start, stop)
    if mark is None or not mark.group().isspace() or not text[mark.end() : part.end].strip():
        return Span(part.label.end, part.label.end)
    return Span(start, mark.start())


def _trimmed(text: str, start: int, end: int) -> Span:
    while end > start and (text[end - 1].isspace() or text[end - 1] in _NOT_AT_END):
        end -= 1
    return Span(start, end)
