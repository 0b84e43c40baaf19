"""The commands as a user calls them: output, errors in one line, exit codes."""

import csv
import io
import json

import pytest

from sms_classifier.cli import main
from sms_classifier.commands import info

TEXT = "【招商银行】您尾号1234的信用卡应还1,280.50元，8月15日到期"


def rows(path):
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def test_predict_keeps_rows_and_columns(tmp_path):
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text(f'id,text\n007,"{TEXT}"\n008,\n009,a,b\n', encoding="utf-8")
    assert main(["predict", str(source), "-o", str(target), "-q"]) == 0
    found = rows(target)
    assert [row["status"] for row in found] == ["ok", "empty", "malformed"]
    assert found[0]["id"] == "007"
    assert found[0]["label"] == "legitimate"
    assert sum(float(value) for name, value in found[0].items() if name.startswith("p_")) == pytest.approx(1, abs=1e-3)
    assert main(["predict", str(source), "-o", str(target), "-q", "--strict"]) == 3


def test_prefix(tmp_path):
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text(f'label,text\nx,"{TEXT}"\n', encoding="utf-8")
    assert main(["predict", str(source), "-o", str(target)]) == 2
    assert main(["predict", str(source), "-o", str(target), "--prefix", "sms_", "-q"]) == 0
    assert rows(target)[0]["sms_label"] == "legitimate"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param(b"", "empty", id="empty-file"),
        pytest.param("编号,名称\n1,2\n".encode(), "text", id="missing-column"),
        pytest.param("text\n还款".encode() + b"\xff\xff\xff\n", "encoding", id="wrong-encoding"),
    ],
)
def test_bad_tables_are_one_line(tmp_path, capsys, content, says):
    source = tmp_path / "in.csv"
    source.write_bytes(content)
    assert main(["predict", str(source), "-o", str(tmp_path / "out.csv"), "-q"]) == 2
    error = capsys.readouterr().err
    assert len(error.strip().splitlines()) == 1
    assert says in error


def test_no_model_and_wrong_model(tmp_path, capsys):
    assert main(["explain", TEXT, "--model", str(tmp_path / "none")]) == 2
    (tmp_path / "card.json").write_text("[]", encoding="utf-8")
    assert main(["explain", TEXT, "--model", str(tmp_path)]) == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 2


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_explain_in_words(capsys, lang):
    assert main(["explain", TEXT, "--lang", lang]) == 0
    said = capsys.readouterr().out
    assert "〔招商银行〕" in said
    assert ("registry: " in said) == (lang == "en")


def test_explain_says_that_nothing_was_found(capsys):
    assert main(["explain", "晚饭吃什么", "--lang", "en"]) == 0
    assert "evidence:\n  none\n" in capsys.readouterr().out


