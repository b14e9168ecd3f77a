from __future__ import annotations

from collections.abc import Iterator

import pytest
from small_service import Running, SmallEngine, application, run
from starlette.testclient import TestClient

from app.web.limits import Limits


@pytest.fixture(scope="session")
def served() -> tuple[SmallEngine, TestClient]:
    """One application for all tests: building it takes longer than most of them."""
    engine = SmallEngine()
    return engine, TestClient(application(engine), follow_redirects=False)


@pytest.fixture
def engine(served: tuple[SmallEngine, TestClient]) -> SmallEngine:
    served[0].asked.clear()
    return served[0]


@pytest.fixture
def client(served: tuple[SmallEngine, TestClient]) -> TestClient:
    return served[1]


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    """A real server that cuts slow bodies after one second."""
    engine = SmallEngine()
    for port in run(application(engine, Limits(body_seconds=1.0))):
        yield Running(port, engine)
