"""Terms with their roles, years, places and quoted names of a question."""

from __future__ import annotations

from datetime import date

import pytest

from app.model import Kind, Question, Role, TermRole
from app.question.analyse import Analyst
from app.question.query import query_for_question, query_for_search
from app.question.terms import forms, place_forms
from app.text.segment import Dictionary, Segmenter, segmenter

AS_OF = date(2024, 5, 1)


class Passages:
    """A corpus of a hundred passages, of which a few hold each known word."""

    size = 100

    def __init__(self, **known: int) -> None:
        self._known = known

    def frequency(self, term: str) -> int:
        return self._known.get(term, 0)


@pytest.fixture(scope="module")
def cutter() -> Segmenter:
    return segmenter(Dictionary())


@pytest.fixture(scope="module")
def analyst(cutter: Segmenter) -> Analyst:
    return Analyst(cutter, Passages(养老=40, 教辅=3), forms({}), frozenset({"云禾市"}))


def words(question: Question, *roles: TermRole) -> set[str]:
    return {term.text for term in question.terms if not roles or term.role in roles}


@pytest.mark.parametrize(
    ("question", "dropped"),
    [
        ("请问全市的养老机构有多少家呢？", {"请问", "的", "有", "多少", "家", "呢"}),
        ("申请公租房需要哪些材料？", {"哪些"}),
        ("护理员是由谁来管理的？", {"是", "由", "谁", "来", "的"}),
        ("为什么要推行林长制？", {"为什么", "要"}),
    ],
)
def test_words_that_only_ask_are_no_terms(
    analyst: Analyst, question: str, dropped: set[str]
) -> None:
    assert words(analyst.analyse(question, (), AS_OF)) & dropped == set()


@pytest.mark.parametrize(
    ("question", "kept"),
    [
        ("全市养老机构有多少家？", {"养老", "机构"}),
        ("申请公租房需要哪些材料？", {"申请", "公租房"}),
        ("护理员培训由谁负责？", {"护理员", "培训"}),
    ],
)
def test_words_that_mean_something_are_terms(
    analyst: Analyst, question: str, kept: set[str]
) -> None:
    joined = " ".join(words(analyst.analyse(question, (), AS_OF)))
    assert [word for word in kept if word not in joined] == []


@pytest.mark.parametrize(
    ("question", "head"),
    [
        ("全市新建了多少所幼儿园？", "幼儿园"),
        ("2023年全市养老服务投入经费多少？", "经费"),
        ("有几名护理员取得证书？", "证书"),
        ("床位占比是多少？", "床位"),
    ],
)
def test_the_noun_that_is_counted_is_the_head(analyst: Analyst, question: str, head: str) -> None:
    assert words(analyst.analyse(question, (), AS_OF), TermRole.HEAD) == {head}


@pytest.mark.parametrize("place", ["南充市", "云禾市"])
def test_a_place_of_the_dictionary_or_the_corpus_is_told(analyst: Analyst, place: str) -> None:
    asked = analyst.analyse(f"{place}有多少家养老院？", (), AS_OF)
    assert words(asked, TermRole.PLACE) == {place}
    assert asked.places


@pytest.mark.parametrize("question", ["苍洛县的补贴标准是多少？", "那么苍洛县卫生院有几家？"])
def test_the_name_of_an_unknown_place_stays_one_term(analyst: Analyst, question: str) -> None:
    found = words(
        analyst.analyse(question, (), AS_OF), TermRole.PLACE, TermRole.CONTENT, TermRole.HEAD
    )
    assert any(text.startswith("苍洛") for text in found)


def test_a_place_may_be_written_without_its_suffix() -> None:
    assert place_forms("云禾市") == ("云禾市", "云禾")
    assert place_forms("沙县") == ("沙县",)


def test_a_name_in_quotation_or_title_marks_is_kept_whole(analyst: Analyst) -> None:
    asked = analyst.analyse("“银龄守护”行动和《云禾市养老服务条例》是什么关系？", (), AS_OF)
    assert asked.quoted == ("银龄守护", "云禾市养老服务条例")
    assert words(asked, TermRole.QUOTED)


@pytest.mark.parametrize(
    "question", ["“银龄守护”是什么？", "「銀齡守護」是什麼？", "《银龄守护》讲什么？"]
)
def test_quotation_marks_of_another_form_or_script_name_the_same(
    analyst: Analyst, question: str
) -> None:
    assert analyst.analyse(question, (), AS_OF).quoted == ("银龄守护",)


def test_a_common_verb_that_is_also_a_place_name_is_no_place(analyst: Analyst) -> None:
    assert analyst.analyse("全市新建了多少所幼儿园？", (), AS_OF).places == ()


@pytest.mark.parametrize(
    ("question", "form"),
    [
        ("公租房租金是多少？", "公共租赁住房"),
        ("有多少名老师？", "教师"),
        ("比赛办了几次？", "赛事"),
    ],
)
def test_a_term_brings_the_words_that_may_stand_for_it(
    analyst: Analyst, question: str, form: str
) -> None:
    asked = analyst.analyse(question, (), AS_OF)
    assert form in {text for term in asked.terms for text, _ in term.forms}


def test_the_users_synonyms_stand_for_each_other(cutter: Segmenter) -> None:
    group = frozenset({"银龄驿站", "养老服务站"})
    own = Analyst(cutter, Passages(), forms(dict.fromkeys(group, group)), frozenset())
    asked = own.analyse("养老服务站有几个？", (), AS_OF)
    found = {text for term in asked.terms for text, _ in term.forms}
    assert "养老服务站" not in words(asked) or "银龄驿站" in found


