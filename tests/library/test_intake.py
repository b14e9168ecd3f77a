"""Documents that are handed in lie in the corpus folder as files with sidecars, whole or not at all."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from library_folders import Folders

from app.documents.read import read
from app.errors import (
    DocumentExists,
    InvalidSidecar,
    InvalidUpload,
    StorageError,
    StorageFull,
    StorageReadOnly,
    UnknownDocument,
    UnreadableDocument,
    UploadTooLarge,
)
from app.library import intake_journal
from app.library.intake import Done, Intake, Mode, Upload
from app.library.plan import id_of

ROOT = Path(__file__).resolve().parents[2]
TEXT = "关于试点的通知\n一、投入。2021年投入12.5亿元。\n"


@pytest.fixture
def intake(folders: Folders) -> Intake:
    return Intake(folders.corpus, 1000, read, closed=folders.data)


def upload(
    source: str, text: str | bytes = TEXT, mode: Mode = Mode.CREATE, **fields: Any
) -> Upload:
    data = text.encode() if isinstance(text, str) else text
    return Upload(source, data, fields or None, mode)


def everything(corpus: Path) -> dict[str, bytes]:
    files = (path for path in corpus.rglob("*") if path.is_file())
    return {path.relative_to(corpus).as_posix(): path.read_bytes() for path in files}


def test_a_document_becomes_a_file_with_a_sidecar_that_names_its_digest(
    intake: Intake, folders: Folders
) -> None:
    placed = intake.put(upload("教育/通知.txt", title="试点", issued_on="2021-05-01", issuer=None))
    assert (placed.done, placed.id) == (Done.ADDED, id_of("教育/通知.txt"))
    files = everything(folders.corpus)
    assert set(files) == {"教育/通知.txt", "教育/通知.txt.json"}
    assert files["教育/通知.txt"] == TEXT.encode()
    assert json.loads(files["教育/通知.txt.json"]) == {
        "title": "试点",
        "issued_on": "2021-05-01",
        "origin": "upload",
        "digest": hashlib.sha256(TEXT.encode()).hexdigest(),
    }
    assert folders.index().added == ("教育/通知.txt",)
    assert folders.documents()["教育/通知.txt"].document.title == "试点"


def test_the_same_again_changes_nothing(intake: Intake, folders: Folders) -> None:
    intake.put(upload("a.txt", title="甲"))
    before = everything(folders.corpus)
    for again in (upload("a.txt", title="甲"), upload("a.txt"), upload("a.txt", mode=Mode.EITHER)):
        assert intake.put(again).done is Done.UNCHANGED
    assert everything(folders.corpus) == before


def test_a_file_that_a_user_dropped_in_is_not_touched_by_the_same_upload(
    intake: Intake, folders: Folders
) -> None:
    path = folders.write("a.txt", TEXT)
    assert intake.put(upload("a.txt")).done is Done.UNCHANGED
    assert list(everything(folders.corpus)) == ["a.txt"]
    with pytest.raises(DocumentExists, match=f"PUT /v1/documents/{id_of('a.txt')}"):
        intake.put(upload("a.txt", "别的"))
    with pytest.raises(DocumentExists):
        intake.put(upload("a.txt", title="另一个标题"))
    assert everything(folders.corpus) == {path.name: TEXT.encode()}


def test_a_replacement_keeps_id_and_fields_unless_it_states_others(
    intake: Intake, folders: Folders
) -> None:
    folders.write("a.txt", TEXT, id="jia", title="甲", issuer="某局")
    placed = intake.put(upload("a.txt", "新的", Mode.REPLACE))
    assert (placed.done, placed.id) == (Done.REPLACED, "jia")
    stated = json.loads((folders.corpus / "a.txt.json").read_text())
    assert (stated["id"], stated["title"], stated["issuer"]) == ("jia", "甲", "某局")
    intake.put(upload("a.txt", "新的", Mode.REPLACE, title="乙"))
    stated = json.loads((folders.corpus / "a.txt.json").read_text())
    assert (stated["id"], stated["title"], "issuer" in stated) == ("jia", "乙", False)
    with pytest.raises(InvalidUpload, match="jia"):
        intake.put(upload("a.txt", "新的", Mode.REPLACE, id="yi"))
    with pytest.raises(UnknownDocument):
        intake.put(upload("b.txt", "新的", Mode.REPLACE))


def test_what_is_removed_is_gone_with_its_sidecar_and_nothing_else(
    intake: Intake, folders: Folders
) -> None:
    intake.put(upload("集/a.txt", title="甲"))
    folders.write("集/b.txt", TEXT)
    assert intake.remove("集/a.txt").done is Done.REMOVED
    assert list(everything(folders.corpus)) == ["集/b.txt"]
    with pytest.raises(UnknownDocument):
        intake.remove("集/a.txt")


@pytest.mark.parametrize(
    ("taken", "error"),
    [
        (upload("a.txt", "长" * 400), UploadTooLarge),
        (upload("a.txt", b"\xff\xfe\x00"), UnreadableDocument),
        (upload("../a.txt"), InvalidUpload),
        (upload("data/a.txt"), InvalidUpload),
        (upload("a.txt", titel="x"), InvalidSidecar),
        (upload("a.txt", status="好"), InvalidSidecar),
        (upload("a.txt", title="\ud800"), InvalidSidecar),
        (upload("a.txt", title="长" * 501), InvalidSidecar),
        (upload("a.txt", origin="upload"), InvalidUpload),
        (upload("a.txt", digest="0" * 64), InvalidUpload),
    ],
)
def test_what_cannot_be_taken_leaves_nothing_behind(
    folders: Folders, taken: Upload, error: type[Exception]
) -> None:
    with pytest.raises(error):
        Intake(folders.corpus, 1000, read, closed=folders.corpus / "data").put(taken)
    assert everything(folders.corpus) == {}


def test_a_broken_sidecar_is_mended_by_a_replacement(intake: Intake, folders: Folders) -> None:
    folders.write("a.txt", TEXT)
    folders.write_sidecar("a.txt", "{")
    with pytest.raises(DocumentExists):
        intake.put(upload("a.txt", "新的"))
    assert intake.put(upload("a.txt", "新的", Mode.EITHER)).done is Done.REPLACED
    assert folders.index().failed == ()


def test_a_placement_can_be_undone(intake: Intake, folders: Folders) -> None:
    folders.write("a.txt", TEXT)
    before = everything(folders.corpus)
    for taken in (upload("a.txt", "新的", Mode.REPLACE), upload("b.txt", "新的")):
        intake.undo(intake.put(taken))
        assert everything(folders.corpus) == before
    intake.undo(intake.remove("a.txt"))
    assert everything(folders.corpus) == before


# ── the disk ────────────────────────────────────────────────────────────────────────────────────

DISK = [
    (errno.ENOSPC, StorageFull),
    (errno.EDQUOT, StorageFull),
    (errno.EROFS, StorageReadOnly),
    (errno.EACCES, StorageReadOnly),
    (errno.EIO, StorageError),
]


@pytest.mark.parametrize(("number", "error"), DISK, ids=[errno.errorcode[each] for each, _ in DISK])
def test_each_call_of_the_disk_that_fails_leaves_the_old_or_the_new_document(
    folders: Folders, monkeypatch: pytest.MonkeyPatch, number: int, error: type[StorageError]
) -> None:
    """Fail call 1, then 2, then 3 … until the upload passes without a fault."""
    old, new = {"集/a.txt": b"old"}, TEXT.encode()
    place = 0
    while True:
        place += 1
        for path in sorted(folders.corpus.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
        folders.write("集/a.txt", "old")
        intake = Intake(folders.corpus, 1000, read)
        with monkeypatch.context() as patch:
            calls = failing_at(patch, place, number)
            raised = error_of_put(intake, upload("集/a.txt", TEXT, Mode.REPLACE, title="甲"))
            assert raised in (None, error)
            if calls[0] < place:
                break
        visible = everything(folders.corpus)
        intake.recover()
        after = everything(folders.corpus)
        left = {name for name in after if name.startswith("_youju")}
        assert not left, (place, left)
        stated = after.get("集/a.txt.json", b"")
        assert (after["集/a.txt"] == new) == (b"digest" in stated), place
        assert after in (old, {"集/a.txt": new, "集/a.txt.json": stated})
        assert visible["集/a.txt"] in (b"old", new)
    assert place > 8, "the calls are no longer counted"


def error_of_put(intake: Intake, taken: Upload) -> type[StorageError] | None:
    try:
        intake.put(taken)
    except StorageError as error:
        return type(error)
    return None


def failing_at(patch: pytest.MonkeyPatch, place: int, number: int) -> list[int]:
    """The call number `place` of the disk fails. How many there have been."""
    calls = [0]

    def counted(real: Any) -> Any:
        def call(*words: Any, **more: Any) -> Any:
            calls[0] += 1
            if calls[0] == place:
                raise OSError(number, os.strerror(number))
            return real(*words, **more)

        return call

    for name in ("fsync", "replace"):
        patch.setattr(os, name, counted(getattr(os, name)))
    patch.setattr(Path, "mkdir", counted(Path.mkdir))
    patch.setattr(intake_journal, "open", counted(open), raising=False)
    return calls


# ── crashes ─────────────────────────────────────────────────────────────────────────────────────

DRIVER = r"""
import os, shutil, signal, sys
from pathlib import Path
from app.documents.read import read
from app.errors import UnknownDocument
from app.library.intake import Intake, Mode, Upload

