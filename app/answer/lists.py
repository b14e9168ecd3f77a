"""Answers that are lists: named sets (四项制度), sections, enumerations, clauses of measures."""

from __future__ import annotations

import re
from dataclasses import replace

from app.answer import enumeration
from app.answer.candidate import Candidate
from app.answer.evidence import Evidence, Ranked, cover, is_title
from app.answer.matching import Coverage, Zone, coverage, quality
from app.answer.view import DocumentView, SentenceView
from app.model import Kind, Question, QuestionTerm, Section, Span, TermRole
from app.text.fold import fold
from app.text.numbers import number_value
from app.text.sentences import clauses, sentences

_NUMERAL = "[0-9一二两三四五六七八九十]"
_NAMED_SET = re.compile(
    f"({_NUMERAL}{{1,3}})(?:大|个|项|条|种|支|类|只|方面|批|点|步|段)?([一-鿿]{{1,6}})"
)
_PATTERN_NAME = re.compile(
    '以[“"]?(?:某某?|XX|xx|××|…+)?([一-鿿]{2,4})[”"]?(?:命名|为名|冠名|结尾)'
)
_RESULT = re.compile(
    "得到(?:全面|有效|根本)|取得|荣获|明显(?:提升|改善|提高)|大幅(?:提升|提高)|更加|显著|均衡转向|逐步实现"
)
_PROCESS = re.compile("环节|步骤|流程|程序")
_ASPECT_NOUN = re.compile("难题|难点|目标|目的|对象|重点|方向|问题")
_MOST_ITEMS = 30
_FEWEST = 2  # headings below that make a list
_SECTION_FLOOR = 0.6
_SECTION_BONUS = 0.1
_TITLE_COST = 0.25
_DOCUMENT_SHARE = 0.8
_SET_SCORE = 1.3
_NAMED_COVERAGE = 0.7


def candidates(question: Question, evidence: Evidence) -> list[Candidate]:
    """Lists that may answer, best first."""
    found = [*_pattern_names(question, evidence), *_named_sets(question, evidence)]
    found.extend(_sections(question, evidence))
    for ranked in evidence.ranked[:6]:
        found.extend(_enumerations(question, ranked))
        found.extend(_measure_clauses(question, ranked))
    found.sort(key=lambda candidate: -candidate.score)
    return found


# ── lists that the question names: 四项制度, 六个一 ─────────────────────────────────────────────


def _set_names(question: Question) -> list[tuple[int, re.Pattern[str]]]:
    """The named sets of the question: how many items, and how the text may write the name."""
    names: list[tuple[int, re.Pattern[str]]] = []
    for found in _NAMED_SET.finditer(question.full):
        value = number_value(found.group(1))
        if value is None or not 2 <= value <= _MOST_ITEMS:
            continue
        noun = found.group(2)
        for length in range(len(noun), 0, -1):
            pattern = f"{re.escape(found.group(1))}[^,。]?{re.escape(noun[:length])}"
            names.append((int(value), re.compile(pattern)))
    return names


def _named_sets(question: Question, evidence: Evidence) -> list[Candidate]:
    found: list[Candidate] = []
    names = _set_names(question)
    for ranked in evidence.ranked:
        for count, name in names:
            spelled = _heading_set(question, ranked, count, name)
            spelled = spelled or _inline_set(question, ranked, count, name)
            if spelled is not None:
                found.append(spelled)
                break
    return found


def _heading_set(
    question: Question, ranked: Ranked, count: int, name: re.Pattern[str]
) -> Candidate | None:
    """The set stands in a heading: its items are the sections below."""
    view = ranked.view
    outline = view.stored.outline
    for i in reversed(outline.path(ranked.sentence.section)):
        heading = fold(outline.sections[i].heading).text
        if name.search(heading) is None:
            continue
        children = [outline.sections[child] for child in outline.children(i)]
        if len(children) == count:
            return _named(
                _from_sections(question, ranked, outline.sections[i], children, _SET_SCORE)
            )
    return None


