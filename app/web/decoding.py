"""Bytes of a request to values, strictly: what two readers could read differently is refused.

Refused in a body: bytes that are not UTF-8, JSON with a key that stands twice, NaN and Infinity,
lone surrogates, nesting deeper than `DEPTH`, numbers that do not fit. Refused in a query string:
bytes that are not UTF-8 and a parameter that stands twice but holds one value.
"""

from __future__ import annotations

import json
import math
from email.message import Message
from urllib.parse import unquote_to_bytes

from app.web.problems import Problem, shown

DEPTH = 32


def json_value(body: bytes) -> object:
    """The value that `body` holds. Raises `Problem` (400) when it is not strict JSON."""
    text = _utf8(body, "请求体")
    try:
        value: object = json.loads(
            text,
            object_pairs_hook=_without_duplicates,
            parse_constant=_refuse_constant,
            parse_float=_finite,
        )
    except RecursionError:
        raise Problem("invalid-json", "JSON 嵌套太深。") from None
    except json.JSONDecodeError as error:
        where = f"第 {error.lineno} 行第 {error.colno} 个字符处“{shown(text[error.pos :][:20])}”"
        raise Problem("invalid-json", f"{where}无法解析。") from None
    except ValueError:
        # The only other one: more digits than an integer may have (sys.set_int_max_str_digits).
        raise Problem("invalid-json", "有一个整数的位数太多。") from None
    _check_text_and_depth(value)
    return value


def check_query(query: bytes, repeatable: frozenset[str]) -> None:
    """Raises `Problem` (400) when a query string is not UTF-8 or repeats what is not a list."""
    seen: set[str] = set()
    for part in query.split(b"&"):
        name, _, value = part.partition(b"=")
        decoded = _utf8(unquote_to_bytes(name.replace(b"+", b" ")), "查询串")
        _utf8(unquote_to_bytes(value), "查询串")
        if decoded and decoded in seen and decoded not in repeatable:
            raise Problem("duplicate-parameter", f"参数“{shown(decoded)}”写了不止一次。")
        seen.add(decoded)


def check_content_type(content_type: str, content_encoding: str) -> None:
    """Raises `Problem` (415) unless the headers announce plain UTF-8 JSON."""
    message = Message()
    message["content-type"] = content_type
    kind, charset = message.get_content_type(), message.get_content_charset("utf-8")
    is_json = kind == "application/json" or (
        kind.startswith("application/") and kind.endswith("+json")
    )
    if not content_type or not is_json:
        raise Problem("unsupported-media-type", f"收到的内容类型是“{shown(content_type)}”。")
    if charset not in ("utf-8", "utf8"):
        raise Problem("unsupported-media-type", f"收到的字符集是“{shown(charset)}”。")
    if content_encoding.strip().lower() not in ("", "identity"):
        raise Problem("unsupported-media-type", f"收到的压缩方式是“{shown(content_encoding)}”。")


def _utf8(data: bytes, where: str) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        piece = data[error.start : error.start + 4].hex(" ")
        raise Problem(
            "invalid-encoding", f"{where}第 {error.start} 字节起（{piece}）不是 UTF-8。"
        ) from None


def _without_duplicates(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            raise Problem("invalid-json", f"键“{shown(key)}”写了不止一次。")
        found[key] = value
    return found


def _refuse_constant(name: str) -> object:
    raise Problem("invalid-json", f"“{name}”不是 JSON 的值。")


def _finite(digits: str) -> float:
    value = float(digits)
    if math.isinf(value):
        raise Problem("invalid-json", f"数“{shown(digits)}”太大。")
    return value


def _check_text_and_depth(value: object) -> None:
    waiting = [(value, 1)]
    while waiting:
        item, depth = waiting.pop()
        if depth > DEPTH:
            raise Problem("invalid-json", "JSON 嵌套太深。")
        if isinstance(item, str):
            _refuse_surrogates(item)
        elif isinstance(item, list):
            waiting.extend((child, depth + 1) for child in item)
        elif isinstance(item, dict):
            for key, child in item.items():
                _refuse_surrogates(key)
                waiting.append((child, depth + 1))


def _refuse_surrogates(text: str) -> None:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        code = ord(text[error.start])
        raise Problem("invalid-encoding", f"文字中有单独的代理码位 \\u{code:04x}。") from None
