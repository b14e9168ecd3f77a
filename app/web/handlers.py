"""From exceptions to problem responses. A browser that asks for a page gets the problem as one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match

from app.errors import IndexUnusable, InvalidQuestion, LibraryLocked, YoujuError
from app.web.pages import Pages
from app.web.problems import FieldError, Problem, problem_of, problem_response, shown
from app.web.validation import invalid_request

# What each error of ours means to a client. Others are faults of the service: 500. So is
# `UnknownDocument`: an id of a request is looked up first, so index and documents disagree.
_MEANINGS: Mapping[type[YoujuError], Callable[[YoujuError], Problem]] = MappingProxyType(
    {
        InvalidQuestion: lambda error: Problem(
            "invalid-request", errors=(FieldError("question", shown(str(error))),)
        ),
        IndexUnusable: lambda error: Problem("not-ready"),
        LibraryLocked: lambda error: Problem("not-ready"),
    }
)


def add_handlers(app: FastAPI, pages: Pages) -> None:
    """Makes `app` answer all failures with problem details."""

    def answer(request: Request, problem: Problem) -> Response:
        if _wants_page(request):
            return pages.problem(problem)
        return problem_response(problem)

    @app.exception_handler(HTTPException)
    async def from_http(request: Request, error: HTTPException) -> Response:
        if error.status_code == 405:
            return answer(request, _method_not_allowed(app, request))
        if error.status_code == 404 and not isinstance(error, Problem):
            said = f"地址“{shown(request.url.path)}”不存在。"
            return answer(request, Problem("not-found", said))
        return answer(request, problem_of(error))

    @app.exception_handler(RequestValidationError)
    async def from_validation(request: Request, error: RequestValidationError) -> Response:
        return answer(request, invalid_request(error.errors()))

    for kind, meaning in _MEANINGS.items():

        async def from_ours(
            request: Request,
            error: Exception,
            meaning: Callable[[YoujuError], Problem] = meaning,
        ) -> Response:
            assert isinstance(error, YoujuError)
            return answer(request, meaning(error))

        app.add_exception_handler(kind, from_ours)


def _wants_page(request: Request) -> bool:
    is_interface = request.url.path.startswith("/v1/")
    return not is_interface and "text/html" in request.headers.get("accept", "")


def _method_not_allowed(app: FastAPI, request: Request) -> Problem:
    """405 with all methods of the address; a route alone knows only its own."""
    allowed: set[str] = set()
    for route in app.routes:
        match, _ = route.matches(request.scope)
        if match is not Match.NONE:
            allowed |= getattr(route, "methods", None) or set()
    # A mounted folder of files changes the path that it is asked for; it knows only GET.
    allowed = allowed or {"GET"}
    if "GET" in allowed:
        allowed.add("HEAD")
    listed = ", ".join(sorted(allowed))
    said = f"收到的方法是“{shown(request.method)}”，可用的是 {listed}。"
    return Problem("method-not-allowed", said, headers={"Allow": listed})
