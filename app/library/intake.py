"""Takes documents into the corpus folder, replaces and removes them.

In: an `Upload`, or the path of a document. Out: a `Placement`, once file and sidecar are durable
in the corpus folder. The corpus folder stays the truth: what is taken in is an ordinary file with
an ordinary sidecar, which says `"origin": "upload"` and the digest of the file. A file that users
dropped in is changed only when that very document is replaced or removed.

Nothing is indexed here. Only for the holder of the writer's lock.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from app.errors import (
    DocumentExists,
    InvalidSidecar,
    InvalidUpload,
    UnknownDocument,
    UploadError,
    UploadTooLarge,
)
from app.library.folder import SIDECAR_SUFFIX
from app.library.intake_journal import Change, Journal
from app.library.intake_names import check_source, place, shown
from app.library.intake_storage import storing
from app.library.plan import id_of
from app.library.sidecar import FIELDS, Sidecar, parse
from app.model import Extracted

ORIGIN: Final = "upload"
_OURS: Final = frozenset({"origin", "digest"})  # keys of a sidecar that only the service writes


class Mode(StrEnum):
    """What an upload may do: make a new document, replace one that exists, or either."""

    CREATE = "create"
    REPLACE = "replace"
    EITHER = "either"


class Done(StrEnum):
    """What became of a document."""

    ADDED = "added"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Upload:
    """A document that is handed in: its path inside the corpus and its bytes.

    `fields` are what a sidecar may state; None says nothing about them, and leaves those of a
    document that exists as they are.
    """

    source: str
    data: bytes
    fields: Mapping[str, Any] | None
    mode: Mode


@dataclass(frozen=True, slots=True)
class Placement:
    """A document in its place. `before` undoes what was done, in the form of changes."""

    source: str
    id: str
    done: Done
    before: tuple[Change, ...]


class Intake:
    """Changes documents of the corpus folder `corpus`; none may have more than `limit` bytes.

    `extract` is asked whether a document can be read before anything is touched.
    """

    def __init__(
        self,
        corpus: Path,
        limit: int,
        extract: Callable[[bytes, str], Extracted],
        closed: Path | None = None,
    ) -> None:
        self._corpus = corpus.resolve()
        self._limit = limit
        self._extract = extract
        self._closed = closed.resolve() if closed is not None else None
        self._journal = Journal(self._corpus)

    def recover(self) -> int:
        """Finish what a crash left half done. How many documents that were.

        Raises StorageError when the corpus folder cannot be written.
        """
        with storing(self._corpus):
            return self._journal.recover()

    def put(self, upload: Upload) -> Placement:
        """Put a document in its place.

        Raises UploadError, DocumentError or UnknownDocument when it cannot be taken, StorageError
        when the corpus folder cannot be written. The corpus is then as it was.
        """
        source = check_source(upload.source)
        if len(upload.data) > self._limit:
            raise UploadTooLarge(
                f"{shown(source)}：有 {len(upload.data)} 字节，最多 {self._limit} 字节；"
                "请分成几个文件。"
            )
        path = self._place(source)
        present = _present(path, source)
        if present is None and upload.mode is Mode.REPLACE:
            raise UnknownDocument(f"语料里没有“{shown(source)}”，不能替换；请先收入它。")
        fields = _checked(upload.fields, source)
        changes, document_id = _changes(path, source, upload, present, fields)
        if not changes:
            return Placement(source, document_id, Done.UNCHANGED, ())
        if present is not None and upload.mode is Mode.CREATE:
            raise DocumentExists(
                f"已有一份“{shown(source)}”，内容或信息与此不同；"
                f"要替换它，请用 PUT /v1/documents/{document_id} 或 youju add --replace。"
            )
        self._extract(upload.data, source)
        before = tuple(Change(each.path, _bytes_of(each.path)) for each in changes)
        with storing(self._corpus):
            self._journal.apply(changes)
        done = Done.ADDED if present is None else Done.REPLACED
        return Placement(source, document_id, done, before)

    def remove(self, source: str) -> Placement:
        """Remove a document and its sidecar.

        Raises UnknownDocument when there is none or a link is in its place, StorageError when the
        corpus folder cannot be written.
        """
        try:
            checked = check_source(source)
            path = self._place(checked)
            is_there = path.is_file()
        except UploadError as error:
            raise UnknownDocument(f"语料里没有可以删去的“{shown(source)}”：{error}") from error
        if not is_there:
            raise UnknownDocument(
                f"语料里没有“{shown(checked)}”；请写 youju documents 列出的编号或路径。"
            )
        beside = path.with_name(path.name + SIDECAR_SUFFIX)
        changes = [Change(path, None)]
        if beside.is_file() and not beside.is_symlink():
            changes.append(Change(beside, None))
        document_id = _id_beside(path, checked)
        before = tuple(Change(each.path, _bytes_of(each.path)) for each in changes)
        with storing(self._corpus):
            self._journal.apply(changes)
        return Placement(checked, document_id, Done.REMOVED, before)

    def undo(self, placement: Placement) -> None:
        """Put things back as they were before `placement`. Raises StorageError."""
        if placement.before:
            with storing(self._corpus):
                self._journal.apply(placement.before)

    def _place(self, source: str) -> Path:
        path = place(self._corpus, source)
        if self._closed is not None and path.is_relative_to(self._closed):
            raise InvalidUpload(f"“{shown(source)}”在数据文件夹里，不能存放文档；请换一个名字。")
        return path


@dataclass(frozen=True, slots=True)
class _Present:
    """A document that lies in the corpus: its digest, its sidecar and the values it states."""

    digest: str
    sidecar: Sidecar
    values: Mapping[str, Any]


def _present(path: Path, source: str) -> _Present | None:
    if not path.exists():
        return None
    stated = _bytes_of(path.with_name(path.name + SIDECAR_SUFFIX))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if stated is None:
        return _Present(digest, Sidecar(), {})
    try:
        sidecar = parse(stated, source + SIDECAR_SUFFIX)
    except InvalidSidecar:
        return _Present(digest, Sidecar(), {})  # replacing the document mends it
    values = json.loads(stated.decode("utf-8-sig"))
    return _Present(digest, sidecar, {name: values[name] for name in values if name not in _OURS})


def _checked(fields: Mapping[str, Any] | None, source: str) -> Mapping[str, Any] | None:
    """`fields` as a sidecar may state them. Raises InvalidUpload, InvalidSidecar."""
    if fields is None:
        return None
    reserved = sorted(_OURS & fields.keys())
    if reserved:
        raise InvalidUpload(f"字段“{reserved[0]}”由服务填写，请去掉它。")
    parse(json.dumps(fields, ensure_ascii=False).encode("utf-8", "backslashreplace"), source)
    return {name: value for name, value in fields.items() if value is not None}


def _changes(
    path: Path,
    source: str,
    upload: Upload,
    present: _Present | None,
    fields: Mapping[str, Any] | None,
) -> tuple[list[Change], str]:
    """What must change so that the document is as `upload` says, and its id then."""
    former = present.values if present is not None else {}
    values = dict(former if fields is None else fields)
    if present is not None:
        document_id = present.sidecar.id or id_of(source)
        if values.get("id", document_id) != document_id:
            raise InvalidUpload(
                f"“{shown(source)}”的编号是 {document_id}，替换时不能改成 {values['id']}；"
                "请去掉字段 id，或另存为新的文档。"
            )
        if present.sidecar.id is not None:
            values["id"] = document_id
    document_id = values.get("id") or id_of(source)
    digest = hashlib.sha256(upload.data).hexdigest()
    beside = path.with_name(path.name + SIDECAR_SUFFIX)
    sidecar = _sidecar_bytes(values, digest, source)
    if present is None:
        return [Change(path, upload.data), Change(beside, sidecar)], document_id
    same_fields = fields is None or _stated(values, source) == _plain(present.sidecar)
    if present.digest == digest:
        return ([] if same_fields else [Change(beside, sidecar)]), document_id
    return [Change(path, upload.data), Change(beside, sidecar)], document_id


def _sidecar_bytes(values: Mapping[str, Any], digest: str, source: str) -> bytes:
    ordered = {name: values[name] for name in FIELDS if name in values and name not in _OURS}
    whole = {**ordered, "origin": ORIGIN, "digest": digest}
    data = (json.dumps(whole, ensure_ascii=False, indent=2) + "\n").encode("utf-8")
    parse(data, source + SIDECAR_SUFFIX)  # what cannot be read back must not be written
    return data


def _stated(values: Mapping[str, Any], source: str) -> Sidecar:
    return _plain(parse(json.dumps(values, ensure_ascii=False).encode("utf-8"), source))


def _plain(sidecar: Sidecar) -> Sidecar:
    """What a sidecar states about the document, without what the service notes in it."""
    return replace(sidecar, origin=None, digest=None)


def _id_beside(path: Path, source: str) -> str:
    present = _present(path, source)
    assert present is not None
    return present.sidecar.id or id_of(source)


def _bytes_of(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
