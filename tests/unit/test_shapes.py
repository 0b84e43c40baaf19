"""What is left of messages when values are replaced: by the kernel as by `re`."""

import csv
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sms_classifier.evidence.finding import Hit
from sms_classifier.labels import Kind
from sms_classifier.model.features import Readings, evidence_rows, read, read_many
from sms_classifier.model.shapes import _by_kernel, _by_re, _contact_sign, _signs
from sms_classifier.native import is_compiled, kernels
from sms_classifier.text.chunk import TextChunk

ROOT = Path(__file__).resolve().parent.parent.parent
needs_kernels = pytest.mark.skipif(not is_compiled(), reason="no kernels")
ALPHABET = "1٣0.,:*x\n \r请a\ud800\udfff\U0010ffff\0"
HOSTILE = [
    "", "\n", "\r\n", ".", "1.", "1..2", "1.2.3,4:5:", "x", "xx", "*x*", "x1*", "٣.٣", "\ud800\udc00",
    "1" * 10_000, "1." * 5_000, "*" * 10_000, "x\n" * 5_000, "\U0010ffff" * 10_000,
]  # fmt: skip


def column(path, name, most):
    with path.open(encoding="utf-8", newline="") as file:
        return [row[name] for row in islice(csv.DictReader(file), most)]


def both(chunk, spans):
    """What the two paths make of a chunk, which is the same."""
    ours, theirs = _by_kernel(kernels(), chunk, spans), _by_re(chunk, spans)
    assert list(ours.texts) == list(theirs.texts)
    assert ours.joined == theirs.joined
    assert ours.codes.tolist() == theirs.codes.tolist()
    assert (ours.starts.tolist(), ours.ends.tolist()) == (
        theirs.starts.tolist(),
        theirs.ends.tolist(),
    )
    return list(ours.texts)


@needs_kernels
@pytest.mark.parametrize(
    "path", [ROOT / "data" / "messages.csv", ROOT / "artifacts" / "bench" / "messages-200000.csv"]
)
def test_kernel_does_to_real_messages_what_re_does(path):
    if not path.exists():
        pytest.skip("not there")
    readings = read_many(column(path, "text", 2_000))
    chunk = TextChunk([scan.plain for scan in readings.scans])
    assert both(chunk, _signs(chunk, readings.hits)) == list(readings.shapes.texts)


@needs_kernels
def test_kernel_does_to_hostile_texts_what_re_does():
    both(TextChunk(HOSTILE), [])
    both(TextChunk([]), [])
    chunk = TextChunk(HOSTILE)
    whole = zip(chunk.starts.tolist(), chunk.ends.tolist(), strict=True)
    both(chunk, [(start, end, 0xE001) for start, end in whole if start < end])
    nested = [(place, 10_000, 0xE001 + place % 9) for place in range(10_000)]
    assert both(TextChunk(["1" * 10_000]), [*reversed(nested)]) == ["\ue001"]


@st.composite
def texts_with_spans(draw):
    texts = draw(st.lists(st.text(ALPHABET, max_size=12), max_size=5))
    starts = TextChunk(texts).starts.tolist()
    spans = []
    for text, offset in zip(texts, starts, strict=True):
        for _ in range(draw(st.integers(0, 5)) if text else 0):
            start = draw(st.integers(0, len(text) - 1))
            end = draw(st.integers(start + 1, len(text)))
            spans.append((offset + start, offset + end, draw(st.integers(0xE001, 0xE00B))))
    return texts, spans


@needs_kernels
@settings(max_examples=400, deadline=None)
@given(texts_with_spans())
def test_kernel_does_what_re_does(drawn):
    texts, spans = drawn
    both(TextChunk(texts), spans)


@needs_kernels
@pytest.mark.parametrize(
    ("text", "spans", "expected"),
    [
        pytest.param("12.5,3元", [], "0元", id="joints-join"),
        pytest.param("12.34", [(3, 5, 65)], "0.A", id="no-run-into-a-span"),
        pytest.param("1234", [(1, 3, 65)], "0A0", id="a-span-parts-a-run"),
        pytest.param("abcd", [(1, 3, 65), (0, 2, 66)], "Bcd", id="leftmost"),
        pytest.param("abcd", [(0, 2, 65), (0, 3, 66), (0, 3, 67)], "Bd", id="longest-then-first"),
        pytest.param("x*1x\n\n", [], "*0x  ", id="masks-and-breaks"),
    ],
)  # fmt: skip
def test_replaced(text, spans, expected):
    assert both(TextChunk([text]), spans) == [expected]


@pytest.mark.parametrize(
    ("kind", "reason", "text", "sign"),
    [
        (Kind.OFFICIAL_CHANNEL, "", "手机银行", None),
        (Kind.OFFICIAL_CHANNEL, "", "95555", 0xE006),
        (Kind.OFFICIAL_CHANNEL, "", "云闪付app", None),
        (Kind.OFFICIAL_CHANNEL, "", "cmbchina.com", 0xE009),
        (Kind.PRIVATE_CONTACT, "a personal mobile number", "13800000000", 0xE007),
        (Kind.PRIVATE_CONTACT, "a messenger id", "加微信abc123", 0xE00B),
        (Kind.CONTACT, "", "4001.23", 0xE008),
        (Kind.CONTACT, "", "t.cn/a", 0xE00A),
        (Kind.UNOFFICIAL_LINK, "", "a.top", 0xE00A),
    ],
)
def test_sign_of_a_contact(kind, reason, text, sign):
    assert _contact_sign(kind, reason, text) == sign


def test_readings_are_the_same_in_any_sequence():
    texts = ["【招商银行】应还1,280.50元", "不还就曝光通讯录", "您的快递已到"]
    readings = read_many(texts)
    backwards = [read(text) for text in reversed(texts)]
    assert [*readings] == readings[:3] and readings[-1].kinds == frozenset()
    assert [reading.hits for reading in backwards] == [reading.hits for reading in readings[::-1]]
    assert (evidence_rows(backwards) == evidence_rows(readings)[::-1]).all()
    assert (
        evidence_rows([]).shape
        == evidence_rows(readings[:0]).shape
        == (0, evidence_rows(readings).shape[1])
    )
    assert Readings.of(readings) is readings
    assert isinstance(readings[0].hits[0], Hit)
