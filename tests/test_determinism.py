"""The same question over the same corpus gives the same bytes, whatever came before."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest

from app.engine import Engine
from app.library import Library, index
from app.web import render

AS_OF = date(2024, 5, 1)
QUESTIONS = (
    "清河县2023年新建农家书屋多少间？",
    "新建农家书屋多少间？",
    "文化惠民有哪些主要举措？",
    "图书馆藏书占全市的百分之几？",
    "演出场次由多少增加到多少？",
    "演出场次增加了多少场？",
    "清河县和白石县哪个新建农家书屋多？",
    "文化馆可以收费吗？",
    "由哪个部门牵头？",
    "为什么取消文化馆？",
    "云南省有多少家剧院？",
    "什么是“百姓舞台”？",
)
SEEDS = range(10)
ASK = """
import sys
from pathlib import Path
from test_determinism import opened, replies
with opened(Path(sys.argv[1])) as engine:
    sys.stdout.buffer.write(replies(engine))
"""


def text(place: str, number: int) -> str:
    return (
        f"{place}2023年文化惠民工作总结\n一、基本情况\n"
        f"2023年，{place}新建农家书屋{20 + number}间，图书馆藏书{30 + number}万册，"
        f"占全市的{10 + number}.5%。演出场次由{100 + number}场增加到{150 + 2 * number}场。\n"
        "二、主要举措\n（一）完善设施网络\n文化馆免费开放，不得收费。\n"
        "（二）培育文艺队伍\n由县文化和旅游局牵头，组建文艺队伍。\n"
        "三、“百姓舞台”\n“百姓舞台”是指由群众自编自演的演出活动。\n"
    )


PLACES = ("清河县", "白石县", "东岭县", "西坪县", "南桥县", "北塬县", "双溪县", "三岔县", "五峰县")
CORPUS = {f"文化/{place}.txt": text(place, i) for i, place in enumerate(PLACES)}


def write(folder: Path, documents: dict[str, str]) -> None:
    for source, content in documents.items():
        path = folder / "corpus" / source
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode())


def reindex(folder: Path) -> None:
    assert index(folder / "corpus", folder / "data").failed == ()


@contextmanager
def opened(folder: Path) -> Iterator[Engine]:
    with Library.open(folder / "corpus", folder / "data") as library:
        yield Engine(library.published.snapshot, library.published.segmenter)


def replies(engine: Engine, questions: tuple[str, ...] = QUESTIONS) -> bytes:
    """The JSON of all replies, one a line, in the order of QUESTIONS."""
    shown = {
        question: render.reply(engine.ask(question, as_of=AS_OF), "").model_dump_json()
        for question in questions
    }
    return "\n".join(shown[question] for question in QUESTIONS).encode()


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fresh")
    write(folder, CORPUS)
    reindex(folder)
    return folder


@pytest.fixture(scope="module")
def expected(fresh: Path) -> bytes:
    with opened(fresh) as engine:
        return replies(engine)


def test_the_questions_lead_to_answers_and_refusals(expected: bytes) -> None:
    statuses = [json.loads(line)["status"] for line in expected.decode().split("\n")]
    assert len(statuses) == len(QUESTIONS) == 12
    assert min(statuses.count("answered"), statuses.count("refused")) >= 2


def _in_a_process(folder: Path, seed: int) -> bytes:
    here = Path(__file__).parent
    environment = os.environ | {
        "PYTHONHASHSEED": str(seed),
        "PYTHONPATH": os.pathsep.join([str(here), str(here.parent)]),
    }
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", ASK, str(folder)],
        env=environment,
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def test_replies_are_the_same_bytes_under_ten_hash_seeds(fresh: Path, expected: bytes) -> None:
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda seed: _in_a_process(fresh, seed), SEEDS))
    assert [seed for seed, given in zip(SEEDS, found, strict=True) if given != expected] == []


def test_an_index_whose_documents_went_and_came_back_replies_like_a_fresh_one(
    tmp_path: Path, expected: bytes
) -> None:
    write(tmp_path, dict(reversed(CORPUS.items())))
    reindex(tmp_path)
    third = list(CORPUS)[::3]
    for source in third:
        write(tmp_path, {source: CORPUS[source] + "四、补记\n新建农家书屋农家书屋999间。\n"})
        reindex(tmp_path)
    with opened(tmp_path) as engine:
        assert replies(engine) != expected
    for source in reversed(third):
        write(tmp_path, {source: CORPUS[source]})
        reindex(tmp_path)
    with opened(tmp_path) as engine:
        assert replies(engine) == expected


def test_an_index_that_lost_and_regained_a_document_replies_like_a_fresh_one(
    tmp_path: Path, expected: bytes
) -> None:
    first, *others = CORPUS
    write(tmp_path, {source: CORPUS[source] for source in others})
    write(tmp_path, {"文化/多余.txt": text("多余县", 50)})
    reindex(tmp_path)
    (tmp_path / "corpus" / "文化" / "多余.txt").unlink()
    write(tmp_path, {first: CORPUS[first]})
    reindex(tmp_path)
    with opened(tmp_path) as engine:
        assert replies(engine) == expected


def test_the_order_of_asking_does_not_matter(fresh: Path, expected: bytes) -> None:
    with opened(fresh) as engine:
        assert replies(engine, QUESTIONS[::-1]) == expected
        assert replies(engine) == expected


def test_threads_that_ask_at_once_get_the_same_replies(fresh: Path, expected: bytes) -> None:
    with opened(fresh) as engine, ThreadPoolExecutor(4) as pool:
        assert set(pool.map(lambda _: replies(engine), range(4))) == {expected}
