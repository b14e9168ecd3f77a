"""A question on a cell is answered from the table of a file of any format."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from docx_parts import docx_of, tagged

from app.engine import Engine
from app.library import Library, index
from app.model import Answer, QuoteClaim

AS_OF = date(2024, 6, 1)
TITLE = "梨川市2023年农村道路建设情况统计表"
DISTRICTS = ("青石县", "乌桥县", "沙湾区", "渡口区", "平川县")
# Of each district: length in 2022, investment in 2022, length in 2023, investment in 2023.
ROWS = ((86, 1290, 104, 1664), (52, 806, 61, 976), (33, 561, 35, 630), (47, 752, 58, 957), (71, 1136, 79, 1343))  # fmt: skip
HEADS = ("里程（公里）", "投资（万元）")


def web_page() -> bytes:
    body = "".join(
        f"<tr><td>{name}</td>{''.join(f'<td>{value}</td>' for value in values)}</tr>"
        for name, values in zip(DISTRICTS, ROWS, strict=True)
    )
    heads = "".join(f"<td>{head}</td>" for head in HEADS * 2)
    return (
        f"<html><head><meta charset=utf-8></head><body><h1>{TITLE}</h1><p>现将有关情况公布如下。</p><table>"
        "<tr><td rowspan=2>县区</td><td colspan=2>2022年</td><td colspan=2>2023年</td></tr>"
        f"<tr>{heads}</tr>{body}</table></body></html>"
    ).encode()


def word() -> bytes:
    def cell(words: object, properties: str = "") -> str:
        return f"<w:tc><w:tcPr>{properties}</w:tcPr>{tagged(str(words))}</w:tc>"

    wide = '<w:gridSpan w:val="2"/>'
    rows = [
        cell("县区", '<w:vMerge w:val="restart"/>') + cell("2022年", wide) + cell("2023年", wide),
        cell("", "<w:vMerge/>") + "".join(map(cell, HEADS * 2)),
        *(
            cell(name) + "".join(map(cell, values))
            for name, values in zip(DISTRICTS, ROWS, strict=True)
        ),
    ]
    table = "".join(f"<w:tr>{row}</w:tr>" for row in rows)
    return docx_of(f"{tagged(TITLE)}{tagged('现将有关情况公布如下。')}<w:tbl>{table}</w:tbl>")


def workbook() -> bytes:
    book: Any = openpyxl.Workbook()
    sheet = book.active
    sheet.append([TITLE])
    sheet.append(["县区", "2022年", None, "2023年"])
    sheet.append([None, *HEADS, *HEADS])
    for name, values in zip(DISTRICTS, ROWS, strict=True):
        sheet.append([name, *values])
    for merged in ("A1:E1", "A2:A3", "B2:C2", "D2:E2"):
        sheet.merge_cells(merged)
    for row in sheet["C4:C8"]:
        row[0].number_format = "#,##0"
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def markdown() -> bytes:
    lines = [
        f"# {TITLE}",
        "",
        "| 县区 | 2022年里程（公里） | 2022年投资（万元） | 2023年里程（公里） | 2023年投资（万元） |",
        "| :--- | ---: | ---: | ---: | ---: |",
        *(
            f"| {name} | {' | '.join(map(str, values))} |"
            for name, values in zip(DISTRICTS, ROWS, strict=True)
        ),
    ]
    return "\n".join(lines).encode()


FILES = {"表.html": web_page, "表.docx": word, "表.xlsx": workbook, "表.md": markdown}

QUESTIONS = (
    ("2023年乌桥县农村道路建设里程是多少公里？", "61公里"),
    ("2022年渡口区农村道路投资是多少？", "752万元"),
    ("2023年平川县农村道路投资多少万元？", "1343万元"),
)


def engine_over(name: str, data: bytes, folder: Any) -> Iterator[Engine]:
    corpus = folder / "corpus"
    corpus.mkdir()
    (corpus / name).write_bytes(data)
    assert index(corpus, folder / "data").failed == ()
    with Library.open(corpus, folder / "data") as library:
        yield Engine(library.published.snapshot, library.published.segmenter)


@pytest.fixture(scope="module", params=FILES)
def engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    folder = tmp_path_factory.mktemp("tables")
    yield from engine_over(request.param, FILES[request.param](), folder)


@pytest.mark.parametrize(("question", "answer"), QUESTIONS)
def test_a_question_on_a_cell_gets_the_number_of_its_row_and_column(
    engine: Engine, question: str, answer: str
) -> None:
    reply = engine.ask(question, as_of=AS_OF)
    assert isinstance(reply, Answer)
    assert reply.answer.replace(",", "") == answer
    claims = [
        QuoteClaim(cited.document_id, cited.span, cited.quote, cited.digest)
        for cited in reply.citations
    ]
    assert claims
    assert all(verdict.valid for verdict in engine.verify(claims))


def test_a_row_far_below_its_header_is_found_in_a_long_sheet(tmp_path: Any) -> None:
    book: Any = openpyxl.Workbook()
    book.active.append(["村庄", "2023年户数（户）", "2023年改厕数（座）", "改厕率"])
    for place in range(400):
        name = "".join("甲乙丙丁戊己庚辛壬癸"[int(figure)] for figure in f"{place:03}") + "村"
        book.active.append([name, 100 + place, 50 + place, (50 + place) / (100 + place)])
        book.active.cell(place + 2, 4).number_format = "0.0%"
    written = BytesIO()
    book.save(written)
    for engine in engine_over("改厕情况.xlsx", written.getvalue(), tmp_path):
        counted = engine.ask("2023年丁乙己村改厕数是多少座？", as_of=AS_OF)
        rate = engine.ask("丁乙己村的改厕率是多少？", as_of=AS_OF)
        assert isinstance(counted, Answer)
        assert isinstance(rate, Answer)
        assert counted.answer == "365座"
        assert rate.answer == "88.0%"
