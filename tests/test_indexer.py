"""The indexing process: what is said over its socket, its turns, its watch, its life and death."""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import (
    DocumentError,
    DocumentExists,
    IndexUnusable,
    LexiconError,
    LibraryLocked,
    WriterAway,
    YoujuError,
)
from app.indexer import address, messages, server
from app.indexer.client import Client
from app.indexer.messages import (
    Advance,
    Batch,
    Expect,
    Look,
    Put,
    Refused,
    Remove,
    Result,
    State,
    Sync,
    event_frame,
    event_of,
    head_of,
    request_frames,
)
from app.indexer.own import OwnChanges
from app.indexer.pending import LONGEST, MOST, Changed, Pending
from app.indexer.server import Job, Server
from app.indexer.supervisor import Supervisor
from app.indexer.watch import Watch
from app.indexer.work import Removal, Work
from app.library.intake import Mode, Upload
from app.library.lock import writing
from app.library.publication import Publication
from app.library.report import Failure, IndexReport
from app.library.sandbox import Sandbox
from app.model import Extracted

PROJECT = Path(__file__).resolve().parent.parent
TEXT = "一、投入。2021年，全县投入12.5亿元。\n"


def upload(source: str, text: str = TEXT) -> Upload:
    return Upload(source, text.encode(), None, Mode.CREATE)


def eventually(is_so: Callable[[], Any], seconds: float = 30.0) -> None:
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until, "it did not come to that"
        time.sleep(0.02)


# ── what is said ────────────────────────────────────────────────────────────────────────────────

FAILURES = (Failure("a.txt", "不行"),)
EVENTS = [
    Expect(3),
    Advance("集/a.txt"),
    Refused("DocumentExists", "已有"),
    Batch((Result("a.txt", "id", "added", "", ""),), "v"),
    Batch((), ""),
    IndexReport(("a",), (), ("b", "c"), (), FAILURES, (), "", "v"),
    State(1, True, 2, "on", "v", "坏了", FAILURES),
]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_an_event_arrives_as_it_was_sent(event: messages.Event) -> None:
    assert event_of(event_frame(event)) == event


REQUESTS = [
    Put((upload("a.txt"), Upload("b.txt", b"\x00\xff", {"title": "甲"}, Mode.EITHER))),
    Put(()),
    Remove(("a.txt", "集/b.txt")),
    Sync(True),
    Look(),
]


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda each: type(each).__name__)
def test_a_request_arrives_as_it_was_sent(request_: messages.Request) -> None:
    head, *blobs = request_frames(request_, 2.5)
    assert head_of(head).patience == 2.5
    assert head_of(head).request(blobs) == request_


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=200) | st.recursive(st.none() | st.text(max_size=5), st.lists).map(str).map(str.encode))  # fmt: skip
def test_what_is_no_request_and_no_event_is_said_to_be_none(frame: bytes) -> None:
    for read in (head_of, event_of):
        with pytest.raises(ValueError):  # noqa: PT011
            read(frame)


@pytest.mark.parametrize(
    "frame",
    [
        b'{"kind": "Put", "patience": 1, "files": [{"size": -1, "fields": null}]}',
        b'{"kind": "Put", "patience": 1, "files": [{"size": "1", "fields": null}]}',
        b'{"kind": "Put", "patience": 1, "files": [{"size": 1, "fields": []}]}',
        b'{"kind": "Drop", "patience": 1}',
        b'{"kind": "Look"}',
        b'{"kind": "Remove", "patience": 1, "sources": [' + b",".join([b'"a"'] * 1001) + b"]}",
    ],
)
def test_a_request_that_is_odd_is_refused(frame: bytes) -> None:
    with pytest.raises(ValueError, match="request"):
        head_of(frame)


