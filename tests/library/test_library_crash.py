"""kill -9 at every step of an indexing run: readers see the old state or the new one, whole."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest
from library_folders import Folders
from soak_run import soak

ROOT = Path(__file__).resolve().parents[2]

# One process imports everything once and forks a child for each place of death. Places are counted
# by what the child does to files of the data folder.
DRIVER = r"""
import os, shutil, signal, sys
from pathlib import Path
from app.library import Library, index

folder, step = Path(sys.argv[1]), int(sys.argv[2])
corpus, old, fresh, work = (folder / name for name in ("texts", "old", "fresh", "work"))
corpus.mkdir()


def write(name, text):
    (corpus / name).write_text(text, encoding="utf-8")

for name in ("a", "b", "c"):
    write(name + ".txt", "一、要求。" + name + "县加大教育投入。\n" * 9)
before = index(corpus, old).version
write("b.txt", "二、措施。b县保障经费。\n" * 9)
write("d.txt", "三、附则。d县另行规定。\n" * 9)
(corpus / "a.txt").unlink()
after = index(corpus, fresh).version
texts = {before: {"a", "b", "c"}, after: {"b", "c", "d"}}

EVENTS = {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "sqlite3.connect"}

def die_at(place):
    seen = 0
    def watch(event, args):
        nonlocal seen
        if event in EVENTS and str(work) in str(args[0]):
            seen += 1
            if seen == place:
                os.kill(os.getpid(), signal.SIGKILL)
    sys.addaudithook(watch)

def check():
    with Library.open(corpus, work) as library:
        library.verify()
        snapshot = library.snapshot()
        stored = [snapshot.documents.get(name) for name in snapshot.documents.ids()]
        assert {each.document.source[0] for each in stored} == texts[snapshot.version]
        assert snapshot.index.size == sum(len(each.passages) for each in stored)
        return snapshot.version

place, states = 1, []
while True:
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(old, work)
    child = os.fork()
    if child == 0:
        die_at(place)
        index(corpus, work)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    states.append(check())
    assert index(corpus, work).version == after
    assert check() == after
    left = sorted(path.name for path in work.iterdir())
    assert left == ["CURRENT", "blobs", "segments", "states", "writer.lock", "youju.json"], left
    assert len(list((work / "states").iterdir())) <= 2
    assert len(list((work / "segments").iterdir())) <= 3
    if os.WIFEXITED(status):
        break
    place += step
assert os.WEXITSTATUS(status) == 0
assert states == sorted(states, key=[before, after].index), "never back to the old state"
assert len(states) * step > 20, "the places of death are no longer counted"
print(len(states), states.count(before), states.count(after))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no fork there")
def test_a_run_killed_at_any_step_leaves_a_whole_state_and_is_made_up_for(folders: Folders) -> None:
    done = subprocess.run(
        [sys.executable, "-c", DRIVER, str(folders.corpus), "8"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    _, old_states, new_states = map(int, done.stdout.split())
    assert old_states
    assert new_states


@pytest.mark.skipif(sys.platform == "win32", reason="no fork there")
def test_thirty_writers_killed_at_random_moments_lose_nothing_that_was_acknowledged(
    folders: Folders,
) -> None:
    seed = random.SystemRandom().randrange(10**6)
    print(f"seed {seed}")  # shown when the test fails
    figures = soak("soak_kills", folders.data, 30, seed)
    assert figures["cycles"] == 30
    assert figures["acknowledged"] + figures["interrupted"] >= 10
