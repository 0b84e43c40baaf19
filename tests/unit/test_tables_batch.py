"""Whole runs: columns, counts, workers, faults of the target, and going on after a kill."""

import functools
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sms_classifier.errors import ModelError, TableError
from sms_classifier.tables import TableOptions, predict_table
from sms_classifier.tables.delivery import Part

COLUMNS = ("label", "p_vague", "review")


def classify(texts):
    labels = ["vague" if len(text) % 2 else "legitimate" for text in texts]
    shares = [f"{len(text) / 10_000:.4f}" for text in texts]
    review = ["true" if len(text) % 3 == 0 else "false" for text in texts]
    return dict(zip(COLUMNS, (labels, shares, review), strict=True))


def load():
    return classify


def load_failing():
    raise ModelError("no model at x; train one")


def _die_once(flag, texts):
    if texts and not flag.exists():
        flag.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return classify(texts)


def load_dying(flag):
    return functools.partial(_die_once, flag)


def _always_die(texts):
    if texts:
        os.kill(os.getpid(), signal.SIGKILL)
    return classify(texts)


def load_always_dying():
    return _always_die


def stop_after(calls, error):
    """Load a classifier that raises after some chunks."""
    left = [calls + 1]  # the first call asks for the columns only

    def stopping(texts):
        left[0] -= 1
        if left[0] < 0:
            raise error
        return classify(texts)

    return lambda: stopping


def options(**more):
    return TableOptions(**{"load": load, "quiet": True, "rows_a_chunk": 10, **more})


def make_table(path, rows=200):
    lines = [f'{index:05d},"第{index}行{"长" * (index % 7)},\n完"\n' for index in range(rows)]
    lines[3:5] = ["坏行\n", "00004, \n"]
    path.write_text("id,text\n" + "".join(lines), encoding="utf-8")
    return path


@pytest.fixture
def table(tmp_path):
    return make_table(tmp_path / "in.csv")


def names(folder):
    return sorted(item.name for item in folder.iterdir())


def test_columns_status_and_counts(table, tmp_path):
    summary = predict_table(table, tmp_path / "out.csv", options())
    lines = (tmp_path / "out.csv").read_text("utf-8").split("\n")
    assert lines[0] == "id,text,label,p_vague,review,status"
    assert lines[7:9] == [",坏行,,,,malformed", "00004, ,,,,empty"]
    assert summary.statuses == {"ok": 198, "malformed": 1, "empty": 1}
    assert sum(summary.labels.values()) == 198
    assert (summary.rows, summary.resumed, summary.encoding) == (200, 0, "utf-8")
    assert not summary.is_clean
    assert names(tmp_path) == ["in.csv", "out.csv"]


def test_prefix_and_clash(tmp_path):
    path = tmp_path / "in.csv"
    path.write_text("label,text\nx,您好\n", "utf-8")
    with pytest.raises(TableError, match=r"'label'.*--prefix"):
        predict_table(path, tmp_path / "out.csv", options())
    predict_table(path, tmp_path / "out.csv", options(prefix="sms_"))
    assert (
        (tmp_path / "out.csv")
        .read_text("utf-8")
        .startswith("label,text,sms_label,sms_p_vague,sms_review,sms_status\n")
    )


def test_the_delimiter_stays_and_tsv_is_tab(tmp_path):
    path = tmp_path / "in.csv"
    path.write_text("id;text\n1;您好\n", "utf-8")
    predict_table(path, tmp_path / "out.csv", options())
    predict_table(path, tmp_path / "out.tsv", options())
    assert (tmp_path / "out.csv").read_text("utf-8").startswith("id;text;label")
    assert (tmp_path / "out.tsv").read_text("utf-8").startswith("id\ttext\tlabel")


def test_mask_covers_malformed_rows_too(tmp_path):
    path = tmp_path / "in.csv"
    path.write_text("id,text\n1,打13800000000\n13800000000\n", "utf-8")
    mask = lambda text: text.replace("13800000000", "***")  # noqa: E731
    predict_table(path, tmp_path / "out.csv", options(mask=mask))
    assert "138" not in (tmp_path / "out.csv").read_text("utf-8")


