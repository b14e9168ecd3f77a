"""`youju check`: what it finds, how it grades it, and that it only reads."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from library_folders import Folders

from app.cli import commands
from app.errors import IndexUnusable
from app.library import home as homes
from app.library.check import check
from app.library.check_report import Grade
from app.library.seal import SEAL, seal
from app.library.state import make_state

TEXT = "一、要求。加大教育投入。\n二、措施。保障经费。\n"


@pytest.fixture
def indexed(folders: Folders) -> Folders:
    folders.write("a.txt", TEXT, title="甲")
    folders.write("b.txt", TEXT)
    folders.index()
    folders.write("c.txt", TEXT)
    folders.index()
    return folders


def graded(folders: Folders) -> dict[str, list[str]]:
    """The findings by grade, each as place and text."""
    found: dict[str, list[str]] = {}
    for finding in check(folders.corpus, folders.data).findings:
        found.setdefault(finding.grade.value, []).append(f"{finding.place} {finding.what}")
    return found


def run(folders: Folders, *options: str) -> tuple[int, str]:
    places = ["--corpus", str(folders.corpus), "--data", str(folders.data)]
    done = CliRunner().invoke(commands, ["check", *places, *options])
    return done.exit_code, done.output


def test_a_whole_index_is_counted_and_nothing_is_found(indexed: Folders) -> None:
    before = indexed.everything()
    report = check(indexed.corpus, indexed.data)
    assert report.findings == ()
    assert (report.documents, report.segments) == (3, 2)
    assert report.passages == sum(len(one.passages) for one in indexed.documents().values())
    assert report.files > 10
    assert report.size > 10_000
    assert indexed.everything() == before
    code, shown = run(indexed)
    assert code == 0
    assert "完好" in shown
    assert report.version in shown


def change_a_file(folders: Folders) -> None:
    folders.write("a.txt", TEXT + "三、附则。\n")


def change_a_sidecar(folders: Folders) -> None:
    folders.write_sidecar("a.txt", '{"title": "乙"}')


def add_a_sidecar(folders: Folders) -> None:
    folders.write_sidecar("b.txt", '{"title": "乙"}')


def add_a_file(folders: Folders) -> None:
    folders.write("neu.txt", TEXT)


def remove_a_file(folders: Folders) -> None:
    (folders.corpus / "b.txt").unlink()


def change_the_words(folders: Folders) -> None:
    folders.write("_youju/synonyms.txt", "教育 办学\n")


DIFFERENCES = {
    change_a_file: "a.txt 索引之后改动过",
    change_a_sidecar: "a.txt 附属信息在索引之后改动过",
    add_a_sidecar: "b.txt 附属信息在索引之后改动过",
    add_a_file: "neu.txt 没有收入索引",
    remove_a_file: "b.txt 语料里已没有这份文件",
    change_the_words: "_youju 词典在索引之后改动过",
}


@pytest.mark.parametrize(
    ("change", "told"), DIFFERENCES.items(), ids=[change.__name__ for change in DIFFERENCES]
)
def test_a_corpus_that_has_changed_is_told_with_code_3_until_it_is_indexed(
    indexed: Folders, change: Callable[[Folders], None], told: str
) -> None:
    change(indexed)
    found = graded(indexed)
    assert list(found) == ["different"]
    (one,) = found["different"]
    assert one.startswith(told)
    code, shown = run(indexed)
    assert code == 3
    assert told.partition(" ")[0] in shown
    indexed.index()
    assert run(indexed)[0] == 0


def test_damage_is_told_with_code_1_and_as_json(indexed: Folders) -> None:
    path = indexed.data / "segments/00000001/library.sqlite"
    data = bytearray(path.read_bytes())
    data[5000] ^= 4
    path.write_bytes(bytes(data))
    code, shown = run(indexed, "--json")
    assert code == 1
    (finding,) = json.loads(shown)["findings"]
    assert finding["grade"] == "damage"
    assert finding["place"] == str(path)
    assert path.read_bytes() == bytes(data)


def test_all_damaged_files_are_named_not_only_the_first(indexed: Folders) -> None:
    hurt = [indexed.data / "segments/00000001/library.sqlite"]
    hurt += [indexed.data / "segments/00000002/search/store.db"]
    for path in hurt:
        path.write_bytes(path.read_bytes()[:-1])
    assert [one.split()[0] for one in graded(indexed)["damage"]] == [str(path) for path in hurt]


def test_what_nobody_needs_is_told_and_left_alone(indexed: Folders) -> None:
    strange = ["notes.txt", "CURRENT.new", "segments/00000077/x", "blobs/00", "states/00000099-x"]
    strange += ["segments/00000003.damaged/x", "segments/00000002/search/terms/extra"]
    for name in strange:
        (indexed.data / name).parent.mkdir(exist_ok=True)
        (indexed.data / name).write_text("x")
    (indexed.data / "chat.db").write_bytes(b"")
    found = graded(indexed)
    assert list(found) == ["left"]
    assert len(found["left"]) == len(strange)
    assert run(indexed)[0] == 0
    assert all((indexed.data / name).exists() for name in strange)


def test_a_folder_that_is_not_ours_and_one_without_an_index_are_errors(folders: Folders) -> None:
    with pytest.raises(IndexUnusable, match="youju index"):
        check(folders.corpus, folders.data)
    folders.data.mkdir()
    (folders.data / "notes.txt").write_text("x")
    assert run(folders)[0] == 1


def test_an_unreachable_corpus_is_not_taken_for_an_empty_one(indexed: Folders) -> None:
    shutil.rmtree(indexed.corpus)
    (finding,) = check(indexed.corpus, indexed.data).findings
    assert finding.grade is Grade.DAMAGE
    assert "语料文件夹不存在" in finding.what


def test_an_index_of_other_code_is_to_be_indexed_anew(
    indexed: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.library.check.code_version", lambda: "0" * 16)
    found = graded(indexed)
    assert list(found) == ["different"]
    assert "另一个版本的程序" in found["different"][0]


# ── a segment whose bytes are what was written, and wrong ───────────────────────────────────────

WRONGS = {
    "UPDATE documents SET text = text || '。' WHERE source = 'a.txt'": "SHA-256",
    "UPDATE documents SET source = 'z.txt' WHERE source = 'a.txt'": "路径或编号",
    "UPDATE documents SET pages = '[900]' WHERE source = 'a.txt'": "分页",
    "UPDATE documents SET passages = '[]' WHERE source = 'a.txt'": "检索索引",
    "UPDATE documents SET passages = replace(passages, '[0,', '[-1,')": "超出原文",
    "DELETE FROM manifest WHERE source = 'a.txt'": "清单",
    "DELETE FROM documents WHERE source = 'a.txt'": "清单",
}


@pytest.mark.parametrize(("statement", "told"), WRONGS.items(), ids=WRONGS.values())
def test_parts_that_contradict_each_other_are_damage_although_every_hash_is_right(
    indexed: Folders, statement: str, told: str
) -> None:
    home = homes.Home(indexed.data)
    state = home.published()
    assert state is not None
    folder = home.segment(state.segments[0].name)
    connection = sqlite3.connect(folder / "library.sqlite")
    with connection:
        assert connection.execute(statement).rowcount
    connection.close()
    (folder / SEAL).unlink()
    first = replace(state.segments[0], seal=seal(folder))
    home.publish(replace(state, segments=(first, *state.segments[1:])))
    assert any(told in one for one in graded(indexed)["damage"])


def test_a_state_that_miscounts_its_documents_is_damage(indexed: Folders) -> None:
    home = homes.Home(indexed.data)
    state = home.published()
    assert state is not None
    home.publish(make_state(state.code, state.words, state.times, 1, state.segments))
    (one,) = graded(indexed)["damage"]
    assert "语料版本与其中的文件不符" in one


def test_a_document_that_lives_in_two_segments_is_damage(indexed: Folders) -> None:
    home = homes.Home(indexed.data)
    state = home.published()
    assert state is not None
    shutil.copytree(home.segment("00000001"), home.segment("00000009"))
    twin = replace(state.segments[0], name="00000009")
    home.publish(replace(state, segments=(*state.segments, twin)))
    assert any("同时在段" in one for one in graded(indexed)["damage"])


def test_a_state_that_is_superseded_while_it_is_read_is_no_finding(
    indexed: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.library import check as module

    examine, turns = module.examine, iter(range(2))

    def slow(home: homes.Home, ref: object, readable: bool) -> object:
        if next(turns, None) is not None:  # twice, a writer is faster and tidies up
            folder = Path(home.folder)
            indexed.index(rebuild=True)
            indexed.index(rebuild=True)
            assert folder.exists()
        return examine(home, ref, readable)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "examine", slow)
    assert check(indexed.corpus, indexed.data).findings == ()
