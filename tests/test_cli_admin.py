"""`youju add`, `remove` and `sync`: alone, beside a running service, and after an interruption."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from app.cli import commands
from app.indexer.client import Client
from app.indexer.supervisor import Supervisor
from app.library import Library
from app.library.lock import writing
from app.library.plan import id_of

PROJECT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Place:
    folder: Path

    @property
    def corpus(self) -> Path:
        return self.folder / "corpus"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def file(self, name: str, text: str | bytes = "一、措施。新建学校3所。\n") -> Path:
        path = self.folder / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def words(self, *words: object) -> list[str]:
        return [*map(str, words), "--corpus", str(self.corpus), "--data", str(self.data)]

    def run(self, *words: object) -> Result:
        return CliRunner().invoke(commands, self.words(*words))

    def json(self, *words: object) -> Any:
        return json.loads(self.run(*words, "--json").stdout)

    def states(self, *words: object) -> dict[str, str]:
        return {each["source"]: each["done"] for each in self.json(*words)["results"]}

    def sources(self) -> list[str]:
        with Library.open(self.corpus, self.data) as library:
            store = library.snapshot().documents
            return [stored.document.source for name in store.ids() if (stored := store.get(name))]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    (tmp_path / "corpus").mkdir()
    return Place(tmp_path)


@pytest.fixture
def warm(place: Place) -> Iterator[Supervisor]:
    """The indexing process, as `youju serve` has it beside it."""
    supervisor = Supervisor(
        place.corpus, place.data, limit=10_000, watch="off", log_level="warning"
    )
    supervisor.start()
    yield supervisor
    supervisor.stop()


def test_files_and_folders_are_added_with_their_fields_and_found(place: Place) -> None:
    place.file("夹/甲.txt")
    place.file("夹/深/乙.md")
    place.file("夹/.隐藏.txt")
    place.file("夹/图.png")
    one = place.file("丙.txt")
    place.file("丙.txt.json", '{"title": "丙的标题", "origin": "upload"}')
    added = place.run(
        "add", place.folder / "in/夹", "--collection", "教育", "--fields", '{"issuer": "某局"}'
    )
    assert added.exit_code == 0, added.output
    assert "新增 2 份" in added.stdout
    assert place.states("add", one, "--sidecar") == {"丙.txt": "added"}
    assert place.sources() == ["丙.txt", "教育/深/乙.md", "教育/甲.txt"]
    documents = place.json("documents")["documents"]
    assert documents[0]["title"] == "丙的标题"
    assert {each["issuer"] for each in documents if each["collection"] == "教育"} == {"某局"}


def test_one_bad_file_stops_no_other_and_the_exit_code_tells(place: Place) -> None:
    good = [place.file(f"{i}.txt", f"一、文件{i}。") for i in range(4)]
    bad = [place.file("坏.txt", b"\xff\xfe\x00"), place.file("x.exe"), place.file("CON.txt")]
    shown = place.run("add", good[0], *bad, *good[1:])
    assert shown.exit_code == 1
    assert "新增 4 份，失败 3 份" in shown.stdout
    assert place.sources() == [f"{i}.txt" for i in range(4)]
    assert all(path.name in shown.stdout for path in bad)


def test_the_same_command_again_goes_on_where_it_stopped(place: Place) -> None:
    for i in range(6):
        place.file(f"{i}.txt", f"一、文件{i}。")
    place.run("add", *sorted((place.folder / "in").iterdir())[:3])
    states = place.states("add", place.folder / "in")
    assert list(states.values()) == ["unchanged"] * 3 + ["added"] * 3


def test_another_content_needs_replace(place: Place) -> None:
    path = place.file("a.txt")
    place.run("add", path)
    path.write_text("二、别的。", encoding="utf-8")
    refused = place.run("add", path)
    assert refused.exit_code == 1
    assert "--replace" in refused.stdout
    assert place.states("add", path, "--replace") == {"a.txt": "replaced"}
    assert place.states("add", path, "--replace") == {"a.txt": "unchanged"}


def test_documents_are_removed_by_id_and_by_path(place: Place) -> None:
    for name in ("a.txt", "b.txt", "c.txt"):
        place.run("add", place.file(name))
    shown = place.run("remove", id_of("a.txt"), "b.txt", "nichts", "../c.txt")
    assert shown.exit_code == 1
    assert "移除 2 份，失败 2 份" in shown.stdout
    assert place.sources() == ["c.txt"]
    assert sorted(path.name for path in place.corpus.iterdir()) == ["_youju", "c.txt", "c.txt.json"]


def test_sync_takes_in_what_lies_in_the_folder_and_tells_what_it_could_not(place: Place) -> None:
    (place.corpus / "a.txt").write_text("一、措施。", encoding="utf-8")
    assert place.run("sync").exit_code == 0
    (place.corpus / "b.txt").write_bytes(b"\xff\xfe\x00")
    shown = place.run("sync", "--json")
    assert shown.exit_code == 1
    assert [each["source"] for each in json.loads(shown.stdout)["failed"]] == ["b.txt"]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("add", "missing.txt"), 2, "missing.txt"),
        (("add",), 2, "文件"),
        (("remove",), 2, "编号"),
        (("add", PROJECT / "README.md", "--fields", "{"), 1, "JSON"),
        (("add", PROJECT / "README.md", "--fields", "[]"), 1, "JSON 对象"),
        (("add", PROJECT / "README.md", "--fields", "{}", "--sidecar"), 2, "--sidecar"),
        (("add", PROJECT / "README.md", "--collection", "../x"), 1, "文档集名"),
        (("add", PROJECT / "README.md", "--collection", "_youju"), 1, "词典"),
    ],
)
def test_a_command_that_cannot_be_done_says_why(
    place: Place, words: tuple[object, ...], code: int, said: str
) -> None:
    shown = place.run(*words)
    assert shown.exit_code == code, shown.output
    assert said in shown.output
    assert list(place.corpus.rglob("*.md")) == []


def test_while_another_process_writes_and_takes_no_work_the_command_says_so(place: Place) -> None:
    place.data.mkdir()
    with writing(place.data):
        shown = place.run("add", place.file("a.txt"))
    assert shown.exit_code == 1
    assert str(os.getpid()) in shown.stderr
    assert list(place.corpus.iterdir()) == []


# ── beside a running indexing process ───────────────────────────────────────────────────────────


def test_commands_hand_their_work_to_the_indexing_process(place: Place, warm: Supervisor) -> None:
    paths = [place.file(f"{i}.txt", f"一、文件{i}。") for i in range(3)]
    assert set(place.states("add", *paths).values()) == {"added"}
    assert place.sources() == ["0.txt", "1.txt", "2.txt"]
    assert place.states("remove", "0.txt", id_of("1.txt")) == {
        "0.txt": "removed",
        "1.txt": "removed",
    }
    (place.corpus / "dropped.txt").write_text("二、放入。", encoding="utf-8")
    assert place.json("index")["added"] == ["dropped.txt"]
    (place.corpus / "later.txt").write_text("三、后来。", encoding="utf-8")
    assert place.json("sync")["added"] == ["later.txt"]
    assert place.json("index", "--rebuild")["rebuilt"]
    (place.corpus / "asked.txt").write_text("四、投入。2021年投入3亿元。", encoding="utf-8")
    assert "3亿元" in place.run("ask", "2021年投入多少？").stdout
    with pytest.raises(Exception, match="写入"), writing(place.data):
        pytest.fail("the process does not hold the lock")
    assert Client(place.data).status().pid == warm.pid


def test_a_large_file_is_refused_by_the_process_that_has_the_smaller_bound(
    place: Place, warm: Supervisor
) -> None:
    big, small = place.file("big.txt", "长" * 5000), place.file("small.txt")
    assert place.states("add", big, small) == {"big.txt": "failed", "small.txt": "added"}


def test_a_command_that_is_killed_is_made_up_for_by_the_same_command(place: Place) -> None:
    for i in range(120):
        place.file(f"{i:03}.txt", f"一、文件{i}。第{i}号措施。\n" * 5)
    words = place.words("add", place.folder / "in")
    running = subprocess.Popen(
        [sys.executable, "-m", "app.cli", *words],
        cwd=PROJECT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    until = time.monotonic() + 60
    while len(list(place.corpus.glob("*.txt"))) < 20:
        assert time.monotonic() < until
        assert running.poll() is None
        time.sleep(0.005)
    running.send_signal(signal.SIGKILL)
    running.wait()
    states = place.states("add", place.folder / "in")
    assert len(states) == 120
    assert set(states.values()) <= {"added", "unchanged"}
    assert len(place.sources()) == 120
    assert not list((place.corpus / "_youju" / "intake").iterdir())
    for path in place.corpus.glob("*.txt"):
        assert path.read_bytes() == (place.folder / "in" / path.name).read_bytes()
        assert (place.corpus / f"{path.name}.json").exists()


def test_progress_is_told_in_plain_lines_to_a_log(place: Place) -> None:
    for i in range(50):
        place.file(f"{i:02}.txt", f"一、文件{i}。")
    shown = place.run("add", place.folder / "in")
    lines = [line for line in shown.stderr.splitlines() if line.startswith("索引")]
    assert 2 <= len(lines) <= 25
    assert "50/50" in lines[-1]
