"""The places that a document is about come from its fields, its title, its opening or its text."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fact_documents import document

from app.facts.places import places


@pytest.mark.parametrize(
    ("fields", "text", "found"),
    [
        ({"region": "云禾市"}, "", ("云禾市", "云禾")),
        ({"issuer": "江源省云禾市人民政府"}, "", ("江源省", "江源", "云禾市", "云禾")),
        ({"title": "关于印发《云禾市养老服务条例》的通知"}, "", ("云禾市", "云禾")),
        ({"title": "关于组织申报2025年度云禾市专项资金的通知"}, "", ("云禾市", "云禾")),
        ({"region": "塔里州蒙古自治州"}, "", ("塔里州蒙古自治州", "塔里州")),
        ({"title": "政府工作报告"}, "报告如下。\n云禾市教育局\n2024年1月1日", ("云禾市", "云禾")),
        (
            {"title": "答记者问"},
            "问：有何变化？答：云禾县参保人数增加。今后，云禾县还将扩面。",
            ("云禾县", "云禾"),
        ),
        ({"title": "关于做好全市城镇社区工作的通知"}, "各区要抓好落实，城区先行。", ()),
        ({"title": "财政部关于税收政策的公告"}, "现就有关事项公告如下。", ()),
    ],
)
def test_a_document_is_about_the_places_that_it_names_at_its_head(
    fields: dict[str, str], text: str, found: tuple[str, ...]
) -> None:
    assert places(replace(document(text), **fields)) == found
