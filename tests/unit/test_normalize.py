"""Plain text with a way back."""

import csv
import re
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sms_classifier.text import normalize as rules
from sms_classifier.text.message import DENSE, Edit, Message, Rewrite, apply
from sms_classifier.text.normalize import normalize, normalize_many

MESSAGES = Path(__file__).parents[2] / "data" / "messages.csv"
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


def test_messages_are_read_alike_alone_and_together():
    with MESSAGES.open(encoding="utf-8", newline="") as file:
        texts = [row["text"] for row in csv.DictReader(file)][::10]
    assert normalize_many(texts) == [normalize(text) for text in texts]


@settings(deadline=None)
@given(st.lists(HOSTILE, max_size=6))
def test_hostile_texts_are_read_alike_alone_and_together(texts):
    assert normalize_many(texts) == [normalize(text) for text in texts]


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
            yield Edit(*match.span(), "", bool(marks))


@settings(deadline=None, max_examples=500)
@given(st.text("贷款〇 \t.*-/|1a,。x\n", max_size=12))
def test_separators_go_as_by_hand(plain):
    assert [edit for _, edit in rules._separators([plain])] == [*separators_by_hand(plain)]


@settings(deadline=None, max_examples=500)
@given(st.text("五〇٣1,", min_size=5, max_size=20))
def test_runs_of_numerals_as_by_hand(plain):
    runs = re.finditer(r"[五〇\d]{7,}", plain)
    assert [edit for _, edit in rules._disguised_digits([plain])] == [
        Edit(*run.span(), run[0].translate(rules._NUMERALS), True)
        for run in runs
        if not run[0].isascii()
    ]


def test_every_digit_of_other_scripts_is_an_odd_numeral():
    digits = [char for char in map(chr, range(0x80, sys.maxunicode + 1)) if char.isdecimal()]
    assert all(re.fullmatch(rules._ODD_NUMERAL, char) for char in digits)


def test_edits_keep_the_way_back_in_long_texts():
    message = Message("x" * 2000, "x" * 2000, None, None, ())
    edited = apply(message, [Edit(1500, 1502, "abc", True), Edit(10, 11, "", False)])
    assert edited.plain == "x" * 1499 + "abc" + "x" * 498
    assert edited.starts == [*range(10), *range(11, 1500), 1500, 1500, 1500, *range(1502, 2000)]
    assert edited.ends == [*range(1, 11), *range(12, 1501), 1502, 1502, 1502, *range(1503, 2001)]
    assert edited.rewrites == (Rewrite(1500, 1502, "xx", "abc"),)


def test_few_separators_are_not_reported():
    assert normalize("贷.款逾.期").rewrites == ()
    assert len(normalize("贷.款.逾.期").rewrites) == DENSE
