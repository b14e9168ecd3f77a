"""What is stored comes back equal."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.library import tables
from app.library.codec import decode, encode
from app.library.store import MOST_KEPT, SegmentStore
from app.model import (
    Document,
    Figure,
    Measure,
    Outline,
    Passage,
    Quantity,
    Span,
    Status,
    StoredDocument,
)

NUMBERS = st.decimals(allow_nan=False, allow_infinity=False)
QUANTITIES = st.builds(Quantity, value=NUMBERS, upper=st.none() | NUMBERS)
FIGURES = st.builds(Figure, quantity=QUANTITIES)
STORED = st.builds(
    StoredDocument, figures=st.lists(FIGURES, max_size=3).map(lambda found: tuple(found))
)


@given(STORED)
@settings(max_examples=60, deadline=None)
def test_a_document_comes_back_equal(stored: StoredDocument) -> None:
    for kind, value in (
        (Document, stored.document),
        (Outline, stored.outline),
        (tuple[Passage, ...], stored.passages),
        (tuple[Figure, ...], stored.figures),
        (tuple[Measure, ...], stored.measures),
        (tuple[str, ...], stored.names),
    ):
        assert decode(kind, encode(kind, value)) == value


@given(NUMBERS)
def test_a_decimal_keeps_every_digit(number: Decimal) -> None:
    assert str(decode(Decimal, encode(Decimal, number))) == str(number)


def test_a_dataclass_is_stored_without_names() -> None:
    assert encode(tuple[Span, ...], (Span(1, 2), Span(3, 4))) == "[[1,2],[3,4]]"
    assert encode(date, date(2023, 5, 1)) == '"2023-05-01"'


DAMAGED = [(Span, "[1]"), (Span, "7"), (date, '"2023-13-01"'), (Outline, "nonsense"), (date, "7")]


@pytest.mark.parametrize(("kind", "text"), DAMAGED)
def test_text_of_another_form_is_an_error(kind: type, text: str) -> None:
    with pytest.raises((ValueError, TypeError, LookupError, ArithmeticError)):
        decode(kind, text)


@pytest.mark.parametrize("kind", [dict[str, int], tuple[int, str], int | str, object])
def test_a_type_without_a_form_is_refused(kind: type) -> None:
    with pytest.raises(TypeError, match="no way to store"):
        encode(kind, None)


def a_document(name: str, text: str) -> StoredDocument:
    document = Document(
        id=name,
        collection="",
        title="标题",
        text=text,
        source=f"{name}.txt",
        number=None,
        issuer=None,
        region=None,
        issued_on=None,
        effective_on=None,
        expires_on=None,
        status=Status.UNKNOWN,
        digest="",
    )
    return StoredDocument(document, Outline(()), (), (), (), ())


TEXTS = {"nul": "前\x00后", "line ends": "一\r\n二\r三\n", "empty": "", "rare": "𠮷😀\u2028尾"}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_a_stored_text_is_verbatim(tmp_path: Path, text: str) -> None:
    connection = tables.connect_new(tmp_path / "a#b ?.sqlite")
    tables.put_document(connection, a_document("a", text))
    tables.finish(connection)
    store = SegmentStore(tmp_path / "a#b ?.sqlite")
    found = store.get("a")
    assert found is not None
    assert found.document.text == text
    assert store.get("b") is None
    store.close()


def test_the_store_keeps_what_was_used_last(tmp_path: Path) -> None:
    names = [f"{number:04d}" for number in range(MOST_KEPT + 1)]
    connection = tables.connect_new(tmp_path / "x.sqlite")
    for name in names:
        tables.put_document(connection, a_document(name, "正文"))
    tables.finish(connection)
    store = SegmentStore(tmp_path / "x.sqlite")
    assert [name for _, name in store.ids()] == names
    first, second = store.get(names[0]), store.get(names[1])
    for name in names[2:-1]:
        store.get(name)
    assert store.get(names[0]) is first
    store.get(names[-1])
    assert store.get(names[0]) is first
    assert store.get(names[1]) is not second
    assert store.get(names[1]) == second
    store.close()
