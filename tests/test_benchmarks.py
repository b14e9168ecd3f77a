"""The measurements of speed and scale work, on 300 passages of made-up texts. No time is tested."""

from __future__ import annotations

import gzip
import json
import random
import re
import shutil
from dataclasses import fields as fields_of
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import corpus_at_size
import engines
import plot
import pytest
import scale
from _engines_adapters import ENGINES, IN_MEMORY
from _engines_tokens import read_batches, read_queries, write_queries, write_tokens
from _oracle import Oracle
from _results import RESULTS, EngineRow, ScaleRow, engine_rows, machines, save, scale_rows
from _tables import replaced

PASSAGES = 300
SUBJECTS = [
    "养老服务",
    "学前教育",
    "农村公路",
    "饮用水源",
    "文化遗产",
    "职业培训",
    "公共卫生",
    "社区食堂",
    "科技创新",
    "林草防火",
]
VERBS = ["加强", "规范", "统筹", "推进", "支持", "保障", "监督", "评估"]
BODIES = ["县级人民政府", "主管部门", "行业协会", "基层组织", "用人单位", "运营机构"]
PAGE = "\n".join(
    f"<!-- {name}:begin -->\nold\n<!-- {name}:end -->"
    for name in ("goals", "scale", "engines", "alike", "machine")
)
# SQLite FTS5 and tantivy have another k1 and b, and rank-bm25 another idf, so that they do not
# find quite the same.
LEAST = {
    "youju": 0.3,
    "tantivy": 0.8,
    "bm25s": 0.9,
    "bm25s-numba": 0.9,
    "fts5": 0.5,
    "rank-bm25": 0.7,
}


def sentence(draw: random.Random) -> str:
    subject, verb, body = draw.choice(SUBJECTS), draw.choice(VERBS), draw.choice(BODIES)
    number = draw.randrange(2, 90)
    return f"{body}应当在{number}个工作日内{verb}{subject}，并向{draw.choice(BODIES)}报告{draw.choice(SUBJECTS)}情况。"


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder like that of the real texts, with fewer of them."""
    draw = random.Random(7)
    folder = tmp_path_factory.mktemp("bench")
    (folder / "stard").mkdir()
    (folder / "ncp").mkdir()
    articles = [
        {
            "law": f"{subject}条例",
            "article": f"第{number}条",
            "text": sentence(draw) + sentence(draw),
        }
        for subject in SUBJECTS
        for number in "一二三四五六七八九十"
    ]
    with gzip.open(folder / "stard" / "articles.jsonl.gz", "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(row) + "\n" for row in articles)
    texts = ["\n".join(sentence(draw) for _ in range(6)) for _ in range(8)]
    documents = "\n".join(
        json.dumps({"id": str(number), "text": text}) for number, text in enumerate(texts)
    )
    (folder / "ncp" / "documents.jsonl").write_text(documents, "utf-8")
    queries = [
        {"id": number, "question": f"{subject}由谁负责\n管理？"}
        for number, subject in enumerate(SUBJECTS)
    ]
    (folder / "stard" / "queries_dev.jsonl").write_text(
        "\n".join(map(json.dumps, queries)), "utf-8"
    )
    return folder


@pytest.fixture(scope="module")
def work(bench: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tokens and queries."""
    folder = tmp_path_factory.mktemp("work")
    write_tokens(bench, PASSAGES, folder / f"tokens-{PASSAGES}.jsonl")
    write_queries(bench, PASSAGES, folder / "queries.jsonl")
    kept = (folder / "queries.jsonl").read_text("utf-8").splitlines()[:60]
    (folder / "queries.jsonl").write_text("\n".join(kept), "utf-8")
    return folder


# ── the corpus ──────────────────────────────────────────────────────────────────────────────────


def test_the_same_size_gives_the_same_corpus(bench: Path, tmp_path: Path) -> None:
    made = [corpus_at_size.write(bench, PASSAGES, tmp_path / name) for name in "ab"]
    assert made[0] == made[1]
    read = [
        {
            path.relative_to(tmp_path / name): path.read_bytes()
            for path in (tmp_path / name).rglob("*.*")
        }
        for name in "ab"
    ]
    assert read[0] == read[1]
    assert len(read[0]) == made[0].documents + 2  # about.json and questions.txt


