"""Numbers, dates, figures and measures."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from app.model.spans import Span


class Dimension(StrEnum):
    """What a quantity measures; quantities of different dimensions never answer for each other."""

    MONEY = "money"
    COUNT = "count"
    RATIO = "ratio"
    POINTS = "points"  # 百分点: a difference of two ratios, not a ratio
    DURATION = "duration"
    MEASURE = "measure"  # length, area, weight, power, …
    ORDINAL = "ordinal"  # 第三, 前10: a place in an order, no amount


class Bound(StrEnum):
    """How the written number limits the real one."""

    EXACT = "exact"
    ABOUT = "about"  # 约 近 余 多 左右
    AT_LEAST = "at_least"  # 不少于 以上
    AT_MOST = "at_most"  # 不超过 最高 以内
    RANGE = "range"  # 10—15个; `upper` holds the higher number


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit as written in the text.

    `value` is in units of `unit` with the magnitude multiplied in (6.5亿元: 650000000, 元).
    `unit` is "" when the number stands before its noun without a classifier (2.2万教师).
    `span` covers number, magnitude and unit; words such as 约 or 不少于 stand outside it.
    """

    value: Decimal
    unit: str
    dimension: Dimension
    bound: Bound
    upper: Decimal | None
    span: Span

    @property
    def approximate(self) -> bool:
        """Whether the text itself says that the number is not exact."""
        return self.bound is not Bound.EXACT


@dataclass(frozen=True, slots=True)
class DateMention:
    """A point or stretch of time named in a text: 2023年, 2023年5月1日, 今年, “十四五”时期.

    Parts that the text leaves out are None. `relative` is the word for a time that depends on
    the document's own date (今年, 去年, 目前), else "".
    """

    year: int | None
    month: int | None
    day: int | None
    relative: str
    span: Span


class Modality(StrEnum):
    """Whether a figure has come about or is wished for."""

    ACTUAL = "actual"
    TARGET = "target"


class Role(StrEnum):
    """In which relation a figure stands to what is said round it."""

    PLAIN = ""
    FROM = "由"  # 由2677人压减至…: the value before
    TO = "至"  # …压减至1855人: the value after
    SHARE = "占"  # 占全州GDP的4.02%
    CHANGE = "增减"  # 增长5.2%, 下降3个百分点
    PART = "其中"  # a part of the figure before it


@dataclass(frozen=True, slots=True)
class Cell:
    """Where a figure stands in a table: the words of its column, the line of all columns' words,
    and the unit when it stands outside the cell."""

    column: Span
    header: Span
    unit: Span | None


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of a document as data.

    All spans are of `Document.text`. `frame` is what stands left of the number in its clause,
    `head` what follows its unit up to the next border, `subject` the clause before in the same
    sentence when the frame itself names nothing, `scope` the whole that a share or part refers to.
    `time` is the year stated in the sentence, or carried over from an earlier one of the same
    section; `aggregate` tells that the number covers several named members together (等5所).
    `member` is the item that 分别 binds to this number, `siblings` those of the other numbers.
    `cell` is set for a number in a table; its `frame` is then the label of the row.
    """

    quantity: Quantity
    frame: Span
    head: Span
    subject: Span | None
    clause: Span
    sentence: Span
    scope: Span | None
    role: Role
    modality: Modality
    year: int | None
    year_inherited: bool
    aggregate: bool
    member: Span | None
    siblings: tuple[Span, ...]
    cell: Cell | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """Something that a document says is done. A reform is a measure, with difficulty and result."""

    title: str
    actor: str | None
    action: str
    deadline: str | None
    parent: int | None
    span: Span
    is_reform: bool
    difficulty: str | None
    result: str | None
