"""The kernel finds what `re` finds, match by match and group by group."""

import copy
import csv
import re
import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sms_classifier.evidence import amounts, contacts, dates, institutions
from sms_classifier.evidence.expressions import EXPRESSIONS
from sms_classifier.native import is_compiled
from sms_classifier.text import normalize, patterns
from sms_classifier.text.chunk import TextChunk
from sms_classifier.text.patterns import Expression, PatternSet

ROOT = Path(__file__).resolve().parents[2]
BENCH = ROOT / "artifacts" / "bench" / "messages-200000.csv"
MODULES = (amounts, contacts, dates, institutions)
needs_kernel = pytest.mark.skipif(not is_compiled(), reason="kernels not compiled")
pytestmark = needs_kernel


def sources():
    """Every expression of the package's evidence: those of the one pass, and what looks around."""
    for name, sought in EXPRESSIONS.items():
        yield name, sought.expression.source
    for module in MODULES:
        for name, value in vars(module).items():
            for place, pattern in enumerate(value if isinstance(value, tuple) else [value]):
                source = getattr(pattern, "pattern", None)
                if isinstance(source, str):
                    yield f"{module.__name__}.{name}.{place}", source


def column(path, place, most):
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        return [row[place] for row, _ in zip(rows, range(most), strict=False)]


def by_re(found, chunk, wanted=None):
    """What the path without a kernel finds."""
    return {name: found._find_by_re(name, chunk, wanted or {}) for name in found._expressions}


def as_lists(matches):
    parts = (matches.text, matches.start, matches.end, matches.groups)
    return [part.tolist() for part in parts], matches.names


def assert_same(expressions, texts, wanted=None):
    found = PatternSet(expressions)
    chunk = TextChunk(texts)
    native, plain = found.find(chunk, wanted), by_re(found, chunk, wanted)
    assert list(native) == list(plain) == list(expressions)
    for name, expression in expressions.items():
        assert as_lists(native[name]) == as_lists(plain[name]), expression
    return found


def everything():
    expressions = {name: Expression(source) for name, source in sources()}
    for name, source in list(expressions.items()):
        if source.source.endswith("$"):
            expressions[f"{name} at the end"] = Expression(source.source, 20)
    return expressions


def spelt(texts):
    return [normalize.normalize(text).plain for text in texts]


def test_every_expression_of_the_package_is_known_to_the_kernel():
    expressions = everything()
    assert len(expressions) > 40
    assert set(PatternSet(expressions)._matcher._names) == set(expressions)


def test_finds_in_messages_of_the_corpus_what_re_finds():
    assert_same(everything(), spelt(column(ROOT / "data" / "messages.csv", 1, 3000)))


@pytest.mark.skipif(not BENCH.exists(), reason="the large table is not at hand")
def test_finds_in_messages_of_the_large_table_what_re_finds():
    assert_same(everything(), spelt(column(BENCH, 2, 2000)))


