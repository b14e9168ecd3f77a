"""The table of question forms: which words ask for which kind of answer.

The rows are tried from top to bottom on the folded question; the first that is found decides.
Within a row the pattern marks the question phrase, which is cut out before segmentation,
since 几所 and 校有 are not words. The order is the policy: a narrow form stands above a wide one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.model import Dimension, Kind, Span

_MEASURE_NOUN = "(?:举措|措施|做法|办法|动作|手段|行动|招数|招|环节|抓手|支持|帮扶|优惠|扶持|安排|工作|努力|步骤)"
_PLACE_NOUN = (
    "(?:省份?|市|县市?|区县?|州|镇|乡|村|地区|城市|地方|国家|街道|社区|园区|场所|地点)"
)
_BODY_NOUN = "(?:部门|单位|机构|企业|公司|银行|医院|学校|组织|机关|委员会|协会|高校|院校|大学|平台|集团|法院|局|厅|委)"
_COUNT_NOUN = (
    "(?:人数|次数|个数|户数|件数|家数|项数|数量|总数|数目|规模|总量|名额|定员|编制数|床位数)"
)
_MONEY_NOUN = "(?:钱|元|块|万元|亿元|资金|经费|补贴|补助|奖励|投入|投资|费用|金额|贷款|税收?|款|工资|预算|美元)"
_BIGGER = "(?:多|少|高|低|大|小|快|慢|长|短|早|晚|强|好)"
_DIGIT = "[0-9一二两三四五六七八九十]+"
_CLASSIFIER = (
    "(?:人次|场次|个|名|人|位|所|家|项|件|条|次|场|批|门|部|间|处|座|套|台|辆|张|户|村|只|双|副|份|篇|期|届|"
    "轮|组|队|班|级|层|例|类|种|笔|宗|块|片|支|枚|段|步|点|方面|大项|大类|大|倍|门课|课时|学时|"
    "平方米|公里|千米|亩|公顷|吨|斤|千瓦|米)"
)


@dataclass(frozen=True, slots=True)
class Cue:
    """A form of question: its kind, how it is worded, and what its number would measure."""

    kind: Kind
    pattern: re.Pattern[str]
    dimension: Dimension | None = None


def _cue(kind: Kind, pattern: str, dimension: Dimension | None = None) -> Cue:
    return Cue(kind, re.compile(pattern), dimension)


CUES: tuple[Cue, ...] = (
    # A reason may hold any other question word, so it comes first.
    _cue(
        Kind.PURPOSE,
        "为什么|为何|为啥|缘何|凭什么|怎么会|什么原因|原因(?:是什么|何在|有哪些|是啥)|出于(?:什么|何种|哪些)?考虑"
        "|出于什么|目的(?:是什么|何在|是啥|有哪些)?|为了什么|有(?:什么|何|哪些)(?:意义|作用)|意义(?:是什么|何在)|图(?:个)?啥",
    ),
    _cue(
        Kind.COMPARISON,
        f"(?:哪|谁)(?:一)?(?:个|拨|头|边|类|种|项|家|年|方|者|所|地|组|批|样|市|县|区|省)?(?:的)?[^,。?哪谁]{{0,6}}?(?:更|比较|最)?{_BIGGER}(?:一?些|一?点)?(?=$|[,。?？呢啊呀吗;、]|各|分别)"
        "|各(?:自)?(?:是|有|为)?(?:多少|几)[^,。?]{0,3}|分别(?:是|有|为)?(?:多少|几)[^,。?]{0,3}|(?:数量|人数|规模|金额|数字|数据)?(?:的)?(?:对比|比较|相比)(?:如何|怎么样|情况)?|孰[多少高低]",
    ),
    _cue(
        Kind.DERIVED,
        "(?:相差|差(?:了|距)?|差额)(?:是|为)?多少[^,。?]{0,3}|(?:多|少)(?:了|出)(?:多少|几)[^,。?]{0,3}"
        "|(?:压减|减少|精简|裁减|削减|缩减|减|裁|增加|增长|新增|增|净增)(?:了)(?:多少|几)[^,。?]{0,3}"
        f"|(?:合计|加起来|加在一起|合起来|之和|总和)(?:一共|总共|共)?(?:是|有|为)?(?:多少|几){_CLASSIFIER}?(?:钱)?"
        "|(?:平均)?(?:每|人均)[^,。?]{0,6}(?:平均)?(?:是|为|有)?(?:多少|几)[^,。?]{0,3}|倒推|推算|反推|折算|(?:是|为)[^,。?]{0,12}(?:的)?(?:几|多少)倍",
    ),
    _cue(
        Kind.RATIO,
        "百分之(?:几|多少)|(?:占比|占|比例|比重|百分比|比率|份额)[^,。?]{0,8}?(?:是|为|有|达到?|约|大约)*(?:多少|多大|多高|几成|几)"
        "|(?:占|有)多大(?:的)?(?:比例|比重)|多大(?:的)?(?:比例|比重|占比)|几成|几分之几|[一-鿿]{1,6}率(?:是|为|达到?|达)*(?:多少|多高)"
        "|(?:增长|下降|上升|提高|降低|增速|涨|降|提升)了?(?:百分之)?(?:多少|几)(?:个)?百分点|(?:增速|增幅|涨幅|降幅)(?:是|为)?多少|(?:占比|比例|比重)$",
        Dimension.RATIO,
    ),
    _cue(
        Kind.YES_NO,
        "是不是|是否|有没有|有无|能否|能不能|可否|可不可以|要不要|会不会|需不需要|该不该|应不应该|算不算|属不属于|准不准|允不允许"
        "|对不对|行不行|可以吗|对吗|是吗|行吗|(?:吗|(?<![什怎那这多要])么|没有)[?？。呀啊呢]*$",
    ),
    _cue(
        Kind.CLAUSE,
        "(?:电话|热线|号码|联系方式|邮箱|网址|传真|邮编|地址|账号|账户)(?:[^,。?]{0,3}(?:是|为|有))?(?:多少|什么|哪个|哪些|几号|啥)?(?=$|[,?？])",
    ),
    _cue(
        Kind.AMOUNT,
        "多(?:久|长时间)|多少(?:个)?(?:天|日|年|月|小时|工作日|分钟|周|学年|学期)|几(?:个)?(?:天|日|小时|工作日|分钟|周|月内|年内|个月)"
        "|(?:期限|时限|时长|有效期)(?:是|为|有)?(?:多久|多长|多少|几)?",
        Dimension.DURATION,
    ),
    _cue(
        Kind.AMOUNT,
        f"多少[^,。?]{{0,4}}?{_MONEY_NOUN}|(?:花|砸|投|拿|掏|给|补|奖|罚|发|缴|交|收|贷)(?:了|入|出|进去|进)?(?:总共|一共)?多少(?:钱)?"
        "|(?:金额|总额|数额|额度|经费|资金|投入|补贴标准|补助标准|奖励标准|价格|单价|费用|工资|上限|限额)(?:[^,。?多]{0,4})(?:是|为|有|达到?|达|共)*(?:多少|多大|多高|几)"
        "|(?:规模|盘子)(?:有|是)?多大",
        Dimension.MONEY,
    ),
    _cue(
        Kind.DATE,
        "什么时候|何时|什么时间|啥时候|哪(?:一)?(?:年|天|月|日)|哪个(?:月|年份|时候|时间)|几月(?:几[日号])?|几[号时]|多会儿|何年|何日"
        "|(?:时间|日期|截止(?:时间|日期)?|起始(?:时间|日期))(?:是|为)?(?:什么|哪天|多少|几)?(?=$|[,。?？呢啊])|(?:从|自|到)(?:几|哪)(?:年|月|日)",
    ),
    _cue(
        Kind.COUNT,
        f"(?:多少|(?<!哪)几){_CLASSIFIER}|(?<!哪)几(?=[一-鿿])|多少|{_COUNT_NOUN}(?:是|为|有|达到?|达)?(?:多少|多大|几)?(?=$|[,。?？呢啊 ])|多大|多高|多重|多远|多长|多宽",
        Dimension.COUNT,
    ),
    _cue(
        Kind.PLACE,
        f"哪里|哪儿|什么地方|在哪(?![些几种方一])|何地|何处|啥地方|哪(?:一)?个{_PLACE_NOUN}|什么{_PLACE_NOUN}",
    ),
    _cue(
        Kind.ORGANISATION,
        f"(?:哪(?:一)?(?:个|家|所)|什么|何种){_BODY_NOUN}|(?:牵头|主管|责任|主办|承办|实施|发文|组织)(?:单位|部门|机关)(?:是|为)?(?:谁|什么|哪个|哪家)?",
    ),
    _cue(
        Kind.PERSON,
        "(?:由|是|归|找|向)?谁(?:来|去)?(?:负责|牵头|管)?|哪(?:一)?位|什么人|何人|姓名|叫什么名字|(?:负责人|联系人|审核人|校长|主任|局长)(?:是|为)(?:谁|哪位|什么)",
    ),
    _cue(
        Kind.REFORMS,
        f"(?:哪|什么|啥|几)[^,。?]{{0,6}}改革|改革(?:[^,。?]{{0,8}})(?:哪{_DIGIT}?|什么|啥)[一-鿿]{{0,3}}|{_DIGIT}项改革(?:都|分别)?(?:是|有|指|包括)?",
    ),
    _cue(
        Kind.MEASURES,
        f"(?:哪些|哪几{_CLASSIFIER}?|什么(?:样的)?|啥|哪{_DIGIT}{_CLASSIFIER}?)(?:[^,。?]{{0,5}}?){_MEASURE_NOUN}|{_MEASURE_NOUN}(?:都|分别|主要|具体)*(?:有|是|包括)?(?:哪些|什么|啥|哪几{_CLASSIFIER}?)"
        "|(?:做|采取|推出|实施|出台|开展|干|搞)了?(?:些|哪些|什么|啥)|怎么(?:做|干|抓|搞)的|有(?:哪些|什么|啥)(?:新)?(?:举措|措施|办法|动作|招)",
    ),
    _cue(
        Kind.LIST,
        f"哪些|哪几{_CLASSIFIER}?|哪{_DIGIT}{_CLASSIFIER}?|(?:都|分别|各自?)(?:是|有|包括|指|叫)?(?:什么|啥|哪)[一-鿿]{{0,2}}|(?:包括|包含|涵盖|涉及|分为|分成|有|含)(?:了)?(?:什么|啥)(?:内容|方面)?"
        "|(?:些)(?:什么|啥)[一-鿿]{0,2}|(?:什么|何)(?:条件|材料|内容|资料|情形|证件|手续|要求|环节|栏目|项目|活动|任务|原则|目标|类型|种类)|(?:包括|包含|有)(?:哪|啥)[一-鿿]{0,2}",
    ),
    _cue(
        Kind.DEFINITION,
        "什么是|何谓|何为|(?:是|指)(?:的)?(?:什么|啥)(?:意思)?|什么意思|含义|定义|叫(?:做)?什么|称(?:作|为)什么|(?:什么|何种|哪种|哪类|怎样的)(?:位置|地位|性质|关系|身份)|所谓",
    ),
    _cue(
        Kind.MECHANISM,
        "如何|怎么办|怎么(?:样)?|怎样|咋(?:样|办|整)?|以什么(?:方式|形式)|(?:什么|哪种|何种)(?:方式|途径|渠道|流程|程序|形式|机制|方法)|通过(?:什么|哪种|何种)|(?:流程|程序|途径|渠道|方式|机制)(?:是什么|是啥)?(?=$|[?？呢啊])",
    ),
    _cue(
        Kind.CLAUSE,
        "什么[一-鿿]{0,2}?(?=$|[,。?？呢啊])|什么|啥|哪(?:一)?(?:种|类|项|个|条|份|部|款|批|拨|家|所|本|篇)?|何(?:种|等|处)?",
    ),
)


# What is cut out before segmentation: the words that only ask. Content stays, whatever the kind.
_PHRASES = re.compile(
    f"(?:总共|一共|大概|大约|约|究竟|到底)?(?:是|有|为|达到?)?(?:百分之)?(?:多少|(?<!第)(?:哪)?几)(?:个)?(?:{_CLASSIFIER})?(?:钱)?(?:左右)?"
    f"|(?:哪(?:一)?(?:个|家|所)?|什么)(?:{_PLACE_NOUN}|{_BODY_NOUN})(?=$|[,?？的])|哪(?:些|里|儿|位|{_DIGIT})?(?:{_CLASSIFIER})?|{_COUNT_NOUN}(?=$|[?？ 呢啊]|对比|比较|相比|是|有|为|达)|对比|占比|比重|比例|百分比|各(?:自)?(?:是|有|为)?|为什么|为何|为啥|缘何|凭什么|怎么会|出于什么考虑|什么样的?|什么时候|什么地方|什么人|什么意思|(?:是|为|有|叫)?什么|啥"
    "|何时|何地|何人|何种|何处|何谓|何为|怎么样?|怎样|如何|咋|是不是|是否|有没有|有无|能否|能不能|可否|可不可以|要不要|会不会|需不需要|该不该|可以吗|对吗|是吗|行吗|谁|孰"
    f"|多(?:大|高|久|长|远|重|宽|长时间)|各(?:自)?(?:是|有|为)|分别(?:是|有|为)?|都(?:是|有)|{_BIGGER}(?:一?些|一?点)?(?=[?？]|$)|(?:吗|呢|啊|呀|吧|么|嘛)(?=[?？,。]|$)"
)


def phrases(folded: str) -> tuple[Span, ...]:
    """The stretches of a folded question that only ask, in reading order."""
    return tuple(Span(found.start(), found.end()) for found in _PHRASES.finditer(folded))


@dataclass(frozen=True, slots=True)
class Form:
    """The form that a question was found to have, and where its question phrase stands."""

    kind: Kind
    dimension: Dimension | None
    phrase: Span | None


def form(folded: str) -> Form:
    """The form of a folded question; without a question word it is a search for a clause.

    >>> form("全州教育总投入是多少").kind
    <Kind.COUNT: 'count'>
    """
    for cue in CUES:
        found = cue.pattern.search(folded)
        if found:
            return Form(cue.kind, cue.dimension, Span(found.start(), found.end()))
    return Form(Kind.CLAUSE, None, None)


_CLASSIFIER_ASKED = re.compile(f"(?:多少|几|哪{_DIGIT})({_CLASSIFIER})")
_ANNOUNCED = re.compile(
    f"(?:哪|这|那)({_DIGIT}){_CLASSIFIER}|({_DIGIT})(?:项|大|个|条|种)[一-鿿]{{0,6}}(?:是|有|指|包括)"
)
_ORDINAL = re.compile(f"第({_DIGIT})(?:{_CLASSIFIER}|[一-鿿])|(最后)一{_CLASSIFIER}")
_TOTAL = re.compile("总共|一共|总数|总量|总计|总的|合计|总人数|共有|共计|全部|总规模|单独")


def classifier_asked(folded: str) -> str:
    """The classifier behind 几 or 多少 (几所 → 所), or ""."""
    found = _CLASSIFIER_ASKED.search(folded)
    return found.group(1).removeprefix("大") or "大" if found else ""


def asks_total(folded: str) -> bool:
    """Whether the question wants a whole, so that the number of a part must not answer it."""
    return _TOTAL.search(folded) is not None


def ordinal_words(folded: str) -> str:
    """The numeral of 第二项, 最后 for the last one, or ""."""
    found = _ORDINAL.search(folded)
    return (found.group(1) or found.group(2)) if found else ""


def announced_words(folded: str) -> str:
    """The numeral that the question announces (哪三项, 四项措施是), or ""."""
    found = _ANNOUNCED.search(folded)
    return (found.group(1) or found.group(2)) if found else ""
