"""Writes what was measured into the docs: the tables, and how the engines grow, as an SVG.

    python benchmarks/plot.py [--results FOLDER] [--docs FOLDER]

Reads the JSON files that engines.py and scale.py keep with `--save`, by default those in
`benchmarks/results`. The same results give the same bytes. Needs matplotlib (extra `bench`).
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from _results import RESULTS, EngineRow, ScaleRow, engine_rows, machines, scale_rows
from _tables import (
    NAMES,
    alike_table,
    engine_tables,
    goals_table,
    machine_line,
    replaced,
    scale_table,
)

DOCS = Path(__file__).resolve().parent.parent / "docs"
PAGE, PLOT = "benchmarks.md", "benchmarks.svg"
# All of these stand out from white and from black.
COLOURS = {
    "youju": "#e8590c",
    "tantivy": "#1c7ed6",
    "bm25s": "#2b9a43",
    "bm25s-numba": "#12a594",
    "fts5": "#ae3ec9",
    "rank-bm25": "#d6409f",
}
MARKERS = {"youju": "o", "tantivy": "s", "bm25s": "^", "bm25s-numba": "v", "fts5": "D"}
GREY = "#808080"
# Text stays text: whoever looks at the picture has a font that can write it.
STYLE = {
    "svg.fonttype": "none",
    "svg.hashsalt": "youju",
    "font.family": [
        "Noto Sans CJK SC",
        "PingFang SC",
        "Microsoft YaHei",
        "WenQuanYi Micro Hei",
        "sans-serif",
    ],
    "font.size": 11,
    "text.color": GREY,
    "axes.edgecolor": GREY,
    "axes.labelcolor": GREY,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "axes.spines.top": False,
    "axes.spines.right": False,
}


def draw(engines: Sequence[EngineRow], scales: Sequence[ScaleRow], path: Path) -> None:
    """Passages against the median time of a search, both axes logarithmic."""
    import logging

    import matplotlib

    matplotlib.use("svg")
    from matplotlib import pyplot

    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
    with matplotlib.rc_context(STYLE), warnings.catch_warnings():
        # A glyph that no font of this machine has is drawn by a font of the reader's.
        warnings.filterwarnings("ignore", message="Glyph .* missing", category=UserWarning)
        figure, axes = pyplot.subplots(figsize=(8.6, 4.8))
        lines = _lines(engines, scales)
        for name, label, points in sorted(lines, key=lambda line: -line[2][-1][1]):
            style: dict[str, Any] = {"marker": MARKERS.get(name, "p"), "color": COLOURS[name]}
            if label != NAMES[name]:
                style |= {"linestyle": "--", "marker": ""}
            axes.plot(*zip(*points, strict=True), label=label, linewidth=2, markersize=6, **style)
        _label(axes, sorted({passages for _, _, points in lines for passages, _ in points}))
        figure.savefig(
            path, format="svg", transparent=True, bbox_inches="tight", metadata={"Date": None}
        )
        pyplot.close(figure)


def _lines(
    engines: Sequence[EngineRow], scales: Sequence[ScaleRow]
) -> list[tuple[str, str, list[tuple[int, float]]]]:
    """Engine, label and points of each line."""
    found = []
    for name in COLOURS:
        points = sorted(
            (row.passages, row.p50) for row in engines if (row.engine, row.fields) == (name, "both")
        )
        if points:
            found.append((name, NAMES[name], points))
    served = [(row.wanted, row.search_p50) for row in scales]
    if served:
        found.append(("youju", "有据 /v1/search（HTTP）", served))
    return found


def _label(axes: Any, sizes: Sequence[int]) -> None:
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xticks(sizes, [f"{size:,}" for size in sizes])
    axes.set_xticks([], minor=True)
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.grid(True, which="major", color=GREY, alpha=0.3, linewidth=0.6)
    axes.set_xlabel("段落数（对数）")
    axes.set_ylabel("一次检索的中位数，毫秒（对数）")
    legend = axes.legend(loc="center left", bbox_to_anchor=(1.02, 0.5), frameon=False)
    for text in legend.get_texts():
        text.set_color(GREY)


def write(results: Path, docs: Path) -> bool:
    """Put tables and plot into `docs`. Whether there was anything to put."""
    engines, scales = engine_rows(results), scale_rows(results)
    if not engines and not scales:
        return False
    page = (docs / PAGE).read_text("utf-8")
    for name, content in (
        ("goals", goals_table(engines)),
        ("scale", scale_table(scales)),
        ("engines", engine_tables(engines)),
        ("alike", alike_table(engines)),
        ("machine", machine_line(machines(results))),
    ):
        page = replaced(page, name, content)
    (docs / PAGE).write_text(page, "utf-8")
    draw(engines, scales, docs / PLOT)
    return True


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--docs", type=Path, default=DOCS)
    options = parser.parse_args()
    if write(options.results, options.docs):
        print(f"{options.docs / PAGE} and {PLOT} written")
    else:
        print(f"skipped: no results in {options.results}")


if __name__ == "__main__":
    main()