TEXTS = [
    "", "a", "b", "\n", "aa", "ab", "ba", "a\n", "\na", "aaa", "aab", "abab", "ababc", "a\nb\n", "a1 b2",
    "aaaa b", "1,234,567", "尾号1234的卡", "é_1", "٣3", "\u3000 \x1f", "ab\n\n", "bbbbbb", "abcabcabcabc",
]  # fmt: skip
TRICKY = [
    "", "a*", "a*?", "a|", "|a", "(?:)", "a??", "a+?b", "(?P<x>a|ab)(?P<y>c|bcd|)", "(?P<x>a)*", "(?P<x>a*)*",
    "(?P<x>a*)+", "(?P<x>a|b)*", "(?:(?P<x>a)|(?P<y>b))*", "(?:(?P<x>a)|b)*?$", "(?P<x>(?P<y>a)|b)+",
    "(?:a{1,2}){2,3}", "(?:ab){2}", "(?:ab){1,2}?", "(?:a|ab)(?:c|bcd)?", "(?:a?){3}", "(?:a??){2,4}b", "(?:|a)+",
    "(?:|a)+?b", "(?:a|){2,}", "(?:a*?b??)*", "(?:^|b)a", "^", "$", "^$", r"\A", r"\Z", "a$", r"a\Z", "$\n",
    "(?=a)", "(?!a)", "(?<=a)", "(?<!a)", "(?<!a)b", "(?<=ab)c?", "(?<!ab)c?", "(?<=^)a", "(?<=a$)", "(?<!^)b",
    "(?=(?P<x>a+))a", "(?!(?P<x>a))b", "(?=a(?!a))a", "(?<=(?P<x>a))b", "(?=a*b)a+", "(?:(?=(?P<x>.))a)*",
    r"\b", r"\B", r"\b\w+\b", r"\d", r"\D+", r"\s+", r"\S*", r"\w{2,}?", r"\W", r"[^\d\s]+", r"[^\W_]", r"[\n]",
    ".", ".*", ".+?$", r"(?:.|\n)*", "[^a]", "[^a]+b", r"\d{1,3}(?:,\d{3}){1,9}", "a{2}", "a{2,}?b", "a{0}b", "a{0,0}?",
    "(?P<x>a{0})b", "(?:ab|ab|a)+b", "(?:a+)+b", "(?:a|b|c|ab|bc)*c", "aab|ab|b", "[^1](?:b|.|b)", "(?:款(?P<x>a)){0}(?P<y>b)?", "[a-c]*b", "[a-b]*?c", "[^b]*b",
    r"(a)\1", "(?P<x>a)(?P=x)", "(?i:A)b", "(?i)B", "(a)?(?(1)b|c)", "(?s:.)", "(?m)^b", "(?>a+)b", "a++", "(?x) a b",
    "(?!)", "|".join(chr(code) for code in range(97, 99)), "|".join(f"a{re.escape(chr(code))}x" for code in range(200)) + "|ab",
    "(?:" + "|".join(f"{chr(code)}?" for code in range(0x4E00, 0x4E60)) + ")c", "[\ud800-\udfff]", "[\U00010000-\U0010ffff]",
]  # fmt: skip


@pytest.mark.parametrize("last", [None, 0, 1, 2, 5])
def test_tricky_expressions(last):
    assert_same({source: Expression(source, last) for source in TRICKY}, TEXTS)


def test_each_expression_alone_finds_what_it_finds_among_others():
    chunk = TextChunk(TEXTS)
    together = PatternSet({source: Expression(source) for source in TRICKY}).find(chunk)
    for source in TRICKY:
        alone = PatternSet({"only": Expression(source)}).find(chunk)["only"]
        assert as_lists(alone) == as_lists(together[source])


def test_what_the_kernel_does_not_know_is_left_to_re():
    found = PatternSet({"again": Expression(r"(a)\1"), "known": Expression("a")})
    assert found._matcher._names == ["known"]
    assert found.find(TextChunk(["aa"]))["again"].end.tolist() == [2]
    assert len(PatternSet({"again": Expression(r"(a)\1")}).find(TextChunk(["aa"]))["again"]) == 1


def test_an_invalid_expression_is_an_error():
    for source in ("(", "(?<=a+)b"):
        with pytest.raises(re.error):
            PatternSet({"bad": Expression(source)}).find(TextChunk(["a"]))


def test_without_a_kernel_all_is_left_to_re(monkeypatch):
    monkeypatch.setattr(patterns, "kernels", lambda: None)
    found = PatternSet({"sum": Expression("(?P<value>[0-9]+)元")})
    assert as_lists(found.find(TextChunk(["3元"]))["sum"])[0] == [[0], [0], [2], [[[0, 1]]]]
    assert found._matcher is None


def test_looks_only_where_it_is_wanted():
    expressions = {source: Expression(source) for source in ("a", "(?P<x>b)|c", "", r"(a)\1")}
    some = {"a": np.arange(len(TEXTS)) % 2 == 0, "": np.zeros(len(TEXTS), dtype=bool)}
    assert_same(expressions, TEXTS, some)
    assert_same(
        expressions, TEXTS, {name: np.zeros(len(TEXTS), dtype=bool) for name in expressions}
    )
    assert_same(expressions, TEXTS, {})


def test_no_texts_and_no_expressions():
    assert_same({"a": Expression("(?P<x>a)"), "b": Expression("(?i)b")}, [])
    assert_same({}, ["a"])