def test_a_slip_that_no_known_word_explains_keeps_a_way_to_the_right_word(
    analyst: Analyst,
) -> None:
    asked = analyst.analyse("收人人员有多少名？", (), AS_OF)
    assert any("?" in form for term in asked.terms for form, _ in term.forms)


@pytest.mark.parametrize(
    ("question", "years"),
    [
        ("2023年投入多少？", (2023,)),
        ("23年投入多少？", (2023,)),
        ("２０２３年投入多少？", (2023,)),
        ("二〇二三年投入多少？", (2023,)),
        ("今年投入多少？", (2024,)),
        ("去年投入多少？", (2023,)),
        ("前年投入多少？", (2022,)),
        ("明年计划投入多少？", (2025,)),
        ("2022年和2023年相差多少？", (2022, 2023)),
        ("养老服务投入多少？", ()),
        ("办学20年以上的学校有几所？", ()),
    ],
)
def test_the_years_of_a_question_are_absolute(
    analyst: Analyst, question: str, years: tuple[int, ...]
) -> None:
    assert analyst.analyse(question, (), AS_OF).years == years


def test_the_year_compared_with_is_not_the_year_asked_of(analyst: Analyst) -> None:
    assert analyst.analyse("2019年产值比上年增长多少？", (), AS_OF).years == (2019,)
    earlier = ("2019年产值是多少？",)
    assert analyst.analyse("比去年增长多少？", earlier, AS_OF).years == (2019,)


def test_an_unknown_word_before_a_city_is_a_place(analyst: Analyst) -> None:
    assert "栖梧市" in words(analyst.analyse("栖梧市投入多少？", (), AS_OF), TermRole.PLACE)


def test_this_year_depends_on_the_date_of_asking(analyst: Analyst) -> None:
    assert analyst.analyse("今年投入多少？", (), date(2031, 1, 1)).years == (2031,)


@pytest.mark.parametrize(
    ("question", "role"),
    [
        ("事项压减到多少项？", Role.TO),
        ("原来有多少项？", Role.FROM),
        ("同比增长多少？", Role.CHANGE),
        ("占全市的多少？", Role.SHARE),
    ],
)
def test_the_relation_asked_for_is_read(analyst: Analyst, question: str, role: Role) -> None:
    assert role in analyst.analyse(question, (), AS_OF).roles


@pytest.mark.parametrize(
    ("question", "announced", "ordinal"),
    [
        ("哪三项改革？", 3, None),
        ("哪十二条措施？", 12, None),
        ("第二项改革是什么？", None, 2),
        ("第十一条讲什么？", None, 11),
        ("最后一项改革是什么？", None, -1),
        ("有哪些改革？", None, None),
    ],
)
def test_numbers_of_items_are_read(
    analyst: Analyst, question: str, announced: int | None, ordinal: int | None
) -> None:
    asked = analyst.analyse(question, (), AS_OF)
    assert (asked.announced, asked.ordinal) == (announced, ordinal)


def test_a_follow_up_lends_terms_with_less_weight(analyst: Analyst) -> None:
    earlier = "全市护理员培训投入多少？"
    alone = {term.text: term.weight for term in analyst.analyse(earlier, (), AS_OF).terms}
    lent = analyst.analyse("由谁负责？", (earlier,), AS_OF)
    assert lent.kind in {Kind.PERSON, Kind.ORGANISATION}
    shared = [term for term in lent.terms if term.text in alone]
    assert shared
    assert all(term.weight < alone[term.text] for term in shared)


@pytest.mark.parametrize(
    "question",
    ["", "？", "的", "１" * 400, "（" * 400, "吗" * 400, "\U00020000" * 60, "哪" * 300, "A" * 500],
    ids=["empty", "mark", "stop", "digits", "brackets", "particles", "astral", "asking", "latin"],
)
def test_odd_questions_are_read_without_error(analyst: Analyst, question: str) -> None:
    asked = analyst.analyse(question, (question,), AS_OF)
    assert asked.text == question


def test_a_query_holds_each_term_once_and_no_stop_word(analyst: Analyst, cutter: Segmenter) -> None:
    asked = analyst.analyse("请问全市的养老机构，养老机构有多少家？", (), AS_OF)
    query = query_for_question(asked, cutter)
    names = [word for word, _ in query.words]
    assert len(names) == len(set(names))
    assert "养老" in " ".join(names)
    assert {"的", "请问", "多少"} & set(names) == set()
    assert all(weight > 0 for _, weight in (*query.words, *query.bigrams))


def test_a_search_of_stop_words_alone_still_searches_for_them(cutter: Segmenter) -> None:
    assert query_for_search("的", cutter).words == (("的", 1.0),)
    assert query_for_search("养老的机构", cutter).words == (("养老", 1.0), ("机构", 1.0))


@pytest.mark.parametrize(
    ("question", "noun"),
    [
        ("云禾市设了多少个场馆？", "场馆"),
        ("云禾市有多少个名额？", "名额"),
        ("云禾市新增多少床位？", "床位"),
        ("云禾市有多少村民参加？", "村民参加"),
        ("云禾市有多少个户外场地？", "户外场地"),
        ("云禾市有多少支队伍？", "队伍"),
        ("云禾市有多少党支部？", "党支部"),
        ("云禾市设几个点位？", "点位"),
        ("云禾市修了多少级台阶？", "台阶"),
    ],
)
def test_a_noun_that_begins_like_a_classifier_is_read_whole(
    analyst: Analyst, question: str, noun: str
) -> None:
    assert analyst.analyse(question, (), AS_OF).right == noun
