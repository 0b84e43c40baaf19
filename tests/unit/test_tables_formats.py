"""JSON lines, spreadsheets and parquet: values as they were spelt, added columns with types."""

import datetime
import io
import json

import openpyxl
import pyarrow
import pyarrow.parquet
import pytest
import python_calamine
from hypothesis import given
from hypothesis import strategies as st

from sms_classifier.errors import TableError
from sms_classifier.tables import TableOptions, predict_table, workbook
from sms_classifier.tables.chunk import Chunk
from sms_classifier.tables.formats import Format
from sms_classifier.tables.read import open_table
from sms_classifier.tables.write import Layout, defuse, open_sink


def load():
    def classify(texts):
        return {
            "label": ["vague" for _ in texts],
            "confidence": ["0.9000" for _ in texts],
            "review": ["true" for _ in texts],
        }

    return classify


def predict(source, target, **options):
    return predict_table(source, target, TableOptions(load, quiet=True, **options))


def read(path):
    with open_table(path) as table:
        chunks = list(table.chunks)
    rows = [row for chunk in chunks for row in chunk.rows]
    return table.columns, rows, [status for chunk in chunks for status in chunk.statuses]


def write_lines(path, *lines):
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    return path


def test_json_lines_keep_every_value(tmp_path):
    lines = (
        '{"id": 1.10, "text": "您好", "big": 123456789012345678901234567890, "n": null}',
        '{"text": "a\\u2028b\\ud83d", "id": "007", "more": {"x": [1.50, true, "y"]}}',
    )
    predict(write_lines(tmp_path / "in.jsonl", *lines), tmp_path / "out.jsonl")
    assert (tmp_path / "out.jsonl").read_text("utf-8").split("\n") == [
        '{"id": 1.10, "text": "您好", "big": 123456789012345678901234567890, "n": null, '
        '"label": "vague", "confidence": 0.9000, "review": true, "status": "ok"}',
        '{"id": "007", "text": "a\u2028b\\ud83d", "more": {"x": [1.50, true, "y"]}, '
        '"label": "vague", "confidence": 0.9000, "review": true, "status": "ok"}',
        "",
    ]


@pytest.mark.parametrize(
    ("line", "cells", "status"),
    [
        pytest.param('{"id": 1, "text": "a"}', ["1", "a"], "ok", id="sound"),
        pytest.param('{"id": 1, "text": null}', ["1", "null"], "empty", id="null"),
        pytest.param('{"id": 1}', ["1", ""], "empty", id="absent"),
        pytest.param('{"id": 1, "text": 95555}', ["1", "95555"], "ok", id="number"),
        pytest.param('{"id": 1, "text": ["a"]}', ["", '{"id": 1, "text": ["a"]}'], "malformed",
                     id="nested"),
        pytest.param('{"id": 1, "text": "{["}', ["1", "{["], "ok", id="text-like-nested"),
        pytest.param('{"id": 1, "text', ["", '{"id": 1, "text'], "malformed", id="cut"),
        pytest.param("[1]", ["", "[1]"], "malformed", id="no-object"),
        pytest.param("", ["", ""], "malformed", id="blank"),
        pytest.param("[" * 100_000, ["", "[" * 100_000], "malformed", id="deep"),
        pytest.param('{"id": 1, "text": "a\x00\tb"}', ["1", "a\x00\tb"], "ok", id="raw-controls"),
    ],
)  # fmt: skip
def test_json_line(tmp_path, line, cells, status):
    path = write_lines(tmp_path / "in.jsonl", '{"id": 0, "text": "x"}', line, "{}")
    _, rows, statuses = read(path)
    assert (rows[1], statuses) == (cells, ["ok", status, "empty"])


def test_json_keys_that_come_late_are_columns(tmp_path):
    lines = [json.dumps({"text": "a"})] * 2_500 + ['{"text": "b", "late": 1}']
    columns, rows, statuses = read(write_lines(tmp_path / "in.jsonl", *lines))
    assert columns == ("text", "late")
    assert rows[-1] == ["b", "1"]
    assert set(statuses) == {"ok"}