HOSTILE = [
    "\ud800", "a\udfffb", "\U0010ffff", "\x00", "\x00a\x00", "\u2028\u2029\x85", "\u200b\ufeff", "𝟘𝟙", "Ⅷ½²", "١٢٣", "İıſ",
    "e\u0301", "".join(map(chr, range(0x250))), "".join(map(chr, range(0x2000, 0x2100))),
    "".join(map(chr, range(0xD7F0, 0xE010))), "".join(map(chr, range(0x10FFF0, 0x110000))),
]  # fmt: skip


def test_hostile_characters():
    assert_same({source: Expression(source) for source in TRICKY}, HOSTILE)
    assert_same(everything(), HOSTILE)


def test_categories_agree_for_characters_of_all_planes():
    texts = [
        "".join(map(chr, range(start, start + 0x1000))) for start in range(0, 0x110000, 0x1000)
    ]
    assert_same({s: Expression(s) for s in (r"\d+", r"\w+", r"\s+", r"[^\d\w\s]+", ".+")}, texts)


@pytest.mark.parametrize("piece", ["a", "ab", "1,234,", "贷款", "逾期3天 ", "(", "\n", "a.", "*x"])
def test_long_texts(piece):
    text = (piece * 10_000)[:10_000]
    quick = (
        "(?:a|b)*c?",
        "(?:ab)*",
        "(?P<x>a|b)+",
        "(?:(?P<x>a)(?P<y>b?))*?$",
        ".*c|.+",
        "(?:a{1,3}b?)+",
    )
    assert_same({source: Expression(source, 5000) for source in quick[:3]}, [text, text[1:]])
    assert_same({source: Expression(source, 300) for source in quick}, [text, text[1:]])
    assert_same(everything(), [text])


def test_many_matches_of_many_groups_need_more_room():
    expressions = {"each": Expression("(?P<a>(?P<b>(?P<c>.)))"), "none": Expression("")}
    assert_same(expressions, ["abc" * 500] * 3 + [""])


def test_copies_and_threads_find_the_same():
    found = PatternSet(everything())
    chunk = TextChunk(spelt(column(ROOT / "data" / "messages.csv", 1, 200)))
    expected = {name: as_lists(matches) for name, matches in found.find(chunk).items()}
    twin = copy.deepcopy(found)
    results = []
    work = [threading.Thread(target=lambda: results.append(twin.find(chunk))) for _ in range(4)]
    for thread in work:
        thread.start()
    for thread in work:
        thread.join()
    assert len(results) == 4
    for result in results:
        assert {name: as_lists(matches) for name, matches in result.items()} == expected


ATOMS = [
    "a",
    "b",
    "ab",
    "款",
    ".",
    "[ab]",
    "[^a]",
    r"\d",
    r"\w",
    r"\W",
    r"\s",
    "\n",
    "^",
    "$",
    r"\b",
    r"\B",
    r"\A",
    r"\Z",
]


def _wider(inner):
    marks = st.sampled_from(["*", "+", "?", "{2}", "{1,2}", "{0,3}", "{2,}", "{0}"])
    return st.one_of(
        st.builds("{}{}".format, inner, inner),
        st.builds("(?:{}|{})".format, inner, inner),
        st.builds("(?:{}|)".format, inner),
        st.builds("(?:{}){}{}".format, inner, marks, st.sampled_from(["", "?"])),
        st.builds("(?P<NAME>{})".format, inner),
        st.builds("({}{})".format, st.sampled_from(["?=", "?!", "?<=", "?<!"]), inner),
    )


def _named(source):
    parts = source.split("NAME")
    return "".join(f"{part}g{place}" for place, part in enumerate(parts[:-1])) + parts[-1]


def _is_valid(source):
    try:
        re.compile(source)
    except re.error:
        return False
    return True


small = st.recursive(st.sampled_from(ATOMS), _wider, max_leaves=8).map(_named).filter(_is_valid)
short = st.text(alphabet="aab1\n款_ ", max_size=9)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(small, min_size=1, max_size=5),
    st.lists(short, max_size=5),
    st.sampled_from([None, 0, 2]),
)
def test_random_expressions_on_random_texts(expressions, texts, last):
    assert_same({f"{i}": Expression(source, last) for i, source in enumerate(expressions)}, texts)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text(max_size=40), max_size=4))
def test_any_texts(texts):
    assert_same({source: Expression(source) for source in TRICKY[:60]}, texts)
