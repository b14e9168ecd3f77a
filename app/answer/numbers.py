"""Answers that are one number: amounts, counts and ratios."""

from __future__ import annotations

import re
from dataclasses import replace

from app.answer import cells, ellipsis
from app.answer.candidate import Candidate
from app.answer.conditions import tier, with_case
from app.answer.evidence import Evidence, Ranked, cover
from app.answer.matching import Coverage, Zone, quality
from app.answer.number_span import span_asked
from app.answer.numbers_coverage import with_modality, without_rivals
from app.answer.numbers_features import features_of, of_other_grade
from app.answer.opposites import is_opposite
from app.answer.view import DocumentView, SentenceView
from app.answer.weights import total
from app.model import (
    Dimension,
    Figure,
    Kind,
    Modality,
    Question,
    Role,
    Span,
)
from app.text.fold import fold
from app.text.quantities import compatible_units

_GROUP = "figure"
_SENTENCES = 14  # best sentences whose figures are looked at

# What finding a question word is worth, by where it stands relative to the number.
_LOCAL = 1.0
_CLAUSE = 0.9
_SUBJECT = 0.9
_SCOPE = 0.95  # the whole that a part (其中) belongs to
_WHOLE = 0.85  # the sentence before 其中
_REFERRED = 0.85  # the provision that the sentence refers to by its article
_EARLIER = 0.7
_LATER = 0.45
_HEADING = 0.6
_ABOUT = 0.55
_BEFORE = 0.4

_ONLY_DATE = re.compile("(?:截至|到|至)?[0-9年月日末底初上下半季度一二三四]{2,12}(?:末|底|前)?")
_PROOF = 60  # characters by which a proof may be widened at once
_LED = 40  # characters before a number that may tell of the value before it
_OF_WHICH = "其中"
_SHARE_OF = re.compile("占(?!比)")

_DIMENSIONS: dict[Kind, frozenset[Dimension]] = {
    Kind.AMOUNT: frozenset({Dimension.MONEY}),
    Kind.COUNT: frozenset({Dimension.COUNT, Dimension.MEASURE}),
    Kind.RATIO: frozenset({Dimension.RATIO}),
}
_CHANGES = frozenset({Dimension.RATIO, Dimension.POINTS})
_COUNTED = frozenset({Dimension.COUNT, Dimension.MEASURE})
_TEN_MILLION = 10_000_000  # whoever asks for 亿 does not mean less
_SPAN_ASKED = re.compile("(?:几|多少)个?(天|日|工作日|小时|月|年|周|学期|分钟)")
_SPANS = {"月": "个月"}
_SHARE_ASKED = re.compile("百分|几成|成数|个点|比例|比重|占|率|倍|增速|幅")
_COUNTING = re.compile("数量|[人个次户件家项]数")
_RATE = re.compile("率|比例|占比|比重")
# 误差到多少就…: a limit of whatever sort
_LIMIT_ASKED = re.compile(
    "(?:到|达到|超过?|低于|高于|少于|多于|不足|大于|小于)多少(?=$|[就才会要的,?？])"
)
_AGES = frozenset({"岁", "周岁"})  # 60周岁以上 says who, not how many
_ANY_NUMBER = frozenset({Dimension.COUNT, Dimension.MEASURE, Dimension.MONEY})


def candidates(question: Question, evidence: Evidence) -> list[Candidate]:
    """The figures that fit the question in kind, unit and year, best first."""
    return _fitting(question, evidence) or _growth_aimed_at(question, evidence)


def _fitting(question: Question, evidence: Evidence) -> list[Candidate]:
    found = [
        _candidate(question, ranked, figure)
        for ranked in evidence.ranked[:_SENTENCES]
        for figure in ranked.sentence.figures
        if fits(question, ranked.view, figure)
    ]
    found.sort(key=lambda candidate: -candidate.score)
    return found


