"""The data folder: whose it is, which generation of derived data is published, and tidying up.

::

    youju.json              says that the folder is ours, and the version of its layout
    CURRENT                 the name of the published generation
    generations/00000007/   one complete, unchanging state (see `app.library.seal`)
    writer.lock writer.json see `app.library.lock`

A generation is built beside the published one and published by replacing CURRENT. So a reader
sees one whole state, and a crash leaves the old one. The generation before the published one
stays for servers that have not yet turned to the new one. A damaged generation is set aside
(`….damaged`) and never deleted. A folder that holds other people's files is never touched.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.errors import IndexUnusable
from app.library.files import TEMPORARY, sync_folder, write_whole
from app.library.lock import HOLDER, LOCK

MARKER: Final = "youju.json"
CURRENT: Final = "CURRENT"
GENERATIONS: Final = "generations"
DAMAGED: Final = ".damaged"
LAYOUT: Final = 1

_NAME = re.compile(r"[0-9]{8}")
# What may lie in a folder that is not ours yet: traces of a start that was cut off, and what file
# systems put at the top of a fresh volume.
_HARMLESS = frozenset({LOCK, HOLDER, MARKER + TEMPORARY, "lost+found", ".DS_Store"})


@dataclass(frozen=True, slots=True)
class Home:
    """A data folder that is ours."""

    folder: Path

    @property
    def generations(self) -> Path:
        """Where the generations lie."""
        return self.folder / GENERATIONS

    def published(self) -> Path | None:
        """The published generation, or None when nothing has been published yet.

        Raises IndexUnusable when CURRENT cannot be read or names no generation.
        """
        pointer = self.folder / CURRENT
        try:
            name = pointer.read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise IndexUnusable(f"不能读取 {pointer}：{error}。{_WAY_OUT}") from error
        if _NAME.fullmatch(name) is None or not (self.generations / name).is_dir():
            raise IndexUnusable(f"{pointer} 指向的“{name[:40]}”不存在。{_WAY_OUT}")
        return self.generations / name

    def fresh(self) -> Path:
        """An empty folder for the next generation. Only for the holder of the writer's lock."""
        self.generations.mkdir(exist_ok=True)
        numbers = [
            int(entry.name[:8]) for entry in self.generations.iterdir() if _NAME.match(entry.name)
        ]
        folder = self.generations / f"{max(numbers, default=0) + 1:08d}"
        folder.mkdir()
        return folder

    def publish(self, generation: Path) -> None:
        """Make `generation`, which is complete and durable, the one that readers open."""
        sync_folder(self.generations)
        write_whole(self.folder / CURRENT, (generation.name + "\n").encode("ascii"))

    def set_aside(self, generation: Path) -> None:
        """Keep a damaged generation out of the way, for whoever wants to look into it."""
        os.replace(generation, generation.with_name(generation.name + DAMAGED))

    def tidy(self) -> None:
        """Remove generations that nobody needs. Only for the holder of the writer's lock.

        Those are the unfinished ones, and all but the published one and the one before it. One
        that cannot be removed (a reader on Windows has it open) is left for the next time.
        """
        published = self.published()
        if published is None or not self.generations.is_dir():
            keep = set()
        else:
            older = [path.name for path in self._complete() if path.name < published.name]
            keep = {published.name, *sorted(older)[-1:]}
        for generation in self._all():
            if generation.name not in keep:
                shutil.rmtree(generation, ignore_errors=True)

    def _all(self) -> list[Path]:
        if not self.generations.is_dir():
            return []
        return sorted(each for each in self.generations.iterdir() if _NAME.fullmatch(each.name))

    def _complete(self) -> list[Path]:
        from app.library.seal import SEAL

        return [each for each in self._all() if (each / SEAL).is_file()]


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

    Raises IndexUnusable, and writes nothing, when the folder holds something else than our data.
    """
    if not _is_ours(data):
        text = json.dumps({"kind": "youju data", "layout": LAYOUT})
        write_whole(data / MARKER, text.encode("utf-8"))
    return Home(data)


def _is_ours(data: Path) -> bool:
    """True: ours; False: nothing there yet. Raises IndexUnusable for all else."""
    marker = data / MARKER
    try:
        if not data.exists():
            return False
        if not data.is_dir():
            raise IndexUnusable(f"{data} 不是文件夹。请用 --data 指定另一个位置。")
        names = {entry.name for entry in data.iterdir()}
        if MARKER in names:
            found = json.loads(marker.read_text(encoding="utf-8"))
        elif names <= _HARMLESS:
            return False
        else:
            shown = sorted(name.encode("utf-8", "replace").decode() for name in names - _HARMLESS)
            raise IndexUnusable(
                f"文件夹 {data} 里有别的文件（{'、'.join(shown[:3])}），不是有据的数据文件夹。"
                "其中的内容没有改动；请用 --data 指定一个空文件夹。"
            )
    except (OSError, ValueError) as error:
        raise IndexUnusable(
            f"不能读取数据文件夹 {data}：{error}。其中的内容没有改动；"
            "请检查权限，或用 --data 指定另一个文件夹。"
        ) from error
    if not isinstance(found, dict) or found.get("layout") != LAYOUT:
        raise IndexUnusable(
            f"数据文件夹 {data} 由另一个版本的有据写成（{marker}）。其中的内容没有改动；"
            "请用 --data 指定一个空文件夹，再运行 youju index。"
        )
    return True
