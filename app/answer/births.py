"""The rule on dates of birth (某年某月某日以前出生) for whoever tells when a child was born."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from app.answer.evidence import Evidence, Ranked, cover, zones
from app.answer.thresholds import fits
from app.model import Question

_BORN_ASKED = re.compile(
    "[0-9](?:年|月|日|号)?(?:份|底|初)?(?:才|刚)?(?:的)?(?:出生|生日|生(?![产活效]))"
)
_BORN = re.compile("[0-9](?:年|月|日)[^,。;]{0,12}?出生|出生[^,。;]{0,8}[0-9]{4}年")
_LEVELS = re.compile("托班|小班|幼儿园|小学|初中|高中|中职|大学")
_DOCUMENTS = 3


def sentences(question: Question, evidence: Evidence) -> Iterator[Ranked]:
    """The sentences of the best documents with a bound that the date of birth can be set beside."""
    if not _BORN_ASKED.search(question.full):
        return
    seen: dict[str, Ranked] = {}
    for ranked in evidence.ranked:
        seen.setdefault(ranked.view.id, ranked)
    for best in list(seen.values())[:_DOCUMENTS]:
        for sentence in best.view.sentences:
            if not _BORN.search(sentence.text) or _of_other_level(question.full, sentence.text):
                continue
            if fits(question.full, sentence.text) is not None:
                covered = cover(question, best.view, zones(best.view, sentence))
                yield replace(best, sentence=sentence, coverage=covered)


def _of_other_level(asked: str, said: str) -> bool:
    """Whether a sentence is for another level of school than the one asked about."""
    wanted, stated = set(_LEVELS.findall(asked)), set(_LEVELS.findall(said))
    return bool(wanted) and bool(stated) and not wanted & stated
