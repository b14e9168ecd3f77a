"""Rules of scope: a target is no result, nor a result a target, nor the value before a change."""

from __future__ import annotations

import re

from app.answer.candidate import Candidate
from app.answer.evidence import Evidence
from app.answer.verdict import NUMERIC, Verdict
from app.model import Modality, Question, Reason, Role

_NOW_ASKED = re.compile("目前|现在|当前|眼下|如今|现有")
_NOW_BEHIND = re.compile("[^,，。;；、()（）]{0,6}[(（](?:目前|现在|当前|现(?=[为有约]))")
_ACTUAL = re.compile("实际|已经|已|目前|现在|完成了|达到了|实有")


def target_for_actual(
    question: Question, candidate: Candidate | None, _: Evidence
) -> Verdict | None:
    """A number that is only aimed at, where the one that has come about is asked for."""
    if candidate is None or candidate.figure is None or not _ACTUAL.search(question.full):
        return None
    number = candidate.figure.quantity.span
    if _NOW_ASKED.search(question.full) and _NOW_BEHIND.match(
        candidate.view.stored.document.text, number.end
    ):
        return Verdict(Reason.WRONG_SCOPE, ("实际数",), elsewhere=True)
    wished = candidate.figure.modality is Modality.TARGET
    return Verdict(Reason.WRONG_SCOPE, ("实际数",)) if wished else None


_AIM_ASKED = re.compile("目标(?!任务)(?:值|数)?|(?:计划|规划|力争|预期)(?:达|完成|新增|实现)")
_BESIDE_AIM = re.compile(
    "差|离|距|还|对比|相比|比(?!重|例|上|去).{1,8}?[高低多少快慢]|实际.{0,6}[和与跟、]|目标.{0,6}[和与跟、]"
)
_AIMED = re.compile("目标|力争|计划|规划|预期|预计|争取|努力|确保|要求|将|拟|到20[0-9]{2}年|年底前")


def actual_for_target(
    question: Question, candidate: Candidate | None, _: Evidence
) -> Verdict | None:
    """A number that has come about, where the one that is aimed at is asked for."""
    asked = _AIM_ASKED.search(question.full)
    if asked is None or candidate is None or candidate.figure is None:
        return None
    if _BESIDE_AIM.search(question.full):
        return None  # the one is set against the other
    if question.kind not in NUMERIC or candidate.figure.modality is Modality.TARGET:
        return None
    said = (candidate.sentence.text, *candidate.sentence.headings, candidate.view.name)
    if any(_AIMED.search(text) for text in said):
        return None
    return Verdict(Reason.WRONG_SCOPE, (asked.group(),), elsewhere=True)


_FORMER_ASKED = re.compile(
    "(?:改革|改|调整|压减|压缩|合并|实施|提标|简化)(?:以|之)?前(?!后|[提端])|原来|原先|起初|本来"
)


def after_for_before(
    question: Question, candidate: Candidate | None, _: Evidence
) -> Verdict | None:
    """由甲至乙: the value after the change, where the one before it is asked for."""
    asked = _FORMER_ASKED.search(question.full)
    if asked is None or candidate is None or candidate.figure is None:
        return None
    if candidate.figure.role is not Role.TO or Role.TO in question.roles:
        return None
    return Verdict(Reason.WRONG_SCOPE, (asked.group(),), elsewhere=True)
