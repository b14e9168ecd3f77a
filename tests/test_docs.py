"""The documentation names only what exists: files, make targets, commands, settings, links."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.cli import commands
from app.settings import SETTINGS
from app.settings_chat import FILE_VARIABLE, ChatSettings
from app.web.problems import KINDS

PROJECT = Path(__file__).resolve().parent.parent
PAGES = [
    PROJECT / "README.md",
    PROJECT / "CHANGELOG.md",
    PROJECT / "benchmarks" / "README.md",
    *sorted((PROJECT / "docs").rglob("*.md")),
]
OPERATIONS = PROJECT / "docs" / "operations.md"

# A path of the project as prose names it: one of its folders, or a file at its top.
FOLDERS = "app|benchmarks|corpus|docs|tests|tools"
NAMED_PATH = re.compile(
    rf"`((?:{FOLDERS})/[\w./-]*|[\w.-]+\.(?:lock|toml|yaml)|Dockerfile|Makefile)`"
)
# Made by users or at run time, so not part of a checkout.
MADE_LATER = {
    "corpus/_youju/",
    "corpus/_youju/intake/",
    "corpus/_youju/intake/kept/",
    "corpus/_youju/synonyms.txt",
    "corpus/_youju/words.txt",
    "youju.toml",
}
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ +(.*)$", re.MULTILINE)
CODE_BLOCK = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def pages_with(pattern: re.Pattern[str]) -> list[tuple[Path, str]]:
    return [(page, name) for page in PAGES for name in pattern.findall(page.read_text("utf-8"))]


def anchor(heading: str) -> str:
    """The anchor that a heading gets: lower case, punctuation dropped, blanks to hyphens."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def test_every_path_that_is_named_exists() -> None:
    named = pages_with(NAMED_PATH)
    assert len(named) > 10
    missing = [
        f"{page.name}: {path}"
        for page, path in named
        if path not in MADE_LATER and not (PROJECT / path).exists()
    ]
    assert not missing


def test_every_make_target_that_is_named_exists() -> None:
    makefile = (PROJECT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    named = pages_with(re.compile(r"(?:^|`)make ([a-z-]+)", re.MULTILINE))
    assert {"run", "test"} <= {target for _, target in named}
    assert not [f"{page.name}: make {name}" for page, name in named if name not in targets]


def test_every_make_target_is_explained_by_make_help() -> None:
    makefile = (PROJECT / "Makefile").read_text("utf-8")
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert phony
    explained = set(re.findall(r"^([a-z-]+):.*## \S", makefile, re.MULTILINE))
    assert explained == set(phony[1].split())


def test_every_command_that_is_named_exists_and_every_command_is_named() -> None:
    named = pages_with(re.compile(r"(?:^|[`/ ])youju ([a-z]+)", re.MULTILINE))
    assert not [
        f"{page.name}: youju {name}" for page, name in named if name not in commands.commands
    ]
    assert set(commands.commands) <= {name for _, name in named}


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_a_setting_stands_in_the_table_with_its_default(setting) -> None:
    row = next(
        (
            line
            for line in OPERATIONS.read_text("utf-8").splitlines()
            if f"`{setting.variable}`" in line
        ),
        "",
    )
    assert row, f"docs/operations.md lacks {setting.variable}"
    assert not setting.flag or f"`{setting.flag}`" in row
    assert f"`{setting.default}`" in row or setting.default in row
    meaning = row.replace("`", "").split("|")[4].strip()
    assert meaning.startswith(setting.help), "the table says something else than --help"


def test_the_table_of_problems_is_that_of_the_interface() -> None:
    row = re.compile(r"^\| `(/problems/.*?)` \| (\d+) \| (.*?) \|$", re.MULTILINE)
    rows = row.findall(OPERATIONS.read_text("utf-8"))
    assert rows == [(kind.uri, str(kind.status), kind.title) for kind in KINDS.values()]


def test_every_test_that_is_named_exists() -> None:
    named = pages_with(re.compile(r"`(tests/[\w/]+\.py::\w+)`"))
    assert len(named) > 5
    missing = []
    for page, name in named:
        path, _, function = name.partition("::")
        file = PROJECT / path
        if not file.exists() or f"def {function}(" not in file.read_text("utf-8"):
            missing.append(f"{page.name}: {name}")
    assert not missing


@pytest.mark.parametrize("file", ["Dockerfile", "compose.yaml"])
def test_the_version_of_the_image_is_that_of_the_project(file: str) -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]
    named = re.findall(r"(?:image\.version=\"|image: youju:)([\d.]+)", (PROJECT / file).read_text())
    assert named == [project["version"]]


