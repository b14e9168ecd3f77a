from __future__ import annotations

import importlib
import pkgutil
import re

import app

# CPython before 3.11.5 matches a possessive group wrongly: it may end before it began, and a
# reader that goes on from there never ends. An atomic group says the same and is right.
POSSESSIVE_GROUP = re.compile(r"(?<!\\)\)(?:[?*+]|\{\d*,?\d*\})\+")


def test_no_pattern_has_a_possessive_group() -> None:
    modules = [
        importlib.import_module(found.name) for found in pkgutil.walk_packages(app.__path__, "app.")
    ]
    patterns = {
        f"{module.__name__}.{name}": value.pattern
        for module in modules
        for name, value in vars(module).items()
        if isinstance(value, re.Pattern) and isinstance(value.pattern, str)
    }
    assert len(patterns) > 100
    assert not [name for name, written in patterns.items() if POSSESSIVE_GROUP.search(written)]
    assert POSSESSIVE_GROUP.search("a(?:bc)?+")