folder, what = Path(sys.argv[1]), sys.argv[2]
work, first = folder / "work", folder / "first"
EVENTS = {"open", "os.mkdir", "os.rename", "os.remove"}

def die_at(place):
    seen = 0
    def watch(event, args):
        nonlocal seen
        if event in EVENTS and str(work) in str(args[0]):
            seen += 1
            if seen == place:
                os.kill(os.getpid(), signal.SIGKILL)
    sys.addaudithook(watch)

def change(corpus):
    if what == "remove":
        Intake(corpus, 1000, read).remove("a.txt")
    else:
        Intake(corpus, 1000, read).put(Upload("a.txt", b"new", {"title": "new"}, Mode.EITHER))

def state(corpus):
    return {p.name: p.read_bytes() for p in corpus.rglob("*") if p.is_file()}

first.mkdir()
if what != "add":
    (first / "a.txt").write_bytes(b"old")
    (first / "a.txt.json").write_bytes(b'{"title": "old"}')
old = state(first)
shutil.copytree(first, work)
change(work)
new = state(work)
assert old != new
place, states = 0, []
while True:
    place += 1
    shutil.rmtree(work)
    shutil.copytree(first, work)
    child = os.fork()
    if child == 0:
        die_at(place)
        change(work)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    Intake(work, 1000, read).recover()
    assert state(work) in (old, new), (place, state(work))
    states.append(state(work) == new)
    Intake(work, 1000, read).recover()
    assert (state(work) == new) == states[-1]
    try:
        change(work)
    except UnknownDocument:
        assert what == "remove" and states[-1]
    assert state(work) == new
    if os.WIFEXITED(status):
        break
