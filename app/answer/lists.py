"""Answers that are lists: named sets, items side by side, sections, enumerations, clauses.

In comes a question with its evidence, out come candidates, best first, whose quotes are the items
as they stand in the document.
"""

from __future__ import annotations

import re
from dataclasses import replace

from app.answer.candidate import Candidate, with_features
from app.answer.evidence import Evidence
from app.answer.lists_aspects import asked_part, cover_list
from app.answer.lists_blocks import matching_item, of_groups
from app.answer.lists_build import build, item, zones_of
from app.answer.lists_groups import bodies, title_words
from app.answer.lists_inline import of_clauses, of_enumerations
from app.answer.lists_named import Named, defined_names, named_sets, pattern_names
from app.answer.lists_sections import of_sections
from app.answer.lists_tables import of_tables
from app.answer.matching import Coverage
from app.model import Question

_ONE_OF = re.compile("哪(?:一)?(?:个|项|条|种|类|款)")
_ENUMERATED = 8  # sentences in which enumerations are read
_SET_SCORE = 2.0
_DEFINED = 0.1  # what several names mean, before the parts of one of them
_NAMED_COVERAGE = 0.7


def candidates(question: Question, evidence: Evidence) -> list[Candidate]:
    """Lists that may answer, best first; equal ones in the order of the evidence."""
    found = _pattern(question, evidence)
    found.extend(_named(question, one) for one in named_sets(question, evidence))
    defined = defined_names(question, evidence)
    if defined is not None:
        found.append(_named(question, defined, _SET_SCORE + _DEFINED))
    found.extend(of_groups(question, evidence))
    found.extend(of_tables(question, evidence))
    if _ONE_OF.search(question.full):
        found = [one for made in found for one in matching_item(question, made)]
    if question.ordinal is None or not found:
        found.extend(of_sections(question, evidence))
        for ranked in evidence.ranked[:_ENUMERATED]:
            behind = ranked.score - evidence.ranked[0].score
            inline = (*of_enumerations(question, ranked), *of_clauses(question, ranked))
            found.extend(with_features(one, {"behind": behind}) for one in inline)
    found.sort(key=lambda candidate: -candidate.score)
    return found


def _pattern(question: Question, evidence: Evidence) -> list[Candidate]:
    spans = pattern_names(question, evidence)
    if not spans or evidence.best is None:
        return []
    full = Coverage(1.0, (), tuple(1.0 for _ in question.terms))
    return [build(question, evidence.best, spans, full, {"named": _SET_SCORE - full.score})]


def _named(question: Question, named: Named, score: float = _SET_SCORE) -> Candidate:
    """A set found by its name and number is what was asked for, however the rest is worded."""
    view = named.ranked.view
    titles = [title_words(view, section) for section in named.sections]
    items = [asked_part(question, view, title) for title in titles if title is not None]
    items = items if len(items) == len(titles) else bodies(view, named.sections)
    items = items or list(named.items)
    zones = zones_of(named.ranked, named.ranked.sentence.text, named.ranked.sentence.headings)
    covered = cover_list(question, view, zones, named.ranked.sentence.text)
    features = {"named": max(0.0, score - covered.score)}
    made = build(question, named.ranked, items, covered, features)
    return replace(made, coverage=replace(covered, score=max(covered.score, _NAMED_COVERAGE)))


__all__ = ["candidates", "item"]
