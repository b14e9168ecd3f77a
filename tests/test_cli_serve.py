"""`youju serve` as a process: it answers, stops when told to, and never answers from damage."""

from __future__ import annotations

import contextlib
import json
import signal
import socket
import subprocess
import sys
import time
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from click.testing import CliRunner

from app.cli import commands
from app.cli_serving import greet
from app.settings import load

PROJECT = Path(__file__).resolve().parent.parent
TEXT = "关于试点工作的通知\n一、投入。2021年，全县投入12.5亿元。\n二、措施。新建学校3所。\n"


@pytest.fixture
def folders(tmp_path: Path) -> tuple[str, ...]:
    """A corpus of one document, and where its index goes, as options."""
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "notice.txt").write_text(TEXT, encoding="utf-8")
    return ("--corpus", str(tmp_path / "corpus"), "--data", str(tmp_path / "data"))


class Serving:
    """`youju serve` in a process of its own, ready to answer when the block begins."""

    def __init__(self, folders: tuple[str, ...], log: Path) -> None:
        self._folders = folders
        self._log = log

    def __enter__(self) -> Serving:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        words = ("serve", "--port", str(self.port), *self._folders)
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "app.cli", *words], cwd=PROJECT, stdout=log, stderr=log
            )
        until = time.monotonic() + 60
        while time.monotonic() < until and self.process.poll() is None:
            with contextlib.suppress(OSError, HTTPException):
                self.get("/readyz")
                break
            time.sleep(0.05)
        return self

    def get(self, address: str) -> Any:
        """The JSON at `address`."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", address)
            return json.loads(connection.getresponse().read())
        finally:
            connection.close()

    def __exit__(self, *error: object) -> None:
        self.process.kill()
        self.process.wait()

    def log(self) -> str:
        """What the process has written so far."""
        return self._log.read_text(encoding="utf-8")


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "Ctrl+C"])
def test_serve_answers_and_then_stops_with_0(
    stop: signal.Signals, folders: tuple[str, ...], tmp_path: Path
) -> None:
    with Serving(folders, tmp_path / "log") as service:
        assert service.get("/readyz")["documents"] == 1, service.log()
        service.process.send_signal(stop)
        service.process.wait(timeout=15)
    shown = service.log()
    assert service.process.returncode == 0, shown
    assert f"curl -G http://127.0.0.1:{service.port}/v1/ask" in shown
    assert "Traceback" not in shown


def test_serve_rebuilds_a_damaged_index_before_it_answers_and_deletes_nothing(
    folders: tuple[str, ...], tmp_path: Path
) -> None:
    assert CliRunner().invoke(commands, ("index", *folders)).exit_code == 0
    segment = tmp_path / "data" / "segments" / "00000001"
    stored = (segment / "library.sqlite").read_bytes()
    damaged = stored.replace("12.5亿元".encode(), "99.5亿元".encode())
    assert damaged != stored
    (segment / "library.sqlite").write_bytes(damaged)
    with Serving(folders, tmp_path / "log") as service:
        found = service.get(f"/v1/ask?q={quote('2021年全县投入多少？')}")
        assert found["answer"] == "12.5亿元", service.log()
    kept = segment.with_name("00000001.damaged")
    assert (kept / "library.sqlite").read_bytes() == damaged


def test_a_second_service_over_the_same_folders_lets_the_first_one_write(
    folders: tuple[str, ...], tmp_path: Path
) -> None:
    with Serving(folders, tmp_path / "log") as first:
        (tmp_path / "corpus" / "new.txt").write_text("三、新放入。", encoding="utf-8")
        with Serving(folders, tmp_path / "log2") as second:
            assert second.get("/readyz")["documents"] == 2, second.log()
            assert "由另一个进程更新索引" in second.log()
            first.process.terminate()
            first.process.wait(timeout=15)
            # Now the second one writes: its own indexing process gets the lock.
            (tmp_path / "corpus" / "later.txt").write_text("四、后来。", encoding="utf-8")
            until = time.monotonic() + 60
            while second.get("/readyz")["documents"] != 3:
                assert time.monotonic() < until, second.log()
                time.sleep(0.1)


def test_serve_answers_from_what_is_published_when_nothing_can_be_written(
    folders: tuple[str, ...], tmp_path: Path
) -> None:
    assert CliRunner().invoke(commands, ("index", *folders)).exit_code == 0
    (tmp_path / "corpus" / "new.txt").write_text("三、新放入。", encoding="utf-8")
    # A folder where the lock should be: nobody can open it as a file, not even root.
    (tmp_path / "data" / "writer.lock").unlink(missing_ok=True)
    (tmp_path / "data" / "writer.lock").mkdir()
    with Serving(folders, tmp_path / "log") as service:
        found = service.get(f"/v1/ask?q={quote('2021年全县投入多少？')}")
        assert found["answer"] == "12.5亿元", service.log()
    assert "用上一次发布的索引回答" in service.log()
    assert "Traceback" not in service.log()
    asked = CliRunner().invoke(commands, ("ask", *folders, "2021年全县投入多少？"))
    assert asked.exit_code == 0, asked.output
    assert "12.5亿元" in asked.stdout


def test_the_terminal_is_told_that_everybody_can_ask(capsys: pytest.CaptureFixture[str]) -> None:
    key = "a-key-of-enough-characters"
    greet(load(host="0.0.0.0", port=8000), "问题")
    greet(load(host="0.0.0.0", port=8000, ask_key=key), "问题")
    first, second = capsys.readouterr().out.split("问题'\n")[:2]
    rest = second + first
    assert "警告" in second
    assert "YOUJU_ASK_KEY" in rest
    assert key not in rest
