"""The tables of docs/benchmarks.md, out of the results of runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from _results import EngineRow, Machine, ScaleRow

NAMES = {
    "youju": "有据",
    "tantivy": "tantivy",
    "bm25s": "bm25s",
    "bm25s-numba": "bm25s（numba）",
    "fts5": "SQLite FTS5",
    "rank-bm25": "rank-bm25",
}
FIELD_NAMES = {"words": "只有词", "both": "词与二元组"}

_SCALE: tuple[tuple[str, Callable[[ScaleRow], str]], ...] = (
    ("文件数", lambda row: f"{row.documents:,}"),
    ("字数（万）", lambda row: f"{row.characters / 1e4:,.0f}"),
    ("拼接的段落所占", lambda row: f"{row.recombined_share:.0%}"),
    ("建索引，秒", lambda row: shown(row.build_seconds)),
    ("其中处理器时间，秒", lambda row: shown(row.build_cpu_seconds)),
    ("建索引时各进程内存之和的峰值，MB", lambda row: shown(row.build_peak_mb)),
    ("磁盘，MB", lambda row: shown(row.disk_mb)),
    ("打开索引，秒", lambda row: shown(row.open_seconds)),
    ("服务从启动到第一个回答，秒", lambda row: shown(row.first_answer_seconds)),
    ("`/v1/search` p50，毫秒", lambda row: shown(row.search_p50)),
    ("`/v1/search` p99，毫秒", lambda row: shown(row.search_p99)),
    ("`/v1/search` 处理器时间，平均，毫秒", lambda row: shown(row.search_cpu_ms)),
    ("`/v1/ask` p50，毫秒", lambda row: shown(row.ask_p50)),
    ("`/v1/ask` p99，毫秒", lambda row: shown(row.ask_p99)),
    ("`/v1/ask` 处理器时间，平均，毫秒", lambda row: shown(row.ask_cpu_ms)),
    ("加一份文件，毫秒", lambda row: shown(row.add_ms)),
    ("服务的常驻内存，MB", lambda row: shown(row.resident_mb)),
    ("其中不属于文件缓存的，MB", lambda row: shown(row.anonymous_mb)),
    ("连同建索引的进程，MB", lambda row: shown(row.together_mb)),
)


def shown(value: float) -> str:
    """Three digits, without an exponent."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}" if value >= 0.001 else f"{value:.1g}"


def scale_table(rows: Sequence[ScaleRow]) -> str:
    """A column per number of passages."""
    heads = ["", *(f"{row.passages:,} 段" for row in rows)]
    body = [[name, *(cell(row) for row in rows)] for name, cell in _SCALE]
    return _table(heads, body)


def engine_tables(rows: Sequence[EngineRow]) -> str:
    """A table per number of passages and choice of fields, the fastest engine first."""
    parts = []
    for passages, fields in sorted({(row.passages, row.fields) for row in rows}):
        some = [row for row in rows if (row.passages, row.fields) == (passages, fields)]
        parts.append(f"### {passages:,} 段，{FIELD_NAMES[fields]}")
        parts.append(_engine_table(sorted(some, key=lambda row: row.p50)))
    return "\n\n".join(parts)


def alike_table(rows: Sequence[EngineRow]) -> str:
    """Which share of what one engine found another one found too, for the largest full run."""
    full = [row for row in rows if row.fields == "both" and len(row.alike) > 1]
    if not full:
        return "（还没有记录。）"
    most = max(row.passages for row in full)
    some = [row for row in full if row.passages == most]
    heads = [f"{most:,} 段", *(NAMES[row.engine] for row in some)]
    body = [
        [NAMES[row.engine], *(f"{row.alike.get(other.engine, 0):.2f}" for other in some)]
        for row in some
    ]
    return _table(heads, body)


def goals_table(rows: Sequence[EngineRow], passages: int = 100_000) -> str:
    """What was aimed at beside what was measured, with words and bigrams."""
    at = {row.engine: row for row in rows if (row.passages, row.fields) == (passages, "both")}
    youju = at.get("youju")
    if youju is None:
        return "（还没有记录。）"
    body = [["与双精度的完整公式一致", "至少 .97", f"{youju.ranked:.3f}"]]
    if "rank-bm25" in at:
        times = at["rank-bm25"].p50 / youju.p50
        body.insert(0, ["比 rank-bm25 快（p50）", "至少 50 倍", f"{times:,.0f} 倍"])
    if "tantivy" in at:
        times = youju.p50 / at["tantivy"].p50
        used = youju.cpu_ms / at["tantivy"].cpu_ms
        body.insert(1, ["p50 与只用 tantivy 之比", "至多 1.5", f"{times:.2g}"])
        body.insert(2, ["处理器时间与只用 tantivy 之比", "", f"{used:.2g}"])
    return _table([f"{passages:,} 段，词与二元组", "目标", "测得"], body)


def machine_line(machines: Sequence[Machine]) -> str:
    """Where the newest run took place."""
    if not machines:
        return "（还没有记录。）"
    last = machines[-1]
    packages = "、".join(f"{name} {number}" for name, number in last.packages.items())
    return (
        f"{last.date}，{last.cores} 个共用的核（开始时别的进程的负载 {last.load}），"
        f"Python {last.python}；{packages}。"
    )


def replaced(page: str, name: str, content: str) -> str:
    """`page` with `content` between its markers of that name."""
    begin, end = f"<!-- {name}:begin -->", f"<!-- {name}:end -->"
    before, found, rest = page.partition(begin)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        raise ValueError(f"the page lacks the markers {begin} and {end}")
    return f"{before}{begin}\n{content}\n{end}{after}"


def _engine_table(rows: Sequence[EngineRow]) -> str:
    heads = ["", "p50 毫秒", "p99 毫秒", "每秒", "处理器 毫秒", "建 秒", "建时内存 MB", "磁盘 MB"]
    heads += ["打开 秒", "首次 毫秒", "问时内存 MB", "与 BM25 一致", "与完整公式一致", "问题数"]
    body = [
        [
            NAMES[row.engine],
            *map(shown, (row.p50, row.p99, row.per_second, row.cpu_ms, row.build_seconds)),
            *map(shown, (row.peak_mb, row.disk_mb, row.open_seconds, row.first_ms)),
            shown(row.resident_mb),
            *(f"{share:.3f}" for share in (row.exact, row.ranked)),
            f"{row.asked:,}",
        ]
        for row in rows
    ]
    return _table(heads, body)


def _table(heads: Sequence[str], body: Sequence[Sequence[str]]) -> str:
    rows = [heads, ["---"] + ["---:"] * (len(heads) - 1), *body]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)
