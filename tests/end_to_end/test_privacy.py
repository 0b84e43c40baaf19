"""Nothing is written but where the user said, and no message text reaches a log."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
TEXT = "【瞬瞬花】张伟，您已逾期3天，请致电13812345678"
WATCH = """
import json, os, sys
written = set()
def note(event, arguments):
    if event == "open" and isinstance(arguments[0], str | bytes):
        flags = arguments[2] or 0
        if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT) or set(arguments[1] or "") & set("wax+"):
            written.add(os.path.abspath(os.fsdecode(arguments[0])))
    elif event in ("os.mkdir", "os.rename", "os.link", "os.symlink", "shutil.copyfile"):
        made = arguments[0] if event == "os.mkdir" else arguments[1]
        written.add(os.path.abspath(os.fsdecode(made)))
    elif event in ("socket.connect", "socket.getaddrinfo", "socket.bind"):
        written.add(f"network: {event}")
sys.addaudithook(note)
from sms_classifier.cli import main
found = json.dumps([main(sys.argv[2:]), sorted(written)])
with open(sys.argv[1], "w") as file:
    file.write(found)
"""


@pytest.fixture
def run(tmp_path):
    """Run a command in a process that notes every path it opens for writing."""
    home = tmp_path / "home"
    home.mkdir()

    def run_watched(*arguments):
        report = tmp_path / "report.json"
        environment = os.environ | {
            "HOME": str(home), "USERPROFILE": str(home), "TMPDIR": str(home), "TEMP": str(home),
            "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8",
        }  # fmt: skip
        done = subprocess.run(
            [sys.executable, "-c", WATCH, str(report), *map(str, arguments)],
            cwd=home, env=environment, capture_output=True, encoding="utf-8",
        )  # fmt: skip
        code, written = json.loads(report.read_text("utf-8"))
        assert code == 0, done.stderr
        assert list(home.iterdir()) == []
        return {path for path in written if path != os.devnull}, done

    return run_watched


@pytest.mark.parametrize(
    "command", [["explain", TEXT], ["explain", TEXT, "--json"], ["info"]], ids=" ".join
)
def test_commands_that_write_nothing(run, command):
    assert run(*command)[0] == set()


@pytest.mark.parametrize("name", ["out.csv", "out.jsonl", "out.xlsx", "out.parquet", "out.csv.gz"])
def test_predict_writes_its_output_only(run, tmp_path, name):
    target = tmp_path / name
    written, done = run("predict", ROOT / "data" / "demo.csv", "-o", target)
    assert written <= {str(target), *(f"{target}.part{end}" for end in ("", ".json", ".json.new"))}
    assert str(target) in written
    assert sorted(tmp_path.glob("out*")) == [target]
    assert done.stdout == ""


def test_evaluate_writes_what_it_was_told_to(run, tmp_path, labelled_table):
    figures = tmp_path / "f.json"
    assert run("evaluate", labelled_table, "--json", figures)[0] == {str(figures)}


def test_train_writes_its_folder_only(run, tmp_path):
    table, folder = tmp_path / "mine.csv", tmp_path / "m"
    rows = [
        f"{text}{i},{label}"
        for i in range(6)
        for text, label in (("还款提醒", "debt"), ("晚饭吃什么", "chat"))
    ]
    table.write_text("text,label\n" + "\n".join(rows) + "\n", "utf-8")
    written, _ = run("train", table, "--model", folder, "--no-compare")
    assert {path for path in written if not path.startswith(str(folder))} == set()


def test_shipped_model_is_not_written_to(run, tmp_path):
    copy = tmp_path / "m"
    shutil.copytree(ROOT / "models" / "default", copy)
    before = {path.name: path.stat().st_mtime_ns for path in copy.iterdir()}
    run("explain", TEXT, "--model", copy)
    assert {path.name: path.stat().st_mtime_ns for path in copy.iterdir()} == before


def test_no_message_text_on_standard_error(run, tmp_path):
    source = tmp_path / "in.csv"
    source.write_text(f'id,text\n1,"{TEXT}"\n2,"{TEXT}\n3,{TEXT},x\n', "utf-8")
    _, done = run("predict", source, "-o", tmp_path / "out.csv", "-v")
    assert "malformed" in done.stderr
    assert not {"张伟", "13812345678", "瞬瞬花"} & {
        word for word in ("张伟", "13812345678", "瞬瞬花") if word in done.stderr
    }


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".jsonl", ".xlsx", ".parquet", ".csv.gz"])
def test_masked_output_holds_no_name_and_no_number(run, tmp_path, suffix):
    from sms_classifier.tables.read import open_table

    source, target = tmp_path / "in.csv", tmp_path / f"out{suffix}"
    source.write_text(f'id,text\n1,"{TEXT}"\n2,{TEXT},x\n', "utf-8")
    run("predict", source, "-o", target, "--mask")
    with open_table(target, text_column="text", encoding=None, rows_a_chunk=9) as table:
        texts = [text for chunk in table.chunks for text in chunk.texts]
    assert len(texts) == 2
    assert all("张伟" not in text and "1381234" not in text for text in texts)
    assert all("5678" in text and "瞬瞬花" in text for text in texts)