def test_every_setting_that_is_named_exists() -> None:
    known = {setting.variable for setting in SETTINGS} | {FILE_VARIABLE}
    known |= {f"YOUJU_CHAT_{name.upper()}" for name in ChatSettings.model_fields}
    # Read by compose.yaml, by the benchmarks and by the tests, not by the service.
    elsewhere = {
        "YOUJU_PUBLISH",
        "YOUJU_PUBLISH_PORT",
        "YOUJU_CORPUS_FOLDER",
        "YOUJU_BENCH_DIR",
        "YOUJU_NODE_CLIENTS",
        "YOUJU_LOCK",
        "YOUJU_MUTATIONS",
    }
    named = pages_with(re.compile(r"\bYOUJU_[A-Z_]*[A-Z]\b"))
    assert not [f"{page.name}: {name}" for page, name in named if name not in known | elsewhere]


def test_every_link_leads_somewhere() -> None:
    broken = []
    for page in PAGES:
        for target in LINK.findall(CODE_BLOCK.sub("", page.read_text("utf-8"))):
            if target.startswith(("http://", "https://")):
                continue
            path, _, part = target.partition("#")
            other = (page.parent / path).resolve() if path else page
            if not other.exists():
                broken.append(f"{page.name}: {target}")
            elif part and part not in map(anchor, HEADING.findall(other.read_text("utf-8"))):
                broken.append(f"{page.name}: {target} (no such heading)")
    assert not broken


# ── the examples of the README ──────────────────────────────────────────────────────────────────

ASKED = re.compile(r"^\$ make ask Q='(.*)'\n((?:.+\n|\n)*?)```", re.MULTILINE)
ELLIPSIS = "……"
README = (PROJECT / "README.md").read_text("utf-8")


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    """The shipped corpus, and a data folder of its own."""
    data = tmp_path_factory.mktemp("readme") / "data"
    return ("--corpus", str(PROJECT / "corpus"), "--data", str(data))


def said(*words: str) -> str:
    return CliRunner().invoke(commands, words).stdout


@pytest.mark.parametrize(("question", "shown"), ASKED.findall(README), ids=["answer", "refusal"])
def test_the_readme_shows_what_the_command_prints(
    question: str, shown: str, places: tuple[str, ...]
) -> None:
    printed = said("ask", *places, question)
    start, cut, rest = shown.partition(ELLIPSIS)
    assert not rest.strip()
    assert printed.startswith(start)
    assert cut or printed == start


def agrees(shown: object, real: object) -> bool:
    """Whether a value of the README is the real one, or the beginning of it with “…”."""
    if isinstance(shown, dict) and isinstance(real, dict):
        return list(shown) == list(real) and all(agrees(shown[key], real[key]) for key in shown)
    if isinstance(shown, list) and isinstance(real, list):
        return len(shown) == len(real) and all(map(agrees, shown, real))
    if isinstance(shown, str) and shown.endswith("…"):
        return str(real).startswith(shown[:-1])
    return shown == real


def test_the_readme_shows_the_reply_of_the_interface(places: tuple[str, ...]) -> None:
    question = re.search(r"--data-urlencode 'q=(.*)'", README)
    block = re.search(r"```json\n(\{\"status.*?)```", README, re.DOTALL)
    assert question
    assert block
    shown = json.loads(block[1])
    real = json.loads(said("ask", "--json", "--as-of", shown["as_of"], *places, question[1]))
    assert agrees(shown, real), json.dumps(real, ensure_ascii=False)


def test_no_marker_for_a_figure_is_left() -> None:
    assert not [page.name for page in PAGES if "PLACEHOLDER" in page.read_text("utf-8")]
