"""Policy texts of places that do not exist, and the engine over them.

Each text is written for questions whose right answer is plain to a reader; several speak of the
same thing for another place, another year or another part.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from app.engine import Engine
from app.library import Library, index

AS_OF = date(2024, 5, 1)


@dataclass(frozen=True)
class Text:
    source: str
    text: str
    fields: Mapping[str, object] = field(default_factory=dict)


ELDERLY = Text(
    "养老/报告.txt",
    """云禾市2023年养老服务工作情况报告

一、总体情况
2023年，全市养老服务总投入6.84亿元，其中市级财政投入2.15亿元，社会资本投入3.3亿元。全市现有养老机构58家，养老床位1.26万张，其中护理型床位7749张，护理型床位占全部床位的61.5%。共有护理员3420名，其中持证2870名。
二、主要举措
（一）完善设施布局
新建社区养老驿站26处，改造敬老院14所，为2310户困难老人家庭实施适老化改造。
（二）壮大护理队伍
举办护理员技能大赛4场，培训护理员5600人次。聘请退休医生132名驻点指导。
（三）提升医养结合水平
支持云禾市第一福利院、东渠护理院、北塘康养中心等3家机构开展医养结合试点，总投资1.42亿元。
三、深化三项改革
（一）深化公办养老机构改革，破解活力不足难题
推行公建民营，公办机构入住率由47%提高到82%。
（二）深化护理员职称制度改革，破解晋升通道狭窄难题
建立五级职称序列，护理员流失率明显降低。
（三）深化长期护理保险改革，破解负担过重难题
将居家上门护理纳入支付范围。
四、减轻基层负担
养老机构备案材料由23项压减至9项，办理时限由15个工作日缩短至4个工作日。
五、“银龄守护”行动
“银龄守护”行动是指由社区网格员、志愿者和家庭医生组成服务小组，对独居老人开展每周一次上门探访的关爱行动。为防止独居老人发生意外，市民政局于2023年6月1日启动该行动。行动由市民政局牵头，市卫生健康局配合。启动仪式在云禾市东渠街道举行。
六、“五个一”服务
每个街道建成一个养老综合体、一支护理队、一个老年食堂、一所老年学堂、一条服务热线。
""",
    {"id": "elderly", "region": "云禾市", "issuer": "云禾市民政局", "issued_on": "2024-01-20"},
)

RENTAL = Text(
    "住房/办法.txt",
    """云禾市公共租赁住房管理办法

第一章 总则
第一条 为解决新就业职工和外来务工人员阶段性住房困难，规范公共租赁住房管理，制定本办法。
第二条 本办法所称公共租赁住房，是指限定建设标准和租金水平，面向符合条件的城镇中等偏下收入家庭出租的保障性住房。
第三条 市住房和城乡建设局负责公共租赁住房的监督管理工作。
第二章 申请与审核
第四条 申请公共租赁住房应当符合下列条件：
（一）具有本市常住户口或者连续缴纳社会保险满12个月；
（二）家庭人均住房面积低于15平方米；
（三）家庭人均月收入低于3200元。
第五条 申请人应当提交身份证明、收入证明、住房情况证明和婚姻状况证明。
第六条 申请人向户籍所在地街道办事处提出申请，街道办事处应当自受理之日起20日内完成初审。
第三章 租金与使用
第七条 公共租赁住房租金按照市场租金的60%确定。
第八条 承租人不得转租、转借公共租赁住房。
第九条 承租人累计6个月以上拖欠租金的，应当腾退住房。
第十条 符合条件的承租人，经市住房和城乡建设局批准，可以购买所承租的住房。
第四章 附则
第十一条 本办法自2023年3月1日起施行。咨询电话：0900-6612345。
""",
    {
        "id": "rental",
        "region": "云禾市",
        "issuer": "云禾市人民政府",
        "number": "云政发〔2023〕5号",
        "issued_on": "2023-02-10",
        "status": "现行",
    },
)

BULLETIN_2022 = Text(
    "统计/2022.txt",
    """柳溪市2022年国民经济和社会发展统计公报

