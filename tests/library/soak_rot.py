"""Files of the data folder that lose a bit, their end, all of it, or get something on top.

    python tests/library/soak_rot.py FOLDER TIMES SEED

Every file is hit but lock files, which hold nothing. Each time: `check` tells of it; what opens
answers as before, or is refused once all bytes are compared; the next run gives the same corpus
version; and what was damaged is still there, under its own name or another.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import sys
import time
from pathlib import Path

from soak_texts import place, take_out

from app.errors import IndexUnusable
from app.library import Library, home
from app.library.check import check
from app.library.check_report import Grade
from app.library.seal import SEAL, seal_of
from app.library.writer import Writer
from app.model import Filters, SearchQuery

DAMAGES = ("flip", "cut", "remove", "lengthen", "blank")


def prepared(folder: Path) -> tuple[Path, Path]:
    """A corpus, and a data folder with all kinds of files: three segments, one of them with
    documents that are gone, times of files, a state before."""
    shutil.rmtree(folder, ignore_errors=True)
    corpus, data = folder / "corpus", folder / "kept"
    corpus.mkdir(parents=True)
    for name in "abcdefg":
        place(corpus, name, 1)
    with Writer(corpus, data) as writer:
        writer.sync()
        place(corpus, "a", 2)
        writer.refresh(["a.txt"])
        os.utime(corpus / "b.txt", ns=(10**18, 10**18))
        writer.sync()
        place(corpus, "h", 3)
        take_out(corpus, "c")
        writer.refresh(["h.txt", "c.txt"])
        place(corpus, "i", 3)
        writer.refresh(["i.txt"])
    return corpus, data


def files_of(data: Path) -> dict[str, bytes]:
    """Every file but locks, by path inside the folder."""
    found = (path for path in data.rglob("*") if path.is_file() and path.suffix != ".lock")
    return {path.relative_to(data).as_posix(): path.read_bytes() for path in sorted(found)}


def needed(data: Path) -> set[str]:
    """The files that the published state is made of."""
    one = home.Home(data)
    state = one.published()
    assert state is not None
    names = {home.MARKER, home.CURRENT, f"states/{state.name}.json", f"blobs/{state.words}"}
    names |= {f"blobs/{state.times}"} if state.times else set()
    for ref in state.segments:
        sealed = seal_of(one.segment(ref.name), ref.seal).files
        names |= {f"segments/{ref.name}/{name}" for name in [SEAL, *(each.name for each in sealed)]}
    return names


def damage(path: Path, way: str, chosen: random.Random) -> None:
    data = bytearray(path.read_bytes())
    if way == "remove":
        path.unlink()
        return
    if way == "flip" and data:
        data[chosen.randrange(len(data))] ^= 1 << chosen.randrange(8)
    elif way == "cut" and data:
        del data[chosen.randrange(len(data)) :]
    elif way == "blank" and any(data):
        at = chosen.choice([number for number, byte in enumerate(data) if byte])
        data[at : at + 512] = bytes(len(data[at : at + 512]))
    else:
        data += chosen.randbytes(chosen.randint(1, 64))
    path.write_bytes(data)


def replies(corpus: Path, data: Path) -> tuple[object, ...]:
    """What a reader gets once every byte is compared: all documents, and some searches.

    Raises IndexUnusable when it gets nothing.
    """
    with Library.open(corpus, data) as library:
        library.verify()
        snapshot = library.snapshot()
        documents = tuple(snapshot.documents.get(one) for one in snapshot.documents.ids())
        queries = (SearchQuery(((word, 1.0),), ()) for word in ("教育", "经费", "规定"))
        hits = tuple(snapshot.index.search(query, Filters(), 5, 0, True) for query in queries)
        return snapshot.version, documents, hits


def run(folder: Path, times: int, seed: int) -> dict[str, object]:
    corpus, kept = prepared(folder)
    data = folder / "data"
    right = replies(corpus, kept)
    live = needed(kept)
    names = sorted(files_of(kept))
    before_last = [name for name in names if name.startswith("states/") and name not in live]
    assert len(before_last) == 1
    assert not check(corpus, kept).findings
    chosen = random.Random(seed)
    counts = {"detected": 0, "refused": 0, "answered": 0, "superseded": 0}
    for number in range(times):
        # Each file is hit before any is hit again; a later round hits it in another way.
        name = names[number % len(names)]
        way = DAMAGES[(number // len(names) + number) % len(DAMAGES)]
        if name in before_last and way == "remove":
            way = "flip"  # nothing tells that it ever was there, and nothing needs it
        shutil.rmtree(data, ignore_errors=True)
        shutil.copytree(kept, data)
        damage(data / name, way, chosen)
        told = f"seed {seed}, turn {number}: {way} {name}"
        rotten = files_of(data)
        report = check(corpus, data)
        if name in live:
            assert report.of(Grade.DAMAGE), told
            counts["detected"] += 1
        else:
            assert {one.grade for one in report.findings} == {Grade.LEFT}, told
            counts["superseded"] += 1
        try:
            assert replies(corpus, data) == right, told
            counts["answered"] += 1
        except IndexUnusable:
            assert name in live, told
            counts["refused"] += 1
        assert files_of(data) == rotten, f"{told}: reading wrote"
        mend(corpus, data, rotten, live, right, told)
        if (number + 1) % 100 == 0:
            print(json.dumps({"turn": number + 1, **counts}), file=sys.stderr, flush=True)
    return {"seed": seed, "times": times, "files": len(names), **counts}


def mend(
    corpus: Path,
    data: Path,
    rotten: dict[str, bytes],
    live: set[str],
    right: tuple[object, ...],
    told: str,
) -> None:
    """The next run makes everything right again, and deletes nothing of the published state."""
    with Writer(corpus, data) as writer:
        assert writer.sync().version == right[0], told
    again = replies(corpus, data)
    assert again[:2] == right[:2], told
    report = check(corpus, data)
    assert not report.of(Grade.DAMAGE) + report.of(Grade.DIFFERENT), (told, report.findings)
    after = {hashlib.sha256(content).digest() for content in files_of(data).values()}
    for name in sorted(live & rotten.keys() - {home.CURRENT}):
        assert hashlib.sha256(rotten[name]).digest() in after, f"{told}: {name} was deleted"


if __name__ == "__main__":
    began = time.monotonic()
    figures = run(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
    print(json.dumps({**figures, "seconds": round(time.monotonic() - began)}))
