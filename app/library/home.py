"""The data folder: whose it is, which state is published, and tidying up.

::

    youju.json              says that the folder is ours, and the version of its layout
    CURRENT                 the name of the published state, and the SHA-256 of its file
    states/00000007-….json  one state: which segments are live (see `app.library.state`); its name
                            ends with the head of its SHA-256
    segments/00000012/      documents with all that was derived from them (`app.library.seal`)
    blobs/SHA-256           larger values that states name: dictionary, times of files
    writer.lock writer.json see `app.library.lock`

Segments and blobs never change. A new state is made of the segments of the old one and new ones
beside them, and published by replacing CURRENT. So a reader sees one whole state, and a crash
leaves the old one. What the state before the published one needs stays for readers that have not
yet turned to the new one. What is damaged is set aside (`….damaged`) and never deleted. A folder
that holds other people's files is never touched.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from app.errors import IndexUnusable
from app.library.files import TEMPORARY, digest_of, sync_folder, write_whole
from app.library.lock import HOLDER, LOCK
from app.library.state import State, read_state, write_state

MARKER: Final = "youju.json"
CURRENT: Final = "CURRENT"
STATES: Final = "states"
SEGMENTS: Final = "segments"
BLOBS: Final = "blobs"
DAMAGED: Final = ".damaged"
LAYOUT: Final = 2
_FORMER_LAYOUT: Final = 1  # whole copies in generations/; all of it can be derived anew
_FORMER: Final = ("generations", CURRENT)

_ATTEMPTS: Final = 100  # a writer that publishes fast removes a state before it is read

_NAME = re.compile(r"[0-9]{8}")
_POINTER = re.compile(r"([0-9]{8}-[0-9a-f]{32}) ([0-9a-f]{64})\n")
_STATE = re.compile(r"[0-9]{8}-([0-9a-f]{32})\.json")
_BLOB = re.compile(r"([0-9a-f]{64})")
# What may lie in a folder that is not ours yet: traces of a start that was cut off, and what file
# systems put at the top of a fresh volume.
_HARMLESS = frozenset({LOCK, HOLDER, MARKER + TEMPORARY, "lost+found", ".DS_Store"})


@dataclass(frozen=True, slots=True)
class Home:
    """A data folder that is ours."""

    folder: Path

    def segment(self, name: str) -> Path:
        """Where the segment `name` lies."""
        return self.folder / SEGMENTS / name

    def published(self) -> State | None:
        """The published state, or None when nothing has been published yet.

        Raises IndexUnusable when it cannot be read or is not what was written.
        """
        pointer = self.folder / CURRENT
        for _ in range(_ATTEMPTS):
            written = self._pointer()
            if written is None:
                return None
            found = _POINTER.fullmatch(written)
            if found is None:
                raise IndexUnusable(f"{pointer} 的内容不是有据写的。{_WAY_OUT}")
            path = self.folder / STATES / f"{found[1]}.json"
            try:
                data = path.read_bytes()
            except FileNotFoundError as error:
                if self._pointer() != written:
                    continue  # superseded, and tidied away, since the pointer was read
                raise IndexUnusable(f"{pointer} 指向的 {path} 不存在。{_WAY_OUT}") from error
            except OSError as error:
                raise IndexUnusable(f"不能读取 {path}：{error}。{_WAY_OUT}") from error
            if hashlib.sha256(data).hexdigest() != found[2]:
                raise IndexUnusable(f"{path} 的内容与写入时不同，已损坏。{_WAY_OUT}")
            return read_state(data, found[1], str(path))
        raise IndexUnusable(f"数据文件夹 {self.folder} 变化太快，读不到索引；请稍后重试。")

    def _pointer(self) -> str | None:
        """What stands in CURRENT, or None when nothing has been published yet."""
        pointer = self.folder / CURRENT
        try:
            return pointer.read_text(encoding="ascii")
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise IndexUnusable(f"不能读取 {pointer}：{error}。{_WAY_OUT}") from error

    def publish(self, state: State) -> State:
        """Make `state`, whose segments are complete and durable, the one that readers open.

        It gets the next free name. Only for the holder of the writer's lock.
        """
        folder = self._made(STATES)
        last = max((int(path.name[:8]) for path in _named(folder)), default=0)
        data = write_state(state)
        digest = hashlib.sha256(data).hexdigest()
        named = replace(state, name=f"{last + 1:08d}-{digest[:32]}")
        write_whole(folder / f"{named.name}.json", data)
        pointer = f"{named.name} {digest}\n"
        write_whole(self.folder / CURRENT, pointer.encode("ascii"))
        return named

    def newest_whole(self) -> State | None:
        """The newest state whose file is what was written; for when CURRENT is not."""
        for path in reversed(_named(self.folder / STATES)):
            try:
                return self.state_in(path)
            except (OSError, IndexUnusable):
                continue
        return None

    def state_in(self, path: Path) -> State:
        """The state in the file `path`, published or not.

        Raises IndexUnusable when it is not what was written, and OSError.
        """
        data = path.read_bytes()
        found = _STATE.fullmatch(path.name)
        if found is None or not hashlib.sha256(data).hexdigest().startswith(found[1]):
            raise IndexUnusable(f"{path} 的内容与写入时不同，已损坏。{_WAY_OUT}")
        return read_state(data, path.stem, str(path))

    def path_before(self, published: State) -> Path | None:
        """The file of the state before `published`, damaged or not; None without one."""
        older = [path for path in _named(self.folder / STATES) if path.stem < published.name]
        return next((path for path in reversed(older) if path.suffix == ".json"), None)

    def fresh(self) -> Path:
        """An empty folder for the next segment. Only for the holder of the writer's lock."""
        folder = self._made(SEGMENTS)
        number = max((int(path.name[:8]) for path in _named(folder)), default=0) + 1
        while True:
            path = folder / f"{number:08d}"
            try:
                path.mkdir()
                return path
            except FileExistsError:  # another of the processes that build segments took it
                number += 1

    def keep_blob(self, data: bytes) -> str:
        """Store `data` durably; its name."""
        name = hashlib.sha256(data).hexdigest()
        folder = self._made(BLOBS)
        path = folder / name
        if path.is_file() and path.read_bytes() == data:
            sync_folder(folder)  # whoever wrote it may have been cut off before
            return name
        self.set_aside(path)
        write_whole(path, data)
        return name

    def _made(self, name: str) -> Path:
        """The folder `name`, durable in the data folder."""
        folder = self.folder / name
        if not folder.is_dir():
            folder.mkdir(exist_ok=True)
            sync_folder(self.folder)
        return folder

    def blob(self, name: str) -> bytes:
        """What `keep_blob` stored. Raises IndexUnusable when it is not what it was."""
        path = self.folder / BLOBS / name
        try:
            data = path.read_bytes()
        except OSError as error:
            raise IndexUnusable(f"不能读取 {path}：{error}。{_WAY_OUT}") from error
        if hashlib.sha256(data).hexdigest() != name:
            raise IndexUnusable(f"{path} 的内容与写入时不同，已损坏。{_WAY_OUT}")
        return data

    def set_aside(self, path: Path) -> None:
        """Keep something damaged out of the way, for whoever wants to look into it."""
        target = path.with_name(path.name + DAMAGED)
        number = 1
        while target.exists():
            number += 1
            target = path.with_name(f"{path.name}{DAMAGED}{number}")
        if path.exists():
            os.replace(path, target)

    def set_aside_unknown(self, state: State) -> None:
        """Keep out of the way what neither `state` nor the one before it needs.

        After the published state was lost: what it needed is not known, and must not be tidied.
        """
        kept = [state, *self._before(state)]
        segments = {each.name for one in kept for each in one.segments}
        blobs = {name for one in kept for name in (one.words, one.times)}
        for folder, needed in ((SEGMENTS, segments), (BLOBS, blobs)):
            if (self.folder / folder).is_dir():
                for path in sorted((self.folder / folder).iterdir()):
                    if path.name not in needed and DAMAGED not in path.name:
                        self.set_aside(path)

    def tidy(self) -> None:
        """Remove what no state needs. Only for the holder of the writer's lock, with no segment
        in the making.

        Needed are the published state and the one before it. What cannot be removed (a reader on
        Windows has it open) is left for the next time.
        """
        published = self.published()
        kept = [published, *self._before(published)] if published is not None else []
        states = {f"{state.name}.json" for state in kept}
        segments = {each.name for state in kept for each in state.segments}
        blobs = {name for state in kept for name in (state.words, state.times) if name}
        for name in (CURRENT, MARKER):  # of a writer that was killed before it was renamed
            (self.folder / f"{name}{TEMPORARY}").unlink(missing_ok=True)
        for path in _named(self.folder / STATES):
            if path.name not in states and DAMAGED not in path.name:
                self._drop(path, _STATE.fullmatch(path.name))
        for path in _named(self.folder / SEGMENTS):
            if path.name not in segments and DAMAGED not in path.name:
                shutil.rmtree(path, ignore_errors=True)
        if (self.folder / BLOBS).is_dir():
            for path in (self.folder / BLOBS).iterdir():
                if path.name.removesuffix(TEMPORARY) not in blobs and DAMAGED not in path.name:
                    self._drop(path, _BLOB.fullmatch(path.name))

    def _drop(self, path: Path, named: re.Match[str] | None) -> None:
        """Remove a file that no state needs, unless it is not what its name says: what is damaged
        may be why no state needs it."""
        with suppress(FileNotFoundError):
            if named is None or digest_of(path).startswith(named[1]):
                path.unlink(missing_ok=True)
            else:
                self.set_aside(path)

    def _before(self, published: State) -> list[State]:
        """The state before `published`, when it is there and whole."""
        path = self.path_before(published)
        try:
            return [self.state_in(path)] if path is not None else []
        except (OSError, IndexUnusable):
            return []