def test_a_corpus_has_the_wanted_size_and_says_how_much_of_it_is_recombined(bench: Path) -> None:
    taken = list(corpus_at_size.taken(bench, PASSAGES))
    count = sum(len(passages) for _, passages in taken)
    assert PASSAGES <= count < PASSAGES + 60
    assert {text.recombined for text, _ in taken} == {False, True}
    assert [text.recombined for text, _ in taken] == sorted(text.recombined for text, _ in taken)


def test_a_larger_corpus_begins_with_the_smaller_one(bench: Path) -> None:
    small = [text for text, _ in corpus_at_size.taken(bench, 100)]
    large = [text for text, _ in corpus_at_size.taken(bench, PASSAGES)]
    assert large[: len(small)] == small
    assert len(large) > len(small)


def test_recombined_texts_are_made_of_real_sentences(bench: Path) -> None:
    texts = [text for text, _ in corpus_at_size.taken(bench, PASSAGES)]
    real = " ".join(" ".join(text.text.split()) for text in texts if not text.recombined)
    found = [text for text in texts if text.recombined]
    sentences = [part for text in found for part in text.text.split("\n") if part.endswith("。")]
    assert len(sentences) > 20
    firsts = [re.sub("^[一二三]、", "", part).split("。")[0] for part in sentences]
    assert not [first for first in firsts if first not in real]


def test_questions_stand_on_a_line_each(bench: Path) -> None:
    asked = corpus_at_size.questions(bench, PASSAGES)
    assert len(asked) == len(set(asked)) > 50
    assert all(question == " ".join(question.split()) for question in asked)


def test_a_folder_that_holds_another_size_is_refused(bench: Path, tmp_path: Path) -> None:
    corpus_at_size.write(bench, 50, tmp_path)
    with pytest.raises(SystemExit, match="50 passages"):
        corpus_at_size.write(bench, 60, tmp_path)


# ── the engines ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("fields", ["words", "both"])
@pytest.mark.parametrize("name", [name for name in LEAST if name != "bm25s-numba"])
def test_an_engine_finds_what_the_formula_finds(
    name: str, fields: str, work: Path, tmp_path: Path
) -> None:
    tokens, queries = (
        work / f"tokens-{PASSAGES}.jsonl",
        read_queries(work / "queries.jsonl", fields),
    )
    building = ENGINES[name](tmp_path)
    for batch in read_batches(tokens, fields):
        building.add(batch)
    building.finish()
    asking = building if name in IN_MEMORY else ENGINES[name](tmp_path)
    asking.open()
    oracle = Oracle(tokens, fields, queries)
    found = [asking.search(query) for query in queries]
    asking.close()
    assert all(len(numbers) == len(set(numbers)) <= 10 for numbers in found)
    shares = [
        oracle.passages(query).share(numbers) for query, numbers in zip(queries, found, strict=True)
    ]
    assert sum(shares) / len(shares) >= LEAST[name]
    if name == "youju":
        assert {
            oracle.ranked(query).share(numbers)
            for query, numbers in zip(queries, found, strict=True)
        } == {1.0}


def test_engines_are_built_and_asked_in_processes_of_their_own(work: Path) -> None:
    run = engines.Run(work, PASSAGES, "both", seconds=5)
    rows = engines.measure(run, ["youju", "fts5"], rounds=2)
    youju, fts5 = rows
    assert (youju.engine, youju.ranked, youju.alike["youju"]) == ("youju", 1.0, 1.0)
    assert 0 < fts5.alike["youju"] < 1
    for row in rows:
        assert row.asked == len(read_queries(run.queries, "both"))
        assert min(row.p50, row.build_seconds, row.peak_mb, row.resident_mb, row.disk_mb) > 0
        assert row.p50 <= row.p99