def test_every_error_of_ours_comes_back_as_the_same_error() -> None:
    for kind in (DocumentExists, LexiconError, IndexUnusable, WriterAway):
        refused = messages.refusal(kind("说明"))
        error = messages.error_of(refused.error, refused.message)
        assert (type(error), str(error)) == (kind, "说明")
    fault = messages.refusal(KeyError("x"))
    assert type(messages.error_of(fault.error, fault.message)) is YoujuError


# ── what waits ──────────────────────────────────────────────────────────────────────────────────


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_file_is_taken_when_it_has_been_quiet_for_a_while(clock: Clock) -> None:
    pending = Pending(0.5, clock)
    pending.add(["b", "a"])
    clock.now += 0.4
    pending.add(["b"])
    assert pending.take() is None
    clock.now += 0.2
    assert pending.take() == Changed(("a",), False)
    assert pending.wait() == pytest.approx(0.3)
    clock.now += 0.4
    assert pending.take() == Changed(("b",), False)
    assert pending.wait() is None


def test_a_look_at_the_whole_folder_covers_the_files(clock: Clock) -> None:
    pending = Pending(0.5, clock)
    pending.add(["a"])
    pending.add_whole(2.0)
    clock.now += 1
    assert pending.take() is None
    clock.now += 1
    assert pending.take() == Changed((), True)
    assert pending.take() is None
    pending.add(map(str, range(MOST + 1)))
    clock.now += 1
    assert pending.take() == Changed((), True)


def test_what_fails_is_taken_again_after_longer_and_longer_waits(clock: Clock) -> None:
    pending = Pending(0.5, clock)
    waits = []
    for _ in range(12):
        waits.append(pending.again())
        clock.now += waits[-1]
        assert pending.take() == Changed((), True)
    assert waits[:4] == [1, 2, 4, 8]
    assert waits[-1] == LONGEST
    pending.done()
    assert pending.again() == 1


def test_a_job_that_nobody_waits_for_any_more_is_not_begun() -> None:
    job = Job(Look())
    with pytest.raises(WriterAway, match="正忙"):
        job.wait(0.01)
    assert not job.begin()
    begun = Job(Look())
    assert begun.begin()
    begun.wait(0)


NOTED = [
    ("a.txt", ("a.txt",), False),
    ("集/a.md", ("集/a.md",), False),
    ("a.txt.json", ("a.txt",), False),
    ("e\u0301.txt", ("\u00e9.txt",), False),
    ("_youju/words.txt", (), True),
    ("_youju/intake/00000001-0", (), False),
    (".a.txt", (), False),
    ("集/.git/a.txt", (), False),
    ("folder", (), True),
    ("gone", (), True),
    ("图.png", (), False),
    ("data/CURRENT", (), False),
    ("", (), True),
]


@pytest.mark.parametrize(("path", "sources", "whole"), NOTED)
def test_a_change_is_noted_for_the_document_that_it_belongs_to(
    tmp_path: Path, clock: Clock, path: str, sources: tuple[str, ...], whole: bool
) -> None:
    corpus = tmp_path.resolve()
    (corpus / "folder").mkdir()
    (corpus / "图.png").touch()
    pending, wake = Pending(0.0, clock), threading.Event()
    Watch(corpus, corpus / "data", OwnChanges(corpus), pending, wake).note([str(corpus / path)])
    taken = pending.take()
    assert taken == (Changed(sources, whole) if sources or whole else None)
    assert wake.is_set() == (taken is not None)


# ── where it listens ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("way", ["socket", "long path", "port"])
def test_a_message_passes_and_only_the_owner_may_send_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    data = tmp_path / ("长" * 60 if way == "long path" else "d")
    data.mkdir()
    if way == "port":
        monkeypatch.setattr(address, "_has_sockets", lambda: False)
    with pytest.raises(WriterAway, match="youju serve"):
        address.connect(data)
    listener = address.listen(data)
    (file,) = data.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_ISSOCK(file.stat().st_mode) == (way != "port")
    heard: list[bytes] = []

    def hear() -> None:
        with listener.accept() as connection:
            heard.append(connection.recv_bytes())

    thread = threading.Thread(target=hear)
    thread.start()
    with address.connect(data) as connection:
        connection.send_bytes("问".encode())
    thread.join(5)
    assert heard == ["问".encode()]
    listener.close()
    assert list(data.iterdir()) == []
    with pytest.raises(WriterAway):
        address.connect(data)