def _named(folder: Path) -> list[Path]:
    """The entries of `folder` that bear a number, in order."""
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if _NAME.match(path.name))


_WAY_OUT = "请运行 youju index --rebuild 重建索引；语料不受影响。"


def find(data: Path) -> Home:
    """The data folder `data`, for reading. Nothing is written.

    Raises IndexUnusable when there is no such folder, or it is not ours.
    """
    if not _is_ours(data):
        raise IndexUnusable(f"数据文件夹 {data} 里还没有索引。请先运行 youju index。")
    return Home(data)


def prepare(data: Path) -> None:
    """Make the folder `data` when there is none, so that it can be locked.

    Raises IndexUnusable, and writes nothing, when the folder holds something else than our data.
    """
    if not _is_ours(data):
        data.mkdir(parents=True, exist_ok=True)


def claim(data: Path) -> Home:
    """The data folder `data`, marked as ours. Only for the holder of the writer's lock.

    What an earlier version derived is set aside. Raises IndexUnusable, and writes nothing, when
    the folder holds something else than our data.
    """
    home = Home(data)
    if _layout(data) == _FORMER_LAYOUT:
        for name in _FORMER:
            home.set_aside(data / name)
    path = data / MARKER
    if not path.is_file() or path.read_bytes() != marker():
        if _layout(data) == LAYOUT:  # known by the rest; the marker is damaged
            home.set_aside(path)
        write_whole(path, marker())
    return home


