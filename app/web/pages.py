"""The pages, put together from templates and markup. No requests here."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from string import Template
from urllib.parse import quote

from starlette.responses import HTMLResponse, Response

from app.model import Document, StoredDocument
from app.web.anchor_view import cited_view, version_line
from app.web.document_view import outline_view, text_view
from app.web.field_view import fields_view, warnings_view
from app.web.markup import Html, element, escaped, joined
from app.web.problems import KINDS, Problem, ProblemKind
from app.web.reply_view import LISTED, REASONS, SHORT_ANSWER, reply_view
from app.web.schemas import Answered, Refused

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Shown:
    """A document on the first page, with questions that it answers."""

    document: Document
    questions: tuple[str, ...]


class Pages:
    """Writes the pages. Reads the templates once, when it is made."""

    def __init__(self) -> None:
        names = ("page", "home", "document", "docs")
        self._templates = {name: _template(name) for name in names}

    def home(
        self, question: str, reply: Answered | Refused | None, shelf: Iterable[Shown]
    ) -> Response:
        """The page that asks; with a reply when there is a question, else with `shelf`."""
        main = self._fill(
            "home",
            question=question,
            reply=Html() if reply is None else reply_view(question, reply),
            reasons=json.dumps(dict(REASONS), ensure_ascii=False),
            listed=json.dumps(sorted(LISTED)),
            short=str(SHORT_ANSWER),
            library=Html() if reply is not None else _library(shelf),
        )
        title = f"{question} · 有据" if question else "有据：政策问答，言必有据"
        return self._page(title, main, "home.js")

    def document(
        self,
        stored: StoredDocument,
        written: str,
        warnings: tuple[str, ...] = (),
        original: str | None = None,
    ) -> Response:
        """The page of a document; `written` is the place to mark, as links write it, or empty.

        `original` is the address of the file that it was extracted from.
        """
        document = stored.document
        cited, notice = cited_view(written, document)
        has_outline = bool(stored.outline.sections)
        main = self._fill(
            "document",
            title=document.title,
            warnings=warnings_view(warnings),
            fields=fields_view(document, original),
            notice=notice,
            version=version_line(document),
            layout="reading" if has_outline else "reading plain",
            outline=_outline(stored) if has_outline else Html(),
            text=text_view(stored, cited, original),
        )
        return self._page(f"{document.title} · 有据", main, "document.js")

    def docs(self) -> Response:
        """The page that shows the OpenAPI description."""
        return self._page("接口 · 有据", self._fill("docs"), "docs.js")

    def problem(self, problem: Problem) -> Response:
        """A failure, for a reader."""
        items = [element("li", f"{each.field}：{each.detail}") for each in problem.errors]
        main = element(
            "article",
            element("h1", problem.kind.title),
            element("p", problem.detail, class_="message"),
            element("ul", *items) if items else Html(),
            element("p", element("a", "回到提问页", href="/")),
            class_="reply problem",
        )
        page = self._page(f"{problem.kind.title} · 有据", main, None)
        page.status_code = problem.kind.status
        page.headers.update(problem.headers or {})
        return page

    def problems(self, chosen: ProblemKind) -> Response:
        """What a problem type means, with the table of all types."""
        rows = [
            element(
                "tr",
                element("td", element("code", kind.uri)),
                element("td", str(kind.status)),
                element("td", kind.title),
                element("td", kind.way_out),
                class_="chosen" if kind is chosen else None,
            )
            for kind in KINDS.values()
        ]
        head = [element("th", name) for name in ("type", "status", "title", "怎么办")]
        main = joined(
            [
                element("h1", f"{chosen.status} {chosen.title}"),
                element("p", chosen.way_out, class_="message"),
                element("h2", "全部错误类型"),
                element(
                    "div",
                    element(
                        "table", element("thead", element("tr", *head)), element("tbody", *rows)
                    ),
                    class_="wide",
                ),
            ]
        )
        return self._page(f"{chosen.title} · 有据", main, None)

    def _page(self, title: str, main: Html, script: str | None) -> Response:
        tag = element("script", src=f"/static/{script}", type="module") if script else Html()
        return HTMLResponse(self._fill("page", title=title, script=tag, main=main))

    def _fill(self, name: str, **values: str) -> Html:
        written = {key: escaped(value) for key, value in values.items()}
        return Html(self._templates[name].substitute(written))


def _template(name: str) -> Template:
    return Template((FOLDER / "templates" / f"{name}.html").read_text(encoding="utf-8"))


def _outline(stored: StoredDocument) -> Html:
    return element(
        "details",
        element("summary", "提纲"),
        element("nav", outline_view(stored.document, stored.outline), aria_label="提纲"),
        class_="contents",
        open="open",
    )


def _library(shelf: Iterable[Shown]) -> Html:
    items = []
    for each in shelf:
        document = each.document
        items.append(
            element(
                "li",
                element("a", document.title, href=f"/documents/{quote(document.id, safe='')}"),
                *(_example(question) for question in each.questions),
            )
        )
    if not items:
        return element("p", "语料夹还是空的：放入文件后即可提问。", class_="empty")
    return element(
        "section", element("h2", "语料中的文件"), element("ul", *items), class_="library"
    )


def _example(question: str) -> Html:
    return element("a", question, href=f"/?q={quote(question, safe='')}", class_="example")
