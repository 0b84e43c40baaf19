"""Tables under fire: for each hostile input or target the exact outcome, never a lost row."""

import datetime
import gzip
import os
import stat

import openpyxl
import pyarrow
import pyarrow.parquet
import pytest

from sms_classifier.errors import TableError
from sms_classifier.tables import TableOptions, predict_table


def load():
    return lambda texts: {"label": [f"{len(text)}" for text in texts]}


def predict(source, target, **more):
    options = TableOptions(**{"load": load, "quiet": True, "rows_a_chunk": 7, **more})
    return predict_table(source, target, options)


def parquet_bytes(folder):
    path = folder / "made.parquet"
    table = pyarrow.table({"text": [f"第{index}行" * 50 for index in range(5_000)]})
    pyarrow.parquet.write_table(table, path, compression="none", use_dictionary=False)
    data = path.read_bytes()
    path.unlink()
    return data


def zeroed_parquet(folder):
    return b"PAR1" + bytes(20_000) + parquet_bytes(folder)[20_004:]


def parquet_of_bytes(folder, columns):
    """A table whose names or texts are no UTF-8, as other programs may write it."""
    path = folder / "made.parquet"
    table = pyarrow.table({name: pyarrow.array([cell]).view("string") for name, cell in columns.items()})
    pyarrow.parquet.write_table(table, path)
    data = path.read_bytes()
    path.unlink()
    return data


SOUND = "".join(f"{index:04d},第{index}行\n" for index in range(1_000))
INPUTS = [
    pytest.param("id,text\n1,a\r\n2,b\r3,c\n", ["1,a,1,ok", "2,b,1,ok", "3,c,1,ok"], id="newlines"),
    pytest.param("id,text\n1,a\0\n\0,b\n", ["1,a\0,2,ok", "\0,b,1,ok"], id="nul"),
    pytest.param('id,text\n1,"a\n2,b\n', [',"1,""a",,malformed', "2,b,1,ok"], id="lone-quote"),
    pytest.param("id,text\n1\n1,2,3\n2,b\n", [",1,,malformed", ',"1,2,3",,malformed', "2,b,1,ok"],
                 id="ragged"),
    pytest.param("text,text,text\n1,2,3\n", ["1,2,3,1,ok"], id="duplicate-headers"),
    pytest.param("id,text\n", [], id="header-only"),
    pytest.param("id,text\n1,a\n\ufeffid,text\n2,b\n",
                 ["1,a,1,ok", "\ufeffid,text,4,ok", "2,b,1,ok"], id="mark-in-the-middle"),
    pytest.param("id,text\n1," + "长" * 350_000 + "\n2,b\n",
                 ["1," + "长" * 350_000 + ",,too_long", "2,b,1,ok"], id="megabyte-cell"),
    pytest.param("id,text\n1,\u3000\n", ["1,\u3000,,empty"], id="blank-text"),
    pytest.param("编号；,短信\n１,Ａ\n", ["１,Ａ,1,ok"], id="full-width"),
    pytest.param("a,b,text\n" + '"","",\n' * 3, [",,,,empty"] * 3, id="empty-quotes"),
    pytest.param("text\n" + '"""",\n' * 2, ['""""""""",",,malformed'] * 2, id="quotes-only"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "lines"), INPUTS)
def test_hostile_text(tmp_path, content, lines):
    (tmp_path / "in.csv").write_bytes(content.encode())
    summary = predict(tmp_path / "in.csv", tmp_path / "out.csv")
    body = (tmp_path / "out.csv").read_bytes().decode().split("\n")[1:-1]
    assert body == lines
    assert summary.rows == len(lines)


def test_header_only_gives_json_lines_without_a_line(tmp_path):
    """Found by fuzzing: no row, and a format without a header."""
    (tmp_path / "in.csv").write_text("id,text\n", "utf-8")
    assert predict(tmp_path / "in.csv", tmp_path / "out.jsonl").rows == 0
    assert (tmp_path / "out.jsonl").read_bytes() == b""


