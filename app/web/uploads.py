"""From the body of an upload to documents: multipart with files, or JSON with a text.

Files are streamed to temporary files and never held in memory whole while they arrive. A part that
nobody asked for is refused, and so is a file that has no name.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from tempfile import gettempdir
from typing import Any, BinaryIO, Final

from fastapi.routing import APIRoute
from pydantic import ValidationError
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from app.library.intake_storage import storage_error
from app.web.admin_schemas import FIELDS_BYTES, FILES, TextUpload
from app.web.decoding import check_content_type, check_query, json_value
from app.web.problems import FieldError, Problem, shown
from app.web.validation import invalid_request

_PARTS: Final = frozenset({"file", "collection", "fields"})
_TEXT_SUFFIXES: Final = (".txt", ".md")


@dataclass(frozen=True, slots=True)
class Sent:
    """A document as a request holds it. `file` is read once; `size` is its length in bytes."""

    name: str
    file: BinaryIO | None
    text: str
    size: int

    def data(self) -> bytes:
        """Its bytes."""
        if self.file is None:
            return self.text.encode("utf-8")
        self.file.seek(0)
        return self.file.read()


@dataclass(frozen=True, slots=True)
class Sending:
    """What a request sends: documents, and the collection and fields that they share.

    `form` must be closed when the documents have been read; `fields` is None when it states none.
    """

    documents: tuple[Sent, ...]
    collection: str
    fields: Mapping[str, Any] | None
    form: FormData | None

    async def close(self) -> None:
        """Remove the temporary files."""
        if self.form is not None:
            await self.form.close()


class UploadRoute(APIRoute):
    """Checks the query string; the handler reads the body."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler of the route, wrapped in the check."""
        handle = super().get_route_handler()

        async def checked(request: Request) -> Response:
            check_query(request.scope["query_string"], frozenset())
            return await handle(request)

        return checked


async def read_upload(request: Request) -> Sending:
    """What the body of a request sends. Raises `Problem`."""
    try:
        return await _read(request)
    except ClientDisconnect:
        raise Problem("bad-request", "连接在请求体发完之前断开。") from None


async def _read(request: Request) -> Sending:
    content_type = request.headers.get("content-type", "")
    message = Message()
    message["content-type"] = content_type
    if message.get_content_type() == "multipart/form-data":
        return await _from_form(request)
    check_content_type(content_type, request.headers.get("content-encoding", ""))
    return _from_json(json_value(await request.body()))


def _from_json(value: object) -> Sending:
    try:
        sent = TextUpload.model_validate(value)
    except ValidationError as error:
        raise invalid_request(error.errors()) from None
    name = sent.name
    if name and not name.lower().endswith(_TEXT_SUFFIXES):
        name += _TEXT_SUFFIXES[0]
    size = len(sent.text.encode("utf-8"))
    return Sending((Sent(name, None, sent.text, size),), sent.collection, sent.fields, None)


async def _from_form(request: Request) -> Sending:
    try:
        form = await request.form(max_files=FILES, max_fields=10, max_part_size=FIELDS_BYTES)
    except HTTPException as error:
        if isinstance(error, Problem):
            raise
        said = f"请求体不是可用的 multipart（{shown(error.detail)}）；最多 {FILES} 个文件。"
        raise Problem("bad-request", said) from error
    except OSError as error:
        raise Problem("storage-full", str(storage_error(error, Path(gettempdir())))) from error
    try:
        return _read_form(form)
    except BaseException:
        await form.close()
        raise


def _read_form(form: FormData) -> Sending:
    documents: list[Sent] = []
    texts: dict[str, str] = {}
    for name, value in form.multi_items():
        if name not in _PARTS:
            raise _invalid(name, f"没有这一项；可用的是 {'、'.join(sorted(_PARTS))}")
        if isinstance(value, UploadFile):
            if name != "file" or not value.filename:
                raise _invalid(name, "文件应放在名为 file 的部分里，并带有文件名")
            documents.append(Sent(value.filename, value.file, "", value.size or 0))
        elif name == "file":
            raise _invalid(name, "应是文件，带有文件名（filename）")
        elif name in texts:
            raise _invalid(name, "写了不止一次")
        else:
            texts[name] = value
    if not documents:
        raise _invalid("file", "缺少这一项")
    fields = (
        json_value(texts["fields"].encode("utf-8", "surrogatepass")) if "fields" in texts else None
    )
    if not isinstance(fields, dict | None):
        raise _invalid("fields", '应是一个 JSON 对象，例如 {"title": "…"}')
    return Sending(tuple(documents), texts.get("collection", ""), fields, form)


def _invalid(name: str, reason: str) -> Problem:
    return Problem(
        "invalid-request", f"{shown(name)}：{reason}。", errors=(FieldError(shown(name), reason),)
    )


def described() -> dict[str, Any]:
    """The body of an upload for the OpenAPI description."""
    files = {"type": "array", "items": {"type": "string", "format": "binary"}, "maxItems": FILES}
    form = {
        "type": "object",
        "properties": {
            "file": files,
            "collection": {"type": "string"},
            "fields": {"type": "string", "contentMediaType": "application/json"},
        },
        "required": ["file"],
    }
    text = json.loads(json.dumps(TextUpload.model_json_schema()))
    content = {"multipart/form-data": {"schema": form}, "application/json": {"schema": text}}
    return {"requestBody": {"required": True, "content": content}}
