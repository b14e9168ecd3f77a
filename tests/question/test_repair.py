"""One wrong, missing or exchanged character is put right when only one word can be meant."""

from __future__ import annotations

from datetime import date

import pytest

from app.model import Question
from app.question.analyse import Analyst
from app.question.terms import forms
from app.text.segment import Dictionary, segmenter

AS_OF = date(2024, 5, 1)
HELD = (
    "轮岗 奖励 担保 公积金 住房公积金 失业率 评估 机构 未成年人 水源地 面积 覆盖率 规模 保险 "
    "义务教育 托育 宣传 审批 粮食 汇集 权力 集体 级别"
)


class Passages:
    """A corpus of a hundred passages, of which some hold each known word."""

    size = 100

    def __init__(self, held: str) -> None:
        self._held = frozenset(held.split())

    def frequency(self, term: str) -> int:
        return 5 if term in self._held else 0


@pytest.fixture(scope="module")
def analyst() -> Analyst:
    cutter = segmenter(Dictionary())
    names = frozenset({"云禾市", "云禾", "银龄守护"})
    return Analyst(cutter, Passages(HELD), forms({}), names)


def asked(analyst: Analyst, question: str) -> Question:
    return analyst.analyse(question, (), AS_OF)


@pytest.mark.parametrize(
    ("question", "written", "meant"),
    [
        ("教师轮港有多少人", "轮港", "轮岗"),  # sounds the same
        ("纳税大户奖厉多少", "奖厉", "奖励"),
        ("创业但保贷款", "但保", "担保"),
        ("住房公鸡金贷款", "住房公鸡金", "住房公积金"),  # cut into real words
        ("城镇失业绿是多少", "城镇失业绿", "城镇失业率"),
        ("失能凭估由谁负责", "凭估", "评估"),
        ("末成年人保护热线", "末成年人", "未成年人"),  # looks alike
        ("水原地有几处", "水原地", "水源地"),
        ("森林复盖率是多少", "复盖率", "覆盖率"),
        ("义务教肓学校有几所", "义务教肓", "义务教育"),
        ("湿地免积有多大", "免积", "面积"),
        ("公职金缴存多少", "公职金", "公积金"),
    ],
)
def test_a_slip_is_read_as_the_word_that_the_corpus_holds(
    analyst: Analyst, question: str, written: str, meant: str
) -> None:
    found = asked(analyst, question)
    assert (written, meant) in found.repaired
    assert meant in found.full
    assert found.text == question


@pytest.mark.parametrize(
    "question",
    [
        "会计有多少人",  # a word of its own, though 汇集 sounds like it
        "权利受到侵害怎么办",
        "云和市有多少家机构",  # another place, not a slip for 云禾
        "云禾市有多少家机构",
        "银龄守护的面积有多大",  # a name that the corpus taught
        "对受评估机构的奖励",  # words of grammar beside a lone character
        "村级集体有多少个",
        "没人住的机构有多少",
        "参加宣传去了几个人",
        "2024年机构的面积是12公顷",
        "",
    ],
)
def test_what_may_be_meant_as_written_stays(analyst: Analyst, question: str) -> None:
    found = asked(analyst, question)
    assert found.repaired == ()
    assert found.full == question


def test_of_two_words_equally_near_none_is_chosen() -> None:
    both = Analyst(segmenter(Dictionary()), Passages("权利 权力"), forms({}), frozenset())
    one = Analyst(segmenter(Dictionary()), Passages("权力"), forms({}), frozenset())
    assert one.analyse("权丽有哪些", (), AS_OF).repaired == (("权丽", "权力"),)
    assert both.analyse("权丽有哪些", (), AS_OF).repaired == ()


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("申请公租房有那些条件", "申请公租房有哪些条件"),
        ("补贴標準是多小", "补贴标准是多少"),
        ("長者可以免費乘坐甚麼", "长者可以免费乘坐什么"),
    ],
)
def test_a_slip_in_the_asking_words_is_put_right(
    analyst: Analyst, question: str, meant: str
) -> None:
    found = asked(analyst, question)
    assert found.full == meant
    assert found.repaired == ()


def test_that_can_point_and_is_no_slip_of_which(analyst: Analyst) -> None:
    assert asked(analyst, "那些机构归谁管").full == "那些机构归谁管"