def test_workbook_of_formulas_and_dates(tmp_path):
    """A formula counts as what it last gave, a date as it is written; numbers keep their form."""
    book = openpyxl.Workbook()
    book.active.append(["id", "text", "when", "sum"])
    book.active.append(["007", "您好", datetime.date(2026, 8, 15), 1280.5])
    book.active.append(["008", "=1+1", datetime.datetime(2026, 8, 15, 12, 30), 12])
    book.save(tmp_path / "in.xlsx")
    predict(tmp_path / "in.xlsx", tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_text("utf-8").splitlines()[1:] == [
        "007,您好,2026-08-15,1280.5,2,ok",
        "008,,2026-08-15 12:30:00,12,,empty",
    ]


def test_jsonl_with_escapes_that_no_file_can_hold(tmp_path):
    (tmp_path / "in.jsonl").write_text('{"text": "a\\ud800"}\n{"text": "b\\u0000"}\n', "utf-8")
    summary = predict(tmp_path / "in.jsonl", tmp_path / "out.csv")
    assert summary.rows == 2
    assert len((tmp_path / "out.csv").read_bytes().decode("utf-8").splitlines()) == 3


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "big5"])
def test_five_encodings_give_the_same_output(tmp_path, encoding):
    text = "id,text\n" + "".join(f"{index:05d},您好，第{index}行\n" for index in range(30_000))
    (tmp_path / "in.csv").write_bytes(text.encode(encoding))
    predict(tmp_path / "in.csv", tmp_path / "out.csv", rows_a_chunk=2_000,
            encoding="big5" if encoding == "big5" else None)  # fmt: skip
    lines = (tmp_path / "out.csv").read_text("utf-8").splitlines()
    assert [line.rsplit(",", 2)[0] for line in lines[1:]] == text.splitlines()[1:]


def test_thirty_columns_of_tsv(tmp_path):
    names = [f"列{index}" for index in range(29)]
    rows = [[f"{row:03d}{column}" for column in range(29)] + ['您好, "a"'] for row in range(50)]
    lines = ["\t".join([*names, "内容"]), *("\t".join(row) for row in rows)]
    (tmp_path / "in.tsv").write_text("\n".join(lines), "utf-8")
    summary = predict(tmp_path / "in.tsv", tmp_path / "out.tsv")
    assert summary.statuses == {"ok": 50}


FAULTS = [
    pytest.param("in.csv", lambda folder: b"", "is empty", id="empty"),
    pytest.param("in.csv.gz", lambda folder: gzip.compress(SOUND.encode())[:-300],
                 "in.csv.gz: ", id="truncated-gzip-without-header"),
    pytest.param("in.csv.gz", lambda folder: gzip.compress(("id,text\n" + SOUND).encode())[:-300],
                 "too early", id="truncated-gzip"),
    pytest.param("in.parquet", lambda folder: parquet_bytes(folder)[:-100], "not a sound parquet",
                 id="truncated-parquet"),
    pytest.param("in.parquet", zeroed_parquet,
                 "not a sound parquet", id="zeroed-parquet"),
    pytest.param("in.parquet", lambda folder: parquet_of_bytes(folder, {"text": b"\xe6\x82"}),
                 "not a sound parquet", id="parquet-text-no-utf-8"),
    pytest.param("in.parquet", lambda folder: parquet_of_bytes(folder, {"text": b"a", "n\u00e9": b"b"})
                 .replace("n\u00e9".encode(), b"n\xe9\xe9"),
                 "not a sound parquet", id="parquet-name-no-utf-8"),
    pytest.param("in.xlsx", lambda folder: b"id,text\n", "not a sound xlsx", id="csv-called-xlsx"),
    pytest.param("in.csv", lambda folder: ("id,text\n" + SOUND).encode() + b"1,\xff\n",
                 "is not UTF-8", id="late-bad-byte"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "make", "match"), FAULTS)
