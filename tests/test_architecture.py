"""Who may import whom, where libraries live, how large things grow. Reads source text only.

Runs first and alone (`pytest --noconftest`): a circular import would break everything else before
it could be explained.
"""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
APP = PROJECT / "app"
SOURCES = sorted(APP.rglob("*.py"))

# What each room may import of ours, besides itself. The longest matching name decides.
NOUNS = {"app.model", "app.errors"}
STAGE = NOUNS | {"app.text", "app.lexicon"}
STAGES = {"app.question", "app.search", "app.answer", "app.documents", "app.facts"}
SERVED = NOUNS | {
    "app.engine", "app.indexer", "app.library", "app.settings", "app.settings_chat",
}  # fmt: skip
ANYTHING = {"app"}
ROOMS: dict[str, set[str]] = {
    "app": set(),
    "app.model": set(),
    "app.errors": set(),
    "app.settings": {"app.errors"},
    "app.settings_chat": {"app.errors"},
    "app.lexicon": NOUNS,
    "app.text": NOUNS | {"app.lexicon"},
    "app.documents": STAGE,
    "app.facts": STAGE,
    "app.search": STAGE,
    "app.question": STAGE,
    "app.answer": STAGE,
    "app.library": STAGE | {"app.documents", "app.facts", "app.search"},
    "app.indexer": NOUNS | {"app.library", "app.documents"},
    "app.engine": STAGE | STAGES,
    "app.evaluate": STAGE | STAGES | {"app.engine"},
    "app.evaluate_spans": STAGE | STAGES | {"app.engine"},
    "app.web": SERVED,
    "app.chat": SERVED | {"app.web.schemas", "app.web.render", "app.web.anchors"},
    "app.main": ANYTHING,
    "app.cli": ANYTHING,
}
# Files of the command line beside app/cli.py belong to its room.
CLI_FILE = re.compile(r"app\.cli_\w+")

# The only places where a library may be named: patterns of paths below app/.
WEB = r"web/.*|chat/.*|settings\w*\.py|main\.py"
EDGE = rf"{WEB}|cli_quotes\.py"  # checks a file of quotations against the schema of requests
SEGMENTERS = r"text/segment\w*\.py"
COMMAND_LINE = r"cli(_\w+)?\.py"
LIBRARIES = {
    "fastapi": WEB,
    "starlette": WEB,
    "pydantic": EDGE,
    "pydantic_settings": WEB,
    "uvicorn": WEB,
    "anyio": WEB,
    "jieba": SEGMENTERS,
    "rjieba": SEGMENTERS,
    "tantivy": r"search/tantivy_index\w*\.py",
    "rank_bm25": r"search/.*",
    "numpy": r"search/.*",
    "lxml": r"documents/(docx|ofd)\w*\.py",
    "pypdfium2": r"documents/pdf\w*\.py",
    "openpyxl": r"documents/xlsx\w*\.py",
    "selectolax": r"documents/html\w*\.py",
    "filelock": r"library/.*",
    "watchfiles": r"indexer/watch\.py",
    "click": COMMAND_LINE,
    "rich": COMMAND_LINE,
    "cryptography": r"chat/\w*crypto\.py",
    "mcp": r"chat/mcp\w*\.py|cli\w*\.py",
    "lark_oapi": r"chat/feishu\w*\.py",
    "dingtalk_stream": r"chat/dingtalk\w*\.py",
    "slack_sdk": r"chat/slack\w*\.py",
    "aibot": r"chat/wecom\w*\.py",
    "wecom_aibot_sdk": r"chat/wecom\w*\.py",
    "langchain_core": r"chat/langchain\w*\.py",
    "sqlite3": r"library/.*|search/.*|chat/ledger\.py",
}

LINES_OF_A_FILE = 400
LINES_OF_A_FUNCTION = 60

# Proper names of the shipped documents that are also general policy Chinese, each one reviewed.
GENERAL_WORDS = {"十四五", "四梁八柱", "家门口", "能力提升"}