def _named(candidate: Candidate) -> Candidate:
    """A set found by its name and number is what was asked for, however the rest is worded."""
    covered = candidate.coverage
    return replace(
        candidate,
        coverage=replace(covered, score=max(covered.score, _NAMED_COVERAGE)),
    )


def _inline_set(
    question: Question, ranked: Ranked, count: int, name: re.Pattern[str]
) -> Candidate | None:
    """The set is spelled out beside its name: A、B、C“三公开”, or “三公开”:A、B、C."""
    text = ranked.sentence.text
    for found in name.finditer(text):
        border = enumeration.borders(text, found.start())
        left = enumeration.read(text, border.start, _before_quote(text, found.start()))
        sides = [left] if left else []
        if border.end < len(text) and text[border.end] in ":：,，":
            after = enumeration.borders(text, border.end + 1)
            right = enumeration.read(text, after.start, after.end)
            sides.extend([right] if right else [])
        for side in sides:
            if len(side.items) == count:
                return _named(_from_enumeration(question, ranked, side, _SET_SCORE))
    return None


def _before_quote(text: str, place: int) -> int:
    while place and text[place - 1] in "“《(":
        place -= 1
    return place


# ── sections ────────────────────────────────────────────────────────────────────────────────────


def _sections(question: Question, evidence: Evidence) -> list[Candidate]:
    """Sections whose heading covers the question: the headings below, or the measures inside."""
    found: list[Candidate] = []
    seen: set[tuple[str, int]] = set()
    for ranked in evidence.ranked[:12]:
        outline = ranked.view.stored.outline
        for i in reversed(outline.path(ranked.sentence.section)):
            section = outline.sections[i]
            if (ranked.view.id, i) in seen or not section.heading:
                continue
            seen.add((ranked.view.id, i))
            covered = _heading_coverage(question, ranked.view, section)
            if covered.score < _SECTION_FLOOR:
                continue
            children = [outline.sections[child] for child in outline.children(i)]
            headed = [child for child in children if child.heading]
            if len(headed) >= _FEWEST:
                found.append(_from_sections(question, ranked, section, headed, covered.score))
            else:
                found.extend(_from_body(question, ranked, section, covered))
    return found


def _heading_coverage(question: Question, view: DocumentView, section: Section) -> Coverage:
    zones = [Zone(fold(section.label + section.heading).text, 1.0), Zone(view.about, 0.55)]
    return cover(question, view, zones)


def _from_sections(
    question: Question, ranked: Ranked, section: Section, children: list[Section], score: float
) -> Candidate:
    view = ranked.view
    items = [_aspect(question, view, child) for child in children]
    covered = cover(
        question,
        view,
        [
            Zone(fold(section.heading).text, 1.0),
            Zone(" ".join(fold(child.heading).text for child in children), 0.9),
            Zone(view.about, 0.55),
        ],
    )
    return _list(question, ranked, items, max(score, covered.score), covered)


def _aspect(question: Question, view: DocumentView, section: Section) -> Span:
    """The part of a heading that was asked for: the difficulty, the reform, or all of it."""
    text = view.stored.document.text
    start = section.heading_span.start + len(section.label)
    whole = Span(start, section.heading_span.end)
    if not whole.of(text).strip() or not section.heading:
        lines = sentences(text, section.span)
        return lines[0] if lines else whole
    parts = clauses(text, whole)
    if not parts:
        return whole
    asked = [term for term in question.terms if term.role not in {TermRole.NUMBER, TermRole.PLACE}]
    scored = [(_aspect_score(question, asked, fold(part.of(text)).text), part) for part in parts]
    best = max(score for score, _ in scored)
    if best <= 0:
        return Span(parts[0].start, parts[-1].end)
    chosen = next(part for score, part in scored if score == best)
    return _trimmed(text, chosen)


