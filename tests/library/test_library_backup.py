"""`youju backup` and `youju restore`: one state, whole, while writes go on; nothing else gets in."""

from __future__ import annotations

import errno
import hashlib
import io
import json
import os
import sqlite3
import tarfile
import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from library_folders import Folders
from soak_texts import place, told_in

from app.chat.ledger import Ledger
from app.cli import commands
from app.engine import Engine
from app.errors import BackupError, IndexUnusable
from app.library import Library, backup, index
from app.library.backup import back_up
from app.library.restore import restore
from app.library.writer import Writer

TEXT = "一、投入。2023年,全县教育总投入23.25亿元。\n二、措施。县财政保障经费。\n"
QUESTIONS = (
    "2023年全县教育总投入是多少？",
    "谁保障经费？",
    "有哪些措施？",
    "2019年的总投入是多少？",
)


@pytest.fixture
def indexed(folders: Folders) -> Folders:
    folders.write("甲/a.txt", TEXT, title="关于教育投入的通知", region="某县")
    folders.write("b.txt", "一、要求。全县新建学校12所。\n")
    folders.write("_youju/synonyms.txt", "教育 办学\n")
    folders.index()
    folders.write("c.txt", "一、附则。本办法自2024年1月1日起施行。\n")
    (folders.corpus / "b.txt").unlink()
    folders.index()
    return folders


def answers(corpus: Path, data: Path) -> list[str]:
    with Library.open(corpus, data) as library:
        engine = Engine(library.snapshot(), library.segmenter)
        return [repr(engine.ask(one, as_of=date(2024, 5, 1))) for one in QUESTIONS]


def elsewhere(folders: Folders) -> Folders:
    base = folders.data.parent / "elsewhere"
    return Folders(base / "corpus", base / "data")


def test_a_restored_backup_gives_the_same_answers_and_the_same_version(indexed: Folders) -> None:
    archive = indexed.data.parent / "b.tar"
    report = back_up(indexed.corpus, indexed.data, archive)
    assert (report.documents, report.left_out) == (2, 0)
    other = elsewhere(indexed)
    assert restore(archive, other.corpus, other.data).findings == ()
    assert answers(other.corpus, other.data) == answers(indexed.corpus, indexed.data)
    assert "23.25亿元" in answers(other.corpus, other.data)[0]
    for name in ("甲/a.txt", "甲/a.txt.json", "_youju/synonyms.txt", "c.txt"):
        assert (other.corpus / name).read_bytes() == (indexed.corpus / name).read_bytes()
    again = other.index()
    assert again.version == report.version
    assert again.unchanged == ("c.txt", "甲/a.txt")
    assert not again.rebuilt


def test_the_same_state_gives_the_same_archive_byte_for_byte(indexed: Folders) -> None:
    one, two = indexed.data.parent / "1.tar", indexed.data.parent / "2.tar"
    back_up(indexed.corpus, indexed.data, one)
    back_up(indexed.corpus, indexed.data, two)
    assert one.read_bytes() == two.read_bytes()
    with tarfile.open(one) as tar:
        names = tar.getnames()
    assert names[0] == "youju-backup.json"
    assert names[1:] == sorted(names[1:])


def test_the_records_of_chats_come_along_although_the_service_has_them_open(
    indexed: Folders,
) -> None:
    ledger = Ledger(indexed.data / "chat.db")
    archive = indexed.data.parent / "b.tar"
    back_up(indexed.corpus, indexed.data, archive)
    other = elsewhere(indexed)
    restore(archive, other.corpus, other.data)
    connection = sqlite3.connect(other.data / "chat.db")
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    connection.close()
    assert {"seen", "turns", "feedback"} <= tables
    ledger.close()


def test_a_backup_is_of_one_state_while_a_writer_goes_on(folders: Folders) -> None:
    for name in "abcd":
        place(folders.corpus, name, 1)
    folders.index()
    stop = threading.Event()
    published: dict[str, set[tuple[str, int]]] = {}
    told: dict[str, int] = dict.fromkeys("abcd", 1)

    def write() -> None:
        with Writer(folders.corpus, folders.data) as writer:
            for version in range(2, 40):
                if stop.is_set():
                    break
                name = "abcd"[version % 4]
                place(folders.corpus, name, version)
                told[name] = version
                report = writer.refresh([f"{name}.txt"])
                published[report.version] = set(told.items())

    thread = threading.Thread(target=write)
    thread.start()
    archive = folders.data.parent / "b.tar"
    versions = [back_up(folders.corpus, folders.data, archive).version for _ in range(2)]
    stop.set()
    thread.join()
    other = elsewhere(folders)
    assert restore(archive, other.corpus, other.data).findings == ()
    stored = other.documents().values()
    found = {one for each in stored for one in told_in(each.document.text)}
    on_disk = {one for path in other.corpus.iterdir() for one in told_in(path.read_text())}
    assert found == on_disk
    assert len(found) == 4
    assert found == published.get(versions[-1], {(name, 1) for name in "abcd"})


