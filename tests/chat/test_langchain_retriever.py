"""The retriever in langchain-core, over a real server on loopback."""

from __future__ import annotations

import asyncio
import json
import urllib.error
from collections.abc import Iterator
from urllib.request import urlopen

import pytest
from langchain_core.runnables import RunnableLambda
from plain_service import served, service
from pydantic import ValidationError

from app.chat.langchain_retriever import YoujuRetriever
from app.model import Span
from app.web.anchors import place


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(service(tmp_path_factory.mktemp("langchain"))) as address:
        yield address


def test_a_document_is_the_text_at_its_offsets(address: str) -> None:
    found = YoujuRetriever(base_url=f"{address}/").invoke("口袋公园")
    assert len(found) > 1
    for each in found:
        metadata = each.metadata
        with urlopen(f"{address}/v1/documents/{metadata['document_id']}") as response:
            text = json.load(response)["text"]
        assert text[metadata["start"] : metadata["end"]] == each.page_content
        assert metadata["url"].startswith(f"{address}/documents/")
        where = place(Span(metadata["start"], metadata["end"]), each.page_content)
        assert metadata["url"].endswith(f"#c={where}")
    scores = [each.metadata["score"] for each in found]
    assert scores == sorted(scores, reverse=True)


def test_async_and_batch_find_the_same(address: str) -> None:
    retriever = YoujuRetriever(base_url=address)
    plain = retriever.invoke("口袋公园")
    assert asyncio.run(retriever.ainvoke("口袋公园")) == plain
    assert retriever.batch(["口袋公园", "路灯"])[0] == plain


def test_it_is_a_part_of_a_chain(address: str) -> None:
    chain = YoujuRetriever(base_url=address, k=1) | RunnableLambda(
        lambda found: [each.metadata["title"] for each in found]
    )
    assert chain.invoke("改造路灯") == ["关于改造路灯的通知"]


def test_collections_and_k_narrow_it_down(address: str) -> None:
    found = YoujuRetriever(base_url=address, collections=("市政",)).invoke("口袋公园")
    assert {each.metadata["title"] for each in found} == {"关于改造路灯的通知"}
    assert len(YoujuRetriever(base_url=address, k=1).invoke("口袋公园")) == 1


def test_nothing_found_is_an_empty_list_and_a_failure_is_raised(address: str) -> None:
    assert YoujuRetriever(base_url=address).invoke("量子隐形传态") == []
    with pytest.raises(urllib.error.HTTPError) as failed:
        YoujuRetriever(base_url=address).invoke(" ")
    failed.value.close()


@pytest.mark.parametrize("address", ["file:///etc/passwd", "ftp://example.org", "example.org"])
def test_only_an_http_address_is_taken(address: str) -> None:
    with pytest.raises(ValidationError):
        YoujuRetriever(base_url=address)
