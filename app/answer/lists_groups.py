"""Items that stand side by side in a document, and the words that lead to them.

A group comes from one of three forms: labelled parts (（一）…；（二）…), lines below a lead-in that
ends in a colon (第一顺序：…；), and statements parted by semicolons (甲局负责…；乙局负责…).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from app.answer.view import DocumentView, SentenceView
from app.model import Section, Span
from app.text.fold import fold
from app.text.numbers import number_value

_NUMERAL = re.compile("[0-9]+|[一二三四五六七八九十百]+|[①-⑳⑴-⒛㈠-㈩㉑-㉟]")
_FIRST_LABELS = re.compile("^(?:首先|第一|其一)")
_ORDERED_WORDS = ("首先", "其次", "再次", "最后")
_RATIO = re.compile("[0-9]:[0-9]")
_LEAD_END = re.compile("[:：]$")
_STOP = re.compile("[。！？!?]$")
_SEMICOLON = re.compile("[;；]$")
_FEWEST = 2
_MOST = 40
_LONGEST_ITEM = 160  # characters of an item that is given whole
_LONGEST_TITLE = 20
_MOSTLY_TITLED = 0.6  # share of the parts with titles from which titles are the items
_INNER = re.compile("[，,；;：:]")
_DASH = re.compile("[\\s　]*[—–－-]{2}(?![0-9])")  # ——经济稳中有进。, not the date of a speech
_QUESTION_ABOVE = 3  # sentences between a question and the list that answers it
_NAMING = re.compile("^(?!答|注|问)[^,，。;；:：]{2,}[:：]$")  # 附件: names the list by itself
_LEAD_SHORT = 4  # a lead of so few characters says nothing: the sentence before it leads


@dataclass(frozen=True, slots=True)
class Group:
    """Items side by side.

    `lead` is the folded text that leads to them, `headings` the folded headings above them,
    innermost first. `items` are the spans of the items without their labels; `sections` the parts
    of the outline they come from, empty for items without labels.
    """

    lead: str
    headings: tuple[str, ...]
    items: tuple[Span, ...]
    sections: tuple[Section, ...]


def groups(view: DocumentView, near: Iterable[SentenceView]) -> list[Group]:
    """The groups of `view` that one of the sentences `near` leads to or lies in."""
    wanted = sorted({sentence.index for sentence in near})
    runs = [run for run in _runs(view) if _touches(view, run, wanted)]
    found = [_labelled(view, run) for run in runs]
    starts = {section.span.start for group in found for section in group.sections}
    taken: set[int] = set()
    for index in wanted:
        for group in (_lines(view, index), _dashed(view, index), _statements(view, index)):
            if group is None or group.items[0].start in taken:
                continue
            span = Span(group.items[0].start, group.items[-1].end)
            if not any(span.start < start < span.end for start in starts):
                found.append(group)
                taken.update(item.start for item in group.items)
    return found


def _touches(view: DocumentView, run: Sequence[Section], wanted: Sequence[int]) -> bool:
    """Whether a wanted sentence leads to the run, stands in it, or is a heading above it."""
    first = view.at(run[0].span.start)
    last = view.at(run[-1].span.start)
    if any(first - 1 <= index <= last for index in wanted):
        return True
    if run[0].parent is None:
        return False
    start = view.at(view.stored.outline.sections[run[0].parent].span.start)
    return any(start <= index < first for index in wanted)


def without_questions(view: DocumentView, group: Group) -> Group:
    """`group` without the items that ask: a question beside its answer is no item of a list."""
    kept = tuple(item for item in group.items if not _asks(view, item))
    return group if len(kept) == len(group.items) else replace(group, items=kept)


def _asks(view: DocumentView, item: Span) -> bool:
    text = view.stored.document.text
    return text[item.end - 1 : item.end + 1].strip("。；; \n")[-1:] in ("?", "？")


# ── labelled parts ──────────────────────────────────────────────────────────────────────────────


def _runs(view: DocumentView) -> Iterator[list[Section]]:
    """The runs of labels that count on, below one parent."""
    siblings: dict[int | None, list[Section]] = {}
    for section in view.stored.outline.sections:
        siblings.setdefault(section.parent, []).append(section)
    for members in siblings.values():
        run: list[Section] = []
        for section in members:
            if run and not _follows(run[-1], section):
                if _FEWEST <= len(run) <= _MOST:
                    yield run
                run = []
            run.append(section)
        if _FEWEST <= len(run) <= _MOST:
            yield run


def _follows(before: Section, after: Section) -> bool:
    """Whether `after` has the next label of the same form as `before`."""
    if before.label in _ORDERED_WORDS or after.label.strip("，, ") in _ORDERED_WORDS[1:]:
        return not _FIRST_LABELS.match(after.label)
    left, right = _NUMERAL.search(before.label), _NUMERAL.search(after.label)
    if left is None or right is None:
        return before.label[:1] == after.label[:1]
    if _NUMERAL.sub("", before.label) != _NUMERAL.sub("", after.label):
        return False
    first, second = _value(left.group()), _value(right.group())
    return first is not None and second is not None and second == first + 1


def _value(numeral: str) -> float | None:
    """The value of a numeral; ③ and ㈢ are one character and no number of the text."""
    if len(numeral) == 1 and not numeral.isdecimal() and numeral >= "①":
        numeric = unicodedata.numeric(numeral, None)
        if numeric is not None and number_value(numeral) is None:
            return numeric
    value = number_value(numeral)
    return None if value is None else float(value)


def _labelled(view: DocumentView, run: Sequence[Section]) -> Group:
    outline = view.stored.outline
    start, parent = run[0].span.start, run[0].parent
    headings = tuple(
        fold(outline.sections[i].label + outline.sections[i].heading).text
        for i in reversed(outline.path(parent))
    )
    floor = outline.sections[parent].span.start if parent is not None else 0
    headings = (*_question_above(view, start, floor), *headings)
    return Group(lead_before(view, start, floor), headings, tuple(bodies(view, run)), tuple(run))


def lead_before(view: DocumentView, start: int, floor: int) -> str:
    """The folded words that lead to what begins at `start`, not reaching before `floor`."""
    index = view.at(start)
    if index >= len(view.sentences):
        return ""
    begun = view.sentences[index].span.start
    inside = fold(view.quote(Span(max(begun, floor), start))).text.strip() if begun < start else ""
    if len(inside) > _LEAD_SHORT or index == 0 or _NAMING.search(inside):
        return inside
    before = view.sentences[index - 1]
    if before.span.start < floor:
        return inside
    return before.text


def _question_above(view: DocumentView, start: int, floor: int) -> tuple[str, ...]:
    """The question that the text asks itself just above: it serves as a heading there."""
    index = view.at(start)
    for sentence in reversed(view.sentences[max(0, index - _QUESTION_ABOVE) : index]):
        if sentence.span.start < floor:
            break
        if sentence.text.endswith("?"):
            return (sentence.text,)
    return ()


def bodies(view: DocumentView, run: Sequence[Section]) -> list[Span]:
    """What each labelled part says: its heading, or its words when it has none.

    The last part of a run often takes in what follows the list: it ends with its line, and with
    its first sentence when the others are of one sentence.
    """
    text = view.stored.document.text
    titles = [title_words(view, section) for section in run]
    if sum(title is not None for title in titles) >= _MOSTLY_TITLED * len(run):
        return [title or _first(view, part) for title, part in zip(titles, run, strict=True)]
    spans = [_words(text, section) for section in run]
    counts = [_sentence_count(view, span) for span in spans]
    counts[-1] = min(counts[-1], max(counts[:-1]))
    whole = (_first_sentences(view, span, most) for span, most in zip(spans, counts, strict=True))
    return [_without_stop(text, span) for span in whole]


def title_words(view: DocumentView, section: Section) -> Span | None:
    """The heading of `section` without its label, or the short first sentence that serves as one
    (第七条 支持绿色发展。对新获评的…)."""
    text = view.stored.document.text
    if section.heading:
        start = section.heading_span.start + len(section.label)
        return _without_stop(text, Span(start, section.heading_span.end))
    index = view.at(section.span.start)
    if index + 1 >= len(view.sentences) or section.span.end <= view.sentences[index + 1].span.start:
        return None
    start = section.span.start + len(section.label)
    title = _without_stop(text, Span(start, max(start, view.sentences[index].span.end)))
    if not 0 < len(title) <= _LONGEST_TITLE or _INNER.search(title.of(text)):
        return None
    return title if _STOP.search(view.sentences[index].text) else None


def _first(view: DocumentView, section: Section) -> Span:
    text = view.stored.document.text
    return _without_stop(text, _first_sentences(view, _words(text, section), 1))


def _words(text: str, section: Section) -> Span:
    """The words of the line that `section` begins, without its label."""
    start = section.span.start + len(section.label)
    line_end = text.find("\n", start, section.span.end)
    return _stripped(text, Span(start, line_end if line_end > start else section.span.end))


def _sentence_count(view: DocumentView, span: Span) -> int:
    return max(1, view.at(max(span.start, span.end - 1)) - view.at(span.start) + 1)


def _first_sentences(view: DocumentView, span: Span, most: int) -> Span:
    """The first `most` sentences of `span`; one when they are long together."""
    first = view.at(span.start)
    for count in (most, 1):
        last = min(first + count - 1, len(view.sentences) - 1)
        end = min(span.end, view.sentences[last].span.end)
        if end - span.start <= _LONGEST_ITEM or count == 1:
            return Span(span.start, end)
    return span


def _without_stop(text: str, span: Span) -> Span:
    """`span` without blanks at its ends and without the mark of punctuation behind it."""
    span = _stripped(text, span)
    end = span.end
    while end > span.start and text[end - 1] in "。；;，,：: \u3000":
        end -= 1
    return Span(span.start, end)


def _stripped(text: str, span: Span) -> Span:
    start, end = span.start, span.end
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)


# ── lines and statements ────────────────────────────────────────────────────────────────────────


def _lines(view: DocumentView, index: int) -> Group | None:
    """The lines below a lead-in that ends in a colon, up to the one that ends in a stop."""
    lead = view.sentences[index]
    if not _LEAD_END.search(lead.text.rstrip()):
        return None
    items: list[SentenceView] = []
    for sentence in view.sentences[index + 1 : index + 1 + _MOST]:
        if sentence.section != lead.section or _LEAD_END.search(sentence.text.rstrip()):
            break
        items.append(sentence)
        if _STOP.search(sentence.text):
            break
    if len(items) < _FEWEST or not all(_SEMICOLON.search(item.text) for item in items[:-1]):
        return None
    return _plain(view, lead.text, lead.headings, items)


def _dashed(view: DocumentView, index: int) -> Group | None:
    """The paragraphs that begin with a dash below or around a sentence: their first sentences."""
    sentences, text = view.sentences, view.stored.document.text
    section = sentences[index].section
    found: list[SentenceView] = []
    first = index
    while first and sentences[first - 1].section == section and index - first < _MOST:
        first -= 1
    for sentence in sentences[first:]:
        if sentence.section != section or len(found) > _MOST:
            break
        if _DASH.match(text, sentence.span.start, sentence.span.end):
            found.append(sentence)
    if len(found) < _FEWEST or found[-1].index < index:
        return None
    spans = []
    for sentence in found:
        dash = _DASH.match(text, sentence.span.start, sentence.span.end)
        start = dash.end() if dash else sentence.span.start
        spans.append(_without_stop(text, Span(start, sentence.span.end)))
    before = sentences[found[0].index - 1] if found[0].index else None
    lead = before.text if before is not None and before.section == section else ""
    return Group(lead, found[0].headings, tuple(spans), ())


def _statements(view: DocumentView, index: int) -> Group | None:
    """The statements parted by semicolons round the sentence `index`."""
    first = last = index
    sentences = view.sentences
    section = sentences[index].section
    while first and _joined(sentences[first - 1], section) and index - first < _MOST:
        first -= 1
    while _joined(sentences[last], section) and last + 1 < len(sentences) and last - first < _MOST:
        last += 1
    members = sentences[first : last + 1]
    if len(members) < _FEWEST:
        return None
    before = sentences[first - 1].text if first and sentences[first - 1].section == section else ""
    return _plain(view, before, sentences[index].headings, members)


def _joined(sentence: SentenceView, section: int | None) -> bool:
    return sentence.section == section and _SEMICOLON.search(sentence.text) is not None


def _plain(
    view: DocumentView, lead: str, headings: tuple[str, ...], members: Sequence[SentenceView]
) -> Group:
    text = view.stored.document.text
    spans = [member.span for member in members]
    cut = _colon(members[0].text)
    if cut and not any(_colon(member.text) for member in members[1:]):
        lead = members[0].text[:cut]
        spans[0] = Span(members[0].original(cut, cut + 1).start, spans[0].end)
    items = tuple(_without_stop(text, without_label(view, span)) for span in spans)
    headings = (*_question_above(view, members[0].span.start, 0), *headings)
    return Group(lead, headings, items, ())


def _colon(text: str) -> int:
    """The place behind the last colon that leads on to a list, 0 when there is none."""
    found = text.rfind(":")
    if _RATIO.match(text, max(0, found - 1)):
        return 0  # 7:3 parts nothing
    return found + 1 if 0 < found < len(text) - _FEWEST else 0


def without_label(view: DocumentView, span: Span) -> Span:
    """`span` without the label and heading of a part that begins there."""
    outline = view.stored.outline
    index = outline.at(span.start)
    if index is None:
        return span
    section = outline.sections[index]
    if section.span.start != span.start:
        return span
    start = section.span.start + len(section.label)
    return Span(start, span.end) if start < span.end else span


def bare(view: DocumentView, sentence: SentenceView) -> Span:
    """A sentence without its label and the stop behind it."""
    span = without_label(view, sentence.span)
    text = view.stored.document.text
    end = span.end
    while end > span.start and (text[end - 1] in "。；;" or text[end - 1].isspace()):
        end -= 1
    return Span(span.start, end)
