"""What a hostile file is in the tests: a name, bytes, and what must become of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True)
class Bait:
    """Where a hostile file points to: nobody may go there."""

    url: str  # of a server that counts its visitors
    path: str  # of a file with a secret


class Fate(Enum):
    """What must become of a file. EITHER: refused with a reason, or read within the limits."""

    REFUSED = "refused"
    READ = "read"
    EITHER = "either"


@dataclass(frozen=True)
class Hostile:
    """A file that is meant to do harm, or is broken. `reason` is part of the refusal."""

    name: str
    build: Callable[[Bait], bytes]
    fate: Fate = Fate.EITHER
    reason: str = ""


def refused(name: str, build: Callable[[Bait], bytes], reason: str = "") -> Hostile:
    return Hostile(name, build, Fate.REFUSED, reason)


def read(name: str, build: Callable[[Bait], bytes]) -> Hostile:
    return Hostile(name, build, Fate.READ)


def either(name: str, build: Callable[[Bait], bytes]) -> Hostile:
    return Hostile(name, build)
