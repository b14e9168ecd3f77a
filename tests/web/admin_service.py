"""`youju serve` in a process of its own, with keys, and a client that speaks HTTP to it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2

from app.indexer.client import Client

PROJECT = Path(__file__).resolve().parents[2]
ADMIN = "admin-key-0123456789"
ASK = "ask-key-0123456789ab"
TEXT = "关于试点工作的通知\n一、投入。2021年，全县投入12.5亿元。\n"


class Serving:
    """The service over `folder`/corpus; `environment` are variables without their YOUJU_."""

    def __init__(self, folder: Path, prefix: tuple[str, ...] = (), **environment: str) -> None:
        self.corpus = folder / "corpus"
        self.data = folder / "data"
        self._log = folder / "log"
        self._prefix = prefix
        self._environment = {
            **os.environ,
            "YOUJU_CORPUS": str(self.corpus),
            "YOUJU_DATA": str(self.data),
            "YOUJU_PORT": "0",
            "YOUJU_LOG_LEVEL": "info",
            "PYTHONPATH": str(PROJECT),
            **{f"YOUJU_{name.upper()}": value for name, value in environment.items()},
        }
        self.corpus.mkdir(exist_ok=True)

    def __enter__(self) -> Serving:
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                [*self._prefix, sys.executable, "-m", "app.cli", "serve"],
                cwd=self.corpus.parent,
                env=self._environment,
                stdout=log,
                stderr=log,
            )
        eventually(self._has_begun, seconds=60)
        self.http = self.client(ADMIN)
        return self

    def _has_begun(self) -> bool:
        assert self.process.poll() is None, self.log()
        return "running on http://" in self.log()

    def __exit__(self, *error: object) -> None:
        self.http.close()
        self.process.terminate()
        self.process.wait(30)

    @property
    def address(self) -> str:
        return "http://" + self.log().rpartition("running on http://")[2].split()[0]

    def client(self, key: str = "") -> httpx2.Client:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        return httpx2.Client(base_url=self.address, headers=headers, timeout=60)

    def log(self) -> str:
        """What the processes have written so far."""
        return self._log.read_text(encoding="utf-8")

    def indexer(self) -> int:
        """The process number of the indexing process."""
        return Client(self.data).status().pid

    def sources(self) -> list[str]:
        found = self.http.get("/v1/documents", params={"limit": 100}).json()["documents"]
        return [each["source"] for each in found]

    def sources_all(self) -> list[str]:
        """The same for more than a page of them."""
        pages = (
            self.http.get("/v1/documents", params={"limit": 100, "offset": offset}).json()
            for offset in (0, 100)
        )
        return [each["source"] for page in pages for each in page["documents"]]

    def finds(self, words: str) -> int:
        """How many passages hold the words."""
        found = self.http.get("/v1/search", params={"q": words, "limit": 100}).json()
        return sum(words in hit["text"] for hit in found["hits"])

    def everything(self) -> dict[str, bytes]:
        """The files of the corpus folder."""
        files = (path for path in self.corpus.rglob("*") if path.is_file())
        return {path.relative_to(self.corpus).as_posix(): path.read_bytes() for path in files}


def eventually(is_so: Callable[[], Any], seconds: float = 20.0) -> None:
    """Wait until something is so, and fail when it never is."""
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until, "it did not come to that"
        time.sleep(0.05)
