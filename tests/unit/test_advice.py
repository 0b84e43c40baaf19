"""Advice: what is said in each case, and what is never said in any."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms_classifier import lexicons
from sms_classifier.advice import (
    VERDICT_WORDS,
    Advice,
    DatedRule,
    advise,
    dated_rules,
    rules_for,
    situations,
    verdict_words,
)
from sms_classifier.advice.case import hotline_of
from sms_classifier.advice.compose import MOST
from sms_classifier.evidence import Finding
from sms_classifier.labels import MISCONDUCT, MISSABLE, RISK, Kind, Label

DOCS = Path(__file__).parents[2] / "docs" / "rules.md"
ROLES = {"shows", "unknown", "missing", "verify", "do_not", "turn_to", "why"}
CREDIT_CENTRE = "4008108866"  # FACTS A4, S24; not a helpline to complain to, so not in that table
BANNED = re.compile(
    r"违法|非法|不会被起诉|一定是|肯定是|保证|绝对|放心"
    r"|illegal|unlawful|(?:won'?t|will not) be sued|guaranteed|certainly|definitely",
    re.IGNORECASE,
)
NOT_A_NUMBER = re.compile(r"\d{4}-\d{2}-\d{2}|GB/T \d+-\d+|〔\d{4}〕\d+号")
NUMBER = re.compile(r"(?<!\d)\d[\d-]*\d(?!\d)")
NAMES = tuple(institution.name for institution in lexicons.institutions())
UNKNOWN = ("无名钱包", "瞬瞬花")


def make(
    label: str = "vague",
    kinds: str = "",
    *,
    findings: tuple[tuple[str, str], ...] = (),
    missing: str = "",
    misconduct: str = "",
    institutions: tuple[str, ...] = (),
) -> dict[str, Advice]:
    advice = advise(
        label=label,
        kinds=set(kinds.split()),
        findings=[Finding(kind, 0, len(text), text, "r; s") for kind, text in findings],
        missing=missing.split(),
        misconduct=misconduct.split(),
        institutions=institutions,
    )
    return {item.key: item for item in advice}


def numbers_in(text: str) -> set[str]:
    found = {lexicons.digits_of(number) for number in NUMBER.findall(NOT_A_NUMBER.sub("", text))}
    return {number for number in found if len(number) >= 5 or number == "110"}


def printable_numbers() -> set[str]:
    hotlines = {
        line.number for lines in lexicons.hotlines().values() for line in lines if line.verifies
    }
    return hotlines | set(lexicons.helplines()) | {CREDIT_CENTRE}


# One table for the branches: what stands among the advice, and what does not.
@pytest.mark.parametrize(
    ("case", "present", "absent"),
    [
        pytest.param(
            make("legitimate", "institution amount date", institutions=("工商银行",)),
            "shows.regular unknown.sender verify.hotline do_not.regular turn_to.debt"
            " turn_to.hotline_unanswered turn_to.never_borrowed",
            "missing.items turn_to.already why.no_institution",
            id="regular-notice",
        ),
        pytest.param(
            make("legitimate", "institution amount lawful_consequence"),
            "why.lawful verify.named",
            "verify.hotline turn_to.hotline_unanswered",
            id="lawful-consequence-of-a-name-outside-the-registry",
        ),
        pytest.param(
            make("legitimate", "institution amount private_payment", institutions=("工商银行",)),
            "shows.mixed_trap do_not.private_payment turn_to.already turn_to.fraud",
            "shows.regular do_not.regular",
            id="a-label-never-outweighs-a-decisive-ask",
        ),
        pytest.param(
            make("vague", "contact", missing="institution amount date official_channel"),
            "shows.vague_bare why.no_institution verify.unnamed do_not.unverified missing.items"
            " turn_to.unnamed turn_to.never_borrowed",
            "turn_to.already turn_to.debt",
            id="no-institution-named",
        ),
        pytest.param(
            make("vague", "amount private_contact"),
            "shows.vague do_not.private_contact",
            "turn_to.already",
            id="a-private-contact-beside-details",
        ),
        pytest.param(
            make("fraudulent", "institution private_contact", institutions=("工商银行",)),
            "shows.trap do_not.private_contact verify.hotline turn_to.already turn_to.fraud",
            "turn_to.debt",
            id="a-bank-impersonated",
        ),
        pytest.param(
            make("fraudulent"),
            "shows.trap_bare do_not.unverified verify.unnamed turn_to.already",
            "shows.trap",
            id="fraud-by-the-whole-wording",
        ),
        pytest.param(
            make("fraudulent", "relief_promise private_contact"),
            "do_not.relief_promise why.no_institution",
            "unknown.other",
            id="credit-repair-by-nobody",
        ),
        pytest.param(
            make("fraudulent", "institution unofficial_link", institutions=("工商银行",)),
            "do_not.unofficial_link why.alert",
            "why.no_institution",
            id="dated-alert-for-a-link",
        ),
        pytest.param(
            make(
                "fraudulent",
                "threat third_party_pressure",
                misconduct="third_party_pressure threat",
            ),
            "do_not.threat turn_to.fraud_third_parties why.misconduct",
            "turn_to.fraud",
            id="extortion-through-contacts",
        ),
        pytest.param(
            make("legitimate", "institution amount threat", misconduct="threat"),
            "do_not.threat turn_to.threat why.misconduct",
            "turn_to.debt",
            id="a-lender-that-threatens",
        ),
        pytest.param(
            make("vague", "institution", misconduct="third_party_pressure"),
            "do_not.third_party_pressure turn_to.third_parties why.misconduct",
            "turn_to.threat",
            id="third-parties-contacted",
        ),
        pytest.param(
            make("vague", "lawful_consequence", findings=(("lawful_consequence", "法院"),)),
            "turn_to.court",
            "why.lawful verify.court",
            id="a-court-named",
        ),
        pytest.param(
            make("legitimate", "institution amount", institutions=("360借条",)),
            "turn_to.platform",
            "turn_to.debt",
            id="a-platform",
        ),
        pytest.param(
            make("other", "app_download"),
            "shows.other_trap do_not.app_download verify.other turn_to.already turn_to.fraud",
            "shows.other unknown.sender missing.items turn_to.never_borrowed",
            id="other-with-a-risk-kind",
        ),
        pytest.param(
            make("other", "private_contact"), "shows.other_trap", "shows.other", id="other-any-risk"
        ),
        pytest.param(make("other"), "shows.other unknown.other", "turn_to.fraud", id="plain-other"),
        pytest.param(
            make("other", "threat", misconduct="threat"),
            "shows.other turn_to.fraud",
            "why.misconduct",
            id="other-with-a-menace",
        ),
        pytest.param(
            make("promotion", "institution amount"),
            "shows.regular",
            "shows.vague",
            id="a-model-with-its-own-labels-gets-the-rubrics-words",
        ),
    ],
)
def test_branches(case: dict[str, Advice], present: str, absent: str) -> None:
    assert set(present.split()) - set(case) == set()
    assert set(absent.split()) & set(case) == set()


@pytest.mark.parametrize("label", list(Label))
@pytest.mark.parametrize("kind", RISK)
def test_a_single_risk_decides_what_not_to_do(label: Label, kind: Kind) -> None:
    assert f"do_not.{kind}" in make(label, kind)


def test_the_costliest_risk_comes_first() -> None:
    assert "do_not.private_payment" in make("fraudulent", " ".join(RISK))


@pytest.mark.parametrize(
    ("words", "key", "number"),
    [
        ("人民法院", "verify.court", "12368"),
        ("市检察院", "verify.procuratorate", "12309"),
        ("公安局", "verify.police", "96110"),
        ("金融监管总局", "verify.regulator", "12378"),
        ("中国人民银行征信中心", "verify.credit_bureau", "400-810-8866"),
        ("仲裁委员会", "verify.authority", "12345"),
    ],
)
def test_an_authority_is_checked_at_its_own_line(words: str, key: str, number: str) -> None:
    case = make(
        "fraudulent",
        "authority_impersonation private_contact",
        findings=(("authority_impersonation", words),),
        institutions=("工商银行",),
    )
    assert number in case[key].zh
    assert number in case[key].en


def test_plain_other_is_short() -> None:
    assert len(make("other")) == 2


@pytest.mark.parametrize(
    ("institution", "printed"),
    [
        pytest.param("工商银行", "95588", id="general-line"),
        pytest.param("广发银行", "95508", id="card-line-when-there-is-no-general-one"),
        pytest.param("三湘银行", "0731-96500", id="area-code"),
        pytest.param("徽商银行", "400-889-6588", id="grouped"),
        pytest.param("锦程消费金融", None, id="one-weak-source-is-not-printed"),
        pytest.param("宜信/宜人", None, id="historic-is-not-printed"),
        pytest.param("中国移动", None, id="a-carrier-is-no-lender"),
        pytest.param("无名钱包", None, id="unknown-to-the-registry"),
    ],
)
def test_hotline_printed(institution: str, printed: str | None) -> None:
    case = make("legitimate", "institution amount", institutions=(institution,))
    if printed is None:
        assert "verify.named" in case
    else:
        assert printed in case["verify.hotline"].zh
        assert printed in case["verify.hotline"].en
        assert institution in case["verify.hotline"].zh


def test_the_second_name_serves_when_the_first_has_no_hotline() -> None:
    case = make("legitimate", "institution amount", institutions=("白条", "工商银行"))
    assert "95588" in case["verify.hotline"].zh


def test_the_hotline_names_its_sources() -> None:
    case = make("legitimate", "institution amount", institutions=("工商银行",))
    assert "VC" in case["verify.hotline"].source
    assert "7份来源" in case["verify.hotline"].zh


def test_a_hotline_written_in_the_message_is_not_repeated() -> None:
    case = make(
        "legitimate",
        "institution amount official_channel",
        findings=(("official_channel", "95588"),),
        institutions=("工商银行",),
    )
    assert "verify.matched" in case
    assert not any("95588" in item.zh + item.en for item in case.values())


def test_no_outbound_or_premium_line_is_ever_chosen() -> None:
    chosen = [line for name in NAMES if (line := hotline_of(name))]
    assert len(chosen) > 50
    assert not [line for line in chosen if re.search("外呼|营销|贵宾|白金|境外|私人", line.use)]


@pytest.mark.parametrize(
    ("institutions", "misconduct", "titles"),
    [
        (("工商银行",), "threat", ("2026-01-30", "第68条")),
        (("招联消费金融",), "threat", ("2026-01-30", "2024-04-18")),
        (("360借条",), "threat", ("第1033条",)),
        (("360借条",), "third_party_pressure", ("GB/T 45251-2025", "第1033条")),
        ((), "threat third_party_pressure", ("2026-01-30", "不得透露债务")),
    ],
)
def test_misconduct_is_compared_with_dated_rules_that_fit_the_lender(
    institutions: tuple[str, ...], misconduct: str, titles: tuple[str, ...]
) -> None:
    item = make("vague", "amount", misconduct=misconduct, institutions=institutions)[
        "why.misconduct"
    ]
    assert all(title in item.zh for title in titles)
    assert "对照" in item.zh
    assert "compared with" in item.en


def test_missing_items_are_named_with_their_dated_rules() -> None:
    item = make("vague", missing=" ".join(MISSABLE))["missing.items"]
    assert "债权机构名称、欠款金额、到期日或逾期天数" in item.zh
    assert "2026-05-01" in item.zh
    assert "第69条" in item.zh


def test_mention_of_a_lawsuit_promises_nothing() -> None:
    item = make("legitimate", "institution amount lawful_consequence")["why.lawful"]
    assert "对方可以起诉" in item.zh
    assert "suing is possible" in item.en


def test_situations_cover_what_may_have_happened() -> None:
    keys = {item.key for item in situations()}
    assert keys >= {"turn_to.already", "turn_to.never_borrowed", "turn_to.hotline_unanswered"}
    assert not [item for item in situations() if "{" in item.zh + item.en]


@pytest.mark.parametrize("label", list(Label))
def test_verdict_words(label: Label) -> None:
    words = verdict_words(label, ())
    assert words == VERDICT_WORDS[label]
    assert all(words)
    assert not BANNED.search(" ".join(words))
    assert "真的" not in " ".join(words)


def test_other_with_a_risk_kind_has_its_own_heading() -> None:
    assert verdict_words("other", {"private_payment"}).zh == "不是债务短信，但有诈骗特征"


def test_no_row_of_the_table_is_dead() -> None:
    shown: set[str] = {item.key for item in situations()}
    authorities = ("法院", "检察", "公安", "监管", "征信中心", "协会", "")
    for label, kinds, authority, names in itertools.product(
        Label,
        ("", *Kind, "institution amount", "institution unofficial_link", "amount private_payment"),
        authorities,
        ((), ("工商银行",), ("360借条",)),
    ):
        for number in ("95588", "12345678"):
            shown |= set(
                make(
                    label,
                    kinds,
                    findings=((kinds or "contact", authority), ("contact", number)),
                    missing="institution",
                    misconduct=kinds,
                    institutions=names,
                )
            )
    rows = {row["key"] for row in lexicons.rows("advice")}
    assert {key for key in rows - shown if not key.startswith(("kind.", "gap."))} == set()


def test_every_row_has_both_languages_and_a_source() -> None:
    rows = list(lexicons.rows("advice"))
    assert len({row["key"] for row in rows}) == len(rows)
    assert all(row["zh"] and row["en"] and row["source"] for row in rows)
    places = re.compile(r"\{(\w+)\}")
    assert not [
        row for row in rows if set(places.findall(row["zh"])) != set(places.findall(row["en"]))
    ]


texts = st.text(alphabet="法院公安监管征信中心95588 400-8205555138{}abc.cn/", max_size=12)
cases = st.fixed_dictionaries(
    {
        "label": st.sampled_from([*Label, "own_label"]),
        "kinds": st.frozensets(st.sampled_from([*Kind])),
        "findings": st.lists(
            st.builds(
                lambda kind, text: Finding(kind, 0, len(text), text, "r; s"),
                st.sampled_from([*Kind]),
                texts,
            ),
            max_size=4,
        ),
        "missing": st.lists(st.sampled_from(MISSABLE), unique=True),
        "misconduct": st.lists(st.sampled_from(MISCONDUCT), unique=True),
        "institutions": st.lists(st.sampled_from(NAMES + UNKNOWN), max_size=3, unique=True),
    }
)


@given(cases)
def test_any_advice_is_sound(case: dict[str, object]) -> None:
    advice = advise(**case)  # type: ignore[arg-type]
    assert 2 <= len(advice) <= MOST
    assert len({item.key for item in advice}) == len(advice)
    assert advice[0].role == "shows"
    assert {"shows", "unknown"} <= {item.role for item in advice} <= ROLES
    for item in advice:
        assert item.zh
        assert item.en
        assert item.source
        assert "{" not in item.zh + item.en
        assert not BANNED.search(item.zh + item.en)
        assert numbers_in(item.zh) | numbers_in(item.en) <= printable_numbers()


@given(cases)
def test_debt_and_traps_always_get_one_check_and_one_warning(case: dict[str, object]) -> None:
    advice = advise(**case)  # type: ignore[arg-type]
    if advice[0].key == "shows.other":
        return
    roles = [item.role for item in advice]
    assert roles.count("verify") == 1
    assert roles.count("do_not") == 1
    assert "turn_to" in roles


LENDERS = [name for name in NAMES if hotline_of(name)]


@given(cases, st.sampled_from(LENDERS), st.sampled_from(["contact", "official_channel"]), st.data())
def test_no_contact_of_the_message_is_repeated(
    case: dict[str, object], lender: str, kind: str, data: st.DataObject
) -> None:
    own = [line.number for line in lexicons.hotlines()[lender] if line.verifies]
    number = data.draw(st.sampled_from([*own, "13812345678", "021-61234567"]))
    finding = Finding(kind, 0, len(number), number, "r; s")
    advice = advise(**{**case, "institutions": [lender], "findings": [finding]})  # type: ignore[arg-type]
    digits = lexicons.digits_of(number)
    assert not [item for item in advice if digits in numbers_in(item.zh) | numbers_in(item.en)]


@given(st.lists(texts, max_size=3))
def test_names_the_registry_does_not_know_are_not_repeated(names: list[str]) -> None:
    unknown = [f"<{name}>" for name in names]
    advice = advise(
        label="vague",
        kinds={"institution"},
        findings=[],
        missing=[],
        misconduct=[],
        institutions=unknown,
    )
    assert not [item for item in advice for name in unknown if name in item.zh + item.en]


STATUSES = {"in force", "recommended", "trial", "superseded", "ended", "alert"}


@pytest.mark.parametrize("rule", dated_rules(), ids=lambda rule: rule.id)
def test_dated_rules_are_complete(rule: DatedRule) -> None:
    assert rule.status in STATUSES
    assert re.search(r"\[[PS]\]", rule.source), "only what was read is listed"
    assert not re.search(r"\[[MW]\]", rule.source)
    assert rule.verified
    assert all(
        (rule.title_zh, rule.title_en, rule.issuer, rule.what_it_says_zh, rule.what_it_says_en)
    )
    assert set(rule.applies_to) <= set(Kind)
    assert set(rule.binds) <= {institution.kind for institution in lexicons.institutions()}
    for date in (rule.issued, rule.effective):
        assert re.fullmatch(r"(\d{4}(-\d{2}-\d{2})?)?", date)
        assert date <= "2026-11-24"
    assert rule.title_zh in DOCS.read_text("utf-8"), "docs/rules.md lists every rule"


@pytest.mark.parametrize("kind", [*MISCONDUCT, *MISSABLE, *RISK])
def test_every_kind_that_weighs_has_a_rule(kind: Kind) -> None:
    found = rules_for(kind)
    assert found
    assert all(kind in rule.applies_to and rule.status != "superseded" for rule in found)


def test_rules_for_an_unknown_kind() -> None:
    assert rules_for("no such kind") == ()


@pytest.mark.parametrize(
    "unverified",
    ["第70条", "第41条", "第42条", "第51条", "自律公约", "消费者权益保护管理办法", "24%", "90天"],
)
def test_what_no_source_verifies_is_not_printed(unverified: str) -> None:
    table = [*lexicons.rows("dated_rules"), *lexicons.rows("advice")]
    assert not [row for row in table if any(unverified in cell for cell in row.values())]
