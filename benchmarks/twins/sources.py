"""Where questions with known answers come from: the own bench and NCP."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

from app.text.fold import fold

from .model import Seed, Text, Texts

_SUFFIX = re.compile("(?:特别行政区|自治区|自治州|省|市|县|区|州)$")
_PLACE = re.compile("[一-鿿]{2,6}?(?:特别行政区|自治区|自治州|[省市县州])(?![域内外级直属中长委])")
_OPENING = 160
_FIGURE = re.compile("[0-9]|[一二三四五六七八九十]+[个项条家所]")
_TUNED = "01234567"


def own_bench(folder: Path, wanted: Callable[[str], bool]) -> tuple[list[Seed], Texts]:
    """The answerable questions of tests/bench whose id is `wanted`, and its documents."""
    texts = []
    for path in sorted((folder / "documents").glob("*.txt")):
        fields = json.loads(path.with_name(f"{path.name}.json").read_text("utf-8"))
        name = " ".join(str(fields.get(key) or "") for key in ("title", "number", "issuer"))
        folded = fold(f"{name} {fields.get('issued_on') or ''}").text
        region = fold(str(fields["region"])).text
        texts.append(Text(path.name, folded, fold(path.read_text("utf-8")).text, _names(region)))
    seeds = [
        Seed(
            id=row["id"],
            type=row["type"],
            question=fold(row["question"]).text,
            context=tuple(fold(one).text for one in row["context"]),
            accept=tuple(tuple(fold(one).text for one in group) for group in row["accept"]),
            evidence=tuple(fold(one).text for one in row["evidence"]),
            documents=tuple(row["document"]),
        )
        for row in _rows(folder / "questions.jsonl")
        if row["accept"] and wanted(row["id"])
    ]
    return seeds, Texts(texts)


def ncp(folder: Path) -> tuple[list[Seed], Texts]:
    """The questions of the tuning half with a figure in question or answer, and the documents."""
    texts = []
    for row in _rows(folder / "documents.jsonl"):
        text = fold(row["text"]).text
        opening = text[:_OPENING]
        places = tuple(dict.fromkeys(name for place in _named(opening) for name in _names(place)))
        texts.append(Text(row["id"], opening, text, places))
    seeds = [
        Seed(
            id=row["id"],
            type="figure",
            question=fold(row["question"]).text,
            context=(),
            accept=((fold(row["answer"]).text,),),
            evidence=(fold(row["answer"]).text,),
            documents=(row["doc"], *row["also_in"]),
        )
        for row in _rows(folder / "questions_dev.jsonl")
        if row["id"][0] in _TUNED and _FIGURE.search(row["question"] + row["answer"])
    ]
    return seeds, Texts(texts)


def _named(opening: str) -> list[str]:
    """The places that the opening of a text names: what is about them stands at its head."""
    return [found.group() for found in _PLACE.finditer(opening)]


def _names(region: str) -> tuple[str, ...]:
    short = _SUFFIX.sub("", region)
    return tuple(dict.fromkeys((region, short))) if len(short) > 1 else (region,)


def _rows(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
