"""A real uvicorn server and raw sockets: slow, endless, chunked and broken requests."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from http.client import HTTPConnection

import pytest
from small_service import Running, SmallEngine, application, run

from app.web.limits import Limits
from app.web.protocol import HEADER_BYTES, GuardedProtocol

QUESTION = b'{"question": "\xe6\x8a\x95\xe5\x85\xa5"}'
HEAD = b"POST /v1/ask HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def talk(port: int, *pieces: bytes, seconds: float = 8.0) -> tuple[int, bytes, bytes]:
    """Sends the pieces and reads one response: its status, its headers, its body."""
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as connection:
        for piece in pieces:
            connection.sendall(piece)
        return read(connection)


def read(connection: socket.socket) -> tuple[int, bytes, bytes]:
    data = b""
    while b"\r\n\r\n" not in data:
        data += received(connection)
    head, _, body = data.partition(b"\r\n\r\n")
    length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
    while len(body) < length:
        body += received(connection)
    return int(head.split(b" ")[1]), head, body


def received(connection: socket.socket) -> bytes:
    data = connection.recv(65536)
    assert data, "the connection was closed without an answer"
    return data


def check(answer: tuple[int, bytes, bytes], status: int, name: str) -> None:
    assert answer[0] == status, answer
    assert b"content-type: application/problem+json" in answer[1].lower()
    assert json.loads(answer[2])["type"] == f"/problems/{name}"


def test_a_question_is_answered_over_the_wire(server: Running) -> None:
    length = b"Content-Length: %d\r\n\r\n" % len(QUESTION)
    status, head, body = talk(server.port, HEAD + length + QUESTION)
    assert (status, json.loads(body)["status"]) == (200, "answered")
    assert b"server-timing: total;dur=" in head
    assert b"\r\nserver:" not in head.lower()


def test_a_body_in_chunks_is_answered(server: Running) -> None:
    chunks = [chunk(QUESTION[i : i + 1]) for i in range(len(QUESTION))]
    assert talk(server.port, CHUNKED, *chunks, b"0\r\n\r\n")[0] == 200


def test_several_requests_use_one_connection(server: Running) -> None:
    connection = HTTPConnection("127.0.0.1", server.port, timeout=5)
    for _ in range(3):
        connection.request("POST", "/v1/ask", QUESTION, {"Content-Type": "application/json"})
        assert connection.getresponse().read().startswith(b'{"status":"answered"')
    connection.close()


@pytest.mark.parametrize(
    ("pieces", "status", "name"),
    [
        ([HEAD + b"Content-Length: 999999999999\r\n\r\n"], 413, "body-too-large"),
        ([HEAD + b"Content-Length: 5000000\r\n\r\n", b"9" * 5_000_000], 413, "body-too-large"),
        ([CHUNKED, *[chunk(b"9" * 65536)] * 80, b"0\r\n\r\n"], 413, "body-too-large"),
        ([CHUNKED, *[chunk(b"[" * 4096)] * 17], 413, "body-too-large"),
        ([HEAD + b"Content-Length: 30\r\n\r\n", b'{"question": '], 408, "request-timeout"),
        ([HEAD + b"Content-Length: 30\r\n\r\n"], 408, "request-timeout"),
        ([CHUNKED, chunk(b'{"question": ')], 408, "request-timeout"),
        ([CHUNKED, b"5\r\nab"], 408, "request-timeout"),
        ([CHUNKED, b"zz\r\n"], 400, "bad-request"),
        ([HEAD + b"Content-Length: -1\r\n\r\n"], 400, "bad-request"),
        ([HEAD + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}"], 400, "bad-request"),
        ([b"\x16\x03\x01\x02\x00\x01\x00"], 400, "bad-request"),
        ([b"nonsense\r\n\r\n"], 400, "bad-request"),
        ([b"GET /" + b"a" * 70_000], 431, "headers-too-large"),
        ([b"GET / HTTP/1.1\r\n", b"X: " + b"a" * 70_000], 431, "headers-too-large"),
        ([b"GET / HTTP/1.1\r\n", b"a: b\r\n" * 12_000], 431, "headers-too-large"),
        ([b"GET /v1/ask?q=\xe6\x8a\x95 HTTP/1.1\r\nHost: x\r\n\r\n"], 400, "bad-request"),
        ([b"GET /v1/ask?q=" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n"], 414, "query-too-long"),
        ([b"GET /%ff%00%ed%a0%80 HTTP/1.1\r\nHost: x\r\n\r\n"], 404, "not-found"),
        ([b"BREW /v1/ask HTTP/1.1\r\nHost: x\r\n\r\n"], 400, "bad-request"),
        ([b"PROPFIND /v1/ask HTTP/1.1\r\nHost: x\r\n\r\n"], 405, "method-not-allowed"),
    ],
    ids=[
        "announced too large", "5 MB", "5 MB in chunks", "brackets in chunks", "half a body",
        "no body", "half in chunks", "half a chunk", "bad chunk", "negative length",
        "two lengths", "TLS", "nonsense", "long path", "long header", "many headers",
        "raw bytes in the query", "long query", "odd path", "unknown method", "rare method",
    ],
)  # fmt: skip
def test_a_hostile_request_gets_its_problem(
    server: Running, pieces: list[bytes], status: int, name: str
) -> None:
    check(talk(server.port, *pieces), status, name)


def test_a_refused_body_is_not_read_into_memory_and_the_answer_comes_early(server: Running) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as connection:
        connection.sendall(CHUNKED + chunk(b"9" * 65_536) + chunk(b"9"))
        # The body is not over, and yet the answer is here.
        check(read(connection), 413, "body-too-large")
        connection.sendall(b"this is no chunk\r\n")
        assert connection.recv(65536) == b"", "a second answer to one request"


def test_a_broken_request_takes_no_answer_from_the_one_before_it(
    gate: tuple[int, threading.Event],
) -> None:
    port, opened = gate
    whole = HEAD + b"Content-Length: %d\r\n\r\n" % len(QUESTION) + QUESTION
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(whole)
        time.sleep(0.2)
        connection.sendall(b"nonsense\r\n\r\n")
        assert connection.recv(65536) == b""
    opened.set()


def test_a_client_that_goes_away_is_forgotten(server: Running) -> None:
    before = len(server.engine.asked)
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(HEAD + b"Content-Length: 30\r\n\r\n{")
    time.sleep(0.1)
    assert len(server.engine.asked) == before
    assert talk(server.port, b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")[0] == 200


def test_slow_headers_are_cut(server: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(GuardedProtocol, "header_seconds", 0.4)
    for sent in (b"", b"G", b"GET / HTTP/1.1\r\nHost:"):
        started = time.monotonic()
        check(talk(server.port, sent), 408, "request-timeout")
        assert 0.3 < time.monotonic() - started < 3


def test_a_second_request_has_a_deadline_too(
    server: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(GuardedProtocol, "header_seconds", 0.4)
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert read(connection)[0] == 200
        connection.sendall(b"GET /he")
        check(read(connection), 408, "request-timeout")


def test_headers_below_the_bound_are_read(server: Running) -> None:
    filler = b"X: " + b"a" * (HEADER_BYTES - 2000) + b"\r\n"
    request = b"GET /healthz HTTP/1.1\r\nHost: x\r\n" + filler + b"\r\n"
    assert talk(server.port, request)[0] == 200


def test_connections_above_the_bound_are_told_to_come_back(
    server: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    import app.web.protocol as protocol

    monkeypatch.setattr(protocol, "CONNECTIONS", 2)
    address = ("127.0.0.1", server.port)
    with socket.create_connection(address), socket.create_connection(address):
        time.sleep(0.1)
        answer = talk(server.port)
    check(answer, 503, "overloaded")
    assert b"Retry-After: 1" in answer[1]


@pytest.fixture
def gate() -> Iterator[tuple[int, threading.Event]]:
    """A server with one thread and room for two more, whose engine waits for the event."""
    opened = threading.Event()
    engine = SmallEngine(wait=lambda: opened.wait(10))
    for port in run(application(engine, Limits(threads=1, waiting=2))):
        yield port, opened
        opened.set()


def test_too_many_questions_are_told_to_come_back_and_the_rest_are_answered(
    gate: tuple[int, threading.Event],
) -> None:
    port, opened = gate
    request = HEAD + b"Content-Length: %d\r\n\r\n" % len(QUESTION) + QUESTION
    waiting = [socket.create_connection(("127.0.0.1", port), timeout=8) for _ in range(3)]
    for connection in waiting:
        connection.sendall(request)
    time.sleep(0.3)
    started = time.monotonic()
    answer = talk(port, request)
    check(answer, 503, "overloaded")
    assert b"retry-after: 1" in answer[1].lower()
    # The event loop is free: health is answered while every thread is busy.
    assert talk(port, b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")[0] == 200
    assert time.monotonic() - started < 1
    opened.set()
    assert [read(connection)[0] for connection in waiting] == [200, 200, 200]
    assert talk(port, request)[0] == 200
    for connection in waiting:
        connection.close()


def test_a_request_in_flight_is_answered_while_the_server_stops() -> None:
    opened = threading.Event()
    serving = run(application(SmallEngine(wait=lambda: opened.wait(10))))
    port = next(serving)
    answers: list[int] = []
    request = HEAD + b"Content-Length: %d\r\n\r\n" % len(QUESTION) + QUESTION
    client = threading.Thread(target=lambda: answers.append(talk(port, request)[0]))
    client.start()
    time.sleep(0.3)
    threading.Timer(0.3, opened.set).start()
    assert list(serving) == []
    client.join(5)
    assert answers == [200]