def marker() -> bytes:
    """What stands in the file that says that a folder is ours."""
    return _marker(LAYOUT)


def _marker(layout: int) -> bytes:
    """With a sum, so that a damaged marker is not taken for that of another version."""
    body: dict[str, object] = {"kind": "youju data", "layout": layout}
    digest = hashlib.sha256(json.dumps(body).encode("ascii")).hexdigest()
    return json.dumps(body | {"sum": digest[:16]}).encode("ascii")


def _is_ours(data: Path) -> bool:
    """True: ours; False: nothing of use there yet. Raises IndexUnusable for all else."""
    return _layout(data) == LAYOUT


def _layout(data: Path) -> int | None:
    """The layout of a data folder; None when nothing is there yet.

    Raises IndexUnusable when it cannot be read, or holds something else than our data.
    """
    path = data / MARKER
    try:
        if not data.exists():
            return None
        if not data.is_dir():
            raise IndexUnusable(f"{data} 不是文件夹。请用 --data 指定另一个位置。")
        names = {entry.name for entry in data.iterdir()}
        known = _stated(path.read_bytes()) if MARKER in names else None
        if known in (LAYOUT, _FORMER_LAYOUT):
            return known
        if known is None and _holds_a_state(data):
            return LAYOUT  # only the marker is damaged
        if MARKER not in names and names <= _HARMLESS:
            return None
        if MARKER not in names:
            shown = sorted(name.encode("utf-8", "replace").decode() for name in names - _HARMLESS)
            raise IndexUnusable(
                f"文件夹 {data} 里有别的文件（{'、'.join(shown[:3])}），不是有据的数据文件夹。"
                "其中的内容没有改动；请用 --data 指定一个空文件夹。"
            )
    except OSError as error:
        raise IndexUnusable(
            f"不能读取数据文件夹 {data}：{error}。其中的内容没有改动；"
            "请检查权限，或用 --data 指定另一个文件夹。"
        ) from error
    written = (
        "由另一个版本的有据写成" if known is not None else "的标记已损坏，里面也没有完整的索引"
    )
    raise IndexUnusable(
        f"数据文件夹 {data} {written}（{path}）。其中的内容没有改动；"
        "请用 --data 指定一个空文件夹，再运行 youju index。"
    )


def _stated(data: bytes) -> int | None:
    """The layout that a marker states; None for a damaged one."""
    try:
        found = json.loads(data.decode("utf-8"))
        layout = found["layout"]
        if found == {"kind": "youju data", "layout": _FORMER_LAYOUT}:  # had no sum yet
            return _FORMER_LAYOUT
        return int(layout) if data == _marker(int(layout)) else None
    except (ValueError, TypeError, LookupError):
        return None


def _holds_a_state(data: Path) -> bool:
    """Whether a state of this layout is published there, whole."""
    try:
        return Home(data).published() is not None
    except IndexUnusable:
        return False
