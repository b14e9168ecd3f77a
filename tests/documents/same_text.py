"""One policy text, written by our own code as a file of each format that is read.

`POLICY` is the text as structured data; `FORMATS` maps the name of a file to the function that
writes it. A new format is one more function and one more line. What the readers make of the files
is compared in `test_fidelity.py`: text, outline and answers.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO

from docx_parts import docx_of, tagged
from typesetting import Page, Setter, ofd_of, pdf_of


@dataclass(frozen=True)
class Heading:
    """A numbered heading of level 1 to 3; `label` is the number as it is printed: 一、（一）1."""

    level: int
    label: str
    words: str


@dataclass(frozen=True)
class Paragraph:
    """Running text; `note` is the text of a footnote that is marked at its end."""

    words: str
    note: str = ""


@dataclass(frozen=True)
class Item:
    """A member of a numbered list, printed as label and words: （1）…"""

    label: str
    words: str


@dataclass(frozen=True)
class Table:
    """A table with a title above it; the first row names the columns."""

    title: str
    rows: tuple[tuple[str, ...], ...]


Block = Heading | Paragraph | Item | Table


@dataclass(frozen=True)
class Policy:
    title: str
    number: str
    addressee: str
    blocks: tuple[Block, ...]
    issuer: str
    date: str


POLICY = Policy(
    title="青溪市普惠托育服务发展实施方案",
    number="青政办发〔2024〕17号",
    addressee="各区人民政府，市政府各部门：",
    blocks=(
        Paragraph("为扩大普惠托育服务供给，减轻家庭照护负担，结合本市实际，制定本方案。"),
        Heading(1, "一、", "总体要求"),
        Heading(2, "（一）", "指导思想"),
        Paragraph(
            "坚持政府引导、社会参与，把普惠托育服务纳入公共服务体系，推动托育服务提质扩容。",
        ),
        Heading(2, "（二）", "工作目标"),
        Paragraph(
            "2023年，全市新增托育机构86家，新增托位5200个。到2026年，全市每千人口拥有3岁以下婴幼儿托位数达到4.8个。",
            note="每千人口托位数按年末常住人口计算。",
        ),
        Heading(1, "二、", "重点任务"),
        Heading(2, "（一）", "增加服务供给"),
        Heading(3, "1.", "发展社区托育"),
        Paragraph("在新建住宅小区配套建设托育服务设施，每个街道至少建成2家社区托育点。"),
        Heading(3, "2.", "支持单位办托"),
        Paragraph("鼓励用人单位举办福利性托育点，对验收合格的单位给予一次性补助15万元。"),
        Heading(2, "（二）", "规范服务管理"),
        Paragraph("普惠托育机构应当符合下列条件："),
        Item("（1）", "依法登记并完成备案；"),
        Item("（2）", "收费执行政府指导价；"),
        Item("（3）", "招收本市常住人口家庭的婴幼儿。"),
        Heading(1, "三、", "保障措施"),
        Heading(2, "（一）", "落实资金保障"),
        Paragraph("各区2024年建设任务和补助资金见下表。"),
        Table(
            "各区建设任务表",
            (
                ("区", "新增托位（个）", "补助资金（万元）", "责任单位"),
                ("东湖区", "1200", "960", "东湖区卫生健康局"),
                ("南屏区", "850", "680", "南屏区卫生健康局"),
                ("北山区", "430", "344", "北山区民政局"),
            ),
        ),
        Heading(2, "（二）", "加强监督考核"),
        Paragraph("市卫生健康委员会牵头组织年度考核，考核结果向社会公布。"),
        Paragraph("本方案自2024年5月1日起施行，有效期3年。"),
    ),
    issuer="青溪市人民政府办公室",
    date="2024年4月12日",
)

# Each question with what the answer has to hold: prose, a cell of the table, a list item's lead.
QUESTIONS: tuple[tuple[str, str], ...] = (
    ("2023年青溪市新增托育机构多少家？", "86家"),
    ("东湖区的补助资金是多少？", "960万元"),
    ("对验收合格的单位给予一次性补助多少钱？", "15万元"),
)


def lines(policy: Policy) -> Iterator[str]:
    """The text as a reader sees it, line by line; the reference for all formats."""
    yield from (policy.title, policy.number, policy.addressee)
    notes: list[str] = []
    for block in policy.blocks:
        match block:
            case Heading(_, label, words) | Item(label, words):
                yield label + words
            case Paragraph(words, note):
                if note:
                    notes.append(note)
                yield words + (f"[{len(notes)}]" if note else "")
            case Table(title, rows):
                yield title
                yield from (f"| {' | '.join(row)} |" for row in rows)
    yield from (policy.issuer, policy.date)
    yield from (f"[{place}] {note}" for place, note in enumerate(notes, start=1))


def headings(policy: Policy) -> list[tuple[str, str]]:
    """What the outline has to hold: label and words of all headings, labels alone of items."""
    parts = (block for block in policy.blocks if isinstance(block, Heading | Item))
    return [(block.label, block.words if isinstance(block, Heading) else "") for block in parts]


def bare(text: str) -> str:
    """`text` without blanks and without the marks of Markdown: what fidelity is measured on."""
    without_rules = re.sub(r"(?m)^[|\s:-]+$", "", text)
    return re.sub(r"[\s|#]", "", without_rules)


def txt(policy: Policy) -> bytes:
    return ("\n".join(lines(policy)) + "\n").encode()


def txt_gb18030(policy: Policy) -> bytes:
    return ("\r\n".join(lines(policy)) + "\r\n").encode("gb18030")


def md(policy: Policy) -> bytes:
    """Markdown with a marked title, marked headings and a pipe table."""
    marks = {block.label + block.words: block.level + 1 for block in _headings(policy)}
    written: list[str] = []
    header = True
    for line in lines(policy):
        if line == policy.title:
            line = f"# {line}"
        elif line in marks:
            line = f"{'#' * marks[line]} {line}"
        if not line.startswith("|"):
            written.extend((line, ""))
            header = True
            continue
        written.append(line)
        if header:
            written.append(re.sub("[^|]+", " --- ", line))
        header = False
    return "\n".join(written).encode()


def _headings(policy: Policy) -> list[Heading]:
    return [block for block in policy.blocks if isinstance(block, Heading)]


def web_page(policy: Policy) -> bytes:
    """A page with navigation, breadcrumbs, share buttons and footer round the text."""
    body = [f"<h1>{html.escape(policy.title)}</h1>"]
    body.append(f'<p style="text-align:center">{policy.number}</p><p>{policy.addressee}</p>')
    notes: list[str] = []
    for block in policy.blocks:
        match block:
            case Heading(level, label, words):
                body.append(f"<h{level + 1}>{label}{words}</h{level + 1}>")
            case Item(label, words):
                body.append(f"<p>&emsp;&emsp;{label}{words}</p>")
            case Paragraph(words, note):
                mark = ""
                if note:
                    notes.append(note)
                    mark = f'<a href="#n{len(notes)}">[{len(notes)}]</a>'
                body.append(f"<p>\u3000\u3000{words}{mark}</p>")
            case Table(title, rows):
                body.append(f"<table><caption>{title}</caption>")
                for place, row in enumerate(rows):
                    tag = "td" if place else "th"
                    cells = "".join(f"<{tag}><p>{cell}</p></{tag}>" for cell in row)
                    body.append(f"<tr>{cells}</tr>")
                body.append("</table>")
    body.append(f'<p align="right">{policy.issuer}</p><p align="right">{policy.date}</p>')
    body.extend(f"<p>[{place}] {note}</p>" for place, note in enumerate(notes, start=1))
    return _PAGE.format(title=policy.title, body="\n".join(body)).encode()


_PAGE = """<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>{title}_某市人民政府门户网站</title>
<meta name="ArticleTitle" content="{title}"><style>p {{ margin: 0 }}</style>
<script>var page = "<p>脚本里的字</p>";</script></head>
<body><div class="header"><ul class="nav"><li><a href="/">首页</a></li><li><a href="/zw">政务公开</a></li>
<li><a href="/fw">政务服务</a></li><li><a href="/hd">互动交流</a></li></ul></div>
<div class="crumbs">当前位置：<a href="/">首页</a> &gt; <a href="/zw">政务公开</a> &gt; <a href="/zc">政策文件</a></div>
<div class="content"><div class="article">
{body}
</div><div class="share">分享到：<a href="#">微信</a><a href="#">微博</a></div>
<div class="tools"><a href="javascript:window.print()">打印本页</a><a href="javascript:window.close()">关闭窗口</a></div></div>
<div class="footer"><p>主办：某市人民政府办公室　承办：某市政务服务中心</p><p>网站标识码：0000000001　某ICP备00000001号</p></div>
</body></html>
"""


def word(policy: Policy) -> bytes:
    """A Word file as python-docx writes it, the numbers typed by hand."""
    import docx

    document = docx.Document()
    document.add_heading(policy.title, level=0)
    document.add_paragraph(policy.number)
    document.add_paragraph(policy.addressee)
    notes: list[str] = []
    for block in policy.blocks:
        match block:
            case Heading(level, label, words):
                document.add_heading(label + words, level=level)
            case Item(label, words):
                document.add_paragraph(label + words)
            case Paragraph(words, note):
                if note:
                    notes.append(note)
                document.add_paragraph(words + (f"[{len(notes)}]" if note else ""))
            case Table(title, rows):
                document.add_paragraph(title)
                table = document.add_table(rows=len(rows), cols=len(rows[0]))
                for row, cells in zip(table.rows, rows, strict=True):
                    for cell, words in zip(row.cells, cells, strict=True):
                        cell.text = words
    for line in (policy.issuer, policy.date):
        document.add_paragraph(line)
    for place, note in enumerate(notes, start=1):
        document.add_paragraph(f"[{place}] {note}")
    document.sections[0].header.paragraphs[0].text = "页眉里的字"
    document.sections[0].footer.paragraphs[0].text = "第1页"
    written = BytesIO()
    document.save(written)
    return written.getvalue()


# Which list and level of `docx_parts.NUMBERING` prints a label: 一、（一）1.（1）.
_LEVELS = {"、": 0, "）": 1, ".": 2}


def word_as_typed(policy: Policy) -> bytes:
    """A Word file as people make it: numbers set by Word, changes tracked, text in a box."""
    body = [
        f"<w:p><w:r><w:t>{policy.title[:4]}</w:t></w:r><w:r><w:t>{policy.title[4:]}</w:t></w:r></w:p>",
        _in_box(policy.number),
        f"<w:sdt><w:sdtContent>{tagged(policy.addressee)}</w:sdtContent></w:sdt>",
    ]
    notes: list[str] = []
    for block in policy.blocks:
        match block:
            case Heading(level, _, words):
                body.append(tagged(words, numbered=(1, level - 1), style=f"Heading{level}"))
            case Item(_, words):
                body.append(tagged(words, numbered=(1, 3)))
            case Paragraph(words, note):
                if note:
                    notes.append(note)
                body.append(_tracked(words, len(notes) if note else 0))
            case Table(title, rows):
                body.append(tagged(title))
                cells = ["".join(f"<w:tc>{tagged(cell)}</w:tc>" for cell in row) for row in rows]
                body.append(f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>")
    body.extend(tagged(line) for line in (policy.issuer, policy.date))
    return docx_of("".join(body), notes=notes)


def _in_box(words: str) -> str:
    """A text box as Word writes it, with the older form for other programs beside it."""
    box = f"<w:txbxContent>{tagged(words)}</w:txbxContent>"
    return (
        "<w:p><w:r><mc:AlternateContent>"
        f'<mc:Choice Requires="wps"><w:drawing><wps:wsp><wps:txbx>{box}</wps:txbx></wps:wsp>'
        "</w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict><v:shape><v:textbox>{box}</v:textbox></v:shape></w:pict>"
        "</mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )


def _tracked(words: str, note: int) -> str:
    """A paragraph whose end was inserted, with words that were deleted or hidden."""
    half = len(words) // 2
    mark = f'<w:r><w:footnoteReference w:id="{note}"/></w:r>' if note else ""
    return (
        f"<w:p><w:r><w:t>{words[:half]}</w:t></w:r>"
        "<w:del><w:r><w:delText>删去的字</w:delText></w:r></w:del>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>隐藏的字</w:t></w:r>"
        f"<w:ins><w:r><w:t>{words[half:]}</w:t></w:r></w:ins>{mark}</w:p>"
    )


def sheet(policy: Policy) -> bytes:
    """A workbook: each line in a row of its own, the table in cells."""
    import openpyxl

    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = "方案"
    for line in lines(policy):
        if line.startswith("|"):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            page.append([int(cell) if cell.isdecimal() else cell for cell in cells])
        else:
            page.append([line])
    hidden = book.create_sheet("草稿")
    hidden.append(["隐藏的字"])
    hidden.sheet_state = "hidden"
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def set_in_print(policy: Policy) -> list[Page]:
    """The text as it is printed, with running headers, page numbers and a ruled table."""
    setter = Setter(header="青溪市人民政府公报", footer="— {} —")
    setter.centred(policy.title, 22)
    setter.centred(policy.number, 16)
    setter.paragraph(policy.addressee, indent=0)
    notes = 0
    for block in policy.blocks:
        match block:
            case Heading(_, label, words) | Item(label, words):
                setter.paragraph(label + words)
            case Paragraph(words, note):
                notes += bool(note)
                setter.paragraph(words + (f"[{notes}]" if note else ""))
                if note:
                    setter.note(f"[{notes}] {note}")
            case Table(title, rows):
                setter.paragraph(title)
                setter.table(rows)
    setter.right(policy.issuer)
    setter.right(policy.date)
    return setter.pages


def pdf(policy: Policy) -> bytes:
    return pdf_of(set_in_print(policy))


def ofd(policy: Policy) -> bytes:
    return ofd_of(set_in_print(policy))


# The name of a file decides which reader takes it.
FORMATS: Mapping[str, Callable[[Policy], bytes]] = {
    "方案.txt": txt,
    "方案-国标.txt": txt_gb18030,
    "方案.md": md,
    "方案.html": web_page,
    "方案.docx": word,
    "方案-自动编号.docx": word_as_typed,
    "方案.xlsx": sheet,
    "方案.pdf": pdf,
    "方案.ofd": ofd,
}
