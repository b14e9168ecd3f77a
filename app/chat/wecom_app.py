"""A self-built application of WeCom: callbacks in XML at /wecom/app/NAME, replies by message/send.

The callback is acknowledged with an empty 200 as soon as the message is stored; the answer is
pushed. Source: developer.work.weixin.qq.com/document/path/90238, 90236, 91039.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

from fastapi import APIRouter, Request, Response

from app.chat.messages import Message, without_mentions
from app.chat.outgoing import Undelivered, call, checked, host_of
from app.chat.replies import ChatReply
from app.chat.surface import Office, Surface
from app.chat.wecom_crypto import Box, Forged
from app.chat.wecom_wire import Malformed, add_url_check, opened, read_xml, refused, signed, xml_key
from app.chat.wording import Form, cut, worded
from app.settings_chat import ChatSettings, WecomApp

LIMIT = 2048  # UTF-8 bytes of a message
_EARLIER = 300.0  # seconds before its end from which a token is not used any more
_EXPIRED = frozenset({40014, 42001, 40001})
# Seconds. Long enough to swallow the second try of a message whose answer was lost, short enough
# that the same question asked again is answered again.
_SAME = 20


def surfaces(settings: ChatSettings, office: Office) -> Sequence[Surface]:
    """One surface for each configured application."""
    return tuple(_surface(name, app, office) for name, app in settings.wecom_app.items())


class Api:
    """The server interface of one application: its access token and what is sent with it."""

    def __init__(self, app: WecomApp) -> None:
        self._app = app
        self._hosts = (host_of(app.api),)
        self._lock = threading.Lock()
        self._token = ""
        self._until = 0.0

    def send(self, user: str, text: str) -> None:
        """Send `text` to a member. Blocking; raises `Undelivered`."""
        kind = self._app.format
        body: dict[str, object] = {
            "touser": user,
            "msgtype": kind,
            "agentid": self._app.agent_id,
            kind: {"content": cut(text, LIMIT)},
            "enable_duplicate_check": 1,
            "duplicate_check_interval": _SAME,
        }
        token = self.token()
        try:
            self._post(token, body)
        except Undelivered as error:
            if error.code not in _EXPIRED:
                raise
            self._post(self.token(instead_of=token), body)

    def _post(self, token: str, body: dict[str, object]) -> None:
        path = "/cgi-bin/message/send"
        answer = call(self._app.api, path, self._hosts, {"access_token": token}, body)
        checked(answer, "message/send")
        if answer.get("invaliduser"):
            raise Undelivered("message/send：成员不在应用的可见范围内")

    def token(self, instead_of: str = "") -> str:
        """The access token; a new one when it runs out or equals `instead_of`."""
        with self._lock:
            if self._token and self._token != instead_of and time.monotonic() < self._until:
                return self._token
            query = {
                "corpid": self._app.corp_id,
                "corpsecret": self._app.secret.get_secret_value(),
            }
            answer = call(self._app.api, "/cgi-bin/gettoken", self._hosts, query)
            checked(answer, "gettoken")
            token, seconds = answer.get("access_token"), answer.get("expires_in")
            if not isinstance(token, str) or not token or not isinstance(seconds, int | float):
                raise Undelivered("gettoken：回应里没有 access_token")
            self._token = token
            self._until = time.monotonic() + max(seconds - _EARLIER, seconds / 2)
            return token


def _surface(name: str, app: WecomApp, office: Office) -> Surface:
    box = Box(app.token.get_secret_value(), app.aes_key.get_secret_value(), app.corp_id)
    api = Api(app)
    routes = APIRouter()
    path = f"/wecom/app/{name}"

    def words(reply: ChatReply) -> str:
        return worded(reply, Form.MARKDOWN if app.format == "markdown" else Form.PLAIN, LIMIT)

    def deliver(message: Message, text: str) -> None:
        api.send(message.user, text)

    add_url_check(routes, path, box)

    @routes.post(path, include_in_schema=False)
    async def receive(request: Request) -> Response:
        try:
            given = signed(request)
            encrypt = read_xml(await request.body()).get("Encrypt")
            message = _message(read_xml(opened(box, encrypt, given)), name, app)
        except (Forged, Malformed) as error:
            return refused(error)
        if message is not None:
            taken = message
            await office.run(lambda: office.desk.accept(taken, words, deliver, app.collections))
        return Response()

    def recover() -> None:
        office.desk.recover(_platform(name), words, deliver, lambda _: app.collections)

    return Surface(_platform(name), routes, start=recover)


def _platform(name: str) -> str:
    return f"wecom_app:{name}"


def _message(fields: dict[str, str], name: str, app: WecomApp) -> Message | None:
    """The message in a callback; None when it asks for no reply. Raises `Malformed`."""
    sender, kind = fields.get("FromUserName", ""), fields.get("MsgType", "")
    if not sender or not kind:
        raise Malformed("a message without sender or type")
    text = fields.get("Content", "") if kind == "text" else ""
    if kind == "event":
        # Opening the chat (enter_agent) happens all the time and is left without a word.
        if fields.get("Event") != "subscribe":
            return None
        text = "帮助"
    return Message(
        platform=_platform(name),
        key=xml_key(fields),
        bot=name,
        chat=sender,
        user=sender,
        text=without_mentions(text, app.name),
    )
