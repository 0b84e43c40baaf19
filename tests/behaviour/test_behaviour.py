"""No capability falls below its floor; what moves a verdict adds up to it."""

import numpy as np
import pytest
from capabilities import CAPABILITIES, base, filled
from measure import floors, measure

import sms_classifier as sms
from sms_classifier.labels import Label

REMEASURE = "run `make behaviour` to see all pass rates; it raises floors and never lowers them"


@pytest.fixture(scope="module")
def rates():
    return measure(sms.load())


@pytest.mark.parametrize("capability", CAPABILITIES)
def test_capability_keeps_its_floor(capability, rates):
    if capability not in rates:
        assert capability not in floors()
        return
    assert rates[capability].share >= floors()[capability], REMEASURE


def test_every_label_has_base_messages():
    labels = [label for label, _ in base()]
    assert {label: labels.count(label) >= 10 for label in map(str, Label)} == dict.fromkeys(
        map(str, Label), True
    )


def test_base_messages_stand_in_no_training_table():
    from pathlib import Path

    from sms_classifier.training.corpus import near_copy_groups, read_labelled

    data = Path(__file__).resolve().parents[2] / "data" / "messages.csv"
    trained = read_labelled(data).texts
    texts = [filled(text) for _, text in base()]
    groups = near_copy_groups([*trained, *texts])
    assert [
        text
        for text, group in zip(texts, groups[len(trained) :], strict=True)
        if group in set(groups[: len(trained)])
    ] == []


def test_contributions_add_up_to_the_logits_behind_the_probabilities():
    """Sums differ from log-probabilities by one constant a message, which is the same for every label."""
    classifier = sms.load()
    for _, text in base()[::4]:
        shown = filled(text)
        explanation = classifier.explain(shown)
        total = sum(weight for _, weight in explanation.contributions)
        scores = next(iter(classifier._score([shown])))[1]
        logits = scores.decision @ classifier._scorer.weights + classifier._scorer.bias
        place = classifier.classes_.tolist().index(explanation.label)
        assert total == pytest.approx(logits[0, place], abs=1e-9)
        shares = np.exp(logits[0] - logits[0].max())
        assert shares[place] / shares.sum() == pytest.approx(explanation.confidence, abs=1e-6)