def test_a_socket_that_was_left_behind_is_no_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(address.SOCKET)
    assert not Client(tmp_path).is_there()
    address.listen(tmp_path).close()


# ── its life ────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "a.txt").write_text(TEXT, encoding="utf-8")
    return tmp_path / "corpus"


def supervisor(corpus: Path, watch: str = "off") -> Supervisor:
    return Supervisor(
        corpus, corpus.parent / "data", limit=10_000_000, watch=watch, log_level="info"
    )


@pytest.fixture
def running(corpus: Path) -> Iterator[Supervisor]:
    found = supervisor(corpus)
    found.start()
    yield found
    found.stop()
    assert found.pid is None


def test_it_takes_work_streams_progress_and_ends_when_told_to(
    corpus: Path, running: Supervisor
) -> None:
    client = Client(corpus.parent / "data")
    told: list[object] = []

    class Shown:
        def expect(self, total: int) -> None:
            told.append(total)

        def advance(self, name: str) -> None:
            told.append(name)

    assert client.sync(Shown()).added == ("a.txt",)
    assert told == [1, "a.txt"]
    (result,) = client.put([upload("b.txt", "二、新。")]).results
    assert (result.done, result.error) == ("added", "")
    (failed,) = client.put([upload("b.txt", "三、别的。")]).results
    assert (failed.done, failed.error) == ("failed", "DocumentExists")
    assert client.put([]).results == ()
    assert [each.done for each in client.remove(["b.txt", "c.txt"]).results] == [
        "removed",
        "failed",
    ]
    state = client.status()
    assert (state.pid, state.working, state.waiting, state.trouble) == (running.pid, False, 0, "")


def test_what_is_no_request_is_refused_and_harms_nobody(corpus: Path, running: Supervisor) -> None:
    data = corpus.parent / "data"
    for sent in (
        b"",
        b"{",
        b'{"kind": "Put", "patience": 1, "files": [{"size": 9999999999, "fields": null}]}',
    ):
        with address.connect(data) as connection:
            connection.send_bytes(sent)
            assert isinstance(event_of(connection.recv_bytes()), Refused)
    with address.connect(data) as connection:
        head, _ = request_frames(Put((upload("x.txt"),)), 1)
        connection.send_bytes(head)
        connection.send_bytes(b"another size")
        assert isinstance(event_of(connection.recv_bytes()), Refused)
    with address.connect(data):
        pass  # says nothing and goes
    with address.connect(data) as connection:
        connection.send_bytes(request_frames(Sync(False), 1)[0])  # does not wait for the answer
    eventually(lambda: Client(data).status().version)
    assert Client(data).sync().unchanged == ("a.txt",)
    assert not (corpus / "x.txt").exists()


def test_a_second_process_is_told_that_the_first_one_writes(
    corpus: Path, running: Supervisor
) -> None:
    second = supervisor(corpus)
    with pytest.raises(LibraryLocked, match="写入"):
        second.start()
    second.stop()
    assert Client(corpus.parent / "data").status().pid == running.pid


def test_it_is_started_again_when_it_is_killed_and_finds_what_came_meanwhile(
    corpus: Path, running: Supervisor
) -> None:
    client = Client(corpus.parent / "data")
    client.sync()
    first = running.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    (corpus / "b.txt").write_text("二、新放入。", encoding="utf-8")

    def is_back() -> bool:
        return client.is_there() and client.status().pid != first

    eventually(is_back)
    eventually(lambda: client.status().version)  # it looks at the folder by itself
    assert client.sync().unchanged == ("a.txt", "b.txt")