def test_standard_streams(monkeypatch, capfdbinary, tmp_path):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("短信\n您好\n".encode("gbk"))))
    with capfdbinary.disabled():
        out = io.TextIOWrapper(io.BytesIO())
        monkeypatch.setattr(sys, "stdout", out)
        summary = predict_table(None, None, options())
    assert out.buffer.getvalue().decode() == (
        "短信,label,p_vague,review,status\n您好,legitimate,0.0002,false,ok\n"
    )
    assert summary.encoding == "gb18030"


def test_a_classifier_that_returns_too_few_cells_is_a_bug(table, tmp_path):
    with pytest.raises(ValueError, match="has 0 cells"):
        predict_table(table, tmp_path / "o.csv", options(load=lambda: lambda texts: {"label": []}))


def test_jobs_give_the_same_bytes(table, tmp_path):
    one = predict_table(table, tmp_path / "one.csv", options())
    two = predict_table(table, tmp_path / "two.csv", options(jobs=2))
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "two.csv").read_bytes()
    assert one.labels == two.labels


def test_a_killed_worker_costs_no_row(table, tmp_path):
    predict_table(table, tmp_path / "one.csv", options())
    dying = functools.partial(load_dying, tmp_path / "flag")
    predict_table(table, tmp_path / "two.csv", options(jobs=2, load=dying))
    assert (tmp_path / "flag").exists()
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "two.csv").read_bytes()


@pytest.mark.parametrize(
    ("load", "match"),
    [
        pytest.param(load_failing, "no model at x", id="model-fault-in-a-worker"),
        pytest.param(load_always_dying, "workers keep dying", id="always-dying"),
    ],
)
def test_worker_faults_are_one_line(table, tmp_path, load, match):
    with pytest.raises(TableError, match=match):
        predict_table(table, tmp_path / "out.csv", options(jobs=2, load=load))
    assert names(tmp_path) == ["in.csv"]


@pytest.mark.parametrize("suffix", ["csv", "tsv", "jsonl"])
@pytest.mark.parametrize("chunks", [1, 7, 19])
def test_interrupted_then_resumed_is_byte_for_byte_the_same(table, tmp_path, suffix, chunks):
    whole, out = tmp_path / f"whole.{suffix}", tmp_path / f"out.{suffix}"
    plain = predict_table(table, whole, options())
    with pytest.raises(KeyboardInterrupt, match=r"rows are kept in .*--resume"):
        predict_table(table, out, options(load=stop_after(chunks, KeyboardInterrupt())))
    assert not out.exists()
    with out.with_name(out.name + ".part").open("ab") as file:
        file.write("半行".encode())  # as a kill in the middle of a write leaves it
    resumed = predict_table(table, out, options(resume=True, rows_a_chunk=13))
    assert out.read_bytes() == whole.read_bytes()
    assert resumed.resumed == chunks * 10
    assert (resumed.labels, resumed.statuses, resumed.review) == (
        plain.labels, plain.statuses, plain.review,
    )  # fmt: skip
    assert names(tmp_path) == sorted(["in.csv", whole.name, out.name])


def test_interrupt_before_the_first_chunk_and_in_xlsx_leaves_nothing(table, tmp_path):
    for name, chunks in (("out.csv", 0), ("out.xlsx", 5), ("out.csv.gz", 5), ("o.parquet", 5)):
        with pytest.raises(KeyboardInterrupt, match="nothing is kept"):
            stopping = stop_after(chunks, KeyboardInterrupt())
            predict_table(table, tmp_path / name, options(load=stopping))
    assert names(tmp_path) == ["in.csv"]


def interrupted(table, out, **more):
    with pytest.raises(KeyboardInterrupt):
        predict_table(table, out, options(load=stop_after(3, KeyboardInterrupt()), **more))


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"identity": "other model"}, id="model"),
        pytest.param({"prefix": "sms_"}, id="prefix"),
        pytest.param({"excel": True}, id="excel"),
        pytest.param({"mask": str.upper}, id="mask"),
        pytest.param({"encoding": "utf-8"}, id="encoding"),
    ],
)
def test_resume_refuses_another_model_or_option_and_keeps_the_part(table, tmp_path, change):
    interrupted(table, tmp_path / "out.csv")
    before = names(tmp_path)
    with pytest.raises(TableError, match="without --resume"):
        predict_table(table, tmp_path / "out.csv", options(resume=True, **change))
    assert names(tmp_path) == before


