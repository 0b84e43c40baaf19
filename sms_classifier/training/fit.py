"""Train a model folder from a labelled table, with the figures that it is to be judged by."""

from __future__ import annotations

import datetime
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from sms_classifier import __version__
from sms_classifier.errors import DatasetError
from sms_classifier.evidence.scan import scan
from sms_classifier.labels import Label
from sms_classifier.model.folder import write_folder
from sms_classifier.text.normalize import normalize
from sms_classifier.text.segment import cut
from sms_classifier.training.corpus import LabelledMessages, read_labelled, thin
from sms_classifier.training.drift import drift_reference
from sms_classifier.training.fingerprint import feature_fingerprint
from sms_classifier.training.measures import calibration_error, class_figures, macro_f1
from sms_classifier.training.pipeline import build_pipeline, compile_scorer, cut_folds

__all__ = ["TrainingReport", "train"]

PER_GROUP = 3  # fillings of one family; the learning is in the families
MIN_COUNT = 9  # three families of three fillings: no feature of a single family
WANTED_ACCURACY = 0.98  # of what is not sent to review; issue "A verdict worth trusting"
ORDINARY_WEIGHT = 3.0  # phones see far more ordinary messages than the corpus holds
LEAST_COVERAGE = 0.30  # a band that passes less than this helps nobody
_LIBRARIES = ("numpy", "scikit-learn", "scipy", "jieba", "ahocorasick-rs")


@dataclass(frozen=True, slots=True)
class TrainingReport:
    """Where the model is, its card, and its figures as lines for a person."""

    folder: Path
    card: dict[str, Any]
    lines: list[str]


def train(
    data: str | Path,
    *,
    model: str | Path,
    add: str | Path | None = None,
    compare: bool = True,
    text_column: str | None = None,
    encoding: str | None = None,
) -> TrainingReport:
    """Train on a labelled table and write a model folder.

    Parameters
    ----------
    data : path
        Table with the columns ``text`` and ``label``; see `corpus.read_labelled`.
    model : path
        Folder to write.
    add : path, optional
        A second labelled table of the same form.
    compare : bool, default True
        Whether to train the typical peer on the same folds and show it beside.
    text_column, encoding : str, optional

    Returns
    -------
    TrainingReport

    Raises
    ------
    DatasetError
        If the data cannot be used.
    """
    whole = read_labelled(Path(data), text_column=text_column, encoding=encoding)
    if add is not None:
        extra = read_labelled(Path(add), text_column=text_column, encoding=encoding)
        whole = _joined(whole, extra)
    messages = thin(whole, per_group=PER_GROUP)
    rarest = min(np.unique(messages.labels, return_counts=True)[1])
    if rarest < 2:
        raise DatasetError(f"{data}: every label needs at least two messages")
    min_count = MIN_COUNT if len(messages.texts) > 2000 else 5
    pipeline = build_pipeline(min_count=min_count)
    pipeline.fit(
        list(messages.texts),
        list(messages.labels),
        classifier__kinds=messages.kinds,
        classifier__groups=messages.groups,
        classifier__weights=_weights(messages),
    )
    classifier = pipeline.named_steps["classifier"]
    figures = _figures(messages, classifier.out_of_fold_probabilities_, classifier.classes_)
    if compare:
        figures["peers"] = _peers(messages)
    card = _card(whole, messages, figures)
    card["drift_reference"] = drift_reference(
        messages, classifier.out_of_fold_probabilities_.max(axis=1), min_count=min_count
    )
    del classifier.out_of_fold_probabilities_, classifier.out_of_fold_logits_
    folder = Path(model)
    write_folder(folder, compile_scorer(pipeline), pipeline, card)
    lines = _lines(card)
    (folder / "CARD.md").write_text(
        "\n".join(["# Model card", "", *lines, "", *_LIMITS, ""]), "utf-8"
    )
    return TrainingReport(folder, card, lines)


def _weights(messages: LabelledMessages) -> list[float]:
    """Let messages without a word about debt count for the many that phones really see."""
    return [
        ORDINARY_WEIGHT
        if label == Label.OTHER and not scan(normalize(text)).has("scope_word")
        else 1.0
        for text, label in zip(messages.texts, messages.labels, strict=True)
    ]


def _joined(first: LabelledMessages, second: LabelledMessages) -> LabelledMessages:
    kinds = None
    if first.kinds is not None and second.kinds is not None:
        kinds = first.kinds + second.kinds
    return LabelledMessages(
        texts=first.texts + second.texts,
        labels=first.labels + second.labels,
        groups=first.groups + tuple(f"added-{group}" for group in second.groups),
        kinds=kinds,
        evasions=first.evasions + second.evasions,
        rows=first.rows + second.rows,
        sha256=first.sha256 + "+" + second.sha256,
    )