def test_without_a_bench_folder_nothing_is_measured(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("YOUJU_BENCH_DIR", raising=False)
    for script in (corpus_at_size, engines, scale):
        monkeypatch.setattr("sys.argv", [script.__name__])
        script.main()
        assert capsys.readouterr().out.startswith("skipped")


# ── the whole service ───────────────────────────────────────────────────────────────────────────


def test_the_service_is_measured_from_raw_text_to_answers(
    bench: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(corpus_at_size, "CLAUSE_QUESTIONS", 20)
    monkeypatch.setattr(scale, "OPENINGS", 1)
    monkeypatch.setattr(scale, "ADDITIONS", 2)
    monkeypatch.setattr(scale, "WARM_UP", 5)
    row = scale.measure(bench, PASSAGES, tmp_path, fresh=False)
    assert row.passages >= PASSAGES
    assert 0 < row.search_p50 <= row.search_p99
    assert 0 < row.ask_p50 <= row.ask_p99
    figures = [getattr(row, each.name) for each in fields_of(row) if each.type == "float"]
    assert min(figures) > 0
    left = [path for path in (tmp_path / "corpus").rglob("*.txt") if "zq" in path.name]
    assert not left  # what was added to measure that is removed again


# ── tables and plot ─────────────────────────────────────────────────────────────────────────────


def engine_row(name: str, passages: int, p50: float) -> EngineRow:
    figures = {each.name: 1.5 for each in fields_of(EngineRow) if each.type == "float"}
    row = EngineRow(
        engine=name, fields="both", passages=passages, asked=990, alike={name: 1.0}, **figures
    )
    return replace(row, p50=p50, ranked=0.987)


@pytest.fixture
def results(tmp_path: Path) -> Path:
    folder = tmp_path / "results"
    for passages in (10_000, 100_000):
        rows = [
            engine_row(name, passages, 0.00001 * passages * place)
            for place, name in enumerate(("tantivy", "youju", "rank-bm25"), 1)
        ]
        save(f"engines-{passages}", rows, folder)
    figures = {each.name: 2.5 for each in fields_of(ScaleRow) if each.type == "float"}
    counts = {
        "wanted": 10_000,
        "passages": 10_016,
        "documents": 635,
        "characters": 751_561,
        "asked": 1000,
    }
    save("scale-10000", [ScaleRow(**counts, **figures)], folder)
    return folder


def test_results_are_read_as_they_were_kept(results: Path) -> None:
    assert [row.passages for row in engine_rows(results)] == [10_000] * 3 + [100_000] * 3
    assert [row.documents for row in scale_rows(results)] == [635]
    assert {each.cores for each in machines(results)} >= {machines(results)[0].cores}


def test_the_same_results_give_the_same_page_and_the_same_plot(
    results: Path, tmp_path: Path
) -> None:
    pages = []
    for name in "ab":
        docs = tmp_path / name
        docs.mkdir()
        (docs / plot.PAGE).write_text(PAGE, "utf-8")
        assert plot.write(results, docs)
        assert plot.write(results, docs)  # over its own page
        pages.append(((docs / plot.PAGE).read_bytes(), (docs / plot.PLOT).read_bytes()))
    assert pages[0] == pages[1]
    page, picture = (content.decode() for content in pages[0])
    assert "old" not in page
    assert "| 有据 | 2 |" in page
    assert "| p50 与只用 tantivy 之比 | 至多 1.5 | 2 |" in page
    assert "| 文件数 | 635 |" in page
    texts = [
        text
        for each in ElementTree.fromstring(picture).iter()
        if (text := (each.text or "").strip())
    ]
    assert {"有据", "tantivy", "rank-bm25", "段落数（对数）"} <= set(texts)
    assert "<dc:date>" not in picture


def test_without_results_the_docs_stay_as_they_are(tmp_path: Path) -> None:
    assert not plot.write(tmp_path, tmp_path / "nowhere")


def test_a_page_without_markers_is_refused() -> None:
    with pytest.raises(ValueError, match="goals:begin"):
        replaced("text", "goals", "table")


def test_the_page_of_the_docs_says_what_the_results_say(tmp_path: Path) -> None:
    shutil.copy(plot.DOCS / plot.PAGE, tmp_path)
    assert plot.write(RESULTS, tmp_path)
    assert (tmp_path / plot.PAGE).read_text("utf-8") == (plot.DOCS / plot.PAGE).read_text("utf-8")
