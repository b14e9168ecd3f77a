"""Calls of the system that fail, power that fails, full disks, folders that only allow reading."""

from __future__ import annotations

import os
import random
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from library_folders import Folders
from soak_run import shim, soak

from app.cli import commands
from app.errors import NotWritable
from app.library import Library, index
from app.library.check import check
from app.model import Filters, SearchQuery

TEXT = "一、投入。2023年,全县教育总投入23.25亿元。\n二、措施。县财政保障经费。\n"
QUERY = SearchQuery((("教育", 1.0),), ())

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no fork there")


@pytest.fixture
def seed() -> int:
    found = random.SystemRandom().randrange(10**6)
    print(f"seed {found}")  # shown when a test fails
    return found


def test_whichever_call_of_an_add_fails_nothing_is_lost_and_nothing_falsely_acknowledged(
    folders: Folders, seed: int
) -> None:
    library = shim(folders.corpus)
    if library is None:  # no C compiler: files that may not grow fail as well, only at fewer places
        figures = soak("soak_faults", "sizes", folders.data, 16_000, seed)
    else:
        figures = soak("soak_faults", "calls", folders.data, 11, seed, preload=library)
        assert figures["calls"] > 200, "calls are no longer counted"
    assert figures.get("NotWritable", 0) >= 3
    assert figures["passed"] == 1


def test_files_that_may_not_grow_any_further_are_told_as_a_full_disk(
    folders: Folders, seed: int
) -> None:
    figures = soak("soak_faults", "sizes", folders.data, 48_000, seed)
    assert figures["NotWritable"] >= 1
    assert figures["passed"] == 1


def test_after_a_power_cut_at_any_call_the_old_state_or_the_new_one_is_there(
    folders: Folders, seed: int
) -> None:
    library = shim(folders.corpus)
    if library is None:  # what is synced cannot be seen from here: then the order of names counts
        figures = soak("soak_kills", folders.data, 10, seed)
        assert figures["cycles"] == 10
        return
    figures = soak("soak_faults", "power", folders.data, 16, seed, preload=library)
    assert figures["old"] >= 5
    assert figures["new"] >= 2


# ── a full disk, and folders that only allow reading ────────────────────────────────────────────


def in_a_child(work: Callable[[], None], user: int | None = None) -> None:
    """Run `work` in a process of its own, as `user` when we may choose."""
    told, tell = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            if user is not None and os.getuid() == 0:
                os.setgid(user)
                os.setuid(user)
            work()
            code = 0
        except BaseException as error:
            os.write(tell, f"{type(error).__name__}: {error}".encode()[:60_000])
        finally:
            os._exit(code)
    os.close(tell)
    with open(told, "rb") as file:
        said = file.read().decode("utf-8", "replace")
    _, status = os.waitpid(child, 0)
    assert status == 0, said


NOBODY = 65534


def forbid_writing(folder: Path) -> None:
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)


def allow_writing(folder: Path) -> None:
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)


@pytest.fixture
def unwritable(folders: Folders) -> Folders:
    folders.write("a.txt", TEXT)
    folders.index()
    folders.write("b.txt", TEXT)
    folders.data.parent.chmod(0o755)
    forbid_writing(folders.data)
    return folders


def test_a_data_folder_that_only_allows_reading_is_read_and_checked(unwritable: Folders) -> None:
    before = unwritable.everything()

    def read() -> None:
        with Library.open(unwritable.corpus, unwritable.data) as library:
            library.verify()
            found = library.snapshot().index.search(QUERY, Filters(), 5, 0, True)
            assert found.total == len(found.hits) > 0
        found_by_check = [one.place for one in check(unwritable.corpus, unwritable.data).findings]
        assert found_by_check == ["b.txt"], found_by_check

    in_a_child(read, NOBODY)
    assert unwritable.everything() == before
    allow_writing(unwritable.data)


def test_indexing_there_says_so_and_the_commands_answer_from_what_is_published(
    unwritable: Folders,
) -> None:
    places = ["--corpus", str(unwritable.corpus), "--data", str(unwritable.data)]
    # Imports happen before rights are given up: the other user may not be able to read them.
    warm = str(unwritable.data.with_name("warm"))
    done = CliRunner().invoke(commands, ["ask", "谁保障经费？", *places[:3], warm])
    assert done.exit_code in (0, 3), done.output

    def ask() -> None:
        with pytest.raises(NotWritable, match="不能写入数据文件夹"):
            unwritable.index()
        done = CliRunner().invoke(commands, ["ask", "2023年全县教育总投入是多少？", *places])
        assert done.exit_code == 0, done.output
        assert "23.25亿元" in done.stdout
        assert "用上一次发布的索引回答" in done.stderr
        assert "检查权限和剩余空间" in done.stderr

    in_a_child(ask, NOBODY)
    allow_writing(unwritable.data)


def test_a_disk_that_is_full_is_told_reading_goes_on_and_space_makes_it_well(
    folders: Folders,
) -> None:
    import resource

    folders.write("a.txt", TEXT)
    version = folders.index().version
    folders.write("b.txt", TEXT)

    def write() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (600, most))
        with pytest.raises(NotWritable, match="剩余空间"):
            index(folders.corpus, folders.data)
        with Library.open(folders.corpus, folders.data) as library:
            library.verify()
            assert library.snapshot().version == version
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
        assert index(folders.corpus, folders.data).added == ("b.txt",)

    in_a_child(write)
    assert not check(folders.corpus, folders.data).findings