PARENT = """
import os, signal, sys, time
from pathlib import Path
from app.indexer.supervisor import Supervisor
corpus = Path(sys.argv[1])
supervisor = Supervisor(corpus, corpus.parent / "data", limit=1000, watch="off", log_level="error")
supervisor.start()
print(supervisor.pid, flush=True)
time.sleep(600)
"""


def test_it_dies_with_its_server_also_when_that_is_killed(corpus: Path) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(corpus)], cwd=PROJECT, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    os.kill(pid, 0)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    eventually(lambda: not is_alive(pid))
    with writing(corpus.parent / "data"):
        pass  # the lock is free


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in ("Z", "X")


def test_what_keeps_it_from_working_is_told_to_whoever_starts_it(tmp_path: Path) -> None:
    missing = supervisor(tmp_path / "nowhere")
    with pytest.raises(DocumentError, match="nowhere"):
        missing.start()
    missing.stop()
    (tmp_path / "corpus").mkdir()
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "photo.jpg").touch()
    foreign = supervisor(tmp_path / "corpus")
    with pytest.raises(IndexUnusable, match=r"photo\.jpg"):
        foreign.start()
    foreign.stop()
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["photo.jpg"]


def test_a_bad_dictionary_is_told_and_mended_without_a_restart(
    corpus: Path, running: Supervisor
) -> None:
    client = Client(corpus.parent / "data")
    (corpus / "_youju").mkdir()
    (corpus / "_youju" / "words.txt").write_text("一 二 三 四\n", encoding="utf-8")
    with pytest.raises(LexiconError):
        client.sync()
    (failed,) = client.put([upload("b.txt")]).results
    assert failed.error == "LexiconError"
    assert not (corpus / "b.txt").exists(), "what is not acknowledged is taken out again"
    (corpus / "_youju" / "words.txt").write_text("新区建设\n", encoding="utf-8")
    assert client.sync().added == ("a.txt",)
    assert client.put([upload("b.txt")]).results[0].done == "added"


@pytest.mark.parametrize("watch", ["on", "poll"])
def test_a_watched_folder_is_followed(corpus: Path, watch: str) -> None:
    found = supervisor(corpus, watch)
    found.start()
    try:
        client = Client(corpus.parent / "data")
        client.sync()
        assert client.status().watching == watch
        before = client.status().version
        (corpus / "_youju").mkdir()
        (corpus / "_youju" / "words.txt").write_text("一 二 三 四\n", encoding="utf-8")
        eventually(lambda: client.status().trouble)
        (corpus / "_youju" / "words.txt").unlink()
        (corpus / "集").mkdir()
        (corpus / "集" / "b.txt").write_text("二、新放入。", encoding="utf-8")
        eventually(lambda: client.status().version != before and not client.status().trouble)
        assert client.sync().unchanged == ("a.txt", "集/b.txt")
    finally:
        found.stop()


# ── the work itself ─────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def work(corpus: Path) -> Iterator[Work]:
    with Work.open(corpus, corpus.parent / "data", 10_000) as found:
        found.sync()
        yield found


