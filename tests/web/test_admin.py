"""Documents are added, replaced and removed over HTTP: a real server, a real indexing process."""

from __future__ import annotations

import hashlib
import json
import os
import resource
import shutil
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2
import pytest
from admin_service import ADMIN, TEXT, Serving, eventually

from app.library.plan import id_of

Files = list[tuple[str, tuple[str, bytes]]]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    folder = tmp_path_factory.mktemp("admin")
    (folder / "corpus").mkdir()
    (folder / "corpus" / "dropped.txt").write_text(TEXT, encoding="utf-8")
    with Serving(folder, admin_key=ADMIN, upload_limit="100000", body_seconds="1") as serving:
        yield serving
    assert serving.process.returncode == 0, serving.log()
    assert "Traceback" not in serving.log()
    assert ADMIN not in serving.log()


@pytest.fixture(autouse=True)
def emptied(request: pytest.FixtureRequest) -> Iterator[None]:
    """Each test leaves the corpus as it found it."""
    yield
    if "service" in request.fixturenames:
        serving: Serving = request.getfixturevalue("service")
        for path in serving.corpus.iterdir():
            if path.name != "dropped.txt":
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        assert serving.http.post("/v1/documents/sync").status_code == 200


def file(name: str, text: str | bytes = TEXT) -> tuple[str, tuple[str, bytes]]:
    return ("file", (name, text if isinstance(text, bytes) else text.encode()))


def add(service: Serving, *files: Any, **parts: str) -> httpx2.Response:
    return service.http.post("/v1/documents", files=list(files), data=parts)


def problem(response: httpx2.Response, status: int, name: str) -> Any:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["type"] == f"/problems/{name}"
    return response.json()["detail"]


def test_an_uploaded_file_is_on_disk_and_found_when_it_is_acknowledged(service: Serving) -> None:
    fields = {"title": "试点通知", "issuer": "某局", "issued_on": "2021-05-01"}
    text = "一、图书馆。新建社区图书馆37座。\n"
    sent = add(service, file("图书馆.txt", text), collection="文化", fields=json.dumps(fields))
    assert sent.status_code == 201, sent.text
    (result,) = sent.json()["results"]
    assert (result["status"], result["source"]) == ("added", "文化/图书馆.txt")
    assert sent.headers["location"] == f"/v1/documents/{result['id']}"
    document = service.http.get(sent.headers["location"]).json()
    assert (document["text"], document["title"], document["issuer"]) == (text, "试点通知", "某局")
    assert (document["collection"], document["issued_on"]) == ("文化", "2021-05-01")
    assert service.finds("社区图书馆") == 1
    ready = service.http.get("/readyz").json()
    assert (ready["documents"], ready["corpus_version"]) == (2, sent.json()["corpus_version"])
    files = service.everything()
    assert files["文化/图书馆.txt"] == text.encode()
    assert (
        json.loads(files["文化/图书馆.txt.json"])["digest"]
        == hashlib.sha256(text.encode()).hexdigest()
    )


def test_a_text_as_json_becomes_a_txt_file(service: Serving) -> None:
    body = {
        "name": "关于2.0版的说明",
        "text": "一、说明。系统升级到2.0版。",
        "fields": {"title": "说明"},
    }
    sent = service.http.post("/v1/documents", json=body)
    assert sent.status_code == 201, sent.text
    assert service.everything()["关于2.0版的说明.txt"] == body["text"].encode()
    assert (
        service.http.post("/v1/documents", json=body).json()["results"][0]["status"] == "unchanged"
    )


def test_the_same_upload_again_is_unchanged_and_another_content_is_a_conflict(
    service: Serving,
) -> None:
    assert add(service, file("a.txt")).status_code == 201
    before = service.everything()
    again = add(service, file("a.txt"))
    assert (again.status_code, again.json()["results"][0]["status"]) == (200, "unchanged")
    detail = problem(add(service, file("a.txt", "别的内容。")), 409, "document-exists")
    assert f"PUT /v1/documents/{id_of('a.txt')}" in detail
    assert service.everything() == before
    unchanged = add(service, file("dropped.txt")).json()["results"][0]
    assert unchanged["status"] == "unchanged"
    assert "dropped.txt.json" not in service.everything()


