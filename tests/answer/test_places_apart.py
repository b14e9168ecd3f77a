"""A question about one place is answered from the documents about it, which need not repeat it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from answer_corpus import AS_OF, Text, engine_over

from app.engine import Engine
from app.model import Answer, Refusal

OTHERS = tuple(
    Text(
        f"{name}.txt",
        f"{name}托育补贴办法\n\n一、标准\n{name}对云禾市以外的机构不予补贴。"
        f"{name}普惠托位每个每月补贴{amount}元，由云禾市签约银行代发。\n",
    )
    for name, amount in (("东岭市", 310), ("西浦市", 320), ("南陂市", 330), ("北汀市", 340))
)
OWN = Text(
    "云禾.txt",
    "云禾市托育补贴办法\n\n一、总则\n为发展托育，制定本办法。\n二、标准\n普惠托位每个每月补贴280元。\n",
)


@pytest.fixture(scope="module")
def neighbours(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with engine_over(tmp_path_factory.mktemp("places"), (*OTHERS, OWN)) as engine:
        yield engine


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("云禾市普惠托位每月补贴多少元？", "280元"),
        ("云禾普惠托位每月补贴多少元？", "280元"),
        ("东岭市普惠托位每月补贴多少元？", "310元"),
    ],
)
def test_the_place_of_the_document_decides(neighbours: Engine, question: str, answer: str) -> None:
    reply = neighbours.ask(question, as_of=AS_OF)
    assert isinstance(reply, Answer)
    assert reply.answer == answer


def test_a_place_without_a_document_is_refused(neighbours: Engine) -> None:
    reply = neighbours.ask("丹溪市普惠托位每月补贴多少元？", as_of=AS_OF)
    assert isinstance(reply, Refusal)
