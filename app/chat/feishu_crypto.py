"""The signature, freshness and encryption of Feishu callbacks.

signature = hex SHA-256 of timestamp, nonce, encrypt key and the raw body; key = SHA-256 of the
encrypt key; AES-256-CBC with the first 16 bytes as iv; PKCS#7 to blocks of 16 bytes; base64.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

_BLOCK = 16
# Feishu pushes an event again after 15 s, 5 min, 1 h and 6 h. Whether a repeat is stamped anew is
# not documented, so a stamp may be as old as the last repeat; messages are known for 7 days, so
# what is sent again within this time is not answered again.
OLDEST = 8 * 3600.0
NEWEST = 5 * 60.0  # seconds that a clock may run ahead of ours
_DIGITS = 15
_MILLISECONDS = 100_000_000_000  # a larger stamp counts milliseconds


class Forged(Exception):
    """A callback that does not come from the platform, or was changed on its way."""


def same(left: str, right: str) -> bool:
    """Whether two secrets are the same; constant time."""
    return hmac.compare_digest(
        left.encode("utf-8", "surrogatepass"), right.encode("utf-8", "surrogatepass")
    )


def fresh(timestamp: str, now: float) -> bool:
    """Whether a stamp in seconds (or milliseconds) is at most 8 h old and 5 min ahead."""
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= _DIGITS):
        return False
    stamp = float(timestamp)
    age = now - (stamp / 1000 if stamp >= _MILLISECONDS else stamp)
    return -NEWEST <= age <= OLDEST


@dataclass(frozen=True, slots=True)
class Box:
    """Checks, opens and seals the callbacks of one application."""

    encrypt_key: str

    def signature(self, timestamp: str, nonce: str, body: bytes) -> str:
        """The signature of a raw body."""
        head = f"{timestamp}{nonce}{self.encrypt_key}".encode("utf-8", "surrogatepass")
        return hashlib.sha256(head + body).hexdigest()

    def check(self, given: str, timestamp: str, nonce: str, body: bytes) -> None:
        """Raises `Forged` unless `given` is the signature of `body`."""
        if not same(self.signature(timestamp, nonce, body), given):
            raise Forged("the signature does not fit")

    def open(self, encrypt: str) -> str:
        """The plain text of a body. Raises `Forged`."""
        try:
            sealed = base64.b64decode(encrypt, validate=True)
        except (ValueError, binascii.Error) as error:
            raise Forged("the cipher text is no base64") from error
        if len(sealed) < 2 * _BLOCK or len(sealed) % _BLOCK:
            raise Forged("the cipher text has a wrong length")
        decryptor = self._cipher(sealed[:_BLOCK]).decryptor()
        padded = decryptor.update(sealed[_BLOCK:]) + decryptor.finalize()
        missing = padded[-1]
        if not 1 <= missing <= _BLOCK or padded[-missing:] != bytes([missing]) * missing:
            raise Forged("the padding is wrong")
        try:
            return padded[:-missing].decode("utf-8")
        except UnicodeDecodeError as error:
            raise Forged("the message is no UTF-8") from error

    def seal(self, plain: str, random: bytes = b"") -> str:
        """`plain` as Feishu encrypts it. `random` are 16 bytes, drawn when not given."""
        raw = plain.encode("utf-8")
        missing = _BLOCK - len(raw) % _BLOCK
        vector = random or secrets.token_bytes(_BLOCK)
        encryptor = self._cipher(vector).encryptor()
        sealed = encryptor.update(raw + bytes([missing]) * missing) + encryptor.finalize()
        return base64.b64encode(vector + sealed).decode("ascii")

    def _cipher(self, vector: bytes) -> Cipher[modes.CBC]:
        key = hashlib.sha256(self.encrypt_key.encode("utf-8")).digest()
        return Cipher(algorithms.AES(key), modes.CBC(vector))
