"""Placeholders are filled by type and led back; a lint names what is there, lacking, to avoid."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms_classifier.advice import dated_rules
from sms_classifier.evidence import find_evidence
from sms_classifier.reports.lint import PENALTY, lint
from sms_classifier.reports.placeholders import Role, fill
from sms_classifier.reports.wording import BETTER, ITEMS

WHOLE = (
    "【招商银行】您尾号{tail}的信用卡应还{amount}元，{date}到期，请登录手机银行还款，如已还款请忽略"
)


@pytest.mark.parametrize(
    ("template", "role", "shown"),
    [
        pytest.param("应还${amount}元", Role.AMOUNT, "应还1280.50元", id="dollar-brace"),
        pytest.param("应还{{amount}}，", Role.AMOUNT, "应还1280.50元，", id="unit-is-added"),
        pytest.param("欠款#x#元", Role.AMOUNT, "欠款1280.50元", id="hash-by-unit"),
        pytest.param("逾期%d天", Role.DAYS, "逾期15天", id="printf"),
        pytest.param("尾号%1$s的卡", Role.ACCOUNT, "尾号1234的卡", id="numbered-printf"),
        pytest.param("%(name)s您好", Role.PERSON, "王小明您好", id="named-printf"),
        pytest.param("尊敬的<user>", Role.PERSON, "尊敬的王小明", id="angle"),
        pytest.param("请于{还款日}前还", Role.DATE, "请于8月15日前还", id="chinese-name"),
        pytest.param("请于{0}前还", Role.DATE, "请于8月15日前还", id="by-the-words-around"),
        pytest.param("热线%tel%", Role.HOTLINE, "热线400-000-0000", id="percent"),
        pytest.param("【{sign}】", Role.INSTITUTION, "【招商银行】", id="signature"),
    ],
)
def test_placeholder_is_filled_by_what_it_stands_for(template, role, shown):
    filled = fill(template)
    assert [place.role for place in filled.places] == [role]
    assert filled.text == shown


@pytest.mark.parametrize(
    "text", ["100%还清", "折扣50%，详询", "1#楼 2#楼", "a < b > c", "优惠{", "##"]
)
def test_what_is_no_placeholder_stays(text):
    assert fill(text).text == text


def test_hotline_and_link_are_the_named_lender_s_own():
    filled = fill("【建设银行】您尾号1234的账单应还100元，热线{hotline}，{url}")
    kinds = [
        (f.kind, filled.template[slice(*filled.span(f.start, f.end))])
        for f in find_evidence(filled.text)
    ]
    assert ("official_channel", "{hotline}") in kinds
    assert ("official_channel", "{url}") in kinds


@given(
    st.lists(
        st.sampled_from(
            ["{name}", "#金额#", "%s", "${due_date}", "应还", "元", "【", "】", "天", "𠮷", " "]
        ),
        max_size=12,
    )
)
def test_offsets_lead_back_into_the_template(pieces):
    template = "".join(pieces)
    filled = fill(template)
    for place in filled.places:
        assert filled.span(place.filled_start, place.filled_end) == (place.start, place.end)
    edges = [
        (0, 0),
        *((p.end, p.filled_end) for p in filled.places),
        (len(template), len(filled.text)),
    ]
    for start, filled_start in edges:
        literal = template[start : start + 1]
        if literal and not any(p.start == start for p in filled.places):
            assert filled.span(filled_start, filled_start + 1) == (start, start + 1)
    for finding in find_evidence(filled.text):
        start, end = filled.span(finding.start, finding.end)
        assert 0 <= start < end <= len(template)


def test_whole_template_scores_full():
    found = lint(WHOLE)
    assert (found.score, found.missing, found.avoid) == (100, (), ())


@pytest.mark.parametrize(
    ("cut", "name"),
    [
        pytest.param("尾号{tail}的", "account", id="account"),
        pytest.param("应还{amount}元，", "amount", id="amount"),
        pytest.param("{date}到期，", "time", id="time"),
        pytest.param("请登录手机银行还款，", "official_channel", id="channel"),
        pytest.param("，如已还款请忽略", "dispute_path", id="dispute"),
    ],
)
def test_what_is_cut_is_missing_and_the_suggestion_supplies_it(cut, name):
    found = lint(WHOLE.replace(cut, ""))
    assert found.missing == (name,)
    assert found.score == 86
    suggestion = next(item.suggestion for item in found.disclosed if item.name == name)
    assert lint(WHOLE.replace(cut, "") + "，" + suggestion).missing == ()


def test_suggestions_together_make_a_whole_template_in_its_own_style():
    bare = lint("您好#name#，您的欠款未还")
    body = "，".join(item.suggestion for item in bare.disclosed if item.name != "signature")
    signed = next(item.suggestion for item in bare.disclosed if item.name == "signature")
    assert "#amount#" in body
    assert lint(f"{signed}您好#name#，{body}").missing == ()


@pytest.mark.parametrize(
    ("words", "kind", "rule"),
    [
        pytest.param("否则拘留坐牢", "threat", "cba_2026_red_lines", id="threat"),
        pytest.param(
            "将通知您家人和单位催您还款", "third_party_pressure", "cba_2026_others", id="others"
        ),
        pytest.param("请先缴纳保证金2000元", "advance_fee", "cost_2026", id="fee"),
        pytest.param("请转账到个人账户", "private_payment", "beijing_2026", id="private-account"),
        pytest.param("请联系{mobile}", "private_contact", "cba_2026_identity", id="private-phone"),
    ],
)
def test_wording_to_avoid_names_its_rule_and_costs(words, kind, rule):
    found = lint(f"{WHOLE}，{words}")
    assert [item.kind for item in found.avoid] == [kind]
    assert rule in {cited.id for cited in found.avoid[0].rules}
    assert found.score == 100 - PENALTY


def test_rules_for_other_lenders_are_left_out():
    bank = lint("【招商银行】您的借款未还，否则拘留坐牢").avoid[0].rules
    assert "consumer_finance_2024" not in {rule.id for rule in bank}
    assert "card_2011_art68" in {rule.id for rule in bank}


def test_agency_has_to_name_its_principal():
    assert "principal" in lint("【华信律师事务所】您的借款未还").missing
    assert "principal" not in lint("【华信律师事务所】受{lender}委托，您的借款未还").missing
    assert "principal" not in [item.name for item in lint(WHOLE).disclosed]


def test_neutral_signature_is_none():
    found = lint("【还款提醒】您的借款已逾期{days}天")
    assert "signature" in found.missing
    assert any("还款提醒" in zh for zh, _ in found.remarks)


def test_every_rule_named_exists_and_nothing_is_called_illegal():
    known = {rule.id for rule in dated_rules()}
    assert {rule for item in ITEMS.values() for rule in item.rules} <= known
    words = [item.wording + item.english for item in ITEMS.values()] + [
        zh + en for zh, en in BETTER.values()
    ]
    assert not [text for text in words if "违法" in text or "illegal" in text.lower()]


def test_advised_wording_is_not_itself_to_avoid():
    for item in ITEMS.values():
        assert lint(item.wording).avoid == ()
