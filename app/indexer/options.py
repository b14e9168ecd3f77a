"""What the indexing process is told when it is started."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Final

FAILED: Final = 1
LOCKED: Final = 75  # another process writes the data folder


@dataclass(frozen=True, slots=True)
class Options:
    """Folders, the largest document in bytes, how to watch (on, poll, off), and who started it."""

    corpus: str
    data: str
    limit: int
    watch: str
    log_level: str
    parent: int

    def to_json(self) -> str:
        """As one word of a command line."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Options:
        """From one word of a command line."""
        return cls(**json.loads(text))
