"""The parsing process from outside: what it is given, what becomes of it, what it is asked again."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Thread

import pytest
from sandbox_children import PROGRAM, false, obedient, readers

from app.documents.child_limits import Limits
from app.documents.read import MAXIMUM_BYTES
from app.errors import UnreadableDocument
from app.library.sandbox import Sandbox
from app.model import Extracted

LIMITS = Limits(cpu=1, wall=30.0, characters=1000, documents=5, memory=256 * 1024 * 1024)
# For processes that do not end by themselves. A fresh one has started long before.
SHORT = replace(LIMITS, wall=2.0)
PID = b"import os; text = str(os.getpid())"


@pytest.fixture(autouse=True)
def obey_files() -> Iterator[None]:
    with readers({".obey": "obedient_reader"}):
        yield


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(LIMITS, obedient(LIMITS)) as one:
        yield one


def pid_of(sandbox: Sandbox) -> int:
    return int(sandbox.extract(PID, "a.obey").text)


def why(sandbox: Sandbox, document: bytes | str) -> str:
    data = document if isinstance(document, bytes) else document.encode()
    with pytest.raises(UnreadableDocument) as raised:
        sandbox.extract(data, "某文件.obey")
    assert str(raised.value).startswith("某文件.obey")
    return str(raised.value)


def is_gone(pid: int) -> bool:
    """Whether the process has ended, at the latest after ten seconds."""
    for _ in range(200):
        try:
            os.kill(pid, 0)
            if sys.platform.startswith("linux"):
                with open(f"/proc/{pid}/stat", encoding="utf-8") as stat:
                    if stat.read().rpartition(")")[2].split()[0] == "Z":
                        return True  # ended; whoever inherited it has not looked yet
        except (ProcessLookupError, FileNotFoundError):
            return True
        time.sleep(0.05)
    return False


def test_text_and_pages_come_back_as_the_reader_gave_them(sandbox: Sandbox) -> None:
    document = "text = '第一页\\n𠮷第二页 \\u202e\\r\\n'; pages = (0, 4)"
    found = sandbox.extract(document.encode(), "a.obey")
    assert found == Extracted("第一页\n𠮷第二页 \u202e\r\n", (0, 4))


def test_the_name_reaches_the_reader_whatever_characters_it_has(sandbox: Sandbox) -> None:
    for name in ("办法\u202etxt.obey", "a\0b.obey", "\udcff.obey", "目录/" + "长" * 900 + ".obey"):
        document = b"assert name.endswith('.obey'); text = str(len(name))"
        assert sandbox.extract(document, name).text == str(len(name))


def test_text_and_markdown_start_no_process() -> None:
    with Sandbox(LIMITS, ["/no/such/program"]) as sandbox:
        assert sandbox.extract("通知".encode(), "a.txt").text == "通知"
        assert sandbox.extract("# 通知".encode(), "a.MD").text == "# 通知"
        assert "不能启动解析进程" in why(sandbox, PID)


def test_a_text_that_is_only_decoded_may_not_be_longer_either() -> None:
    with Sandbox(LIMITS, ["/no/such/program"]) as sandbox:
        assert len(sandbox.extract(b"a" * 1000, "a.txt").text) == 1000
        with pytest.raises(UnreadableDocument, match="1001 字，超过上限 1000 字"):
            sandbox.extract(b"a" * 1001, "a.txt")


def test_an_unknown_format_and_too_many_bytes_start_no_process() -> None:
    with Sandbox(LIMITS, ["/no/such/program"]) as sandbox:
        for data, name in ((b"", "a.xyz"), (b" " * (MAXIMUM_BYTES + 1), "a.obey")):
            with pytest.raises(UnreadableDocument, match=r"xyz|最多"):
                sandbox.extract(data, name)


def test_the_largest_file_passes_through(sandbox: Sandbox) -> None:
    document = b"text = '\xe5\xa5\xbd' # ".ljust(MAXIMUM_BYTES, b"x")
    assert sandbox.extract(document, "a.obey").text == "好"


# ── one process for many documents ──────────────────────────────────────────────────────────────


def test_a_process_serves_as_many_documents_as_the_limits_say(sandbox: Sandbox) -> None:
    pids = [pid_of(sandbox) for _ in range(12)]
    assert [pids.count(pid) for pid in dict.fromkeys(pids)] == [5, 5, 2]


def test_a_plain_refusal_keeps_the_process(sandbox: Sandbox) -> None:
    pid = pid_of(sandbox)
    refusal = "raise UnreadableDocument(f'{name}：不行\\n就是不行')"
    assert why(sandbox, refusal) == "某文件.obey：不行 就是不行"
    assert pid_of(sandbox) == pid


def test_processor_time_is_counted_for_each_document_anew() -> None:
    burn = "import time\nend = time.process_time() + 0.7\nwhile time.process_time() < end: pass\n"
    limits = Limits(cpu=1, wall=60.0)
    with Sandbox(limits, obedient(limits)) as sandbox:
        pids = [sandbox.extract(burn.encode() + PID, "a.obey").text for _ in range(4)]
    assert len(set(pids)) == 1


def test_a_process_that_died_while_idle_is_replaced_without_a_word(sandbox: Sandbox) -> None:
    pid = pid_of(sandbox)
    os.kill(pid, signal.SIGKILL)
    assert is_gone(pid)
    assert pid_of(sandbox) != pid


def test_closing_ends_the_process_and_the_next_document_starts_another(sandbox: Sandbox) -> None:
    pid = pid_of(sandbox)
    sandbox.close()
    assert is_gone(pid)
    assert pid_of(sandbox) != pid


def test_the_process_outlives_the_thread_that_asked_for_it(sandbox: Sandbox) -> None:
    pids: list[int] = []
    for _ in range(3):
        asking = Thread(target=lambda: pids.append(pid_of(sandbox)))
        asking.start()
        asking.join()
    assert len(set(pids)) == 1


def test_threads_take_turns_and_each_gets_its_own_text(sandbox: Sandbox) -> None:
    def ask(number: int) -> str:
        return sandbox.extract(f"text = '{number}'".encode(), "a.obey").text

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(ask, range(40))) == [str(number) for number in range(40)]


# ── mishaps ─────────────────────────────────────────────────────────────────────────────────────

MISHAPS = {
    "takes all memory": ("text = bytearray(1 << 29)", "内存超过 256 MB"),
    "runs without end": ("while True: pass", "1 秒以上的处理器时间"),
    "crashes": ("import ctypes; ctypes.string_at(0)", "意外终止（信号 11）"),
    "ends the process": ("import os; os._exit(4)", "意外终止（退出码 4）"),
    "raises anything": ("raise ValueError('奇怪')", "ValueError: 奇怪"),
    "raises a panic": ("class Panic(BaseException): pass\nraise Panic", "Panic"),
    "asks to exit": ("raise SystemExit(0)", "SystemExit"),
    "recurses without end": ("def again(): again()\nagain()", "嵌套得太深"),
    "gives too much text": ("text = '字' * 1001", "1001 字，超过上限 1000 字"),
    "gives too many pages": ("text = '字'; pages = (0,) * 100001", "100001 页，超过上限"),
    "gives no text": ("text = ' \\n\\u3000'", "没有文字"),
    "gives half a character": ("text = '好\\ud800'", r"第 1 字（U\+D800）"),
    "gives NUL": ("text = '好\\0'", r"第 1 字（U\+0000）"),
    "gives pages in disorder": ("text = 'ab'; pages = (0, 2, 1)", "前后矛盾"),
    "gives pages beyond the text": ("text = 'ab'; pages = (0, 3)", "前后矛盾"),
    "gives no offsets": ("text = 'ab'; pages = ('0',)", "前后矛盾"),
}


@pytest.mark.parametrize(("document", "reason"), MISHAPS.values(), ids=MISHAPS.keys())
def test_a_reader_that_fails_is_reported_and_the_next_document_read(
    sandbox: Sandbox, document: str, reason: str
) -> None:
    assert re.search(reason, why(sandbox, document))
    assert sandbox.extract(b"text = 'still here'", "a.obey").text == "still here"


def test_a_document_that_takes_too_long_is_given_up_and_the_next_one_read() -> None:
    with Sandbox(SHORT, obedient(SHORT)) as sandbox:
        assert "2 秒内没有读完" in why(sandbox, "import time; time.sleep(60)")
        assert sandbox.extract(b"text = 'still here'", "a.obey").text == "still here"


def test_a_process_killed_in_the_middle_of_a_document_is_reported_and_replaced(
    sandbox: Sandbox,
) -> None:
    pid = pid_of(sandbox)
    started = sandbox.extract(b"text = 'warm'", "a.obey").text
    killer = Thread(target=lambda: (time.sleep(0.3), os.kill(pid, signal.SIGKILL)))
    killer.start()
    assert "意外终止（信号 9）" in why(sandbox, "import time; time.sleep(60)")
    killer.join()
    assert started == "warm"
    assert pid_of(sandbox) != pid


FALSE = {
    "prints garbage and ends": (
        "os.write(1, b'Segmentation fault, core dumped')",
        "无法识别|意外终止",
    ),
    "prints garbage and waits": ("os.write(1, b'garbage!' * 9); time.sleep(60)", "无法识别"),
    "prints without end": ("while True: os.write(1, b'x' * 65536)", "无法识别"),
    "ends at once": ("", "意外终止（退出码 0）"),
    "says half a reply": ("os.write(1, bytes(6))", "无法识别|意外终止"),
    "claims a reply of 4 GB": (
        "os.write(1, (2).to_bytes(4, 'big') + b'\\xff' * 4 + b'{}'); time.sleep(60)",
        "无法识别",
    ),
    "replies with a list": (
        "os.write(1, (2).to_bytes(4, 'big') + bytes(4) + b'[]'); time.sleep(60)",
        "无法识别",
    ),
    "replies with depth": (
        "os.write(1, (90000).to_bytes(4, 'big') + bytes(4) + b'[' * 90000); time.sleep(60)",
        "无法识别",
    ),
    "replies with nothing": (
        "os.write(1, (2).to_bytes(4, 'big') + bytes(4) + b'{}'); time.sleep(60)",
        "前后矛盾",
    ),
    "replies with bytes that are no text": (
        'head = b\'{"outcome": "text", "pages": []}\'\n'
        "os.write(1, len(head).to_bytes(4, 'big') + (1).to_bytes(4, 'big') + head + b'\\xff')\n"
        "time.sleep(60)",
        "前后矛盾",
    ),
}


@pytest.mark.parametrize(("program", "reason"), FALSE.values(), ids=FALSE.keys())
def test_a_process_that_breaks_the_agreement_is_ended(program: str, reason: str) -> None:
    with Sandbox(LIMITS, false(program)) as sandbox:
        assert re.search(reason, why(sandbox, b"once"))
        assert re.search(reason, why(sandbox, b"again"))


def test_a_process_that_says_nothing_is_ended() -> None:
    with Sandbox(SHORT, false("time.sleep(60)")) as sandbox:
        assert "2 秒内没有读完" in why(sandbox, b"once")


def test_a_process_that_reads_nothing_of_a_large_document_is_ended() -> None:
    with Sandbox(SHORT, false("while True: os.write(1, b'x' * 65536)")) as sandbox:
        # More than a pipe holds: both wait for each other.
        assert "2 秒内没有读完" in why(sandbox, b" " * 1_000_000)


PARENT = """
import os, sys, time
sys.path[:0] = [{program!r}, {tests!r}]
from sandbox_children import obedient, readers
from app.documents.child_limits import Limits
from app.library.sandbox import Sandbox
limits = Limits()
with readers({{".obey": "obedient_reader"}}):
    sandbox = Sandbox(limits, obedient(limits))
    print(sandbox.extract(b"import os; text = str(os.getpid())", "a.obey").text, flush=True)
    {then}
"""
THEN = {
    "idle": "time.sleep(60)",
    "busy": 'sandbox.extract(b"import time; time.sleep(14)", "a.obey")',
}


@pytest.mark.parametrize("then", THEN.values(), ids=THEN.keys())
def test_the_process_ends_with_a_parent_that_is_killed(then: str) -> None:
    tests = os.path.join(PROGRAM, "tests", "library")
    source = PARENT.format(program=PROGRAM, tests=tests, then=then)
    with subprocess.Popen([sys.executable, "-c", source], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert not_yet_gone(pid)
        time.sleep(0.2)
        parent.kill()
    assert is_gone(pid)


def not_yet_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
