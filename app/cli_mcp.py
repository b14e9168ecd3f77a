"""`youju mcp`: MCP over standard input and output, for desktop clients that start it themselves."""

from __future__ import annotations

import logging
import sys
from datetime import date

from app.cli_library import update_if_possible
from app.errors import SettingsError
from app.library import Library
from app.settings import Settings


def serve_stdio(settings: Settings) -> None:
    """Update the index, then answer until standard input ends.

    Standard output belongs to the protocol; all that is said goes to standard error.
    """
    logging.basicConfig(stream=sys.stderr)
    try:
        from app.chat.mcp_server import run_stdio
    except ModuleNotFoundError as error:
        if error.name is None or error.name.startswith("app."):
            raise
        raise SettingsError(
            f"youju mcp 需要 {error.name}：请安装 pip install 'youju[mcp]'"
        ) from error
    from app.chat.replies import Answerer
    from app.main import CurrentEngine

    update_if_possible(settings)
    engine = CurrentEngine(Library.open(settings.corpus, settings.data))
    run_stdio(Answerer(engine, date.today, settings.public_url, suggest=tuple))