def test_a_document_is_parsed_once_apart_from_this_process(
    corpus: Path, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed: list[str] = []
    real = Sandbox._extract

    def counted(self: Sandbox, data: bytes, name: str) -> Extracted:
        parsed.append(name)
        return real(self, data, name)

    monkeypatch.setattr(Sandbox, "_extract", counted)
    page = "<html><body><h1>办法</h1><p>一、本办法自公布之日起施行。</p></body></html>"
    for _ in range(2):
        (result,) = work.change([upload("页.html", page)]).results
        assert result.error == "", result.message
    assert parsed == ["页.html"]


def test_when_the_index_cannot_be_written_the_corpus_is_put_back_as_it_was(
    corpus: Path, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    for error, name in ((28, "StorageFull"), (30, "StorageReadOnly"), (5, "StorageError")):
        with monkeypatch.context() as patch:

            def fail(*_: object, number: int = error) -> None:
                raise OSError(number, os.strerror(number))

            patch.setattr(Publication, "publish", fail)
            replaced = Upload("a.txt", "二、新。".encode(), {"title": "新"}, Mode.REPLACE)
            wanted = [upload("b.txt"), replaced, upload("b.txt"), Removal("nichts.txt")]
            found = [each.error for each in work.change(wanted).results]
        assert found == [name] * 3 + ["UnknownDocument"]
        files = [path for path in corpus.rglob("*") if path.is_file()]
        assert [path.read_text(encoding="utf-8") for path in files] == [TEXT]
    assert [each.done for each in work.change([upload("b.txt")]).results] == ["added"]
    assert work.sync().unchanged == ("a.txt", "b.txt")


def test_a_fault_in_the_writer_is_told_and_the_next_change_works(
    corpus: Path, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:

        def fail(*_: object) -> None:
            raise RuntimeError("a fault of ours")

        patch.setattr(Publication, "publish", fail)
        (failed,) = work.change([upload("b.txt")]).results
    assert (failed.done, failed.error) == ("failed", "YoujuError")
    assert not (corpus / "b.txt").exists()
    assert work.change([upload("b.txt")]).results[0].done == "added"


def test_a_file_that_lay_there_unindexed_is_added_by_the_upload_of_the_same(
    corpus: Path, work: Work
) -> None:
    (corpus / "b.txt").write_text(TEXT, encoding="utf-8")
    assert [each.done for each in work.change([upload("b.txt")]).results] == ["added"]
    assert not (corpus / "b.txt.json").exists()


def test_of_the_same_uploads_that_share_an_update_only_the_first_one_added_it(work: Work) -> None:
    found = work.change([upload("b.txt"), upload("b.txt"), upload("b.txt")]).results
    assert [each.done for each in found] == ["added", "unchanged", "unchanged"]


def test_small_segments_are_joined_when_nobody_wants_anything(
    corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "REST", 0.05)
    data = corpus.parent / "data"
    with Work.open(corpus, data, 10_000) as found:
        for number in range(9):
            found.change([upload(f"{number}.txt")])
        before = len(list((data / "segments").iterdir()))
        pending, wake = Pending(), threading.Event()
        door = address.listen(data)
        served = Server(found, door, Watch(corpus, data, found.own, pending, wake), pending, wake)
        threading.Timer(2.0, served.stop).start()
        served.run()
        door.close()
        assert found.sync().unchanged
    assert len(list((data / "segments").iterdir())) < before


def test_what_came_in_here_is_not_indexed_again_until_somebody_changes_it(
    corpus: Path, work: Work
) -> None:
    work.change([upload("b.txt"), upload("c.txt"), Removal("a.txt"), upload("集/d.txt")])
    pending, wake = Pending(0.0), threading.Event()
    watch = Watch(corpus, corpus.parent / "data", work.own, pending, wake)
    (corpus / "_youju" / "intake").rmdir()
    watch.note([str(corpus / "_youju")])
    assert pending.take() == Changed((), True), "the dictionary may have come with its folder"
    (corpus / "_youju" / "intake").mkdir()
    wake.clear()
    names = ("a.txt", "b.txt", "b.txt.json", "c.txt", "_youju", "集", "集/d.txt")
    watch.note(str(corpus / name) for name in names)
    assert not wake.is_set()
    (corpus / "a.txt").write_text(TEXT, encoding="utf-8")
    (corpus / "b.txt.json").unlink()
    (corpus / "c.txt").write_text("二、改过。", encoding="utf-8")
    watch.note(str(corpus / name) for name in names)
    assert pending.take() == Changed(("a.txt", "b.txt", "c.txt"), False)
    (corpus / "集" / "e.txt").write_text(TEXT, encoding="utf-8")
    watch.note([str(corpus / "集")])
    assert pending.take() == Changed((), True)
