"""What is hidden, what stays, and that places in the text stay what they were."""

import csv
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sms_classifier.text.mask import mask

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("１３８1234５６７８", "*******５６７８", id="full-width"),
        pytest.param(
            "138\u200b1234\u200b5678回电", "********\u200b5678回电", id="invisible-between"
        ),
        pytest.param("一三八一二三四五六七八", "*******五六七八", id="numerals"),
        pytest.param("+86 138 1234 5678", "*************5678", id="abroad-prefix"),
        pytest.param("(010)12345678", "*********5678", id="landline"),
        pytest.param("6222021234567890123", "***************0123", id="card"),
        pytest.param("加微信 lihua_88", "加微信 ********", id="chat-id"),
        pytest.param("加v: Lihua2024", "加v: *********", id="chat-id-short-word"),
        pytest.param("QQ群：3924567", "QQ群：***4567", id="qq-group"),
        pytest.param("扣扣392456", "********", id="qq"),
        pytest.param("信箱zhang.san@example.com", "信箱*********@example.com", id="mail"),
        pytest.param("合同HT20230112", "合同**********", id="contract"),
        pytest.param("【瞬瞬花】张伟，您已逾期", "【瞬瞬花】**，您已逾期", id="address"),
        pytest.param("張偉，您已逾期", "**，您已逾期", id="traditional"),
        pytest.param("欧阳建国您好", "****您好", id="compound-surname"),
        pytest.param("借款人：王小明，身份证", "借款人：***，身份证", id="behind-a-role"),
        pytest.param("请联系李经理", "请联系*经理", id="office"),
        pytest.param("您是陈女士的朋友", "您是*女士的朋友", id="title-inside"),
        pytest.param("户名赵小清 账号", "户名*** 账号", id="account-holder"),
        pytest.param("尊敬的客户，您好", "尊敬的客户，您好", id="customer"),
        pytest.param("余额，您可查询", "余额，您可查询", id="word-like-a-name"),
        pytest.param("马上消费：您的账单", "马上消费：您的账单", id="lender-like-a-name"),
        pytest.param("应还1234567元", "应还1234567元", id="sum"),
        pytest.param("致电4006695526或95555", "致电4006695526或95555", id="service-numbers"),
        pytest.param("点 t.cn/a8B9c2D1 还款", "点 t.cn/a8B9c2D1 还款", id="link"),
        pytest.param("2026-08-15 12:30:00", "2026-08-15 12:30:00", id="time"),
        pytest.param("", "", id="empty"),
    ],
)
def test_mask(text, shown):
    assert mask(text) == shown


@settings(deadline=None)
@given(
    st.text(alphabet="张伟王您先生女士138123456789xX微信qQ:，。-. \u200b１一\ud800", max_size=80)
)
def test_places_stay_what_they_were(text):
    shown = mask(text)
    assert len(shown) == len(text)
    assert all(after in (before, "*") for before, after in zip(text, shown, strict=True))


def test_masking_twice_hides_no_less():
    with (ROOT / "data" / "messages.csv").open(encoding="utf-8", newline="") as lines:
        texts = [row["text"] for row in csv.DictReader(lines)][::40]
    for text in texts:
        once = mask(text)
        assert once.count("*") <= mask(once).count("*")