# 报销多少, 罚多少: a sum or a share, as the text has it; 报销多少钱 wants the sum
_RATE_OR_SUM = re.compile(
    "(?:报销?|补(?:助|贴|偿)?|奖(?:励|补)?|计入|返还?|承担|分担|缴存?|交|贴息|罚|划入|支付)(?:标准)?"
    "(?:是|为|到|给)?多少(?=$|[,?？呢啊呀吗])|(?:计入|缴费|缴存|报销|支付|返还)标准"
)
_GROWTH_AIM = re.compile(
    "(?:增长|增速|[涨增降升]幅|下降|降低|上涨)(?:的)?(?:预期)?目标|目标[^,。?]{0,4}增长"
)
_AIM_ASKED = re.compile("目标|预期|计划|力争|预计")


def _growth_aimed_at(question: Question, evidence: Evidence) -> list[Candidate]:
    """生产总值的目标是多少: where no amount is set, the growth aimed at is the target."""
    if question.unit or question.kind is Kind.RATIO or not _AIM_ASKED.search(question.full):
        return []
    asked = replace(question, kind=Kind.RATIO, roles=(Role.CHANGE,), dimension=None)
    found = _fitting(asked, evidence)
    return [one for one in found if one.figure and one.figure.modality is Modality.TARGET]


def changes(question: Question, evidence: Evidence) -> list[Candidate]:
    """Changes that the text itself states: 比上年提高0.9个百分点, 增加0.4万人."""
    found = [
        _candidate(question, ranked, figure)
        for ranked in evidence.ranked[:_SENTENCES]
        for figure in ranked.sentence.figures
        if figure.role is Role.CHANGE and _of_year(question, ranked.view, figure)
    ]
    if question.total:
        found.extend(_totals(question, evidence))
    found.sort(key=lambda candidate: -candidate.score)
    return found


_SUMMED = re.compile("累计|合计|共计|总计|总共|一共|滚存|共(?=[^同享建有用性])")


def _totals(question: Question, evidence: Evidence) -> list[Candidate]:
    """Totals that the text itself states: 五年累计投入47亿元."""
    kind = Kind.AMOUNT if _MONEY_ASKED.search(question.full) else Kind.COUNT
    dimension = Dimension.MONEY if kind is Kind.AMOUNT else None
    asked = replace(question, kind=kind, dimension=dimension)
    return [
        _candidate(asked, ranked, figure)
        for ranked in evidence.ranked[:_SENTENCES]
        for figure in ranked.sentence.figures
        if figure.role is not Role.CHANGE
        and fits(replace(asked, years=()), ranked.view, figure)
        and _SUMMED.search(fold(ranked.view.quote(figure.frame)).text)
    ]


_MONEY_ASKED = re.compile("钱|元|资金|经费|投[入了]|[花掏砸][了出]")


def _of_year(question: Question, view: DocumentView, figure: Figure) -> bool:
    """Whether a figure is not of another year; a text on one year need not repeat it."""
    year = figure.year or view.year
    return not question.years or year is None or year in question.years


def fits(question: Question, view: DocumentView, figure: Figure) -> bool:
    """Whether a figure is of the kind and unit asked for and not of another year."""
    dimension = figure.quantity.dimension
    if dimension not in _dimensions(question):
        return False
    counted = dimension in _COUNTED and question.dimension is not Dimension.DURATION
    if question.unit and counted and not compatible_units(question.unit, figure.quantity.unit):
        return False
    if (
        "亿" in question.full
        and dimension is Dimension.MONEY
        and figure.quantity.value < _TEN_MILLION
    ):
        return False
    if dimension is Dimension.DURATION:
        asked = _SPAN_ASKED.search(question.full)
        unit = _SPANS.get(asked.group(1), asked.group(1)) if asked is not None else ""
        if unit and not compatible_units(unit, figure.quantity.unit):
            return False
    if figure.quantity.unit in _AGES and not (question.unit in _AGES or "年龄" in question.full):
        return False
    if figure.role is Role.TO and _FORMER_YEAR.search(_led(view, figure)):
        former = int(_FORMER_YEAR.findall(_led(view, figure))[-1])
        if question.years == (former,):
            return False
    if not _of_year(question, view, figure) or of_other_grade(question, view, figure):
        return False
    if _of_other_row(question, view, figure) or is_opposite(question, view, figure):
        return False
    asked_change = Role.CHANGE in question.roles and Role.TO not in question.roles
    if question.kind is Kind.RATIO:
        return (figure.role is Role.CHANGE) == asked_change
    return True


