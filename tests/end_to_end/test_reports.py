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


@pytest.mark.parametrize("command", ["lint", "audit", "evaluate"])
@pytest.mark.parametrize("library", ["jinja2", "matplotlib"])
def test_missing_extra_is_one_line_that_names_pip(tmp_path, capsys, monkeypatch, command, library):
    """Said before anything is read: the table does not even exist."""
    monkeypatch.setitem(sys.modules, library, None)
    assert main([command, "none.csv", "--report", str(tmp_path / "a.html")]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "sms-classifier: HTML reports need an extra: pip install 'sms-classifier[report]'"
    ]


@pytest.mark.parametrize("command", ["lint", "audit", "evaluate"])
def test_report_in_no_folder_is_one_line(tmp_path, capsys, command):
    assert main([command, "none.csv", "--report", str(tmp_path / "none" / "a.html")]) == 2
    error = capsys.readouterr().err
    assert len(error.splitlines()) == 1
    assert "--report" in error


def test_report_that_cannot_be_written_is_one_line(templates, tmp_path, capsys):
    assert main(["lint", str(templates), "--report", str(tmp_path)]) == 2
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


@pytest.fixture
def messages(tmp_path, labelled_rows):
    path = tmp_path / "messages.csv"
    lines = ["日期,sender,text"]
    for place, row in enumerate(labelled_rows):
        text = row["text"].replace('"', "")
        lines.append(f'2026/03/{place % 20 + 1},=cmd{place % 7},"{text}"')
    lines += [
        f'2026-03-{day},a<b>,"您的征信已失信，转账2000元到个人账户{PHONE}可消除"'
        for day in range(10, 21)
    ]
    path.write_text("\n".join([*lines, "2026-03-01,b,"]), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("lang", "title"), [("zh", "增长最快的骗局"), ("en", "Fastest-growing traps")]
)
def test_audit_page(messages, tmp_path, capsys, lang, title):
    page, folder = tmp_path / "a.html", tmp_path / "tables"
    asked = ["--by", "sender", "--report", str(page), "--csv", str(folder), "--lang", lang]
    assert main(["audit", str(messages), *asked]) == 0
    html = page.read_text("utf-8")
    assert title in html
    assert html.count("<svg") == 6
    assert fetched(html) == []
    assert PHONE not in html + capsys.readouterr().out
    assert "a&lt;b&gt;" in html
    assert "a<b>" not in html
    assert not re.search(r">q\d+n+<", html), "a stand-in of a plot was not replaced"
    for table in ("senders", "days", "disclosures", "traps", "trap_days", "drift"):
        given = (folder / f"{table}.csv").read_text("utf-8-sig")
        assert f'download="{table}.csv"' in html
        assert len(given.splitlines()) > 1
    assert "\n=cmd" not in (folder / "senders.csv").read_text("utf-8-sig")
    assert "'=cmd0" in (folder / "senders.csv").read_text("utf-8-sig")


def test_audit_is_the_same_with_several_processes(messages, capsys):
    assert main(["audit", str(messages)]) == 0
    alone = capsys.readouterr().out
    assert "empty 1" in alone
    assert main(["audit", str(messages), "--jobs", "2"]) == 0
    assert capsys.readouterr().out == alone


@pytest.mark.parametrize("option", ["--by", "--day"])
def test_audit_by_a_column_that_is_not_there_is_one_line(messages, capsys, option):
    assert main(["audit", str(messages), option, "nobody"]) == 2
    error = capsys.readouterr().err
    assert len(error.splitlines()) == 1
    assert "nobody" in error


def test_audit_of_nothing(tmp_path, capsys):
    path, page = tmp_path / "none.csv", tmp_path / "a.html"
    path.write_text("text\n", encoding="utf-8")
    assert main(["audit", str(path), "--report", str(page)]) == 0
    assert capsys.readouterr().out.startswith("0 行")
    assert "催收短信监测" in page.read_text("utf-8")


def test_a_model_trained_now_has_a_drift_reference(labelled_table, messages, tmp_path, capsys):
    model = tmp_path / "model"
    assert main(["train", str(labelled_table), "--model", str(model), "--no-compare"]) == 0
    capsys.readouterr()
    page = tmp_path / "a.html"
    assert main(["audit", str(messages), "--model", str(model), "--report", str(page)]) == 0
    assert "训练时" in capsys.readouterr().out
    assert "虚线是训练时的水平" in page.read_text("utf-8")