def test_a_corpus_that_the_index_does_not_know_is_not_backed_up(
    indexed: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup, "PATIENCE", 0.0)
    archive = indexed.data.parent / "b.tar"
    archive.write_bytes(b"an older backup")
    changes: list[Callable[[], object]] = [
        lambda: indexed.write("c.txt", "另一个内容。"),
        lambda: (indexed.corpus / "c.txt").unlink(),
        lambda: indexed.write("c.txt", "附则。", title="新的标题"),
        lambda: indexed.write("_youju/synonyms.txt", "教育 办学 学校\n"),
    ]
    for change in changes:
        change()
        with pytest.raises(BackupError, match="youju index"):
            back_up(indexed.corpus, indexed.data, archive)
        assert archive.read_bytes() == b"an older backup"
        assert not archive.with_name("b.tar.new").exists()
        indexed.write("c.txt", "附则。")
        indexed.index()


def test_files_that_are_not_in_the_index_are_counted_and_left_out(indexed: Folders) -> None:
    (indexed.corpus / "bad.txt").write_bytes(b"\x00\xff\xfe\x81" * 50)
    (failure,) = indexed.index().failed
    assert failure.source == "bad.txt"
    archive = indexed.data.parent / "b.tar"
    assert back_up(indexed.corpus, indexed.data, archive).left_out == 1
    with tarfile.open(archive) as tar:
        assert not [name for name in tar.getnames() if "bad" in name]


def test_a_damaged_index_is_not_backed_up(indexed: Folders) -> None:
    path = indexed.data / "segments/00000002/search/store.db"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))
    with pytest.raises(IndexUnusable, match="损坏"):
        back_up(indexed.corpus, indexed.data, indexed.data.parent / "b.tar")
    assert not (indexed.data.parent / "b.tar").exists()


def test_a_backup_that_cannot_be_written_says_why(indexed: Folders) -> None:
    with pytest.raises(BackupError, match="不能写入备份"):
        back_up(indexed.corpus, indexed.data, indexed.data.parent / "nowhere/b.tar")


# ── what is not restored ────────────────────────────────────────────────────────────────────────


@pytest.fixture
def archive(indexed: Folders) -> Path:
    path = indexed.data.parent / "b.tar"
    back_up(indexed.corpus, indexed.data, path)
    return path


def test_only_empty_folders_are_restored_to(indexed: Folders, archive: Path) -> None:
    other = elsewhere(indexed)
    for occupied in (other.corpus, other.data):
        occupied.mkdir(parents=True)
        (occupied / "mine.txt").write_text("我的")
        with pytest.raises(BackupError, match="不是空的"):
            restore(archive, other.corpus, other.data)
        assert [path.name for path in occupied.iterdir()] == ["mine.txt"]
        (occupied / "mine.txt").unlink()
    assert restore(archive, other.corpus, other.data).findings == ()


def members(archive: Path) -> list[tuple[tarfile.TarInfo, bytes]]:
    with tarfile.open(archive) as tar:
        found = [(entry, tar.extractfile(entry)) for entry in tar]
        return [(entry, file.read()) for entry, file in found if file is not None]


def written(archive: Path, entries: list[tuple[tarfile.TarInfo, bytes]]) -> None:
    with tarfile.open(archive, "w", format=tarfile.PAX_FORMAT) as tar:
        for entry, data in entries:
            entry.size = 0 if entry.islnk() or entry.issym() else len(data)
            tar.addfile(entry, io.BytesIO(data))


def with_list(change: Callable[[list[object]], None]) -> Callable[[Path], None]:
    """The list of the archive changed, and with it nothing else."""

    def apply(archive: Path) -> None:
        entries = members(archive)
        listed = json.loads(entries[0][1])
        change(listed)
        entries[0] = entries[0][0], json.dumps(listed).encode()
        written(archive, entries)

    return apply


def with_name(name: str) -> Callable[[Path], None]:
    """A file with a name that leads elsewhere, listed as it should be."""

    def apply(archive: Path) -> None:
        entries = members(archive)
        listed = json.loads(entries[0][1])
        listed[3].append([name, 4, hashlib.sha256(b"evil").hexdigest(), 0])
        entries[0] = entries[0][0], json.dumps(listed).encode()
        written(archive, [*entries, (tarfile.TarInfo(name), b"evil")])

    return apply


def with_link(kind: bytes) -> Callable[[Path], None]:
    def apply(archive: Path) -> None:
        entries = members(archive)
        entry, data = entries[-1]
        entry.type, entry.linkname = kind, "/etc/passwd"
        written(archive, [*entries[:-1], (entry, data)])

    return apply