def _aspect_score(question: Question, asked: list[QuestionTerm], text: str) -> float:
    score = sum(term.weight * quality(term, text) for term in asked)
    if question.kind is Kind.REFORMS and not _ASPECT_NOUN.search(question.full):
        score += 1.0 if "改革" in text else 0.0
    return score


_MANNER = re.compile(
    "^(?:(?:深入|全面|大力|系统|扎实|持续|积极|稳步|不断|着力|切实|加快|进一步|有序|统筹|逐步)(?:推进|推动|实施|开展|深化|落实|促进)?|(?:推进|推动|实施|开展|深化))"
)


def _trimmed(text: str, part: Span) -> Span:
    """A clause without the words of manner in front of what it names."""
    found = _MANNER.match(fold(part.of(text)).text)
    if found and found.end() + 4 <= len(part):
        return Span(part.start + found.end(), part.end)
    return part


def _from_body(
    question: Question, ranked: Ranked, section: Section, covered: Coverage
) -> list[Candidate]:
    """The clauses of a section without items of its own, as one list; nothing for an empty one."""
    view = ranked.view
    text = view.stored.document.text
    body = Span(section.heading_span.end, section.span.end)
    lines = sentences(text, body)
    if _PROCESS.search(question.full):
        lines = _until_results(view, lines)
    items = [clause for line in lines for clause in clauses(text, line)]
    items = [item for item in items if _says_what_is_done(fold(item.of(text)).text)]
    score = covered.score + _SECTION_BONUS
    return [_list(question, ranked, items[:_MOST_ITEMS], score, covered)] if items else []


_BACKGROUND = re.compile(
    "^(?:为了?|根据|按照|依据|依照|鉴于|截至|据|近日|日前|目前|当前|同时|此外|下一步|因此|随着|由于|受)|^.{0,6}(?:期间|以来|之际)$"
    "|^[0-9年月日上下中旬底末初]+$"
)


def _says_what_is_done(clause: str) -> bool:
    """Whether a folded clause is neither background nor effect."""
    return _RESULT.search(clause) is None and _BACKGROUND.search(clause) is None


def _until_results(view: DocumentView, lines: list[Span]) -> list[Span]:
    """The sentences before the first one that reports figures."""
    kept: list[Span] = []
    for line in lines:
        if kept and view.sentences[view.at(line.start)].figures:
            break
        kept.append(line)
    return kept


# ── enumerations and clauses ────────────────────────────────────────────────────────────────────


def _enumerations(question: Question, ranked: Ranked) -> list[Candidate]:
    text = ranked.sentence.text
    found: list[Candidate] = []
    place = 0
    while place < len(text):
        border = enumeration.borders(text, place)
        place = border.end + 1
        read = enumeration.read(text, border.start, border.end)
        if read is not None:
            found.append(_from_enumeration(question, ranked, read, 0.0))
    return found


_NOUN_BONUS = 0.2
_NO_NOUN = 0.1
_REPEATS = 0.4
_UNRELATED = 0.25  # no word of the question in the clause itself


def _repeated(question: Question, items: list[str]) -> float:
    """The share of the items that say again what the question said."""
    strong = [term for term in question.terms if term.role not in {TermRole.WEAK, TermRole.NUMBER}]
    if any(term.text == item for term in strong for item in items):
        return 1.0  # the thing asked about stands among its siblings: these are not its parts
    again = sum(any(quality(term, item) >= 0.9 for term in strong) for item in items)
    return again / len(items)


