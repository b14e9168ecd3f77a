"""Cross-references inside a text: 违反本条例第十条第三项规定 points at what that item says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from app.model import Outline, Span
from app.text.fold import fold

if TYPE_CHECKING:
    from app.answer.view import SentenceView

_HAN = "一二三四五六七八九十百零0-9"
# 第十条第(三)项、第四项, 第九条、第十条第一款
_ARTICLE = re.compile(f"第([{_HAN}]+)条(?:第[{_HAN}]+款)?((?:[、和或及]?第[(]?[{_HAN}]+[)]?项)*)")
_ITEM = re.compile(f"第[(]?([{_HAN}]+)[)]?项")
_LABEL = re.compile(f"^第([{_HAN}]+)条$")
_ITEM_LABEL = re.compile(f"^[(]([{_HAN}]+)[)]")
_OTHER_LAW = re.compile("[》法](?:》)?$")  # 《…法》第十条 is no article of this text
_MOST = 600  # characters of what a sentence refers to
_MOST_CITING = 6


class References:
    """Which provisions of one document its sentences refer to. Made when first asked for."""

    def __init__(self, outline: Outline, sentences: Sequence[SentenceView]) -> None:
        self._outline = outline
        self._sentences = sentences

    def said(self, sentence: SentenceView) -> str:
        """The folded text of the provisions that `sentence` refers to, "" when there is none."""
        return " ".join(self._sentences[i].text for i in self.targets(sentence))[:_MOST]

    def targets(self, sentence: SentenceView) -> tuple[int, ...]:
        """The positions of the sentences that `sentence` refers to."""
        return self._targets.get(sentence.index, ())

    def citing(self, sentence: SentenceView) -> tuple[int, ...]:
        """The positions of the sentences that refer to the provision of `sentence`."""
        return self._citing.get(sentence.index, ())[:_MOST_CITING]

    def proof(self, sentence: SentenceView) -> tuple[Span, ...]:
        """The one sentence that `sentence` refers to, as a quote; none where it is not one."""
        targets = self.targets(sentence)
        return (self._sentences[targets[0]].span,) if len(targets) == 1 else ()

    @cached_property
    def _places(self) -> dict[tuple[str, str], list[int]]:
        """The sentences of each article, and of each of its items."""
        found: dict[tuple[str, str], list[int]] = {}
        for sentence in self._sentences:
            article = self._article(sentence)
            if not article:
                continue
            found.setdefault((article, ""), []).append(sentence.index)
            item = _ITEM_LABEL.match(sentence.text.lstrip())
            if item is not None:
                found.setdefault((article, item.group(1)), []).append(sentence.index)
        return found

    def _article(self, sentence: SentenceView) -> str:
        for index in self._outline.path(sentence.section):
            label = _LABEL.match(fold(self._outline.sections[index].label).text.strip())
            if label is not None:
                return label.group(1)
        return ""

    @cached_property
    def _targets(self) -> dict[int, tuple[int, ...]]:
        found: dict[int, tuple[int, ...]] = {}
        for sentence in self._sentences:
            if "条" not in sentence.text or "第" not in sentence.text:
                continue
            own = self._article(sentence)
            places: dict[int, None] = {}
            for match in _ARTICLE.finditer(sentence.text):
                article = match.group(1)
                if article == own or _OTHER_LAW.search(sentence.text[: match.start()]):
                    continue
                items = _ITEM.findall(match.group(2)) or [""]
                for item in items:
                    places.update(dict.fromkeys(self._places.get((article, item), ())))
            if places:
                found[sentence.index] = tuple(places)
        return found

    @cached_property
    def _citing(self) -> dict[int, tuple[int, ...]]:
        found: dict[int, list[int]] = {}
        for index, targets in self._targets.items():
            for target in targets:
                found.setdefault(target, []).append(index)
        return {target: tuple(indexes) for target, indexes in found.items()}
