"""What is said of a quotation after its document was replaced, renamed or deleted.

Each change goes through the library: files in a folder, indexed again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from app.engine import Engine
from app.library import Library, index
from app.model import QuoteClaim, QuoteVerdict, Span
from app.web.anchors import Standing, anchored, place, read_place

OLD = "某市水务工作要点\n一、目标。2025年,改造管网12公里。\n二、保障。投入3.5亿元。每月检查。\n三、附则。每月检查。\n"
QUOTE = "改造管网12公里"
TWICE = "每月检查"
NAME = "水务.txt"


@contextmanager
def engine(folder: Path, files: Mapping[str, str]) -> Iterator[Engine]:
    """The engine after the corpus folder came to hold just these files."""
    corpus = folder / "corpus"
    corpus.mkdir(exist_ok=True)
    for path in corpus.glob("*.txt"):
        path.unlink()
    for name, text in files.items():
        (corpus / name).write_text(text, encoding="utf-8", newline="")
    assert index(corpus, folder / "data").failed == ()
    with Library.open(corpus, folder / "data") as library:
        published = library.published
        yield Engine(published.snapshot, published.segmenter)


def claim(held: Engine, quote: str, after: int = 0) -> QuoteClaim:
    """A quotation as a reply gives it."""
    (name,) = held.snapshot.documents.ids()
    stored = held.snapshot.documents.get(name)
    assert stored is not None
    start = stored.document.text.index(quote, after)
    return QuoteClaim(name, Span(start, start + len(quote)), quote, stored.document.digest)


@dataclass(frozen=True)
class Change:
    files: Mapping[str, str]
    quote: str
    which: int  # the first or the second time that OLD has the quote
    reason: str
    after: int | None  # where the new text has it


ADDED = OLD.replace("一、", "前言一段。\n一、")
NUDGED = OLD.replace("一、", "序。\n一、")
SWAPPED = "某市水务工作要点\n一、保障。投入3.5亿元。每月检查。\n二、目标。2025年,改造管网12公里。\n"
CHANGES = {
    "nothing": Change({NAME: OLD}, QUOTE, 0, "ok", OLD.index(QUOTE)),
    "words added behind": Change({NAME: OLD + "四、另行通知。\n"}, QUOTE, 0, "changed", OLD.index(QUOTE)),
    "words added before": Change({NAME: ADDED}, QUOTE, 0, "moved", ADDED.index(QUOTE)),
    "sections swapped": Change({NAME: SWAPPED}, QUOTE, 0, "moved", SWAPPED.index(QUOTE)),
    "the figure changed": Change({NAME: OLD.replace("12", "13")}, QUOTE, 0, "gone", None),
    "the sentence removed": Change({NAME: OLD.replace(QUOTE, "")}, QUOTE, 0, "gone", None),
    "said twice, moved a little: the second stays the second": Change(
        {NAME: NUDGED}, TWICE, 1, "moved", NUDGED.rindex(TWICE)
    ),
    "said twice, moved far: the nearest, which says the same": Change(
        {NAME: ADDED}, TWICE, 1, "moved", ADDED.index(TWICE)
    ),
    "said twice, the second removed": Change(
        {NAME: OLD.removesuffix("三、附则。每月检查。\n")}, TWICE, 1, "moved", OLD.index(TWICE)
    ),
    "the file deleted": Change({"别的.txt": "别的事\n一、无关。\n"}, QUOTE, 0, "gone", None),
    "the file renamed": Change({"新名.txt": OLD}, QUOTE, 0, "gone", None),
    "renamed, and another file took the name": Change(
        {"新名.txt": OLD, NAME: "另一份\n一、无关的事。\n"}, QUOTE, 0, "gone", None
    ),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_quotation_after_a_change_of_the_corpus(change: Change, tmp_path: Path) -> None:
    with engine(tmp_path, {NAME: OLD}) as before:
        made = claim(before, change.quote, OLD.index(change.quote) + change.which)
        assert before.verify((made,)) == (QuoteVerdict(True, "ok", made.span),)
    length = len(change.quote)
    span = None if change.after is None else Span(change.after, change.after + length)
    valid = change.reason in {"ok", "changed"}
    with engine(tmp_path, change.files) as after:
        assert after.verify((made,)) == (QuoteVerdict(valid, change.reason, span),)
        stored = after.snapshot.documents.get(made.document_id)
    # The link finds what the check of the words finds, though it does not hold the words.
    anchor = read_place(place(made.span, made.quote))
    assert anchor is not None
    found = None if stored is None else anchored(anchor, stored.document.text)
    assert (found.span if found else None) == span
    if found is not None:
        standing = {"moved": Standing.MOVED, "gone": Standing.GONE}
        assert found.standing == standing.get(change.reason, Standing.HERE)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"quote": "改造管网99公里"}, "mismatch"),
        ({"quote": "改造管网99公里", "digest": "0" * 64}, "gone"),
        ({"quote": "改造管网99公里", "digest": None}, "mismatch"),
        ({"span": Span(0, 3)}, "moved"),
        ({"span": Span(10_000, 10_008)}, "moved"),
        ({"quote": ""}, "mismatch"),
        ({"digest": "0" * 64}, "changed"),
    ],
    ids=["never said", "of another version", "of no version", "misplaced", "outside", "empty", "said still"],
)  # fmt: skip
def test_a_quotation_that_is_not_what_the_service_gave(
    change: dict[str, object], reason: str, tmp_path: Path
) -> None:
    with engine(tmp_path, {NAME: OLD}) as held:
        made = claim(held, QUOTE)
        (verdict,) = held.verify((replace(made, **change),))  # type: ignore[arg-type]
    assert verdict.reason == reason
    assert verdict.span == (made.span if reason in {"moved", "changed"} else None)
