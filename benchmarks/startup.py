"""How soon `youju serve` answers, and how much memory it holds.

    python benchmarks/startup.py [--corpus FOLDER] [--runs N]

Indexes the corpus in a temporary folder, then starts the service N times over that index. Each
row is the median: seconds from starting the process to /readyz 200, processor seconds used until
then, milliseconds of the first question, resident memory after it. Linux only (reads /proc).
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

from _serving import PROJECT, Serving, ask, serving

QUESTION = "全州教育总投入是多少？"


def measure(service: Serving) -> dict[str, float]:
    ready, cpu, idle = service.seconds, service.cpu_seconds(), service.megabytes()
    client = service.client()
    first, _ = ask(client, QUESTION)
    client.close()
    return {
        "seconds to ready": ready,
        "processor seconds to ready": cpu,
        "MB when ready": idle,
        "ms of the first question": first,
        "MB after it": service.megabytes(),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--corpus", type=Path, default=PROJECT / "corpus")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    if not Path("/proc/self/stat").exists():
        print("skipped: reads /proc, which this system does not have")
        return
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        with serving(options.corpus, data) as service:
            print(f"{'with indexing: seconds to ready':<34}{service.seconds:8.2f}")
        runs = []
        for _ in range(options.runs):
            with serving(options.corpus, data) as service:
                runs.append(measure(service))
    for name in runs[0]:
        values = [run[name] for run in runs]
        print(
            f"{name:<34}{statistics.median(values):8.2f}  ({min(values):.2f} to {max(values):.2f})"
        )


if __name__ == "__main__":
    sys.exit(main())