def flipped(archive: Path) -> None:
    data = bytearray(archive.read_bytes())
    at = data.index("教育总投入".encode())
    data[at] ^= 1
    archive.write_bytes(bytes(data))


def cut(archive: Path) -> None:
    data = archive.read_bytes()
    archive.write_bytes(data[: len(data) // 2])


def without_one(archive: Path) -> None:
    entries = members(archive)
    written(archive, [*entries[:5], *entries[6:]])


def with_one_more(archive: Path) -> None:
    written(archive, [*members(archive), (tarfile.TarInfo("data/segments/00000001/x"), b"x")])


def without_list(archive: Path) -> None:
    written(archive, members(archive)[1:])


def with_a_huge_header(archive: Path) -> None:
    entry = tarfile.TarInfo("x")
    entry.type, entry.size = tarfile.XHDTYPE, 10**12
    archive.write_bytes(entry.tobuf() + bytes(10240))


def of_another_program(archive: Path) -> None:
    with tarfile.open(archive, "w") as tar:
        tar.addfile(tarfile.TarInfo("README"))


def without_current(listed: list[object]) -> None:
    assert isinstance(listed[3], list)
    listed[3] = [one for one in listed[3] if one[0] != "data/CURRENT"]


def of_a_newer_format(listed: list[object]) -> None:
    listed[0] = "youju backup 2"


def with_a_twin(listed: list[object]) -> None:
    assert isinstance(listed[3], list)
    listed[3].append(listed[3][0])


def with_a_negative_size(listed: list[object]) -> None:
    assert isinstance(listed[3], list)
    listed[3][0][1] = -1


SPOILT: dict[str, Callable[[Path], None]] = {
    "a flipped bit": flipped,
    "the second half gone": cut,
    "one file gone": without_one,
    "one file too many": with_one_more,
    "no list": without_list,
    "a huge header": with_a_huge_header,
    "another program's": of_another_program,
    "no tar": lambda archive: archive.write_bytes(b"PK\x03\x04" * 999),
    "empty": lambda archive: archive.write_bytes(b""),
    "a symbolic link": with_link(tarfile.SYMTYPE),
    "a hard link": with_link(tarfile.LNKTYPE),
    "a device": with_link(tarfile.CHRTYPE),
    "a path upwards": with_name("corpus/../../evil"),
    "an absolute path": with_name("/evil"),
    "a path with a backslash": with_name("corpus\\..\\evil"),
    "a path to nowhere": with_name("evil"),
    "a strange file of the data folder": with_name("data/writer.lock"),
    "a list without CURRENT": with_list(without_current),
    "a newer format": with_list(of_a_newer_format),
    "a name listed twice": with_list(with_a_twin),
    "a negative size": with_list(with_a_negative_size),
    "a list that is none": with_list(lambda listed: listed.clear()),
}


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT.keys())
def test_an_archive_is_refused_before_anything_is_published(
    indexed: Folders, archive: Path, spoil: Callable[[Path], None]
) -> None:
    spoil(archive)
    other = elsewhere(indexed)
    outside = {path.name for path in indexed.data.parent.iterdir()}
    with pytest.raises(BackupError, match=r"备份|清单"):
        restore(archive, other.corpus, other.data)
    for folder in (other.corpus, other.data):
        assert not folder.exists() or not list(folder.iterdir())
    assert {path.name for path in indexed.data.parent.iterdir()} - {"elsewhere"} == outside


def test_a_disk_that_fills_up_at_the_last_step_leaves_the_folders_empty(
    indexed: Folders, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, data: bytes) -> None:
        path.write_bytes(data)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    other = elsewhere(indexed)
    with monkeypatch.context() as patched:
        patched.setattr("app.library.restore.write_whole", full)
        with pytest.raises(BackupError, match="剩余空间"):
            restore(archive, other.corpus, other.data)
    assert list(other.corpus.iterdir()) == list(other.data.iterdir()) == []
    assert restore(archive, other.corpus, other.data).findings == ()


def test_the_commands_back_up_to_a_file_or_a_pipe_and_restore(indexed: Folders) -> None:
    runner = CliRunner()
    here = ["--corpus", str(indexed.corpus), "--data", str(indexed.data)]
    file = indexed.data.parent / "b.tar"
    done = runner.invoke(commands, ["backup", str(file), *here])
    assert done.exit_code == 0, done.output
    assert "2 份文件" in done.output
    piped = runner.invoke(commands, ["backup", "-", *here])
    assert piped.stdout_bytes == file.read_bytes()
    other = elsewhere(indexed)
    there = ["--corpus", str(other.corpus), "--data", str(other.data)]
    back = runner.invoke(commands, ["restore", str(file), *there])
    assert back.exit_code == 0, back.output
    assert "完好" in back.output
    again = runner.invoke(commands, ["restore", str(file), *there])
    assert again.exit_code == 1
    assert "不是空的" in again.output
    assert index(other.corpus, other.data).added == ()
