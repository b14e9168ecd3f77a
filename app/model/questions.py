"""What a question asks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.model.figures import Bound, Dimension, Role


class Kind(StrEnum):
    """What a question asks for, and so the form of its answer."""

    AMOUNT = "amount"
    COUNT = "count"
    RATIO = "ratio"
    DATE = "date"
    PERSON = "person"
    ORGANISATION = "organisation"
    PLACE = "place"
    LIST = "list"
    MEASURES = "measures"
    REFORMS = "reforms"
    DEFINITION = "definition"
    PURPOSE = "purpose"
    MECHANISM = "mechanism"
    YES_NO = "yes_no"
    COMPARISON = "comparison"
    DERIVED = "derived"
    CLAUSE = "clause"


class TermRole(StrEnum):
    """What a question term stands for; it decides how strictly it must be found."""

    CONTENT = "content"
    ACTION = "action"  # a verb or adjective: more often paraphrased than a noun
    WEAK = "weak"  # a general word such as 工作, of little evidence
    HEAD = "head"  # the noun that is counted or asked for
    PLACE = "place"
    QUOTED = "quoted"  # a name in quotation or title marks
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class QuestionTerm:
    """A word of the question, folded, with what may stand for it in a document.

    `forms` are pairs of folded text and quality (1.0: the word itself), best first. `frequency`
    is the number of passages that hold the word or its best known form. `unknown` tells that no
    dictionary has the word: it is a name or a slip.
    """

    text: str
    role: TermRole
    weight: float
    forms: tuple[tuple[str, float], ...]
    frequency: int
    strict: bool
    unknown: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """What a question asks, after follow-ups were filled in.

    `text` is as asked, `full` with what earlier questions add, folded. `left` and `right` are the
    folded words on both sides of the question phrase. `unit` is the classifier asked for (几家),
    `dimension` what it measures. `years` are absolute. `announced` is the number in 哪三项,
    `ordinal` the number in 第二项, -1 for the last one. `repaired` are slips of writing that were
    put right, as pairs of what was written and what was taken to be meant.
    """

    text: str
    full: str
    kind: Kind
    terms: tuple[QuestionTerm, ...]
    left: str
    right: str
    unit: str
    dimension: Dimension | None
    roles: tuple[Role, ...]
    bound: Bound | None
    years: tuple[int, ...]
    places: tuple[str, ...]
    quoted: tuple[str, ...]
    operands: tuple[str, ...]
    total: bool
    announced: int | None
    ordinal: int | None
    context: tuple[str, ...]
    repaired: tuple[tuple[str, str], ...] = ()
