"""Plain text with a way back."""

import csv
import re
import sys
from itertools import islice, product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sms_classifier.native import kernels
from sms_classifier.text import message as spelt
from sms_classifier.text import spelling as rules
from sms_classifier.text.folding import BREAK, fold
from sms_classifier.text.message import Draft, Message, Rewrite
from sms_classifier.text.normalize import normalize, normalize_many
from sms_classifier.text.phrases import _PythonFinder

ROOT = Path(__file__).parents[2]
TABLES = [ROOT / "data" / "messages.csv", ROOT / "artifacts" / "bench" / "messages-200000.csv"]
compiled = pytest.mark.skipif(kernels() is None, reason="no kernels")
HOSTILE = st.text(
    st.one_of(
        st.sampled_from("您的贷款逾期元五〇零٣３1oоli|凍維薇v徽号码加qi家 \t.*·_-/\r\n,。【】"),
        st.sampled_from(
            "\u200b\u0301\u202e\ufe0f\x00\x85\u2028\ud800\udfff𝟘𫝈\U000e0041\U0010ffff"
        ),
        st.characters(exclude_categories=()),
    ),
    max_size=30,
)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        pytest.param(
            "您已逾qi３天，請加薇信", "您已逾期3天,请加微信", id="pinyin-traditional-homophone"
        ),
        pytest.param("​".join("银行贷款逾期"), "银行贷款逾期", id="zero-width"),
        pytest.param("贷.款_逾*期|了", "贷款逾期了", id="dotted"),
        pytest.param("您 的 贷 款", "您的贷款", id="spaced"),
        pytest.param("征亻言 银彳亍", "征信银行", id="split-glyphs"),
        pytest.param("加徽信abc12345", "加微信abc12345", id="homophone-with-id"),
        pytest.param("一三八零零一二三四五六七", "138001234567", id="chinese-numeral-phone"),
        pytest.param("1oo0元", "1000元", id="letters-for-digits"),
        pytest.param("①②③", "123", id="circled"),
    ],
)
def test_tricks_are_undone(text, plain):
    assert normalize(text).plain == plain


@pytest.mark.parametrize(
    "text",
    [
        "安徽信用社",
        "安徽信息工程",
        "卫星电视",
        "威信很高",
        "企鹅馆门票",
        "1***.00元",
        "合同号0571-8888",
        "二零二六年十一月",
        "成交行情",
        "王先生的货款",
    ],
)
def test_ordinary_text_stays(text):
    assert normalize(text).plain == text
    assert normalize(text).rewrites == ()


def test_a_rewrite_shows_what_the_reader_sees():
    message = normalize("我行已临时凍结您的信用卡")
    assert [(r.written, r.meant) for r in message.rewrites] == [("凍", "冻")]
    start = message.plain.index("冻")
    assert message.given[slice(*message.span(start, start + 1))] == "凍"


def test_native_traditional_text_is_no_rewrite():
    assert normalize("親愛的客戶，您的帳單已經結清，謝謝").rewrites == ()


def test_only_str_is_accepted():
    with pytest.raises(TypeError, match="must be a str"):
        normalize(b"abc")  # type: ignore[arg-type]


def test_only_str_is_accepted_among_many():
    with pytest.raises(TypeError, match="must be a str, not NoneType"):
        normalize_many(["还款", None])  # type: ignore[list-item]


def test_no_texts():
    assert normalize_many([]) == []


def messages(table, step=1):
    if not table.exists():
        pytest.skip("not made here")
    with table.open(encoding="utf-8", newline="") as lines:
        return [row["text"] for row in islice(csv.DictReader(lines), 0, 20_000, step)]


def assert_read_alike(texts):
    """Alone and together; and what is told at once is what the way back tells."""
    together = normalize_many(texts)
    for text, message in zip(texts, together, strict=True):
        alone = normalize(text)
        assert message == alone
        assert message.way_back() == alone.way_back()
        assert message.is_rewritten == bool(message.rewrites)
        if message.starts is not None and message.ends is not None:
            assert len(message.starts) == len(message.ends) == len(message.plain)


@pytest.mark.parametrize("table", TABLES, ids=lambda path: path.stem)
def test_messages_are_read_alike_alone_and_together(table):
    assert_read_alike(messages(table, step=10))


@settings(deadline=None)
@given(st.lists(HOSTILE, max_size=6))
def test_hostile_texts_are_read_alike_alone_and_together(texts):
    assert_read_alike(texts)


@compiled
@pytest.mark.parametrize("table", TABLES, ids=lambda path: path.stem)
def test_kernel_finds_the_misspellings_that_python_finds(table):
    matcher, _ = rules._variants()
    python = _PythonFinder(matcher._phrases, longest=True)
    joined = fold(messages(table, step=2)).joined
    found = matcher.find_in(joined)
    assert len(found) > 1_000
    assert found == python.find_in(joined)


@settings(deadline=None)
@given(st.lists(HOSTILE, max_size=6))
def test_messages_are_spelt_alike_without_the_kernels(texts):
    matcher, meanings = rules._variants()
    python = _PythonFinder(matcher._phrases, longest=True)
    native = normalize_many(texts)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rules, "_variants", lambda: (python, meanings))
        assert normalize_many(texts) == native


