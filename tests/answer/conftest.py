from __future__ import annotations

from collections.abc import Iterator

import pytest
from answer_corpus import TEXTS, engine_over

from app.engine import Engine


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The engine over all invented texts."""
    with engine_over(tmp_path_factory.mktemp("answers"), TEXTS) as opened:
        yield opened
