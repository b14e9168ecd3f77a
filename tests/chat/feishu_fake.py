"""A stand-in for Feishu on loopback: its interface for replies, the gateway of long connections,
and the callbacks that it would send; and the real service to send them to."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import uvicorn

from app.chat.feishu_crypto import Box
from app.library import index
from app.main import build
from app.settings import Settings
from app.settings_chat import ChatSettings

APP, SECRET, TOKEN, KEY = "cli_a1", "app-secret-1", "verify-token-1", "encrypt-key-1"
OPEN_ID = "ou_bot"
BOX = Box(KEY)
TEXT = """关于加快图书馆建设的通知
云岭市人民政府

一、总体情况
2025年，全市新建社区图书馆36座，投入资金4.2亿元，同比增长12.5%。

二、主要举措
（一）延长开放时间。社区图书馆每周开放不少于56小时。
（二）加强人员培训。每年培训图书管理员500人次。
（三）完善经费保障。将购书经费列入年度财政预算。
"""
QUESTION = "2025年全市新建社区图书馆多少座？"


def until(true: Callable[[], bool], seconds: float = 8.0) -> bool:
    """Whether `true` becomes true in time."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


@dataclass
class Fake:
    """What was sent to Feishu. `refuse` makes it refuse a kind of message with a code."""

    posts: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    refuse: dict[str, int] = field(default_factory=dict)
    gateway: str = ""
    port: int = 0
    tokens: int = 0

    @property
    def domain(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def to(self, message_id: str) -> list[dict[str, Any]]:
        return [body for path, body in list(self.posts) if message_id in path]

    def answer(self, path: str, body: dict[str, Any], authorization: str) -> dict[str, Any]:
        if path.endswith("/tenant_access_token/internal"):
            self.tokens += 1
            good = body == {"app_id": APP, "app_secret": SECRET}
            token = {"tenant_access_token": "t-1", "expire": 7200}
            return {"code": 0, "msg": "ok", **token} if good else {"code": 10014, "msg": "wrong"}
        if path == "/callback/ws/endpoint":
            config = {"ReconnectCount": 1, "ReconnectInterval": 1, "ReconnectNonce": 0}
            data = {"URL": self.gateway, "ClientConfig": {**config, "PingInterval": 60}}
            return {"code": 0, "msg": "ok", "data": data}
        if authorization != "Bearer t-1":
            return {"code": 99991663, "msg": "wrong token"}
        if path == "/open-apis/bot/v3/info":
            return {"code": 0, "msg": "ok", "bot": {"open_id": OPEN_ID, "app_name": "小据"}}
        self.posts.append((path, body))
        code = self.refuse.get(body["msg_type"], 0)
        return {"code": code, "msg": "ok" if code == 0 else "refused", "data": {}}


@contextmanager
def feishu() -> Iterator[Fake]:
    fake = Fake()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            body = json.loads(raw) if raw else {}
            told = fake.answer(self.path, body, self.headers.get("Authorization", ""))
            answer = json.dumps(told).encode()
            self.send_response(200)
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


# ── the service ─────────────────────────────────────────────────────────────────────────────────


def prepared(folder: Path) -> tuple[Path, Path]:
    """A corpus of one invented document, indexed."""
    corpus, data = folder / "corpus", folder / "data"
    corpus.mkdir()
    (corpus / "图书馆.txt").write_text(TEXT, "utf-8")
    index(corpus, data)
    return corpus, data


def chat_settings(domain: str, **changed: Any) -> ChatSettings:
    section = {
        "app_id": APP,
        "app_secret": SECRET,
        "verification_token": TOKEN,
        "encrypt_key": KEY,
        "api": domain,
    }
    return ChatSettings(feishu={"policy": section | changed})


@contextmanager
def serving(places: tuple[Path, Path], chat: ChatSettings) -> Iterator[int]:
    """The real service on a loopback port."""
    settings = Settings(
        corpus=places[0], data=places[1], public_url="https://p.example", log_level="error"
    )
    app = build(settings, chat)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", lifespan="on"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        assert until(lambda: server.started)
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(20)


# ── callbacks ───────────────────────────────────────────────────────────────────────────────────


def event(kind: str, inner: dict[str, Any], event_id: str = "ev1", **header: str) -> dict[str, Any]:
    head = {
        "event_id": event_id,
        "event_type": kind,
        "create_time": "1700000000000",
        "token": TOKEN,
        "app_id": APP,
        "tenant_key": "tk",
    }
    return {"schema": "2.0", "header": head | header, "event": inner}


def message(
    message_id: str,
    text: str = QUESTION,
    chat: str = "p2p",
    mentions: list[dict[str, Any]] | None = None,
    **changed: Any,
) -> dict[str, Any]:
    inner = {
        "message_id": message_id,
        "create_time": "1700000000000",
        "chat_id": "oc_1",
        "chat_type": chat,
        "message_type": "text",
        "content": json.dumps({"text": text}, ensure_ascii=False),
    }
    if mentions:
        inner["mentions"] = mentions
    return {
        "sender": {"sender_id": {"open_id": "ou_person"}, "sender_type": "user"},
        "message": inner | changed,
    }


def mention(open_id: str = OPEN_ID, name: str = "小据", key: str = "@_user_1") -> dict[str, Any]:
    return {"key": key, "id": {"open_id": open_id, "union_id": "on_1"}, "name": name}


def sealed(body: dict[str, Any]) -> bytes:
    plain = json.dumps(body, ensure_ascii=False)
    return json.dumps({"encrypt": BOX.seal(plain)}).encode()


def signed(raw: bytes, stamp: float | None = None, box: Box = BOX) -> dict[str, str]:
    timestamp, nonce = str(int(time.time() if stamp is None else stamp)), "n1"
    return {
        "Content-Type": "application/json",
        "X-Lark-Request-Timestamp": timestamp,
        "X-Lark-Request-Nonce": nonce,
        "X-Lark-Signature": box.signature(timestamp, nonce, raw),
    }


def post(
    port: int, raw: bytes, headers: dict[str, str], path: str = "/feishu/policy"
) -> tuple[int, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("POST", path, raw, headers)
        response = connection.getresponse()
        return response.status, json.loads(response.read() or b"null")
    finally:
        connection.close()


def push(port: int, body: dict[str, Any]) -> tuple[int, Any]:
    """Send an event as Feishu does."""
    raw = sealed(body)
    return post(port, raw, signed(raw))