def test_json_to_csv_has_no_null(tmp_path):
    lines = ('{"id": 1.10, "text": "null", "n": null}', '{"text": "b"}')
    predict(write_lines(tmp_path / "in.jsonl", *lines), tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_text("utf-8").splitlines()[1:] == [
        "1.10,null,,vague,0.9000,true,ok",
        ",b,,vague,0.9000,true,ok",
    ]


def test_rows_that_are_not_ok_have_null_where_json_has_types(tmp_path):
    path = tmp_path / "in.csv"
    path.write_text("text\n \n", "utf-8")
    predict(path, tmp_path / "out.jsonl")
    assert json.loads((tmp_path / "out.jsonl").read_text("utf-8")) == {
        "text": " ", "label": "", "confidence": None, "review": None, "status": "empty",
    }  # fmt: skip


def make_workbook(path, *rows, hidden=False):
    book = openpyxl.Workbook()
    sheet = book.active
    if hidden:
        sheet.append(["secret"])
        sheet.sheet_state = "hidden"
        sheet = book.create_sheet("shown")
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


def test_spreadsheet_values_read_as_a_user_sees_them(tmp_path):
    path = make_workbook(
        tmp_path / "in.xlsx",
        ["id", "text", "day", "at", "number", "truth"],
        [
            "007",
            "您好",
            datetime.date(2026, 11, 23),
            datetime.datetime(2026, 1, 2, 3, 4, 5),
            1.5,
            1,
        ],
        [13800000000, "NA", None, None, 1e20, True],
        [None, None, None, None, None, None],
        ["x", "a\nb", None, None, 0.1, False],
        hidden=True,
    )
    _, rows, statuses = read(path)
    assert rows == [
        ["007", "您好", "2026-11-23", "2026-01-02 03:04:05", "1.5", "1"],
        ["13800000000", "NA", "", "", "1e+20", "TRUE"],
        ["", "", "", "", "", ""],
        ["x", "a\nb", "", "", "0.1", "FALSE"],
    ]
    assert statuses == ["ok", "ok", "empty", "ok"]


def test_a_formula_reads_as_its_last_value_or_as_empty(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["text"])
    book.active.append(['="a"&"b"'])
    book.active.append(["c"])
    book.save(tmp_path / "in.xlsx")
    assert read(tmp_path / "in.xlsx")[1:] == ([[""], ["c"]], ["empty", "ok"])


def test_spreadsheet_out_is_read_by_others_with_types_and_without_formulas(tmp_path):
    path = tmp_path / "in.csv"
    text = '=1+1 <&> "q"\r\n𠀀 \x01 _x0041_'
    path.write_text('id,text\n007,"' + text.replace('"', '""') + '"\n', "utf-8", newline="")
    predict(path, tmp_path / "out.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    header, row = sheet.iter_rows()
    assert [cell.value for cell in header][-4:] == ["label", "confidence", "review", "status"]
    assert [cell.data_type for cell in row] == ["s", "s", "s", "n", "b", "s"]
    assert [cell.value for cell in row][3:5] == [0.9, True]
    assert read(tmp_path / "out.xlsx")[1][0][:2] == ["007", text]


@given(cell=st.text(st.characters(codec="utf-8"), min_size=1, max_size=30))
def test_any_cell_survives_a_workbook(cell):
    file = io.BytesIO()
    sink = open_sink(Format("xlsx"), file, Layout(("text",), 0, {"status": "string"}), "t")
    sink.begin()
    sink.add(Chunk([[cell]], [cell], ["ok"]), [["ok"]])
    sink.finish()
    file.seek(0)
    book = python_calamine.CalamineWorkbook.from_filelike(file)
    found = book.get_sheet_by_index(0).to_python()[1][0]
    assert str(found) == cell


@pytest.mark.parametrize(
    ("body", "match"),
    [
        pytest.param("text\n" + "a" * 32_768 + "\n", "32,767", id="cell-too-long"),
        pytest.param("text\n" + "a\n" * 50, "holds 50 rows", id="too-many-rows"),
    ],
)
def test_what_a_sheet_cannot_hold_is_refused(tmp_path, monkeypatch, body, match):
    monkeypatch.setattr(workbook, "MAX_ROWS", 50)  # the header counts; a million take long
    path = tmp_path / "in.csv"
    path.write_text(body, "utf-8")
    with pytest.raises(TableError, match=match):
        predict(path, tmp_path / "out.xlsx")
    assert [item.name for item in tmp_path.iterdir()] == ["in.csv"]


def test_parquet_keeps_types_and_gets_typed_columns(tmp_path):
    table = pyarrow.table(
        {
            "id": pyarrow.array([7, None], pyarrow.int16()),
            "短信": pyarrow.array(["您好", None], pyarrow.large_string()),
            "tags": [["a"], []],
            "kind": pyarrow.array(["x", "y"]).dictionary_encode(),
            "at": [datetime.datetime(2026, 1, 2), None],
        }
    )
    pyarrow.parquet.write_table(table, tmp_path / "in.parquet")
    predict(tmp_path / "in.parquet", tmp_path / "out.parquet", rows_a_chunk=1)
    found = pyarrow.parquet.read_table(tmp_path / "out.parquet")
    assert found.select(table.column_names).to_pydict() == table.to_pydict()
    assert found.schema.field("id").type == pyarrow.int16()
    assert found.schema.field("短信").type == pyarrow.large_string()
    assert found["status"].to_pylist() == ["ok", "empty"]
    assert found["confidence"].to_pylist() == [0.9, None]
    assert found["review"].to_pylist() == [True, None]


def test_parquet_to_csv_and_mask(tmp_path):
    table = pyarrow.table({"id": [1, 2], "text": ["打13800000000", None], "b": [True, None]})
    pyarrow.parquet.write_table(table, tmp_path / "in.parquet")
    mask = lambda text: text.replace("13800000000", "***")  # noqa: E731
    predict(tmp_path / "in.parquet", tmp_path / "out.csv", mask=mask)
    predict(tmp_path / "in.parquet", tmp_path / "out.parquet", mask=mask)
    assert (tmp_path / "out.csv").read_text("utf-8").splitlines()[1:] == [
        "1,打***,true,vague,0.9000,true,ok",
        "2,,,,,,empty",
    ]
    found = pyarrow.parquet.read_table(tmp_path / "out.parquet")
    assert found["text"].to_pylist() == ["打***", ""]


@pytest.mark.parametrize("name", ["in.csv", "in.jsonl", "in.xlsx", "in.parquet", "in.tsv"])
@pytest.mark.parametrize("suffix", ["csv", "tsv", "jsonl", "xlsx", "parquet", "csv.gz", "jsonl.gz"])
def test_every_format_to_every_other(tmp_path, name, suffix):
    first = tmp_path / "first.csv"
    first.write_text('编号,短信\n007,"您好,\n再见"\n8,NA\n', "utf-8")
    with open_table(first) as table:
        (chunk,) = table.chunks
    with (tmp_path / name).open("wb") as file:
        layout = Layout(table.columns, 1, {"x": "string"}, "\t" if name == "in.tsv" else ",")
        sink = open_sink(Format(name.split(".")[1]), file, layout, name)
        sink.begin()
        sink.add(chunk, [["1", "2"]])
        sink.finish()
    summary = predict(tmp_path / name, tmp_path / f"out.{suffix}")
    columns, rows, _ = read(tmp_path / f"out.{suffix}")
    assert columns == ("编号", "短信", "x", "label", "confidence", "review", "status")
    assert [row[:4] for row in rows] == [
        ["007", "您好,\n再见", "1", "vague"],
        ["8", "NA", "2", "vague"],
    ]
    assert summary.rows == 2


@pytest.mark.parametrize(
    ("cell", "defused"),
    [
        pytest.param(cell, risky, id=repr(cell))
        for cell, risky in [
            ("=1+1", True), ("+1", True), ("-1", True), ("@a", True), ("\ta", True), ("\ra", True),
            ("\na", True), ("＝1", True), ("＋1", True), ("－1", True), ("＠a", True),
            ("  =1", True), ("\u3000＝1", True), (" \ta", True), ("\ufeff=1", True),
            ("", False), (" ", False), ("a=1", False), ("您好", False), ("'=1", False),
        ]
    ],
)  # fmt: skip
def test_defuse(cell, defused):
    assert defuse(cell) == ("'" + cell if defused else cell)


def test_excel_option_touches_csv_and_only_when_given(tmp_path):
    path = tmp_path / "in.csv"
    path.write_text("=id,text\n-1,＝您好\n", "utf-8")
    predict(path, tmp_path / "plain.csv")
    predict(path, tmp_path / "excel.csv", excel=True)
    assert (tmp_path / "plain.csv").read_text("utf-8").startswith("=id,text,label")
    assert (tmp_path / "excel.csv").read_text("utf-8").splitlines()[1].startswith("'-1,'＝您好,")
    assert (tmp_path / "excel.csv").read_bytes().startswith(b"\xef\xbb\xbf'=id,")


@pytest.mark.parametrize("suffix", ["jsonl", "parquet"])
def test_one_name_twice_does_not_fit_where_names_are_keys(tmp_path, suffix):
    path = tmp_path / "in.csv"
    path.write_text("id,id,text\n1,2,a\n", "utf-8")
    with pytest.raises(TableError, match="'id' stands twice"):
        predict(path, tmp_path / f"out.{suffix}")
    assert [item.name for item in tmp_path.iterdir()] == ["in.csv"]


@pytest.mark.parametrize(
    ("name", "data", "match"),
    [
        pytest.param("in.jsonl", b"", "no JSON object", id="empty-jsonl"),
        pytest.param("in.jsonl", b"[1]\n", "no JSON object", id="no-object"),
        pytest.param("in.xlsx", b"", "not a sound xlsx", id="empty-xlsx"),
        pytest.param("in.xlsx", b"PK\x03\x04" + b"x" * 99, "not a sound xlsx", id="broken-xlsx"),
        pytest.param("in.parquet", b"", "not a sound parquet", id="empty-parquet"),
        pytest.param("in.parquet", b"PAR1" + b"x" * 99, "not a sound parquet", id="no-parquet"),
    ],
)
def test_refused(tmp_path, name, data, match):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(TableError, match=match) as caught:
        read(tmp_path / name)
    assert "\n" not in str(caught.value)


def test_empty_sheet_and_header_only(tmp_path):
    with pytest.raises(TableError, match="is empty"):
        read(make_workbook(tmp_path / "none.xlsx"))
    predict(make_workbook(tmp_path / "head.xlsx", ["text"]), tmp_path / "out.parquet")
    assert pyarrow.parquet.read_table(tmp_path / "out.parquet").num_rows == 0