def test_a_document_is_replaced_and_removed_by_its_id(service: Serving) -> None:
    name = id_of("a.txt")
    add(service, file("a.txt", "一、旧。旧的措施九项。"), fields='{"title": "甲"}')
    put = service.http.put(f"/v1/documents/{name}", files=[file("b.txt", "一、新。新的措施八项。")])
    assert (put.status_code, put.json()["results"][0]["status"]) == (200, "replaced")
    found = service.http.get(f"/v1/documents/{name}").json()
    assert (found["text"], found["title"]) == ("一、新。新的措施八项。", "甲")
    assert (service.finds("旧的措施九项"), service.finds("新的措施八项")) == (0, 1)
    put = service.http.put(f"/v1/documents/{name}", json={"text": "一、更新。", "fields": {}})
    assert put.json()["results"][0]["status"] == "replaced"
    assert service.http.get(f"/v1/documents/{name}").json()["title"] != "甲"
    gone = service.http.delete(f"/v1/documents/{name}")
    assert (gone.status_code, gone.json()["results"][0]["status"]) == (200, "removed")
    assert service.http.get(f"/v1/documents/{name}").status_code == 404
    problem(service.http.delete(f"/v1/documents/{name}"), 404, "unknown-document")
    problem(service.http.put(f"/v1/documents/{name}", json={"text": "x"}), 404, "unknown-document")
    assert set(service.sources()) == {"dropped.txt"}


def test_ten_uploads_of_one_document_at_once_make_one_document(service: Serving) -> None:
    with ThreadPoolExecutor(10) as threads:
        sent = list(
            threads.map(lambda _: add(service, file("同.txt", "一、同时。十个人。")), range(10))
        )
    assert sorted(each.status_code for each in sent) == [200] * 9 + [201]
    assert service.sources() == ["dropped.txt", "同.txt"]
    assert service.finds("十个人") == 1


def test_of_fifty_files_the_three_bad_ones_are_told_and_the_rest_is_taken(service: Serving) -> None:
    files: Files = [file(f"{i}.txt", f"一、文件{i}。") for i in range(47)]
    files += [file("坏.txt", b"\xff\xfe\x00"), file("x.exe"), file("大.txt", "长" * 40_000)]
    sent = add(service, *files, collection="批")
    assert sent.status_code == 207
    results = sent.json()["results"]
    assert [each["status"] for each in results] == ["added"] * 47 + ["failed"] * 3
    assert [each["problem"]["status"] for each in results[47:]] == [422, 415, 413]
    assert len(service.sources()) == 48
    again = add(service, *files[:47], collection="批")
    assert again.status_code == 200
    assert {each["status"] for each in again.json()["results"]} == {"unchanged"}


BAD_NAMES = ["../a.txt", "/etc/a.txt", "a/b.txt", ".a.txt", "CON.txt", "a\u202etxt.md", "长" * 70 + ".txt", "a:b.txt"]  # fmt: skip


@pytest.mark.parametrize("name", BAD_NAMES)
def test_a_name_that_could_do_harm_is_422_and_nothing_is_written(
    service: Serving, name: str
) -> None:
    before = service.everything()
    body = {"name": name, "text": "x", "collection": "集"}
    problem(service.http.post("/v1/documents", json=body), 422, "invalid-request")
    body = {"name": "a.txt", "text": "x", "collection": name}
    problem(service.http.post("/v1/documents", json=body), 422, "invalid-request")
    assert service.everything() == before


@pytest.mark.parametrize(
    "name", ["关于〔2024〕8号的通知.txt", "📄 政策😀.md", "a b'\"c.txt".replace('"', "”")]
)
def test_chinese_and_emoji_names_are_kept(service: Serving, name: str) -> None:
    sent = add(service, file(name), collection="文档😀")
    assert sent.status_code == 201, sent.text
    assert sent.json()["results"][0]["source"] == f"文档😀/{name}"
    assert service.http.get(sent.headers["location"]).json()["source"] == f"文档😀/{name}"


def multipart(*parts: str) -> dict[str, Any]:
    lines = "".join(f"--x\r\nContent-Disposition: form-data; {part}\r\n" for part in parts)
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    return {"content": (lines + "--x--\r\n").encode(), "headers": headers}


