"""Encodings: what is found out, what is obeyed, and which byte is named."""

import codecs
import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms_classifier.errors import TableError
from sms_classifier.tables import encoding as module
from sms_classifier.tables.encoding import decode
from sms_classifier.tables.origin import open_origin

MESSAGE = "【某银行】您尾号1234的信用卡本期应还1280.50元，请于11月25日前还款。"
ASCII = "id,text\n" + "1,ok\n" * (module._BLOCK_BYTES // 5 + 10)


def decoded(folder, data, encoding=None, name="in.csv", gzipped=False):
    path = folder / name
    path.write_bytes(data)
    with open_origin(path, gzipped=gzipped) as origin:
        return "".join(decode(origin, encoding)), origin.encoding


@pytest.mark.parametrize(
    ("data", "given_encoding", "found"),
    [
        pytest.param(MESSAGE.encode(), None, "utf-8", id="utf-8"),
        pytest.param(MESSAGE.encode("utf-8-sig"), None, "utf-8", id="utf-8-mark"),
        pytest.param(MESSAGE.encode("gb18030"), None, "gb18030", id="gb18030"),
        pytest.param(MESSAGE.encode("gbk"), None, "gb18030", id="gbk"),
        pytest.param(MESSAGE.encode("utf-16"), None, "utf-16", id="utf-16"),
        pytest.param(codecs.BOM_UTF16_BE + MESSAGE.encode("utf-16-be"), None, "utf-16", id="be"),
        pytest.param(MESSAGE.encode("utf-32"), None, "utf-32", id="utf-32"),
        pytest.param(MESSAGE.encode("utf-16-le"), "utf-16-le", "utf-16-le", id="told-utf-16-le"),
        pytest.param(codecs.BOM_UTF8 + MESSAGE.encode(), "utf-8", "utf-8", id="told-with-mark"),
    ],
)
def test_encoding(tmp_path, data, given_encoding, found):
    assert decoded(tmp_path, data, given_encoding) == (MESSAGE, found)


def test_big5_when_told(tmp_path):
    assert decoded(tmp_path, "您好，請還款".encode("big5"), "big5")[0] == "您好，請還款"


def test_only_the_leading_mark_is_dropped(tmp_path):
    assert decoded(tmp_path, "\ufeffa\ufeffb".encode())[0] == "a\ufeffb"


@pytest.mark.parametrize("name", ["utf-8", "gb18030"])
def test_the_choice_waits_for_the_first_byte_that_is_not_ascii(tmp_path, name):
    text = ASCII + MESSAGE
    assert decoded(tmp_path, text.encode(name)) == (text, name)


@given(text=st.text(st.sampled_from("您好还款a,\n😀𠀀"), max_size=50), shift=st.integers(0, 9))
def test_characters_cut_by_a_block_are_whole(tmp_path_factory, text, shift):
    whole = "x" * (module._BLOCK_BYTES - shift) + text
    assert decoded(tmp_path_factory.mktemp("t"), whole.encode())[0] == whole


@pytest.mark.parametrize(
    ("data", "given_encoding", "match"),
    [
        pytest.param((ASCII + MESSAGE * 2_000).encode() + b"\xff!", None, "UTF-8.*--encoding",
                     id="late-fault"),
        pytest.param(MESSAGE.encode() + b"\xff" + MESSAGE.encode(), None, "byte 93 is not UTF-8",
                     id="early-fault-in-sure-utf-8"),
        pytest.param(b"a\xff\xff\xff", None, "neither", id="neither"),
        pytest.param(MESSAGE.encode()[:-1], "utf-8", "is not UTF-8", id="cut-at-the-end"),
        pytest.param("id,text\n1,abc".encode("utf-16-le"), None, "utf-16-le", id="no-mark"),
        pytest.param(b"a", "klingon", "klingon: not known", id="unknown"),
        pytest.param(b"a", "rot13", "rot13: not known", id="no-text-encoding"),
        pytest.param(gzip.compress(b"text\na\n"), None, "add .gz", id="gzip-without-suffix"),
    ],
)  # fmt: skip
def test_refused(tmp_path, data, given_encoding, match):
    with pytest.raises(TableError, match=match):
        decoded(tmp_path, data, given_encoding)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16-le", "big5"])
def test_the_named_byte_is_the_faulty_one(tmp_path, encoding):
    good = "您好" * (module._BLOCK_BYTES // 4 + 3)
    bad = b"\x00\xdc" if encoding == "utf-16-le" else b"\xff"
    at = len(good.encode(encoding))
    with pytest.raises(TableError, match=f"byte {at:,} is not"):
        decoded(tmp_path, good.encode(encoding) + bad + good.encode(encoding), encoding)


@pytest.mark.parametrize(
    ("spoil", "match"),
    [
        pytest.param(lambda data: data[: len(data) // 2], "too early", id="truncated"),
        pytest.param(lambda data: data[:-8] + b"\0" * 8, "not sound", id="wrong-checksum"),
        pytest.param(lambda data: b"text\na\n", "not sound", id="no-gzip-at-all"),
    ],
)
def test_gzip_faults(tmp_path, spoil, match):
    data = spoil(gzip.compress(MESSAGE.encode() * 100))
    with pytest.raises(TableError, match=match):
        decoded(tmp_path, data, name="in.csv.gz", gzipped=True)


def test_joined_gzip_files_are_read_through(tmp_path):
    data = gzip.compress(b"a") + gzip.compress(b"b")
    assert decoded(tmp_path, data, name="in.csv.gz", gzipped=True)[0] == "ab"
