"""检查盲测题库本身：只看数据，不看程序。`python tests/bench/check.py` 打印问题和各类数目。"""

from __future__ import annotations

import ast
import json
import operator
import re
import sys
from collections import Counter
from pathlib import Path

HERE = Path(__file__).parent
KEYS = [
    "id",
    "persona",
    "style",
    "type",
    "question",
    "accept",
    "reject",
    "evidence",
    "note",
    "document",
    "context",
]
TYPES = {
    "money", "figure", "ratio", "when", "place", "who_org", "definition", "why_purpose", "howto_mechanism", "yes_no",
    "list_measures", "list_reforms", "list_other", "comparison", "derived", "unanswerable",
}  # fmt: skip
STYLES = {"formal", "colloquial", "keyword", "typo", "traditional", "followup", "indirect"}
SIDECAR = [
    "title",
    "region",
    "number",
    "issuer",
    "issued_on",
    "effective_on",
    "expires_on",
    "status",
]
VERDICTS = ("是：", "否：", "有条件：")
MINIMUM = {
    "list": 40,
    "derived": 40,
    "comparison": 20,
    "followup": 40,
    "total": 400,
    "unanswerable_percent": 25,  # in whole percent, rounded
}


def load_documents(folder: Path = HERE / "documents") -> dict[str, str]:
    return {path.name: path.read_bytes().decode("utf-8") for path in sorted(folder.glob("*.txt"))}


def load_questions(path: Path = HERE / "questions.jsonl") -> list[dict]:
    return [
        json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()
    ]


def plain(text: str, tables: bool = False) -> str:
    """去掉空白、引号和千分位逗号；`tables` 为真时，表格里相邻两格的数字仍然隔开。"""
    text = re.sub(r"(?<=\d)[,，](?=\d{3}(?!\d))", "", text)
    text = re.sub(r"(?<=[\d.])\s+(?=\d)", "|" if tables else "", text)
    return re.sub(r"[\s\"'“”‘’「」『』]", "", text)


def holds(text: str, wanted: str) -> bool:
    """`wanted` 在 `text` 里，且首尾的数字是整个数：216人里没有16人。"""
    wanted = plain(wanted)
    before = r"(?<![\d.])" if wanted[:1].isdigit() else ""
    after = r"(?!\.?\d)" if wanted[-1:].isdigit() else ""
    pattern = re.compile(before + re.escape(wanted) + after)
    return any(pattern.search(plain(text, tables)) for tables in (False, True))


_BINARY = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_CALLS = {"min": min, "max": max, "round": round}


def calculate(expression: str) -> float:
    """只会四则运算和 min、max、round。"""

    def walk(node: ast.AST) -> float:
        if isinstance(node, ast.Expression):
            return walk(node.body)
        if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
            return node.value
        if isinstance(node, ast.BinOp) and type(node.op) in _BINARY:
            return _BINARY[type(node.op)](walk(node.left), walk(node.right))
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in _CALLS
        ):
            return _CALLS[node.func.id](*[walk(argument) for argument in node.args])
        raise ValueError(expression)

    return walk(ast.parse(expression, mode="eval"))


def check_documents(documents: dict[str, str]) -> list[str]:
    problems = []
    real = set((HERE / "real_places.txt").read_text(encoding="utf-8").split("\n", 1)[1].split())
    for name, text in documents.items():
        size = len(text)
        if not 1200 <= size <= 3500:
            problems.append(f"{name}: 长 {size} 字，应在 1200–3500")
        sidecar = HERE / "documents" / f"{name}.json"
        fields = json.loads(sidecar.read_text(encoding="utf-8")) if sidecar.exists() else {}
        if list(fields) != SIDECAR:
            problems.append(f"{name}: 旁注字段不对")
        if "（虚构）" not in text[:120] or "（虚构）" not in fields.get("title", ""):
            problems.append(f"{name}: 没有标明（虚构）")
        if fields.get("number") and fields["number"] not in text:
            problems.append(f"{name}: 文号不在正文")
        problems += [f"{name}: 含真实地名 {place}" for place in sorted(real) if place in text]
    return problems


def check_questions(questions: list[dict], documents: dict[str, str]) -> list[str]:
    problems = []
    ids = Counter(row.get("id") for row in questions)
    problems += [f"{key}: 编号重复" for key, times in ids.items() if times > 1]
    asked = Counter((row["question"], tuple(row["context"])) for row in questions)
    problems += [f"问题重复：{key[0]}" for key, times in asked.items() if times > 1]
    for row in questions:
        problems += [f"{row['id']}: {problem}" for problem in check_question(row, documents)]
    return problems


