"""The data folder: one writer, foreign and damaged folders, readers beside a writer."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from library_folders import Folders

from app.errors import IndexUnusable, LibraryLocked
from app.library import Library
from app.library import home as homes
from app.model import Filters, SearchQuery

HOLD = """
import pathlib, sys, time
from app.library.lock import writing
with writing(pathlib.Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


@contextmanager
def another_writer(data: Path) -> Iterator[subprocess.Popen[str]]:
    root = Path(__file__).resolve().parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(data)], stdout=subprocess.PIPE, text=True, cwd=root
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        try:
            yield process
        finally:
            process.kill()


def test_a_second_writer_is_refused_within_a_second_and_a_killed_one_leaves_no_lock(
    folders: Folders,
) -> None:
    folders.write("a.txt", "正文。")
    folders.index()
    with another_writer(folders.data) as process:
        began = time.monotonic()
        with pytest.raises(LibraryLocked) as caught:
            folders.index()
        assert time.monotonic() - began < 1
        for part in (f"进程 {process.pid} ", "writer.lock", "--data"):
            assert part in str(caught.value)
        assert list(folders.documents()) == ["a.txt"]  # readers do not wait
        process.send_signal(signal.SIGTERM if os.name == "nt" else signal.SIGKILL)
        process.wait()
        folders.write("b.txt", "正文。")
        assert folders.index().added == ("b.txt",)


def test_a_run_leaves_only_what_the_published_state_and_the_one_before_need(
    folders: Folders,
) -> None:
    folders.write("b.txt", "另一篇。")
    for number in range(4):
        folders.write("a.txt", f"第{number}版。")
        folders.index()
    pointer = (folders.data / "CURRENT").read_text().split()[0]
    assert pointer.startswith("00000004-")
    states = sorted(path.name[:8] for path in (folders.data / "states").iterdir())
    assert states == ["00000003", "00000004"]
    segments = sorted(path.name for path in (folders.data / "segments").iterdir())
    assert segments == ["00000001", "00000003", "00000004"]
    assert len(list((folders.data / "blobs").iterdir())) == 1
    assert not (folders.data / "writer.json").exists()
    for name in ("CURRENT.new", "youju.json.new", "blobs/00.new", "states/00000009-0.json.new"):
        (folders.data / name).write_text("cut off")
    folders.index()
    assert not list(folders.data.rglob("*.new"))


def test_what_an_earlier_version_derived_is_set_aside_and_derived_anew(folders: Folders) -> None:
    folders.write("a.txt", "正文。")
    (folders.data / "generations/00000001").mkdir(parents=True)
    (folders.data / "generations/00000001/library.sqlite").write_bytes(b"old")
    (folders.data / "CURRENT").write_text("00000001\n")
    (folders.data / "youju.json").write_text('{"kind": "youju data", "layout": 1}')
    with pytest.raises(IndexUnusable, match="youju index"):
        folders.open()
    assert folders.index().added == ("a.txt",)
    assert (folders.data / "generations.damaged/00000001/library.sqlite").read_bytes() == b"old"
    assert list(folders.documents()) == ["a.txt"]


# ── foreign folders ─────────────────────────────────────────────────────────────────────────────


def with_notes(data: Path) -> None:
    (data / "notes.txt").write_text("我的笔记", encoding="utf-8")


def of_another_layout(data: Path) -> None:
    (data / "youju.json").write_text('{"kind": "youju data", "layout": 99}', encoding="utf-8")


def with_a_broken_marker(data: Path) -> None:
    (data / "youju.json").write_bytes(b"\xff")


FOREIGN = [with_notes, of_another_layout, with_a_broken_marker]


@pytest.mark.parametrize("fill", FOREIGN, ids=lambda fill: fill.__name__)
def test_a_foreign_folder_is_refused_and_nothing_in_it_is_touched(
    folders: Folders, fill: Callable[[Path], None]
) -> None:
    folders.write("a.txt", "正文。")
    folders.data.mkdir()
    fill(folders.data)
    before = folders.everything()
    for work in (folders.index, folders.open, lambda: folders.index(rebuild=True)):
        with pytest.raises(IndexUnusable, match="--data"):
            work()
    assert folders.everything() == before


