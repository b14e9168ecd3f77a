"""A process that derives documents and writes segments of its own; see `app.library.crew`."""

from __future__ import annotations

import pickle
import sys
from typing import IO

from app.library.build import MOST_PASSAGES, Builder, Built, Outcome, Task
from app.library.crew import Order, send
from app.library.home import Home
from app.library.sandbox import Sandbox
from app.text.segment import segmenter


def work(source: IO[bytes], target: IO[bytes]) -> None:
    """Take documents until there are no more, or whoever gives them is gone."""
    try:
        order: Order = pickle.load(source)
        with Sandbox() as sandbox:
            builder = Builder(Home(order.data).fresh, segmenter(order.dictionary), sandbox)
            while True:
                tasks: list[Task] = pickle.load(source)
                found: list[Outcome | Built] = [builder.take(task) for task in tasks]
                found += builder.finished(MOST_PASSAGES if tasks else 0)
                send(target, found)
                if not tasks:
                    return
    except (EOFError, BrokenPipeError):
        return


if __name__ == "__main__":
    answers = sys.stdout.buffer
    sys.stdout = sys.stderr  # nothing that a library prints may get between the answers
    work(sys.stdin.buffer, answers)
