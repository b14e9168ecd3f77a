"""An answer in words shows what the same text says of the question in other places as well."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from answer_corpus import AS_OF, Text, engine_over

from app.engine import Engine
from app.model import Answer

FILLER = (
    "各单位要加强组织领导，落实工作责任，细化任务分工，强化督促检查，及时总结经验，确保各项工作取得实效。\n"
    * 9
)
TEXT = f"""云渚市湿地管护办法

第一章 管护
第三条 湿地巡护由管护站每周开展，发现围垦湿地的，应当立即制止并拍照留存。
{FILLER}
第二章 修复
第九条 湿地巡护中发现水质变差的，管护站应当在两日内报告市林业主管部门，由其组织补水和清淤。
{FILLER}
第三章 附则
第二十条 本办法由市林业主管部门解释。
"""


@pytest.fixture(scope="module")
def wetland(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with engine_over(tmp_path_factory.mktemp("texts"), (Text("a.txt", TEXT),)) as opened:
        yield opened


def test_other_places_are_cited_behind_the_one_that_answers(wetland: Engine) -> None:
    reply = wetland.ask("云渚市湿地巡护怎么开展？", as_of=AS_OF)
    assert isinstance(reply, Answer)
    quotes = [cited.quote for cited in reply.citations]
    assert 2 <= len(quotes) <= 3
    assert reply.answer in quotes[0]
    assert any("第九条" in quote or "补水和清淤" in quote for quote in quotes)
    assert all(quote in TEXT for quote in quotes)
    assert [statement.citations for statement in reply.statements] == [
        (cited.id,) for cited in reply.citations
    ]


def test_a_number_has_no_further_passages(wetland: Engine) -> None:
    reply = wetland.ask("发现水质变差的几日内报告市林业主管部门？", as_of=AS_OF)
    assert isinstance(reply, Answer)
    assert len(reply.citations) == 1
