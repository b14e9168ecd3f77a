"""What `youju add` and `youju remove` do: files found, read, handed over in batches.

Imported by the commands when they run, so that `youju --help` stays fast.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from app.cli_progress import progress
from app.documents.read import supported
from app.errors import (
    IndexUnusable,
    InvalidUpload,
    UnreadableDocument,
    UploadTooLarge,
    YoujuError,
)
from app.indexer.client import FOREVER, Client
from app.indexer.messages import FAILED, FILES, Batch, Result, refusal
from app.indexer.work import Removal, Work
from app.library.folder import MAX_DEPTH, SIDECAR_SUFFIX
from app.library.intake import Mode, Upload
from app.library.intake_names import check_source, part
from app.library.library import Library
from app.library.sidecar import MAX_BYTES
from app.settings import Settings

BATCH_BYTES: Final = 16 * 1024 * 1024  # of files that are handed over together


@dataclass(frozen=True, slots=True)
class Offer:
    """A file of the user, and the corpus path that it shall have."""

    path: Path
    source: str


class Hands(Protocol):
    """Whoever does the work: the indexing process, or this one."""

    def put(self, uploads: Sequence[Upload]) -> Batch:
        """Take documents in."""

    def remove(self, sources: Sequence[str]) -> Batch:
        """Remove documents."""


class _Own:
    """This process does the work itself."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def put(self, uploads: Sequence[Upload]) -> Batch:
        return self._work.change(uploads)

    def remove(self, sources: Sequence[str]) -> Batch:
        return self._work.change([Removal(source) for source in sources])


@contextmanager
def hands(settings: Settings) -> Iterator[Hands]:
    """The indexing process when one runs, else this process with the writer's lock.

    Raises LibraryLocked when a process writes that takes no work.
    """
    client = Client(settings.data, patience=FOREVER)
    if Client(settings.data).is_there():
        yield client
        return
    with Work.open(settings.corpus, settings.data, settings.upload_limit) as work:
        yield _Own(work)


def read_fields(text: str) -> Mapping[str, Any]:
    """The fields that are written in a JSON object. Raises InvalidUpload."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidUpload(f"--fields 不是有效的 JSON（{error}）。") from error
    if not isinstance(found, dict):
        raise InvalidUpload('--fields 应是一个 JSON 对象，例如 {"title": "…"}。')
    return found


def offers(paths: Iterable[Path], collection: str) -> list[Offer]:
    """The files at `paths` and in the folders among them, in a fixed order.

    A file keeps its name, one of a folder also the folders between. What nobody can read and
    hidden files of a folder are left out; a file that was named is not.
    """
    first = f"{part(collection, '文档集名')}/" if collection else ""
    found: list[Offer] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(_inside(path), key=lambda each: each.relative_to(path).as_posix())
            found += [Offer(each, first + each.relative_to(path).as_posix()) for each in inside]
        else:
            found.append(Offer(path, first + path.name))
    return found


def _inside(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        here = Path(place)
        deep = len(here.relative_to(folder).parts) >= MAX_DEPTH
        folders[:] = [] if deep else sorted(each for each in folders if not each.startswith("."))
        for name in names:
            if not name.startswith(".") and supported(name) and (here / name).is_file():
                yield here / name


def add_files(
    settings: Settings,
    wanted: Sequence[Offer],
    shared: Mapping[str, Any] | None,
    *,
    sidecar: bool,
    replace: bool,
) -> tuple[tuple[Result, ...], str]:
    """Hand over files in batches. What became of each, and the version published then."""
    mode = Mode.EITHER if replace else Mode.CREATE
    results: list[Result] = []
    version = ""
    with progress() as shown, hands(settings) as worker:
        shown.expect(len(wanted))
        for batch in _batches(wanted, shared, settings.upload_limit, sidecar=sidecar, mode=mode):
            uploads = [each for each in batch if isinstance(each, Upload)]
            done: Iterator[Result] = iter(())
            if uploads:
                reply = worker.put(uploads)
                done, version = iter(reply.results), reply.version
            for each in batch:
                result = each if isinstance(each, Result) else next(done)
                results.append(result)
                shown.advance(result.source)
    return tuple(results), version


def _batches(
    wanted: Sequence[Offer],
    shared: Mapping[str, Any] | None,
    limit: int,
    *,
    sidecar: bool,
    mode: Mode,
) -> Iterator[list[Upload | Result]]:
    """The files, read; a result stands for one that cannot be handed over."""
    batch: list[Upload | Result] = []
    size = 0
    for offer in wanted:
        try:
            fields = _fields_beside(offer.path) if sidecar else shared
            upload = Upload(check_source(offer.source), _read(offer, limit), fields, mode)
            batch.append(upload)
            size += len(upload.data)
        except YoujuError as error:
            reason = refusal(error)
            name = offer.source.encode("utf-8", "backslashreplace").decode()
            batch.append(Result(name, "", FAILED, reason.error, reason.message))
        if size > BATCH_BYTES or len(batch) == FILES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _read(offer: Offer, limit: int) -> bytes:
    try:
        with open(offer.path, "rb") as file:
            data = file.read(limit + 1)
    except OSError as error:
        raise UnreadableDocument(f"不能读取 {offer.path}：{error.strerror}。") from error
    if len(data) > limit:
        raise UploadTooLarge(f"{offer.path}：超过 {limit} 字节；请分成几个文件。")
    return data


def _fields_beside(path: Path) -> Mapping[str, Any] | None:
    beside = path.with_name(path.name + SIDECAR_SUFFIX)
    try:
        with open(beside, "rb") as file:
            data = file.read(MAX_BYTES + 1)
        found = json.loads(data.decode("utf-8-sig"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RecursionError) as error:
        raise InvalidUpload(f"附属信息文件 {beside} 读不懂：{error}。") from error
    if not isinstance(found, dict):
        raise InvalidUpload(f"附属信息文件 {beside} 应是一个 JSON 对象。")
    # The service writes these itself; a sidecar that it wrote before may be handed in again.
    return {name: value for name, value in found.items() if name not in ("origin", "digest")}


def remove_documents(settings: Settings, names: Sequence[str]) -> tuple[tuple[Result, ...], str]:
    """Remove documents by id or corpus path. What became of each, and the version published."""
    sources = _sources(settings, names)
    results: list[Result] = []
    version = ""
    with hands(settings) as worker:
        for start in range(0, len(sources), FILES):
            reply = worker.remove(sources[start : start + FILES])
            results += reply.results
            version = reply.version
    return tuple(results), version


def _sources(settings: Settings, names: Sequence[str]) -> list[str]:
    """The corpus paths that are meant: an id that is published stands for its document."""
    try:
        with Library.open(settings.corpus, settings.data) as library:
            store = library.snapshot().documents
            found = {name: store.get(name) for name in names}
    except IndexUnusable:
        found = {}
    return [stored.document.source if (stored := found.get(name)) else name for name in names]
