"""Delimited records: what csv reads is read the same, every fault has one exact outcome."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms_classifier.errors import TableError
from sms_classifier.limits import MAX_RECORD_CHARACTERS
from sms_classifier.tables.lines import LineFeed, split_lines, strip_break
from sms_classifier.tables.read import open_table
from sms_classifier.tables.record import scan_fields
from sms_classifier.tables.write import format_rows

CELLS = st.text(
    st.one_of(st.sampled_from('",;\t\r\n \x00\u2028\ufeff0a好'), st.characters(codec="utf-8")),
    max_size=12,
)
TABLES = st.integers(1, 5).flatmap(
    lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), max_size=12)
)
SOUP = st.text(st.sampled_from('",\r\na1好'), max_size=120)


def read(path, **options):
    with open_table(path, **options) as table:
        chunks = list(table.chunks)
    rows = [row for chunk in chunks for row in chunk.rows]
    return table, rows, [status for chunk in chunks for status in chunk.statuses]


def write(folder, text, name="in.csv"):
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


BODIES = [
    pytest.param("1,a\n2,b\n", [["1", "a"], ["2", "b"]], "oo", id="sound"),
    pytest.param("1,a\r\n2,b\r3,c\n4,d", [["1", "a"], ["2", "b"], ["3", "c"], ["4", "d"]], "oooo",
                 id="mixed-newlines-none-at-the-end"),
    pytest.param('1,"a\r\nb"\n2,c\n', [["1", "a\r\nb"], ["2", "c"]], "oo", id="quoted-line-break"),
    pytest.param('1,"a\n\n\nb"\n', [["1", "a\n\n\nb"]], "o", id="blank-lines-inside-quotes"),
    pytest.param("1\n2,b\n", [["", "1"], ["2", "b"]], "mo", id="too-few"),
    pytest.param("1,a,x\n2,b\n", [["", "1,a,x"], ["2", "b"]], "mo", id="too-many"),
    pytest.param('1,"a\n2,b\n3,c\n', [["", '1,"a'], ["2", "b"], ["3", "c"]], "moo",
                 id="quote-never-closes"),
    pytest.param('1,"a\n2,b\n3,"c\n4,d\n', [["", '1,"a'], ["2", "b"], ["", '3,"c'], ["4", "d"]],
                 "momo", id="two-lone-quotes-do-not-close-each-other"),
    pytest.param('1,"a\n2,b\n3,"c"\n', [["", '1,"a'], ["2", "b"], ["3", "c"]], "moo",
                 id="lone-quote-before-a-quoted-row"),
    pytest.param('1,"a\n2,b\n3,c",x\n', [["", '1,"a'], ["2", "b"], ["", '3,c",x']], "mom",
                 id="stray-quote-closing-later-swallows-no-row"),
    pytest.param('1,"a\nb",x\n2,c\n', [["", '1,"a\nb",x'], ["2", "c"]], "mo",
                 id="too-wide-with-a-line-break-is-one-row"),
    pytest.param('1,"重要"通知\n', [["1", '"重要"通知']], "o", id="text-behind-the-quote-is-kept"),
    pytest.param('1,a"b\n', [["1", 'a"b']], "o", id="quote-inside-a-field"),
    pytest.param('1,"a""b"\n', [["1", 'a"b']], "o", id="doubled-quote"),
    pytest.param("1,a\x00b\n", [["1", "a\x00b"]], "o", id="nul"),
    pytest.param("1,\ufeffa\n", [["1", "\ufeffa"]], "o", id="mark-in-the-middle"),
    pytest.param("1,a\u2028b\x85c\x0bd\n", [["1", "a\u2028b\x85c\x0bd"]], "o",
                 id="unicode-line-separators-are-text"),
    pytest.param("007,NA\n1234567890123456789,null\n",
                 [["007", "NA"], ["1234567890123456789", "null"]], "oo", id="cells-survive"),
    pytest.param("1,\n2, \u3000\n", [["1", ""], ["2", " \u3000"]], "ee", id="empty"),
    pytest.param("1,a\n\n2,b\n\n\n", [["1", "a"], ["", ""], ["2", "b"]], "omo",
                 id="blank-line-inside-is-a-row-at-the-end-not"),
    pytest.param("1," + "长" * 10_001 + "\n", [["1", "长" * 10_001]], "t", id="too-long"),
    pytest.param("1," + "长" * 2**20 + "\n2,b\n", [["1", "长" * 2**20], ["2", "b"]], "to",
                 id="megabyte-cell"),
    pytest.param('1,"' + "长" * 200_000 + '"\n', [["1", "长" * 200_000]], "t",
                 id="over-csv-field-limit"),
]  # fmt: skip
LETTERS = {"o": "ok", "m": "malformed", "e": "empty", "t": "too_long"}


@pytest.mark.parametrize("rows_a_chunk", [1, 2, 2_000])
@pytest.mark.parametrize(("body", "rows", "letters"), BODIES)
def test_each_line_has_its_exact_row_and_status(tmp_path, body, rows, letters, rows_a_chunk):
    path = write(tmp_path, "id,text\n" + body)
    _, found, statuses = read(path, rows_a_chunk=rows_a_chunk)
    assert found == rows
    assert statuses == [LETTERS[letter] for letter in letters]


@given(rows=TABLES)
def test_what_format_rows_writes_csv_reads_back(rows):
    assert list(csv.reader(io.StringIO(format_rows(rows, ","), newline=""))) == [
        row if row != [""] else [] for row in rows
    ]


@given(rows=TABLES)
def test_careful_scan_agrees_with_csv(rows):
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows(rows)
    feed = LineFeed(split_lines([text.getvalue()], "t"))
    scanned = [scan_fields(line, feed, delimiter=",", most=9) for line in feed]
    assert scanned == rows


@given(rows=TABLES.filter(bool), rows_a_chunk=st.integers(1, 5))
def test_a_table_survives_writing_and_reading(tmp_path_factory, rows, rows_a_chunk):
    header = ["text", *(f"c{index}" for index in range(1, len(rows[0])))]
    padded = [["x" if len(row) == 1 and not row[0] else row[0], *row[1:]] for row in rows]
    path = write(tmp_path_factory.mktemp("t"), format_rows([header, *padded], ","))
    assert read(path, rows_a_chunk=rows_a_chunk)[1] == padded


@given(body=SOUP, rows_a_chunk=st.integers(1, 4))
def test_any_soup_gives_rows_of_the_right_width_and_loses_no_character(
    tmp_path_factory, body, rows_a_chunk
):
    path = write(tmp_path_factory.mktemp("t"), "id,text\n" + body)
    _, rows, statuses = read(path, rows_a_chunk=rows_a_chunk)
    assert {len(row) for row in rows} <= {2}
    kept = sum(cell.count("好") + cell.count("a") for row in rows for cell in row)
    assert kept == body.count("好") + body.count("a")
    assert (rows, statuses) == read(path, rows_a_chunk=1_000)[1:]


@given(blocks=st.lists(st.text(st.sampled_from("a\r\n\u2028"), max_size=5)))
def test_lines_do_not_depend_on_blocks(blocks):
    whole = "".join(blocks)
    lines = list(split_lines(blocks, "t"))
    assert lines == list(split_lines([whole], "t"))
    assert whole.startswith("".join(lines))
    assert set(whole[len("".join(lines)) :]) <= {"\r", "\n"}
    assert not any("\n" in strip_break(line) for line in lines)


def test_a_lone_quote_is_given_up_after_a_bounded_number_of_characters(tmp_path):
    line = "2," + "好" * 1_000 + "\n"
    count = 2 * MAX_RECORD_CHARACTERS // len(line)
    path = write(tmp_path, 'id,text\n1,"a\n' + line * count)
    _, rows, statuses = read(path)
    assert rows[0] == ["", '1,"a']
    assert statuses == ["malformed", *["ok"] * count]


def test_hostile_quotes_cost_linear_time(tmp_path):
    line = 'x",",\n'  # opens a quote when it begins a record, and never ends one that is open
    path = write(tmp_path, "id,text\n" + line * 20_000)
    _, rows, statuses = read(path)
    assert statuses == ["malformed"] * 20_000
    assert rows[0] == ["", 'x",",']


@pytest.mark.parametrize(
    ("name", "header", "delimiter"),
    [
        pytest.param("a.csv", "id,text,x", ",", id="comma"),
        pytest.param("a.csv", "id;text;x", ";", id="semicolon"),
        pytest.param("a.csv", "id\ttext\tx", "\t", id="tab"),
        pytest.param("a.csv", 'id;text;"x,y,z"', ";", id="commas-in-quotes-do-not-count"),
        pytest.param("a.tsv", "id\ttext,a,b\ttext", "\t", id="tsv-is-always-tab"),
        pytest.param("a.csv", "text", ",", id="one-column"),
    ],
)
def test_delimiter(tmp_path, name, header, delimiter):
    table, _, _ = read(write(tmp_path, header + "\n", name))
    assert table.delimiter == delimiter


@pytest.mark.parametrize(
    ("header", "wanted", "index"),
    [
        pytest.param("sms,text", None, 1, id="text-comes-before-sms"),
        pytest.param("编号,短信内容", None, 1, id="chinese"),
        pytest.param("ID, TEXT ", None, 1, id="case-and-blanks"),
        pytest.param("text,body", "body", 1, id="wanted"),
        pytest.param("text,text", None, 0, id="duplicate-takes-the-first"),
        pytest.param('\n\n"te""xt","te\nxt",content', None, 2, id="quotes-in-the-header"),
    ],
)
def test_text_column(tmp_path, header, wanted, index):
    table, _, _ = read(write(tmp_path, header + "\n"), text_column=wanted)
    assert table.text_index == index


@pytest.mark.parametrize(
    ("content", "options", "match"),
    [
        pytest.param("", {}, "is empty", id="empty"),
        pytest.param("\n\r\n\n", {}, "is empty", id="line-breaks-only"),
        pytest.param("\ufeff", {}, "is empty", id="mark-only"),
        pytest.param("id,x\n1,2\n", {}, "--text-column", id="no-text-column"),
        pytest.param("id,text\n", {"text_column": "body"}, "no column 'body'", id="wanted-missing"),
        pytest.param('"id,text\n1,2\n', {}, "header line never closes", id="quote-in-the-header"),
    ],
)
def test_refused(tmp_path, content, options, match):
    with pytest.raises(TableError, match=match):
        read(write(tmp_path, content), **options)


def test_a_message_in_place_of_a_header_is_not_printed_whole(tmp_path):
    message = "【某银行】您尾号1234的信用卡本期应还1280元，请尽快还款，详询95555"
    with pytest.raises(TableError) as caught:
        read(write(tmp_path, message + "\n"))
    assert "95555" not in str(caught.value)


def test_header_only(tmp_path):
    table, rows, _ = read(write(tmp_path, "id,text"))
    assert (table.columns, rows) == (("id", "text"), [])


def test_missing_and_unknown(tmp_path):
    with pytest.raises(TableError, match="no such file"):
        read(tmp_path / "none.csv")
    with pytest.raises(TableError, match="suffix"):
        read(Path("a.docx"))
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(TableError, match="folder"):
        read(tmp_path / "folder.csv")
