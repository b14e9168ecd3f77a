"""A LangChain retriever over a running service, by HTTP: pip install 'youju[langchain]'.

    from app.chat.langchain_retriever import YoujuRetriever

    documents = YoujuRetriever(base_url="http://127.0.0.1:8000").invoke("教育投入")

Each document is a passage, verbatim; its metadata name the place in the text and the link to it.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import ProxyHandler, Request, build_opener

from langchain_core.callbacks import (
    AsyncCallbackManagerForRetrieverRun,
    CallbackManagerForRetrieverRun,
)
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import Field, field_validator

from app.model import Span
from app.web.anchors import place

_QUERY = 500
_SHARED = ("title", "document_id", "start", "end", "score", "passage_id")


class YoujuRetriever(BaseRetriever):
    """Finds passages with GET /v1/search. `collections` narrow it down; none means all."""

    base_url: str
    k: int = Field(5, ge=1, le=100)
    collections: tuple[str, ...] = ()
    timeout: float = Field(10.0, gt=0)

    @field_validator("base_url")
    @classmethod
    def _address(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("base_url must be an http address")
        return value.rstrip("/")

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        return self._found(query)

    async def _aget_relevant_documents(
        self, query: str, *, run_manager: AsyncCallbackManagerForRetrieverRun
    ) -> list[Document]:
        return await asyncio.to_thread(self._found, query)

    def _found(self, query: str) -> list[Document]:
        """The passages, best first. Raises urllib.error.URLError when the service fails."""
        wanted = [("q", query[:_QUERY]), ("limit", str(self.k))]
        wanted.extend(("collections", name) for name in self.collections)
        request = Request(
            f"{self.base_url}/v1/search?{urlencode(wanted)}", headers={"Accept": "application/json"}
        )
        # Without the proxies of the environment: a question goes to this service and nowhere else.
        with build_opener(ProxyHandler({})).open(request, timeout=self.timeout) as response:
            hits = json.load(response)["hits"]
        return [self._document(hit) for hit in hits]

    def _document(self, hit: dict[str, Any]) -> Document:
        where = place(Span(hit["start"], hit["end"]), hit["text"])
        name = quote(hit["document_id"], safe="")
        metadata = {name: hit[name] for name in _SHARED}
        metadata["path"] = list(hit["path"])
        metadata["url"] = f"{self.base_url}/documents/{name}#c={where}"
        return Document(id=hit["passage_id"], page_content=hit["text"], metadata=metadata)