def test_a_file_in_the_place_of_the_data_folder_is_refused(folders: Folders) -> None:
    folders.data.write_text("x")
    with pytest.raises(IndexUnusable, match="--data"):
        folders.index()


def test_a_fresh_volume_is_accepted(folders: Folders) -> None:
    (folders.data / "lost+found").mkdir(parents=True)
    assert folders.index().failed == ()


def test_opening_what_was_never_indexed_says_what_to_do_and_writes_nothing(
    folders: Folders,
) -> None:
    with pytest.raises(IndexUnusable, match="youju index"):
        folders.open()
    assert not folders.data.exists()


# ── damage ──────────────────────────────────────────────────────────────────────────────────────


def segment(folders: Folders) -> Path:
    return max((folders.data / "segments").iterdir())


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))


def flip_text(folders: Folders) -> None:
    flip(segment(folders) / "library.sqlite")


def flip_search(folders: Folders) -> None:
    flip(max((segment(folders) / "search/terms").iterdir(), key=lambda path: path.stat().st_size))


def cut_text(folders: Folders) -> None:
    os.truncate(segment(folders) / "library.sqlite", 4096)


def lose_text(folders: Folders) -> None:
    (segment(folders) / "library.sqlite").unlink()


def lose_seal(folders: Folders) -> None:
    (segment(folders) / "seal.json").unlink()


def garble_seal(folders: Folders) -> None:
    (segment(folders) / "seal.json").write_text("{}")


def flip_state(folders: Folders) -> None:
    flip(max((folders.data / "states").iterdir()))


def flip_pointer(folders: Folders) -> None:
    flip(folders.data / "CURRENT")


def flip_words(folders: Folders) -> None:
    flip(next((folders.data / "blobs").iterdir()))


def garble_pointer(folders: Folders) -> None:
    (folders.data / "CURRENT").write_bytes(b"../../etc\n")


def point_nowhere(folders: Folders) -> None:
    (folders.data / "CURRENT").write_text("00000099\n")


QUIET = [flip_text, flip_search]
LOUD = [
    cut_text,
    lose_text,
    lose_seal,
    garble_seal,
    flip_state,
    flip_pointer,
    flip_words,
    garble_pointer,
    point_nowhere,
]


@pytest.mark.parametrize("damage", LOUD, ids=lambda damage: damage.__name__)
def test_a_damaged_state_is_not_opened(folders: Folders, damage: Callable[[Folders], None]) -> None:
    folders.write("a.txt", "正文。")
    folders.index()
    damage(folders)
    with pytest.raises(IndexUnusable, match="youju index"):
        folders.open()


@pytest.mark.parametrize("damage", QUIET, ids=lambda damage: damage.__name__)
def test_a_flipped_bit_is_found_by_verifying(
    folders: Folders, damage: Callable[[Folders], None]
) -> None:
    folders.write("a.txt", "正文。")
    folders.index()
    with folders.open() as library:
        library.verify()
    damage(folders)
    try:
        library = folders.open()
    except IndexUnusable:
        return  # found even sooner
    with library, pytest.raises(IndexUnusable, match="损坏"):
        library.verify()


@pytest.mark.parametrize("damage", [*QUIET, *LOUD], ids=lambda damage: damage.__name__)
def test_the_next_run_rebuilds_a_damaged_state_and_deletes_nothing_of_it(
    folders: Folders, damage: Callable[[Folders], None]
) -> None:
    folders.write("a.txt", "正文。")
    version = folders.index().version
    damage(folders)
    report = folders.index()
    assert report.version == version
    assert set(report.added) | set(report.unchanged) == {"a.txt"}
    assert report.rebuilt
    assert folders.documents()["a.txt"].document.text == "正文。"
    assert list(folders.data.rglob("*.damaged"))
    assert not folders.index().rebuilt


