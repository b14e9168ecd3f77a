"""The route class of the JSON interface: strict about headers, query string and body."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from app.web.decoding import check_content_type, check_query, json_value
from app.web.schemas import LIST_PARAMETERS

_METHODS_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})


class StrictRequest(Request):
    """A request whose JSON body is decoded by `app.web.decoding`."""

    async def json(self) -> Any:
        """The decoded body. Raises `Problem` (400) when it is not strict JSON."""
        return json_value(await self.body())


class StrictRoute(APIRoute):
    """Checks query string and content type before FastAPI reads parameters."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler of the route, wrapped in the checks."""
        handle = super().get_route_handler()

        async def checked(request: Request) -> Response:
            check_query(request.scope["query_string"], LIST_PARAMETERS)
            if request.method in _METHODS_WITH_BODY:
                check_content_type(
                    request.headers.get("content-type", ""),
                    request.headers.get("content-encoding", ""),
                )
            return await handle(StrictRequest(request.scope, request.receive))

        return checked
