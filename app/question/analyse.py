"""From the words of a question to what it asks."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from datetime import date

from app.model import (
    Bound,
    Dimension,
    Kind,
    Question,
    QuestionTerm,
    Role,
    Span,
    TermRole,
    Vocabulary,
)
from app.question.cues import (
    Form,
    announced_words,
    asks_total,
    classifier_asked,
    form,
    keyword_form,
    ordinal_words,
    phrases,
)
from app.question.followup import Resolved, resolve
from app.question.operands import operands
from app.question.pieces import place_forms
from app.question.repair import Known, Repaired, asked_right, repaired
from app.question.terms import Forms, abstract_nouns, quoted_names, terms
from app.text.dates import dates
from app.text.fold import fold
from app.text.numbers import number_value
from app.text.segment import Segmenter

_NUMBERS = frozenset({Kind.AMOUNT, Kind.COUNT, Kind.RATIO})
_LENT = 0.5  # weight of a term that an earlier question lends

_SPENDING = re.compile("[花砸投掏](?:了|进去|入|出)?(?:总共|一共)?多少")
_SPENT = ("投入", "经费", "资金", "支出", "投资")
_IMPLIED = 0.6

_ROLES: tuple[tuple[re.Pattern[str], tuple[Role, ...]], ...] = (
    (
        re.compile(
            "(?:减|降|裁|压|缩|增|升|涨|提高|扩大|扩)[一-鿿]{0,3}?(?:到|至|为|成)(?!底)|现在|后来|目前"
            "|(?:改革|调整|整合|合并|优化|精简|压减|改造|提标|实施|推行)(?:以|之)?后|如今|还剩|还有(?=几|多少)"
        ),
        (Role.TO,),
    ),
    (re.compile("原来|原先|之前|以前|原有|由多少|从多少|起初|本来"), (Role.FROM,)),
    (
        re.compile(
            "(?:增长(?!极)|下降|上升|上涨|下跌|回落|提高|降低|提升|降价|提价|涨|增速|增幅|涨幅|降幅|跌幅|升幅|幅度|同比|环比"
            "|增加(?!值)|减少|[掉跌降减升增]了|下滑|滑落|回升|上浮|下浮|上调|下调|[多少]了(?:百分|多少|几))"
        ),
        (Role.CHANGE,),
    ),
    (re.compile("占|比例|比重|占比|份额"), (Role.SHARE,)),
)
_BOUNDS: tuple[tuple[re.Pattern[str], Bound], ...] = (
    (
        re.compile("封顶|顶天|顶格|最高|最多|至多|上限|不能超过|不得超过|不超过|最长|最大"),
        Bound.AT_MOST,
    ),
    (re.compile("至少|最少|最低|起码|下限|不低于|不少于|以上"), Bound.AT_LEAST),
)
_RELATIVE_YEARS = {"今年": 0, "本年": 0, "去年": -1, "上年": -1, "前年": -2, "明年": 1, "本年度": 0}


@dataclass(frozen=True, slots=True)
class Analyst:
    """Reads questions against one version of the corpus."""

    segmenter: Segmenter
    vocabulary: Vocabulary
    forms: Forms
    names: Container[str]

    def analyse(self, text: str, history: Sequence[str], as_of: date) -> Question:
        """What `text` asks, with gaps filled from the earlier questions, oldest first."""
        asked = self._repaired(text)
        resolved = resolve(asked.text, [self._repaired(earlier).text for earlier in history])
        return replace(self._question(text, resolved, as_of), repaired=asked.changes)

    def _repaired(self, text: str) -> Repaired:
        """`text` folded, with slips of writing put right."""
        folded = asked_right(fold(text).text.strip())
        known = Known(
            self.segmenter, self.vocabulary, self.forms.of, self.forms.entries, self.names
        )
        return repaired(folded, _blanked(folded), known)

    def _question(self, text: str, resolved: Resolved, as_of: date) -> Question:
        full = resolved.text
        shape = self._shape(resolved)
        quoted = quoted_names(full)
        found = self._terms(resolved.added or full, shape, quoted)
        found = (*found, *self._implied(full, shape, found))
        found = self._lent(found, resolved)
        left, right = _sides(full, shape)
        return Question(
            text=text,
            full=full,
            kind=shape.kind,
            terms=_own_head(_with_head(found, left, right, shape.kind), resolved),
            left=left,
            right=right,
            unit=classifier_asked(full),
            dimension=shape.dimension,
            roles=_roles(full),
            bound=_bound(full),
            years=_years(full, as_of) or _years(resolved.context or resolved.scope, as_of),
            places=tuple(
                form
                for term in found
                if term.role is TermRole.PLACE
                for form in place_forms(term.text)
            ),
            quoted=quoted,
            operands=operands(full),
            total=asks_total(full),
            announced=_count(announced_words(full)),
            ordinal=_ordinal(ordinal_words(full)),
            context=(resolved.context,) if resolved.context else (),
        )

    def _shape(self, resolved: Resolved) -> Form:
        """The form of the question; one that only says 多少 asks again for the same sort."""
        shape = form(resolved.text)
        if resolved.added:
            named = keyword_form(resolved.added)
            return named if named.kind is not Kind.CLAUSE else shape
        if resolved.context and shape.kind is Kind.COUNT and shape.dimension is Dimension.COUNT:
            before = form(resolved.context)
            if before.kind in _NUMBERS and _only_asks(resolved.text):
                return replace(before, phrase=shape.phrase)
        return shape

    def _implied(
        self, full: str, shape: Form, found: tuple[QuestionTerm, ...]
    ) -> tuple[QuestionTerm, ...]:
        """花多少钱 asks for a spending, though no word of it is left when the phrase is cut."""
        if shape.dimension is not Dimension.MONEY or not _SPENDING.search(full):
            return ()
        if any(form in _SPENT for term in found for form, _ in term.forms):
            return ()
        forms = tuple((word, 1.0) for word in _SPENT)
        frequency = max(self.vocabulary.frequency(word) for word in _SPENT)
        return (QuestionTerm(_SPENT[0], TermRole.ACTION, _IMPLIED, forms, frequency, False),)

    def _terms(
        self, text: str, shape: Form | None, quoted: Sequence[str]
    ) -> tuple[QuestionTerm, ...]:
        blanked = _blanked(text, shape)
        return terms(blanked, quoted, self.segmenter, self.vocabulary, self.forms, self.names)

    def _lent(self, own: tuple[QuestionTerm, ...], resolved: Resolved) -> tuple[QuestionTerm, ...]:
        """The question's own terms and, with less weight, those that an earlier question lends.

        The rest of a question that got another part (骨干呢) may be what that part stands
        against, so none of it must be found. A place holds on until another one is named.
        """
        if resolved.added:
            rest = self._terms(resolved.text.removesuffix(resolved.added), None, ())
            rest = self._without_left_place(rest, own)
            return _joined(own, tuple(replace(term, strict=False) for term in rest))
        if resolved.scope and not resolved.context and not any(_names_a_thing(t) for t in own):
            resolved = replace(resolved, context=resolved.scope)
        if resolved.context:
            lent = self._terms(resolved.context, None, quoted_names(resolved.context))
            own = _joined(own, self._without_left_place(lent, own))
        if resolved.scope and all(term.role is not TermRole.PLACE for term in own):
            scope = self._terms(resolved.scope, None, ())
            own = _joined(own, tuple(t for t in scope if t.role is TermRole.PLACE))
        return own

    def _without_left_place(
        self, lent: tuple[QuestionTerm, ...], own: tuple[QuestionTerm, ...]
    ) -> tuple[QuestionTerm, ...]:
        """`lent` without the place of the earlier question when the new one goes elsewhere.

        A place of a lower level (石桥镇呢) may lie in the earlier one, which then still holds.
        """
        ranks = [self._level(t.text) for t in own if t.role is TermRole.PLACE]
        if not ranks:
            return lent
        return tuple(
            term
            for term in lent
            if term.role is not TermRole.PLACE or self._level(term.text) > max(ranks)
        )

    def _level(self, place: str) -> int:
        """How high a place stands, by the last character of its name or of its full name."""
        named = [place, *(f"{place}{end}" for end in _LEVELS if f"{place}{end}" in self.names)]
        return max((_LEVELS.get(name[-1], 0) for name in named), default=0)


_LEVELS = {"村": 1, "镇": 2, "乡": 2, "区": 3, "县": 3, "市": 4, "州": 4, "省": 5, "国": 6}


def _only_asks(text: str) -> bool:
    """Whether a question names nothing but a time: 2016年的时候才多少."""
    rest = _NOTHING_NAMED.sub("", _blanked(text))
    return len(rest) == 0 and not classifier_asked(text)


_NOTHING_NAMED = re.compile("[那再又才只有是在的呢啊呀了 ,?？。]|时候|当时|当年|那时|底|末|初|年")


def _names_a_thing(term: QuestionTerm) -> bool:
    return term.role in {TermRole.CONTENT, TermRole.QUOTED, TermRole.HEAD} and len(term.text) > 1


def _joined(
    own: tuple[QuestionTerm, ...], lent: tuple[QuestionTerm, ...]
) -> tuple[QuestionTerm, ...]:
    named = {term.text for term in own}
    return own + tuple(
        replace(term, weight=term.weight * _LENT) for term in lent if term.text not in named
    )


# Words of grammar that the segmenter would join to the verb behind them (没备案, 还给补贴), and
# 截至, which only leads on to a time.
_GRAMMAR = re.compile(
    "(?<![埋淹出沉隐吞覆])没(?:有|能|法|去|来|再)?(?![收落入顶用头])(?=[^ ,。?])"
    "|还(?=给(?![付款清]))|(?<=还)给(?=贷|补|奖|报|发|办|退|算)"
    "|(?<![功性节职智技才可产动热核光电潜机全储风阳新只不有效万低本体赋])"
    "能(?=[带借进骑办领报买租住补退拿坐养停])(?!办公)"
    "|截至(?!日|时|期)"
)


def _blanked(full: str, shape: Form | None = None) -> str:
    """`full` without its question phrases and years, which are read apart; length kept."""
    text = full
    cut = [*phrases(full), *(mention.span for mention in dates(full) if mention.year)]
    cut.extend(Span(found.start(), found.end()) for found in _GRAMMAR.finditer(full))
    if shape is not None and shape.kind is Kind.COMPARISON and shape.phrase is not None:
        cut.extend(_comparing(full, shape.phrase))
    for span in cut:
        text = text[: span.start] + " " * len(span) + text[span.end :]
    return text


_WHICH = re.compile(
    "哪(?:一)?(?:个|拨|头|边|类|种|项|家|年|方|者|所|地|组|批|样)?(?:城市|地方|地区|[市县区镇乡省](?!级|内|外|域))?|谁"
)
_BIGGER = re.compile("(?:更|比较|最)?[多少高低大小快慢长短早晚强好](?:的|一?些|一?点)?$")


def _comparing(full: str, phrase: Span) -> tuple[Span, ...]:
    """What only compares in a comparing phrase: 哪个 and 最多 of 哪个(区的学校)最多."""
    which = _WHICH.match(full, phrase.start, phrase.end)
    bigger = _BIGGER.search(full[phrase.start : phrase.end])
    if which is None or bigger is None or which.end() >= phrase.start + bigger.start():
        return (phrase,)
    return Span(which.start(), which.end()), Span(phrase.start + bigger.start(), phrase.end)


def _sides(full: str, shape: Form) -> tuple[str, str]:
    """The words directly left and right of the question phrase that decided the kind."""
    asking = [span for span in phrases(full) if len(span) > 0]
    if not asking:
        return full, ""
    chosen = asking[0]
    if shape.phrase is not None:
        chosen = next((span for span in asking if span.overlaps(shape.phrase)), chosen)
    border = re.compile(r"[,。?？;、 ]")
    left = border.split(full[: chosen.start])[-1]
    right = border.split(full[chosen.end :])[0]
    return left, right


def _with_head(
    found: tuple[QuestionTerm, ...], left: str, right: str, kind: Kind
) -> tuple[QuestionTerm, ...]:
    """Marks the noun that is counted or asked for.

    A number is asked of the last noun right of the phrase, else of the last one left of it; other
    kinds only of a noun that follows the phrase directly (什么岗位).
    """
    if kind in {Kind.COUNT, Kind.AMOUNT, Kind.RATIO}:
        nouns = [
            term
            for term in found
            if term.role is TermRole.CONTENT and not _is_agent(term.text, left + right)
        ]
        follows = any(term.text in right for term in nouns) and not _THEN.match(right)
        side = right if follows else left
        if _THEN.match(right):
            found = tuple(replace(t, strict=t.strict and t.text not in right) for t in found)
    elif kind in {Kind.CLAUSE, Kind.LIST}:
        nouns = [term for term in found if term.text[-2:] not in abstract_nouns()]
        side = next((right[: len(term.text)] for term in nouns if right.startswith(term.text)), "")
    else:
        return found
    inside = [term for term in nouns if term.text in side]
    if not inside:
        return found
    head = max(inside, key=lambda term: side.rfind(term.text) + len(term.text))
    return tuple(replace(term, role=TermRole.HEAD) if term is head else term for term in found)


# 超过多少会取消资格: what stands behind is what comes of it.
_THEN = re.compile("(?:的话)?(?:会|就|才|则|将|便|以上|以下|以内)")


# 运费公司替我出几成, 给银行交多少: who gives or takes is not what is counted.
_GIVES = (
    "(?:还|又|再|要|会|能|可以|得|应当?|该|都|每[年月人]|一[年月次])*"
    "(?:替|帮|给|掏|出资?(?![口生台让厂])|承担|负担|贴(?!息)|拨付?|资助|报销?|补(?![贴助偿])"
    "|奖(?![励补金])|配套|返还?|罚|收取?(?!入))"
)
_TAKES = "(?:给|向|由|找|让|替|被)"


def _is_agent(noun: str, said: str) -> bool:
    """Whether `noun` stands in `said` as who does or gets something, before the verb of it."""
    word = re.escape(noun)
    return re.search(f"{word}{_GIVES}|{_TAKES}{word}(?=[^的,。?]*[交付缴掏还])", said) is not None


def _own_head(found: tuple[QuestionTerm, ...], resolved: Resolved) -> tuple[QuestionTerm, ...]:
    """A question that got another part (旅行社呢) is no longer asked of its former noun."""
    if not resolved.added:
        return found
    return tuple(
        replace(term, role=TermRole.CONTENT, strict=False)
        if term.role is TermRole.HEAD and term.text not in resolved.added
        else term
        for term in found
    )


def _roles(full: str) -> tuple[Role, ...]:
    return tuple(role for pattern, roles in _ROLES if pattern.search(full) for role in roles)


def _years(full: str, as_of: date) -> tuple[int, ...]:
    years: dict[int, None] = {}
    found = dates(full)
    stated = {mention.span.start for mention in found if mention.year is not None}
    for mention in found:
        if mention.year is not None:
            years[mention.year] = None
        elif mention.span.end in stated:
            continue  # 去年2022年: the year itself decides
        elif mention.relative in _RELATIVE_YEARS and not (
            _is_base(full, mention.span) or _OF_AN_AGE.match(full, mention.span.end)
        ):
            years[as_of.year + _RELATIVE_YEARS[mention.relative]] = None
    return tuple(years)


# 奶奶今年92岁: how old someone is, not of when the number is.
_OF_AN_AGE = re.compile("(?:都|已经?|刚好?|就?快|整)?(?:满|有)?[0-9]{1,3}(?:周)?岁")


def _is_base(full: str, place: Span) -> bool:
    """Whether a year is what another one is compared with (比上年增长) and not the one asked of,
    or is named in brackets right behind (去年（2024年）)."""
    compared = full[max(0, place.start - 1) : place.start] in {"比", "较"}
    return compared or full[place.end : place.end + 1] == "("


def _bound(full: str) -> Bound | None:
    return next((bound for pattern, bound in _BOUNDS if pattern.search(full)), None)


def _count(numeral: str) -> int | None:
    value = number_value(numeral) if numeral else None
    return int(value) if value is not None else None


def _ordinal(numeral: str) -> int | None:
    return -1 if numeral == "最后" else _count(numeral)
