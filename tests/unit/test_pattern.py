"""The fast engine finds what `re` finds, on every message and on what it gives up on."""

import csv
import re
from pathlib import Path

import pytest

from sms_classifier.evidence import amounts, contacts, dates, institutions
from sms_classifier.text.normalize import normalize
from sms_classifier.text.pattern import compile_pattern

pcre2 = pytest.importorskip("pcre2")

MESSAGES = Path(__file__).resolve().parents[2] / "data" / "messages.csv"
PATTERNS = {
    f"{module.__name__.rpartition('.')[2]}.{name}": value
    for module in (amounts, contacts, dates, institutions)
    for name, value in vars(module).items()
    if hasattr(value, "pattern") and not isinstance(value, re.Pattern | type)
} | {"institutions.never_in_name": institutions._never_in_name()}


@pytest.fixture(scope="module")
def plains():
    with MESSAGES.open(encoding="utf-8", newline="") as lines:
        return [normalize(row["text"]).plain for row in csv.DictReader(lines)][::4]


def found(pattern, text):
    return [(match.span(), match.lastgroup) for match in pattern.finditer(text)]


def test_the_heavy_expressions_are_fast():
    assert len(PATTERNS) > 10


@pytest.mark.parametrize("name", PATTERNS)
def test_finds_what_re_finds(name, plains):
    fast, slow = PATTERNS[name], re.compile(PATTERNS[name].pattern)
    assert [t for t in plains if found(fast, t) != found(slow, t)] == []


@pytest.mark.parametrize("name", PATTERNS)
@pytest.mark.parametrize("piece", ["借", "1,", "x", "*", "逾期", "在借", "尊敬的您", "a."])
def test_no_length_stops_a_fast_expression(name, piece):
    PATTERNS[name].search(piece * (2000 // len(piece)))


def test_what_the_fast_engine_gives_up_on_is_left_to_re():
    pattern = compile_pattern(r"^(?:借|贷|请你)+$")
    text = "借贷请你" * 2000
    with pytest.raises(pcre2.LibraryError):
        pcre2.compile(pattern.pattern).search(text)
    assert pattern.search(text).span() == (0, len(text))
    assert [match.span() for match in pattern.finditer(text)] == [(0, len(text))]