一、综合
2022年，全市地区生产总值512.6亿元，比上年增长4.1%。年末常住人口86.4万人。
二、交通
全年新建改建农村公路218公里。年末公交车辆640辆，其中新能源公交车416辆。
""",
    {"id": "bulletin-2022", "region": "柳溪市", "issued_on": "2023-03-15"},
)

BULLETIN_2023 = Text(
    "统计/2023.txt",
    """柳溪市2023年国民经济和社会发展统计公报

一、综合
2023年，全市地区生产总值541.8亿元，比上年增长5.7%。年末常住人口86.9万人。
二、交通
全年新建改建农村公路265公里。年末公交车辆655辆，其中新能源公交车524辆。
""",
    {"id": "bulletin-2023", "region": "柳溪市", "issued_on": "2024-03-12"},
)

CHARGING = Text(
    "规划/充电.txt",
    """云禾市电动汽车充电设施建设三年行动计划（2024—2026年）

一、工作目标
到2026年底，力争全市建成公共充电桩1.2万个。截至2023年底，全市已建成公共充电桩4300个。
二、重点任务
（一）推进居住区充电设施建设。
（二）推进高速服务区快充网络建设。
（三）推进换电站试点。
（四）推进智慧监管平台建设。
三、保障措施
市发展和改革委员会负责统筹协调。对新建快充站给予每千瓦120元的建设补贴，单站最高不超过80万元。
""",
    {"id": "charging", "region": "云禾市", "issued_on": "2024-02-01"},
)

TALENT_NORTH = Text(
    "人才/北渡.txt",
    """北渡县高层次人才安家补贴实施细则

第一条 全职引进的博士研究生，给予安家补贴20万元。
第二条 安家补贴由县人力资源和社会保障局审核发放。
""",
    {"id": "talent-north", "region": "北渡县", "issued_on": "2022-04-01", "status": "现行"},
)

TALENT_SOUTH = Text(
    "人才/南屏.txt",
    """南屏县高层次人才安家补贴实施细则

第一条 全职引进的博士研究生，给予安家补贴30万元。
第二条 安家补贴由县人才服务中心审核发放。
""",
    {"id": "talent-south", "region": "南屏县", "issued_on": "2023-04-01", "status": "现行"},
)

REPEALED = Text(
    "旧规/家电.txt",
    """云禾市家电下乡补贴办法

第一条 农村居民购买家电，按销售价格的13%给予补贴。
""",
    {"id": "repealed", "region": "云禾市", "issued_on": "2009-02-01", "status": "废止"},
)

EXPIRED = Text(
    "旧规/消费券.txt",
    """云禾市文旅消费券发放方案

一、发放规模
面向来云游客发放文旅消费券900万元。
""",
    {
        "id": "expired",
        "region": "云禾市",
        "issued_on": "2022-05-01",
        "expires_on": "2022-12-31",
    },
)

TEXTS = (
    ELDERLY,
    RENTAL,
    BULLETIN_2022,
    BULLETIN_2023,
    CHARGING,
    TALENT_NORTH,
    TALENT_SOUTH,
    REPEALED,
    EXPIRED,
)


def write(corpus: Path, text: Text) -> None:
    path = corpus / text.source
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.text.encode())
    if text.fields:
        sidecar = json.dumps(text.fields, ensure_ascii=False)
        path.with_name(path.name + ".json").write_text(sidecar, encoding="utf-8")


@contextmanager
def engine_over(folder: Path, texts: tuple[Text, ...]) -> Iterator[Engine]:
    """The engine over a corpus of `texts`, indexed below `folder`."""
    corpus, data = folder / "corpus", folder / "data"
    corpus.mkdir()
    for text in texts:
        write(corpus, text)
    report = index(corpus, data)
    assert report.failed == ()
    with Library.open(corpus, data) as library:
        yield Engine(library.published.snapshot, library.published.segmenter)