def _from_enumeration(
    question: Question, ranked: Ranked, read: enumeration.Enumeration, floor: float
) -> Candidate:
    sentence = ranked.sentence
    text = sentence.text
    border = enumeration.borders(text, read.span.start)
    around = text[border.start : border.end]
    zones = [
        Zone(around, 1.0),
        Zone(text, 0.8),
        Zone(ranked.view.about, 0.55),
        *(Zone(heading, 0.6) for heading in sentence.headings),
    ]
    covered = cover(question, ranked.view, zones)
    bonus = _NO_NOUN if question.kind is Kind.LIST else 0.0
    bonus -= _REPEATS * _repeated(question, [text[i.start : i.end] for i in read.items])
    if read.noun and any(quality(term, read.noun) >= 0.7 for term in question.terms):
        bonus += _NOUN_BONUS
    strong = [term for term in question.terms if term.role is not TermRole.WEAK]
    if not any(quality(term, around) >= 0.7 for term in strong):
        bonus -= _UNRELATED
    items = [sentence.original(item.start, item.end) for item in read.items]
    return _list(question, ranked, items, max(floor, covered.score + bonus), covered)


def _measure_clauses(question: Question, ranked: Ranked) -> list[Candidate]:
    """The clauses of one sentence that say what is done, up to the clause with the effect."""
    if question.kind not in {Kind.MEASURES, Kind.LIST}:
        return []
    sentence = ranked.sentence
    parts = [part for part in sentence.clauses if _says_what_is_done(part.text)]
    if len(parts) < 2:
        return []
    covered = cover(
        question,
        ranked.view,
        [
            Zone(sentence.text, 1.0),
            Zone(ranked.view.about, 0.55),
            *(Zone(heading, 0.6) for heading in sentence.headings),
        ],
    )
    bonus = 0.1 if question.kind is Kind.MEASURES else 0.0
    return [
        _list(question, ranked, [part.span for part in parts], covered.score + bonus - 0.1, covered)
    ]


# ── names of one pattern ────────────────────────────────────────────────────────────────────────


def _pattern_names(question: Question, evidence: Evidence) -> list[Candidate]:
    """All names of one form in a document: 以“某某工程”命名的."""
    asked = _PATTERN_NAME.search(question.full)
    best = evidence.best
    if asked is None or best is None:
        return []
    noun = re.escape(asked.group(1))
    pattern = re.compile(f"[“][^“”]{{1,20}}{noun}”|[“][^“”]{{1,20}}”{noun}")
    view = best.view
    spans: dict[str, Span] = {}
    for sentence in view.sentences:
        for found in pattern.finditer(sentence.text):
            spans.setdefault(found.group(), sentence.original(found.start(), found.end()))
    if not spans:
        return []
    full = Coverage(1.0, (), tuple(1.0 for _ in question.terms))
    return [_list(question, best, list(spans.values()), _SET_SCORE, full)]


def _list(
    question: Question, ranked: Ranked, items: list[Span], score: float, covered: Coverage
) -> Candidate:
    text = ranked.view.stored.document.text
    document = _DOCUMENT_SHARE * (ranked.document_prior - 1) - _TITLE_COST * is_title(
        ranked.sentence
    )
    notes: tuple[str, ...] = ()
    if question.announced is not None and question.announced > len(items):
        notes = (f"问题提到{question.announced}项，原文这里找到{len(items)}项。",)
    kind = question.kind if question.kind in {Kind.MEASURES, Kind.REFORMS} else Kind.LIST
    return Candidate(
        kind=kind,
        view=ranked.view,
        sentence=ranked.sentence,
        answer="；".join(item.of(text) for item in items),
        quotes=tuple(items),
        score=score + document,
        coverage=covered,
        features={"list": score, "document": document},
        notes=notes,
    )


def item(candidate: Candidate, ordinal: int) -> Candidate | None:
    """One item of a list, counted from 1, or -1 for the last; None when there are fewer."""
    place = ordinal - 1 if ordinal > 0 else ordinal
    if not -len(candidate.quotes) <= place < len(candidate.quotes):
        return None
    quote = candidate.quotes[place]
    text = candidate.view.stored.document.text
    return replace(candidate, answer=quote.of(text), quotes=(quote,))


def sentence_of(view: DocumentView, span: Span) -> SentenceView:
    """The sentence of `view` that holds the start of `span`."""
    return view.sentences[min(view.at(span.start), len(view.sentences) - 1)]


__all__ = ["candidates", "coverage", "item", "sentence_of"]
