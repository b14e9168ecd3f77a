"""For the tests of WeCom and WeChat: the real service on loopback, and a stand-in for the platform."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import uvicorn

from app import main
from app.chat.wecom_crypto import Box, signature
from app.library import index
from app.settings import load
from app.settings_chat import ChatSettings

TOKEN, KEY = "QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
QUESTION = "全州教育总投入是多少？"
FIGURE = "52.3亿元"
TEXT = (
    "云溪州教育事业发展情况通报\n\n云教发〔2023〕7号\n\n一、投入情况\n\n"
    "2022年，全州教育总投入52.3亿元，比上年增长6.1%。\n\n二、保障措施\n\n"
    "（一）提高教师工资。乡村教师每人每月补助500元。\n\n（二）改善办学条件。新建学校12所。\n"
)
MUTATIONS = int(os.environ.get("YOUJU_MUTATIONS", "200"))
PROXYLESS = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def prepared(folder: Path) -> Path:
    """A folder with a corpus and its index."""
    (folder / "corpus").mkdir()
    (folder / "corpus/教育通报.txt").write_text(TEXT, encoding="utf-8")
    index(folder / "corpus", folder / "data")
    return folder


class Server(uvicorn.Server):
    """A server whose port is known once it listens."""

    @property
    def port(self) -> int:
        return int(self.servers[0].sockets[0].getsockname()[1])


@contextmanager
def serving(folder: Path, chat: ChatSettings) -> Iterator[int]:
    """The real service over `folder`; gives its port."""
    settings = load(corpus=folder / "corpus", data=folder / "data", public_url="https://p.example")
    service = main.build(settings, chat)
    server = Server(uvicorn.Config(service, port=0, log_level="error", ws="none"))
    thread = threading.Thread(target=server.run)
    thread.start()
    until(lambda: server.started)
    try:
        yield server.port
    finally:
        server.should_exit = True
        thread.join(20)


@contextmanager
def subprocess_serving(folder: Path, section: Mapping[str, object]) -> Iterator[tuple[Any, int]]:
    """The service as a process of its own, to be killed."""
    code = (
        "import json,sys,threading,time;from pathlib import Path;import wecom_fake as w;"
        "from app.settings_chat import ChatSettings\n"
        "with w.serving(Path(sys.argv[1]),ChatSettings(**json.loads(sys.argv[2]))) as port:\n"
        "    print(port,flush=True);time.sleep(60)"
    )
    paths = os.pathsep.join((str(Path(__file__).parent), str(Path(main.__file__).parents[1])))
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", code, str(folder), json.dumps(section)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": paths},
    )
    assert process.stdout is not None
    try:
        yield process, int(process.stdout.readline())
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def until(ready: Callable[[], object], seconds: float = 8.0) -> Any:
    """What `ready` gives once it is true."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = ready()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError("waited in vain")


def http(
    port: int, path: str, query: Mapping[str, str], body: bytes | None = None
) -> tuple[int, bytes]:
    """Status and body of an answer."""
    url = f"http://127.0.0.1:{port}{path}?{urlencode(query)}"
    try:
        with PROXYLESS.open(urllib.request.Request(url, body), timeout=15) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


def query(encrypt: str, nonce: str = "n1", timestamp: str = "") -> dict[str, str]:
    """The query that signs a cipher text."""
    timestamp = timestamp or str(int(time.time()))
    return {
        "msg_signature": signature(TOKEN, timestamp, nonce, encrypt),
        "timestamp": timestamp,
        "nonce": nonce,
    }


def xml(**fields: str) -> str:
    """A message as the platform writes it."""
    return "<xml>" + "".join(f"<{n}><![CDATA[{v}]]></{n}>" for n, v in fields.items()) + "</xml>"


def sealed_xml(box: Box, text: str) -> tuple[dict[str, str], bytes]:
    """Query and body of an encrypted XML callback."""
    encrypt = box.seal(text, "1", "n").encrypt
    return query(encrypt), xml(ToUserName="wx", Encrypt=encrypt).encode()


def at_once(work: Callable[[], Any], times: int = 5) -> list[Any]:
    """The same thing done several times at the same moment."""
    with ThreadPoolExecutor(times) as pool:
        return [one.result() for one in [pool.submit(work) for _ in range(times)]]


def mutated(seed: int, given: Mapping[str, str], body: bytes) -> tuple[dict[str, str], bytes]:
    """A callback with one thing changed, so that no signature fits any more."""
    dice = random.Random(seed)
    changed = dict(given)
    kind = dice.randrange(4)
    if kind == 0:
        del changed[dice.choice(sorted(changed))]
    elif kind == 1:
        name = dice.choice(sorted(changed))
        changed[name] = (
            changed[name][:-1] + dice.choice("gxyz\u6587\ud83d\ude00\0")
            if dice.random() < 0.7
            else ""
        )
        changed[name] = changed[name].encode("utf-8", "ignore").decode()
    else:
        raw = bytearray(body)
        for _ in range(dice.randint(1, 12) if kind == 2 else 0):
            place = dice.randrange(len(raw))
            raw[place] = (raw[place] + dice.randint(1, 255)) % 256
        body = bytes(raw) if kind == 2 else body[: dice.randrange(len(body) // 2)]
    return changed, body


class Platform:
    """The servers of the platform: tokens, messages, webhook; keeps what was sent."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, dict[str, str], dict[str, Any]]] = []
        self.tokens = 0
        self.errors: list[int] = []  # error codes of the next messages
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.tokens += 1
                self.give(
                    {"errcode": 0, "access_token": f"token{outer.tokens}", "expires_in": 7200}
                )

            def do_POST(self) -> None:
                parts = urlsplit(self.path)
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                code = outer.errors.pop(0) if outer.errors else 0
                if code == 302:
                    self.send_response(302)
                    self.send_header("Location", "http://127.0.0.1:9/elsewhere")
                    self.end_headers()
                    return
                asked = {name: value[0] for name, value in parse_qs(parts.query).items()}
                if not code:
                    outer.sent.append((parts.path, asked, body))
                self.give({"errcode": code, "errmsg": f"said with {self.path}"})

            def give(self, answer: Mapping[str, object]) -> None:
                raw = json.dumps(answer).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}"

    @contextmanager
    def running(self) -> Iterator[Platform]:
        thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()
            thread.join()
