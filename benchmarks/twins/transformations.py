"""The transformations by name: each turns an answerable question into twins, or into none.

A twin must be a question that the documents really do not answer, or answer otherwise. What that
takes is looked up in the documents; a twin for which it cannot be shown is not made.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from . import vocabulary
from .model import Seed, Texts, Twin, first_absent, key_of, replaced, whole

Transformation = Callable[[Seed, Texts], Iterator[Twin]]

_YEAR = re.compile("(?<![0-9.])(?:19[5-9]|20[0-4])[0-9](?![0-9.])")
_SHORT_YEAR = re.compile("(?<![0-9.])([12][0-9])年(?![级内以间期限])")
_CHANGED = re.compile("比上年|比去年|同比|增长|下降|增加|减少|提高|上升|较上年")
_NEVER = ("2009", "2008", "2007", "2006")
_ASKED = re.compile(
    "多少(?:(?:万|亿|万亿)?(?:元|个|家|人次|人|所|吨|件|只|亩|户|名|场|起|天|年|公里|平方公里)|个工作日)?|几(?:个工作日|家|所|个|天|年|人|场|项)"
)


def other_year(seed: Seed, texts: Texts) -> Iterator[Twin]:
    """The year before the first one that the documents speak of."""
    years = [*_YEAR.findall(whole(seed))]
    documents = texts.of(seed)
    if len(set(years)) != 1 or not documents or "电话" in whole(seed):
        return
    said = [int(y) for t in documents for y in _YEAR.findall(f"{t.name} {t.text}")]
    year = min([int(years[0]), *said]) - 1
    if year == int(years[0]) - 1 and any(_CHANGED.search(s) for s in texts.around(seed)):
        year -= 1  # the year before may be reckoned from the change
    key = key_of(seed)
    if not key or texts.together(str(year), key):
        return
    yield Twin(seed, "other_year", *replaced(seed, years[0], str(year)), scope=(str(year),))


def absent_year(seed: Seed, texts: Texts) -> Iterator[Twin]:
    """A year long before, in place of the one asked for."""
    asked = whole(seed)
    year = next((y for y in _NEVER if texts.absent(y)), "")
    if "电话" in asked:
        return  # not of a year
    found = _YEAR.search(asked) or _SHORT_YEAR.search(asked)
    if not year or found is None:
        return
    old = found.group().removesuffix("年")
    question, context = replaced(seed, found.group(), found.group().replace(old, year))
    yield Twin(seed, "absent_year", question, context)


def added_year(seed: Seed, texts: Texts) -> Iterator[Twin]:
    """A year long before, where none was asked for."""
    year = next((y for y in _NEVER if texts.absent_from(seed, y)), "")
    asked = whole(seed)
    if not year or not seed.numeric or _YEAR.search(asked) or _SHORT_YEAR.search(asked):
        return
    if re.search("[今去前明]年|现在|目前|截至|[0-9]月|电话|号码|倒推|推算", asked):
        return
    first, *rest = (*seed.context, seed.question)
    turned = (f"{year}年{first}", *rest)
    yield Twin(seed, "added_year", turned[-1], turned[:-1], scope=(year,))


def _place(seed: Seed, texts: Texts) -> str:
    """The name of the place, as the question writes it, of the document that answers."""
    asked = whole(seed)
    names = {p for text in texts.of(seed) for p in text.places if len(p) > 1 and p in asked}
    name = max(sorted(names), key=len, default="")
    after = asked.split(name, 1)[1][:1] if name else ""
    return "" if after and name[-1] not in "省市县区州" and after in "省市县区州" else name


def invented_place(seed: Seed, texts: Texts) -> Iterator[Twin]:
    """A place that does not exist."""
    place = _place(seed, texts)
    if not place:
        return
    names = vocabulary.INVENTED.get(place[-1], vocabulary.INVENTED[""])
    # The short name must be nobody's either: 望舒 is a given name as well.
    names = tuple(name for name in names if texts.absent(name.rstrip("省市县区州")))
    new = first_absent(names, texts, whole(seed))
    if new:
        yield Twin(seed, "invented_place", *replaced(seed, place, new))


def corpus_place(seed: Seed, texts: Texts) -> Iterator[Twin]:
    """Another place that documents of the corpus are about."""
    place = _place(seed, texts)
    if not place:
        return
    full = max((p for t in texts.of(seed) for p in t.places if p.startswith(place)), key=len)
    asked = whole(seed)
    others = sorted(
        other
        for other in {p for text in texts for p in text.places}
        if other[-1:] == full[-1:] and len(other) > 2 and other != full
        if texts.absent_from(seed, other[:-1]) and other[:-1] not in asked
    )
    if not others:
        return
    # Spread over the places, and the same for every run.
    other = others[sum(map(ord, seed.id)) % len(others)]
    new = other if place[-1] == full[-1] else other[:-1]
    yield Twin(seed, "corpus_place", *replaced(seed, place, new), scope=(other[:-1],))


def other_unit(seed: Seed, texts: Texts) -> Iterator[Twin]:
    """The number in a unit of which the documents hold no number at all."""
    asked = list(_ASKED.finditer(seed.question))
    if not seed.numeric or len(asked) != 1 or len(seed.accept) != 1:
        return
    followed = seed.question[asked[0].end() :]
    if re.match("[一-鿿A-Za-z]", followed) and not re.match("[呢啊吗呀的了]", followed):
        return  # another noun follows, which would make the sentence no sentence
    for unit in vocabulary.UNITS:
        held = re.compile(f"[0-9余多万亿]{unit}")
        if unit not in asked[0].group() and not any(held.search(t.text) for t in texts.of(seed)):
            start, end = asked[0].span()
            question = f"{seed.question[:start]}多少{unit}{seed.question[end:]}"
            yield Twin(seed, "other_unit", question, seed.context)
            return


def other_head(seed: Seed, texts: Texts) -> Iterator[Twin]:
    """Another thing of the same sort, of which no document says a word."""
    asked = whole(seed)
    for nouns, others in vocabulary.HEADS:
        noun = next((n for n in sorted(nouns, key=len, reverse=True) if n in seed.question), "")
        new = first_absent(others, texts, asked) if noun else ""
        if noun and new:
            yield Twin(seed, "other_head", *replaced(seed, noun, new))
            return


def part_of_whole(seed: Seed, texts: Texts) -> Iterator[Twin]:
    """A part that the documents do not tell apart, in place of the whole."""
    if not seed.numeric:
        return
    for nouns, parts in vocabulary.PARTS:
        noun = next((n for n in sorted(nouns, key=len, reverse=True) if n in seed.question), "")
        part = next((p for p in parts if texts.absent_from(seed, p)), "") if noun else ""
        if noun and part and texts.absent(part + noun):
            question = seed.question.replace(noun, part + noun, 1)
            yield Twin(seed, "part_of_whole", question, seed.context)
            return


_GROUP = re.compile(
    "((?:[^，,。；;、:：]{2,16}、)+[^，,。；;、:：]{2,16})等[0-9一二三四五六七八九十]+[所家个处名]"
)
_ALL_OF = re.compile(
    "(?:[0-9一二三四五六七八九十]+|这几|几)[所家个处名](?:学校|机构|企业|医院|单位)?"
)


def member_of_group(seed: Seed, texts: Texts) -> Iterator[Twin]:
    """One member of a group that shares a single number."""
    if not seed.numeric:
        return
    asked = _ALL_OF.search(seed.question)
    for sentence in (*texts.around(seed), *seed.evidence):
        group = _GROUP.search(sentence)
        if group is None or asked is None:
            continue
        member = re.sub("^.*(?:支持|推动|对|在|由)", "", group.group(1).split("、")[0])
        if sentence.count(member) == 1 and len(member) > 3:
            start, end = asked.span()
            question = f"{seed.question[:start]}{member}{seed.question[end:]}"
            yield Twin(seed, "member_of_group", question, seed.context)
            return


_FROM_TO = re.compile(
    "(?:由|从)(?!20[0-9]{2}年)([0-9][0-9.]*(?:万|亿)?(?:%|个工作日|[元个人家所天日项起名张])?)"
    "[^，,。；;0-9]{0,8}?(?:至|到|为)(?!20[0-9]{2}年)([0-9][0-9.]*(?:万|亿)?(?:%|个工作日|[元个人家所天日项起名张])?)"
)
_AFTER = re.compile("现在|目前|如今|改革后|改革以后|以后|后来")


def before_for_after(seed: Seed, texts: Texts) -> Iterator[Twin]:
    """由甲至乙: asked for the value before the change instead of the one after it."""
    for sentence in seed.evidence:
        changed = _FROM_TO.search(sentence)
        if changed is None or len(seed.accept) != 1 or "比" in seed.question:
            continue
        before, after = (_number(value) for value in changed.groups())
        if not any(_number(one) == after for one in seed.accept[0]):
            continue
        cue, asked = _AFTER.search(seed.question), _ASKED.search(seed.question)
        if cue is not None:
            question = seed.question.replace(cue.group(), "改革前", 1)
        elif asked is not None:
            question = f"{seed.question[: asked.start()]}原来是{seed.question[asked.start() :]}"
        else:
            continue
        if not _YEAR.search(whole(seed)):
            yield Twin(seed, "before_for_after", question, seed.context, value=before)
        return


def swapped_change(seed: Seed, texts: Texts) -> Iterator[Twin]:
    """Whether it went from the value after the change to the one before it."""
    for sentence in texts.around(seed):
        changed = _FROM_TO.search(sentence)
        place = _place(seed, texts)
        if changed is None or not place or changed.group(1) == changed.group(2):
            continue
        clause = re.split("[，,。；;]", sentence[: changed.start()])[-1].strip()
        if not 3 <= len(clause) <= 16:
            continue
        (a, b), (c, d) = (
            (span[0] - changed.start(), span[1] - changed.start())
            for span in (changed.span(1), changed.span(2))
        )
        text = changed.group()
        swapped = text[:a] + changed.group(2) + text[b:c] + changed.group(1) + text[d:]
        yield Twin(seed, "swapped_change", f"{place}{clause}{swapped}了吗？", (), value="否：")
        return


def _number(text: str) -> str:
    found = re.search("[0-9.]+", text)
    return found.group() if found else ""


_TARGET = re.compile("计划|目标|力争|规划|打算|预计|预期")
_WISHED = re.compile(
    "目标|力争|计划|规划|预期|到20[0-9]{2}年|努力|确保|左右|以上|以内|争取|今年|将|要|应|须|至少|不|最|按"
)


def actual_for_target(seed: Seed, texts: Texts) -> Iterator[Twin]:
    """What has come about, where the documents hold only what is aimed at."""
    asked = _TARGET.search(seed.question)
    if asked is None or not seed.numeric or len(seed.accept) != 1 or seed.type == "derived":
        return
    if re.search("(?:规划|计划)的|[充换]电规划", seed.question):
        return  # the name of the document
    question = seed.question.replace(asked.group(), "实际", 1)
    yield Twin(seed, "actual_for_target", question, seed.context)


def target_for_actual(seed: Seed, texts: Texts) -> Iterator[Twin]:
    """What is aimed at, where the documents hold only what has come about."""
    asked = _ASKED.search(seed.question)
    around = texts.around(seed)
    if asked is None or not seed.numeric or len(seed.accept) != 1 or not around:
        return
    if seed.type not in {"figure", "money", "ratio"} or _TARGET.search(whole(seed)):
        return
    if any(_WISHED.search(s) for s in around) or re.search("最|不|原来|要|了", whole(seed)):
        return
    if not _YEAR.search(" ".join([*around, whole(seed)])):
        return  # a rule, not a fact
    start = asked.start()
    before = re.sub("(?:是|为|有|达到?|共)+$", "", seed.question[:start])
    question = f"{before}的目标是{seed.question[start:]}"
    yield Twin(seed, "target_for_actual", question, seed.context, scope=("目标", "力争", "计划"))


_TOPIC_END = re.compile(
    "一般最|最高|最低|最多|至少|不得|不超过|达到|控制在|分别|共|是|为|有|需|要|可以|应|多少|几|哪|什么|如何|怎"
)
_TOPIC_BAD = re.compile("[，,、？?0-9（(]|我|你|[吗呢啊]|谁|的$|年$|末$")


def false_premise(seed: Seed, texts: Texts) -> Iterator[Twin]:
    """Why something was done away with that the documents do not do away with."""
    place = _place(seed, texts)
    if seed.context or not place or not seed.numeric or seed.type == "comparison":
        return
    if not seed.question.endswith("?") or seed.type == "derived":
        return  # spoken and keyword questions seldom hold a noun phrase to be taken out
    rest = seed.question.split(place, 1)[1].lstrip("市县区的对在")
    rest = re.sub("^(?:[0-9]{4}年?|[0-9]{2}年)", "", rest)
    end = _TOPIC_END.search(rest)
    topic = rest[: end.start()] if end else ""
    if len(topic) < 4 or _TOPIC_BAD.search(topic) or key_of(seed) == "":
        return
    for act in vocabulary.FALSE_ACTS:
        if texts.absent_from(seed, act) and act not in topic:
            yield Twin(seed, "false_premise", f"{place}为什么{act}{topic}？", ())
            return


_CAN = re.compile("(?:可以|能|可)(?=.*吗)")


def turned_rule(seed: Seed, texts: Texts) -> Iterator[Twin]:
    """Why something is allowed that is forbidden, or the other way round."""
    if seed.type != "yes_no" or seed.context or len(seed.accept) != 1:
        return
    asked = _CAN.search(seed.question)
    if asked is None or len(seed.accept[0]) != 1:
        return
    allowed = seed.accept[0][0].startswith("是")
    act = "不能" if allowed else "可以"
    start, end = asked.span()
    tail = re.sub("吗?[？?]?$", "", seed.question[end:])
    yield Twin(seed, "turned_rule", f"{seed.question[:start]}为什么{act}{tail}？", ())


TRANSFORMATIONS: Mapping[str, Transformation] = {
    "other_year": other_year,
    "absent_year": absent_year,
    "added_year": added_year,
    "invented_place": invented_place,
    "corpus_place": corpus_place,
    "other_unit": other_unit,
    "other_head": other_head,
    "part_of_whole": part_of_whole,
    "member_of_group": member_of_group,
    "before_for_after": before_for_after,
    "swapped_change": swapped_change,
    "actual_for_target": actual_for_target,
    "target_for_actual": target_for_actual,
    "false_premise": false_premise,
    "turned_rule": turned_rule,
}


def twins(seed: Seed, texts: Texts) -> list[Twin]:
    """All twins of a question, in the order of the table."""
    return [twin for make in TRANSFORMATIONS.values() for twin in make(seed, texts)]
