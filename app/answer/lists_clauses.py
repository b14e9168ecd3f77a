"""Lists made of the clauses of a section or of one sentence: what is done, one clause an item."""

from __future__ import annotations

import re

from app.answer.lists_groups import without_label
from app.answer.view import ClauseView, DocumentView, SentenceView
from app.model import Kind, Question, Span, TermRole
from app.text.fold import fold
from app.text.sentences import clauses, sentences

MOST_ITEMS = 30
_SIGNATURE = 120  # characters, blanks included
_DATED = re.compile("(?:19|20)[0-9]{2}年[0-9]{1,2}月[0-9]{1,2}日[^,，。;；]{0,12}$")
_NOVEL = 0.35  # share of its characters that a clause must say beyond the question
_SPOKEN = re.compile("\\s*(?:答(?:复|案)?[:：]|【[^】]{2,12}】)\\s*")  # 答：, 【张三】
_ASIDE = re.compile(
    "(?:联系|咨询|监督|举报|投诉|服务)?(?:电话|热线|传真|邮箱)[^,。;]{0,6}[:：]?[0-9]|联系人[^,。;]{0,4}[:：]"
    "|^[(]?(?:来源|(?:审核|审稿|编辑|责任编辑|编审|校对|供稿|撰稿|通讯员|作者)人?|发布时间|记者|时间|地点|主持人|发布人|注)[:：]|^[(]?[0-9年月日]{6,}[^,]{0,40}(?:会议上|通过)[)]?$"
    "|制定(?:本|以下|如下)[^,，。;；]{1,8}[。:]?$|现(?:就|将|提出)[^。]{0,40}如下"
    "|^[—-]{2}[0-9]{4}年|[|]"
)
_TOPIC = re.compile(
    "^(?:对|凡|在|为|经|按|针对|依托|围绕|以|除|截至|[0-9]{4}年)|(?:的|者|时|后|前|中|上|下|方面|基础上)$"
)
# 对…企业, 申请…的: for whom or when something is done, which the clause behind it says.
_OPENING = re.compile(
    "^(?:对于?|针对|凡)[^,，。;；]{0,40}?(?:企业|单位|机构|人员|职工|家庭|对象|项目|地区|群体|业务|居民|群众|学生"
    "|院校|学校|个人|纳税人|农户|经营者|商户|情况)$|^[从自][^,，。;；]{1,16}起$|(?:的|时|后|後|期间|以前|之前|方面|基础上)$"
)
_COMMAS = (",", "，")
_COLONS = (":", "：")
_MOST_CORE = 3  # clauses in which the one that says what is done is looked for
_DOING = frozenset({Kind.MEASURES, Kind.REFORMS})
_DONE = re.compile(
    "^(?:已|共有?|现有|累计|建成|截至)[^,，。;；]{0,24}[0-9]"
)  # a state, not what is done
_RESULT = re.compile(
    "得到(?:全面|有效|根本)|取得|荣获|明显(?:提升|改善|提高)|大幅(?:提升|提高)|更加|显著|逐步实现"
)
_BACKGROUND = re.compile(
    "^(?:在此基础上|与此同时|一方面|另一方面|为(?:了|进一步|切实|深入|全面|贯彻|落实|加强|加快|推动|做好|保障|规范|解决|促进|应对|有效|更好|充分|确保)|根据|按照|依据|依照|鉴于|截至|据|近日|日前|目前|当前|同时|此外|下一步|因此|随着|由于|受|记者|新华社"
    "|责任单位|牵头单位|联系人|联系电话)|^.{0,6}(?:期间|以来|之际)$|^[0-9年月日上下中旬底末初]+$"
    "|制定(?:本|以下|如下)|现(?:就|将|提出)|(?:体会|启示|做法|经验|举措|措施)有.{1,3}[点条个项]$"
    "|(?<!《)关于[^《》]{4,80}的(?:通知|意见|公告|通告|决定|函|方案|办法|批复|报告)(?:$| )"
    "|^[(][^()]{2,60}(?:牵头|负责|配合)[)]?$|^[^()]{2,60}(?:牵头|负责|配合)[)]$"
    "|(?:介绍|表示|指出|强调|获悉|介绍说|要求|明确|提出|通知)$"
)


def news(question: Question, clause: str) -> int:
    """How many characters of a folded clause the question has not already said."""
    rest = clause
    for term in question.terms:
        if term.role is not TermRole.WEAK:
            for form, _ in term.forms:
                # 追回, said of 后果, is what comes of it and not the question again
                if set(form) & set(term.text):
                    rest = rest.replace(form, "")
    return sum(character.isalnum() for character in rest)


