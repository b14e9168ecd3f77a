"""What a parsing process may touch: the program's own files, read-only. No network, no process.

Two walls. The audit hook refuses Python code, with the name of what was tried. The kernel refuses
everything else, libraries in C included: an empty network namespace, and Landlock, which opens
only the folders of the interpreter and of system libraries. Where the kernel offers neither
(other systems, old kernels, some containers), the hook stands alone.
"""

from __future__ import annotations

import ctypes
import os
import signal
import struct
import sys
from collections.abc import Callable
from typing import Any, Final

# Audit events that no reader needs. An entry ending in a dot stands for all that begin with it.
_REFUSED: Final = (
    "socket.",
    "subprocess.",
    "os.exec",
    "os.fork",
    "os.posix_spawn",
    "os.spawn",
    "os.startfile",
    "os.system",
    "os.kill",
    "os.putenv",
    "os.chmod",
    "os.chown",
    "os.link",
    "os.mkdir",
    "os.remove",
    "os.rename",
    "os.rmdir",
    "os.symlink",
    "os.truncate",
    "os.utime",
    "pty.spawn",
    "shutil.",
    "tempfile.",
    "sqlite3.connect",
    "urllib.",
    "ftplib.",
    "http.client.",
    "webbrowser.",
    "winreg.",
)
_LISTED: Final = ("os.listdir", "os.scandir", "os.chdir")
_WRITING: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND

_PR_SET_PDEATHSIG: Final = 1
_PR_SET_NO_NEW_PRIVS: Final = 38
_CLONE_NEWUSER: Final = 0x10000000
_CLONE_NEWNET: Final = 0x40000000

# Landlock, from linux/landlock.h. These numbers are the same on all processors.
_CREATE_RULESET: Final = 444
_ADD_RULE: Final = 445
_RESTRICT_SELF: Final = 446
_RULESET_VERSION: Final = 1
_PATH_BENEATH: Final = 1
_EXECUTE: Final = 1 << 0
_READ_FILE: Final = 1 << 2
_READ_DIR: Final = 1 << 3
_FIRST_FILE_RIGHTS: Final = (1 << 13) - 1  # what version 1 knows; REFER and TRUNCATE came later
_TCP: Final = 0b11  # bind and connect, from version 4

_LIBRARIES: Final = ("/lib", "/lib32", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib")


def folders(program: str) -> tuple[str, ...]:
    """The folders that may be read: the interpreter's, and `program`, which holds our code."""
    named = [sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix, program]
    both = [*named, *map(os.path.realpath, named)]
    return tuple(dict.fromkeys(os.path.join(folder, "") for folder in both))


def forbid(allowed: tuple[str, ...]) -> None:
    """Install the audit hook. It cannot be taken out again."""

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            _check_open(arguments, allowed)
        elif event in _LISTED or event == "ctypes.dlopen":
            _check_path(event, arguments[0], allowed)
        elif event.startswith(_REFUSED):
            raise PermissionError(f"{event} is not allowed while a document is read")

    sys.addaudithook(hook)


def _check_open(arguments: tuple[Any, ...], allowed: tuple[str, ...]) -> None:
    path, mode, flags = arguments
    writes = isinstance(mode, str) and any(letter in mode for letter in "wax+")
    if writes or (isinstance(flags, int) and flags & _WRITING):
        raise PermissionError(f"{path!r} may not be written while a document is read")
    _check_path("open", path, allowed)


def _check_path(event: str, path: object, allowed: tuple[str, ...]) -> None:
    if path is None or isinstance(path, int):
        return  # the program itself, or a file that is open already
    if not isinstance(path, str | bytes | os.PathLike):
        raise PermissionError(f"{event}: {path!r} is no path")
    # A bare name of a library is looked for in the system's own folders.
    if event == "ctypes.dlopen" and os.fsdecode(path) == os.path.basename(os.fsdecode(path)):
        return
    real = os.path.join(os.path.realpath(os.fsdecode(path)), "")
    if not real.startswith(allowed):
        raise PermissionError(f"{event}: {path!r} lies outside what a reader may read")


def isolate(allowed: tuple[str, ...]) -> None:
    """Ask the kernel for the same. Needs a process with one thread, before its limits are set."""
    if not sys.platform.startswith("linux"):
        return
    library = ctypes.CDLL(None, use_errno=True)
    _without_network(library)
    _prctl(library, _PR_SET_NO_NEW_PRIVS, 1)
    _landlock(_system_call(library), allowed)


def die_with(parent: int) -> None:
    """Let the kernel end this process when `parent` ends; elsewhere the end of input tells it."""
    if not sys.platform.startswith("linux"):
        return
    _prctl(ctypes.CDLL(None), _PR_SET_PDEATHSIG, int(signal.SIGKILL))
    if os.getppid() != parent:  # it ended before we could ask
        raise SystemExit(1)


def _prctl(library: ctypes.CDLL, option: int, value: int) -> None:
    library.prctl(option, *map(ctypes.c_ulong, (value, 0, 0, 0)))


def _system_call(library: ctypes.CDLL) -> Callable[..., int]:
    """The system call of a number. Its arguments are as wide as a register, all of them."""

    def call(number: int, *arguments: int | bytes | None) -> int:
        wide = (
            ctypes.c_long(argument) if isinstance(argument, int) else argument
            for argument in arguments
        )
        return int(library.syscall(ctypes.c_long(number), *wide))

    return call


def _without_network(library: ctypes.CDLL) -> None:
    # First without a user namespace: there, root would lose the right to read files of others,
    # and the program may be such a file.
    if library.unshare(_CLONE_NEWNET) != 0:
        library.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)


def _landlock(call: Callable[..., int], allowed: tuple[str, ...]) -> None:
    version = call(_CREATE_RULESET, None, 0, _RULESET_VERSION)
    if version < 1:
        return
    later = (1 << 13 if version >= 2 else 0) | (1 << 14 if version >= 3 else 0)
    rights = struct.pack("=QQ", _FIRST_FILE_RIGHTS | later, _TCP if version >= 4 else 0)
    size = len(rights) if version >= 4 else 8
    ruleset = call(_CREATE_RULESET, rights, size, 0)
    if ruleset < 0:
        return
    try:
        for folder in dict.fromkeys([*allowed, *_LIBRARIES]):
            _allow_reading(call, ruleset, folder)
        call(_RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)


def _allow_reading(call: Callable[..., int], ruleset: int, folder: str) -> None:
    try:
        handle = os.open(folder, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        rule = struct.pack("=Qi", _EXECUTE | _READ_FILE | _READ_DIR, handle)
        call(_ADD_RULE, ruleset, _PATH_BENEATH, rule, 0)
    finally:
        os.close(handle)