def test_an_index_of_another_format_is_refused_then_rebuilt(folders: Folders) -> None:
    folders.write("a.txt", "正文。")
    folders.index()
    restate(folders, format=99)
    with pytest.raises(IndexUnusable, match="99"):
        folders.open()
    assert "99" in folders.index().rebuilt
    assert list(folders.documents()) == ["a.txt"]


def test_an_index_of_other_code_is_refused_then_derived_anew(folders: Folders) -> None:
    folders.write("a.txt", "正文。")
    version = folders.index().version
    restate(folders, code="0" * 16)
    with pytest.raises(IndexUnusable, match="youju index"):
        folders.open()
    report = folders.index()
    assert (report.version, report.unchanged) == (version, ("a.txt",))
    assert "程序" in report.rebuilt


def restate(folders: Folders, **changes: object) -> None:
    """Publish the state again as another version of the program would have written it."""
    home = homes.find(folders.data)
    state = home.published()
    assert state is not None
    home.publish(replace(state, **changes))  # type: ignore[arg-type]


# ── readers beside a writer ─────────────────────────────────────────────────────────────────────


def test_a_snapshot_stays_as_it_was_while_newer_states_are_published(folders: Folders) -> None:
    folders.write("a.txt", "甲文讲教育投入。")
    folders.index()
    with folders.open() as library:
        old = library.snapshot()
        name = old.documents.ids()[0]
        for number in range(3):
            folders.write("a.txt", f"乙文第{number}版讲经费保障。")
            folders.index()
            assert library.snapshot().version == library.published.snapshot.version
            assert library.reload()
            assert not library.reload()
            gc.collect()
        kept = old.documents.get(name)
        assert kept is not None
        assert kept.document.text == "甲文讲教育投入。"
        query = SearchQuery((("教育", 1.0),), ())
        assert len(old.index.search(query, Filters(), 5).hits) == 1
        assert library.snapshot().version != old.version
        new = library.snapshot().documents.get(name)
        assert new is not None
        assert new.document.text == "乙文第2版讲经费保障。"


def test_a_superseded_snapshot_lets_go_of_its_files(folders: Folders) -> None:
    if not Path("/proc/self/fd").exists():
        pytest.skip("open files cannot be listed here")

    def open_files() -> int:
        gc.collect()
        here = str(folders.data)
        links = [os.path.realpath(f"/proc/self/fd/{fd}") for fd in os.listdir("/proc/self/fd")]
        return sum(link.startswith(here) for link in links)

    folders.write("a.txt", "正文。")
    folders.index()
    library = folders.open()
    before = open_files()
    for number in range(3):
        folders.write("a.txt", f"第{number}版。")
        folders.index()
        library.reload()
    assert open_files() == before
    library.close()


def test_many_threads_read_one_store(folders: Folders) -> None:
    for number in range(20):
        folders.write(f"{number}.txt", f"第{number}篇的正文。")
    folders.index()
    with folders.open() as library:
        store = library.snapshot().documents
        seen: list[set[str]] = []

        def read() -> None:
            texts = {store.get(name).document.text for name in store.ids()}  # type: ignore[union-attr]
            seen.append(texts)

        threads = [threading.Thread(target=read) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert seen == [{f"第{number}篇的正文。" for number in range(20)}] * 8


def test_a_reader_needs_no_right_to_write(folders: Folders) -> None:
    if os.name == "nt":
        pytest.skip("folders have no such bit there")
    folders.write("a.txt", "正文。")
    folders.index()
    before = folders.everything()
    with Library.open(folders.corpus, folders.data) as library:
        store = library.snapshot().documents
        assert [store.get(name) is not None for name in store.ids()] == [True]
    assert folders.everything() == before


def test_a_full_disk_leaves_the_published_state_and_says_so(folders: Folders) -> None:
    resource = pytest.importorskip("resource")
    folders.write("a.txt", "正文。")
    folders.index()
    before = folders.everything()
    folders.write("b.txt", "加大教育投入。" * 20_000)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, hard))
    try:
        with pytest.raises(IndexUnusable):
            folders.index()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert folders.everything() == before
    assert folders.index().added == ("b.txt",)