def test_no_character_folds_into_the_break_between_texts():
    assert BREAK not in fold(("".join(map(chr, range(sys.maxunicode + 1))),)).joined


@pytest.mark.parametrize(
    ("left", "right"),
    [
        pytest.param("贷.", "款", id="separator"),
        pytest.param("您 ", " 好", id="blank"),
        pytest.param("一三八零", "零一二三四", id="numerals"),
        pytest.param("1", "o0元", id="letter-for-digit"),
        pytest.param("1o", "元", id="letters-for-digits"),
        pytest.param("薇", "信", id="misspelling"),
        pytest.param("加薇", "abc12345", id="contact-behind"),
        pytest.param("加", "微abc12345", id="add-before"),
        pytest.param("\u200b", "\u200b\u200b", id="invisible"),
    ],
)
def test_no_rule_reads_over_the_end_of_a_text(left, right):
    assert [message.plain for message in normalize_many([left, right])] == [
        normalize(left).plain,
        normalize(right).plain,
    ]
    assert normalize_many([left, right]) == [normalize(left), normalize(right)]


def separators_by_hand(plain):
    """The rule in plain Python: bounds of what goes, and whether only an evader wrote it."""

    def is_han(char):
        return "\u3400" <= char <= "\u9fff" or char == "〇"

    for match in re.finditer(r"[ \t.·•・_|/\\+=^#~*-]+", plain):
        before, after = plain[: match.start()][-1:], plain[match.end() :][:1]
        marks = match[0].strip()
        if not marks:
            goes = is_han(before) or is_han(after)
        elif len(marks) > 2 or marks == "**" or not is_han(before):
            goes = False
        else:
            usual = len(marks) == 1 and marks in ".·|_*"
            closes = re.fullmatch(r"[0-9a-z,。:;!?)】\](\[【¥]", after) is not None
            goes = is_han(after) or (usual and closes)
        if goes:
            yield (*match.span(), "", bool(marks))


@settings(deadline=None, max_examples=500)
@given(st.text("贷款〇 \t.*-/|1a,。x\n", max_size=12))
def test_separators_go_as_by_hand(plain):
    assert rules._separators(plain) == [*separators_by_hand(plain)]


@settings(deadline=None, max_examples=500)
@given(st.text("五〇٣1,", min_size=5, max_size=20))
def test_runs_of_numerals_as_by_hand(plain):
    runs = re.finditer(r"[五〇\d]{7,}", plain)
    assert rules._disguised_digits(plain) == [
        (*run.span(), run[0].translate(rules._NUMERALS), True)
        for run in runs
        if not run[0].isascii()
    ]


def test_every_digit_of_other_scripts_is_an_odd_numeral():
    digits = [char for char in map(chr, range(0x80, sys.maxunicode + 1)) if char.isdecimal()]
    assert all(re.fullmatch(rules._ODD_NUMERAL, char) for char in digits)


def test_letters_are_digits_as_by_an_expression_that_takes_squared_time():
    plainly = re.compile(r"[oоli|](?:(?<=\d[oо])[\do]*|(?<=[oо])[oо]+(?=元)|(?<=\d[li|])(?=\d))")
    for length in range(8):
        for text in map("".join, product("oо1元l", repeat=length)):
            found = [edit[:2] for edit in rules._disguised_digits(text)]
            assert found == [match.span() for match in plainly.finditer(text)]


def test_the_way_back_goes_over_edits_of_every_kind():
    edits = [(10, 11, "", False), (1500, 1502, "abc", True), (1501, 1503, "-", True)]
    assert spelt._edited("x" * 2000, edits) == "x" * 1499 + "abc" + "x" * 498
    starts, ends = list(range(2000)), list(range(1, 2001))
    assert spelt._moved(starts, edits, 0) == [
        *range(10),
        *range(11, 1500),
        1500,
        1500,
        1500,
        *range(1502, 2000),
    ]
    assert spelt._moved(ends, edits, -1) == [
        *range(1, 11),
        *range(12, 1501),
        1502,
        1502,
        1502,
        *range(1503, 2001),
    ]


def test_the_way_back_leads_through_all_layers():
    (message,) = normalize_many(["\u200b您 的葳信1o0元凍"])
    assert message.plain == "您的微信100元冻"
    assert message.starts == [1, 3, 4, 5, 6, 7, 8, 9, 10]
    assert message.ends == [2, 4, 5, 6, 7, 8, 9, 10, 11]
    assert message.rewrites == (
        Rewrite(4, 6, "葳信", "微信"),
        Rewrite(7, 9, "o0", "00"),
        Rewrite(10, 11, "凍", "冻"),
    )


def test_a_message_keeps_its_way_back():
    message = normalize_many(["逾 期", "还款"])[0]
    assert message.way_back() is message.way_back()
    assert message == Message("逾 期", "逾期", False)


def test_the_way_back_leads_to_one_text_only():
    with pytest.raises(ValueError, match="too many values"):
        Draft(["还款", "逾期"]).way_back()


def test_few_separators_are_not_reported():
    assert normalize("贷.款逾.期").rewrites == ()
    assert len(normalize("贷.款.逾.期").rewrites) == rules.DENSE
