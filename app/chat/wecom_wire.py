"""What the callbacks of WeCom and WeChat share: query, time, XML, and a reply within a deadline."""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from xml.parsers import expat
from xml.sax.saxutils import escape

from fastapi import APIRouter, Request, Response

from app.chat.desk import Words
from app.chat.ledger import Seen
from app.chat.messages import Message
from app.chat.surface import Office
from app.chat.wecom_crypto import Box, Forged

# A callback is repeated within minutes. What is older than this and not known any more would be
# answered anew, so this must be shorter than the time for which the ledger remembers.
STALE = 24 * 3600.0
_LOOK = 0.02  # seconds between two looks for a reply
_XML_DEPTH = 8


class Malformed(Exception):
    """A callback that is signed, or needs no signature yet, and cannot be read."""


@dataclass(frozen=True, slots=True)
class Signed:
    """What the query of a callback carries."""

    signature: str
    timestamp: str
    nonce: str


def signed(request: Request, name: str = "msg_signature") -> Signed:
    """The signature parameter `name`, timestamp and nonce of a request; raises `Forged`."""
    query = request.query_params
    found = Signed(query.get(name, ""), query.get("timestamp", ""), query.get("nonce", ""))
    if not (found.signature and found.timestamp and found.nonce):
        raise Forged("the request is not signed")
    return found


def opened(box: Box, encrypt: object, given: Signed) -> str:
    """The message inside a callback; raises `Forged` when it is changed, foreign or stale."""
    if not isinstance(encrypt, str):
        raise Malformed("nothing encrypted")
    text = box.open(encrypt, given.signature, given.timestamp, given.nonce)
    check_time(given.timestamp)
    return text


def add_url_check(routes: APIRouter, path: str, box: Box) -> None:
    """Adds the GET with which the platform checks an address: it wants `echostr` back, opened."""

    @routes.get(path, include_in_schema=False)
    async def verify(request: Request) -> Response:
        try:
            given = signed(request)
            echo = request.query_params.get("echostr", "")
            text = box.open(echo, given.signature, given.timestamp, given.nonce)
        except Forged as error:
            return refused(error)
        return Response(text, media_type="text/plain")


def check_time(timestamp: str) -> None:
    """Raises `Forged` for a time that is more than a day away. Check the signature first."""
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        raise Forged("the timestamp is no number")
    if abs(time.time() - int(timestamp)) > STALE:
        raise Forged("the message is stale")


def refused(error: Forged | Malformed) -> Response:
    """The answer to a callback that is not taken; the platform reads nothing but the status."""
    status = 403 if isinstance(error, Forged) else 400
    return Response(str(error), status, media_type="text/plain")


def read_json(raw: bytes | str) -> dict[str, object]:
    """The object in `raw`; raises `Malformed`."""
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise Malformed("no JSON") from error
    if not isinstance(found, dict):
        raise Malformed("no JSON object")
    return found


def read_xml(raw: bytes | str) -> dict[str, str]:
    """The text of each element right below the root, by name.

    Raises `Malformed`, also for a document type or an entity of its own, neither of which the
    platform sends and both of which can be used for attacks.
    """
    parser = expat.ParserCreate()
    path: list[str] = []
    found: dict[str, str] = {}

    def refuse(*_: object) -> int:
        raise Malformed("document types and entities are refused")

    def start(name: str, _: object) -> None:
        path.append(name)
        if len(path) > _XML_DEPTH:
            raise Malformed("nested too deep")
        if len(path) == 2:
            found.setdefault(name, "")

    def text(part: str) -> None:
        if len(path) == 2:
            found[path[1]] += part

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.ExternalEntityRefHandler = refuse
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _: path.pop()
    parser.CharacterDataHandler = text
    try:
        parser.Parse(raw, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise Malformed("no XML") from error
    return found


def write_xml(**elements: str | int) -> str:
    """The XML of a reply; whole numbers are written bare, text is escaped.

    Characters that XML has no way to write are left out.
    """
    parts = [
        f"<{name}>{value if isinstance(value, int) else escape(_writable(value))}</{name}>"
        for name, value in elements.items()
    ]
    return f"<xml>{''.join(parts)}</xml>"


def _writable(text: str) -> str:
    return "".join(one for one in text if one >= " " or one in "\t\n")


def digest(*parts: str) -> str:
    """A short name for a message that leads back to its repeats and says nothing else."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def xml_key(fields: dict[str, str]) -> str:
    """What the repeats of an XML message have in common: MsgId, for events sender and time."""
    if fields.get("MsgId"):
        return digest("MsgId", fields["MsgId"])
    event = (fields.get(name, "") for name in ("FromUserName", "CreateTime", "Event", "EventKey"))
    return digest("event", *event)


def within_response(message: Message, text: str) -> None:
    """Delivers nothing: the reply is fetched by the response, of this request or a repeat."""


async def promptly(
    office: Office,
    message: Message,
    words: Words,
    collections: Sequence[str],
    seconds: float,
) -> str | None:
    """The reply to a message, the same for each of its repeats; None when it takes longer."""
    desk = office.desk
    await office.run(lambda: desk.accept(message, words, within_response, collections))
    return await awaited(office, message.platform, message.key, seconds)


async def awaited(office: Office, platform: str, key: str, seconds: float) -> str | None:
    """The reply to a message that was taken in; None when there is none after `seconds`."""
    end = time.monotonic() + seconds
    look: Callable[[], Seen | None] = lambda: office.desk.ledger.known(platform, key)  # noqa: E731
    while True:
        known = await office.run(look)
        if known is None or known.reply is not None:
            return known.reply if known is not None else None
        if time.monotonic() >= end:
            return None
        await asyncio.sleep(_LOOK)
