"""kill -9 of the real service while documents are handed in over HTTP.

    python tests/library/soak_server.py FOLDER CYCLES SEED

Each time `youju serve` is started with its indexing process, asked whether every acknowledged document
is there as it was acknowledged, given uploads, replacements and removals, searched all the while, and
killed with all its processes at a random moment.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

from soak_texts import text_of, told_in

from app.library.check import check
from app.library.check_report import Grade

ROOT = Path(__file__).resolve().parents[2]
KEY = "soak-" + "k" * 32
NAMES = [f"u{number}" for number in range(6)]
GONE = 0
START = 120.0  # seconds that a start may take at most; machines may be busy
LONGEST = 2.0  # seconds of uploads before the end


class Service:
    """A running `youju serve`, with the processes that it starts."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        places = ["--corpus", str(folder / "corpus"), "--data", str(folder / "data")]
        began = time.monotonic()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "app.cli", "serve", "--port", str(self.port), *places],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), "YOUJU_ADMIN_KEY": KEY},
            stdout=subprocess.DEVNULL,
            stderr=open(folder / "server.log", "ab"),  # noqa: SIM115
            start_new_session=True,
        )
        try:
            self._wait(folder, began)
        except BaseException:
            self.kill()
            raise
        self.seconds = time.monotonic() - began

    def _wait(self, folder: Path, began: float) -> None:
        while True:
            assert self._process.poll() is None, (folder / "server.log").read_text()[-3000:]
            assert time.monotonic() - began < START, "the service does not start"
            try:
                if self.ask("GET", "/readyz")[0] == 200:
                    return
            except OSError:
                time.sleep(0.05)

    def ask(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        """Status and body. Raises OSError when there is no reply."""
        # Broken off in the middle counts as no reply: IncompleteRead and half a JSON are such.
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json", "Authorization": f"Bearer {KEY}"},
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as reply:
                return reply.status, json.loads(reply.read() or b"null")
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read() or b"null")
        except (http.client.HTTPException, ValueError) as error:
            raise OSError(str(error)) from error

    def kill(self) -> None:
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


def held(service: Service) -> dict[str, tuple[str, int]]:
    """Id and version of each document of the service, each whole."""
    status, listed = service.ask("GET", "/v1/documents?limit=100")
    assert status == 200, listed
    found = {}
    for one in listed["documents"]:
        status, document = service.ask("GET", f"/v1/documents/{one['id']}")
        assert status == 200
        ((name, version),) = told_in(document["text"])
        assert document["text"] == text_of(name, version), "half a document"
        found[name] = one["id"], version
    return found


class Client:
    """Hands in documents until there is no service any more."""

    def __init__(self, service: Service, present: dict[str, str], chosen: random.Random) -> None:
        self.service, self.present, self.random = service, present, chosen
        self.acknowledged: dict[str, int] = {}
        self.pending: dict[str, int] = {}
        self.done = 0
        self.refused: list[object] = []

    def work(self, version: int) -> None:
        """Until the service is killed; anything else that ends it goes to `refused`."""
        try:
            while True:
                version += 1
                self.one(version)
        except OSError:
            return  # killed; whether what is pending was taken in is not known
        except Exception as error:
            self.refused.append(repr(error))

    def one(self, version: int) -> None:
        name = self.random.choice(NAMES)
        document_id = self.present.get(name, "")
        body = {"name": name, "text": text_of(name, version)}
        leaves = document_id != "" and self.random.random() < 0.3
        self.pending = {name: GONE if leaves else version}
        path = f"/v1/documents/{document_id}"
        if leaves:
            status, reply = self.service.ask("DELETE", path)
        elif document_id:
            status, reply = self.service.ask("PUT", path, body)
        else:
            status, reply = self.service.ask("POST", "/v1/documents", body)
        assert status in (200, 201), (status, reply)
        self.acknowledged |= self.pending
        self.pending = {}
        self.done += 1
        if leaves:
            del self.present[name]
            assert self.service.ask("GET", path)[0] == 404, "removed, and still there"
            return
        self.present[name] = document_id or reply["results"][0]["id"]
        status, document = self.service.ask("GET", f"/v1/documents/{self.present[name]}")
        assert status == 200, "acknowledged, and not there"
        assert document["text"] == text_of(name, version), "acknowledged, and another one is there"


class Asker:
    """Searches all the while: each passage is of one version, and versions never go back."""

    def __init__(self, service: Service, chosen: random.Random) -> None:
        self.service, self.random = service, chosen
        self.newest: dict[str, int] = {}
        self.asked = 0
        self.wrong: list[str] = []

    def work(self) -> None:
        try:
            while True:
                self.one()
                self.asked += 1
        except OSError:
            return  # killed
        except Exception as error:
            self.wrong.append(repr(error))

    def one(self) -> None:
        query = urllib.parse.quote(f"文件{self.random.choice(NAMES)}规定保障经费")
        status, found = self.service.ask("GET", f"/v1/search?q={query}&limit=5")
        assert status == 200, found
        versions: dict[str, int] = {}
        for hit in found["hits"]:
            ((name, version),) = told_in(hit["text"])
            assert versions.setdefault(name, version) == version, "two versions in one reply"
            assert text_of(name, version)[hit["start"] : hit["end"]] == hit["text"]
        for name, version in versions.items():
            assert version >= self.newest.get(name, 0), "an older version came back"
            self.newest[name] = version


def run(folder: Path, cycles: int, seed: int) -> dict[str, object]:
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "corpus").mkdir(parents=True)
    (folder / "corpus/first.txt").write_text(text_of("first", 1), encoding="utf-8")
    chosen = random.Random(seed)
    known = dict.fromkeys(NAMES, GONE)
    pending: dict[str, int] = {}
    counts = {"acknowledged": 0, "interrupted": 0, "searches": 0}
    starts: list[float] = []
    for number in range(1, cycles + 2):
        service = Service(folder)
        try:
            starts.append(service.seconds)
            found = held(service)
            assert found.pop("first")[1] == 1
            for name in NAMES:
                allowed = {known[name], pending.get(name, known[name])}
                seen = found.get(name, ("", GONE))[1]
                assert seen in allowed, f"cycle {number}: {name} is {seen}, may be {allowed}"
                known[name] = seen
            client = Client(service, {name: one for name, (one, _) in found.items()}, chosen)
            asker = Asker(service, random.Random(number))
            threads = [threading.Thread(target=client.work, args=(number * 1000,))]
            threads.append(threading.Thread(target=asker.work))
            for thread in threads:
                thread.start()
            time.sleep(chosen.uniform(0, LONGEST))
        finally:
            service.kill()
        for thread in threads:
            thread.join()
        assert not client.refused + asker.wrong, (number, client.refused, asker.wrong)
        counts["searches"] += asker.asked
        known |= client.acknowledged
        pending = client.pending
        counts["acknowledged"] += client.done
        counts["interrupted"] += bool(pending)
        report = check(folder / "corpus", folder / "data")
        assert not report.of(Grade.DAMAGE), report.findings
        if number % 10 == 0:
            print(json.dumps({"cycle": number, **counts}), file=sys.stderr, flush=True)
    slowest = round(max(starts), 1)
    return {"seed": seed, "cycles": cycles, **counts, "slowest_start": slowest}


if __name__ == "__main__":
    began = time.monotonic()
    figures = run(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
    print(json.dumps({**figures, "seconds": round(time.monotonic() - began)}))
