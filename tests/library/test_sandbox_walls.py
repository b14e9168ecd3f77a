"""The parsing process from inside: what a reader cannot reach, in Python and in C."""

from __future__ import annotations

import ctypes
import json
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sandbox_children import PROGRAM, obedient, readers

from app.documents.child_limits import Limits
from app.errors import UnreadableDocument
from app.library.sandbox import Sandbox

LIMITS = Limits()
SECRET = "这是别人的秘密"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with readers({".obey": "obedient_reader"}), Sandbox(LIMITS, obedient(LIMITS)) as one:
        yield one


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "secret.txt"
    path.write_text(SECRET, encoding="utf-8")
    return path


@pytest.fixture
def server() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        yield listening


def run(sandbox: Sandbox, program: str) -> str:
    return sandbox.extract(program.encode(), "a.obey").text


def kernel_closes_files() -> bool:
    """Whether this kernel knows Landlock; without it only Python code is held back."""
    if not sys.platform.startswith("linux"):
        return False
    return int(ctypes.CDLL(None).syscall(444, None, 0, 1)) >= 1


PYTHON_CANNOT = {
    "read another file": "open({secret!r})",
    "read by descriptor": "import os; os.open({secret!r}, os.O_RDONLY)",
    "read through a path of ours": "import sys; open(sys.prefix + '/..' * 20 + {secret!r})",
    "list a folder": "import os; os.listdir({folder!r})",
    "read our own corpus": "open({program!r} + '/corpus/_youju/words.txt')",
    "write a file": "open({secret!r}, 'a')",
    "write among the modules": "import sys; open(sys.prefix + '/x', 'w')",
    "delete": "import os; os.remove({secret!r})",
    "rename": "import os; os.rename({secret!r}, {secret!r} + 'x')",
    "make a temporary file": "import tempfile; tempfile.mkstemp()",
    "connect": "import socket; socket.create_connection(('127.0.0.1', {port}))",
    "make a socket": "import socket; socket.socket()",
    "look up a name": "import socket; socket.getaddrinfo('localhost', 80)",
    "fetch an address": "import urllib.request; urllib.request.urlopen('http://127.0.0.1:{port}/')",
    "start a program": "import subprocess; subprocess.run(['true'])",
    "start a shell": "import os; os.system('true')",
    "fork": "import os; os.fork()",
    "become a program": "import os; os.execv('/bin/true', ['true'])",
    "spawn": "import os; os.posix_spawn('/bin/true', ['true'], {{}})",
    "signal the parent": "import os; os.kill(os.getppid(), 9)",
    "load a library from elsewhere": "import ctypes; ctypes.CDLL({secret!r})",
    "open a database": "import sqlite3; sqlite3.connect({secret!r})",
}


@pytest.mark.parametrize("program", PYTHON_CANNOT.values(), ids=PYTHON_CANNOT.keys())
def test_code_in_python_cannot(
    sandbox: Sandbox, secret: Path, server: socket.socket, program: str
) -> None:
    port = server.getsockname()[1]
    filled = program.format(
        secret=str(secret), folder=str(secret.parent), program=PROGRAM, port=port
    )
    with pytest.raises(UnreadableDocument, match=r"PermissionError|No usable temporary directory"):
        run(sandbox, filled + "\ntext = 'done'")
    assert secret.read_text(encoding="utf-8") == SECRET
    assert [path.name for path in secret.parent.iterdir()] == ["secret.txt"]
    with pytest.raises(BlockingIOError):
        server.accept()


FOPEN = """
import ctypes
library = ctypes.CDLL(None)
library.fopen.restype = ctypes.c_void_p
text = "closed" if library.fopen({path!r}, {mode!r}) is None else "open"
"""


def test_code_in_c_cannot_open_files_where_the_kernel_can_close_them(
    sandbox: Sandbox, secret: Path
) -> None:
    expected = "closed" if kernel_closes_files() else "open"
    for path in (str(secret).encode(), b"/etc/passwd"):
        assert run(sandbox, FOPEN.format(path=path, mode=b"r")) == expected


def test_code_in_c_cannot_make_files_grow(sandbox: Sandbox, secret: Path) -> None:
    write = FOPEN.format(path=str(secret).encode(), mode=b"a") + (
        f"handle = library.fopen({str(secret).encode()!r}, b'a')\n"
        "library.fwrite.argtypes = [ctypes.c_char_p, ctypes.c_size_t, ctypes.c_size_t, ctypes.c_void_p]\n"
        "if handle: library.fwrite(b'x', 1, 1, handle); library.fflush(None)\n"
    )
    run(sandbox, write)
    assert secret.read_text(encoding="utf-8") == SECRET


CONNECT = """
import ctypes, struct
library = ctypes.CDLL(None)
handle = library.socket(2, 1, 0)
address = struct.pack("=H", 2) + struct.pack("!H4s8x", {port}, bytes([127, 0, 0, 1]))
text = str(library.connect(handle, address, len(address)))
"""


def test_code_in_c_cannot_connect(sandbox: Sandbox, server: socket.socket) -> None:
    # Landlock, or a network of its own, whichever the kernel grants.
    assert run(sandbox, CONNECT.format(port=server.getsockname()[1])) == "-1"
    with pytest.raises(BlockingIOError):
        server.accept()


def test_the_environment_is_empty_and_only_the_pipes_are_open(
    server: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YOUJU_ADMIN_KEY", "canary")
    server.set_inheritable(True)
    program = (
        "import os, json\n"
        "def is_open(handle):\n"
        "    try: os.fstat(handle)\n"
        "    except OSError: return False\n"
        "    return True\n"
        "handles = [handle for handle in range(200) if is_open(handle)]\n"
        "text = json.dumps([dict(os.environ), handles, os.getcwd()])"
    )
    with readers({".obey": "obedient_reader"}), Sandbox(LIMITS, obedient(LIMITS)) as fresh:
        found = run(fresh, program)
    environment, handles, folder = json.loads(found)
    assert not {*environment} - {"LC_CTYPE", "__CF_USER_TEXT_ENCODING"}  # set by the start itself
    assert len(handles) == 5, handles  # two pipes, and three that lead nowhere
    assert folder == str(Path("/"))


def test_what_a_library_prints_or_reads_does_not_disturb_the_reply(sandbox: Sandbox) -> None:
    noisy = (
        "import os, sys\n"
        "print('x' * 100_000, flush=True)\n"
        "os.write(1, b'y' * 100_000); os.write(2, b'z' * 100_000)\n"
        "text = 'read ' + sys.stdin.read()"
    )
    assert run(sandbox, noisy) == "read "


def test_modules_can_be_imported_at_any_time(sandbox: Sandbox) -> None:
    program = "import xml.dom.minidom, decimal, encodings.big5, app.documents.fields as ours; text = ours.__file__"
    assert run(sandbox, program).startswith(PROGRAM)


def test_the_limits_are_set_before_the_first_document(sandbox: Sandbox) -> None:
    program = (
        "import resource, json\n"
        "names = ['RLIMIT_AS', 'RLIMIT_FSIZE', 'RLIMIT_CORE', 'RLIMIT_NOFILE', 'RLIMIT_NPROC']\n"
        "text = json.dumps([resource.getrlimit(getattr(resource, name)) for name in names])"
    )
    memory, *others = json.loads(run(sandbox, program))
    assert memory == [LIMITS.memory] * 2 or sys.platform == "darwin"
    assert others == [[0, 0], [0, 0], [LIMITS.open_files] * 2, [0, 0]]
