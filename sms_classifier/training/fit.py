"""Train a model folder from a labelled table, with the figures that it is to be judged by."""

from __future__ import annotations

import datetime
import platform
from collections import Counter
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.pipeline import Pipeline

from sms_classifier import __version__
from sms_classifier.model.features import read_many
from sms_classifier.model.folder import write_folder
from sms_classifier.model.scorer import Scorer
from sms_classifier.training.card import format_figures, rules_date, write_page
from sms_classifier.training.corpus import LabelledMessages, read_labelled, thin
from sms_classifier.training.drift import drift_reference
from sms_classifier.training.figures import cross_validation_figures
from sms_classifier.training.fingerprint import feature_fingerprint
from sms_classifier.training.noise import unlikely_labels, write_problems
from sms_classifier.training.peers import peer_figures
from sms_classifier.training.pipeline import (
    STACKING_FOLDS,
    TwoStageClassifier,
    build_pipeline,
    compile_scorer,
    cut_folds,
)
from sms_classifier.training.table import (
    TrainingTable,
    crossing_share,
    prepare,
    random_folds,
)
from sms_classifier.verdict import Judge

__all__ = ["PER_GROUP", "TrainingReport", "fit_pipeline", "train"]

PER_GROUP = 3  # fillings of one family; the learning is in the families
MIN_COUNT = 15  # five families of three fillings: no feature of a single family
LEAST_COUNT = 5  # of a small table; INTERFACE, "A model folder"
LEAST_SHARE = 0.0007  # of the messages of a large table, so that models do not grow with it
MANY = 2000  # messages from which MIN_COUNT leaves enough features
# Of 160,000 messages, two folds and three gave the same log-loss on families held out, 0.345, and
# a macro-F1 of 0.869 and 0.873.
LARGE, FOLDS_OF_LARGE = 100_000, 2
ORDINARY_WEIGHT = 2.0  # phones see far more ordinary messages than the corpus holds
PROBLEMS = "label_problems.csv"
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
        A second labelled table of the same form; rows without a label are passed over, and a
        text that `data` has too takes the added label.
    compare : bool, default True
        Whether to train the typical peers on the same folds and show them beside.
    text_column, encoding : str, optional

    Returns
    -------
    TrainingReport

    Raises
    ------
    DatasetError
        If the data cannot be used.
    """
    source = read_labelled(Path(data), text_column=text_column, encoding=encoding)
    extra = None
    if add is not None:
        extra = read_labelled(
            Path(add), text_column=text_column, encoding=encoding, skip_unlabelled=True
        )
    table = prepare(source, extra)
    messages = thin(table.messages, per_group=PER_GROUP)
    pipeline = fit_pipeline(messages)
    classifier = pipeline.named_steps["classifier"]
    scorer = compile_scorer(pipeline)
    figures = _figures(table, messages, classifier, scorer)
    doubtful = unlikely_labels(
        messages, classifier.out_of_fold_probabilities_, classifier.classes_.tolist()
    )
    figures["unlikely_labels"] = len(doubtful)
    if compare:
        folds = cut_folds(messages.labels, messages.groups, classifier.n_folds)
        figures["peers"] = peer_figures(messages.texts, messages.labels, folds)
    card = _card(table, messages, figures)
    card["drift_reference"] = drift_reference(
        messages, classifier.out_of_fold_probabilities_.max(axis=1), min_count=_min_count(messages)
    )
    del classifier.out_of_fold_probabilities_, classifier.out_of_fold_logits_
    folder = Path(model)
    write_folder(folder, scorer, pipeline, card)
    write_problems(folder / PROBLEMS, [*table.contradictions, *doubtful])
    write_page(folder)
    return TrainingReport(folder, card, format_figures(card))


def fit_pipeline(messages: LabelledMessages, *, n_folds: int | None = None) -> Pipeline:
    """Fit the pipeline as `train` does: on messages that are tidy and thinned."""
    if n_folds is None:
        n_folds = FOLDS_OF_LARGE if len(messages.texts) > LARGE else STACKING_FOLDS
    pipeline = build_pipeline(
        min_count=_min_count(messages), n_folds=n_folds, ordinary_weight=ORDINARY_WEIGHT
    )
    return pipeline.fit(
        list(messages.texts),
        list(messages.labels),
        classifier__kinds=messages.kinds,
        classifier__groups=messages.groups,
    )


def _min_count(messages: LabelledMessages) -> int:
    n = len(messages.texts)
    return max(MIN_COUNT, round(LEAST_SHARE * n)) if n > MANY else LEAST_COUNT


def _figures(
    table: TrainingTable, messages: LabelledMessages, classifier: TwoStageClassifier, scorer: Scorer
) -> dict[str, Any]:
    """Cross-validated figures, and how far the folds keep near-copies apart."""
    readings = read_many(messages.texts)
    unseen = replace(
        scorer.score(readings),
        probabilities=classifier.out_of_fold_probabilities_,
        reader_logits=classifier.out_of_fold_logits_,
    )
    verdicts = Judge(scorer, 0.0).verdicts(readings, unseen)
    whole = table.messages
    folds = cut_folds(whole.labels, whole.groups, classifier.n_folds)
    return {
        **cross_validation_figures(
            messages,
            classifier.out_of_fold_probabilities_,
            classifier.classes_.tolist(),
            contradicted=np.array([verdict.conclusion.is_contradicted for verdict in verdicts]),
            kinds=["|".join(verdict.conclusion.kinds) for verdict in verdicts],
        ),
        "by_group": crossing_share(whole.groups, folds) == 0,
        "near_copies_across": {
            "random": crossing_share(table.near_copies, random_folds(len(whole.texts))),
            "ours": crossing_share(table.near_copies, folds),
        },
    }


def _card(table: TrainingTable, used: LabelledMessages, figures: dict[str, Any]) -> dict[str, Any]:
    pairs = set(zip(used.labels, used.groups, strict=True))
    return {
        "labels": sorted(set(used.labels)),
        "data": {
            "sha256": table.messages.sha256,
            "messages": table.n_rows,
            "messages_used": len(used.texts),
            "groups": len(set(used.groups)),
            "groups_by_label": dict(sorted(Counter(label for label, _ in pairs).items())),
            "contradicting_rows": len(table.contradictions),
        },
        "features_sha256": feature_fingerprint(),
        "cross_validation": figures,
        "review_threshold": figures["review_threshold"],
        "label_problems": PROBLEMS,
        "rules_date": rules_date(),
        "versions": {
            "python": platform.python_version(),
            "sms-classifier": __version__,
            **{name: version(name) for name in _LIBRARIES},
        },
        "date": datetime.datetime.now(tz=datetime.UTC).date().isoformat(),
    }
