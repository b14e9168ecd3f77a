"""How long one client waits for `POST /v1/ask`, over HTTP, from a real server.

    python benchmarks/over_http.py [BENCH_DIR] [--rounds N]

Asks the questions of tests/questions/sample.jsonl over the shipped corpus, each N times after one
round to warm up. With BENCH_DIR (or YOUJU_BENCH_DIR), which holds `ncp/documents.jsonl` and
`ncp/questions_dev.jsonl`, also asks those questions over those documents, once each.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from pathlib import Path

from _serving import PROJECT, ask, percentile, serving

VARIABLE = "YOUJU_BENCH_DIR"
SHARES = (0.5, 0.95, 0.99)


def read_lines(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def write_corpus(documents: Path, corpus: Path) -> None:
    corpus.mkdir()
    for row in read_lines(documents):
        (corpus / f"{row['id']}.txt").write_text(row["text"], "utf-8")


def report(name: str, corpus: Path, questions: list[str], rounds: int, data: Path) -> None:
    with serving(corpus, data) as service:
        client = service.client()
        for question in questions[:200]:
            ask(client, question)
        spent = [ask(client, question)[0] for _ in range(rounds) for question in questions]
        client.close()
        shown = ", ".join(f"p{share * 100:.0f} {percentile(spent, share):.1f}" for share in SHARES)
        print(f"{name}: {len(spent)} requests, ms {shown}; {service.megabytes():.0f} MB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("bench", nargs="?", default=os.environ.get(VARIABLE))
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sample = read_lines(PROJECT / "tests" / "questions" / "sample.jsonl")
        asked = [row["question"] for row in sample]
        report("sample", PROJECT / "corpus", asked, options.rounds, folder / "sample")
        if not options.bench:
            print(f"ncp: skipped; give the bench folder as argument or in {VARIABLE}")
            return
        ncp = Path(options.bench) / "ncp"
        write_corpus(ncp / "documents.jsonl", folder / "corpus")
        asked = [row["question"] for row in read_lines(ncp / "questions_dev.jsonl")]
        report("ncp", folder / "corpus", asked, 1, folder / "ncp")


if __name__ == "__main__":
    main()
