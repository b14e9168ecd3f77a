"""Answers to yes-or-no questions: 是, 否 or 有条件, always with the clause that decides."""

from __future__ import annotations

import re
from dataclasses import replace

from app.answer import clauses
from app.answer.candidate import Candidate
from app.answer.evidence import Evidence
from app.model import Kind, Question

_ONLY = re.compile("只有|只能|仅有?|唯一|单单|就一[种个]|光是|全靠")
_SEVERAL = re.compile("[^,。]{1,12}[”)]?(?:和|与|及|、)[“(]?[^,。]{1,12}")
_NEGATIVE = re.compile(
    "不得|禁止|严禁|不予|不能|不可以?|不再|不准|不允许|未经?|没有|无需|不需要?|免予?|取消|不属于|不设|不收取"
)
_ASKED_NEGATIVE = re.compile("不得|禁止|严禁|不予|不再|取消|无需|免|不用|停止")
_CONDITION = re.compile(
    "符合[^,。]{0,20}(?:条件|要求|规定)|如(?:果|有|需|遇)|确(?:需|因|有)|除[^,。]{0,20}外|经[^,。]{0,16}(?:批准|同意|审核)|(?:的),?(?:可|应)|原则上|特殊情况"
)

YES, NO, CONDITIONAL = "是", "否", "有条件"


def candidates(question: Question, evidence: Evidence) -> list[Candidate]:
    """The clauses that decide the question, with their verdict in front."""
    return [_decided(question, found) for found in clauses.candidates(question, evidence)]


def _decided(question: Question, found: Candidate) -> Candidate:
    verdict = _verdict(question, found.answer)
    return replace(found, kind=Kind.YES_NO, answer=f"{verdict}：{found.answer}")


def _verdict(question: Question, clause: str) -> str:
    if _ONLY.search(question.full) and _SEVERAL.search(clause) and not _ONLY.search(clause):
        return NO
    if bool(_NEGATIVE.search(clause)) != bool(_ASKED_NEGATIVE.search(question.full)):
        return NO
    return CONDITIONAL if _CONDITION.search(clause) else YES
