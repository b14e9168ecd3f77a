"""The work of the routes that change documents: to the indexing process and back to a reply."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import PurePosixPath
from typing import Any, Final, Literal, Protocol, cast

from app.errors import WriterAway, YoujuError
from app.indexer.messages import FAILED, Batch, Result, State, refusal
from app.library.intake import Mode, Upload
from app.library.intake_names import source_of
from app.library.report import IndexReport
from app.web.admin_schemas import (
    FailureBody,
    ResultBody,
    ResultsBody,
    StatusBody,
    SyncBody,
)
from app.web.problems import FieldError, Problem, shown
from app.web.schemas_problems import ProblemBody
from app.web.service import Service
from app.web.uploads import Sending, Sent
from app.web.workers import Workers

BATCH_BYTES: Final = 16 * 1024 * 1024  # of files that are handed over together

# The problem that each error of a document is to a client, and the field that it is about.
_KINDS: Final[Mapping[str, str]] = {
    "InvalidUpload": "invalid-request",
    "InvalidSidecar": "invalid-request",
    "UnreadableDocument": "invalid-request",
    "DocumentError": "invalid-request",
    "LexiconError": "writer-away",
    "UnsupportedFormat": "unsupported-format",
    "UploadTooLarge": "body-too-large",
    "DocumentExists": "document-exists",
    "UnknownDocument": "unknown-document",
    "StorageFull": "storage-full",
    "StorageReadOnly": "storage-unavailable",
    "StorageError": "storage-unavailable",
    "IndexUnusable": "storage-unavailable",
    "WriterAway": "writer-away",
    "LibraryLocked": "writer-away",
}
_FIELDS: Final[Mapping[str, str]] = {"InvalidUpload": "name", "InvalidSidecar": "fields"}


class Writer(Protocol):
    """The indexing process, as `app.indexer.client.Client` speaks to it."""

    def put(self, uploads: Sequence[Upload]) -> Batch:
        """Take documents in."""

    def remove(self, sources: Sequence[str]) -> Batch:
        """Remove documents."""

    def sync(self) -> IndexReport:
        """Bring the index up to date with the corpus folder."""

    def status(self) -> State:
        """How the indexing process is."""


def problem_for(error: str, message: str) -> Problem:
    """The problem that an error of the indexing process is, by the name of the error."""
    kind = _KINDS.get(error, "internal-error")
    if kind == "internal-error":
        return Problem(kind)
    field = (FieldError(_FIELDS.get(error, "file"), message),) if kind == "invalid-request" else ()
    said = message if message.endswith(("。", "；")) else f"{message}。"
    return Problem(kind, said, errors=field)


@dataclass(frozen=True, slots=True)
class Admin:
    """Changes documents through `writer`, then makes the service `turn` to what is published.

    `workers` are threads of their own: whoever waits for the disk keeps no question waiting.
    """

    service: Service
    writer: Writer
    turn: Callable[[], None]
    workers: Workers
    limit: int

    def add(self, sending: Sending) -> ResultsBody:
        """Take in new documents. Raises `Problem` when the only one fails."""
        return self._put(
            sending, lambda sent: source_of(sent.name, sending.collection), Mode.CREATE
        )

    def replace(self, document_id: str, sending: Sending) -> ResultsBody:
        """Replace a document. Raises `Problem`."""
        source = self.service.stored(document_id).document.source
        if len(sending.documents) != 1:
            raise problem_for("InvalidUpload", "替换一份文档只能发送一个文件。")
        if sending.collection:
            raise problem_for("InvalidUpload", "替换时不能改文档集；请去掉 collection。")
        had, sent = PurePosixPath(source).suffix.lower(), sending.documents[0]
        has = PurePosixPath(sent.name).suffix.lower() if sent.name else ".txt"
        if has != had and not (not sent.name and had in (".txt", ".md")):
            said = f"“{shown(source)}”的格式是 {had}，收到的是 {shown(has)}；请先删去它再收入。"
            raise problem_for("UnsupportedFormat", said)
        return self._put(sending, lambda _: source, Mode.REPLACE)

    def remove(self, document_id: str) -> ResultsBody:
        """Remove a document. Raises `Problem`."""
        source = self.service.stored(document_id).document.source
        batch = self._asked(lambda: self.writer.remove([source]))
        self.turn()
        return self._body([source], batch.results, batch.version)

    def sync(self) -> SyncBody:
        """Bring the index up to date with the corpus folder. Raises `Problem`."""
        report = self._asked(self.writer.sync)
        self.turn()
        return SyncBody(
            added=list(report.added),
            replaced=list(report.replaced),
            removed=list(report.removed),
            unchanged=len(report.unchanged),
            failed=[FailureBody(source=each.source, reason=each.reason) for each in report.failed],
            ignored=[
                FailureBody(source=each.source, reason=each.reason) for each in report.ignored
            ],
            rebuilt=report.rebuilt,
            corpus_version=report.version,
        )

    def status(self) -> StatusBody:
        """How the service and the indexing process are."""
        snapshot = self.service.engine().snapshot
        state: State | None
        try:
            state = self.writer.status()
        except WriterAway:
            state = None
        watching = state.watching if state else "off"
        writer: Literal["idle", "working", "away"] = "away"
        if state is not None:
            writer = "working" if state.working else "idle"
        return StatusBody(
            corpus_version=snapshot.version,
            documents=len(snapshot.documents.ids()),
            verified=self.service.verified(),
            writer=writer,
            pid=state.pid if state else None,
            waiting=state.waiting if state else 0,
            watching=cast(Literal["on", "poll", "off"], watching),
            trouble=state.trouble if state else "",
            failed=[
                FailureBody(source=each.source, reason=each.reason)
                for each in (state.failed if state else ())
            ],
        )

    def _put(self, sending: Sending, source: Callable[[Sent], str], mode: Mode) -> ResultsBody:
        results: list[Result] = []
        version = ""
        for chunk in self._chunks(sending, source, mode):
            uploads = [each for each in chunk if isinstance(each, Upload)]
            done: Iterator[Result] = iter(())
            if uploads:
                batch = self._asked(partial(self.writer.put, uploads))
                done, version = iter(batch.results), batch.version
            results += [each if isinstance(each, Result) else next(done) for each in chunk]
        self.turn()
        return self._body([each.name for each in sending.documents], results, version)

    def _chunks(
        self, sending: Sending, source: Callable[[Sent], str], mode: Mode
    ) -> Iterator[list[Upload | Result]]:
        """The documents, read some at a time; a result stands for one that cannot be used."""
        chunk: list[Upload | Result] = []
        size = 0
        for sent in sending.documents:
            try:
                place = source(sent)
                if sent.size > self.limit:
                    said = f"{shown(sent.name)}：有 {sent.size} 字节，每份最多 {self.limit} 字节。"
                    raise problem_for("UploadTooLarge", said)
                chunk.append(Upload(place, sent.data(), sending.fields, mode))
                size += sent.size
            except YoujuError as error:
                reason = refusal(error)
                chunk.append(Result("", "", FAILED, reason.error, reason.message))
            except Problem as problem:
                chunk.append(Result("", "", FAILED, "UploadTooLarge", str(problem.detail)))
            if size > BATCH_BYTES:
                yield chunk
                chunk, size = [], 0
        if chunk:
            yield chunk

    def _asked(self, ask: Callable[[], Any]) -> Any:
        try:
            return ask()
        except YoujuError as error:
            reason = refusal(error)
            raise problem_for(reason.error, reason.message) from error

    def _body(self, names: Sequence[str], results: Sequence[Result], version: str) -> ResultsBody:
        if len(results) == 1 and results[0].done == FAILED:
            raise problem_for(results[0].error, results[0].message)
        return ResultsBody(
            results=[
                self._result(name, result) for name, result in zip(names, results, strict=True)
            ],
            corpus_version=version or self.service.engine().snapshot.version,
        )

    def _result(self, name: str, result: Result) -> ResultBody:
        failed = result.done == FAILED
        there = not failed and result.done != "removed"
        problem = problem_for(result.error, result.message) if failed else None
        return ResultBody(
            name=shown(name),
            status=cast(Any, result.done),
            id=result.id or None,
            source=result.source or None,
            url=f"{self.service.public_url}/documents/{result.id}" if there else None,
            problem=None
            if problem is None
            else ProblemBody(
                type=problem.kind.uri,
                title=problem.kind.title,
                status=problem.kind.status,
                detail=str(problem.detail),
            ),
        )
