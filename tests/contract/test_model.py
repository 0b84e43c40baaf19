"""The shipped model, its parity with scikit-learn, and what a folder must refuse."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from sklearn.base import clone

import sms_classifier as sms
from sms_classifier.errors import ModelError
from sms_classifier.model.features import read
from sms_classifier.training.corpus import read_labelled, thin
from sms_classifier.training.fingerprint import feature_fingerprint
from sms_classifier.training.pipeline import build_pipeline, compile_scorer

ROOT = Path(__file__).resolve().parent.parent.parent
DEFAULT = ROOT / "models" / "default"
REBUILD = "the model is older than what it is made from; run `make model`"


@pytest.fixture(scope="module")
def sample():
    whole = read_labelled(ROOT / "data" / "messages.csv")
    return whole.take(range(0, len(whole.texts), 60))


def test_model_is_built_from_this_code_and_data():
    card = json.loads((DEFAULT / "card.json").read_text("utf-8"))
    assert card["features_sha256"] == feature_fingerprint(), REBUILD
    assert card["data"]["sha256"] == read_labelled(ROOT / "data" / "messages.csv").sha256, REBUILD


@pytest.mark.parametrize("with_kinds", [True, False])
def test_scorer_equals_pipeline(sample, with_kinds):
    pipeline = clone(build_pipeline(min_count=3))
    kinds = sample.kinds if with_kinds else None
    pipeline.fit(
        list(sample.texts),
        list(sample.labels),
        classifier__kinds=kinds,
        classifier__groups=sample.groups,
    )
    texts = list(sample.texts[:100])
    ours = compile_scorer(pipeline).score([read(text) for text in texts]).probabilities
    np.testing.assert_allclose(ours, pipeline.predict_proba(texts), atol=1e-6)


def test_one_by_one_equals_together():
    classifier = sms.load()
    texts = [
        "您的借款已逾期，请尽快处理",
        "【招商银行】您尾号1234的信用卡应还1,280.50元，8月15日到期",
        "晚上吃饭吗",
    ]
    together = classifier.predict_proba(texts)
    apart = np.vstack([classifier.predict_proba([text]) for text in texts])
    np.testing.assert_allclose(together, apart, atol=1e-9)
    np.testing.assert_allclose(together.sum(axis=1), 1.0)


def test_contributions_add_up_to_the_logit():
    classifier = sms.load()
    text = "【瞬瞬花】张伟，您已逾期3天，待还892.11元，请登录APP还款"
    explanation = classifier.explain(text)
    scores = classifier._scorer.score([read(text)])
    place = classifier.classes_.tolist().index(explanation.label)
    logit = (scores.decision @ classifier._scorer.weights + classifier._scorer.bias)[0, place]
    assert sum(weight for _, weight in explanation.contributions) == pytest.approx(logit)


@pytest.mark.parametrize(
    ("bad", "error"),
    [
        ([1], TypeError),
        ([None], TypeError),
        ([b"x"], TypeError),
        ([""], ValueError),
        (["x" * 10_001], ValueError),
    ],
)
def test_misuse_names_the_position(bad, error):
    with pytest.raises(error, match="message 1"):
        sms.load().predict(["ok", *bad])


@pytest.mark.parametrize("name", ["scorer.npz", "card.json"])
def test_incomplete_folder_is_refused(tmp_path, name):
    shutil.copytree(DEFAULT, tmp_path / "m")
    (tmp_path / "m" / name).unlink()
    with pytest.raises(ModelError, match=name):
        sms.load(tmp_path / "m")


def test_altered_scorer_is_refused(tmp_path):
    shutil.copytree(DEFAULT, tmp_path / "m")
    data = bytearray((tmp_path / "m" / "scorer.npz").read_bytes())
    data[len(data) // 2] ^= 1
    (tmp_path / "m" / "scorer.npz").write_bytes(bytes(data))
    with pytest.raises(ModelError, match=r"scorer\.npz"):
        sms.load(tmp_path / "m")


def test_newer_format_is_refused(tmp_path):
    shutil.copytree(DEFAULT, tmp_path / "m")
    card = json.loads((tmp_path / "m" / "card.json").read_text("utf-8"))
    (tmp_path / "m" / "card.json").write_text(json.dumps({**card, "format": 99}), "utf-8")
    with pytest.raises(ModelError, match="format 99"):
        sms.load(tmp_path / "m")


def test_frame_keeps_rows_and_tells_status():
    import pandas as pd

    frame = pd.DataFrame({"id": ["007", "008", "009"], "text": ["您的借款已逾期", None, " "]})
    made = sms.load().predict_frame(frame)
    assert made["id"].tolist() == ["007", "008", "009"]
    assert made["status"].tolist() == ["ok", "empty", "empty"]
    assert made["label"].tolist()[1:] == ["", ""]


def test_own_labels_and_no_kinds(tmp_path):
    table = tmp_path / "mine.csv"
    rows = [
        f"{t}{i},{label}" for i in range(8) for t, label in (("还款提醒", "debt"), ("晚饭吃什么", "chat"))
    ]
    table.write_text("text,label\n" + "\n".join(rows) + "\n", "utf-8")
    sms.train(table, model=tmp_path / "m", compare=False)
    mine = sms.load(tmp_path / "m")
    assert set(mine.classes_) == {"debt", "chat"}
    assert mine.predict(["还款提醒9"]).tolist() == ["debt"]
    assert mine.explain("还款提醒9").missing == ()


def test_thin_keeps_every_group():
    whole = read_labelled(ROOT / "data" / "messages.csv")
    assert set(thin(whole, per_group=1).groups) == set(whole.groups)