REFUSED: dict[str, tuple[dict[str, Any], int, str]] = {
    "not multipart": (
        {"content": b"x", "headers": {"Content-Type": "multipart/form-data"}},
        400,
        "bad-request",
    ),
    "no file": (multipart('name="collection"\r\n\r\n集'), 422, "invalid-request"),
    "a text for a file": (multipart('name="file"\r\n\r\nx'), 422, "invalid-request"),
    "another part": (multipart('name="datei"; filename="a.txt"\r\n\r\nx'), 422, "invalid-request"),
    "fields twice": (
        {"files": [file("a.txt"), ("fields", (None, "{}")), ("fields", (None, "{}"))]},
        422,
        "invalid-request",
    ),
    "fields that are a list": (
        {"files": [file("a.txt")], "data": {"fields": "[]"}},
        422,
        "invalid-request",
    ),
    "fields that are no JSON": (
        {"files": [file("a.txt")], "data": {"fields": "{"}},
        400,
        "invalid-json",
    ),
    "a field that nobody knows": (
        {"files": [file("a.txt")], "data": {"fields": '{"titel": "x"}'}},
        422,
        "invalid-request",
    ),
    "a field of the service": (
        {"files": [file("a.txt")], "data": {"fields": '{"origin": "upload"}'}},
        422,
        "invalid-request",
    ),
    "101 files": ({"files": [file(f"{i}.txt") for i in range(101)]}, 400, "bad-request"),
    "a file above the bound": ({"files": [file("a.txt", "长" * 40_000)]}, 413, "body-too-large"),
    "a body above the bound": ({"files": [file("a.txt", b"x" * 600_000)]}, 413, "body-too-large"),
    "another type": (
        {"content": b"x", "headers": {"Content-Type": "text/plain"}},
        415,
        "unsupported-media-type",
    ),
    "a format that nobody reads": ({"files": [file("a.exe")]}, 415, "unsupported-format"),
    "bytes that are no text": (
        {"files": [file("a.txt", b"\xff\xfe\x00")]},
        422,
        "invalid-request",
    ),
    "no text": ({"json": {"name": "a.txt"}}, 422, "invalid-request"),
    "no name": ({"json": {"text": "x"}}, 422, "invalid-request"),
    "a key twice": (
        {"content": b'{"text": "x", "text": "y"}', "headers": {"Content-Type": "application/json"}},
        400,
        "invalid-json",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("sent", "status", "name"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_used_is_refused_and_nothing_is_written(
    service: Serving, sent: dict[str, Any], status: int, name: str
) -> None:
    before = service.everything()
    detail = problem(service.http.post("/v1/documents", **sent), status, name)
    assert detail.endswith("。")
    assert service.everything() == before


HEAD = (
    b"POST /v1/documents HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=x\r\n"
)
PART = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
RIGHT = f"Authorization: Bearer {ADMIN}\r\n".encode()
WRONG = b"Authorization: Bearer no-key-of-this-service\r\n"
BEGUN = b"%x\r\n%s\r\n" % (len(PART), PART)
CHUNKS = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ([HEAD, b"Content-Length: 90000000\r\n\r\n"], 401),
        ([HEAD, WRONG, b"Content-Length: 90000000\r\n\r\n"], 401),
        ([HEAD, WRONG, b"Transfer-Encoding: chunked\r\n\r\n", CHUNKS * 50], 401),
        ([HEAD, RIGHT, b"Content-Length: 90000000\r\n\r\n"], 413),
        ([HEAD, RIGHT, b"Transfer-Encoding: chunked\r\n\r\n", BEGUN, CHUNKS * 50], 413),
        ([HEAD, RIGHT, b"Content-Length: 9000\r\n\r\n", PART], 408),
        ([HEAD, RIGHT, b"Transfer-Encoding: chunked\r\n\r\n", b"5\r\n--x"], 408),
        ([HEAD, RIGHT, b"Content-Length: 5\r\n\r\n", b"--x--"], 422),
    ],
    ids=["no key", "wrong key", "wrong key in chunks", "too large", "too large in chunks", "half", "half a chunk", "no parts"],
)  # fmt: skip
def test_a_body_that_breaks_a_bound_is_answered_in_time(
    service: Serving, sent: list[bytes], status: int
) -> None:
    host, _, port = service.address.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        for piece in sent:
            connection.sendall(piece)
        assert connection.recv(65536).startswith(b"HTTP/1.1 %d " % status)


def test_a_client_that_goes_away_in_the_middle_leaves_nothing(service: Serving) -> None:
    before = service.everything()
    host, _, port = service.address.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(HEAD + RIGHT + b"Content-Length: 9000\r\n\r\n" + PART + b"x" * 100)
    assert add(service, file("after.txt")).status_code == 201
    assert set(service.everything()) - set(before) == {"after.txt", "after.txt.json"}
    assert "Traceback" not in service.log()


def test_a_replacement_must_be_of_the_same_format_and_collection(service: Serving) -> None:
    address = f"/v1/documents/{id_of('dropped.txt')}"
    md = service.http.put(address, files=[file("a.md")])
    problem(md, 415, "unsupported-format")
    moved = service.http.put(address, json={"text": "x", "collection": "集"})
    problem(moved, 422, "invalid-request")
    two = service.http.put(address, files=[file("a.txt"), file("b.txt")])
    problem(two, 422, "invalid-request")
    renamed = service.http.put(address, json={"text": "x", "fields": {"id": "other"}})
    problem(renamed, 422, "invalid-request")
    assert service.everything() == {"dropped.txt": TEXT.encode()}


def test_an_id_that_another_document_has_is_refused_and_the_file_taken_out_again(
    service: Serving,
) -> None:
    assert add(service, file("a.txt"), fields='{"id": "jia"}').status_code == 201
    detail = problem(add(service, file("b.txt"), fields='{"id": "jia"}'), 422, "invalid-request")
    assert "jia" in detail
    assert {"a.txt", "a.txt.json", "dropped.txt"} == {
        name for name in service.everything() if not name.startswith("_youju")
    }


def test_sync_and_status_tell_of_the_folder(service: Serving) -> None:
    (service.corpus / "neu.txt").write_text("一、新放入。", encoding="utf-8")
    (service.corpus / "bad.txt").write_bytes(b"\xff\xfe\x00")
    synced = service.http.post("/v1/documents/sync").json()
    assert synced["added"] in (["neu.txt"], [])  # the watch may have been quicker
    assert [each["source"] for each in synced["failed"]] == ["bad.txt"]
    assert "neu.txt" in service.sources()
    status = service.http.get("/v1/admin/status").json()
    assert (status["writer"], status["watching"], status["documents"]) == ("idle", "on", 2)
    assert (status["corpus_version"], status["pid"]) == (
        synced["corpus_version"],
        service.indexer(),
    )
    assert [each["source"] for each in status["failed"]] == ["bad.txt"]


# ── the watched folder ──────────────────────────────────────────────────────────────────────────


def test_a_file_that_is_dropped_in_changed_and_removed_is_followed(service: Serving) -> None:
    (service.corpus / "新集").mkdir()
    path = service.corpus / "新集" / "放入.txt"
    path.write_text("一、放入。拖进来的文件。", encoding="utf-8")
    eventually(lambda: service.finds("拖进来的文件") == 1)
    path.write_text("一、放入。改过以后的内容。", encoding="utf-8")
    eventually(lambda: service.finds("改过以后的内容") == 1)
    assert service.finds("拖进来的文件") == 0
    (service.corpus / "新集" / "放入.txt.json").write_text('{"title": "标题甲"}', encoding="utf-8")
    eventually(
        lambda: (
            service.http.get(f"/v1/documents/{id_of('新集/放入.txt')}").json()["title"] == "标题甲"
        )
    )
    shutil.rmtree(service.corpus / "新集")
    eventually(lambda: service.sources() == ["dropped.txt"])


def test_a_file_that_grows_while_it_is_watched_is_taken_whole(service: Serving) -> None:
    lines = [f"第{i}行，逐步写入的文件。\n".encode() for i in range(8)]
    with (service.corpus / "growing.txt").open("wb") as growing:
        for line in lines:
            growing.write(line[:7])  # in the middle of a character
            growing.flush()
            threading.Event().wait(0.15)
            growing.write(line[7:])
            growing.flush()
    whole = b"".join(lines).decode()
    address = f"/v1/documents/{id_of('growing.txt')}"
    eventually(lambda: service.http.get(address).json().get("text") == whole)


# ── the indexing process dies, the disk is full or read-only ────────────────────────────────────


def test_an_indexing_process_that_is_killed_in_a_batch_comes_back_and_nothing_is_lost(
    service: Serving,
) -> None:
    acknowledged: set[str] = set()
    refused: list[str] = []

    def batch(number: int) -> None:
        names = [f"{number}-{i}.txt" for i in range(5)]
        with service.client(ADMIN) as http:
            files = [file(name, f"一、{name}。第{number}批。") for name in names]
            sent = http.post("/v1/documents", files=files, data={"collection": "批"})
        if sent.status_code in (200, 201):
            acknowledged.update(f"批/{name}" for name in names)
        else:
            refused.append(sent.text)

    killed = [service.indexer()]
    with ThreadPoolExecutor(4) as threads:
        running = [threads.submit(batch, number) for number in range(12)]
        for place in (2, 6):
            running[place].result()
            os.kill(killed[-1], signal.SIGKILL)
            eventually(lambda: pid_of(service) not in (None, killed[-1]))
            killed.append(service.indexer())
        for each in running:
            each.result()
    assert all("/problems/writer-away" in each for each in refused), refused
    refused.clear()
    assert acknowledged
    assert acknowledged <= set(service.sources())
    for number in range(12):  # the same commands again go on
        batch(number)
    expected = {f"批/{number}-{i}.txt" for number in range(12) for i in range(5)}
    assert not refused
    assert acknowledged == expected
    eventually(lambda: set(service.sources_all()) == {"dropped.txt", *expected})
    for name in expected:
        assert json.loads(service.everything()[f"{name}.json"])["origin"] == "upload"
    left = [name for name in service.everything() if name.startswith("_youju")]
    assert left == []


def pid_of(service: Serving) -> int | None:
    try:
        return service.indexer()
    except Exception:
        return None


def test_while_the_indexing_process_is_away_questions_are_answered_and_uploads_told_to_wait(
    service: Serving,
) -> None:
    pid = service.indexer()
    os.kill(pid, signal.SIGSTOP)
    os.kill(pid, signal.SIGKILL)
    sent = add(service, file("a.txt"))
    if sent.status_code != 201:  # it may be back already
        problem(sent, 503, "writer-away")
        assert sent.headers["retry-after"]
        assert service.http.get("/v1/admin/status").json()["writer"] in ("away", "idle", "working")
    assert service.http.get("/v1/ask", params={"q": "2021年全县投入多少？"}).json()["answer"]
    eventually(lambda: pid_of(service) not in (None, pid))
    assert add(service, file("a.txt")).status_code in (200, 201)


LIMITED = (
    "import os, resource, sys; "
    "resource.setrlimit(resource.RLIMIT_FSIZE, (300000, 300000)); os.execv(sys.argv[1], sys.argv[1:])"
)


@pytest.mark.skipif(sys.platform == "win32", reason="no such limit there")
def test_on_a_full_disk_uploads_are_507_and_questions_are_answered(tmp_path: Path) -> None:
    """A file may have 300,000 bytes: what is larger fails like on a disk without room."""
    assert resource.RLIM_INFINITY
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "a.txt").write_text(TEXT, encoding="utf-8")
    with Serving(tmp_path, (sys.executable, "-c", LIMITED), admin_key=ADMIN) as service:
        before = service.everything()
        problem(add(service, file("b.txt", "长" * 150_000)), 507, "storage-full")
        put = service.http.put(
            f"/v1/documents/{id_of('a.txt')}", files=[file("a.txt", "长" * 150_000)]
        )
        problem(put, 507, "storage-full")
        assert service.everything() == before
        asked = service.http.get("/v1/ask", params={"q": "2021年全县投入多少？"})
        assert asked.json()["answer"] == "12.5亿元"
        assert add(service, file("c.txt", "一、小。小文件收得下。")).status_code == 201


def test_a_corpus_that_cannot_be_written_says_so_and_is_answered_from(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "a.txt").write_text(TEXT, encoding="utf-8")
    # A file where the folder should be: nobody can make a folder there, not even root.
    (tmp_path / "corpus" / "_youju").mkdir()
    (tmp_path / "corpus" / "_youju" / "intake").write_text("x", encoding="utf-8")
    with Serving(tmp_path, admin_key=ADMIN) as service:
        sent = add(service, file("b.txt"))
        problem(sent, 503, "storage-unavailable")
        assert sent.headers["retry-after"]
        asked = service.http.get("/v1/ask", params={"q": "2021年全县投入多少？"})
        assert asked.json()["answer"] == "12.5亿元"
        assert set(service.everything()) == {"a.txt", "_youju/intake"}
