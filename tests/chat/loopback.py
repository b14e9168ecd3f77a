"""A platform on loopback that notes what is posted to it, and the real service to call."""

from __future__ import annotations

import http.client
import json
import os
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import uvicorn

from app.library import index
from app.main import build
from app.settings import Settings
from app.settings_chat import ChatSettings

TEXT = """关于加快社区食堂建设的通知
青禾市人民政府

一、总体情况
2025年，全市新建社区食堂48家，投入资金3.6亿元，同比增长9.5%。

二、主要举措
（一）延长营业时间。社区食堂每天营业不少于10小时。
（二）加强人员培训。每年培训厨师800人次。
（三）完善经费保障。将运营补贴列入年度财政预算。
"""
QUESTION = "2025年全市新建社区食堂多少家？"
MUTATIONS = int(os.environ.get("YOUJU_MUTATIONS", "200"))


def until(true: Callable[[], bool], seconds: float = 8.0) -> bool:
    """Whether `true` becomes true in time."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


@dataclass
class Platform:
    """`posts` are (path, headers, body); `answers` gives what a path is answered with."""

    posts: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    answers: dict[str, Any] = field(default_factory=dict)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def bodies(self) -> list[Any]:
        return [json.loads(body) for _, _, body in list(self.posts)]


@contextmanager
def platform() -> Iterator[Platform]:
    fake = Platform()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            fake.posts.append((self.path, dict(self.headers), body))
            told = fake.answers.get(self.path, {"ok": True, "errcode": 0})
            answer = json.dumps(told).encode()
            self.send_response(302 if "location" in told else 200)
            if "location" in told:
                self.send_header("Location", told["location"])
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_GET = do_POST  # noqa: N815

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    fake.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def prepared(folder: Path) -> tuple[Path, Path]:
    """A corpus of one invented document, indexed."""
    corpus, data = folder / "corpus", folder / "data"
    corpus.mkdir()
    (corpus / "食堂.txt").write_text(TEXT, "utf-8")
    index(corpus, data)
    return corpus, data


@contextmanager
def serving(places: tuple[Path, Path], chat: ChatSettings) -> Iterator[int]:
    """The real service on a loopback port."""
    settings = Settings(
        corpus=places[0], data=places[1], public_url="https://p.example", log_level="error"
    )
    server = uvicorn.Server(
        uvicorn.Config(build(settings, chat), port=0, log_level="error", lifespan="on")
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        assert until(lambda: server.started)
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(20)


def post(port: int, path: str, raw: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("POST", path, raw, headers)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def at_once(times: int, call: Callable[[], object]) -> None:
    threads = [threading.Thread(target=call) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def mutated(raw: bytes, chance: random.Random) -> bytes:
    """`raw` with something about it changed: a byte, a part lost, repeated or nested."""
    place = chance.randrange(len(raw))
    kind = chance.randrange(6)
    if kind == 0:
        return raw[:place] + bytes([chance.randrange(256)]) + raw[place + 1 :]
    if kind == 1:
        return raw[:place]
    if kind == 2:
        return raw[:place] + raw[place + chance.randrange(1, 30) :]
    if kind == 3:
        return raw + raw[place:]
    if kind == 4:
        return b"[" * chance.randrange(1, 3000) + raw
    odd = [b"null", b"[]", b"{}", b"-1", b"1e999", b'"\\ud800"', b"true"]
    value = json.loads(raw)
    value[chance.choice(sorted(value))] = "@odd@"
    return json.dumps(value).encode().replace(b'"@odd@"', chance.choice(odd))
