"""What follows from kinds: shared by all messages that show the same ones."""

import pandas as pd
import pytest

import sms_classifier as sms
from sms_classifier.labels import Kind
from sms_classifier.verdict import _BIT, _conclude


def bits(*kinds):
    return sum(_BIT[kind] for kind in kinds)


@pytest.mark.parametrize(
    ("label", "kinds", "grave", "contradicted", "missing"),
    [
        pytest.param("legitimate", ("institution", "amount", "date"), False, False, ("official_channel",), id="agrees"),
        pytest.param("vague", ("institution", "amount"), False, True, ("date", "official_channel"), id="rubric-says-more"),
        pytest.param("other", (), False, False, (), id="other-lacks-nothing"),
        pytest.param("other", ("app_download",), False, True, (), id="other-with-a-risk"),
        pytest.param("fraudulent", ("threat",), True, False, ("institution", "amount", "date", "official_channel"), id="grave"),
        pytest.param("fraudulent", ("threat",), False, True, ("institution", "amount", "date", "official_channel"), id="a-hint-is-not-grave"),
    ],
)  # fmt: skip
def test_conclusion(label, kinds, grave, contradicted, missing):
    found = _conclude(label, bits(*kinds), grave, True)
    assert set(found.kinds) == set(kinds)
    assert (found.is_contradicted, found.missing) == (contradicted, missing)


def test_a_model_with_its_own_labels_is_not_judged_by_the_rubric():
    found = _conclude("spam", bits("app_download", "threat"), True, False)
    assert (found.missing, found.is_contradicted) == ((), False)
    assert found.misconduct == ("threat",)


def test_kinds_stand_in_their_order():
    every = bits(*_BIT)
    assert _conclude("vague", every, False, True).kinds == tuple(map(str, Kind))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("dtype", ["string", "object", "str"])
def test_missing_values_of_every_kind_of_column_are_empty(dtype):
    frame = pd.DataFrame({"text": pd.Series(["您的借款已逾期", None], dtype=dtype)})
    assert sms.load().predict_frame(frame)["status"].tolist() == ["ok", "empty"]