# 由2020年的每月780元提高到…: the year is that of the value before the change.
_CODE = re.compile("(?<![0-9a-z])([a-z]{0,2}[0-9]{2,6})(?=号?(?:岗|职位|专业|线路))")


def _of_other_row(question: Question, view: DocumentView, figure: Figure) -> bool:
    """A109岗位: a row of another code does not answer."""
    if figure.cell is None:
        return False
    row = fold(view.quote(figure.clause)).text.lower()
    return any(code not in row for code in _CODE.findall(question.full.lower()))


_FORMER_YEAR = re.compile("(?:由|从)((?:19|20)[0-9]{2})年[^,。;]{1,24}(?:到|至|为|成)(?:了)?$")


def _led(view: DocumentView, figure: Figure) -> str:
    """What stands right before the number."""
    end = figure.quantity.span.start
    return view.stored.document.text[max(0, end - _LED) : end]


def _dimensions(question: Question) -> frozenset[Dimension]:
    if "百分点" in question.full:
        return frozenset({Dimension.POINTS})
    if question.dimension in {Dimension.ORDINAL, Dimension.MEASURE}:
        return frozenset({question.dimension})
    if question.kind is Kind.RATIO and Role.CHANGE in question.roles:
        return _CHANGES if _SHARE_ASKED.search(question.full) else _CHANGES | _ANY_NUMBER
    if question.dimension is not Dimension.DURATION and _RATE_OR_SUM.search(question.full):
        return _DIMENSIONS.get(question.kind, _ANY_NUMBER) | {Dimension.RATIO}
    if question.kind is Kind.AMOUNT and question.dimension is not None:
        return frozenset({question.dimension})
    if question.kind is Kind.COUNT and not question.unit and _GROWTH_AIM.search(question.full):
        return _CHANGES | _ANY_NUMBER
    if question.kind is Kind.COUNT and not question.unit:
        if _COUNTING.search(question.full):
            return _DIMENSIONS[Kind.COUNT]
        rated = _RATE.search(question.full) or _LIMIT_ASKED.search(question.full)
        return _ANY_NUMBER | {Dimension.RATIO} if rated else _ANY_NUMBER
    return _DIMENSIONS.get(question.kind, _ANY_NUMBER)


def figure_zones(
    question: Question, view: DocumentView, sentence: SentenceView, figure: Figure
) -> list[Zone]:
    """Where the words of a question may stand for `figure` to answer it."""

    def folded(span: Span) -> str:
        return _without(view, span, figure.siblings)

    def whole(span: Span) -> str:
        """What 其中 tells of a part is not said of the whole before it."""
        text = folded(span)
        return text if figure.role is Role.PART else text.split(_OF_WHICH)[0]

    number = fold(view.quote(figure.quantity.span)).text
    if figure.cell is not None:
        return cells.zones(view, sentence, figure.cell, figure.frame, number, figure.member)
    own = [folded(figure.frame), whole(figure.head), number]
    if figure.member is not None:
        own.append(fold(view.quote(figure.member)).text)
    zones = [
        Zone(" ".join(own), _LOCAL),
        Zone(whole(figure.clause), _CLAUSE),
        Zone(view.name, _ABOUT),
    ]
    if figure.subject is not None:
        # 甲由3万元提高到5万元: what stands before the old value is said of the new one as well.
        worth = _LOCAL if figure.role is Role.TO else _SUBJECT
        zones.append(Zone(folded(figure.subject), worth))
    if figure.role is Role.PART and figure.scope is not None:
        scope = folded(figure.scope)
        zones.extend([] if _SHARE_OF.match(scope) else [Zone(scope, _SCOPE)])
        if any(f"{year}年" in own[0] for year in question.years):
            zones.append(Zone(folded(_whole_of(view, figure)), _WHOLE))
    for part in sentence.clauses:
        if _SHARE_OF.match(part.text):
            continue  # 占全州GDP的4.02% tells of the GDP only for its own number
        if part.span.end <= figure.clause.start:
            zones.append(Zone(folded(part.span), _EARLIER))
        elif part.span.start >= figure.clause.end:
            zones.append(Zone(part.text, _LATER))
    if said := view.references.said(sentence):
        zones.append(Zone(said, _REFERRED))
    zones.extend(Zone(heading, _HEADING) for heading in sentence.headings)
    if sentence.index and view.sentences[sentence.index - 1].section == sentence.section:
        zones.append(Zone(view.sentences[sentence.index - 1].text, _BEFORE))
    zones.extend(ellipsis.zones(view, sentence, figure))
    return zones


