"""The nouns that stages hand to each other, and the protocols behind which libraries stand.

All offsets count characters (code points) of `Document.text`; spans are half-open.
Values are frozen: a stage reads what it is given and returns something new.
"""

from app.model.documents import ENDED, Document, Extracted, Outline, Passage, Section, Status
from app.model.fields import (
    Contact,
    FieldOrigin,
    Relation,
    RelationKind,
    Responsibility,
    Source,
)
from app.model.figures import (
    Bound,
    Cell,
    DateMention,
    Dimension,
    Figure,
    Measure,
    Modality,
    Quantity,
    Role,
)
from app.model.questions import Kind, Question, QuestionTerm, TermRole
from app.model.replies import (
    Answer,
    Citation,
    Derivation,
    Nearest,
    Reason,
    Refusal,
    Reply,
    Statement,
)
from app.model.search import (
    Filters,
    Hit,
    IndexedPassage,
    QuoteClaim,
    QuoteVerdict,
    SearchHit,
    SearchIndex,
    SearchQuery,
    SearchReply,
    SearchResult,
    Vocabulary,
)
from app.model.snapshot import Clock, DocumentStore, Snapshot, StoredDocument
from app.model.spans import Folded, Span, Token

__all__ = [
    "ENDED",
    "Answer",
    "Bound",
    "Cell",
    "Citation",
    "Clock",
    "Contact",
    "DateMention",
    "Derivation",
    "Dimension",
    "Document",
    "DocumentStore",
    "Extracted",
    "FieldOrigin",
    "Figure",
    "Filters",
    "Folded",
    "Hit",
    "IndexedPassage",
    "Kind",
    "Measure",
    "Modality",
    "Nearest",
    "Outline",
    "Passage",
    "Quantity",
    "Question",
    "QuestionTerm",
    "QuoteClaim",
    "QuoteVerdict",
    "Reason",
    "Refusal",
    "Relation",
    "RelationKind",
    "Reply",
    "Responsibility",
    "Role",
    "SearchHit",
    "SearchIndex",
    "SearchQuery",
    "SearchReply",
    "SearchResult",
    "Section",
    "Snapshot",
    "Source",
    "Span",
    "Statement",
    "Status",
    "StoredDocument",
    "TermRole",
    "Token",
    "Vocabulary",
]
