"""Changes several files of the corpus folder together, also when the power fails in between.

::

    corpus/_youju/intake/NNNNNNNN-0      new content, staged and synced
    corpus/_youju/intake/NNNNNNNN.json   the record: what goes where; in place means committed

The record is written whole and renamed into place; from then on the change will be made, by this
process or by the next one (`Journal.recover`). Before that, nothing has happened. Making a change
twice is the same as making it once. A file that somebody else has put in the place meanwhile is
left alone, and the staged content is kept beside the journal.

Only for the holder of the writer's lock.
"""

from __future__ import annotations

import errno
import json
import logging
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.errors import StorageError
from app.library.files import TEMPORARY, digest_of, sync_folder, write_whole
from app.library.folder import RESERVED

INTAKE: Final = "intake"
RECORD: Final = ".json"
DAMAGED: Final = ".damaged"
KEPT: Final = "kept"  # staged content that found its place taken
_OURS: Final = re.compile(r"[0-9]{8}(-[0-9]{1,4}|\.json\.new)")
_log = logging.getLogger("youju.intake")


@dataclass(frozen=True, slots=True)
class Change:
    """The file at `path` shall have the content `data`; None: shall be gone."""

    path: Path
    data: bytes | None


@dataclass(frozen=True, slots=True)
class _Step:
    """One change as the record holds it.

    `target` is a path below the corpus, `staged` the staged file ("" to remove), `digest` the
    hash of its content, `former` that of the file in place when the change was decided ("": none).
    """

    target: str
    staged: str
    digest: str
    former: str


class Journal:
    """The journal of the corpus folder `corpus`, which is resolved."""

    def __init__(self, corpus: Path) -> None:
        self._corpus = corpus
        self.folder = corpus / RESERVED / INTAKE

    def apply(self, changes: Sequence[Change]) -> None:
        """Make `changes`, all or none. Durable when this returns.

        Raises OSError when they could not be made; they may then be made later, by `recover`, if
        the error came after the record was in place and before all was done.
        """
        self._prepare()
        number = self._next()
        staged: list[Path] = []
        record = self.folder / f"{number:08d}{RECORD}"
        try:
            steps = [self._stage(number, *each, staged) for each in enumerate(changes)]
            for change in changes:
                self._make_folders(change.path.parent)
            write_whole(record, _encode(steps))
        except BaseException:
            _remove_quietly([*staged, record.with_name(record.name + TEMPORARY)])
            raise
        try:
            self._finish(steps)
        except OSError:
            if all(not step.staged or (self.folder / step.staged).exists() for step in steps):
                # Nothing is in its place yet: take it back rather than try for ever.
                _remove_quietly([record, *staged])
            raise
        record.unlink()

    def recover(self) -> int:
        """Finish what a crash left half done and drop what was never decided. How much was done."""
        if not self.folder.is_dir():
            return 0
        finished = 0
        for record in sorted(self.folder.glob(f"*{RECORD}")):
            try:
                steps = _decode(record.read_bytes())
            except ValueError as error:
                _log.error("收件日志 %s 读不懂（%s），移到一旁，没有删除", record, error)
                os.replace(record, record.with_name(record.name + DAMAGED))
                continue
            self._finish(steps)
            record.unlink()
            finished += 1
        damaged = {path.name[:8] for path in self.folder.glob(f"*{DAMAGED}")}
        for left in self.folder.iterdir():
            if _OURS.fullmatch(left.name) and left.name[:8] not in damaged:
                left.unlink()
        return finished

    def _prepare(self) -> None:
        folder = self.folder
        for each in (folder.parent, folder):
            if each.is_symlink():
                raise StorageError(f"{each} 是符号链接，不能用来收件；请换成普通文件夹。")
        if not folder.is_dir():
            folder.mkdir(parents=True, exist_ok=True)
            sync_folder(folder.parent)
            sync_folder(self._corpus)
        elif any(folder.glob(f"*{RECORD}")):
            self.recover()

    def _next(self) -> int:
        numbers = (
            int(path.name[:8]) for path in self.folder.iterdir() if path.name[:8].isdecimal()
        )
        return max(numbers, default=0) + 1

    def _stage(self, number: int, place: int, change: Change, staged: list[Path]) -> _Step:
        target = change.path.relative_to(self._corpus).as_posix()
        former = digest_of(change.path) if change.path.exists() else ""
        if change.data is None:
            return _Step(target, "", "", former)
        path = self.folder / f"{number:08d}-{place}"
        staged.append(path)
        with open(path, "xb") as file:
            file.write(change.data)
            file.flush()
            os.fsync(file.fileno())
        return _Step(target, path.name, digest_of(path), former)

    def _make_folders(self, folder: Path) -> None:
        if not folder.is_dir():
            self._make_folders(folder.parent)
            folder.mkdir(exist_ok=True)
            sync_folder(folder.parent)

    def _finish(self, steps: Sequence[_Step]) -> None:
        """Make the steps that have not been made yet."""
        waiting = [step for step in steps if self._is_waiting(step)]
        if any(self._is_taken(step) for step in waiting):
            self._keep(waiting)
            return
        for step in waiting:
            target = self._corpus / step.target
            if step.staged:
                self._make_folders(target.parent)
                _move(self.folder / step.staged, target)
            else:
                target.unlink()
        for folder in dict.fromkeys((self._corpus / step.target).parent for step in steps):
            if folder.is_dir():
                sync_folder(folder)

    def _is_waiting(self, step: _Step) -> bool:
        if step.staged:
            return (self.folder / step.staged).exists()
        present = self._present(step)
        return bool(present) and present == step.former

    def _is_taken(self, step: _Step) -> bool:
        """Whether somebody has put another file in the place since the change was decided."""
        return self._present(step) not in ("", step.former, step.digest)

    def _present(self, step: _Step) -> str:
        target = self._corpus / step.target
        return digest_of(target) if target.exists() else ""

    def _keep(self, steps: Sequence[_Step]) -> None:
        kept = self.folder / KEPT
        kept.mkdir(exist_ok=True)
        for step in steps:
            if step.staged:
                os.replace(self.folder / step.staged, kept / step.staged)
                _log.error(
                    "%s 已被别人改动，没有覆盖；收到的内容留在 %s", step.target, kept / step.staged
                )


def _encode(steps: Sequence[_Step]) -> bytes:
    rows = [[step.target, step.staged, step.digest, step.former] for step in steps]
    return json.dumps({"steps": rows}, ensure_ascii=False).encode("utf-8")


def _decode(data: bytes) -> list[_Step]:
    """The steps of a record. Raises ValueError."""
    found = json.loads(data.decode("utf-8"))
    try:
        steps = [_Step(*map(str, row)) for row in found["steps"]]
    except (TypeError, KeyError) as error:
        raise ValueError(f"不是收件日志：{error}") from error
    if any(".." in step.target.split("/") or step.target.startswith("/") for step in steps):
        raise ValueError("路径指向语料文件夹以外")
    return steps


def _move(staged: Path, target: Path) -> None:
    try:
        os.replace(staged, target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        # A folder of the corpus is a disk of its own: a hidden copy is renamed there.
        hidden = target.with_name(f".{staged.name}")
        write_whole(hidden, staged.read_bytes())
        os.replace(hidden, target)
        staged.unlink()


def _remove_quietly(paths: Sequence[Path]) -> None:
    for path in paths:
        try:
            path.unlink(missing_ok=True)
        except OSError:
            _log.warning("没有删除 %s，下次启动时再删", path)
