from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from conformance import Fresh, SearchIndexConformance
from search_samples import corpus, found, names, passage, query, questions

from app.errors import IndexUnusable, LibraryLocked
from app.model import Filters, IndexedPassage, SearchIndex
from app.search.tantivy_index import TantivyIndex


class TestTantivyIndex(SearchIndexConformance):
    @pytest.fixture
    def fresh(self, tmp_path: Path) -> Iterator[Fresh]:
        made: list[TantivyIndex] = []

        def make() -> SearchIndex:
            made.append(TantivyIndex.create(tmp_path / f"index{len(made)}"))
            return made[-1]

        yield make
        for index in made:
            index.check()
            index.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A closed index of a few documents."""
    index = TantivyIndex.create(tmp_path / "index")
    index.add(corpus(7))
    index.commit()
    index.close()
    return tmp_path / "index"


def test_a_reopened_index_gives_equal_results(tmp_path: Path) -> None:
    entries = corpus(5)
    index = TantivyIndex.create(tmp_path / "index")
    index.add(entries)
    index.commit()
    before = [index.search(asked, Filters(), 20) for asked in questions(entries, 5)]
    index.close()
    again = TantivyIndex.open(tmp_path / "index")
    assert [again.search(asked, Filters(), 20) for asked in questions(entries, 5)] == before
    again.close()


def test_a_reopened_index_can_be_changed(folder: Path) -> None:
    index = TantivyIndex.open(folder, writable=True)
    index.add([passage("新文", "新词 词1")])
    index.delete("文001")
    index.commit()
    assert found(index, "新词") == ["新文"]
    index.check()
    index.close()


def test_what_was_not_committed_is_gone_after_closing(folder: Path) -> None:
    index = TantivyIndex.open(folder, writable=True)
    size = index.size
    index.add([passage("新文", "新词")])
    index.delete("文001")
    index.close()
    again = TantivyIndex.open(folder)
    assert (again.size, found(again, "新词")) == (size, [])
    again.check()
    again.close()


def test_rolling_back_drops_what_was_added_and_deleted(folder: Path) -> None:
    index = TantivyIndex.open(folder, writable=True)
    size = index.size
    index.add([passage("新文", "新词")])
    index.delete("文001")
    index.rollback()
    index.add([passage("别文", "别词")])
    index.commit()
    assert (index.size, found(index, "新词"), found(index, "别词")) == (size + 1, [], ["别文"])
    index.check()
    index.close()


def test_an_error_of_the_passages_themselves_passes_through(folder: Path) -> None:
    def passages() -> Iterator[IndexedPassage]:
        yield passage("新文", "新词")
        raise ValueError("nothing to do with the index")

    index = TantivyIndex.open(folder, writable=True)
    with pytest.raises(ValueError, match="nothing to do"):
        index.add(passages())
    index.close()


def test_terms_that_no_passage_holds_leave_the_store(tmp_path: Path) -> None:
    index = TantivyIndex.create(tmp_path / "index")
    index.add([passage("甲", "旧词 常词", bigrams=["旧词"]), passage("乙", "常词")])
    index.commit()
    index.delete("甲")
    index.commit()
    index.close()
    connection = sqlite3.connect(tmp_path / "index" / "store.db")
    terms = connection.execute("SELECT field, term FROM terms").fetchall()
    connection.close()
    assert terms == [(0, "常词".encode())]


def test_another_handle_sees_a_commit_after_reload(folder: Path) -> None:
    reader = TantivyIndex.open(folder)
    writer = TantivyIndex.open(folder, writable=True)
    size = reader.size
    before = reader.search(query("词1 词2"), Filters(), 20)
    writer.delete("文001")
    writer.add([passage("新文", "新词 词1")])
    writer.commit()
    assert reader.search(query("词1 词2"), Filters(), 20) == before
    assert (reader.size, found(reader, "新词")) == (size, [])
    reader.reload()
    assert found(reader, "新词") == ["新文"]
    assert reader.search(query("词1"), Filters(), 20) == writer.search(query("词1"), Filters(), 20)
    reader.close()
    writer.close()


def test_only_one_handle_can_write(folder: Path) -> None:
    first = TantivyIndex.open(folder, writable=True)
    with pytest.raises(LibraryLocked, match="another process"):
        TantivyIndex.open(folder, writable=True)
    first.close()
    TantivyIndex.open(folder, writable=True).close()


def test_a_handle_for_reading_changes_nothing(folder: Path) -> None:
    index = TantivyIndex.open(folder)
    with pytest.raises(RuntimeError, match="writable=True"):
        index.delete("文001")
    with pytest.raises(RuntimeError, match="writable=True"):
        index.add([passage("新文", "新词")])
    index.close()


def test_a_closed_folder_holds_no_log_and_reading_changes_no_file(folder: Path) -> None:
    def files() -> dict[str, str]:
        return {
            path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest()
            for path in folder.rglob("*")
            if path.is_file() and path.suffix != ".lock"
        }

    before = files()
    assert {name for name in before if "/" not in name} == {"format", "store.db"}
    index = TantivyIndex.open(folder)
    index.search(query("词1"), Filters(), 10)
    index.close()
    assert files() == before


def test_a_copy_of_a_closed_folder_is_an_index(folder: Path, tmp_path: Path) -> None:
    reader = TantivyIndex.open(folder)
    shutil.copytree(folder, tmp_path / "copy", ignore=shutil.ignore_patterns("*.lock"))
    copy = TantivyIndex.open(tmp_path / "copy", writable=True)
    copy.add([passage("新文", "新词")])
    copy.commit()
    assert (copy.size, found(copy, "新词")) == (reader.size + 1, ["新文"])
    copy.close()
    reader.close()


def test_an_index_is_not_made_over_other_files(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("keep me")
    with pytest.raises(IndexUnusable, match="not empty"):
        TantivyIndex.create(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_many_threads_get_the_same_answer(folder: Path) -> None:
    index = TantivyIndex.open(folder)
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
    index = TantivyIndex.open(folder)
    try:
        index.search(query("词1 词2"), Filters(), 10)
        index.check()
    finally:
        index.close()


def an_older_store(folder: Path) -> None:
    """Terms of one commit beside statistics of another, with as many passages in both."""
    shutil.copy(folder / "store.db", folder.parent / "older")
    index = TantivyIndex.open(folder, writable=True)
    size = index.size
    index.delete("文001")
    index.commit()
    index.add(passage(f"新文:{start}", "新词") for start in range(size - index.size))
    index.commit()
    assert index.size == size
    index.close()
    shutil.copy(folder.parent / "older", folder / "store.db")


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
    "half a store": lambda folder: os.truncate(folder / "store.db", 8192),
    "a foreign database": a_foreign_database,
    "a wrong count": wrong_count,
    "a lost passage": lost_passage,
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


def test_a_crash_between_the_two_halves_of_a_commit_is_noticed_at_opening(folder: Path) -> None:
    an_older_store(folder)
    with pytest.raises(IndexUnusable, match=r"different commits.*youju index --rebuild"):
        TantivyIndex.open(folder)


@pytest.mark.parametrize("kind", ["idx", "term", "store", "fast", "fieldnorm"])
def test_a_cut_off_segment_file_is_reported(folder: Path, kind: str) -> None:
    for path in (folder / "terms").glob(f"*.{kind}"):
        os.truncate(path, path.stat().st_size // 2)
    with pytest.raises(IndexUnusable, match="youju index --rebuild"):
        use(folder)


COMMITS_FOR_EVER = """
import sys
from pathlib import Path
sys.path[:0] = sys.argv[2:]
from search_samples import passage
from app.search.tantivy_index import TantivyIndex
index = TantivyIndex.open(Path(sys.argv[1]), writable=True)
for number in range(10_000):
    index.add([passage(f"新文{number}", "新词 词1")])
    if number:
        index.delete(f"新文{number - 1}")
    index.commit()
    print(number, flush=True)
"""


@pytest.mark.parametrize("acknowledged", [2, 9])
def test_a_killed_writer_leaves_its_last_commit_or_a_clear_error(
    folder: Path, acknowledged: int
) -> None:
    here = Path(__file__).resolve().parent
    with subprocess.Popen(
        [sys.executable, "-c", COMMITS_FOR_EVER, str(folder), str(here), str(here.parent.parent)],
        stdout=subprocess.PIPE,
        text=True,
    ) as writer:
        assert writer.stdout is not None
        for _ in range(acknowledged):
            last = int(writer.stdout.readline())
        writer.send_signal(signal.SIGKILL)
        last = max([last, *map(int, writer.stdout.read().split())])
    try:
        index = TantivyIndex.open(folder, writable=True)
    except IndexUnusable as error:
        # Killed between the two halves of a commit.
        if "different commits" in str(error):
            return
        raise
    hits = index.search(query("新词"), Filters(), 10).hits
    assert names(hits) in ([f"新文{last}"], [f"新文{last + 1}"])
    index.check()
    index.close()
