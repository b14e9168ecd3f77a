"""A WeChat Official Account (公众号): XML callbacks at /wechat/NAME, the reply is the response.

Plain or encrypted (AES). The platform waits five seconds and tries three times; each try of a
message gets the same reply. Source: developers.weixin.qq.com/doc/offiaccount.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Sequence

from fastapi import APIRouter, Request, Response

from app.chat.messages import Message, without_mentions
from app.chat.replies import ChatReply
from app.chat.surface import Office, Surface
from app.chat.wecom_crypto import Box, Forged, check
from app.chat.wecom_wire import (
    Malformed,
    check_time,
    opened,
    promptly,
    read_xml,
    refused,
    signed,
    within_response,
    write_xml,
    xml_key,
)
from app.chat.wording import Form, cut, worded
from app.settings_chat import ChatSettings, WechatAccount

LIMIT = 2048  # UTF-8 bytes of a text reply
READY = 4.2  # seconds of the five that the platform waits
NOT_YET = "success"  # tells the platform to show nothing; it tries again when it hears nothing


def surfaces(settings: ChatSettings, office: Office) -> Sequence[Surface]:
    """One surface for each configured account."""
    return tuple(_surface(name, account, office) for name, account in settings.wechat.items())


def words(reply: ChatReply) -> str:
    """A reply as an account writes it: plain text."""
    return worded(reply, Form.PLAIN, LIMIT)


def _surface(name: str, account: WechatAccount, office: Office) -> Surface:
    token = account.token.get_secret_value()
    key = account.aes_key.get_secret_value() if account.aes_key else None
    box = Box(token, key, account.app_id) if key else None
    routes = APIRouter()
    path = f"/wechat/{name}"

    @routes.get(path, include_in_schema=False)
    async def verify(request: Request) -> Response:
        try:
            given = signed(request, "signature")
            check(token, given.signature, given.timestamp, given.nonce)
        except Forged as error:
            return refused(error)
        return Response(request.query_params.get("echostr", ""), media_type="text/plain")

    @routes.post(path, include_in_schema=False)
    async def receive(request: Request) -> Response:
        try:
            fields = await _fields(request, token, box)
            message = _message(fields, name, account)
        except (Forged, Malformed) as error:
            return refused(error)
        if message is None:
            return Response(NOT_YET, media_type="text/plain")
        text = await promptly(office, message, words, account.collections, READY)
        if text is None:
            return Response(NOT_YET, media_type="text/plain")
        return _reply(fields, cut(text, LIMIT), box)

    def recover() -> None:
        office.desk.recover(_platform(name), words, within_response, lambda _: account.collections)

    return Surface(_platform(name), routes, start=recover)


async def _fields(request: Request, token: str, box: Box | None) -> dict[str, str]:
    """What a callback says, verified. Raises `Forged` or `Malformed`."""
    if box is None:
        given = signed(request, "signature")
        check(token, given.signature, given.timestamp, given.nonce)
        check_time(given.timestamp)
        return read_xml(await request.body())
    # With a key nothing but encrypted messages is taken: the plain signature does not cover the
    # body, so that who has seen one could send any text.
    given = signed(request, "msg_signature")
    return read_xml(opened(box, read_xml(await request.body()).get("Encrypt"), given))


def _platform(name: str) -> str:
    return f"wechat:{name}"


def _message(fields: dict[str, str], name: str, account: WechatAccount) -> Message | None:
    """The message in a callback; None when it asks for no reply. Raises `Malformed`."""
    sender, kind = fields.get("FromUserName", ""), fields.get("MsgType", "")
    if not (sender and kind and fields.get("ToUserName")):
        raise Malformed("a message without sender, receiver or type")
    text = ""
    if kind == "text":
        text = fields.get("Content", "")
    elif kind == "voice":
        text = fields.get("Recognition", "")
    elif kind == "event":
        if fields.get("Event") != "subscribe":
            return None
        text = "帮助"
    return Message(
        platform=_platform(name),
        key=xml_key(fields),
        bot=name,
        chat=sender,
        user=sender,
        text=without_mentions(text, account.name),
    )


def _reply(fields: dict[str, str], text: str, box: Box | None) -> Response:
    now = int(time.time())
    body = write_xml(
        ToUserName=fields["FromUserName"],
        FromUserName=fields["ToUserName"],
        CreateTime=now,
        MsgType="text",
        Content=text,
    )
    if box is not None:
        sealed = box.seal(body, str(now), secrets.token_hex(8))
        body = write_xml(
            Encrypt=sealed.encrypt,
            MsgSignature=sealed.signature,
            TimeStamp=now,
            Nonce=sealed.nonce,
        )
    return Response(body, media_type="application/xml")
