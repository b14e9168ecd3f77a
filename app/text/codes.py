"""Digits and numerals that name something and count nothing.

文号, article labels, list labels, telephone numbers, section numbers, times of day. In: a text and
a place where a numeral begins. Out: where the code ends, or None.
"""

from __future__ import annotations

import re

from app.text.numbers import ARABIC_DIGIT, BLANK

_D = ARABIC_DIGIT
_S = f"{BLANK}?+"
_C = "[零〇一二三四五六七八九十百]"
_N = f"(?:{_D}++|{_C}++)"
_OPEN, _CLOSE = "〔【（(［\\[", "〕】）)］\\]"

# Codes that show by their own form.
_CODE = re.compile(
    f"{_D}{{11,}}+"
    f"|{_D}{{3,4}}[-－—–]{_D}{{3,4}}[-－—–]{_D}{{4}}(?!{_D})"  # 400-800-1234
    f"|[0０]{_D}{{2,3}}[-－—–]{_D}{{7,8}}(?!{_D})(?>(?:[-－—转]{_D}++)?)"
    f"|[0０]{_D}{{1,}}+(?![.．]{_D})"  # 007
    f"|{_D}{{1,4}}(?>(?:[.．]{_D}{{1,4}}){{2,}})"  # 1.2.3
    f"|{_D}{{1,2}}{_S}[:：]{_D}{{2}}(?>(?:[:：]{_D}{{2}})?)(?!{_D})"  # 8:30
    f"|{_D}{{1,2}}(?>(?:{_S}[-－—–−~～至到]{_S}{_D}{{1,2}})?){_S}[时点](?!段|位|多)(?>(?:{_S}{_D}{{1,2}}{_S}分(?!钟))?)"
    f"|{_D}++(?>(?:[·•・:：∶×*/／]{_D}++)+)"
    f"|{_D}++(?>(?:[+＋](?:{_D}++|[A-Za-z]++))+)|{_D}++[+＋](?={_C})"
    f"|{_N}{_S}(?:号(?![召称])|年级|版本)"
    f"|[12１２]{_D}{{3}}[届级]|{_D}{{1,4}}[路弄](?!径)|{_D}++[.．]{_D}++版"
    f"|{_C}++届[一二三四五六七八九]中"
    f"|{_D}{{1,3}}(?>(?:-{_D}{{1,3}}){{2,}})"
)
# What every code above begins with: a cheap way to say no.
_CODE_SIGN = re.compile(
    f"{_N}{_S}[-－—–−~～至到.．:：时点·•・∶×*/／+＋号年版届级路弄]|{_D}{{11}}|[0０]"
)
_LABEL = re.compile(f"{_D}{{1,3}}(?:[.．、](?!{_D})|[)）])")
_LABEL_LEFT = re.compile("(?:^|[\\s。；;：:！？!?\\])）”’】])$")
_BRACKETED = re.compile(f"{_N}{_S}[{_CLOSE}]")
_NUMBERED_YEAR = re.compile(f"{_D}{{4}}[{_CLOSE}]{_S}第?{_S}{_D}++{_S}号")
_LATIN_RIGHT = re.compile("[-－.]?[A-Za-z]")
_LATIN_LEFT = re.compile(f"(?:[A-Za-z#＃№@][-－—./+＋]?|[A-Za-z]{BLANK})$")
# A number behind one of these words numbers it: 附件1, 问题2.
_NUMBERED_LEFT = re.compile(
    "(?:附件|附表|附图|(?<!代)表|图|问题|路径|步骤|方案|示例|案例|专栏|序号|模块)$"
)
_ARTICLE = re.compile(f"{_S}{_N}{_S}(?:条(?!例|件)|款(?![式项])|章|编(?!制)|节(?!约)|号|页)")
_ARTICLE_TAIL = re.compile(f"之{_C}++")

_TELEPHONE_LEFT = re.compile(
    "(?:电话|热线|拨打|号码|邮编|邮政编码|传真|手机|微信|QQ群?|群号|账号|帐号|账户|卡号|编号|代码|证号|短号"
    "|专线|备案号|注册号)[^，。；！？\\n]{0,3}?[0-9０-９\\-—－、/／,，；;和或及转()（） ]*$"
)
_TELEPHONE_RIGHT = re.compile('[”"]?(?:[\u4e00-\u9fff]{0,6}(?:热线|专线|电话|平台)|短信)')
_WINDOW = 32  # characters before a number in which a word for a telephone is looked for


def code_end(text: str, start: int, end: int) -> int | None:
    """The end of the code that begins with the numeral at `start`; None when it is no code."""
    left = text[max(0, start - 1) : start]
    if left and left in "〔【（(［[":
        year = _NUMBERED_YEAR.match(text, start, end)
        if year:
            return year.end()
        if _is_bracketed_label(text, start, end):
            return start + 1
    found = _CODE.match(text, start, end) if _CODE_SIGN.match(text, start, end) else None
    if found:
        return found.end()
    if _LABEL_LEFT.search(left):
        label = _LABEL.match(text, start, end)
        return label.end() if label else None
    return None


def article_end(text: str, start: int, end: int) -> int | None:
    """The end of an article label whose 第 stands right before `start`: 第|三条, 第|十二条之一."""
    found = _ARTICLE.match(text, start, end)
    if found is None:
        return None
    tail = _ARTICLE_TAIL.match(text, found.end(), end)
    return tail.end() if tail else found.end()


def is_named_by_letters(text: str, start: int, end: int, has_unit: bool) -> bool:
    """Whether letters beside the number make it a name: PM2.5, 5G, but not GDP5000亿元."""
    if not has_unit and _LATIN_RIGHT.match(text, end):
        return True
    left = _LATIN_LEFT.search(text[max(0, start - 2) : start])
    return left is not None and not has_unit


def is_reference(text: str, start: int, end: int) -> bool:
    """Whether a bare number is one to call or to look up: 电话12345, 12320热线, 附件1."""
    if _NUMBERED_LEFT.search(text[max(0, start - 2) : start]):
        return True
    if _TELEPHONE_RIGHT.match(text, end):
        return True
    return _TELEPHONE_LEFT.search(text[max(0, start - _WINDOW) : start]) is not None


def _is_bracketed_label(text: str, start: int, end: int) -> bool:
    found = _BRACKETED.match(text, start, end)
    return found is not None and len(found.group()) <= 4