def _figures(
    messages: LabelledMessages, probabilities: npt.NDArray[np.float64], classes: Any
) -> dict[str, Any]:
    truth = np.asarray(messages.labels)
    guess = classes[probabilities.argmax(axis=1)]
    table = class_figures(truth.tolist(), guess.tolist())
    threshold, coverage, accuracy = _review_threshold(probabilities.max(axis=1), guess == truth)
    return {
        "macro_f1": macro_f1(table),
        "labels": table,
        "ece": calibration_error(truth.tolist(), probabilities, classes.tolist()),
        "review_threshold": threshold,
        "unreviewed_coverage": coverage,
        "unreviewed_accuracy": accuracy,
    }


def _review_threshold(top: npt.NDArray[np.float64], right: Any) -> tuple[float, float, float]:
    """Lowest confidence above which the wanted share is right, out of fold."""
    order = np.argsort(-top)
    accuracy = np.cumsum(right[order]) / np.arange(1, len(top) + 1)
    fewest = int(LEAST_COVERAGE * len(top))
    good = np.flatnonzero(accuracy[fewest:] >= WANTED_ACCURACY)
    last = int(good[-1]) + fewest if len(good) else fewest
    return float(top[order[last]]), (last + 1) / len(top), float(accuracy[last])


def _peers(messages: LabelledMessages) -> dict[str, float]:
    """Macro-F1 of the typical peers on the same groups (../shared/design/PEERS.md §5)."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import cross_val_predict
    from sklearn.naive_bayes import MultinomialNB
    from sklearn.pipeline import make_pipeline
    from sklearn.svm import LinearSVC

    words: dict[str, Any] = {"analyzer": _words}
    chars: dict[str, Any] = {
        "analyzer": "char",
        "ngram_range": (1, 3),
        "min_df": 2,
        "sublinear_tf": True,
    }
    peers = {
        "jieba TF-IDF + naive Bayes": (words, MultinomialNB()),
        "jieba TF-IDF + logistic regression": (words, LogisticRegression(max_iter=500)),
        "character TF-IDF + linear SVC": (chars, LinearSVC()),
    }
    folds = cut_folds(messages.labels, messages.groups, 3)
    scores = {}
    for name, (options, model) in peers.items():
        guess = cross_val_predict(
            make_pipeline(TfidfVectorizer(**options), model),
            list(messages.texts),
            list(messages.labels),
            cv=folds,
        )
        scores[name] = macro_f1(class_figures(list(messages.labels), guess.tolist()))
    return scores


def _words(text: str) -> list[str]:
    return [word for word in cut(text) if not word.isspace()]


def _card(
    whole: LabelledMessages, used: LabelledMessages, figures: dict[str, Any]
) -> dict[str, Any]:
    return {
        "labels": sorted(set(used.labels)),
        "data": {
            "sha256": whole.sha256,
            "messages": len(whole.texts),
            "messages_used": len(used.texts),
            "groups": len(set(used.groups)),
        },
        "features_sha256": feature_fingerprint(),
        "cross_validation": figures,
        "review_threshold": figures["review_threshold"],
        "versions": {
            "python": platform.python_version(),
            "sms-classifier": __version__,
            **{name: version(name) for name in _LIBRARIES},
        },
        "date": datetime.datetime.now(tz=datetime.UTC).date().isoformat(),
    }


def _lines(card: dict[str, Any]) -> list[str]:
    figures, data = card["cross_validation"], card["data"]
    lines = [
        f"Cross-validated by group: {data['messages_used']} of {data['messages']} messages, "
        f"{data['groups']} groups, {card['date']}.",
        "",
        "| label | n | precision | recall | 95 % interval of recall | F1 |",
        "|---|---|---|---|---|---|",
    ]
    for label, row in figures["labels"].items():
        low, high = row["recall_interval"]
        lines.append(
            f"| {label} | {row['n']} | {row['precision']:.3f} | {row['recall']:.3f} "
            f"| {low:.3f}–{high:.3f} | {row['f1']:.3f} |"
        )
    lines += [
        "",
        f"Macro-F1 {figures['macro_f1']:.3f}; expected calibration error {figures['ece']:.3f}.",
    ]
    for name, score in figures.get("peers", {}).items():
        lines.append(f"Peer, same groups: {name}: macro-F1 {score:.3f}.")
    lines.append(
        f"Review below confidence {card['review_threshold']:.3f}: "
        f"{figures['unreviewed_coverage']:.1%} pass, "
        f"{figures['unreviewed_accuracy']:.1%} of them right."
    )
    return lines


_LIMITS: Sequence[str] = (
    "## Limits",
    "",
    "A text can show that a message is verifiable or that it is a trap, not who sent it.",
    f"Labels: {', '.join(Label)}, by data/RUBRIC.md.",
    "Trained on composed messages, not on captured ones;",
    "messages of kinds that the corpus lacks are judged worse than the figures above say.",
    "Do not use the label alone to refuse, accuse or pay anybody.",
)
