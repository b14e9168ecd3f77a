"""The files that documents were extracted from, as they lie in the corpus folder.

A file is given only when its bytes are those that were read when the document was indexed.
"""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Final

from app.documents.read import MAXIMUM_BYTES
from app.errors import OriginalChanged, OriginalGone, UnknownDocument
from app.library.library import Library

_FORM: Final = "NFC"  # of the paths that documents are known by


@dataclass(frozen=True, slots=True)
class Original:
    """A file of the corpus: its name, without folders, and its bytes."""

    name: str
    data: bytes = field(repr=False)


def original(library: Library, document_id: str) -> Original:
    """The file of a document of the published state.

    Raises UnknownDocument, OriginalGone when the file cannot be read, and OriginalChanged when it
    is not the one that the document was extracted from.
    """
    documents = library.published.documents
    document, digest = documents.document(document_id), documents.file_digest(document_id)
    if document is None or digest is None:
        raise UnknownDocument(f"编号 {document_id} 不在语料中。")
    return read_original(library.corpus, document.source, digest)


def read_original(corpus: Path, source: str, digest: str) -> Original:
    """The file `source` of the corpus folder, whose SHA-256 has to be `digest`."""
    path = _located(corpus.resolve(), source)
    try:
        with path.open("rb") as file:
            data = file.read(MAXIMUM_BYTES + 1)
    except (OSError, ValueError) as error:
        raise OriginalGone(f"语料文件夹里的 {source} 不能读取，可能已移走或删除。") from error
    if hashlib.sha256(data).hexdigest() != digest:
        raise OriginalChanged(
            f"语料文件夹里的 {source} 在建索引之后改动过，与引用的原文不是同一份。"
        )
    return Original(PurePosixPath(source).name, data)


def _located(root: Path, source: str) -> Path:
    """Where the file lies; its name on disk may be written in another form of Unicode."""
    path = root
    for name in PurePosixPath(source).parts:
        path = _child(path, name)
    real = path.resolve()
    if not real.is_relative_to(root):  # a link that was turned after indexing
        raise OriginalGone(f"{source} 指向语料文件夹以外，不能下载。")
    return real


def _child(folder: Path, name: str) -> Path:
    direct = folder / name
    if direct.exists():
        return direct
    try:
        found = (
            each for each in folder.iterdir() if unicodedata.normalize(_FORM, each.name) == name
        )
        return next(found, direct)
    except OSError:
        return direct
