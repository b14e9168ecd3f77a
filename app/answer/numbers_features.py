"""What speaks for a number beside the words that it covers: role, bound, slot, condition, grade."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.answer.contrasts import contrasted
from app.answer.matching import quality
from app.answer.view import DocumentView
from app.model import Bound, Dimension, Figure, Modality, Question, Role, Span, TermRole
from app.text.fold import fold

_SLOTS = 2.0  # words beside the number that count
_SAID_EARLIER = 0.6  # 甲最高由3万元提高到5万元, 乙由6万元提高到8万元
_SAID_NEAR = 0.8  # the word that bounds stands in its clause
_QUOTES = "的“”"
_NOT_HAN = re.compile("[^一-鿿]")
_EXTRA_MOST = 12
_TARGET_ASKED = re.compile("目标|计划|力争|预计|规划|将要|拟|要达到|争取")
_BETWEEN = "为有达到共约是的了、至由占“”"  # what may stand between a noun and its number
# 生产总值[2]312亿元, 投资(不含农户)20亿元
_NOTE = re.compile(r"[\[(〔][^\[\]()〔〕]{1,12}[\])〕]$")


_FROM = re.compile("(?:由|从|自|原来?的?)(?:[0-9]{4}年末?底?的?|上年的?|去年的?)?$")


def features_of(question: Question, view: DocumentView, figure: Figure) -> dict[str, float]:
    """The named parts of a figure's score that do not depend on how it was found."""
    bounded = _bounded(question, view, figure)
    said = _own_words(view, figure)
    return {
        "unit": float(bool(question.unit) and question.unit == figure.quantity.unit),
        "role": float(figure.role in question.roles),
        "other_role": float(_other_role(question, view, figure)),
        "bound": bounded or 0.0,
        "unbound": float(bounded == 0.0),
        "slot": _slots(question, view, figure),
        "beside": float(min(_EXTRA_MOST, len(_extra(question, view, figure)))),
        "dated": float(_dated(question, view, figure)),
        "undated": float(_year_follows(question, view, figure)),
        "article": float(
            figure.quantity.value == 1 and view.quote(figure.quantity.span).startswith("一")
        ),
        "modality": float(_other_modality(question, figure)),
        "condition": float(_is_condition(question, view, figure)),
        "grade": _grade(question, view, figure),
        "contrast": float(contrasted(question.full, said)),
        "letters": _letters(question, said),
    }


def local_text(view: DocumentView, figure: Figure) -> str:
    """The folded words directly round the number: frame and head."""
    return fold(view.quote(figure.frame)).text + " " + fold(view.quote(figure.head)).text


def own_noun(view: DocumentView, figure: Figure) -> str:
    """The folded words before a number without what only leads over to it (达到, 为, a note)."""
    words = figure.subject if figure.role is Role.TO and figure.subject else figure.frame
    frame = fold(view.quote(words)).text
    if figure.role in {Role.FROM, Role.TO}:
        frame = _FROM.sub("", frame)  # 甲由3万元提高到5万元: both are numbers of 甲
    return _NOTE.sub("", frame).rstrip(_BETWEEN)


def _other_role(question: Question, view: DocumentView, figure: Figure) -> bool:
    """Whether a figure is a part, a former value or a change that the question does not name."""
    if figure.role in question.roles:
        return False
    if figure.role is Role.PART:
        return not _names_part(question, view, figure)
    ratio = figure.quantity.dimension is Dimension.RATIO
    return figure.role is Role.FROM or (figure.role is Role.CHANGE and not ratio)


def _names_part(question: Question, view: DocumentView, figure: Figure) -> bool:
    """Whether the question names what tells this part from the whole (持证 of 护理员)."""
    own = local_text(view, figure)
    whole = fold(view.quote(figure.scope)).text if figure.scope is not None else ""
    if any(f"{year}年" in own for year in question.years):
        return True
    return any(
        quality(term, own) >= 0.7 and quality(term, whole) < 0.7
        for term in question.terms
        if term.weight
    )


# 最高额度由10万元提高到20万元: the word that bounds need not stand beside the number.
_BOUND_WORDS: dict[Bound, re.Pattern[str]] = {
    Bound.AT_MOST: re.compile("最高|最多|至多|上限|封顶|限额|最长|最大|不超过|不得超过|以内|以下"),
    Bound.AT_LEAST: re.compile("最低|最少|至少|下限|不低于|不少于|不得低于|不得少于|以上|起"),
}


def _bounded(question: Question, view: DocumentView, figure: Figure) -> float | None:
    """最多多少 wants the number that bounds, not another one of the sentence; None when unasked."""
    if question.bound is None:
        return None
    if figure.quantity.bound is question.bound:
        return 1.0
    said = f"{local_text(view, figure)} {fold(view.quote(figure.subject or figure.frame)).text}"
    if figure.cell is not None:
        said = fold(view.quote(figure.cell.column)).text
    words = _BOUND_WORDS[question.bound]
    if words.search(said):
        return _SAID_NEAR
    earlier = fold(view.quote(Span(figure.sentence.start, figure.quantity.span.start))).text
    leads_on = figure.role is Role.TO and words.search(earlier)
    return _SAID_EARLIER if leads_on else 0.0