def test_resume_refuses_another_input(table, tmp_path):
    interrupted(table, tmp_path / "out.csv")
    table.write_text(table.read_text("utf-8").replace("第9行", "第x行"), "utf-8")
    with pytest.raises(TableError, match="another input"):
        predict_table(table, tmp_path / "out.csv", options(resume=True))


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda part, note: note.write_text("{"), id="note-cut"),
        pytest.param(lambda part, note: note.unlink(), id="note-gone"),
        pytest.param(lambda part, note: part.write_bytes(b""), id="part-emptied"),
        pytest.param(lambda part, note: part.unlink(), id="part-gone"),
    ],
)
def test_resume_starts_again_when_nothing_can_be_trusted(table, tmp_path, spoil):
    out = tmp_path / "out.csv"
    interrupted(table, out)
    spoil(tmp_path / "out.csv.part", tmp_path / "out.csv.part.json")
    summary = predict_table(table, out, options(resume=True))
    assert summary.resumed == 0
    predict_table(table, tmp_path / "whole.csv", options())
    assert out.read_bytes() == (tmp_path / "whole.csv").read_bytes()


def test_without_resume_an_old_part_is_begun_anew(table, tmp_path):
    interrupted(table, tmp_path / "out.csv")
    assert predict_table(table, tmp_path / "out.csv", options()).resumed == 0
    assert names(tmp_path) == ["in.csv", "out.csv"]


@pytest.mark.parametrize("name", ["out.xlsx", "out.parquet", "out.csv.gz", None])
def test_resume_says_what_it_cannot_do(table, tmp_path, name):
    with pytest.raises(TableError, match="--resume: only"):
        predict_table(table, name and tmp_path / name, options(resume=True))


def test_checkpoint_holds_nothing_of_a_message(table, tmp_path):
    interrupted(table, tmp_path / "out.csv")
    note = json.loads((tmp_path / "out.csv.part.json").read_text("utf-8"))
    assert set(note) == {"identity", "size", "tally"}
    assert set(note["tally"]) == {"rows", "labels", "statuses", "review"}


def test_a_bug_keeps_its_type_and_the_rows_done(table, tmp_path):
    stopping = stop_after(3, RuntimeError("bug"))
    with pytest.raises(RuntimeError, match="bug"):
        predict_table(table, tmp_path / "out.csv", options(load=stopping))
    assert predict_table(table, tmp_path / "out.csv", options(resume=True)).resumed == 30


SCRIPT = """
import resource, sys
from pathlib import Path
from sms_classifier.errors import TableError
from sms_classifier.tables import TableOptions, predict_table
sys.path.insert(0, str(Path({tests!r})))
from test_tables_batch import load
if {limit}:
    resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))
options = TableOptions(load, quiet=True, rows_a_chunk=10, checkpoint_seconds=0)
try:
    predict_table(Path(sys.argv[1]), Path(sys.argv[2]) if sys.argv[2:] else None, options)
except TableError as error:
    print(error, file=sys.stderr)
    sys.exit(2)
"""


def run_script(*arguments, limit=0, **more):
    code = SCRIPT.format(tests=str(Path(__file__).parent), limit=limit)
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True, **more)


@pytest.mark.skipif(sys.platform == "win32", reason="needs file size limits")
def test_full_disk_is_one_line_and_can_be_resumed(tmp_path):
    table = make_table(tmp_path / "in.csv", rows=2_000)
    process = run_script(table, tmp_path / "out.csv", limit=40_000)
    _, message = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "no room left on the disk" in message
    assert "--resume goes on" in message
    assert message.count("\n") == 1
    assert predict_table(table, tmp_path / "out.csv", options(resume=True)).resumed > 0
    predict_table(table, tmp_path / "whole.csv", options())
    assert (tmp_path / "out.csv").read_bytes() == (tmp_path / "whole.csv").read_bytes()


