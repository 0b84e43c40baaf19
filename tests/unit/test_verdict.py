"""What follows from kinds: shared by all messages that show the same ones."""

import math

import numpy as np
import pandas as pd
import pytest

import sms_classifier as sms
from sms_classifier.classifier import _written
from sms_classifier.labels import Kind
from sms_classifier.model.features import GRAVE_BIT, KIND_BITS
from sms_classifier.verdict import _conclude


def bits(*kinds):
    return sum(KIND_BITS[kind] for kind in kinds)


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
    found = _conclude(label, bits(*kinds) | grave * GRAVE_BIT, True)
    assert set(found.kinds) == set(kinds)
    assert (found.is_contradicted, found.missing) == (contradicted, missing)


def test_a_model_with_its_own_labels_is_not_judged_by_the_rubric():
    found = _conclude("spam", bits("app_download", "threat") | GRAVE_BIT, False)
    assert (found.missing, found.is_contradicted) == ((), False)
    assert found.misconduct == ("threat",)


def test_kinds_stand_in_their_order():
    every = bits(*KIND_BITS)
    assert _conclude("vague", every, True).kinds == tuple(map(str, Kind))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("dtype", ["string", "object", "str"])
def test_missing_values_of_every_kind_of_column_are_empty(dtype):
    frame = pd.DataFrame({"text": pd.Series(["您的借款已逾期", None], dtype=dtype)})
    assert sms.load().predict_frame(frame)["status"].tolist() == ["ok", "empty"]


def test_shares_are_written_as_python_writes_them():
    ties = [step / 20_000 for step in range(20_001)]  # each second one lies between two cells
    beside = [math.nextafter(tie, towards) for tie in ties for towards in (0, 1)]
    random = np.random.default_rng(0).random(20_000).tolist()
    shares = [*ties, *beside, *random, 5e-324, math.nan]
    assert _written(np.array([shares])) == [[f"{share:.4f}" for share in shares]]