def test_unsound_input_is_one_line_and_the_old_target_stays(tmp_path, name, make, match):
    (tmp_path / name).write_bytes(make(tmp_path))
    (tmp_path / "out.csv").write_text("old")
    with pytest.raises(TableError, match=match) as caught:
        predict(tmp_path / name, tmp_path / "out.csv", checkpoint_seconds=0)
    assert "\n" not in str(caught.value)
    assert (tmp_path / "out.csv").read_text() == "old"
    assert sorted(item.name for item in tmp_path.iterdir()) == sorted([name, "out.csv"])


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "in.csv"
    path.write_text("id,text\n" + SOUND, "utf-8")
    return path


def grow(path):
    with path.open("a", encoding="utf-8") as file:
        file.write("x,y\n")


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(grow, id="growing"),
        pytest.param(lambda path: os.truncate(path, 3_000), id="shrinking"),
    ],
)
def test_input_that_changes_while_read(tmp_path, source, change):
    def load_changing():
        change(source)
        return load()

    with pytest.raises(TableError, match="changed while it was read"):
        predict(source, tmp_path / "out.csv", load=load_changing)
    assert [item.name for item in tmp_path.iterdir()] == ["in.csv"]


@pytest.mark.skipif(os.name == "nt", reason="an open file cannot be removed there")
def test_input_that_vanishes_once_open_is_read_to_its_end(tmp_path, source):
    def load_removing():
        source.unlink()
        return load()

    assert predict(source, tmp_path / "out.jsonl.gz", load=load_removing).rows == 1_000


def test_symlinked_target_is_written_through_and_stays_a_link(tmp_path, source):
    (tmp_path / "real").mkdir()
    real = tmp_path / "real" / "data.csv"
    real.write_text("old")
    real.chmod(0o640)
    link = tmp_path / "out.csv"
    link.symlink_to(real)
    predict(source, link)
    assert link.is_symlink()
    assert real.read_text("utf-8").startswith("id,text,label")
    assert stat.S_IMODE(real.stat().st_mode) == 0o640


def test_dangling_and_circular_links(tmp_path, source):
    (tmp_path / "out.csv").symlink_to(tmp_path / "new.csv")
    predict(source, tmp_path / "out.csv")
    assert (tmp_path / "new.csv").is_file()
    (tmp_path / "loop.csv").symlink_to(tmp_path / "loop.csv")
    with pytest.raises(TableError, match="leads back to itself"):
        predict(source, tmp_path / "loop.csv")


def read_only(folder):
    (folder / "out.csv").write_text("old")
    (folder / "out.csv").chmod(0o444)
    return folder / "out.csv"


def part_is_a_link(folder):
    (folder / "out.csv.part").symlink_to(folder / "elsewhere")
    return folder / "out.csv"


def a_pipe(folder):
    os.mkfifo(folder / "out.csv")
    return folder / "out.csv"


@pytest.mark.parametrize(
    ("make", "match"),
    [
        pytest.param(read_only, "is read-only", id="read-only"),
        pytest.param(lambda folder: folder / "none" / "out.csv", "no folder", id="no-folder"),
        pytest.param(
            lambda folder: folder / "in.csv" / "out.csv", "no folder", id="file-as-folder"
        ),
        pytest.param(lambda folder: folder / "in.csv", "is the input itself", id="input-itself"),
        pytest.param(part_is_a_link, "cannot be written", id="planted-link"),
        pytest.param(a_pipe, "not a regular file", id="pipe"),
        pytest.param(lambda folder: folder / "out.doc", "suffix", id="unknown-suffix"),
        pytest.param(lambda folder: folder / ("x" * 300 + ".csv"), "cannot be written", id="long"),
    ],
)
def test_unusable_target_is_one_line_before_any_work(tmp_path, source, make, match):
    target = make(tmp_path)

    with pytest.raises(TableError, match=match) as caught:
        predict(source, target)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "elsewhere").exists()
    assert source.read_text("utf-8").endswith("第999行\n")