def test_explain_json(capsys):
    assert main(["explain", TEXT, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["label"] == "legitimate"
    for finding in found["findings"]:
        assert TEXT[finding["start"] : finding["end"]] == finding["text"]


def test_explain_needs_a_text(capsys):
    assert main(["explain", " "]) == 2
    assert "the message is empty" in capsys.readouterr().err
    assert main(["explain", "款" * 10_001]) == 2
    assert "the message is too long" in capsys.readouterr().err


def test_train_and_evaluate(tmp_path, capsys):
    table = tmp_path / "mine.csv"
    lines = [f"{text}{i},{label}" for i in range(6) for text, label in (("还款提醒", "debt"), ("晚饭吃什么", "chat"))]
    table.write_text("text,label\n" + "\n".join(lines) + "\n", encoding="utf-8")
    assert main(["train", str(table), "--model", str(tmp_path / "m")]) == 0
    assert "Peer" in capsys.readouterr().out
    assert main(["evaluate", str(table), "--model", str(tmp_path / "m"), "--json", str(tmp_path / "f.json")]) == 0
    assert json.loads((tmp_path / "f.json").read_text("utf-8"))["n"] == 12


def test_train_names_the_bad_row(tmp_path, capsys):
    table = tmp_path / "mine.csv"
    table.write_text("text,label\n还款,debt\n你好,\n", encoding="utf-8")
    assert main(["train", str(table), "--model", str(tmp_path / "m")]) == 2
    assert "row 2" in capsys.readouterr().err


def test_info(capsys):
    assert main(["info"]) == 0
    assert json.loads(capsys.readouterr().out)["format"] == 3


@pytest.mark.parametrize("jobs", ["0", "-1", "many"])
def test_jobs_must_be_a_number_of_processes(tmp_path, capsys, jobs):
    with pytest.raises(SystemExit, match="2"):
        main(["predict", str(tmp_path / "in.csv"), "--jobs", jobs])
    assert "--jobs" in capsys.readouterr().err


def test_verbose_shows_the_traceback_and_keeps_the_code(tmp_path, capsys):
    assert main(["predict", str(tmp_path / "none.csv"), "-v"]) == 2
    error = capsys.readouterr().err
    assert "Traceback" in error
    assert error.splitlines()[-1].startswith("sms-classifier: ")


@pytest.mark.parametrize(
    ("stop", "says"),
    [pytest.param((), "interrupted", id="bare"), pytest.param(("go on with --resume",), "--resume", id="says-more")],
)
def test_interrupted(monkeypatch, capsys, stop, says):
    def interrupt(args):
        raise KeyboardInterrupt(*stop)

    monkeypatch.setattr(info, "run", interrupt)
    assert main(["info"]) == 130
    assert says in capsys.readouterr().err


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_explain_decodes_standard_input(monkeypatch, capsys, encoding):
    typed = io.TextIOWrapper(io.BytesIO(f"{TEXT}\r\n".encode(encoding)))
    monkeypatch.setattr("sys.stdin", typed)
    assert main(["explain"]) == 0
    assert "〔招商银行〕" in capsys.readouterr().out


def test_outputs_that_cannot_be_written(tmp_path, capsys, labelled_table):
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    assert main(["evaluate", str(labelled_table), "--json", str(blocked / "f.json")]) == 2
    assert main(["train", str(labelled_table), "--model", str(blocked / "m")]) == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 2


def test_predict_without_a_model(tmp_path, capsys):
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text(f'text\n"{TEXT}"\n', encoding="utf-8")
    assert main(["predict", str(source), "-o", str(target), "--model", str(tmp_path / "none")]) == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 1
    assert not target.exists()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("致电13812345678.回T", "致电*******5678.回T", id="phone-before-full-stop"),
        pytest.param("1.13812345678", "1.*******5678", id="phone-behind-list-number"),
        pytest.param("138-1234-5678", "*********5678", id="phone-in-groups"),
        pytest.param("卡6222 0212 3456 7890请", "卡***************7890请", id="card-in-groups"),
        pytest.param("11010119900101123X", "**************123X", id="id-number"),
        pytest.param("尊敬的王女士您好", "尊敬的*女士您好", id="name-keeps-title"),
        pytest.param("尊敬的持卡人，您好", "尊敬的持卡人，您好", id="no-name"),
        pytest.param("应还12345678.90元", "应还12345678.90元", id="amount"),
        pytest.param("8月15日致电95555", "8月15日致电95555", id="hotline"),
    ],
)
def test_predict_masks_its_text(tmp_path, text, shown):
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text(f"text\n{text}\n", encoding="utf-8")
    assert main(["predict", str(source), "-o", str(target), "--mask", "-q"]) == 0
    assert rows(target)[0]["text"] == shown


def test_closing_summary_is_on_stderr_only(tmp_path, capfd):
    source = tmp_path / "in.csv"
    source.write_text(f'id,text\n1,"{TEXT}"\n2,\n', encoding="utf-8")
    assert main(["predict", str(source)]) == 0
    out, err = capfd.readouterr()
    assert [row["status"] for row in csv.DictReader(io.StringIO(out))] == ["ok", "empty"]
    for words in ("2 rows", "ok 1", "empty 1", "legitimate 1", "utf-8"):
        assert words in err
        assert words not in out