@pytest.mark.parametrize("name", ["out.xlsx", "out.parquet", "out.jsonl.gz"])
def test_full_disk_leaves_nothing_of_what_cannot_be_resumed(tmp_path, name):
    table = make_table(tmp_path / "in.csv", rows=20_000)
    process = run_script(table, tmp_path / name, limit=20_000)
    _, message = process.communicate(timeout=60)
    assert (process.returncode, message.count("\n")) == (2, 1)
    assert "no room left on the disk" in message
    assert names(tmp_path) == ["in.csv"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_full_standard_output_is_one_line(table):
    with Path("/dev/full").open("wb") as full:
        process = run_script(table, stdout=full)
        _, message = process.communicate(timeout=60)
    assert "standard output: no room left" in message


@pytest.mark.parametrize("delay", [0.0, 0.02, 0.05, 0.1, 0.2, 0.4])
def test_kill_nine_then_resume_is_byte_for_byte_the_same(tmp_path, delay):
    table = make_table(tmp_path / "in.csv", rows=20_000)
    process = run_script(table, tmp_path / "out.csv")
    part = tmp_path / "out.csv.part"
    while not part.exists() and process.poll() is None:
        time.sleep(0.001)
    time.sleep(delay)
    process.kill()
    process.communicate()
    predict_table(table, tmp_path / "out.csv", options(resume=True))
    predict_table(table, tmp_path / "whole.csv", options())
    assert (tmp_path / "out.csv").read_bytes() == (tmp_path / "whole.csv").read_bytes()
    assert names(tmp_path) == ["in.csv", "out.csv", "whole.csv"]


def test_two_runs_on_one_target(table, tmp_path):
    other = Part(tmp_path / "out.csv")
    try:
        with pytest.raises(TableError, match="another run is writing"):
            predict_table(table, tmp_path / "out.csv", options())
    finally:
        other.discard()


@pytest.mark.skipif(sys.platform == "win32", reason="needs a terminal of its own")
def test_progress_shows_on_a_terminal_only(table, tmp_path):
    pty, termios = pytest.importorskip("pty"), pytest.importorskip("termios")
    code = SCRIPT.format(tests=str(Path(__file__).parent), limit=0).replace("quiet=True, ", "")
    command = [sys.executable, "-c", code, str(table), str(tmp_path / "out.csv")]
    piped = subprocess.run(command, capture_output=True, check=True)
    assert (piped.stdout, piped.stderr) == (b"", b"")
    reader, writer = pty.openpty()
    termios.tcsetwinsize(writer, (24, 120))
    subprocess.run(command, stderr=writer, check=True)
    shown = os.read(reader, 65_536)
    os.close(reader)
    os.close(writer)
    assert b"200 rows" in shown


def test_nothing_heavy_is_imported_for_csv(table, tmp_path):
    code = (
        SCRIPT.format(tests=str(Path(__file__).parent), limit=0)
        .replace("from test_tables_batch import load", "")
        .replace("load,", 'lambda: lambda texts: {"label": ["x"] * len(texts)},')
    )
    heavy = "('numpy', 'pandas', 'pyarrow', 'sklearn', 'tqdm', 'openpyxl', 'python_calamine')"
    code += f"print([name for name in {heavy} if name in sys.modules])"
    command = [sys.executable, "-c", code, str(table), str(tmp_path / "out.csv")]
    assert subprocess.run(command, capture_output=True, check=True).stdout.strip() == b"[]"


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals")
def test_ctrl_c_with_workers_is_quick_and_resumable(tmp_path):
    table = make_table(tmp_path / "in.csv", rows=20_000)
    code = SCRIPT.format(tests=str(Path(__file__).parent), limit=0)
    code = code.replace("import load", "import load_slow as load").replace("quiet", "jobs=2, quiet")
    script = tmp_path / "script.py"
    code = code.replace("\ntry:", "\nif __name__ == '__main__':\n  try:")
    heed = "import signal\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n"
    script.write_text(heed + code.replace("\nexcept", "\n  except"))  # a background job is deaf
    command = [sys.executable, script, table, tmp_path / "out.csv"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True)
    note = tmp_path / "out.csv.part.json"
    while not note.exists() and process.poll() is None:
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGINT)
    _, message = process.communicate(timeout=30)
    assert "KeyboardInterrupt: interrupted; " in message
    assert message.count("Traceback") == 1
    assert predict_table(table, tmp_path / "out.csv", options(resume=True)).resumed > 0


def _slow(texts):
    time.sleep(0.05)  # a run must still be going when the signal comes, on a busy machine too
    return classify(texts)


def load_slow():
    return _slow