assert os.WEXITSTATUS(status) == 0
assert states == sorted(states), "never back to the old state"
print(len(states), states.count(False), states.count(True))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no fork there")
@pytest.mark.parametrize("what", ["add", "replace", "remove"])
def test_a_change_that_is_killed_at_any_step_is_made_whole_or_not_at_all(
    what: str, folders: Folders
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", DRIVER, str(folders.data.parent), what],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    places, old, new = map(int, done.stdout.split())
    assert places > 6
    assert old
    assert new


def interrupted(folders: Folders, monkeypatch: pytest.MonkeyPatch) -> Intake:
    """A replacement of a.txt whose record is in place, and nothing else."""
    folders.write("a.txt", "old")
    intake = Intake(folders.corpus, 1000, read)
    with monkeypatch.context() as patch:

        def stop(staged: Path, target: Path) -> None:
            raise KeyboardInterrupt

        patch.setattr(intake_journal, "_move", stop)
        with pytest.raises(KeyboardInterrupt):
            intake.put(upload("a.txt", "new", Mode.REPLACE))
    return intake


def test_a_file_that_somebody_changed_meanwhile_is_not_overwritten(
    folders: Folders, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    intake = interrupted(folders, monkeypatch)
    folders.write("a.txt", "mine")
    intake.recover()
    files = everything(folders.corpus)
    assert files.pop("a.txt") == b"mine"
    assert b"new" in files.values(), "what was received is kept"
    assert "a.txt" not in {name.rpartition("/")[2] for name in files}
    assert "没有覆盖" in caplog.text


def test_a_record_that_cannot_be_read_is_set_aside_and_not_deleted(
    folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    intake = interrupted(folders, monkeypatch)
    (record,) = (folders.corpus / "_youju" / "intake").glob("*.json")
    record.write_bytes(b"\x00")
    intake.recover()
    files = everything(folders.corpus)
    assert files["a.txt"] == b"old"
    assert files[f"_youju/intake/{record.name}.damaged"] == b"\x00"
    assert b"new" in files.values(), "nobody knows what it was for, so it stays"
    assert intake.put(upload("a.txt", "new", Mode.REPLACE)).done is Done.REPLACED


@pytest.mark.parametrize("target", ["../a.txt", "/tmp/a.txt", "集/../../a.txt"])
def test_a_record_that_leads_out_of_the_corpus_is_not_followed(
    folders: Folders, target: str
) -> None:
    journal = folders.corpus / "_youju" / "intake"
    journal.mkdir(parents=True)
    (journal / "00000001-0").write_bytes(b"x")
    (journal / "00000001.json").write_text(
        json.dumps({"steps": [[target, "00000001-0", "d", ""]]}), encoding="utf-8"
    )
    assert Intake(folders.corpus, 1000, read).recover() == 0
    assert not (folders.corpus.parent / "a.txt").exists()
