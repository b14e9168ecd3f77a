"""From a text with its sidecar to everything that is kept of a document.

The sidecar wins over what the text states itself; a field that neither names stays empty.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.documents.passages import passages
from app.documents.structure import outline
from app.facts.figures import figures
from app.facts.measures import measures
from app.facts.names import names
from app.facts.places import places
from app.library.official import document_of
from app.library.plan import Entry
from app.model import Extracted, IndexedPassage, Passage, StoredDocument
from app.search.titles import title_places
from app.text.fold import fold_text
from app.text.segment import Segmenter, bigrams_of
from app.text.segment_pieces import mask, masked


def derive(entry: Entry, extracted: Extracted, segmenter: Segmenter) -> StoredDocument:
    """The document that `extracted` is, with outline, passages, figures, measures and names."""
    text = extracted.text
    document = document_of(entry, text)
    folded = fold_text(text)
    found = outline(text)
    return StoredDocument(
        document=document,
        outline=found,
        passages=passages(document.id, text, found),
        figures=figures(document, found),
        measures=measures(document, found),
        names=names(document, folded, segmenter.stream(masked(folded))),
        places=places(document),
        pages=extracted.pages,
    )


def indexed_passages(stored: StoredDocument, segmenter: Segmenter) -> list[IndexedPassage]:
    """The passages of a document with their terms, for the search index."""
    terms = _Terms(segmenter)
    named = title_places(stored.document.title, segmenter)
    text = stored.document.text
    return [
        entry_of(stored, passage, *terms.of(passage, text), named) for passage in stored.passages
    ]


def entry_of(
    stored: StoredDocument,
    passage: Passage,
    words: Sequence[str],
    bigrams: Sequence[str],
    title_places: Sequence[str],
) -> IndexedPassage:
    """A passage of a document with its terms and all that it can be filtered by."""
    document = stored.document
    return IndexedPassage(
        passage=passage,
        sort_key=document.source,
        words=tuple(words),
        bigrams=tuple(bigrams),
        collection=document.collection,
        region=document.region,
        issuer=document.issuer,
        status=document.status.value,
        issued_on=document.issued_on,
        places=stored.places,
        title_places=tuple(title_places),
        issuers=document.issuers,
        effective_on=document.effective_on,
        expires_on=document.expires_on,
    )


class _Terms:
    """Cuts passages with the headings above them; each heading of a document only once."""

    def __init__(self, segmenter: Segmenter) -> None:
        self._segmenter = segmenter
        self._headings: dict[str, tuple[list[str], list[str]]] = {}

    def of(self, passage: Passage, text: str) -> tuple[list[str], list[str]]:
        """The words and the bigrams of the headings above, then of the passage.

        A heading that stands in the passage itself is not counted twice.
        """
        own = passage.span.of(text)
        words: list[str] = []
        pairs: list[str] = []
        for heading in passage.path:
            if heading not in own:
                if heading not in self._headings:
                    self._headings[heading] = self._cut(heading)
                above = self._headings[heading]
                words += above[0]
                pairs += above[1]
        below = self._cut(own)
        words += below[0]
        pairs += below[1]
        return words, pairs

    def _cut(self, text: str) -> tuple[list[str], list[str]]:
        hidden = mask(text)
        return self._segmenter.terms_of(hidden), bigrams_of(hidden)