def _slots(question: Question, view: DocumentView, figure: Figure) -> float:
    """The words on both sides of 多少 should stand on both sides of the number."""
    head = fold(view.quote(figure.head)).text
    if figure.member is not None:
        member = fold(view.quote(figure.member)).text
        asked = any(quality(term, member) >= 0.9 for term in question.terms if term.weight)
        return _SLOTS * asked
    tail = own_noun(view, figure)
    found_beside = 0.0
    for term in question.terms:
        if term.role in {TermRole.WEAK, TermRole.PLACE} or not term.weight:
            continue
        if any(
            head.lstrip(_QUOTES).startswith(form) or tail.endswith(form) for form, _ in term.forms
        ):
            found_beside += 1.0
        elif term.role is TermRole.HEAD and quality(term, head) >= 0.7:
            found_beside += 0.5
    if question.right[:2] and head.startswith(question.right[:2]):
        found_beside += 1.0
    if question.left[-2:] and tail.endswith(question.left[-2:]):
        found_beside += 1.0
    return min(found_beside, _SLOTS)


_PLAIN_WORDS = re.compile(
    "(?:压减|减少|下降|降低|增加|增长|提高|提升|上升|扩大|调整|缩短|增|升|降|减)[到至为]|年末|年底|全[州市省县区国]|累计|总数|总量|一共|总共|合计|共计|共有|现有|拥有|已有|达到?|目前|截至|其中|为|有|共|总|的|了|约|近|已|年"
)


def _extra(question: Question, view: DocumentView, figure: Figure) -> str:
    """The characters that narrow a number beyond what was asked (城镇 for 常住人口)."""
    return narrowed(question, fold(view.quote(figure.frame)).text)


def narrowed(question: Question, frame: str) -> str:
    """What is left of the words before a number without plain words and those of the question."""
    rest = _PLAIN_WORDS.sub("", frame.rsplit("、", 1)[-1])
    for term in question.terms:
        for form, _ in term.forms:
            rest = rest.replace(form, "")
    return _NOT_HAN.sub("", rest)


def _other_modality(question: Question, figure: Figure) -> bool:
    asked = _TARGET_ASKED.search(question.full) is not None
    return (figure.modality is Modality.TARGET) != asked


_CONDITION = re.compile(
    r"^(?:[(（]含[^)）]{0,4}[)）])?(?:(?:及|或)?以[上下内](?:的|、?不[足满]|、?[0-9])|的(?=$|[,，;；、])|[、,]?不[足满])"
)
_OF_WHOM = re.compile(
    "的(?:企业|单位|个人|家庭|项目|机构|人员|主体|学校|用户|职工|对象|工程|园区|学生|老年人)"
)
_PASSED = re.compile("(?:超过|达到|达|满|不足|低于|高于|少于|不满)$")
_CONDITION_ASKED = re.compile("以上|以下|超过|达到|满|门槛|条件|不足|低于|高于|[0-9]起|标准|要求")


def _is_condition(question: Question, view: DocumentView, figure: Figure) -> bool:
    """达到500万元的, 30人以上的企业: the number says who, not how much."""
    if question.bound is not None or _CONDITION_ASKED.search(question.full):
        return False
    end = figure.quantity.span.end
    text = view.stored.document.text
    if _CONDITION.match(text[end : end + 8]) is not None:
        return True
    before = text[figure.frame.start : figure.quantity.span.start]
    return _OF_WHOM.match(text, end) is not None and _PASSED.search(before) is not None


def _dated(question: Question, view: DocumentView, figure: Figure) -> bool:
    """其中2023年118个: the year asked for stands in the very clause of the number."""
    if not question.years:
        return False
    own = fold(view.quote(Span(figure.clause.start, figure.quantity.span.start))).text
    return any(f"{year}年" in own for year in question.years)


def _year_follows(question: Question, view: DocumentView, figure: Figure) -> bool:
    """共652个, 其中2023年118个: the year asked for is that of a number behind this one."""
    if figure.year is not None or not question.years:
        return False
    rest = fold(view.quote(Span(figure.quantity.span.end, figure.sentence.end))).text
    return any(f"{year}年" in rest for year in question.years)


_GRADE = re.compile(
    "[A-Za-z](?=[类级档型])|[一二两三四五六七八九十](?=[类级档等星]|期(?!间|限)|孩|手)"
)


def _grade(question: Question, view: DocumentView, figure: Figure) -> float:
    """The number of B类, 七级 or 二等 is not that of A类, 五级 or 一等: -1, 0 or 1."""
    asked = {found.group() + question.full[found.end()] for found in _GRADE.finditer(question.full)}
    if not asked:
        return 0.0
    own = local_text(view, figure) + fold(view.quote(figure.subject or figure.frame)).text
    if figure.member is not None:
        own = fold(view.quote(figure.member)).text
    said = {found.group() + own[found.end()] for found in _GRADE.finditer(own)}
    if not said:
        return 0.0
    return 1.0 if {w.lower() for w in asked} & {w.lower() for w in said} else -1.0


def _own_words(view: DocumentView, figure: Figure) -> tuple[str, ...]:
    """The folded words that are said of this number, nearest first: its member or column, frame
    and head, subject."""
    column = figure.cell.column if figure.cell else None
    near = [fold(view.quote(span)).text for span in (figure.member, column) if span is not None]
    far = [fold(view.quote(figure.subject)).text] if figure.subject is not None else []
    return (*near, local_text(view, figure), *far)


def of_other_grade(question: Question, view: DocumentView, figure: Figure) -> bool:
    """Whether a number that has a row or an item of its own is of another grade than asked."""
    own = figure.cell is not None or figure.member is not None
    return own and _grade(question, view, figure) < 0


def _letters(question: Question, said: Sequence[str]) -> float:
    """The share of the pairs of characters asked with that stand in the number's own words.

    It tells 单职工 from 双职工 where both are cut into the same words.
    """
    asked = _pairs(question.full)
    own = " ".join(said)
    return len(asked & _pairs(own)) / len(asked) if asked else 0.0


def _pairs(text: str) -> set[str]:
    pairs = {text[i : i + 2] for i in range(len(text) - 1)}
    return {pair for pair in pairs if pair.isalpha() and not pair.isascii()}
