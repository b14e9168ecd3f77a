"""Printed pages become running text, the same from PDF and from OFD."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typesetting import (
    BOTTOM,
    LEADING,
    LEFT,
    RIGHT,
    SIZE,
    Page,
    Setter,
    Stroke,
    Words,
    broken,
    ofd_of,
    pdf_of,
)

from app.documents.read import read
from app.model import Extracted

Writer = Callable[[Sequence[Page]], bytes]
WRITERS: dict[str, Writer] = {"文件.pdf": pdf_of, "文件.ofd": ofd_of}

FIRST = (
    "各级政府要把普惠托育服务摆在突出位置，统筹规划、建设、运营和监管，鼓励社会力量参与，"
    "支持用人单位、幼儿园、社区服务中心举办托育机构，逐步形成主体多元、质量有保障的服务体系。"
)
SECOND = (
    "对符合条件的机构，按照每个托位1.2万元的标准给予建设补助；对收费不高于政府指导价的，"
    "按照实际收托人数每人每月给予300元运营补助，补助资金由市、区两级财政各承担一半。"
)


@pytest.fixture(params=WRITERS, ids=["pdf", "ofd"])
def printed(request: pytest.FixtureRequest) -> Callable[[Sequence[Page]], Extracted]:
    name: str = request.param
    return lambda pages: read(WRITERS[name](pages), name)


Reader = Callable[[Sequence[Page]], Extracted]


def on_one_page(*rows: tuple[float, float, str] | tuple[float, float, str, float]) -> list[Page]:
    return [Page([Words(*row) for row in rows])]


def test_lines_of_a_paragraph_are_joined_and_nothing_comes_between(printed: Reader) -> None:
    setter = Setter()
    setter.paragraph(FIRST)
    setter.paragraph(SECOND)
    assert printed(setter.pages).text == f"{FIRST}\n{SECOND}\n"


def test_a_paragraph_without_indent_ends_with_a_short_line_or_before_a_label(
    printed: Reader,
) -> None:
    setter = Setter()
    for text in ("一、" + FIRST, SECOND, "二、总体目标", "（一）" + SECOND, "（二）" + FIRST):
        setter.paragraph(text, indent=0)
    assert printed(setter.pages).text.splitlines() == [
        "一、" + FIRST,
        SECOND,
        "二、总体目标",
        "（一）" + SECOND,
        "（二）" + FIRST,
    ]


def test_lines_below_the_words_of_a_numbered_item_belong_to_it(printed: Reader) -> None:
    lines = broken(SECOND, RIGHT - LEFT - 32, SIZE)
    rows = [(LEFT, 200.0, "1．" + lines[0])]
    rows += [(LEFT + 32, 200.0 + LEADING * i, line) for i, line in enumerate(lines) if i]
    rows.append((LEFT, 200 + LEADING * len(lines), "2．" + lines[0]))
    text = printed(on_one_page(*rows)).text
    assert text == f"1．{SECOND}\n2．{lines[0]}\n"


def test_a_paragraph_runs_over_the_page_and_the_page_starts_inside_it(printed: Reader) -> None:
    setter = Setter(header="某市人民政府公报", footer="第{}页 共2页")
    for _ in range(5):
        setter.paragraph(FIRST)
    setter.paragraph(SECOND)
    setter.paragraph(FIRST)
    found = printed(setter.pages)
    assert found.text == f"{FIRST}\n" * 5 + f"{SECOND}\n{FIRST}\n"
    assert len(found.pages) == 2
    first_words = next(words for words in setter.pages[1].words if words.size == SIZE)
    assert found.text.startswith(first_words.text, found.pages[1])
    assert found.text[found.pages[1] - 1] != "\n"


@pytest.mark.parametrize(
    "footer",
    [
        "— {} —",
        "- {} -",
        "第{}页 共3页",
        "{}",
        "{}/3",
        "第 {} 页",
        "－{}－",
        "· {} ·",
        "Page {} of 3",
    ],
)
def test_page_numbers_and_running_headers_are_left_out(printed: Reader, footer: str) -> None:
    setter = Setter(header="某市人民政府公报 2024年第5期", footer=footer)
    for _ in range(15):
        setter.paragraph(FIRST)
    assert len(setter.pages) == 3
    found = printed(setter.pages)
    assert found.text == f"{FIRST}\n" * 15


@pytest.mark.parametrize("footer", ["— {} —", "第{}页 共1页"])
def test_a_single_page_number_is_left_out(printed: Reader, footer: str) -> None:
    setter = Setter(footer=footer)
    setter.paragraph(FIRST)
    assert printed(setter.pages).text == f"{FIRST}\n"


def test_text_that_two_pages_begin_with_stays(printed: Reader) -> None:
    setter = Setter(footer="{}")
    for _ in range(2):
        setter.paragraph("附件")
        for _ in range(22):
            setter.paragraph("按照规定执行。")
    assert len(setter.pages) == 2
    assert printed(setter.pages).text.count("附件") == 2


def test_a_number_in_the_text_at_the_foot_of_a_page_stays(printed: Reader) -> None:
    pages = on_one_page((LEFT + 32, BOTTOM - 30, "全市共有托位"), (LEFT + 32, BOTTOM, "5200"))
    assert "5200" in printed(pages).text


def test_a_title_of_two_centred_lines_is_one_and_stands_apart_from_the_number(
    printed: Reader,
) -> None:
    setter = Setter()
    title = "某市人民政府办公室关于印发普惠托育服务发展三年行动方案和任务分工的通知"
    setter.centred(title, 22)
    setter.centred("某政办发〔2024〕17号", SIZE)
    setter.paragraph("各区人民政府：", indent=0)
    setter.paragraph(FIRST)
    assert printed(setter.pages).text.splitlines() == [
        title,
        "某政办发〔2024〕17号",
        "各区人民政府：",
        FIRST,
    ]


def test_two_columns_are_read_one_after_the_other(printed: Reader) -> None:
    rows: list[tuple[float, float, str, float]] = [(180.0, 120.0, "两栏排印的文件", 22.0)]
    for x, text in ((70.0, FIRST), (310.0, SECOND)):
        lines = broken(text, 215, 12, 24)
        rows += [(x + (0 if i else 24), 170 + 20 * i, line, 12.0) for i, line in enumerate(lines)]
    assert printed(on_one_page(*rows)).text == f"两栏排印的文件\n{FIRST}\n{SECOND}\n"


def test_a_paragraph_goes_on_in_the_next_column(printed: Reader) -> None:
    lines = broken(FIRST + SECOND, 215, 12, 24)
    half = len(lines) // 2
    rows = []
    for i, line in enumerate(lines):
        x = (70 if i < half else 310) + (0 if i else 24)
        rows.append((float(x), 170.0 + 20 * (i % half), line, 12.0))
    assert printed(on_one_page(*rows)).text == f"{FIRST}{SECOND}\n"


TABLE = (
    ("区", "新增托位（个）", "补助资金（万元）", "责任单位"),
    ("东湖区", "1200", "960", "东湖区卫生健康局会同东湖区教育局"),
    ("南屏区", "850", "680", "南屏区卫生健康局"),
)


def barred(rows: Sequence[Sequence[str]]) -> list[str]:
    return [f"| {' | '.join(row)} |" for row in rows]


@pytest.mark.parametrize("ruled", [True, False], ids=["ruled", "without lines"])
def test_a_table_is_written_row_by_row(printed: Reader, ruled: bool) -> None:
    rows = TABLE if ruled else tuple(row[:3] for row in TABLE)
    setter = Setter()
    setter.paragraph(FIRST)
    setter.table(rows, ruled=ruled)
    setter.paragraph(SECOND)
    assert printed(setter.pages).text.splitlines() == [FIRST, *barred(rows), SECOND]


def test_a_table_over_two_pages_is_one_and_the_page_starts_at_a_row(printed: Reader) -> None:
    body = [(f"第{i}区", str(100 + i), str(200 + i), f"第{i}区民政局") for i in range(30)]
    setter = Setter(header="某市统计资料", footer="{}")
    setter.table([TABLE[0], *body[:20]])
    setter.down(10_000)
    setter._y -= LEADING
    setter.table([TABLE[0], *body[20:]])
    found = printed(setter.pages)
    assert found.text.splitlines() == barred([TABLE[0], *body])
    assert found.text.startswith("| 第20区", found.pages[1])


def test_merged_cells_are_written_in_every_row_that_they_cover(printed: Reader) -> None:
    xs, ys = (80.0, 200.0, 320.0, 440.0), (100.0, 130.0, 160.0, 190.0)
    strokes = [Stroke(xs[0], y, xs[-1], y) for y in (ys[0], ys[1], ys[3])]
    strokes.append(Stroke(xs[1], ys[2], xs[3], ys[2]))  # the first cell spans two rows
    strokes += [Stroke(x, ys[0], x, ys[3]) for x in xs]
    words = [
        Words(xs[j] + 10, ys[i] + 20, text, 12)
        for i, j, text in (
            (0, 0, "类别"),
            (0, 1, "项目"),
            (0, 2, "金额（万元）"),
            (1, 1, "建设"),
            (1, 2, "500"),
            (2, 1, "运营"),
            (2, 2, "300"),
        )
    ]
    words.append(Words(xs[0] + 10, ys[2] + 5, "补助", 12))
    assert printed([Page(words, strokes)]).text.splitlines() == [
        "| 类别 | 项目 | 金额（万元） |",
        "| 补助 | 建设 | 500 |",
        "| 补助 | 运营 | 300 |",
    ]


def test_a_drawing_of_very_many_lines_is_no_table(printed: Reader) -> None:
    across = [Stroke(70, 90 + 4 * i, 550, 90 + 4 * i) for i in range(110)]
    upright = [Stroke(80 + 4 * i, 90, 80 + 4 * i, 530) for i in range(110)]
    setter = Setter()
    setter.paragraph(FIRST)
    setter.pages[0].strokes.extend([*across, *upright])
    assert printed(setter.pages).text == f"{FIRST}\n"


def test_a_frame_round_a_paragraph_is_no_table(printed: Reader) -> None:
    box = [
        Stroke(70, 90, 520, 90),
        Stroke(70, 300, 520, 300),
        Stroke(70, 90, 70, 300),
        Stroke(520, 90, 520, 300),
    ]
    setter = Setter()
    setter.paragraph(FIRST)
    setter.pages[0].strokes.extend(box)
    assert printed(setter.pages).text == f"{FIRST}\n"


def test_words_in_letters_keep_their_blanks_and_lose_the_hyphen_at_the_end_of_a_line(
    printed: Reader,
) -> None:
    rows = [
        (LEFT + 32, 120.0, "The system of public services for families is deve-"),
        (LEFT, 148.0, "loped step by step and the results are published in"),
        (LEFT, 176.0, "every district."),
    ]
    assert printed(on_one_page(*rows)).text == (
        "The system of public services for families is developed step by step "
        "and the results are published in every district.\n"
    )


def test_a_footnote_stands_outside_the_paragraph_that_runs_over_the_page(printed: Reader) -> None:
    setter = Setter(footer="— {} —")
    for _ in range(5):
        setter.paragraph(FIRST)
    setter.note("① 托位指可同时收托的婴幼儿人数。")
    setter.paragraph(SECOND)
    setter.paragraph(FIRST)
    found = printed(setter.pages)
    assert found.text.splitlines() == [
        *[FIRST] * 5,
        "① 托位指可同时收托的婴幼儿人数。",
        SECOND,
        FIRST,
    ]
    assert found.text.index("①") < found.pages[1]


def test_a_date_at_the_right_edge_ends_the_text_before_it(printed: Reader) -> None:
    setter = Setter()
    setter.paragraph(FIRST)
    setter.right("某市人民政府办公室")
    setter.right("2024年4月12日")
    setter.paragraph("抄送：市委各部门，市人大常委会办公室。", indent=0)
    assert printed(setter.pages).text.splitlines() == [
        FIRST,
        "某市人民政府办公室",
        "2024年4月12日",
        "抄送：市委各部门，市人大常委会办公室。",
    ]


def test_a_line_of_a_cell_that_ends_before_a_number_reads_on(printed: Reader) -> None:
    setter = Setter()
    setter.table([("区", "措施和时限"), ("东湖区", "改建八个托育班和活动室，2024年底前完成")])
    setter.table([("区", "项数"), ("东湖区", "3")])
    assert "| 东湖区 | 改建八个托育班和活动室，2024年底前完成 |" in printed(setter.pages).text


def test_bold_print_made_by_printing_twice_counts_once(printed: Reader) -> None:
    rows = [(LEFT + 32, 120.0, "二、总体要求"), (LEFT + 32.4, 120.0, "二、总体要求")]
    assert printed(on_one_page(*rows)).text == "二、总体要求\n"


def test_name_and_date_on_one_line_keep_a_blank_between_them(printed: Reader) -> None:
    rows = [(LEFT, 120.0, "某市人民政府办公室"), (400.0, 120.0, "2024年4月12日")]
    assert printed(on_one_page(*rows)).text == "某市人民政府办公室\u30002024年4月12日\n"


def test_a_page_without_text_starts_where_the_next_one_does(printed: Reader) -> None:
    first, last = (Page([Words(LEFT + 32, 320.0, FIRST[:12])]) for _ in range(2))
    found = printed([first, Page(), last])
    assert found.pages == (0, 13, 13)
    assert bisect_right(found.pages, 20) == 3


@given(
    st.lists(
        st.text(alphabet="政策资金托育服务机构补助标准各级部门", min_size=3, max_size=150),
        min_size=1,
        max_size=12,
    )
)
@settings(max_examples=25, deadline=None)
def test_every_character_is_kept_in_order_and_every_page_starts_with_its_first_one(
    paragraphs: list[str],
) -> None:
    setter = Setter(footer="— {} —")
    for text in paragraphs:
        setter.paragraph(text + "。")
    firsts = [next(w.text for w in page.words if w.size == SIZE) for page in setter.pages]
    for name, write in WRITERS.items():
        found = read(write(setter.pages), name)
        assert found.text.replace("\n", "") == "".join(text + "。" for text in paragraphs)
        assert list(found.pages) == sorted(found.pages)
        starts = zip(found.pages, firsts, strict=True)
        assert [found.text[at : at + len(first)] for at, first in starts] == firsts
        assert read(write(setter.pages), name) == found
