from __future__ import annotations

import json
import os
import pty
import re
import socket
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli import commands
from app.cli_address import web_address
from app.cli_output import plain, printable, reply_sheet
from app.cli_progress import LINES_OF_A_RUN, ProgressLines
from app.model import Answer, Citation, Kind, Nearest, Reason, Refusal, Span, Statement

PROJECT = Path(__file__).resolve().parent.parent
TEXT = "关于试点工作的通知\n一、投入。2021年，全县投入12.5亿元。\n二、措施。新建学校3所。\n"


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    """A corpus of one document, and where its index goes, as options."""
    folder = tmp_path_factory.mktemp("cli")
    corpus = folder / "corpus"
    corpus.mkdir()
    (corpus / "notice.txt").write_text(TEXT, encoding="utf-8")
    return ("--corpus", str(corpus), "--data", str(folder / "data"))


def youju(*words: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(commands, words, input=stdin, prog_name="youju")


def test_only_what_is_in_force_on_the_day_answers(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    text = "青禾市凉亭修缮方案\n全市修缮凉亭14座。\n本方案自2022年1月1日起施行，有效期1年。\n"
    (corpus / "方案.txt").write_text(text, encoding="utf-8")
    places = ("--corpus", str(corpus), "--data", str(tmp_path / "data"))
    asked = ("ask", "青禾市修缮凉亭多少座？", *places)
    assert youju(*asked, "--in-force", "--as-of", "2022-05-01").exit_code == 0
    assert youju(*asked, "--in-force", "--as-of", "2023-05-01").exit_code == 3
    assert "已于2022-12-31到期" in youju(*asked, "--as-of", "2023-05-01").output
    search = ("search", "凉亭", "--json", "--in-force", *places)
    hits = [
        len(json.loads(youju(*search, "--as-of", day).output)["hits"])
        for day in ("2022-05-01", "2023-05-01")
    ]
    assert hits == [1, 0]


# ── help and usage ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("command", sorted(set(commands.commands) - {"chat"}))
def test_every_command_explains_itself_in_chinese_and_takes_both_folders(command: str) -> None:
    shown = youju(command, "--help")
    assert shown.exit_code == 0
    assert "。" in shown.output
    assert "--corpus" in shown.output
    assert "--data" in shown.output


@pytest.mark.parametrize("command", ["doctor", "list", "push", "feedback"])
def test_every_command_about_chats_explains_itself_in_chinese(command: str) -> None:
    assert f"  {command} " in youju("chat", "--help").output
    shown = youju("chat", command, "--help")
    assert (shown.exit_code, "。" in shown.output) == (0, True)


@pytest.mark.parametrize(
    "words",
    [
        ("ask",),
        ("ask", "--limit", "0", "问"),
        ("ask", "--as-of", "2024-13-01", "问"),
        ("ask", "--status", "有效", "问"),
        ("search", "--offset", "-1", "问"),
        ("verify", "/no/such/file"),
        ("eval", "/no/such/file"),
        ("unknown",),
    ],
    ids=lambda words: " ".join(words),
)
def test_a_command_line_that_cannot_be_understood_exits_with_2(words: tuple[str, ...]) -> None:
    assert youju(*words).exit_code == 2


@pytest.mark.parametrize(
    ("words", "value"),
    [
        (("serve", "--port", "eighty"), "eighty"),
        (("serve", "--host", "http://x"), "http://x"),
        (("ask", "--corpus", "/no/such/corpus", "问题"), "/no/such/corpus"),
    ],
    ids=["a port in words", "a host with a scheme", "a corpus that is not there"],
)
def test_an_error_is_one_line_with_the_value_and_exits_with_1(
    words: tuple[str, ...], value: str, tmp_path: Path
) -> None:
    shown = youju(*words, "--data", str(tmp_path / "data"))
    assert shown.exit_code == 1
    assert shown.stderr.startswith("错误：")
    assert shown.stderr.count("\n") == 1
    assert value in shown.stderr


def test_a_port_in_use_is_told_before_any_work(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        shown = youju("serve", "--port", port, "--data", str(tmp_path / "data"))
    assert shown.exit_code == 1
    assert f"端口 {port}" in shown.stderr
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000"),
        ("::", "http://[::1]:8000"),
        ("policy.example.org", "http://policy.example.org:8000"),
    ],
)
def test_the_address_is_one_that_can_be_opened(host: str, address: str) -> None:
    assert web_address(host, 8000) == address


# ── what is shown ───────────────────────────────────────────────────────────────────────────────

CITATION = Citation(
    id=1,
    document_id="d1",
    title="通知",
    path=("一、投入",),
    span=Span(5, 12),
    quote="12.5亿元",
    context="投入12.5亿元",
    digest="0" * 64,
    number=None,
    issuer=None,
    issued_on=None,
    page=None,
)
ANSWER = Answer(
    kind=Kind.AMOUNT,
    answer="12.5亿元",
    statements=(Statement("投入12.5亿元", (1,)),),
    citations=(CITATION,),
    markdown="",
    confidence=None,
    notes=("数据为2021年。",),
    as_of=date(2024, 5, 1),
    corpus_version="v",
)
REFUSAL = Refusal(
    reason=Reason.NOT_COVERED,
    message="语料中没有2022年的投入。",
    missing=("2022年",),
    citations=(),
    nearest=(Nearest("d1", "通知", ("一、投入",), Span(0, 4), "投入情况", "0" * 64),),
    markdown="",
    as_of=date(2024, 5, 1),
    corpus_version="v",
)


def test_an_answer_is_shown_with_statement_note_and_evidence() -> None:
    assert list(plain(reply_sheet(ANSWER))) == [
        "12.5亿元",
        "",
        "· 投入12.5亿元 [1]",
        "注：数据为2021年。",
        "",
        "依据",
        "[1] 12.5亿元",
        "    通知 › 一、投入",
        "    d1:5-12",
    ]


def test_a_refusal_is_shown_with_what_is_missing_and_what_lies_nearest() -> None:
    assert list(plain(reply_sheet(REFUSAL))) == [
        "语料中没有2022年的投入。",
        "缺少：2022年",
        "",
        "最相近的原文",
        "· 投入情况",
        "    通知 › 一、投入",
        "    d1:0-4",
    ]


def test_a_long_passage_beside_a_refusal_is_cut_and_the_cut_is_shown() -> None:
    long = replace(REFUSAL.nearest[0], quote="投" * 300)
    shown = list(plain(reply_sheet(replace(REFUSAL, nearest=(long,)))))
    assert "· " + "投" * 80 + "…" in shown


def test_a_document_cannot_steer_the_terminal() -> None:
    shown = printable("安全\x1b]0;标题\x07文\u202e字\r\n下一行\t尾")
    assert shown == "安全\ufffd]0;标题\ufffd文\ufffd字 下一行 尾"


@pytest.mark.parametrize("total", [1, 7, 20, 21, 1000])
def test_a_log_gets_a_bounded_number_of_lines_and_the_last_one_says_done(
    total: int, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = ProgressLines()
    lines.expect(total)
    for number in range(total):
        lines.advance(f"{number}.txt")
    told = capsys.readouterr().err.splitlines()
    assert 1 <= len(told) <= LINES_OF_A_RUN
    assert f"{total}/{total}" in told[-1]


# ── over a real corpus ──────────────────────────────────────────────────────────────────────────


def test_index_says_what_it_did_and_the_second_time_nothing_changed(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "a.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "corpus" / "b.txt").write_bytes(b"\x00\x01\x02")
    options = ("--corpus", str(tmp_path / "corpus"), "--data", str(tmp_path / "data"), "--json")
    first, second = (json.loads(youju("index", *options).stdout) for _ in range(2))
    assert first["added"] == ["a.txt"]
    assert [failure["source"] for failure in first["failed"]] == ["b.txt"]
    assert second["unchanged"] == ["a.txt"]
    assert second["version"] == first["version"]


def test_ask_answers_with_exit_code_0_and_cites_the_place(folders: tuple[str, ...]) -> None:
    shown = youju("ask", "2021年全县投入多少？", *folders)
    assert shown.exit_code == 0, shown.output
    assert shown.stdout.splitlines()[0] == "12.5亿元"
    assert "依据" in shown.stdout


def test_ask_refuses_with_exit_code_3(folders: tuple[str, ...]) -> None:
    shown = youju("ask", "月球的直径是多少？", *folders)
    assert shown.exit_code == 3, shown.output
    assert shown.stdout


def test_a_citation_of_ask_stands_and_a_changed_one_does_not(folders: tuple[str, ...]) -> None:
    reply = json.loads(youju("ask", "2021年全县投入多少？", "--json", *folders).stdout)
    cited = reply["citations"][0]
    assert TEXT[cited["start"] : cited["end"]] == cited["quote"]
    claim = {name: cited[name] for name in ("document_id", "start", "end", "quote", "digest")}
    stands = youju("verify", "-", *folders, stdin=json.dumps({"quotes": [claim]}))
    assert (stands.exit_code, stands.stdout.split("\t")[1:3]) == (0, ["有效", "ok"])
    changed = claim | {"quote": "99亿元"}
    falls = youju("verify", "-", *folders, stdin=json.dumps({"quotes": [claim, changed]}))
    assert falls.exit_code == 3
    assert "无效" in falls.stdout.splitlines()[1]


def test_a_verify_file_of_another_form_is_a_usage_error(folders: tuple[str, ...]) -> None:
    shown = youju("verify", "-", *folders, stdin='{"quotes": [{"document_id": "x"}]}')
    assert shown.exit_code == 2
    assert "start" in shown.stderr


def test_search_and_documents_print_one_record_each(folders: tuple[str, ...]) -> None:
    found = youju("search", "新建学校", "--limit", "1", *folders)
    assert found.exit_code == 0, found.output
    assert "新建学校3所" in found.stdout
    listed = youju("documents", *folders).stdout.splitlines()
    assert [line.split("\t")[-1] for line in listed] == ["notice.txt"]


QUESTIONS = (
    {"id": "1", "type": "money", "question": "2021年全县投入多少？", "accept": [["12.5亿"]]},
    {"id": "2", "type": "refuse", "question": "月球的直径是多少？", "accept": []},
)


@pytest.mark.parametrize(
    ("floors", "exit_code", "told"),
    [
        ('{"right_answers": 1, "right_refusals": 1}', 0, ""),
        ('{"right_answers": 2}', 3, "right_answers: 1 < 2"),
        ('{"right_anwsers": 1}', 1, "right_anwsers"),
        ("[1]", 1, "floors.json"),
    ],
    ids=["held", "missed", "of no metric", "not an object"],
)
def test_floors_that_are(
    floors: str, exit_code: int, told: str, folders: tuple[str, ...], tmp_path: Path
) -> None:
    rows = [row | {"reject": [], "evidence": ["投入12.5亿元"]} for row in QUESTIONS]
    (tmp_path / "questions.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    (tmp_path / "floors.json").write_text(floors, encoding="utf-8")
    files = (str(tmp_path / "questions.jsonl"), "--floors", str(tmp_path / "floors.json"))
    shown = youju("eval", *files, *folders)
    assert shown.exit_code == exit_code, shown.output
    assert told in shown.stderr
    assert shown.stdout.startswith("答对 1/1，应拒而拒 1/1")


def test_json_is_the_body_of_the_http_interface(folders: tuple[str, ...]) -> None:
    from fastapi.testclient import TestClient

    from app.main import build
    from app.settings import load

    settings = load(corpus=folders[1], data=folders[3])
    youju("index", *folders)
    with TestClient(build(settings)) as client:
        asked = {"q": "2021年全县投入多少？", "as_of": "2024-05-01"}
        pairs = [
            (client.get("/v1/ask", params=asked), ("ask", asked["q"], "--as-of", asked["as_of"])),
            (client.get("/v1/search", params={"q": "学校"}), ("search", "学校")),
            (client.get("/v1/documents"), ("documents",)),
        ]
        for response, words in pairs:
            assert youju(*words, "--json", *folders).stdout == response.text + "\n"


ASKED = ("ask", "2021年全县投入多少？")
COLOUR = re.compile(rb"\x1b\[(?:\d+;)*[39][0-7]m")


def on_a_terminal(*words: str, **extra: str) -> bytes:
    parent, child = pty.openpty()
    kept = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    environment = {**kept, "TERM": "xterm", "COLUMNS": "100", **extra}
    command = [sys.executable, "-m", "app.cli", *words]
    done = subprocess.Popen(command, cwd=PROJECT, stdout=child, stderr=child, env=environment)
    os.close(child)
    shown = b""
    try:
        while piece := os.read(parent, 65536):
            shown += piece
    except OSError:  # Linux reports the end of a terminal as an error
        pass
    os.close(parent)
    assert done.wait(timeout=30) == 0, shown.decode()
    return shown


def test_a_terminal_gets_colour_and_a_table(folders: tuple[str, ...]) -> None:
    shown = on_a_terminal(*ASKED, *folders)
    assert COLOUR.search(shown)
    assert "┃".encode() in shown


def test_no_colour_is_shown_to_who_wants_none(folders: tuple[str, ...]) -> None:
    shown = on_a_terminal(*ASKED, *folders, NO_COLOR="1")
    assert "12.5亿元".encode() in shown
    assert not COLOUR.search(shown)


def test_indexing_shows_a_bar_on_a_terminal_only_while_there_is_work(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    options = ("--corpus", str(tmp_path), "--data", str(tmp_path / "data"))
    first, second = (on_a_terminal("index", *options) for _ in range(2))
    assert b"100%" in first
    assert b"100%" not in second


def test_a_pipe_gets_neither_colour_nor_frames(folders: tuple[str, ...]) -> None:
    piped = youju(*ASKED, *folders).stdout
    assert "\x1b" not in piped
    assert "┃" not in piped
