"""The address of original files: /documents/{id}/original."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Final
from urllib.parse import quote

from fastapi import FastAPI
from starlette.responses import Response

from app.errors import OriginalChanged, OriginalGone, UnknownDocument
from app.library.originals import Original
from app.web.interface import DocumentId
from app.web.problems import Problem, shown
from app.web.service import Service

_OFFICE: Final = "application/vnd.openxmlformats-officedocument"
_TYPES: Final[Mapping[str, str]] = MappingProxyType(
    {
        ".txt": "text/plain",
        ".md": "text/markdown",
        ".html": "text/html",
        ".htm": "text/html",
        ".pdf": "application/pdf",
        ".ofd": "application/ofd",
        ".docx": f"{_OFFICE}.wordprocessingml.document",
        ".xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    }
)
_UNKNOWN_TYPE: Final = "application/octet-stream"
# What a browser shows by itself, at the page that the address names; all else is saved.
_SHOWN: Final = frozenset({".pdf"})
# A file of the corpus is not ours: it runs nothing, loads nothing and is of no origin.
_SANDBOX: Final = "sandbox; default-src 'none'; frame-ancestors 'none'"
# The viewers of browsers are pages of their own, apart from ours; in a sandbox they stay empty.
_IN_VIEWER: Final = "frame-ancestors 'none'"
_NOT_PLAIN: Final = re.compile(r"[^A-Za-z0-9._-]+")
# RFC 5987: these stand for themselves in an extended value.
_STANDING: Final = "!#$&+-.^_`|~"


def original_address(document_id: str) -> str:
    """The address of the file of a document."""
    return f"/documents/{quote(document_id, safe='')}/original"


def add_originals(app: FastAPI, service: Service) -> None:
    """Adds the route to `app`; like the pages, it is no part of the OpenAPI description."""

    @app.get("/documents/{document_id}/original", include_in_schema=False)
    async def original(document_id: DocumentId) -> Response:
        return await service.workers.run(lambda: _response(service, document_id))


def _response(service: Service, document_id: str) -> Response:
    if service.original is None:
        raise Problem("not-found", "这个服务不提供原文件。")
    try:
        found = service.original(document_id)
    except UnknownDocument:
        raise Problem("unknown-document", f"编号“{shown(document_id)}”不在语料中。") from None
    except OriginalGone as error:
        raise Problem("original-gone", str(error)) from None
    except OriginalChanged as error:
        raise Problem("original-changed", str(error)) from None
    return Response(found.data, headers=_headers(found))


def _headers(found: Original) -> dict[str, str]:
    suffix = PurePosixPath(found.name).suffix.lower()
    is_shown = suffix in _SHOWN
    return {
        "Content-Type": _TYPES.get(suffix, _UNKNOWN_TYPE),
        "Content-Disposition": disposition(found.name, is_shown=is_shown),
        "Content-Security-Policy": _IN_VIEWER if is_shown else _SANDBOX,
    }


def disposition(name: str, *, is_shown: bool) -> str:
    """The header for a file of this name (RFC 6266), with a plain name for old programs."""
    stem, dot, suffix = name.rpartition(".")
    plain = _NOT_PLAIN.sub("_", stem if dot else name).strip("_.") or "document"
    ending = _NOT_PLAIN.sub("", suffix) if dot else ""
    kind = "inline" if is_shown else "attachment"
    written = f"{plain}.{ending}" if ending else plain
    return f"{kind}; filename=\"{written}\"; filename*=UTF-8''{quote(name, safe=_STANDING)}"
