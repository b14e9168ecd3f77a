"""The group webhook of WeCom (消息推送): an answer is pushed into a group; nothing comes back.

Source: developer.work.weixin.qq.com/document/path/91770.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable

from app.chat.outgoing import call, checked, host_of
from app.chat.replies import Answerer, ChatReply
from app.chat.wecom_wire import digest
from app.chat.wording import Form, cut, worded
from app.settings_chat import WecomWebhook

LIMIT = 4096  # UTF-8 bytes of a Markdown message
_QUESTION = 300  # UTF-8 bytes of the question that stands above its answer
PER_MINUTE = 20
_MINUTE = 60.0


class Pace:
    """Waits so that no more than `PER_MINUTE` messages of one process go out in a minute."""

    def __init__(
        self,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._now = now
        self._sleep = sleep
        self._lock = threading.Lock()
        self._sent: dict[str, deque[float]] = defaultdict(lambda: deque(maxlen=PER_MINUTE))

    def wait(self, key: str) -> None:
        """Return when the next message to the webhook `key` may go out."""
        with self._lock:
            sent = self._sent[key]
            if len(sent) == PER_MINUTE:
                rest = sent[0] + _MINUTE - self._now()
                if rest > 0:
                    self._sleep(rest)
            sent.append(self._now())


_PACE = Pace()


def push(
    settings: WecomWebhook, question: str, answerer: Answerer, pace: Pace = _PACE
) -> ChatReply:
    """Answer `question` and push question and answer into the group. Blocking.

    Raises `Undelivered` when the platform does not take it, IndexUnusable without an index.
    """
    reply = answerer.ask(question)
    head = f"> {cut(' '.join(question.split()), _QUESTION)}\n\n"
    text = head + worded(reply, Form.MARKDOWN, LIMIT - len(head.encode("utf-8")))
    key = settings.key.get_secret_value()
    pace.wait(digest(settings.api, key))
    answer = call(
        settings.api,
        "/cgi-bin/webhook/send",
        (host_of(settings.api),),
        {"key": key},
        {"msgtype": "markdown", "markdown": {"content": text}},
    )
    checked(answer, "webhook/send")
    return reply
