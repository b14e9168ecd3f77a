"""The real service over two invented documents, for the surfaces with plain JSON."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI

from app import main
from app.library import index
from app.settings import load
from app.settings_chat import load_chat
from app.web.server import configuration

PARKS = (
    "关于建设口袋公园的实施意见\n\n一、总体目标\n2025年，全市口袋公园建设总投入4.2亿元。新建口袋公园120个。\n"
    "二、主要举措\n（一）完善设施布局。每个街道至少建成1处口袋公园。\n（二）扩大开放范围。口袋公园全天向居民免费开放。\n"
)
LIGHTS = "关于改造路灯的通知\n\n一、任务\n2023年，全县改造路灯3000盏。口袋公园的路灯一并改造。\n"
FILES = {
    "绿化/公园.txt": (
        PARKS,
        {
            "title": "关于建设口袋公园的实施意见",
            "number": "园发〔2025〕3号",
            "issuer": "园林局",
            "issued_on": "2025-06-01",
            "status": "现行",
        },
    ),
    "市政/路灯.txt": (
        LIGHTS,
        {
            "title": "关于改造路灯的通知",
            "issuer": "城管局",
            "issued_on": "2023-03-05",
            "status": "废止",
        },
    ),
}


def service(folder: Path, **chat: Any) -> FastAPI:
    """The service with these sections of chat settings."""
    corpus = folder / "corpus"
    for name, (text, fields) in FILES.items():
        path = corpus / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        path.with_name(path.name + ".json").write_text(
            json.dumps(fields, ensure_ascii=False), encoding="utf-8"
        )
    index(corpus, folder / "data")
    settings = load(corpus=corpus, data=folder / "data")
    return main.build(settings, load_chat(**chat))


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """The address of a real server on a loopback port."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(configuration(app, "127.0.0.1", 0))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        while not server.started:
            time.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()
