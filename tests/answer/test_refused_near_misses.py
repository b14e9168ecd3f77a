"""Questions close to what a text says: another unit, name, aim, direction or premise."""

from __future__ import annotations

import pytest
from answer_corpus import AS_OF

from app.engine import Engine
from app.model import Answer, Reason, Refusal

REFUSED = [
    ("栖梧市现有养老机构多少家？", Reason.WRONG_SCOPE, "栖梧市"),
    ("栖梧的养老机构有多少家？", Reason.WRONG_SCOPE, "栖梧"),
    ("云禾市养老服务总投入是多少吨？", Reason.WRONG_SCOPE, "吨"),
    ("云禾市哪些律师事务所开展医养结合试点？", Reason.NOT_COVERED, "事务所"),
    ("云禾市养老机构备案材料由9项压减至23项了吗？", Reason.CONTRADICTED, "由9项压减至23"),
    ("云禾市为什么取消护理员技能大赛？", Reason.CONTRADICTED, "取消"),
    ("云禾市承租人为什么可以转租公共租赁住房？", Reason.CONTRADICTED, "可以"),
    ("云政发〔2009〕15号什么时候施行？", Reason.WRONG_SCOPE, "〔2009〕15号"),
]


@pytest.mark.parametrize(("question", "reason", "missing"), REFUSED, ids=[r[0] for r in REFUSED])
def test_a_near_miss_is_refused_for_what_differs(
    engine: Engine, question: str, reason: Reason, missing: str
) -> None:
    reply = engine.ask(question, as_of=AS_OF)
    assert isinstance(reply, Refusal), f"answered: {reply.answer}"
    assert reply.reason is reason, reply.message
    assert any(missing in word for word in reply.missing), reply.missing


@pytest.mark.parametrize(
    "question", ["云禾市2023年养老床位的目标是多少张？", "云禾市护理员有多少公里？"]
)
def test_what_has_come_about_is_no_aim_and_a_person_no_length(
    engine: Engine, question: str
) -> None:
    assert isinstance(engine.ask(question, as_of=AS_OF), Refusal)


ANSWERED = [
    ("云禾市养老机构备案材料改革前要多少项？", "23项"),
    ("云禾市养老机构备案材料现在要多少项？", "9项"),
    ("云禾市养老机构备案材料由23项压减至9项了吗？", "是："),
    ("云禾市护理员有多少人？", "3420名"),
]


@pytest.mark.parametrize(("question", "wanted"), ANSWERED, ids=[row[0] for row in ANSWERED])
def test_what_the_text_does_say_is_still_answered(
    engine: Engine, question: str, wanted: str
) -> None:
    reply = engine.ask(question, as_of=AS_OF)
    assert isinstance(reply, Answer), reply.message
    assert wanted in reply.answer
