"""Who does it: organisations and persons in a clause, with what they do there."""

from __future__ import annotations

import re
from functools import cache

from app.answer.named import Named
from app.lexicon.loader import words
from app.model import Kind, Question, Span

_HAN = "[一-鿿]"
_SPACE = "[ \u3000:：、]"
_NAME = f"(?:{_HAN}|[（(、)）]){{1,30}}"
# Words that lead to a name and are not part of it. Longest run of text before the last of them.
_BEFORE = re.compile(
    "^.*(?:代表|由|会同|联合|抄送|抄报|报请|提请|提交|向|交给|给|经(?![济信发开贸营办])|应当|是|的|从|把|将|以及|及其"
    "|负责|(?:所在|户籍|居住|注册|经营)地|归口|简称|为(?!民)|在(?!地))"
)
_NOT_INSIDE = "(?!有限|门|分|位|长|员|署(?!长)|内|级|署|队|件|委|制)"
_PERSON = re.compile(f"{_HAN}[ \u3000]?{_HAN}{{1,3}}")
_DOES = re.compile(
    "(?:统一|具体|统筹|牵头|共同|协同|分别|依法|按照?|根据|会同|联合)*"
    "(?:负责|牵头|主管|承担|组织|实施|安排|管理|解释|审核|受理|制定|会同|监督|作为|履行|主办|承办|举办|进行|统筹|指导|开展|配合|协助|参与|发放|批准|备案)"
)
# A name without an ending that tells it, known by what it does: X负责…, 由X牵头.
_SUBJECT = re.compile(
    f"(?:(?<!{_HAN})|(?<=由))((?:(?!由){_HAN}){{2,14}}?[办处站所队会科院组室])"
    "(?=负责|牵头|主管|承担|按[季月年周照规]|定期|督办)"
)
_SHORT_FOR = re.compile("(?:[（(](?:以下)?简称[^）)]{2,20})?[）)]")  # X（以下简称Y）负责
# A person named before a telephone number, or behind the words for who is in charge.
_REACHED = re.compile(
    f"(?<={_SPACE})(?P<name>{_HAN}{{2,3}})(?=[\\s\u3000]*(?:[,，]?电话[:：]?)?[\\s\u3000]*[(（]?[0-9]{{3,}})"
)
# What stands behind a name: a stop, or the office that the person takes on (由副县长X任组长).
_NAME_ENDS = "[,，。;；、)）\\s]|$|(?:兼任|担任|出任|任|为|牵头|负责|主持|带队|挂帅)"
_IN_CHARGE = re.compile("(?:联系人|主持人|发布人|负责人|经办人)$")
_NAME_AT_END = re.compile(f"{_SPACE}({_HAN}{{2,3}})$")
_PERSON_ASKED = re.compile(
    "谁[作签主写讲说致]|(?:是|为)谁|谁(?:是|当|任)|哪(?:一)?位|何人|姓名|名字"
)
_OFFICE_ASKED = re.compile(
    "(?:长|书记|主任|主席|经理|委员|代表|院士|人)(?:是|叫|为)?"
    "(?:谁|哪(?:一)?位|何人|什么名字|(?= |$))"
)
_TOWARDS_ASKED = re.compile("(?:交给|交|找|向|给|报|去|到|跟)(?:谁|哪|什么)")
# Who pays: any name may stand before the verb (县财政承担60%, 用人单位负担).
_PAYER_ASKED = re.compile(
    "(?:谁|哪(?:一)?(?:方|家|级|个))(?:来)?(?:出|掏|承担|负担|支付|付|买单|兜底|给钱|报销|分担)|(?:由|归)谁(?:来)?(?:出|掏|承担|负担|支付|付)"
)
_PAYS = re.compile(
    f"(?:由|[,，、;；]|其余)({_HAN}{{2,14}}?)(?:全额|共同|自行|分别|足额|先行|按规定|按比例|各自?)*(?:承担|负担|支付|出资|垫付|列支|补足)"
)
_PAYER = 0.6  # the one who pays where that is asked
_CLASSIFIERS = "所个家名位"  # 5所学校 names none
_BY = 0.3  # 由X负责, X负责
_PERSON_WORTH = 0.6  # a person where the question is who somebody is
_SAME_ACT = 0.2  # what it does is what the question asks
_TOWARDS = 0.3  # 向X申请
_ABOVE = re.compile("[省市县区州盟旗乡镇]委$")  # 市委政法委 is one body
_OFFICE_OF = re.compile(
    f"{_HAN}{{1,4}}?(?:室|处|办|局|中心)(?=负责|牵头|按|定期|督|通报|会同|承担|组织|[，。；、,;]|$)"
)
_PLAIN = 0.0
_GAP = 4  # characters that trimming may have taken between two names side by side
_NOBODY = re.compile("任何|^不|^(?:有关|相关|其他|各)(?:部门|单位|机构)$")


