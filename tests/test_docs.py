"""The documentation names only what exists: files, make targets, commands, settings, links."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from app.cli import commands
from app.settings import SETTINGS

PROJECT = Path(__file__).resolve().parent.parent
PAGES = [PROJECT / "README.md", PROJECT / "CHANGELOG.md", *sorted((PROJECT / "docs").rglob("*.md"))]
OPERATIONS = PROJECT / "docs" / "operations.md"

# A path of the project as prose names it: one of its folders, or a file at its top.
FOLDERS = "app|benchmarks|corpus|docs|tests|tools"
NAMED_PATH = re.compile(
    rf"`((?:{FOLDERS})/[\w./-]*|[\w.-]+\.(?:lock|toml|yaml)|Dockerfile|Makefile)`"
)
# Made by users or at run time, so not part of a checkout.
MADE_LATER = {"corpus/_youju/", "corpus/_youju/synonyms.txt", "corpus/_youju/words.txt"}
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
    assert f"`{setting.flag}`" in row, f"docs/operations.md lacks {setting.variable}"
    assert f"`{setting.default}`" in row or setting.default in row


@pytest.mark.parametrize("file", ["Dockerfile", "compose.yaml"])
def test_the_version_of_the_image_is_that_of_the_project(file: str) -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]
    named = re.findall(r"(?:image\.version=\"|image: youju:)([\d.]+)", (PROJECT / file).read_text())
    assert named == [project["version"]]


def test_every_setting_that_is_named_exists() -> None:
    known = {setting.variable for setting in SETTINGS}
    # Read by compose.yaml and by the benchmarks, not by the service.
    elsewhere = {"YOUJU_PUBLISH", "YOUJU_PUBLISH_PORT", "YOUJU_CORPUS_FOLDER", "YOUJU_BENCH_DIR"}
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


def test_no_marker_for_a_figure_is_left() -> None:
    assert not [page.name for page in PAGES if "PLACEHOLDER" in page.read_text("utf-8")]
