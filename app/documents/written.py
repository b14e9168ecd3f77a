"""Collects the lines of a document while it is read: paragraphs, and tables as they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

_EDGE = " \t\r\n\v\f\u3000\xa0\u2002\u2003\u2009\u200b\ufeff"


@dataclass(slots=True)
class Written:
    """The lines so far. `in_tables` counts the characters that stand in tables."""

    lines: list[str] = field(default_factory=list)
    in_tables: int = 0
    _after_table: bool = False

    def paragraph(self, words: str) -> None:
        """Add the lines of a paragraph, without the blanks round them; empty ones are left out."""
        for line in words.splitlines():
            bare = line.strip(_EDGE)
            if bare:
                self.lines.append(bare)
                self._after_table = False

    def table(self, rows: Sequence[str]) -> None:
        """Add the lines of a table. A blank line parts it from a table directly above."""
        if not rows:
            return
        if self._after_table:
            self.lines.append("")
        self.lines.extend(rows)
        self.in_tables += sum(map(len, rows))
        self._after_table = True

    def extend(self, other: Written) -> None:
        """Add all lines of `other`."""
        self.lines.extend(other.lines)
        self.in_tables += other.in_tables
        self._after_table = other._after_table

    def flat(self) -> str:
        """The lines for a cell of a table; a table inside it loses its bars."""
        if not self.in_tables:
            return "\n".join(self.lines)
        return "\n".join(line.strip("| ").replace(" | ", " ") for line in self.lines)

    def text(self) -> str:
        """The whole text, a line break behind each line."""
        return "".join(f"{line}\n" for line in self.lines)
