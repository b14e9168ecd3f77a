"""Runs the service under uvicorn, with the bounds that uvicorn does not have by itself."""

from __future__ import annotations

from typing import Any

import uvicorn
from fastapi import FastAPI

KEEP_ALIVE_SECONDS = 5
SHUTDOWN_SECONDS = 10
CONNECTIONS = 1000
HEADER_BYTES = 64 * 1024


def serve(app: FastAPI, host: str, port: int) -> None:
    """Answers requests until the process is told to stop; requests in flight are finished."""
    uvicorn.Server(configuration(app, host, port)).run()


def configuration(app: FastAPI, host: str, port: int) -> uvicorn.Config:
    """How uvicorn runs `app`. The access log is off: it would hold questions."""
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        http=_protocol(),
        ws="none",
        loop="auto",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
        # One more than `GuardedProtocol` admits: it answers with a problem, uvicorn with text.
        limit_concurrency=CONNECTIONS + 1,
        h11_max_incomplete_event_size=HEADER_BYTES,
    )


def _protocol() -> Any:
    """httptools with our bounds where it is installed (not on Windows), else h11."""
    try:
        from app.web.protocol import GuardedProtocol
    except ImportError:
        return "h11"
    return GuardedProtocol
