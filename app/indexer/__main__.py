"""The entry point of the indexing process: `python -m app.indexer` with the words of `Options`.

The first line on standard output is JSON: `{"ready": true}`, or the error that keeps it from
working. The process ends when its standard input does, so it never outlives who started it.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
import threading
from dataclasses import asdict
from pathlib import Path

from app.errors import LibraryLocked, YoujuError
from app.indexer.address import listen
from app.indexer.messages import refusal
from app.indexer.options import FAILED, LOCKED, Options
from app.indexer.pending import Pending
from app.indexer.server import Server
from app.indexer.watch import Watch
from app.indexer.work import Work

FIRST_LOOK = 1.0  # seconds; whoever starts the process mostly asks for an update before


def main(words: list[str]) -> int:
    """Run the indexing process. The exit code."""
    options = Options.from_json(words[0])
    _die_with_parent(options.parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the server, which then stops us
    logging.basicConfig()
    logging.getLogger("youju").setLevel(options.log_level.upper())
    corpus, data = Path(options.corpus), Path(options.data)
    try:
        work = Work.open(corpus, data, options.limit)
        door = listen(data)
    except (YoujuError, OSError) as error:
        _tell(json.dumps(asdict(refusal(error)), ensure_ascii=False))
        return LOCKED if isinstance(error, LibraryLocked) else FAILED
    pending, wake = Pending(), threading.Event()
    watch = Watch(corpus, data, work.own, pending, wake)
    server = Server(work, door, watch, pending, wake)
    threading.Thread(target=_until_parent_ends, args=(server,), daemon=True).start()
    pending.add_whole(FIRST_LOOK)
    watch.start(options.watch)
    _tell(json.dumps({"ready": True}))
    server.run()
    watch.stop()
    door.close()
    work.close()
    return 0


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _until_parent_ends(server: Server) -> None:
    while sys.stdin.buffer.read(1):
        pass
    server.stop()


def _die_with_parent(parent: int) -> None:
    """Ask Linux to end this process with its parent, also when that is killed."""
    if sys.platform == "linux":
        import ctypes

        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(FAILED)


if __name__ == "__main__":
    # Threads that wait for clients must not hold the end up.
    code = main(sys.argv[1:])
    logging.shutdown()
    os._exit(code)
