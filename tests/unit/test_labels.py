"""The rubric as a function, clause by clause."""

import pytest

from sms_classifier.labels import DECISIVE, Label, judge, missing_disclosures


@pytest.mark.parametrize("kind", DECISIVE)
def test_any_decisive_kind_is_fraud(kind):
    assert judge({"institution", "amount", kind}) is Label.FRAUDULENT


@pytest.mark.parametrize(
    ("kinds", "grave", "label"),
    [
        ({"private_contact"}, None, "fraudulent"),
        ({"private_contact", "amount"}, None, "vague"),
        ({"private_contact", "amount", "threat"}, True, "fraudulent"),
        ({"threat"}, True, "fraudulent"),
        ({"threat"}, False, "vague"),
        ({"threat", "institution"}, True, "vague"),
        ({"institution", "days_overdue"}, None, "legitimate"),
        ({"institution"}, None, "vague"),
        (set(), None, "vague"),
    ],
)
def test_judge(kinds, grave, label):
    assert judge(kinds, grave_threat=grave) == label


def test_days_overdue_stand_for_a_date():
    assert missing_disclosures({"days_overdue", "amount", "institution", "official_channel"}) == ()