def _whole_of(view: DocumentView, figure: Figure) -> Span:
    """What the sentence says before 其中: the whole that the number is a part of."""
    text = view.stored.document.text
    at = text.rfind(_OF_WHICH, figure.sentence.start, figure.quantity.span.start)
    return Span(figure.sentence.start, max(figure.sentence.start, at))


def _without(view: DocumentView, span: Span, others: tuple[Span, ...]) -> str:
    """The folded text of `span` without the items that belong to other numbers."""
    pieces: list[str] = []
    start = span.start
    for other in others:
        if not span.overlaps(other):
            continue
        pieces.append(view.quote(Span(start, max(start, other.start))))
        start = max(start, other.end)
    pieces.append(view.quote(Span(start, max(start, span.end))))
    return fold(" ".join(pieces)).text


def _year_of(view: DocumentView, sentence: SentenceView, figure: Figure) -> int | None:
    """The year of a figure, or that of the document where the sentence names none at all."""
    if figure.year is not None:
        return figure.year
    return None if _ANY_YEAR.search(sentence.text) else view.year


_ANY_YEAR = re.compile("(?:19|20)[0-9]{2}年")


def _candidate(question: Question, ranked: Ranked, figure: Figure) -> Candidate:
    view, sentence = ranked.view, ranked.sentence
    covered = cover(question, view, figure_zones(question, view, sentence, figure))
    covered = without_rivals(question, view, figure, covered)
    covered = with_modality(question, figure, covered)
    covered = with_case(question, view, sentence, figure, covered)
    features = {
        "coverage": covered.score,
        "rank": min(1.0, ranked.score),
        "year": float(_year_of(view, sentence, figure) in question.years),
        "document": ranked.document_prior - 1,
        "tier": tier(question, view, sentence, figure),
        **features_of(question, view, figure),
    }
    return Candidate(
        kind=question.kind,
        view=view,
        sentence=sentence,
        answer=cells.with_unit(view, figure, view.quote(span_asked(question, view, figure))),
        quotes=(
            *cells.with_header(figure, proof(view, sentence, figure, covered, question)),
            *view.references.proof(sentence),
        ),
        score=total(_GROUP, features),
        coverage=covered,
        group=_GROUP,
        features=features,
        figure=figure,
    )


def proof(
    view: DocumentView,
    sentence: SentenceView,
    figure: Figure,
    covered: Coverage,
    question: Question,
) -> Span:
    """The quote that proves a figure: its clause, widened to the clauses that hold its subject.

    A clause that carries a question word, a year or the subject joins when it stands before the
    number in the same sentence.
    """
    start = figure.clause.start
    if figure.subject is not None:
        start = min(start, figure.subject.start)
    clause_text = fold(view.quote(figure.clause)).text
    wanted = [
        term
        for term, value in zip(question.terms, covered.values, strict=True)
        if value >= _EARLIER * 0.7 and quality(term, clause_text) < 0.5
    ]
    for part in reversed(sentence.clauses):
        near = part.span.end <= start and start - part.span.start < _PROOF
        dated = _ONLY_DATE.fullmatch(part.text) is not None
        if near and (dated or any(quality(term, part.text) >= 0.7 for term in wanted)):
            start = part.span.start
    return Span(start, figure.clause.end)
