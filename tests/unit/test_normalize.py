"""Plain text with a way back."""

import pytest

from sms_classifier.text.normalize import normalize


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
