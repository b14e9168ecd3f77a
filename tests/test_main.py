"""The service as it is put together: it answers from the index, and turns to a newer one."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from app import main
from app.errors import IndexUnusable
from app.library import index
from app.settings import Settings, load
from app.settings_chat import ChatSettings, Dify, OpenAI


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus/a.txt").write_text("一、投入。教育投入2亿元。\n", encoding="utf-8")
    return load(corpus=tmp_path / "corpus", data=tmp_path / "data", body_limit=2048)


def test_without_an_index_nothing_is_built(settings: Settings) -> None:
    with pytest.raises(IndexUnusable, match="youju index"):
        main.build(settings)


def test_a_newer_index_is_turned_to_while_the_service_runs(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(main, "LOOK_EVERY", 0.0)
    first = index(settings.corpus, settings.data).version
    with TestClient(main.build(settings)) as client:
        assert client.get("/readyz").json()["corpus_version"] == first
        (settings.corpus / "b.txt").write_text("二、保障。教师工资2万元。\n", encoding="utf-8")
        second = index(settings.corpus, settings.data).version
        ready = client.get("/readyz").json()
        assert (ready["corpus_version"], ready["documents"]) == (second, 2)
        (settings.data / "CURRENT").write_text("damaged")
        assert client.get("/readyz").json()["corpus_version"] == second


def verified(client: TestClient) -> bool:
    """What /readyz says once the check in the background had its time."""
    for _ in range(500):
        response = client.get("/readyz")
        if response.status_code != 200 or response.json()["verified"]:
            break
        time.sleep(0.01)
    return response.status_code == 200


def forge(segment: Path) -> None:
    """Another number in the stored text: what is not checked would be quoted."""
    path = segment / "library.sqlite"
    data = path.read_bytes()
    forged = data.replace("投入2亿元".encode(), "投入3亿元".encode())
    assert forged != data
    path.write_bytes(forged)


def flip(segment: Path) -> None:
    """One bit of the list of passages for each term."""
    (path,) = (segment / "search" / "terms").glob("*.idx")
    data = bytearray(path.read_bytes())
    data[0] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize("damage", [forge, flip])
def test_a_damaged_index_is_found_while_serving_and_a_new_one_takes_its_place(
    damage: Callable[[Path], None], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(main, "LOOK_EVERY", 0.0)
    first = index(settings.corpus, settings.data).version
    segment = settings.data / "segments" / "00000001"
    damage(segment)
    asked = {"q": "教育投入多少？", "as_of": "2024-05-01"}
    with TestClient(main.build(settings)) as client:
        assert not verified(client)
        assert client.get("/v1/ask", params=asked).status_code == 503
        assert index(settings.corpus, settings.data).version == first
        assert verified(client)
        assert client.get("/v1/ask", params=asked).json()["answer"] == "2亿元"
    assert segment.with_name("00000001.damaged").is_dir()


def test_the_limits_of_the_settings_are_in_force(settings: Settings) -> None:
    index(settings.corpus, settings.data)
    with TestClient(main.build(settings)) as client:
        assert client.post("/v1/ask", content=b" " * 3000).status_code == 413


# ── keys and other machines ─────────────────────────────────────────────────────────────────────

KEY = "a-key-of-enough-characters"


def test_the_ask_key_guards_the_surfaces_of_programs_that_have_none_of_their_own(
    settings: Settings,
) -> None:
    index(settings.corpus, settings.data)
    guarded = settings.model_copy(update={"ask_key": SecretStr(KEY)})
    own = ChatSettings(openai=OpenAI(), dify=Dify(key=SecretStr("dify-key")))
    with TestClient(main.build(guarded, own)) as client:
        for path in ("/v1/models", "/v1/ask?q=问", "/"):
            assert client.get(path).status_code == 401, path
            assert client.get(path, headers={"Authorization": f"Bearer {KEY}"}).status_code == 200
        sent = {"knowledge_id": "x", "query": "投入", "retrieval_setting": {"top_k": 1}}
        refused = client.post(
            "/dify/retrieval", json=sent, headers={"Authorization": f"Bearer {KEY}"}
        )
        assert "/problems/" not in refused.text, "Dify answers for itself"
        assert client.get("/readyz").status_code == 200


def test_who_lets_other_machines_ask_without_a_key_is_warned(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    index(settings.corpus, settings.data)
    main.build(settings.model_copy(update={"host": "0.0.0.0"}))
    assert "YOUJU_ASK_KEY" in caplog.text
    caplog.clear()
    main.build(settings.model_copy(update={"host": "0.0.0.0", "ask_key": SecretStr(KEY)}))
    main.build(settings)
    assert "YOUJU_ASK_KEY" not in caplog.text
    assert KEY not in caplog.text


def test_without_an_indexing_process_uploads_are_told_to_wait(settings: Settings) -> None:
    index(settings.corpus, settings.data)
    keyed = settings.model_copy(update={"admin_key": SecretStr(KEY)})
    headers = {"Authorization": f"Bearer {KEY}"}
    with TestClient(main.build(keyed)) as client:
        sent = client.post("/v1/documents", json={"name": "a", "text": "x"}, headers=headers)
        assert (sent.status_code, sent.json()["type"]) == (503, "/problems/writer-away")
        assert sent.headers["retry-after"]
        assert client.get("/v1/admin/status", headers=headers).json()["writer"] == "away"
