from __future__ import annotations

import os
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conformance import ChangingIndex, Fresh, SearchIndexConformance
from folder_index import FolderIndex, build, opened
from search_samples import corpus, passage, query, questions

from app.errors import IndexUnusable
from app.model import Filters, IndexedPassage
from app.search.tantivy_index import LiveSegment, TantivyIndex
from app.search.tantivy_index_builder import SMALL, SegmentBuilder
from app.search.tantivy_index_segment import Segment


class TestTantivyIndex(SearchIndexConformance):
    @pytest.fixture
    def fresh(self, tmp_path: Path) -> Iterator[Fresh]:
        made: list[FolderIndex] = []

        def make() -> ChangingIndex:
            made.append(FolderIndex(tmp_path / f"index{len(made)}"))
            return made[-1]

        yield make
        for index in made:
            index.index.check()
            index.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A segment of a few documents."""
    return build(tmp_path / "index", corpus(7))


def test_the_same_passages_in_one_segment_or_in_many_give_equal_results(tmp_path: Path) -> None:
    entries = corpus(3)
    whole = opened(build(tmp_path / "whole", entries))
    names = sorted({entry.passage.document_id for entry in entries})
    parts = []
    for number in range(5):
        some = set(names[number::5])
        chosen = [entry for entry in entries if entry.passage.document_id in some]
        parts.append(LiveSegment(Segment(build(tmp_path / str(number), chosen))))
    spread = TantivyIndex(parts)
    for asked in questions(entries, 3):
        expected = whole.search(asked, Filters(), 60, count=True)
        assert repr(spread.search(asked, Filters(), 60, count=True)) == repr(expected)
    whole.close()
    spread.close()


def test_segments_searched_side_by_side_give_equal_results(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = corpus(4)
    halves = [
        [e for e in entries if (e.passage.document_id < "文020") is low] for low in (True, False)
    ]
    parts = [LiveSegment(Segment(build(tmp_path / str(i), half))) for i, half in enumerate(halves)]
    index = TantivyIndex(parts)
    expected = [index.search(asked, Filters(), 60) for asked in questions(entries, 4)]
    monkeypatch.setattr("app.search.ranking._LARGE", 1)
    assert [index.search(asked, Filters(), 60) for asked in questions(entries, 4)] == expected
    index.close()


def test_an_error_of_the_passages_themselves_passes_through(tmp_path: Path) -> None:
    def passages() -> Iterator[IndexedPassage]:
        yield passage("甲", "教育")
        raise ValueError("the caller's own fault")

    builder = SegmentBuilder(tmp_path / "index", SMALL)
    with pytest.raises(ValueError, match="own fault"):
        builder.add(passages())
    builder.close()


def test_reading_changes_no_file(folder: Path) -> None:
    def state() -> dict[str, bytes]:
        return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    before = state()
    index = opened(folder)
    index.search(query("词1"), Filters(), 10, count=True)
    index.check()
    index.close()
    assert state() == before


def test_a_copy_of_a_segment_is_a_segment(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "copy")
    first, second = opened(folder), opened(tmp_path / "copy")
    asked = query("词1 词2 词3")
    assert first.search(asked, Filters(), 10) == second.search(asked, Filters(), 10)
    first.close()
    second.close()


def test_a_segment_that_was_not_finished_is_not_taken_for_one(tmp_path: Path) -> None:
    builder = SegmentBuilder(tmp_path / "index", SMALL)
    builder.add([passage("甲", "教育")])
    builder.close()
    with pytest.raises(IndexUnusable, match="youju index --rebuild"):
        Segment(tmp_path / "index")


def test_passages_of_a_document_that_come_apart_are_an_error(tmp_path: Path) -> None:
    builder = SegmentBuilder(tmp_path / "index", SMALL)
    with pytest.raises(IndexUnusable, match="UNIQUE"):
        builder.add(
            [
                passage("甲:0", "教育"),
                passage("乙", "教育"),
                passage("甲:9", "教育"),
                passage("丙", ""),
            ]
        )
    builder.close()


def test_an_index_is_not_made_over_other_files(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("keep me")
    with pytest.raises(IndexUnusable, match="not empty"):
        SegmentBuilder(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_many_threads_get_the_same_answer(folder: Path) -> None:
    index = opened(folder)
    expected = index.search(query("词1 词2 词3"), Filters(), 10)
    results = []
    threads = [
        threading.Thread(
            target=lambda: results.extend(
                index.search(query("词1 词2 词3"), Filters(), 10) for _ in range(10)
            )
        )
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [expected] * 40
    index.close()


# ── damage ──────────────────────────────────────────────────────────────────────────────────────


def use(folder: Path) -> None:
    """Open the index and read all of it."""
    index = opened(folder)
    try:
        index.search(query("词1 词2"), Filters(), 10)
        index.check()
    finally:
        index.close()


def another_store(folder: Path) -> None:
    """Terms of one segment beside the statistics of another."""
    other = build(folder.parent / "other", corpus(8))
    shutil.copy(other / "store.db", folder / "store.db")


def a_foreign_database(folder: Path) -> None:
    (folder / "store.db").unlink()
    connection = sqlite3.connect(folder / "store.db")
    connection.execute("CREATE TABLE letters (text TEXT)")
    connection.close()


def wrong_count(folder: Path) -> None:
    connection = sqlite3.connect(folder / "store.db")
    connection.execute("UPDATE terms SET passages = passages + 1 WHERE number = 3")
    connection.commit()
    connection.close()


def lost_passage(folder: Path) -> None:
    connection = sqlite3.connect(folder / "store.db")
    connection.execute("DELETE FROM passages WHERE number = 3")
    connection.commit()
    connection.close()


DAMAGE: dict[str, Callable[[Path], object]] = {
    "no folder": shutil.rmtree,
    "an empty folder": lambda folder: [shutil.rmtree(folder), folder.mkdir()],
    "no format file": lambda folder: (folder / "format").unlink(),
    "another format": lambda folder: (folder / "format").write_text(
        "youju search index, format 99\n"
    ),
    "a format file that is no text": lambda folder: (folder / "format").write_bytes(
        b"\xff\xfe\x00"
    ),
    "no store": lambda folder: (folder / "store.db").unlink(),
    "an empty store": lambda folder: (folder / "store.db").write_bytes(b""),
    "a store that is no database": lambda folder: (folder / "store.db").write_bytes(
        b"no database" * 999
    ),
    "another store": another_store,
    "half a store": lambda folder: os.truncate(folder / "store.db", 8192),
    "a foreign database": a_foreign_database,
    "a wrong count": wrong_count,
    "a lost passage": lost_passage,
    "no vectors": lambda folder: (folder / "passages.vectors").unlink(),
    "half the vectors": lambda folder: os.truncate(folder / "documents.vectors", 60),
    "no heads": lambda folder: (folder / "documents.heads").unlink(),
    "half the heads": lambda folder: os.truncate(folder / "passages.heads", 48),
    "no terms": lambda folder: shutil.rmtree(folder / "terms"),
    "no list of segments": lambda folder: (folder / "terms" / "meta.json").unlink(),
    "half a list of segments": lambda folder: os.truncate(folder / "terms" / "meta.json", 100),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_damage_is_reported_with_folder_and_way_out(
    folder: Path, damage: Callable[[Path], object]
) -> None:
    use(folder)
    damage(folder)
    with pytest.raises(IndexUnusable, match="youju index --rebuild") as raised:
        use(folder)
    assert str(folder) in str(raised.value)


@pytest.mark.parametrize("kind", ["idx", "term", "store", "fast", "fieldnorm"])
def test_a_cut_off_segment_file_is_reported(folder: Path, kind: str) -> None:
    for path in (folder / "terms").glob(f"*.{kind}"):
        os.truncate(path, path.stat().st_size // 2)
    with pytest.raises(IndexUnusable, match="youju index --rebuild"):
        use(folder)
