"""The course that every message takes: known already? → answer → store → deliver.

The surface verifies a message before it comes here and acknowledges it after `accept` has
returned. A repeat gets the stored reply, and after a restart `recover` goes on where work stopped.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from app.chat import messages
from app.chat.ledger import KEPT, Ledger, State
from app.chat.messages import Message, Wish
from app.chat.replies import Answerer, ChatReply
from app.errors import IndexUnusable

Words = Callable[[ChatReply], str]
"""How the surface words a reply, within its limit."""
Deliver = Callable[[Message, str], None]
"""Sends the words of a reply to where its message came from; raises when it did not arrive."""

_THREADS = 2
_WAIT = 0.02  # seconds between two looks at a reply that another thread is making
_TRIES = 3
_PAUSE = 1.0  # seconds before the second try of a delivery; twice as long before the third
_RECOVERED = 3600.0  # seconds: what is older is not answered any more after a restart
_log = logging.getLogger("youju.chat")


class Desk:
    """Answers messages once each. `now` gives seconds since 1970, `turn_seconds` tells how long a
    question is remembered for the ones that follow it."""

    def __init__(
        self,
        answerer: Answerer,
        ledger: Ledger,
        turn_seconds: float = 600.0,
        now: Callable[[], float] = time.time,
        pause: float = _PAUSE,
    ) -> None:
        self._answerer = answerer
        self._ledger = ledger
        self._turn_seconds = turn_seconds
        self._now = now
        self._pause = pause
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="youju-chat")
        self._lock = threading.Lock()
        ledger.forget(now() - KEPT)

    @property
    def answerer(self) -> Answerer:
        """For surfaces whose conversations come with the request."""
        return self._answerer

    @property
    def ledger(self) -> Ledger:
        """For feedback."""
        return self._ledger

    # ── replies within the response ─────────────────────────────────────────────────────────────

    def reply(
        self,
        message: Message,
        words: Words,
        collections: Sequence[str] = (),
        seconds: float = 4.0,
    ) -> str | None:
        """The words for a message, the same ones for each of its repeats. Blocking.

        None when another thread is still at it after `seconds`.
        """
        known = self._ledger.claim(message, self._now())
        if known is None:
            return self._answer(message, words, collections)
        return self._awaited(message, seconds)

    def _awaited(self, message: Message, seconds: float) -> str | None:
        end = time.monotonic() + seconds
        while True:
            known = self._ledger.known(message.platform, message.key)
            if known is not None and known.reply is not None:
                return known.reply
            if time.monotonic() >= end:
                return None
            time.sleep(_WAIT)

    def _answer(self, message: Message, words: Words, collections: Sequence[str]) -> str:
        text = self._text(message, words, collections)
        self._ledger.answered(message, text)
        return text

    def _text(self, message: Message, words: Words, collections: Sequence[str]) -> str:
        wanted = messages.wish(message.text)
        if wanted is Wish.NOTHING:
            return messages.ONLY_TEXT
        if wanted is Wish.HELP:
            return messages.HELP
        if wanted is Wish.RESET:
            self._ledger.reset(message)
            return messages.RESET
        now = self._now()
        history = self._ledger.history(message, now - self._turn_seconds)
        try:
            reply = self._answerer.ask(message.text, history, collections)
        except IndexUnusable:
            _log.exception("%s: no index to answer from", message.platform)
            return messages.UNAVAILABLE
        self._ledger.remember(message, now)
        return words(reply)

    # ── replies sent afterwards ─────────────────────────────────────────────────────────────────

    def accept(
        self, message: Message, words: Words, deliver: Deliver, collections: Sequence[str] = ()
    ) -> bool:
        """Take a message in, durably, and answer it in another thread. False for a repeat.

        When this has returned, the message may be acknowledged.
        """
        if self._ledger.claim(message, self._now()) is not None:
            return False
        self._later(message, words, deliver, collections)
        return True

    def recover(
        self,
        platform: str,
        words: Words,
        deliver: Deliver,
        collections: Callable[[str], Sequence[str]],
    ) -> int:
        """Go on with the messages of a platform that were taken in and not answered; how many.

        `collections` gives the collections of a bot by its name.
        """
        since = self._now() - _RECOVERED
        waiting = self._ledger.unsent(platform, since)
        for seen in waiting:
            self._later(seen.message, words, deliver, collections(seen.message.bot))
        return len(waiting)

    def _later(
        self, message: Message, words: Words, deliver: Deliver, collections: Sequence[str]
    ) -> Future[None]:
        return self._threads.submit(self._work, message, words, deliver, collections)

    def _work(
        self, message: Message, words: Words, deliver: Deliver, collections: Sequence[str]
    ) -> None:
        known = self._ledger.known(message.platform, message.key)
        if known is not None and known.state is State.SENT:
            return
        try:
            text = known.reply if known is not None and known.reply else None
            text = text or self._answer(message, words, collections)
            self._deliver(message, text, deliver)
            self._ledger.sent(message, text)
        except Exception:
            # Without the text of the message, which may be confidential.
            _log.exception("%s: message %s was not answered", message.platform, message.key)

    def _deliver(self, message: Message, text: str, deliver: Deliver) -> None:
        for attempt in range(_TRIES):
            try:
                deliver(message, text)
                return
            except Exception:
                if attempt + 1 == _TRIES:
                    raise
                time.sleep(self._pause * 2**attempt)

    def sent(self, message: Message, text: str) -> None:
        """The surface has delivered the reply itself, within its response."""
        self._ledger.sent(message, text)

    def close(self) -> None:
        """Finish what is being done and let go of the file."""
        self._threads.shutdown(wait=True, cancel_futures=True)
        self._ledger.close()
