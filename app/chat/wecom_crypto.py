"""The encryption of WeCom and WeChat callbacks.

key = base64 of the 43 characters of EncodingAESKey with "=" (32 bytes); AES-256-CBC with iv =
key[:16]; plain text = 16 random bytes, length of the message in 4 bytes (big-endian), message,
receive id; PKCS#7 to blocks of 32 bytes; signature = hex SHA-1 of token, timestamp, nonce and
cipher text, sorted and joined. The receive id is the corp id of an application, the app id of an
Official Account, and "" of an AI bot. Source: developer.work.weixin.qq.com/document/path/90968.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
import struct
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

_BLOCK = 32
_RANDOM = 16
_LENGTH = 4


class Forged(Exception):
    """A callback that does not come from the platform, or was changed on its way."""


def signature(token: str, *parts: str) -> str:
    """The signature over `parts` (timestamp, nonce and, when encrypted, the cipher text)."""
    joined = "".join(sorted((token, *parts))).encode("utf-8", "surrogatepass")
    return hashlib.sha1(joined, usedforsecurity=False).hexdigest()


def check(token: str, given: str, *parts: str) -> None:
    """Raises `Forged` unless `given` is the signature over `parts`; constant time."""
    wanted = signature(token, *parts).encode()
    if not hmac.compare_digest(wanted, given.encode("utf-8", "surrogatepass")):
        raise Forged("the signature does not fit")


@dataclass(frozen=True, slots=True)
class Envelope:
    """An encrypted reply: cipher text and what signs it."""

    encrypt: str
    signature: str
    timestamp: str
    nonce: str


@dataclass(frozen=True, slots=True)
class Box:
    """Opens and seals the messages of one bot."""

    token: str
    aes_key: str
    receive_id: str

    def open(self, encrypt: str, given: str, timestamp: str, nonce: str) -> str:
        """The message inside `encrypt`. The signature is checked before anything is decrypted.

        Raises `Forged`.
        """
        check(self.token, given, timestamp, nonce, encrypt)
        try:
            padded = self._cipher().decryptor().update(base64.b64decode(encrypt, validate=True))
        except (ValueError, binascii.Error) as error:
            raise Forged("the cipher text is no base64") from error
        plain = _unpadded(padded)
        start = _RANDOM + _LENGTH
        if len(plain) < start:
            raise Forged("the message is too short")
        (length,) = struct.unpack(">I", plain[_RANDOM:start])
        message, receiver = plain[start : start + length], plain[start + length :]
        if len(message) != length or not hmac.compare_digest(receiver, self.receive_id.encode()):
            raise Forged("the message is for someone else")
        try:
            return message.decode("utf-8")
        except UnicodeDecodeError as error:
            raise Forged("the message is no UTF-8") from error

    def seal(self, message: str, timestamp: str, nonce: str, random: bytes = b"") -> Envelope:
        """`message` encrypted and signed. `random` are 16 bytes, drawn when not given."""
        raw = message.encode("utf-8")
        plain = (
            (random or secrets.token_bytes(_RANDOM))
            + struct.pack(">I", len(raw))
            + raw
            + self.receive_id.encode()
        )
        encryptor = self._cipher().encryptor()
        sealed = encryptor.update(_padded(plain)) + encryptor.finalize()
        encrypt = base64.b64encode(sealed).decode("ascii")
        return Envelope(encrypt, signature(self.token, timestamp, nonce, encrypt), timestamp, nonce)

    def _cipher(self) -> Cipher[modes.CBC]:
        key = base64.b64decode(self.aes_key + "=")
        return Cipher(algorithms.AES(key), modes.CBC(key[:16]))


def _padded(plain: bytes) -> bytes:
    missing = _BLOCK - len(plain) % _BLOCK
    return plain + bytes([missing]) * missing


def _unpadded(padded: bytes) -> bytes:
    missing = padded[-1] if padded else 0
    good = 1 <= missing <= _BLOCK and padded[-missing:] == bytes([missing]) * missing
    if not good or len(padded) % 16:
        raise Forged("the padding is wrong")
    return padded[:-missing]
