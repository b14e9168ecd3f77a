"""Lists that stand as blocks: items side by side, and the one item that is described."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from app.answer import lists_clauses
from app.answer.candidate import Candidate, with_features
from app.answer.evidence import Evidence, Ranked
from app.answer.lists_aspects import (
    MOST_OF,
    announced,
    asked_aspect,
    cover_list,
    describing_words,
    item_spans,
    pointed_words,
    share,
    shown,
)
from app.answer.lists_build import ABOUT, STATED, build, count_features, item, short_of
from app.answer.lists_groups import (
    Group,
    groups,
    without_questions,
)
from app.answer.matching import Zone, quality
from app.answer.view import DocumentView, SentenceView
from app.model import Kind, Question, Span
from app.text.fold import fold
from app.text.numbers import number_value

_POINTED = re.compile("下列|如下|以下[^,，。;；的]{0,8}[:：]?$|[:：]$")
_DESCRIBED = 0.6  # share of the words that an item must hold to be the one described
_ORDINAL = re.compile("第[0-9一二三四五六七八九十]{1,3}[^,。?? ]")
_COUNTED = re.compile(
    "(?:第[0-9一二三四五六七八九十]{1,3}|最后一)[个项条大类种]([^,。?是有为指叫的 ]{2})"
)
_BOX = re.compile("(?:专栏|附表|附件|清单|表)[ ]?[0-9一二三四五六七八九十]+")
_NEGATED = re.compile("不(?:予|纳入|列入|计入|属于|支付|支持|受理|适用|享受|包括)")
_LABEL = re.compile("^[(]?[0-9一二三四五六七八九十]+(?:[、.)]|是)?")
_NUMBERED = re.compile("(?<!第)[二两三四五六七八九十][大个项条种类点步][^,。?? ]{2}")
_SET = re.compile("(?<![第0-9])([二三四五六七八九十两])[^0-9年月日时个项条种类大次,。?、”“ ]")
_ADDRESS = re.compile(
    "^(?!.*(?:下列|以下|如下|包括))[^。;；]{2,80}(?:政府|部门|单位|机构|委员会|办公室|[局厅委办]|办事处|医院|法院|检察院|学校|学院|银行|协会|公司|企业|集团|中心"
    "|街道|同志|代表)[:：]$"
)
_NOUN_LEAD = re.compile(
    "[:：](?:[(（]?[一1①][)）]?|一是|首先|其一)|(?<!第)[二三四五六七八九十][个大]?[项条点类种方步]"
)
_TOP_DOCUMENT = 0.97  # how well a document must be found for all its lists to be looked at
_LONGEST_LEAD = 120
_SHORT_ENOUGH = 150  # characters of measures that are given whole
_FRAME_PARTS = re.compile(
    "^(?:总体(?:要求|思路|目标)|指导思想|总则|附则|(?:组织|保障)(?:保障|措施|实施|领导)|(?:有关|工作)要求|其他(?:事项)?|法律责任)"
)
_PARAGRAPH = 70  # characters: items longer than this to which nothing leads are paragraphs
_READ = 12  # sentences round which groups and sections are looked for
_LEAD = 1.0
_BEFORE = 0.5  # a sentence that only stands before the items
_HEADING = 0.9
_UPPER_HEADING = 0.75
_ITEMS = 0.8
_ONE_ITEM = 0.3
_LEAST_NAME = 3
_UNSHOWN = 0.5
_UNTOLD = 0.3
_REFERENCES = re.compile("^[(（0-9）)]*《[^》]*》(?:[(（].*[)）])?$")
_ASKS_DOCUMENTS = re.compile("文件|依据|法规|通知|条例|办法|规定|法律|政策是什么")


def of_groups(question: Question, evidence: Evidence) -> list[Candidate]:
    """The items side by side near the sentences of the evidence, one candidate a group."""
    found: list[Candidate] = []
    by_document: dict[str, list[Ranked]] = {}
    for ranked in evidence.ranked[:_READ]:
        by_document.setdefault(ranked.view.id, []).append(ranked)
    for members in by_document.values():
        view = members[0].view
        near = [ranked.sentence for ranked in members]
        if members[0].document_prior >= _TOP_DOCUMENT:
            near.extend(_leading(question, view))
        for group in map(partial(without_questions, view), groups(view, near)):
            if len(group.items) >= 2 and not _only_title(group):
                found.append(_from_group(question, members[0], group))
    return found


def _leading(question: Question, view: DocumentView) -> list[SentenceView]:
    """The sentences of a document that lead to a list of the noun asked for (四项原则, 下列情形).

    The words of the question need not stand there: a document has few such lists.
    """
    aspect = asked_aspect(question)
    if aspect is None:
        return []
    return [
        sentence
        for sentence in view.sentences
        if len(sentence.text) <= _LONGEST_LEAD
        and (_POINTED.search(sentence.text) or _NOUN_LEAD.search(sentence.text))
        and aspect.lead.search(sentence.text)
    ]


def _only_title(group: Group) -> bool:
    """Whether the items are not items: an address is the lead of the whole text."""
    return not group.sections and not group.lead and not group.headings


@dataclass(frozen=True, slots=True)
class _Seen:
    """A group as a question sees it; `texts` are its folded items, `common` words of most."""

    group: Group
    items: tuple[Span, ...]
    texts: tuple[str, ...]
    common: tuple[str, ...]
    points: bool

    @property
    def lead(self) -> str:
        """The lead, when it points to the items."""
        return self.group.lead if self.points else ""

    @property
    def heading(self) -> str:
        """The heading next above the group."""
        return self.group.headings[0] if self.group.headings else ""


def _seen(question: Question, view: DocumentView, group: Group) -> _Seen:
    items = item_spans(question, view, group)
    if question.kind is Kind.MEASURES and sum(map(len, items)) > _SHORT_ENOUGH:
        items = [lists_clauses.core(view, span) for span in items]
    texts = tuple(fold(view.quote(span)).text for span in items)
    common = tuple(_common(question, texts))
    return _Seen(group, tuple(items), texts, common, _points(group.lead, len(items)))


def _from_group(question: Question, ranked: Ranked, group: Group) -> Candidate:
    view = ranked.view
    seen = _seen(question, view, group)
    zones = [
        Zone(group.lead, _LEAD if seen.points else _BEFORE),
        *(Zone(text, _UPPER_HEADING if i else _HEADING) for i, text in enumerate(group.headings)),
        Zone(" ".join(seen.texts), _ONE_ITEM),
        *(Zone(word, _ITEMS) for word in seen.common),
        Zone(view.about, ABOUT),
    ]
    covered = cover_list(question, view, zones, seen.lead + seen.heading, seen.texts)
    at_items = replace(ranked, sentence=view.sentences[view.at(seen.items[0].start)])
    made = build(question, at_items, seen.items, covered, _features(question, view, seen))
    said = announced(seen.lead + seen.heading)
    return replace(made, notes=made.notes or short_of(said, len(seen.items)))


def _features(question: Question, view: DocumentView, seen: _Seen) -> dict[str, float]:
    """What speaks for a group beside its coverage, or against it.

    That it leads on to the noun and the number asked for counts as far as the group is about the
    words of the question at all.
    """
    words = pointed_words(question, view)
    local = share(words, " ".join((seen.lead, *seen.group.headings, *seen.common)))
    if not words and shown(question, seen.lead, seen.heading, seen.texts) <= _UNSHOWN:
        local = _UNTOLD  # nothing tells this list from the others of the document
    if _NEGATED.search(seen.lead) and _asks_negated(question):
        local = 1.0  # a document says only once what it refuses or forbids
    noun = shown(question, seen.lead, "" if seen.points else seen.heading, seen.texts) - 0.5
    by_items = shown(question, "", "", seen.texts) - 0.5
    numbered = _names_number(question, seen.lead + seen.heading)
    counts = count_features(question, len(seen.items))
    if numbered:
        counts["count_off"] = 0.0  # the text may announce more than it gives
    dashed = view.stored.document.text[seen.items[0].start - 1] in "—–-"
    loose = not (seen.group.sections or seen.points or dashed)
    references = all(map(_REFERENCES.search, seen.texts))
    numbered_box = _box(question, (seen.group.lead, *seen.group.headings))
    named = _names(question, seen.heading) or numbered_box > 0 or _names_set(question, seen)
    headed = sum(bool(section.heading) for section in seen.group.sections)
    titled = headed >= MOST_OF * len(seen.group.sections)
    measures = question.kind is Kind.MEASURES and bool(seen.group.sections)
    return {
        "noun": max(min(noun, noun * local), by_items),
        **{name: local * value for name, value in counts.items()},
        "headed": local if numbered else float(named),
        "about": local,
        "pointed": local * seen.points,
        "boxed": numbered_box,
        "counts_alike": float(_counts_alike(question, seen.texts)),
        "counted_noun": float(_of_noun(question, seen)),
        "loose": loose * (2.0 if question.ordinal else 1.0),
        "one_item": max(0.0, max(share(words, text) for text in seen.texts) - local),
        "paragraphs": float(
            not titled
            and not seen.points
            and sum(map(len, seen.items)) > _PARAGRAPH * len(seen.items)
        ),
        "titled": float(measures and titled),
        "document_parts": float(titled and by_items < 0 and _of_document(seen)),
        "references": float(references and not _ASKS_DOCUMENTS.search(question.full)),
    }


def _of_document(seen: _Seen) -> bool:
    """Whether the items are the parts of the whole document: they are no list of anything."""
    return seen.group.sections[:1] != () and any(map(_FRAME_PARTS.search, seen.texts))


def _common(question: Question, items: Sequence[str]) -> list[str]:
    """The words of the question that most items say: they tell what the items are."""
    return [
        term.text
        for term in question.terms
        if sum(quality(term, one) >= STATED for one in items) >= MOST_OF * len(items)
    ]


def _names(question: Question, heading: str) -> bool:
    """Whether the question names a list by the words of its folded heading."""
    words = _LABEL.sub("", heading).strip()
    return len(words) >= _LEAST_NAME and words in question.full


def _asks_negated(question: Question) -> bool:
    """Whether a question asks for what is refused or forbidden (哪些费用不管)."""
    aspect = asked_aspect(question)
    return aspect is not None and aspect.lead.search("不予") is not None


def _box(question: Question, above: Sequence[str]) -> float:
    """Whether a group stands in the box, table or annex that a question names by its number.

    -1 when it names one and the group does not stand there.
    """
    asked = _BOX.search(question.full)
    if asked is None:
        return 0.0
    name = asked.group().replace(" ", "")
    found = (one.group().replace(" ", "") for text in above for one in _BOX.finditer(text))
    return 1.0 if name in found else -1.0


def _names_number(question: Question, lead: str) -> bool:
    """Whether the question names a list by its number as the folded lead does (三个方面)."""
    return any(found.group() in lead for found in _NUMBERED.finditer(question.full))


def _names_set(question: Question, seen: _Seen) -> bool:
    """Whether the question names a set by number and verb as the lead does (“四提”)."""
    return any(
        found.group() in seen.group.lead and number_value(found.group(1)) == len(seen.items)
        for found in _SET.finditer(question.full)
    )


def _counts_alike(question: Question, items: Sequence[str]) -> bool:
    """Whether an ordinal question counts as the items do (第三步, 第三顺序)."""
    asked = _ORDINAL.search(question.full) if question.ordinal else None
    return asked is not None and any(asked.group() in one for one in items)


def _of_noun(question: Question, seen: _Seen) -> bool:
    """Whether the items are what an ordinal question counts (第二项工程: 补链工程, 提质工程)."""
    asked = _COUNTED.search(question.full) if question.ordinal else None
    if asked is None:
        return False
    return sum(asked.group(1) in one for one in seen.texts) >= MOST_OF * len(seen.texts)


def _points(lead: str, items: int) -> bool:
    """Whether a folded lead points to what follows, and is no address.

    A number in it announces the items when it is theirs; other numbers count other things.
    """
    if _ADDRESS.search(lead):
        return False
    return _POINTED.search(lead) is not None or announced(lead) == items


def matching_item(question: Question, candidate: Candidate) -> list[Candidate]:
    """The one item of a list that the question describes (哪项改革解决…), if there is one."""
    view = candidate.view
    words = describing_words(question, view)
    values = []
    for quote in candidate.quotes:
        sentence = view.sentences[view.at(quote.start)]
        values.append(share(words, sentence.text))
    best = max(values)
    if not words or best < _DESCRIBED or values.count(best) > 1:
        return [candidate]
    chosen = item(candidate, values.index(best) + 1)
    if chosen is None:
        return [candidate]
    texts = view.sentences[view.at(chosen.quotes[0].start)].text
    covered = cover_list(question, view, [Zone(texts, 1.0), Zone(view.about, ABOUT)], texts)
    again = with_features(chosen, {"coverage": covered.score, "matched": 1.0})
    return [candidate, replace(again, coverage=covered)]
