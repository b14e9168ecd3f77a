"""Every hostile or broken file is refused with a reason or read within the limits; nothing else happens."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hostile_archives import GOOD_FIXED, GOOD_SHEET, GOOD_WORD
from hostile_case import Bait, Fate, Hostile
from hostile_files import GOOD, HOSTILE
from hostile_zip import zipped
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.documents.child_limits import Limits
from app.documents.read import read, supported
from app.errors import UnreadableDocument
from app.library.sandbox import Sandbox
from app.model import Extracted

# Tighter than those of the service, so that a file that must run into one does so soon.
LIMITS = Limits(cpu=1, wall=10.0, characters=6_000_000)
PARTS = {"a.docx": GOOD_WORD, "a.xlsx": GOOD_SHEET, "a.ofd": GOOD_FIXED}
# An exception that the reader did not foresee, or the end of the process.
FAULT = re.compile("遇到意外|意外终止")
SECRET = "这是别人的秘密"

READABLE = {name: case for name, case in HOSTILE.items() if supported(case.name)}
# A builder that gives its argument a name makes a file that points somewhere.
POINTING = {
    name: case
    for name, case in READABLE.items()
    if case.build.__code__.co_varnames[:1] == ("bait",)
}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(LIMITS) as one:
        yield one


@pytest.fixture(scope="module")
def server() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        yield listening


@pytest.fixture(scope="module")
def bait(server: socket.socket, tmp_path_factory: pytest.TempPathFactory) -> Bait:
    path = tmp_path_factory.mktemp("bait") / "secret.txt"
    path.write_text(SECRET, encoding="utf-8")
    return Bait(f"http://127.0.0.1:{server.getsockname()[1]}/", str(path))


def nobody_came(server: socket.socket) -> bool:
    try:
        visitor, _ = server.accept()
    except BlockingIOError:
        return True
    visitor.close()
    return False


def outcome(sandbox: Sandbox, case: Hostile, bait: Bait) -> Extracted | str:
    """What was extracted, or why the file was refused."""
    try:
        return sandbox.extract(case.build(bait), case.name)
    except UnreadableDocument as error:
        return str(error)


def check_text(text: str) -> None:
    assert SECRET not in text
    assert "root:" not in text  # the beginning of /etc/passwd
    assert "\0" not in text


def test_there_are_more_than_sixty() -> None:
    assert len(HOSTILE) > 200
    assert {Path(case.name).suffix for case in HOSTILE.values()} >= {*GOOD}


@pytest.mark.parametrize("suffix", [suffix for suffix in GOOD if supported(f"a{suffix}")])
def test_a_good_file_gives_in_the_process_what_it_gives_here(sandbox: Sandbox, suffix: str) -> None:
    data, words = GOOD[suffix]
    found = sandbox.extract(data, f"a{suffix}")
    assert found == read(data, f"a{suffix}")
    assert words in found.text


@pytest.mark.parametrize("case", READABLE.values(), ids=READABLE.keys())
def test_a_hostile_file_is_refused_with_a_reason_or_read_within_the_limits(
    sandbox: Sandbox, server: socket.socket, bait: Bait, case: Hostile
) -> None:
    found = outcome(sandbox, case, bait)
    if isinstance(found, str):
        assert case.fate is not Fate.READ, found
        assert found.startswith(case.name)
        assert re.search(case.reason, found.removeprefix(case.name))
    else:
        assert case.fate is not Fate.REFUSED, found.text[:200]
        check_text(found.text)
    assert nobody_came(server)
    suffix = Path(case.name).suffix
    good, words = GOOD.get(suffix, GOOD[".txt"])
    assert words in sandbox.extract(good, f"good{suffix}").text


@pytest.mark.parametrize("suffix", [suffix for suffix in GOOD if supported(f"a{suffix}")])
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.differing_executors])
@given(data=st.data())
def test_a_good_file_with_damage_is_refused_or_read(
    sandbox: Sandbox, suffix: str, data: st.DataObject
) -> None:
    """In a container, the damage is in a part: the container itself stays whole."""
    good = GOOD[suffix][0]
    if f"a{suffix}" in PARTS:
        parts = PARTS[f"a{suffix}"]
        name = data.draw(st.sampled_from(sorted(parts)))
        content = parts[name]
        whole = content if isinstance(content, bytes) else content.encode()
        good = zipped({**parts, name: damaged(whole, data)})
    else:
        good = damaged(good, data)
    found = outcome(sandbox, Hostile(f"a{suffix}", lambda _: good), Bait("", ""))
    assert not isinstance(found, str) or found.startswith(f"a{suffix}")
    assert not isinstance(found, str) or not FAULT.search(found), found


def damaged(whole: bytes, data: st.DataObject) -> bytes:
    """`whole` with some stretches taken out, doubled, or overwritten."""
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(whole)))
        end = min(len(whole), start + data.draw(st.integers(0, 200)))
        middle = data.draw(
            st.sampled_from([b"", whole[start:end] * 2, b"9" * 12, b"<", b"\0", b"-1", b"/>"])
        )
        whole = whole[:start] + middle + whole[end:]
    return whole


def test_a_reader_does_not_even_try_to_go_where_a_file_points(
    server: socket.socket, bait: Bait
) -> None:
    """Without the walls of the process: the parsers themselves are told to stay."""
    for case in POINTING.values():
        with suppress(UnreadableDocument):
            check_text(read(case.build(bait), case.name).text)
        assert nobody_came(server), case


def test_the_server_of_these_tests_would_notice_a_visitor(server: socket.socket) -> None:
    with socket.create_connection(server.getsockname()):
        assert not nobody_came(server)
