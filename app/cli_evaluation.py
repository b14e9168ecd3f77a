"""Shows how an evaluation went, and reads the floors that it must not fall below."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from app.cli_output import GOOD, WARNING, Sheet
from app.errors import QuestionFileError
from app.evaluate import Evaluation, below_floors, metrics
from app.evaluate_spans import CEILINGS, SpanEvaluation


def summary_sheet(evaluation: Evaluation) -> Sheet:
    """The figures of the whole file and, row by row, of each type of question."""
    found = evaluation
    return Sheet(
        headline=f"答对 {found.right_answers}/{found.answerable}，"
        f"应拒而拒 {found.right_refusals}/{found.unanswerable}",
        style=WARNING if found.wrong_given else GOOD,
        lines=(
            f"所答之中正确 {found.precision:.1%}（答 {found.given}，错 {found.wrong_given}）",
            f"依据含有证据 {found.cited:.1%}；列举完整 {found.list_completeness:.1%}",
            f"照抄最相近的一句可答对 {found.echo_right}/{found.answerable}",
            f"用时 p50 {found.latency(0.5) * 1000:.1f} ms，p99 {found.latency(0.99) * 1000:.1f} ms",
        ),
        columns=("种类", "答对", "题数"),
        rows=tuple((row.type, str(row.right), str(row.questions)) for row in found.rows),
        stacked=False,
    )


def faults_sheet(evaluation: Evaluation) -> Sheet:
    """The worst replies: wrong answers first, then refusals that should have been answers."""
    rows = tuple(
        (outcome.item.id, outcome.item.question, outcome.fault, outcome.answer)
        for outcome in evaluation.worst
    )
    headline = "答错的：" if rows else ""
    return Sheet(headline, WARNING, (), ("编号", "问题", "错处", "回复"), rows, stacked=True)


def as_json(evaluation: Evaluation) -> str:
    """The metrics, the counts per type and the worst replies. Times are left out: they vary."""
    body = {
        "metrics": metrics(evaluation),
        "types": {
            row.type: {"right": row.right, "questions": row.questions} for row in evaluation.rows
        },
        "faults": [
            {"id": outcome.item.id, "fault": outcome.fault, "reply": outcome.answer}
            for outcome in evaluation.worst
        ],
    }
    return json.dumps(body, ensure_ascii=False)


_SPAN_ROWS = (
    ("检索首位是正确文件", "document@1"),
    ("前五位有正确文件", "document@5"),
    ("第一条依据出自正确文件", "cited_document"),
    ("标准答案在前三条依据的引文或上下文里", "inside"),
    ("简答与标准答案的字符 F1", "f1"),
    ("可答而拒答", "wrongly_refused"),
    ("应拒而拒", "rightly_refused"),
)


def spans_sheet(evaluation: SpanEvaluation) -> Sheet:
    """The figures over questions whose answers are spans, and below them what F1 can be."""
    found = evaluation.metrics()
    rows = [(name, f"{found[key]:.3f}") for name, key in _SPAN_ROWS if key in found]
    rows += [(f"参照（NCP）：{name}的 F1", f"{value:.2f}") for name, value in CEILINGS.items()]
    return Sheet(
        headline=f"{len(evaluation.outcomes)} 题，F1 {found['f1']:.3f}",
        style=GOOD,
        lines=(
            f"用时 p50 {evaluation.latency(0.5) * 1000:.1f} ms，"
            f"p99 {evaluation.latency(0.99) * 1000:.1f} ms",
        ),
        columns=("指标", "数值"),
        rows=tuple(rows),
        stacked=False,
    )


def spans_json(evaluation: SpanEvaluation) -> str:
    """The figures and the ceilings, without times."""
    body = {"metrics": evaluation.metrics(), "ceilings": dict(CEILINGS)}
    return json.dumps(body, ensure_ascii=False)


def below(found: Mapping[str, float], floors: Path) -> Sequence[str]:
    """One line for each figure of `found` below its floor.

    `floors` is a JSON object of names of metrics and numbers. Raises QuestionFileError for a file
    of another form, and for a name that is no metric: its floor would never be missed.
    """
    try:
        wanted = {
            str(name): float(value) for name, value in json.loads(floors.read_bytes()).items()
        }
    except (ValueError, TypeError, AttributeError) as error:
        example = json.dumps(dict(found))
        raise QuestionFileError(
            f"{floors}：应是一个 JSON 对象，各项为指标名与数，如 {example}（{error}）"
        ) from error
    unknown = sorted(wanted.keys() - found.keys())
    if unknown:
        raise QuestionFileError(f"{floors}：没有名为“{unknown[0]}”的指标；有：{'、'.join(found)}")
    return below_floors(dict(found), wanted)
