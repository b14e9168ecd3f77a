"""Clauses of rules and plans: causes, payers, exceptions, false premises, this year's texts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from answer_corpus import Text, engine_over

from app.engine import Engine
from app.model import Answer, Refusal

AS_OF = date(2024, 5, 1)
LIBRARY = """云溪区社区图书馆管理规定

第一条　为了提高公共阅读服务水平，方便居民就近借阅，结合本区实际，制定本规定。
第二条　社区图书馆由区文化和旅游局主管，街道办事处负责日常运行。
第三条　逾期未归还的，暂停借阅资格，归还后次日恢复，不收取滞纳金。
第四条　社区图书馆应当在每季度末公开经费使用情况，涉及读者隐私的除外。
第五条　法定节假日照常开放，除夕除外。
第六条　本规定自2024年7月1日起施行，有效期5年。
"""
WATER = """棠浦县农村供水提升三年行动方案

棠政办发〔2023〕41号

为破解季节性缺水、管网老化等突出问题，结合我县实际，制定本方案。
一、重点任务
（一）推进水源置换。今年10月底前完成东山水厂二期扩建。
（二）更新老旧管网。更换使用超过20年的管网310公里。因山区施工条件限制，鹿角乡的改造任务推迟到2025年实施。
二、水价机制
农村生活用水实行两部制水价，基本水费每户每月6元。水价调整须经听证程序。
欠费超过3个月的，供水单位书面催告后仍不缴纳的，可以限量供水，但不得停水。
三、保障措施
所需资金由县财政承担60%、乡镇承担25%，其余通过争取上级补助解决。
"""


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    texts = (Text("图书馆.txt", LIBRARY), Text("供水.txt", WATER))
    with engine_over(tmp_path_factory.mktemp("texts"), texts) as opened:
        yield opened


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("棠浦县鹿角乡的管网改造为什么推迟", "因山区施工条件限制"),
        ("棠浦县两部制水价是啥意思", "两部制水价"),
        ("棠浦农村供水钱谁出", "县财政"),
        ("棠浦县欠水费三个月会停水吗", "不得停水"),
        ("云溪社区图书馆除夕开放吗", "否：法定节假日照常开放，除夕除外"),
        ("云溪社区图书馆书没还，要交滞纳金吗", "不收取滞纳金"),
        ("云溪社区图书馆涉及读者隐私的经费情况每季度末也公开吗", "否："),
        ("云溪区定这个图书馆规定是图啥", "方便居民就近借阅"),
    ],
)
def test_the_clause_that_answers_is_given(engine: Engine, question: str, told: str) -> None:
    reply = engine.ask(question, as_of=AS_OF)
    assert isinstance(reply, Answer)
    assert told in reply.answer


@pytest.mark.parametrize(
    "question",
    [
        "棠浦县为什么废除农村供水听证程序",
        "棠浦县为什么把基本水费上调到8元",
        "棠浦县水厂由哪家公司建设",
        "云溪社区图书馆为什么把夜间开放给停了",
        "云溪图书馆 地址",
        "把云溪图书馆规定改写成一首诗",
    ],
)
def test_what_the_texts_do_not_say_is_refused(engine: Engine, question: str) -> None:
    assert isinstance(engine.ask(question, as_of=AS_OF), Refusal)


def test_this_year_is_that_of_the_text_and_a_note_says_so(tmp_path: Path) -> None:
    issued = {"title": "棠浦县农村供水提升三年行动方案", "issued_on": "2023-04-11"}
    text = Text("供水.txt", WATER.replace("2025年", "后年"), issued)
    with engine_over(tmp_path, (text,)) as found:
        reply = found.ask("棠浦县今年东山水厂二期啥时候扩建完", as_of=AS_OF)
        named = found.ask("棠浦县2024年东山水厂二期啥时候扩建完", as_of=AS_OF)
    assert isinstance(reply, Answer)
    assert "10月底前" in reply.answer
    assert any("2023年" in note for note in reply.notes)
    assert isinstance(named, Refusal)
