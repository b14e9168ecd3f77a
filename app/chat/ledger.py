"""What chats must remember across restarts: messages seen, questions before, and feedback.

One SQLite file, written ahead and synced at each commit, so that a message that was acknowledged
is known after a power cut. Times are seconds since 1970, given by the caller.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

from app.chat.messages import Message

FILE = "chat.db"
KEPT = 7 * 24 * 3600.0  # seconds that messages are known; every platform repeats for hours at most
_TURNS = 8  # questions that are remembered of one person in one chat
_BUSY = 10_000  # milliseconds to wait for another process

_SCHEMA = """
CREATE TABLE IF NOT EXISTS seen (
    platform TEXT NOT NULL, key TEXT NOT NULL, first_seen REAL NOT NULL, state TEXT NOT NULL,
    message TEXT NOT NULL, reply TEXT, PRIMARY KEY (platform, key)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS seen_state ON seen (platform, state, first_seen);
CREATE TABLE IF NOT EXISTS turns (
    id INTEGER PRIMARY KEY, platform TEXT NOT NULL, bot TEXT NOT NULL, chat TEXT NOT NULL,
    user TEXT NOT NULL, asked REAL NOT NULL, question TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS turns_of ON turns (platform, bot, chat, user, asked);
CREATE TABLE IF NOT EXISTS feedback (
    platform TEXT NOT NULL, key TEXT NOT NULL, user TEXT NOT NULL, given REAL NOT NULL,
    verdict TEXT NOT NULL, reason TEXT NOT NULL, PRIMARY KEY (platform, key, user)) WITHOUT ROWID;
"""


class State(StrEnum):
    """How far a message has come."""

    RECEIVED = "received"  # known, not answered yet
    ANSWERED = "answered"  # the reply is stored, not known to be delivered
    SENT = "sent"


@dataclass(frozen=True, slots=True)
class Seen:
    """A message that is known: its state, and its reply once there is one."""

    message: Message
    state: State
    reply: str | None


class Ledger:
    """The file. Safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.execute(f"PRAGMA busy_timeout = {_BUSY}")
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.executescript(_SCHEMA)

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    # ── messages ────────────────────────────────────────────────────────────────────────────────

    def claim(self, message: Message, now: float) -> Seen | None:
        """Take a message in, durably. None when it is new, else what is known of it."""
        with self._writing() as connection:
            known = self._seen(message.platform, message.key)
            if known is not None:
                return known
            connection.execute(
                "INSERT INTO seen VALUES (?, ?, ?, ?, ?, NULL)",
                (
                    message.platform,
                    message.key,
                    now,
                    State.RECEIVED.value,
                    json.dumps(asdict(message), ensure_ascii=False),
                ),
            )
        return None

    def known(self, platform: str, key: str) -> Seen | None:
        """What is known of a message."""
        with self._lock:
            return self._seen(platform, key)

    def answered(self, message: Message, reply: str) -> None:
        """Store the reply of a message."""
        self._move(message, State.ANSWERED, reply)

    def sent(self, message: Message, reply: str) -> None:
        """The reply was delivered."""
        self._move(message, State.SENT, reply)

    def unsent(self, platform: str, since: float) -> tuple[Seen, ...]:
        """Messages of a platform since a time whose reply was not delivered, oldest first."""
        with self._lock:
            rows = self._connection.execute(
                "SELECT message, state, reply FROM seen"
                " WHERE platform = ? AND state <> ? AND first_seen >= ? ORDER BY first_seen, key",
                (platform, State.SENT.value, since),
            ).fetchall()
        return tuple(_seen(row) for row in rows)

    def forget(self, before: float) -> None:
        """Drop messages and questions from before a time; feedback stays."""
        with self._writing() as connection:
            connection.execute("DELETE FROM seen WHERE first_seen < ?", (before,))
            connection.execute("DELETE FROM turns WHERE asked < ?", (before,))

    def _move(self, message: Message, state: State, reply: str) -> None:
        with self._writing() as connection:
            connection.execute(
                "UPDATE seen SET state = ?, reply = ? WHERE platform = ? AND key = ?",
                (state.value, reply, message.platform, message.key),
            )

    def _seen(self, platform: str, key: str) -> Seen | None:
        row = self._connection.execute(
            "SELECT message, state, reply FROM seen WHERE platform = ? AND key = ?", (platform, key)
        ).fetchone()
        return _seen(row) if row is not None else None

    # ── questions before ────────────────────────────────────────────────────────────────────────

    def history(self, message: Message, since: float) -> tuple[str, ...]:
        """The questions of the same person in the same chat since a time, oldest first."""
        with self._lock:
            rows = self._connection.execute(
                "SELECT question FROM turns WHERE platform = ? AND bot = ? AND chat = ?"
                " AND user = ? AND asked >= ? ORDER BY id DESC LIMIT ?",
                (*_person(message), since, _TURNS),
            ).fetchall()
        return tuple(row[0] for row in reversed(rows))

    def remember(self, message: Message, now: float) -> None:
        """Add the question of a message to those of its person and chat."""
        with self._writing() as connection:
            connection.execute(
                "INSERT INTO turns (platform, bot, chat, user, asked, question)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (*_person(message), now, message.text),
            )

    def reset(self, message: Message) -> None:
        """Forget the questions of the person in the chat."""
        with self._writing() as connection:
            connection.execute(
                "DELETE FROM turns WHERE platform = ? AND bot = ? AND chat = ? AND user = ?",
                _person(message),
            )

    # ── feedback ────────────────────────────────────────────────────────────────────────────────

    def feedback(
        self, platform: str, key: str, user: str, verdict: str, reason: str, now: float
    ) -> None:
        """Store what a person thinks of a reply; a later word replaces an earlier one."""
        with self._writing() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO feedback VALUES (?, ?, ?, ?, ?, ?)",
                (platform, key, user, now, verdict, reason),
            )

    def feedback_given(self) -> Sequence[tuple[str, str, str, str, str]]:
        """All feedback as (platform, key, user, verdict, reason), in order of time."""
        with self._lock:
            rows: list[tuple[str, str, str, str, str]] = self._connection.execute(
                "SELECT platform, key, user, verdict, reason FROM feedback ORDER BY given, key"
            ).fetchall()
        return rows


def _person(message: Message) -> tuple[str, str, str, str]:
    return message.platform, message.bot, message.chat, message.user


def _seen(row: tuple[str, str, str | None]) -> Seen:
    return Seen(Message(**json.loads(row[0])), State(row[1]), row[2])
