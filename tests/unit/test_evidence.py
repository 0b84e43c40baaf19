"""Evidence by table: what must be found, and what must not."""

import csv
from pathlib import Path

import pytest

from sms_classifier.evidence import find_evidence
from sms_classifier.labels import Kind

GOLDEN = list(
    csv.DictReader((Path(__file__).parent.parent / "golden.csv").read_text("utf-8").splitlines())
)
RISK_AND_DETAIL = [str(kind) for kind in Kind if kind not in (Kind.DISPUTE_PATH, Kind.CONTACT)]


@pytest.mark.parametrize("row", GOLDEN, ids=[row["why"] for row in GOLDEN])
def test_golden_kinds(row):
    found = {f.kind for f in find_evidence(row["text"])} & set(RISK_AND_DETAIL)
    assert found == set(filter(None, row["kinds"].split("|")))


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        pytest.param("您欠款两千三百元未还", "amount", ["两千三百元"], id="chinese-numerals"),
        pytest.param("应还3***.00元", "amount", ["3***.00元"], id="masked"),
        pytest.param("逾期30天请还款", "amount", [], id="days-are-not-money"),
        pytest.param("最高可借50000元额度", "amount", [], id="a-limit-is-not-owed"),
        pytest.param("欠款已逾期112天", "days_overdue", ["欠款已逾期112天"], id="days"),
        pytest.param("逾期每日收取1%违约金", "days_overdue", [], id="a-rate-is-no-time"),
        pytest.param("开庭时间8月15日，借款合同纠纷", "date", [], id="a-hearing-is-no-due-date"),
        pytest.param("您的借款8月15日到期", "date", ["8月15日"], id="due-date"),
        pytest.param("尾号1234信用卡账单", "account", ["1234"], id="card-tail"),
        pytest.param(
            "案号（2025）粤0305民初9921号借款", "account", [], id="case-number-is-no-account"
        ),
        pytest.param(
            "【招商银行】还款请致电95555", "official_channel", ["95555"], id="own-hotline"
        ),
        pytest.param(
            "【建设银行】还款请致电95555", "official_channel", [], id="hotline-of-another"
        ),
        pytest.param("还款转到个人账户", "private_payment", ["还款转到个人账户"], id="private-account"),
        pytest.param("请勿转到个人账户", "private_payment", [], id="denied"),
        pytest.param("凡要求转到个人账户的均为诈骗", "private_payment", [], id="called-a-scam"),
        pytest.param("联系13812345678还款", "private_contact", ["13812345678"], id="mobile"),
        pytest.param("【法务部】您已逾期", "institution", [], id="generic-is-no-name"),
        pytest.param("【华信律师事务所】您已逾期", "institution", [], id="law-firm-is-no-lender"),
    ],
)
def test_findings(text, kind, expected):
    assert [f.text for f in find_evidence(text) if f.kind == kind] == expected


def test_only_str_is_accepted():
    with pytest.raises(TypeError, match="must be a str"):
        find_evidence(None)  # type: ignore[arg-type]
