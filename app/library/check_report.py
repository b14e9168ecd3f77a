"""What a check tells."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Grade(StrEnum):
    """What a finding asks for."""

    DAMAGE = "damage"  # not what was written: no answer should rest on it
    DIFFERENT = "different"  # the corpus has changed since; indexing makes up for it
    LEFT = "left"  # not needed by anything; left alone


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be: where, and what."""

    grade: Grade
    place: str
    what: str


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What was looked at, and what was found. `files` and `size` (bytes) are of the data folder.

    `version` is that of the corpus, "" when no state could be read.
    """

    version: str
    segments: int
    documents: int
    passages: int
    files: int
    size: int
    findings: tuple[Finding, ...]

    def of(self, grade: Grade) -> tuple[Finding, ...]:
        """The findings of one grade."""
        return tuple(finding for finding in self.findings if finding.grade is grade)