@cache
def _organisations() -> re.Pattern[str]:
    found = sorted(words("organisation_suffixes.txt"), key=lambda word: (-len(word), word))
    endings = "|".join(map(re.escape, ("主管部门", "部门", "各部门", *found)))
    one = f"{_HAN}(?:{_HAN}|[（(][县市区州]{{1,2}}[）)]){{0,22}}?(?:{endings}){_NOT_INSIDE}"
    return re.compile(f"{one}(?:[、和与及]{one})*")


@cache
def _people() -> re.Pattern[str]:
    titles = sorted(words("person_titles.txt"), key=lambda word: (-len(word), word))
    joined = "|".join(map(re.escape, titles))
    return re.compile(f"(?P<title>{joined})[:：\\s]*(?P<name>{_HAN}{{2,4}}?)(?={_NAME_ENDS})")


def asks_payer(question: Question) -> bool:
    """Whether a question asks who bears the cost of something."""
    return _PAYER_ASKED.search(question.full) is not None


def agents(question: Question, text: str, clause: Span, before: Span | None) -> list[Named]:
    """Organisations of `clause`, and for 谁 also persons, with a bonus for the one who acts.

    `before` is the clause ahead of it: a title may stand there alone (区长 and then the name).
    """
    if asks_payer(question):
        return [
            Named(Span(found.start(1), found.end(1)), _PAYER)
            for found in _PAYS.finditer(text, max(0, clause.start - 1), clause.end)
        ]
    if question.kind is not Kind.PERSON:
        return _bodies(question, text, clause)
    persons = _persons(question, text, clause, before)
    if _OFFICE_ASKED.search(question.full):
        return persons  # 局长是谁 is not answered by an office
    return persons + _bodies(question, text, clause)


def _persons(question: Question, text: str, clause: Span, before: Span | None) -> list[Named]:
    bonus = _PERSON_WORTH if _PERSON_ASKED.search(question.full) else _PLAIN
    found = [
        Named(Span(match.start("name"), match.end("name")), bonus)
        for pattern in (_people(), _REACHED)
        for match in pattern.finditer(text, clause.start, clause.end)
        if is_person(match["name"])
    ]
    if before is not None and _IN_CHARGE.search(before.of(text)):
        lead = _NAME_AT_END.search(text, clause.start, clause.end)
        if lead is not None and is_person(lead.group(1)):
            found.append(Named(Span(lead.start(1), lead.end(1)), bonus))
    if before is not None and _ends_with_title(before.of(text)) and is_person(clause.of(text)):
        found.append(Named(clause, bonus))
    return found


def is_person(text: str) -> bool:
    """Whether `text` is written like the name of a person."""
    named = _PERSON.fullmatch(text) is not None and text.startswith(words("surnames.txt"))
    return named and not _organisations().search(text)


def named_people(text: str) -> list[tuple[str, str]]:
    """The persons that `text` names behind or before their office, as title and name."""
    found = [(match["title"], match["name"]) for match in _people().finditer(text)]
    found.extend((match["title"], match["name"]) for match in _people_ahead().finditer(text))
    found.extend((match["title"], match["name"]) for match in _taken_on().finditer(text))
    return [(title, name) for title, name in found if is_person(name)]