def says_what_is_done(clause: str) -> bool:
    """Whether a folded clause is neither background nor effect."""
    return _RESULT.search(clause) is None and _BACKGROUND.search(clause) is None


def of_section(view: DocumentView, body: Span, before_figures: bool) -> list[Span]:
    """The clauses of the body of a section without items of its own that say what is done.

    With `before_figures` the sentences from the first one on that reports figures are left out.
    """
    text = view.stored.document.text
    spoken = _SPOKEN.match(text, body.start, body.end)
    if spoken:
        body = Span(spoken.end(), body.end)
    lines = sentences(text, body)
    if before_figures:
        lines = _until_results(view, lines)
    items: list[Span] = []
    for line in lines:
        if _ASIDE.search(fold(line.of(text)).text.strip()):
            continue
        done = [one for one in clauses(text, line) if says_what_is_done(fold(one.of(text)).text)]
        items.extend(with_openings(view, done))
    return items[:MOST_ITEMS]


def _until_results(view: DocumentView, lines: list[Span]) -> list[Span]:
    kept: list[Span] = []
    for line in lines:
        if kept and view.sentences[view.at(line.start)].figures:
            break
        kept.append(line)
    return kept


def of_sentence(question: Question, view: DocumentView, sentence: SentenceView) -> list[Span]:
    """The clauses of one sentence that say what is done, without label and heading.

    Clauses at the front that only say again what was asked are left out.
    """
    if is_aside(sentence):
        return []
    first = without_label(view, sentence.span)
    text = view.stored.document.text
    spoken = _SPOKEN.match(text, first.start, first.end)
    if spoken:
        first = Span(spoken.end(), first.end)
    parts = []
    for part in sentence.clauses:
        if part.span.end <= first.start:
            continue
        if part.span.start < first.start:
            cut = Span(first.start, part.span.end)
            part = ClauseView(cut, fold(cut.of(text)).text)
        if question.kind in _DOING and _DONE.search(part.text):
            continue
        if part.text.strip() and says_what_is_done(part.text):
            parts.append(part)
    while len(parts) > 1 and text[parts[0].span.end : parts[0].span.end + 1] in _COLONS:
        parts = parts[1:]  # what leads to the clauses is none of them
    while len(parts) > 1 and news(question, parts[0].text) < _NOVEL * len(parts[0].text):
        parts = parts[1:]
    return [part.span for part in parts]


def with_openings(view: DocumentView, parts: list[Span]) -> list[Span]:
    """The clauses, those that only say for whom or when joined to the one behind them."""
    text = view.stored.document.text
    joined: list[Span] = []
    opening: Span | None = None
    for part in parts:
        beside = opening is not None and text[opening.end : part.start].strip() in _COMMAS
        whole = Span(opening.start, part.end) if opening is not None and beside else part
        if opening is not None and not beside:
            joined.append(opening)
        opening = whole if _OPENING.search(fold(part.of(text)).text.strip()) else None
        if opening is None:
            joined.append(whole)
    return [*joined, opening] if opening is not None else joined


def core(view: DocumentView, item: Span) -> Span:
    """The clauses of an item up to the first that says what is done, without conditions and sums.

    对…企业, is what it is about; the clause behind it is what is done.
    """
    text = view.stored.document.text
    parts = clauses(text, item)
    for part in parts[:_MOST_CORE]:
        if not _TOPIC.search(fold(part.of(text)).text.strip()):
            return Span(item.start, part.end)
    return Span(item.start, parts[0].end) if parts else item


def is_aside(sentence: SentenceView) -> bool:
    """Whether a sentence tells whom to ask, where a text comes from, or asks itself."""
    text = sentence.text.strip()
    return text.endswith("?") or _ASIDE.search(text) is not None


def is_signature(sentence: SentenceView) -> bool:
    """Whether a sentence is the name and date below a text."""
    return len(sentence.text) < _SIGNATURE and _DATED.search(sentence.text) is not None


def is_heading(view: DocumentView, sentence: SentenceView) -> bool:
    """Whether a sentence is nothing but headings."""
    outline = view.stored.outline
    index = outline.at(max(sentence.span.start, sentence.span.end - 1))
    if index is None:
        return False
    section = outline.sections[index]
    return bool(section.heading) and sentence.span.end <= section.heading_span.end + 1
