"""Web pages give the document in them and nothing of the page around it."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.documents.html_tree import MOST_DEPTH, MOST_OPEN
from app.documents.read import read
from app.errors import UnreadableDocument

TITLE = "溪口县农村公路养护管理办法"
TEXT = (
    "第一条　为加强农村公路养护管理，保障公路完好畅通，制定本办法。",
    "第二条　县交通运输局负责全县农村公路的养护管理工作，乡镇人民政府负责乡道、村道的日常养护。",
    "第三条　日常养护资金标准为每年每公里县道10000元、乡道5000元、村道3000元。",
    "第四条　本办法自2023年7月1日起施行。",
)


def lines(page: str | bytes, name: str = "办法.html") -> list[str]:
    return read(page.encode() if isinstance(page, str) else page, name).text.splitlines()


def page(body: str, head: str = "") -> str:
    return f"<html><head><meta charset=utf-8>{head}</head><body>{body}</body></html>"


PARAGRAPHS = "".join(f"<p>{line}</p>" for line in TEXT)
MENU = "".join(f'<li><a href="/{i}.html">栏目{i}</a></li>' for i in range(12))
FOOTER = (
    "<p>主办：溪口县人民政府　承办：溪口县大数据中心</p><p>版权所有 溪口县人民政府</p>"
    '<p>网站标识码：0000000002　<a href="/icp">某ICP备00000002号</a>　<a href="/map">网站地图</a></p>'
)

# Page layouts as sites of governments have them; each must give title and text, nothing else.
LAYOUTS = {
    "elements named by what they are": f"""
        <header><a href="/">首页</a></header><nav><ul>{MENU}</ul></nav>
        <main><article><h1>{TITLE}</h1>{PARAGRAPHS}</article></main><footer>{FOOTER}</footer>""",
    "classes named by what they are": f"""
        <div class="header-nav"><ul>{MENU}</ul></div><div class="BreadcrumbNav">当前位置：<a href=/>首页</a>&gt;公开</div>
        <div class="pages_content"><h1>{TITLE}</h1><div class="TRS_Editor">{PARAGRAPHS}</div></div>
        <div class="bdsharebuttonbox">分享到微信</div><div id="footer">{FOOTER}</div>""",
    "classes that say nothing": f"""
        <div class="a1"><ul>{MENU}</ul></div><div class="b2">您所在的位置：<a href=/>首页</a> / 公开</div>
        <div class="c3"><h1>{TITLE}</h1>{PARAGRAPHS}</div><div class="d4">【打印本页】【关闭窗口】</div>
        <div class="e5">{FOOTER}</div>""",
    "a page laid out by tables": f"""
        <table><tr><td>{"".join(f'<a href="/{i}">栏目{i}</a> ' for i in range(9))}</td></tr></table>
        <table><tr><td><table>{"".join(f'<tr><td><a href="/{i}">相关新闻标题{i}</a></td></tr>' for i in range(6))}</table></td>
        <td><h1>{TITLE}</h1>{PARAGRAPHS}</td></tr></table><table><tr><td>{FOOTER}</td></tr></table>""",
    "tags left open, upper case, fonts": f"""
        <DIV ID=nav><UL>{MENU}</UL></DIV><CENTER><H1>{TITLE}</H1></CENTER>
        <FONT size=3><DIV>{"".join(f"<P>{line[:9]}<B>{line[9:]}</B>" for line in TEXT)}</DIV>
        <div class=foot>{FOOTER}</div>""",
    "line breaks instead of paragraphs": f"""
        <div class="nav">{MENU}</div><h1>{TITLE}</h1>
        <div>{"<br>".join(f"&nbsp;&nbsp;&emsp;{line}" for line in TEXT)}</div><div class="footer">{FOOTER}</div>""",
    "hidden parts, scripts, comments": f"""
        <div style="display: none">隐藏的字</div><p hidden>隐藏的字</p><script>document.write("<p>脚本</p>")</script>
        <h1>{TITLE}</h1><!-- 注释 --><div>{PARAGRAPHS}</div><noscript>请打开脚本</noscript>
        <form><input value="输入"><button>搜索</button><select><option>选项</option></select></form>""",
    "a menu much longer than the document, the name of the site in a heading": f"""
        <div class="a1"><h1><a href="/">溪口县人民政府</a></h1></div>
        <div class="b2">{"".join(f'<div><a href="/{i}">很长的栏目名称第{i}个</a></div>' for i in range(90))}</div>
        <div class="c3"><h1>{TITLE}</h1>{PARAGRAPHS}</div>""",
    "neighbouring documents below": f"""
        <div><h1>{TITLE}</h1>{PARAGRAPHS}</div><p>上一篇：<a href="/1.html">溪口县河道管理办法</a></p>
        <p>下一篇：<a href="/2.html">溪口县信访工作办法</a></p>
        <div class="related"><h3>相关文件</h3><ul>{MENU}</ul></div>""",
}


@pytest.mark.parametrize("body", LAYOUTS.values(), ids=LAYOUTS.keys())
def test_a_page_gives_title_and_text_and_nothing_of_the_page(body: str) -> None:
    assert lines(page(body)) == [TITLE, *TEXT]


def test_a_short_document_is_not_lost_below_a_long_footer() -> None:
    found = lines(
        page(
            f"<h1>公告</h1><p>特此公告。</p><p>溪口县人民政府</p><p>2024年1月5日</p><div>{FOOTER}</div>"
        )
    )
    assert found == ["公告", "特此公告。", "溪口县人民政府", "2024年1月5日"]


def test_number_signature_date_and_names_of_attachments_stay() -> None:
    body = (
        f'<div class="nav"><ul>{MENU}</ul></div><h1>{TITLE}</h1><p>溪政发〔2023〕11号</p><div>{PARAGRAPHS}</div>'
        "<p align=right>溪口县人民政府</p><p align=right>2023年6月12日</p>"
        '<div class="fujian">附件：<a href="/P1.docx">1.养护资金申报表.docx</a><br><a href="/P2.pdf">2.村道名录.pdf</a></div>'
    )
    found = lines(page(body))
    assert found[:2] == [TITLE, "溪政发〔2023〕11号"]
    assert found[-4:] == [
        "溪口县人民政府",
        "2023年6月12日",
        "附件：1.养护资金申报表.docx",
        "2.村道名录.pdf",
    ]


def test_a_page_of_links_only_gives_their_words() -> None:
    found = lines(
        page("<ul>" + "".join(f'<li><a href="/{i}">文件{i}</a></li>' for i in range(4)) + "</ul>")
    )
    assert found == ["文件0", "文件1", "文件2", "文件3"]


def test_words_that_buttons_have_too_stay_in_the_text() -> None:
    body = "<p>关闭煤矿23处</p><p>打印费每页0.5元</p><ul><li>返回原籍人员120人</li><li>收藏文物3000件</li></ul><table><tr><td>等级<td>说明</tr><tr><td>中<td>打印</tr></table>"
    found = lines(page(f"<h1>{TITLE}</h1>{PARAGRAPHS}{body}"))
    assert found[5:9] == ["关闭煤矿23处", "打印费每页0.5元", "返回原籍人员120人", "收藏文物3000件"]
    assert found[9:] == ["| 等级 | 说明 |", "| 中 | 打印 |"]


def test_a_link_inside_the_text_keeps_its_words() -> None:
    law = '<p>根据<a href="/law.html">《中华人民共和国公路法》</a>，结合本县实际，制定本办法。</p>'
    assert lines(page(f"<h1>{TITLE}</h1>{law}")) == [
        TITLE,
        "根据《中华人民共和国公路法》，结合本县实际，制定本办法。",
    ]


TITLES = {
    "the heading": ("<title>门户网站</title>", f"<h1>{TITLE}</h1>", TITLE),
    "what the page states for archives": (
        f'<title>门户</title><meta name="ArticleTitle" content="{TITLE}">',
        "<h1>政策文件</h1>",
        TITLE,
    ),
    "the title of the window without the site": (
        f"<title>{TITLE}_溪口县人民政府</title>",
        "",
        TITLE,
    ),
}


@pytest.mark.parametrize(("head", "top", "title"), TITLES.values(), ids=TITLES.keys())
def test_the_first_line_is_the_title_from(head: str, top: str, title: str) -> None:
    assert lines(page(f"{top}<div>{PARAGRAPHS}</div>", head))[0] == title


def test_a_title_broken_over_two_lines_is_not_written_twice() -> None:
    head = f'<meta name="ArticleTitle" content="{TITLE}">'
    found = lines(page(f"<div><p>{TITLE[:3]}</p><p>{TITLE[3:]}</p>{PARAGRAPHS}</div>", head))
    assert found == [TITLE[:3], TITLE[3:], *TEXT]


TABLES = {
    "a header of two rows, merged cells": (
        "<tr><th rowspan=2>乡镇<th colspan=2>2023年</tr><tr><th>里程（公里）<th>资金（万元）</tr>"
        "<tr><td>东岭乡<td>86<td>43</tr><tr><td>西坪镇<td>120<td>60</tr>",
        [
            "| 乡镇 | 2023年 里程（公里） | 2023年 资金（万元） |",
            "| 东岭乡 | 86 | 43 |",
            "| 西坪镇 | 120 | 60 |",
        ],
    ),
    "a caption above, a row group": (
        "<caption>养护任务表</caption><thead><tr><td>乡镇<td>里程</thead><tbody><tr><td>东岭乡<td>86</tbody>",
        ["养护任务表", "| 乡镇 | 里程 |", "| 东岭乡 | 86 |"],
    ),
    "paragraphs and breaks in a cell": (
        "<tr><td><p>乡 镇</p><td>里程<br>（公里）</tr><tr><td>东岭乡<td>86</tr>",
        ["| 乡镇 | 里程 （公里） |", "| 东岭乡 | 86 |"],
    ),
    "a span without end": (
        "<tr><td>片区<td>乡镇</tr><tr><td rowspan=0>东部<td>甲乡</tr><tr><td>乙乡</tr>",
        ["| 片区 | 乡镇 |", "| 东部 | 甲乡 |", "| 东部 | 乙乡 |"],
    ),
}


@pytest.mark.parametrize(("rows", "expected"), TABLES.values(), ids=TABLES.keys())
def test_a_table_with(rows: str, expected: list[str]) -> None:
    found = lines(page(f"<h1>{TITLE}</h1><div>{PARAGRAPHS}<table border=1>{rows}</table></div>"))
    assert found == [TITLE, *TEXT, *expected]


INLINE = {
    "raised digits are no digits of the number": (
        "<p>10<sup>4</sup>亩，6m<sup>2</sup>。</p>",
        ["10⁴亩，6m²。"],
    ),
    "a list with numbers": (
        "<ol><li>登记；</li><li>备案。</li></ol><ol start=3 type=a><li>公示。</li></ol>",
        ["1. 登记；", "2. 备案。", "c. 公示。"],
    ),
    "a list without numbers": ("<ul><li>登记；</li><li>备案。</li></ul>", ["登记；", "备案。"]),
    "blanks and line breaks of the source": ("<p>  一、总体\n   要求 </p>", ["一、总体 要求"]),
    "entities": ("<p>A&amp;B&lt;5&#x3002;</p>", ["A&B<5。"]),
    "text struck out, readings above characters": (
        "<p>补助<del>500</del><ins>600</ins>元，<ruby>麓<rt>lù</rt></ruby>山。</p>",
        ["补助600元，麓山。"],
    ),
    "preformatted lines": ("<pre>第一行\n第二行</pre>", ["第一行", "第二行"]),
    "a description list": ("<dl><dt>牵头单位<dd>县交通运输局</dl>", ["牵头单位", "县交通运输局"]),
}


@pytest.mark.parametrize(("body", "expected"), INLINE.values(), ids=INLINE.keys())
def test_text_with(body: str, expected: list[str]) -> None:
    assert lines(page(f"<h1>{TITLE}</h1><div>{PARAGRAPHS}{body}</div>"))[5:] == expected


PAGE = f"<h1>{TITLE}</h1>{PARAGRAPHS}"
ENCODED = {
    "utf-8": page(PAGE).encode(),
    "utf-8 with a mark, stated otherwise": codecs.BOM_UTF8 + f"<meta charset=gbk>{PAGE}".encode(),
    "gb2312 as stated": f'<meta http-equiv="Content-Type" content="text/html; charset=gb2312">{PAGE}'.encode(
        "gb18030"
    ),
    "gbk not stated": PAGE.encode("gb18030"),
    "gbk, stated as utf-8": page(PAGE).encode("gb18030"),
    "utf-8, stated as gbk": f"<meta charset='gbk'>{PAGE}".encode(),
    "utf-16 with a mark": codecs.BOM_UTF16_LE + PAGE.encode("utf-16-le"),
    "stated in no encoding that exists": f"<meta charset=utf8mb4>{PAGE}".encode(),
    "xhtml": f'<?xml version="1.0" encoding="GB2312"?><html><body>{PAGE}</body></html>'.encode(
        "gb18030"
    ),
}


@pytest.mark.parametrize("data", ENCODED.values(), ids=ENCODED.keys())
def test_every_encoding_gives_the_same_text(data: bytes) -> None:
    assert lines(data, "办法.htm") == [TITLE, *TEXT]


REFUSED = {
    "a web archive": (b"MIME-Version: 1.0\r\nContent-Type: multipart/related", "另存为 .html"),
    "too many open elements": (b"<div>" * (MOST_OPEN + 1), f"超过 {MOST_OPEN} 个没有关闭的元素"),
    "too deep": (b"<div>" * (MOST_DEPTH + 1) + "深。".encode(), f"嵌套超过 {MOST_DEPTH} 层"),
    "bytes that are no text": (b"\x89PNG\r\n\x1a\n" + bytes(range(128, 256)), "既不是 UTF-8"),
}


@pytest.mark.parametrize(("data", "why"), REFUSED.values(), ids=REFUSED.keys())
def test_a_page_that_cannot_be_read_is_refused_with_the_reason(data: bytes, why: str) -> None:
    with pytest.raises(UnreadableDocument, match=why) as raised:
        read(data, "坏页.html")
    assert "坏页.html" in str(raised.value)


def test_a_page_without_text_gives_no_text() -> None:
    assert lines(page("<img src=a.png>")) == []


@given(
    st.lists(
        st.sampled_from(
            [
                "<p>",
                "</p>",
                "<table>",
                "<tr>",
                "<td rowspan=2>",
                "<td colspan=3>",
                "</table>",
                "<ol>",
                "<li>",
                "<a href=/x>",
                "</a>",
                "<sup>",
                "<br>",
                "<caption>",
                "<div class=nav>",
                "</div>",
                "<!-- 注释 -->",
                "一、总则",
                "正文，内容。",
                "12",
                " ",
                "&nbsp;",
            ]
        ),
        max_size=40,
    )
)
def test_any_markup_gives_text_without_markup_and_always_the_same(pieces: list[str]) -> None:
    data = "".join(pieces).encode()
    text = read(data, "a.html").text
    assert text == read(data, "a.html").text
    assert not set("<>&") & set(text)
    assert all(line == line.strip() for line in text.splitlines())