def module_name(path: Path) -> str:
    parts = path.relative_to(PROJECT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def room_of(module: str) -> str:
    if CLI_FILE.fullmatch(module):
        return "app.cli"
    parts = module.split(".")
    names = [".".join(parts[:length]) for length in range(len(parts), 0, -1)]
    return next((name for name in names if name in ROOMS and name != "app"), parts[0])


def imports(path: Path, tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and full name of each imported module, also inside functions and type-only blocks."""
    module = module_name(path)
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, base]).strip(".")
            for alias in node.names:
                submodule = PROJECT / f"{base}.{alias.name}".replace(".", "/")
                is_module = submodule.is_dir() or submodule.with_suffix(".py").is_file()
                yield node.lineno, f"{base}.{alias.name}" if is_module else base


def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def is_below(module: str, allowed: str) -> bool:
    return module == allowed or module.startswith(f"{allowed}.")


def forbidden_rooms(path: Path, tree: ast.AST) -> Iterator[str]:
    """One sentence for each import of ours that the table of rooms does not allow."""
    room = room_of(module_name(path))
    allowed = ROOMS.get(room)
    if allowed is None or (room == "app" and path != APP / "__init__.py"):
        yield f"{path.relative_to(PROJECT)} belongs to no room: add it to ROOMS and docs/design.md"
        return
    for line, name in imports(path, tree):
        if not is_below(name, "app") or room_of(name) == room:
            continue
        if not any(is_below(name, other) for other in allowed):
            yield (
                f"{path.relative_to(PROJECT)}:{line} imports {name}; "
                f"{room} may import only {', '.join(sorted(allowed)) or 'nothing of ours'}"
            )


def misplaced_libraries(path: Path, tree: ast.AST) -> Iterator[str]:
    """One sentence for each library that is named outside its place, or has none."""
    place = path.relative_to(APP).as_posix()
    for line, name in imports(path, tree):
        library = name.partition(".")[0]
        if library == "app" or (library in sys.stdlib_module_names and library not in LIBRARIES):
            continue
        if library not in LIBRARIES:
            yield f"app/{place}:{line} imports {library}, which has no place: add it to LIBRARIES"
        elif not re.fullmatch(LIBRARIES[library], place):
            yield f"app/{place}:{line} imports {library}; its place is {LIBRARIES[library]}"


def misplaced_calls(path: Path, tree: ast.AST) -> Iterator[str]:
    """The environment is read in settings.py, and only the command line prints."""
    place = path.relative_to(APP).as_posix()
    environment = {"environ", "environb", "getenv"}
    for node in ast.walk(tree):
        name = getattr(node, "attr", None) or getattr(node, "id", None)
        if name in environment and place not in {"settings.py", "settings_chat.py"}:
            yield f"app/{place}:{node.lineno} reads the environment; only settings.py may"
        called = getattr(node.func, "id", "") if isinstance(node, ast.Call) else ""
        if called in {"print", "input"} and not re.fullmatch(COMMAND_LINE, place):
            yield f"app/{place}:{node.lineno} calls {called}; only the command line may"


def oversized(path: Path, tree: ast.AST) -> Iterator[str]:
    """Files and functions that have grown past what one reads at a sitting."""
    place = path.relative_to(PROJECT)
    lines = len(path.read_text(encoding="utf-8").splitlines())
    if lines > LINES_OF_A_FILE:
        yield f"{place} has {lines} lines, over {LINES_OF_A_FILE}: split it by noun"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > LINES_OF_A_FUNCTION:
                yield f"{place}:{node.lineno} {node.name} has {length} lines, over the limit"


RULES = [forbidden_rooms, misplaced_libraries, misplaced_calls, oversized]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_source_file_keeps(rule) -> None:
    broken = [sentence for path in SOURCES for sentence in rule(path, parse(path))]
    assert not broken, "\n".join(["", *broken])


def test_rooms_do_not_import_each_other_in_a_circle() -> None:
    wanted: dict[str, set[str]] = {}
    for path in SOURCES:
        room = room_of(module_name(path))
        named = {room_of(name) for _, name in imports(path, parse(path)) if is_below(name, "app")}
        wanted.setdefault(room, set()).update(named - {room, "app"})
    while free := [room for room, needs in wanted.items() if not needs & wanted.keys()]:
        for room in free:
            del wanted[room]
    assert not wanted, f"these rooms import each other in a circle: {wanted}"


# A rule that cannot fail protects nothing: each one is shown a file that breaks it.
BROKEN = {
    "a stage that calls another stage": ("answer/x.py", "from app.search import bm25"),
    "a stage that reads the library": ("question/x.py", "import app.library.store"),
    "an import hidden in a function": ("text/x.py", "def f():\n    from app.engine import Engine"),
    "a relative import that leaves its room": ("text/x.py", "from ..answer import compose"),
    "a room's name imported from the top": ("facts/x.py", "from app import library"),
    "the engine with the library": ("engine.py", "from app.library import Library"),
    "a file without a room": ("helpers.py", ""),
    "fastapi in a stage": ("answer/x.py", "from fastapi import HTTPException"),
    "jieba outside its file": ("question/x.py", "import jieba.posseg"),
    "tantivy outside its file": ("search/memory.py", "import tantivy"),
    "sqlite3 in the web room": ("web/x.py", "import sqlite3"),
    "a library that nobody placed": ("web/x.py", "import requests"),
    "the environment in a stage": ("answer/x.py", "import os\nos.environ['HOME']"),
    "the environment by getenv": ("web/x.py", "from os import getenv\ngetenv('HOME')"),
    "print in a stage": ("answer/x.py", "print('x')"),
    "a function of 61 lines": ("answer/x.py", "def f():\n" + "    x = 1\n" * 60),
}


@pytest.mark.parametrize(("place", "source"), BROKEN.values(), ids=BROKEN.keys())
def test_a_rule_catches(place: str, source: str) -> None:
    path = APP / place
    rules = [forbidden_rooms, misplaced_libraries, misplaced_calls]
    if source.startswith("def f") and "import" not in source:
        assert [*oversized(SOURCES[0], ast.parse(source))]
    else:
        assert [sentence for rule in rules for sentence in rule(path, ast.parse(source))]


# ── importing does no work ──────────────────────────────────────────────────────────────────────

WATCH_IMPORTS = """
import importlib, json, os, sys
project, modules = sys.argv[1], sys.argv[2:]
work = []
def watch(event, args):
    if event == "open":
        path, mode = str(args[0]), args[1]
        writes = isinstance(mode, str) and any(letter in mode for letter in "wax+")
        reads_ours = path.startswith(project) and not path.endswith((".py", ".pyc"))
        if writes or (reads_ours and ".venv" not in path):
            work.append(f"{event} {path}")
    elif event in {"sqlite3.connect", "socket.connect", "socket.bind", "subprocess.Popen"}:
        work.append(f"{event} {args}")
sys.addaudithook(watch)
for module in modules:
    importlib.import_module(module)
print(json.dumps({"work": work, "modules": sorted({name.partition(".")[0] for name in sys.modules})}))
"""


def after_importing(*modules: str) -> dict[str, list[str]]:
    done = subprocess.run(
        [sys.executable, "-B", "-c", WATCH_IMPORTS, str(APP), *modules],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, list[str]] = json.loads(done.stdout)
    return found


# For programs of others, never imported by the service: what langchain-core brings along tries out
# a socket when it is imported.
OF_OTHERS = {"app.chat.langchain_retriever"}


def test_importing_a_module_opens_no_file_and_no_connection() -> None:
    assert after_importing(*sorted({*map(module_name, SOURCES)} - OF_OTHERS))["work"] == []


EAGER = [
    (
        "app.cli",
        {
            "fastapi",
            "jieba",
            "lxml",
            "numpy",
            "openpyxl",
            "pydantic",
            "rank_bm25",
            "rich",
            "rjieba",
            "selectolax",
            "tantivy",
        },
    ),
    ("app.main", {"jieba", "lxml", "openpyxl", "rich", "rjieba", "selectolax"}),
]


@pytest.mark.parametrize(("module", "heavy"), EAGER, ids=[module for module, _ in EAGER])
def test_starting_a_program_loads_no_heavy_library_before_it_is_needed(
    module: str, heavy: set[str]
) -> None:
    assert not heavy & set(after_importing(module)["modules"])


# ── rules and lexicons hold general policy Chinese only ─────────────────────────────────────────


def proper_names() -> set[str]:
    """Names that belong to the shipped documents: quoted coinages, persons, places."""
    names: set[str] = set()
    for path in sorted((PROJECT / "corpus").rglob("*")):
        if path.suffix in {".txt", ".md"} and "_youju" not in path.parts:
            text = path.read_text(encoding="utf-8")
            names.update(re.findall(r"“([\u4e00-\u9fff、]{3,})”", text))
            names.update(re.findall(r"审核人[:：]\s*([\u4e00-\u9fff]{2,4})", text))
            for stem, unit in re.findall(r"([\u4e00-\u9fff]{2})(市|县)(?![域城级])", text):
                names.update({stem, stem + unit})
        elif path.suffix == ".json":
            region = json.loads(path.read_text(encoding="utf-8")).get("region") or ""
            names.update(region[:length] for length in range(2, len(region) + 1))
            if region.endswith("州"):
                names.add(f"{region[0]}州")
    return names - GENERAL_WORDS


def test_the_corpus_yields_names_to_look_for() -> None:
    assert len(proper_names()) > 30


def test_no_name_of_a_shipped_document_stands_in_the_code() -> None:
    found = [
        f"{path.relative_to(PROJECT)} holds {name}"
        for path in sorted(APP.rglob("*"))
        if path.is_file() and path.suffix not in {".pyc", ".png", ".ico", ".woff2"}
        for name in sorted(proper_names())
        if name in path.read_text(encoding="utf-8")
    ]
    assert not found, "\n".join(["rules must fit other documents too:", *found])
