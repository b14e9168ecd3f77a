"""Small segments become one: nothing is lost, and no reply changes."""

from __future__ import annotations

import pytest
from library_folders import Folders

from app.library.merge import LARGEST, to_merge
from app.library.state import SegmentRef
from app.library.writer import Writer
from app.model import Filters, SearchQuery


def ref(name: str, passages: int, documents: int = 10, gone: int = 0) -> SegmentRef:
    return SegmentRef(name, "", documents, passages, tuple(str(each) for each in range(gone)))


CASES: dict[str, tuple[list[SegmentRef], tuple[str, ...]]] = {
    "nothing": ([], ()),
    "one": ([ref("a", 5)], ()),
    "two of a size": ([ref("a", 5), ref("b", 5)], ("a", "b")),
    "a small one beside a large one": ([ref("a", 500), ref("b", 5)], ()),
    "small ones that add up": (
        [ref("a", 500), ref("b", 5), ref("c", 5), ref("d", 300)],
        ("b", "c", "d", "a"),
    ),
    "small ones far from the next": ([ref("a", 5_000), ref("b", 5), ref("c", 6)], ("b", "c")),
    "more than one may hold": ([ref("a", LARGEST), ref("b", LARGEST)], ()),
    "mostly gone": ([ref("a", LARGEST, gone=3), ref("b", 5)], ("a",)),
    "hardly gone": ([ref("a", LARGEST, gone=2), ref("b", 5)], ()),
}


@pytest.mark.parametrize(("segments", "expected"), CASES.values(), ids=CASES)
def test_segments_are_joined_when_together_they_are_about_as_large_as_the_next(
    segments: list[SegmentRef], expected: tuple[str, ...]
) -> None:
    assert to_merge(segments) == expected


def test_joining_changes_neither_version_nor_documents_nor_ranking(folders: Folders) -> None:
    with Writer(folders.corpus, folders.data) as writer:
        for number in range(12):
            folders.write(
                f"{number % 9}.txt",
                f"第{number}号文件。\n一、加大教育投入{number}万元。二、保障经费。\n",
                region="甲州" if number % 2 else "乙州",
            )
            (folders.corpus / f"{number % 9 - 3}.txt").unlink(missing_ok=True)
            (folders.corpus / f"{number % 9 - 3}.txt.json").unlink(missing_ok=True)
            writer.sync()
        with folders.open() as library:
            before = library.snapshot()
            kept = {name: before.documents.get(name) for name in before.documents.ids()}
            segments = len(library.published.state.segments)
            joined = 0
            while writer.tend():
                joined += 1
            assert joined
            assert library.reload()
            after = library.snapshot()
            assert len(library.published.state.segments) < segments
            assert after.version == before.version
            assert {name: after.documents.get(name) for name in after.documents.ids()} == kept
            query = SearchQuery((("教育", 1.0), ("经费", 1.0)), (("投入", 1.0),))
            for filters in (Filters(), Filters(regions=("甲州",))):
                expected = before.index.search(query, filters, 50, count=True)
                assert repr(after.index.search(query, filters, 50, count=True)) == repr(expected)
            library.verify()
    assert not folders.index().replaced
    fresh = Folders(folders.corpus, folders.data.with_name("fresh"))
    assert fresh.index().version == after.version


def test_many_changes_one_by_one_leave_few_segments(folders: Folders) -> None:
    with Writer(folders.corpus, folders.data) as writer:
        for number in range(40):
            folders.write(f"{number}.txt", f"第{number}篇的正文。")
            report = writer.refresh([f"{number}.txt"])
            assert report.added == (f"{number}.txt",)
            while writer.tend():
                pass
    with folders.open() as library:
        assert len(library.published.state.segments) <= 6
        assert len(library.snapshot().documents.ids()) == 40


def test_a_refresh_touches_only_the_documents_that_it_names(folders: Folders) -> None:
    folders.write("a.txt", "甲。")
    folders.write("b.txt", "乙。")
    folders.index()
    folders.write("a.txt", "甲，新的。")
    folders.write("b.txt", "乙，新的。")
    folders.write("c/d.txt", "丙。")
    with Writer(folders.corpus, folders.data) as writer:
        report = writer.refresh(["a.txt", "c/d.txt", "nowhere.txt", "../outside.txt", ".hidden"])
        assert (report.added, report.replaced, report.removed) == (("c/d.txt",), ("a.txt",), ())
        assert report.failed == ()
        (folders.corpus / "a.txt").unlink()
        assert writer.refresh(["a.txt"]).removed == ("a.txt",)
        assert writer.refresh(["a.txt"]).removed == ()
    found = folders.documents()
    assert {source: stored.document.text for source, stored in found.items()} == {
        "b.txt": "乙。",
        "c/d.txt": "丙。",
    }


def test_a_refresh_knows_ids_of_documents_that_it_does_not_name(folders: Folders) -> None:
    folders.write("a.txt", "甲。", id="one")
    folders.index()
    folders.write("b.txt", "乙。", id="one")
    with Writer(folders.corpus, folders.data) as writer:
        (failure,) = writer.refresh(["b.txt"]).failed
    assert "a.txt" in failure.reason
    assert list(folders.documents()) == ["a.txt"]


def test_several_processes_build_what_one_builds(
    folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(40):
        folders.write(f"{number:02}.txt", f"第{number}号。\n一、投入{number}亿元。\n" * 3)
    folders.write("bad.txt", "x\0y")
    alone = folders.index()
    monkeypatch.setattr("app.library.writer._MANY", 100)
    monkeypatch.setattr("app.library.writer.os.cpu_count", lambda: 2)
    together = Folders(folders.corpus, folders.data.with_name("together"))
    report = together.index()
    assert report == alone
    assert [failure.source for failure in report.failed] == ["bad.txt"]
    assert together.documents() == folders.documents()
    with together.open() as library:
        assert len(library.published.state.segments) == 2
