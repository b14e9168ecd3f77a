from __future__ import annotations

import pytest

from app.text.spoken import with_digits


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("自付8万6500,能", "自付86500,能"),
        ("1万2", "12000"),
        ("3万五", "35000"),
        ("二十五万", "250000"),
        ("两千五", "2500"),
        ("三本证书", "3本证书"),
        ("十五个人", "15个人"),
        ("一个半月", "一个半月"),
        ("第三年", "第三年"),
        ("百分之三十", "百分之三十"),
        ("十四五规划", "十四五规划"),
        ("三四个人", "三四个人"),
        ("1亿2千万", "1亿2千万"),
    ],
)
def test_with_digits(said: str, written: str) -> None:
    assert with_digits(said) == written