@cache
def _people_ahead() -> re.Pattern[str]:
    titles = sorted(words("person_titles.txt"), key=lambda word: (-len(word), word))
    joined = "|".join(map(re.escape, titles))
    return re.compile(
        f"(?<!{_HAN})(?P<name>{_HAN}{{2,3}})[:：，,（(\\s]+[^，。；]{{0,20}}?(?P<title>{joined})"
    )


@cache
def _taken_on() -> re.Pattern[str]:
    """由副县长甲任组长: the office that a person takes on stands behind the verb.

    The name is looked for from the verb backwards: an office in front of it may be any.
    """
    titles = sorted(words("person_titles.txt"), key=lambda word: (-len(word), word))
    joined = "|".join(map(re.escape, titles))
    before = "|".join(f"(?<={re.escape(one)})" for one in titles)
    return re.compile(
        f"(?:{before}|(?<=[由以,，、：:\\s]))(?P<name>{_HAN}{{2,3}})(?:同志)?(?:兼任|担任|出任|任|兼|为)"
        f"[^，。；;,]{{0,16}}?(?P<title>{joined})"
    )


def _ends_with_title(text: str) -> bool:
    return text.endswith(words("person_titles.txt"))


def _bodies(question: Question, text: str, clause: Span) -> list[Named]:
    found: list[Named] = []
    towards = _TOWARDS_ASKED.search(question.full) is not None
    for match in _organisations().finditer(text, clause.start, clause.end):
        name = _trimmed(text, match)
        if name is None:
            continue
        above = _ABOVE.search(text, clause.start, name.start)
        name = name if above is None else Span(above.start(), name.end)
        office = _OFFICE_OF.match(text, name.end, clause.end)
        if office is not None and name.of(text).endswith(("政府", "委")):
            name = Span(name.start, office.end())
        before = text[max(clause.start, name.start - 4) : name.start]
        behind = _SHORT_FOR.match(text, name.end, clause.end)
        does = _DOES.match(text, behind.end() if behind else name.end, clause.end) is not None
        if towards:
            bonus = (
                _TOWARDS if before.endswith(("向", "报", "交", "到", "给", "所在地")) else _PLAIN
            )
        elif before.endswith(("向", "报", "交", "给")):
            bonus = -_TOWARDS
        else:
            bonus = _BY if does or before.endswith("由") else _PLAIN
            act = text[name.end : name.end + 2]
            bonus += _SAME_ACT * (len(act) > 1 and act in question.right + question.left[-4:])
        found.append(Named(name, bonus))
    found = _whole(found, text)
    if not towards:
        found.extend(
            Named(Span(match.start(1), match.end(1)), _BY)
            for match in _SUBJECT.finditer(text, clause.start, clause.end)
            if not any(match.start(1) < one.span.end for one in found)
        )
    return found


_OF_BODY = re.compile(f"{_HAN}*(?:驻|派驻|下属|所属|内设){_HAN}+")


def _whole(found: list[Named], text: str) -> list[Named]:
    """Names that stand side by side are one when the second is a part of the first (甲驻乙某组)."""
    whole: list[Named] = []
    for one in found:
        last = whole[-1] if whole else None
        joined = Span(last.span.start, one.span.end) if last is not None else one.span
        near = last is not None and 0 <= one.span.start - last.span.end <= _GAP
        if near and _OF_BODY.fullmatch(joined.of(text)):
            whole[-1] = Named(joined, one.bonus)
        else:
            whole.append(one)
    return whole


def _trimmed(text: str, match: re.Match[str]) -> Span | None:
    """The name without the words before it that lead to it."""
    lead = _BEFORE.match(match.group())
    start = match.start() + (lead.end() if lead else 0)
    if match.string[start] in _CLASSIFIERS:
        return None
    if match.end() - start < 3 or _NOBODY.search(match.string[start : match.end()]):
        return None
    return Span(start, match.end())
