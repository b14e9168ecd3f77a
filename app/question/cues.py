"""Question forms: which words ask for which kind of answer.

The forms stand in `question_cues.tsv` and are tried from top to bottom on the folded question;
the first that is found decides. The order is the policy: a narrow form stands above a wide one.
The words that only ask (`question_phrases.txt`) are cut out before segmentation, since 几所 and
校有 are not words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from app.lexicon.loader import table, words
from app.model import Dimension, Kind, Span


@dataclass(frozen=True, slots=True)
class Cue:
    """A form of question: its kind, how it is worded, and what its number would measure."""

    kind: Kind
    dimension: Dimension | None
    pattern: re.Pattern[str]


@cache
def _classes() -> dict[str, str]:
    return {f"<{name}>": pattern for name, pattern in table("question_classes.tsv", 2)}


def _compiled(*alternatives: str) -> re.Pattern[str]:
    pattern = "|".join(alternatives)
    for name, words_of_class in _classes().items():
        pattern = pattern.replace(name, words_of_class)
    return re.compile(pattern)


@cache
def cues() -> tuple[Cue, ...]:
    """The forms of question, in order of precedence."""
    rows = table("question_cues.tsv", 3)
    return tuple(
        Cue(
            Kind(kind),
            None if dimension == "-" else Dimension(dimension),
            _compiled(*(pattern for _, _, pattern in group)),
        )
        for (kind, dimension), group in groupby(rows, key=lambda row: row[:2])
    )


@cache
def _phrases() -> re.Pattern[str]:
    return _compiled(*words("question_phrases.txt"))


def phrases(folded: str) -> tuple[Span, ...]:
    """The stretches of a folded question that only ask, in reading order."""
    return tuple(Span(found.start(), found.end()) for found in _phrases().finditer(folded))


@dataclass(frozen=True, slots=True)
class Form:
    """The form that a question was found to have, and where its question phrase stands."""

    kind: Kind
    dimension: Dimension | None
    phrase: Span | None


def form(folded: str) -> Form:
    """The form of a folded question; without a question word it is a search for a clause.

    >>> form("教育总投入是多少").kind
    <Kind.AMOUNT: 'amount'>
    """
    for cue in cues():
        found = cue.pattern.search(folded)
        if found:
            place = Span(found.start(), found.end())
            if cue.kind is Kind.COUNT and found.group() in _BARE:
                return _indicated(folded[: place.start], place)
            return Form(cue.kind, cue.dimension, place)
    return keyword_form(folded)


_BARE = frozenset({"多少", "多大", "多高", "多长", "几"})
# What may stand between the noun that is measured and 多少.
_COPULA = re.compile(
    "(?:是|为|有|共|大约|大概|约|一共|总共|总计|合计|了|的|能|要|会|可以?|应该?|得|须|必须|不能|不得|不可|最高|最低|最多|最少"
    "|至少|至多|起码|超过?|不超过?|高于|低于|大于|小于|少于|多于|不足|不满|控制在|保持在|稳定在|维持在|限制在|达到?"
    "|目前|现在|如今|当前|实际|分别|预计|大概|将近|接近|算|算下来|下来|在|到底|究竟|今年|去年)+$"
)


def _indicated(left: str, place: Span) -> Form:
    """多少 without classifier: the noun before it says what is measured (收入是多少)."""
    return _by_indicator(_COPULA.sub("", left), place) or Form(Kind.COUNT, Dimension.COUNT, place)


def _by_indicator(text: str, place: Span | None) -> Form | None:
    for noun, kind, dimension in table("indicator_nouns.tsv", 3):
        if _ends(noun).search(text):
            return Form(Kind(kind), None if dimension == "-" else Dimension(dimension), place)
    return None


@cache
def _ends(noun: str) -> re.Pattern[str]:
    return re.compile(f"(?:{noun})$")


_KEYWORD_END = re.compile(r"[\s?？。]+$")
# What narrows the last keyword or says of which time and place it is, and does not name it.
_NOT_ASKED = re.compile(
    r"(?:\s*(?:目标|目标值|目标数|指标|计划|任务|预期|规划|预期值|实绩|实际|完成情况|完成数|情况|数据|数值|多少|几|是多少|合计|共计|小计"
    r"|上限|下限|上下限|限额|限制|规定|要求|标准|最高|最低)"
    r"|\s+(?:(?:[0-9]{4}|[0-9]{2})年?(?:末|底)?|今年|去年|前年|本年|上年|年末|年底|全[国省市县区州镇乡]|[^\s]{2,6}[省市县区州镇乡]))$"
)
_MOST_CUT = 4


def keyword_form(folded: str) -> Form:
    """The form of a question of keywords: the last noun decides.

    某市 2023 常住人口, 常住人口 目标 and 常住人口 某市 2023 all ask for a count.
    """
    asked = _KEYWORD_END.sub("", folded)
    tries = [asked]
    for _ in range(_MOST_CUT):
        shorter = _NOT_ASKED.sub("", tries[-1])
        if shorter == tries[-1] or not shorter:
            break
        tries.append(shorter)
    # The narrowed noun decides before the word that narrows it: 面积上限 is an area.
    for text in reversed(tries):
        found = _by_indicator(text, None)
        if found is not None:
            return found
    # 首付 二套房: a rate that is named before what it is the rate of.
    *earlier, last = asked.split() or [""]
    for word in reversed(earlier if last not in words("list_nouns.txt") else ()):
        found = _by_indicator(word, None)
        if found is not None and found.kind is Kind.RATIO:
            return found
    return Form(Kind.CLAUSE, None, None)


@cache
def _classifier() -> re.Pattern[str]:
    return _compiled("(?:多少|几|哪<DIGIT>)(<CLASSIFIER>)")


@cache
def _announced() -> re.Pattern[str]:
    return _compiled(
        "(?:哪|这|那)(<DIGIT>)<CLASSIFIER>",
        "(?<!第)(?<!最后)(<DIGIT>)(?:项|大|个|条|种)[一-鿿]{0,6}(?:是|有|指|包括)",
    )


@cache
def _ordinal() -> re.Pattern[str]:
    return _compiled(
        "第(<DIGIT>)(?![0-9一二三四五六七八九十]|号|届|期(?!工程))(?:<CLASSIFIER>|[一-鿿])",
        "(最后)一<CLASSIFIER>",
    )


_ARTICLE = re.compile(
    "(?:条例|办法|规定|细则|规则|章程|法|意见|通知|措施|方案|规划)》?(?:的|里|中)?"
    "第[^,。? ]{1,6}[条款章节]$"
)
_TOTAL = re.compile("总共|一共|总数|总量|总计|总的|合计|总人数|共有|共计|全部|总规模|单独")


# 多少万亩 asks in 亩; 多少亿 says how much, and not of what.
_MAGNITUDE = re.compile("^(?:万亿|[百万亿]|千(?![瓦克米伏]))")


def classifier_asked(folded: str) -> str:
    """The classifier behind 几 or 多少 (几所 → 所, 几大项 → 项), or ""."""
    found = _classifier().search(folded)
    if found is None:
        return ""
    unit = _MAGNITUDE.sub("", found.group(1))
    return unit if len(unit) < 2 else unit.removeprefix("大")


def asks_total(folded: str) -> bool:
    """Whether the question wants a whole, so that the number of a part must not answer it."""
    return _TOTAL.search(folded) is not None


def ordinal_words(folded: str) -> str:
    """The numeral of 第二项, 最后 for the last one, or ""."""
    found = _ordinal().search(folded)
    if found and _ARTICLE.search(folded[: found.end()]):
        return ""  # 条例第六条 is where to look, not which of several
    return (found.group(1) or found.group(2)) if found else ""


def announced_words(folded: str) -> str:
    """The numeral that the question announces (哪三项, 四项措施是), or ""."""
    found = _announced().search(folded)
    return (found.group(1) or found.group(2)) if found else ""
