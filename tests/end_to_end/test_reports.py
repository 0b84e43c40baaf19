"""Reports as a user asks for them: one file, right in both languages, nothing personal, gates."""

import json
import re
import sys

import pytest

from sms_classifier.cli import main

PHONE = "13812345678"
TEMPLATES = f"""id,text
1,【招商银行】您尾号{{tail}}的信用卡应还{{amount}}元，{{date}}到期，请登录手机银行还款，如已还款请忽略
2,您的借款已逾期#days#天，否则通知您家人，联系{PHONE}。<script>alert(1)</script>
3,
"""


@pytest.fixture
def templates(tmp_path):
    path = tmp_path / "templates.csv"
    path.write_text(TEMPLATES, encoding="utf-8")
    return path


def fetched(html):
    """What a browser would load from elsewhere, and what would run."""
    return re.findall(r"""(?:src|href)=["'](?!#|data:)|@import|url\((?!#)|<script""", html)


@pytest.mark.parametrize(("least", "code"), [(None, 0), ("0", 3), ("60", 3)])
def test_lint_is_a_gate(templates, capsys, least, code):
    gate = [] if least is None else ["--min", least]
    assert main(["lint", str(templates), *gate]) == code
    given = capsys.readouterr()
    assert "第1行: 100 分" in given.out
    assert "第3行: empty" in given.out
    assert bool(given.err) == bool(code)


def test_lint_passes_what_is_good(tmp_path):
    path = tmp_path / "good.csv"
    path.write_text("\n".join(TEMPLATES.splitlines()[:2]), encoding="utf-8")
    assert main(["lint", str(path), "--min", "100"]) == 0


def test_lint_json(templates, capsys):
    assert main(["lint", str(templates), "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["status"] for row in rows] == ["ok", "ok", "empty"]
    assert [bad["kind"] for bad in rows[1]["avoid"]] == ["third_party_pressure", "private_contact"]
    for found in rows[1]["disclosed"]:
        for mark in found["marks"]:
            assert TEMPLATES.splitlines()[2][2:][mark["start"] : mark["end"]] == mark["text"]


@pytest.mark.parametrize(("lang", "title"), [("zh", "短信模板检查"), ("en", "Template check")])
def test_lint_page(templates, tmp_path, lang, title):
    page = tmp_path / "lint.html"
    assert main(["lint", str(templates), "--report", str(page), "--lang", lang]) == 0
    html = page.read_text("utf-8")
    assert title in html
    assert fetched(html) == []
    assert PHONE not in html
    assert PHONE[-4:] in html


def test_missing_extra_is_one_line_that_names_pip(templates, tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "jinja2", None)
    assert main(["lint", str(templates), "--report", str(tmp_path / "a.html")]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "sms-classifier: HTML reports need an extra: pip install 'sms-classifier[report]'"
    ]


def test_report_that_cannot_be_written_is_one_line(templates, tmp_path, capsys):
    assert main(["lint", str(templates), "--report", str(tmp_path / "none" / "a.html")]) == 2
    assert "--report" in capsys.readouterr().err


@pytest.mark.parametrize(("lang", "title"), [("zh", "混淆矩阵"), ("en", "Confusion matrix")])
def test_evaluation_page(labelled_table, labelled_rows, tmp_path, lang, title):
    page, figures = tmp_path / "e.html", tmp_path / "e.json"
    asked = ["--report", str(page), "--json", str(figures), "--lang", lang]
    assert main(["evaluate", str(labelled_table), *asked]) == 0
    html = page.read_text("utf-8")
    assert title in html
    assert html.count("<svg") == 4
    assert fetched(html) == []
    assert not re.search(r">q\d+n+<", html), "a stand-in of a plot was not replaced"
    mistakes = json.loads(figures.read_text("utf-8"))["mistakes"]
    numbers = {
        n for m in mistakes for n in re.findall(r"1[3-9]\d{9}", labelled_rows[m["row"] - 1]["text"])
    }
    assert not [number for number in numbers if number in html]


def test_evaluation_page_of_own_labels(tmp_path, labelled_rows):
    data, model = tmp_path / "mine.csv", tmp_path / "model"
    rows = [
        (row["text"].replace('"', ""), "甲<b>" if row["label"] == "other" else "乙")
        for row in labelled_rows[:200]
    ]
    data.write_text(
        "text,label\n" + "".join(f'"{text}",{label}\n' for text, label in rows), "utf-8"
    )
    assert main(["train", str(data), "--model", str(model), "--no-compare"]) == 0
    page = tmp_path / "e.html"
    assert main(["evaluate", str(data), "--model", str(model), "--report", str(page)]) == 0
    html = page.read_text("utf-8")
    assert "甲&lt;b&gt;" in html
    assert "甲<b>" not in html
    assert "训练的" in html
