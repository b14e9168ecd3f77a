"""A real `youju serve` process to measure, and how it is asked."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
READY_WITHIN = 300  # seconds
JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True, slots=True)
class Serving:
    """A running service: its process, its port, the seconds from its start to /readyz 200."""

    pid: int
    port: int
    seconds: float

    def cpu_seconds(self) -> float:
        """The processor time that the process has used so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(") ")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def megabytes(self) -> float:
        """The memory that the process holds (resident set), in MB."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) * 1024 / 1e6

    def client(self) -> http.client.HTTPConnection:
        """A connection that stays open between requests."""
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)


@contextmanager
def serving(
    corpus: Path, data: Path, environment: Mapping[str, str] | None = None
) -> Iterator[Serving]:
    """`youju serve` over `corpus` with its index in `data`, ready to answer; `environment` is added
    to the one that it inherits."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    places = ("--corpus", str(corpus), "--data", str(data), "--port", str(port))
    with tempfile.TemporaryFile() as log:
        started = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "app.cli", "serve", *places],
            cwd=PROJECT,
            env={**os.environ, **(environment or {})},
            stdout=log,
            stderr=log,
        )
        try:
            while not _ready(port):
                if process.poll() is not None or time.perf_counter() - started > READY_WITHIN:
                    log.seek(0)
                    sys.exit(f"the service did not start:\n{log.read().decode()}")
                time.sleep(0.005)
            yield Serving(process.pid, port, time.perf_counter() - started)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


def ask(client: http.client.HTTPConnection, question: str) -> tuple[float, dict[str, object]]:
    """Milliseconds from sending a question to having the whole reply, and the reply."""
    body = json.dumps({"question": question, "as_of": "2024-05-01"}, ensure_ascii=False).encode()
    started = time.perf_counter()
    client.request("POST", "/v1/ask", body, JSON)
    response = client.getresponse()
    received = response.read()
    spent = (time.perf_counter() - started) * 1000
    if response.status != 200:
        sys.exit(f"{response.status} for {question!r}: {received.decode()}")
    return spent, json.loads(received)


def percentile(values: list[float], share: float) -> float:
    """The smallest value that at least `share` of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def _ready(port: int) -> bool:
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        client.request("GET", "/readyz")
        return client.getresponse().status == 200
    except OSError:
        return False
    finally:
        client.close()
