"""Read the data files of general policy Chinese that lie in `app/lexicon/data`.

Two forms, both UTF-8: a table has cells parted by tabs, a word list has one word a line. A line
that is blank or begins with `#` is passed over. A file is read when it is first asked for, and
kept. Dictionaries that users write have the same forms and are read with `rows` and `lines`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import resources

from app.errors import LexiconError

FEWEST_COLUMNS = 2


@cache
def table(name: str, columns: int | None = None) -> tuple[tuple[str, ...], ...]:
    """The rows of the data file `name`, in file order.

    `columns` is the number of cells that each row must have; None: two or more. Raises
    LexiconError, naming file and line, for a row with another number or with an empty cell,
    and for a file that does not exist.
    """
    return rows(_read(name), name, columns)


@cache
def words(name: str) -> tuple[str, ...]:
    """The words of the data file `name`, in file order.

    Raises LexiconError, naming file and line, for a line that holds a tab, and for a file that
    does not exist.
    """
    return lines(_read(name), name)


def rows(text: str, source: str, columns: int | None = None) -> tuple[tuple[str, ...], ...]:
    """The rows of a table given as text; `source` names it in errors. See `table`."""
    found: list[tuple[str, ...]] = []
    for number, line in _content(text):
        cells = tuple(cell.strip() for cell in line.split("\t"))
        if not all(cells):
            raise LexiconError(f"{source}:{number}: 有空格子：{line!r}；请补上，或删去多余的制表符")
        if len(cells) < FEWEST_COLUMNS or (columns is not None and len(cells) != columns):
            wanted = f"{columns}" if columns is not None else f"至少{FEWEST_COLUMNS}"
            raise LexiconError(
                f"{source}:{number}: 应有{wanted}列，用制表符隔开，实有{len(cells)}列：{line!r}"
            )
        found.append(cells)
    return tuple(found)


def lines(text: str, source: str) -> tuple[str, ...]:
    """The words of a word list given as text; `source` names it in errors. See `words`."""
    found: list[str] = []
    for number, line in _content(text):
        if "\t" in line:
            raise LexiconError(f"{source}:{number}: 每行只写一个词，不能有制表符：{line!r}")
        found.append(line)
    return tuple(found)


def _content(text: str) -> Iterator[tuple[int, str]]:
    """Line numbers, from 1, and the lines that are neither blank nor comment.

    Only line feeds part lines: `splitlines` would also cut at separators inside a cell. Blanks
    are trimmed, tabs are not, since a tab at the edge marks a cell that was left empty.
    """
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
        if line.strip() and not line.startswith("#"):
            yield number, line.strip(" \r\u3000")


def _read(name: str) -> str:
    folder = resources.files("app.lexicon") / "data"
    known = sorted(entry.name for entry in folder.iterdir())
    if name not in known:
        raise LexiconError(f"没有数据文件 {name!r}；现有：{'、'.join(known)}")
    return (folder / name).read_text(encoding="utf-8")
