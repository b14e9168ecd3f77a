"""What pydantic found wrong with a request, said in Chinese, field by field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from app.web.problems import FieldError, Problem, shown

# More than a reader can use; a body of unknown keys would fill a page otherwise.
ERRORS_SHOWN = 20

# pydantic's error types that a request can meet. {…} are the values that pydantic gives.
_MESSAGES: Mapping[str, str] = MappingProxyType(
    {
        "missing": "缺少这一项",
        "extra_forbidden": "没有这一项",
        "string_type": "应为字符串",
        "string_too_short": "至少 {min_length} 个字符",
        "string_too_long": "最多 {max_length} 个字符",
        "too_long": "最多 {max_length} 项",
        "too_short": "至少 {min_length} 项",
        "int_type": "应为整数",
        "int_parsing": "应为整数",
        "int_parsing_size": "整数太大",
        "int_from_float": "应为整数",
        "greater_than_equal": "应不小于 {ge}",
        "less_than_equal": "应不大于 {le}",
        "bool_type": "应为 true 或 false",
        "bool_parsing": "应为 true 或 false",
        "list_type": "应为数组",
        "dict_type": "应为对象",
        "model_type": "应为对象",
        "model_attributes_type": "应为对象",
        "enum": "应为 {expected} 之一",
        "value_error": "{error}",
    }
)
_OTHER = "不合要求"
# Where FastAPI found the value; the reader knows where he wrote it.
_PLACES = frozenset({"body", "query", "path"})


def invalid_request(errors: Sequence[Any]) -> Problem:
    """The 422 problem for a list of pydantic errors (`RequestValidationError.errors()`)."""
    fields = tuple(_field_error(error) for error in errors[:ERRORS_SHOWN])
    more = len(errors) - len(fields)
    said = f"{fields[0].field}：{fields[0].detail}。" if fields else ""
    rest = f"共 {len(errors)} 处，列出前 {len(fields)} 处。" if more > 0 else ""
    return Problem("invalid-request", f"{said}{rest}", errors=fields)


def _field_error(error: Mapping[str, Any]) -> FieldError:
    place = [str(part) for part in error["loc"] if part not in _PLACES]
    template = _MESSAGES.get(error["type"], _OTHER)
    reason = template.format_map(_words(error.get("ctx", {})))
    # The whole body is no value to repeat: it is what lacks the field, or is not an object.
    got = "" if error["type"] == "missing" or not place else f"，收到“{shown(error['input'])}”"
    return FieldError(shown(".".join(place)) or "请求体", f"{reason}{got}")


def _words(context: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value).replace(" or ", "、") for name, value in context.items()}