def check_question(row: dict, documents: dict[str, str]) -> list[str]:
    problems = []
    if list(row) != KEYS:
        problems.append("键不对")
    if row["type"] not in TYPES or row["style"] not in STYLES:
        problems.append("type 或 style 不认识")
    if (row["style"] == "followup") != bool(row["context"]):
        problems.append("只有追问才带 context")
    unknown = [name for name in row["document"] if name not in documents]
    if unknown:
        return [*problems, f"没有文件 {unknown}"]
    texts = [documents[name] for name in row["document"]]
    if row["type"] == "unanswerable":
        if row["accept"] or row["evidence"] or row["reject"]:
            problems.append("不可答题不应有 accept、evidence、reject")
        return problems
    if not row["accept"] or not row["evidence"] or not texts:
        problems.append("缺 accept、evidence 或 document")
    for quote in row["evidence"]:
        if not any(quote in text for text in texts):
            problems.append(f"依据不是原文：{quote}")
    evidence = "\n".join(row["evidence"])
    for group in row["accept"]:
        for wanted in group:
            if any(refused in wanted for refused in row["reject"]):
                problems.append(f"reject 落在 accept 里：{wanted}")
        if row["type"] == "yes_no" and group is row["accept"][0]:
            if not set(group) <= set(VERDICTS):
                problems.append(f"是非题应为 是：否：有条件：，不是 {group}")
        elif row["type"] == "comparison" and any(wanted in row["question"] for wanted in group):
            pass  # 甲市和乙市哪个高: the winner is named in the question
        elif row["type"] != "derived" and not any(holds(evidence, wanted) for wanted in group):
            problems.append(f"accept 不在依据里：{group}")
    if row["type"] in (
        "definition",
        "why_purpose",
        "howto_mechanism",
        "list_measures",
        "list_reforms",
        "list_other",
    ):
        problems += [f"reject 在依据里：{bad}" for bad in row["reject"] if holds(evidence, bad)]
    if row["type"] == "derived":
        problems += check_sum(row)
    return problems


def check_sum(row: dict) -> list[str]:
    found = re.match(r"算式：(.+)=([\d.]+)(；|$)", row["note"])
    if not found:
        return ["推算题的 note 没有算式"]
    value, stated = calculate(found[1]), float(found[2])
    if abs(value - stated) > 1e-6:
        return [f"算式不成立：{found[1]} = {value}"]
    near = []
    for wanted in row["accept"][0]:
        number = re.match(r"[\d.]+", wanted)
        if number is None:
            continue  # 二百四十个 beside 240个
        figure = float(number[0])
        near.append(
            any(
                abs(figure / scale - value) <= 0.006 * max(1, abs(value))
                for scale in (1, 1e4, 1e-4)
            )
        )
    return [] if near and all(near) else [f"accept 与算式不符：{row['accept'][0]} 与 {value}"]


def check_counts(questions: list[dict]) -> list[str]:
    types, styles = counts(questions)
    total = len(questions)
    wanted = [
        (total >= MINIMUM["total"], "题数不足"),
        (
            round(100 * types["unanswerable"] / total) >= MINIMUM["unanswerable_percent"],
            "不可答题不足四分之一",
        ),
        (
            sum(n for key, n in types.items() if key.startswith("list_")) >= MINIMUM["list"],
            "列举题不足",
        ),
        (types["derived"] >= MINIMUM["derived"], "推算题不足"),
        (types["comparison"] >= MINIMUM["comparison"], "比较题不足"),
        (styles["followup"] >= MINIMUM["followup"], "追问不足"),
        (set(types) == TYPES, "有类型没有题"),
        (set(styles) == STYLES, "有问法没有题"),
    ]
    return [problem for good, problem in wanted if not good]


def counts(questions: list[dict]) -> tuple[Counter, Counter]:
    return Counter(row["type"] for row in questions), Counter(row["style"] for row in questions)


def problems() -> list[str]:
    documents, questions = load_documents(), load_questions()
    return (
        check_documents(documents) + check_questions(questions, documents) + check_counts(questions)
    )


if __name__ == "__main__":
    found = problems()
    print("\n".join(found) or "没有问题")
    rows = load_questions()
    for table in counts(rows):
        print(len(rows), dict(table.most_common()))
    sys.exit(bool(found))
