"""What a backup holds: the list that stands first in the archive.

The archive is a tar file: `youju-backup.json` (the list), then the files of the corpus below
`corpus/` and those of the data folder below `data/`, in the order of the list.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from app.errors import BackupError
from app.library import home as homes
from app.library.codec import decode, encode

LIST: Final = "youju-backup.json"
CORPUS: Final = "corpus"
DATA: Final = "data"
LEDGER: Final = "chat.db"  # of the chat surfaces; the only file that cannot be derived anew
FORMAT: Final = "youju backup 1"
MOST_BYTES_OF_LIST: Final = 512 * 1024 * 1024
_LONGEST_NAME: Final = 4096
_HEX: Final = re.compile(r"[0-9a-f]{64}")
_OF_DATA: Final = re.compile(
    rf"{re.escape(homes.CURRENT)}|{re.escape(homes.MARKER)}|{re.escape(LEDGER)}"
    r"|states/[0-9]{8}-[0-9a-f]{32}\.json|blobs/[0-9a-f]{64}|segments/[0-9]{8}/[\w./-]+"
)


@dataclass(frozen=True, slots=True)
class Member:
    """A file of the archive. `mtime_ns` is the time of change of a corpus file, else 0."""

    name: str
    size: int
    digest: str
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class BackupList:
    """The list. `version` is that of the corpus, `left_out` how many files of the corpus folder
    are not in the index and so not in the backup."""

    format: str
    version: str
    left_out: int
    members: tuple[Member, ...]


def write_list(listed: BackupList) -> bytes:
    """The list as the first file of the archive."""
    return (encode(BackupList, listed) + "\n").encode("utf-8")


def read_list(data: bytes) -> BackupList:
    """What `write_list` wrote, every name and number checked.

    Raises BackupError for anything else.
    """
    try:
        found = decode(BackupList, data.decode("utf-8"))
        if found.format != FORMAT:
            raise BackupError(
                f"备份的格式是 {str(found.format)[:40]!r}，这个版本只认识 {FORMAT!r}。"
            )
        for member in found.members:
            _require_sound(member)
        names = [member.name for member in found.members]
        if len(set(names)) != len(names):
            raise BackupError("备份的清单里有重复的名称，不是有据写的备份。")
        missing = {f"{DATA}/{homes.CURRENT}", f"{DATA}/{homes.MARKER}"} - set(names)
        if missing:
            raise BackupError(f"备份的清单里没有 {'、'.join(sorted(missing))}，不是完整的备份。")
    except (ValueError, TypeError, LookupError, ArithmeticError, RecursionError) as error:
        raise BackupError(f"备份的清单不能读取（{error}），不是有据写的备份，或已损坏。") from error
    return found


def _require_sound(member: Member) -> None:
    parts = member.name.split("/")
    sound = (
        isinstance(member.name, str)
        and len(member.name) <= _LONGEST_NAME
        and len(parts) > 1
        and not any(part in ("", ".", "..") for part in parts)
        and not any(sign in member.name for sign in ("\\", "\0", ":"))
    )
    if sound and parts[0] == DATA:
        sound = _OF_DATA.fullmatch("/".join(parts[1:])) is not None
    elif parts[0] != CORPUS:
        sound = False
    numbers = isinstance(member.size, int) and isinstance(member.mtime_ns, int)
    if not sound or not numbers or member.size < 0 or not _HEX.fullmatch(member.digest):
        raise BackupError(
            f"备份的清单里有不能用的一项：{str(member.name)[:80]!r}。没有写入任何东西。"
        )
