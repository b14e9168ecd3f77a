from __future__ import annotations

from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from app.documents import candidates
from app.documents.labels import LABEL
from app.documents.paragraphs import paragraph_starts

NUMERALS = ["一", "二", "十", "三", "1", "2", "１", "2024", "⒈", "①", "㈠", "⑴"]
WORDS = [
    "第",
    "条",
    "章",
    "分编",
    "编",
    "节",
    "之",
    "部分",
    "步",
    "阶段",
    "是",
    "要",
    "首先",
    "其次",
]
NAMES = ["最后", "其一", "行动", "任务", "记者", "问", "提问", "教育", "年", "#", "##"]
MARKS = [
    "：",
    "、",
    "．",
    ".",
    "（",
    "）",
    "(",
    ")",
    "，",
    ",",
    "。",
    "；",
    "”",
    "？",
    " ",
    "\n",
    "　　",
]
TEXTS = st.lists(st.sampled_from([*NUMERALS, *WORDS, *NAMES, *MARKS]), max_size=14).map("".join)


@given(TEXTS)
def test_looking_behind_marks_alone_misses_no_label_that_counts(text: str):
    starts = paragraph_starts(text)
    with patch.object(candidates, "_labels", LABEL.finditer):  # looks everywhere
        expected = candidates.candidates(text, starts)
    assert candidates.candidates(text, starts) == expected
