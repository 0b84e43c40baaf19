"""The model as a scikit-learn pipeline from raw texts to calibrated probabilities."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, StratifiedGroupKFold, StratifiedKFold
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import check_is_fitted

from sms_classifier.labels import RISK, Kind, Label
from sms_classifier.model.decision import GRAVE, decision_rows, gated, sigmoid, softmax
from sms_classifier.model.features import evidence_names
from sms_classifier.model.scorer import Scorer
from sms_classifier.model.windows import n_word_inputs
from sms_classifier.training.message_features import MessageFeatures, evidence_of, inputs_of
from sms_classifier.training.readers import Readers, fit_readers, taken

__all__ = [
    "READ_KINDS",
    "STACKING_FOLDS",
    "TwoStageClassifier",
    "build_pipeline",
    "compile_scorer",
    "cut_folds",
]

Floats = npt.NDArray[np.float64]
# Many, so that the readers of the folds are nearly as good as those of the model.
STACKING_FOLDS = 8
# Messages that the decision is fitted on at most: its weights are few. Tried together with fewer
# folds only (see fit.py).
MOST_DECIDED = 40_000
# Found by rule alone: what is a rewrite, or an unlisted number, is not a matter of reading.
READ_KINDS = tuple(kind for kind in Kind if kind not in (Kind.OBFUSCATION, Kind.CONTACT))
_RISK_OR_CONDUCT = {*RISK, Kind.THREAT, Kind.THIRD_PARTY_PRESSURE, GRAVE}


class TwoStageClassifier(ClassifierMixin, BaseEstimator):
    """Readers of wording and kinds, and a linear decision on what they say.

    The decision is fitted on readings that come from folds without the message's own group, so
    that it learns how far the readers can be trusted on families never seen; that also
    calibrates it.

    Parameters
    ----------
    n_hidden, n_detectors : int, default 64
        Hidden units and window detectors that the readers share.
    decision_c : float, default 0.3
        Inverse L2 penalty of the decision.
    n_folds : int, default STACKING_FOLDS
    ordinary_weight : float, default 1.0
        How much a message labelled ``other`` without a word about debt counts beside others of
        its group's size.
    """

    def __init__(
        self,
        n_hidden: int = 64,
        n_detectors: int = 64,
        decision_c: float = 0.3,
        n_folds: int = STACKING_FOLDS,
        ordinary_weight: float = 1.0,
    ) -> None:
        self.n_hidden = n_hidden
        self.n_detectors = n_detectors
        self.decision_c = decision_c
        self.n_folds = n_folds
        self.ordinary_weight = ordinary_weight

    def fit(
        self,
        X: csr_matrix,
        y: Sequence[str],
        kinds: Sequence[str | None] | None = None,
        groups: Sequence[str] | None = None,
    ) -> TwoStageClassifier:
        """Fit both stages.

        Parameters
        ----------
        X : csr_matrix of shape (n_messages, n_features)
        y : sequence of str
        kinds : sequence of str or None, optional
            Kinds of each message joined by ``|``, None where nobody marked them; without them
            only wording is read.
        groups : sequence of str, optional
            Messages of a group never stand in two folds.
        """
        labels = np.asarray(y)
        self.classes_ = np.unique(labels)
        self.outputs_, targets, known = _targets(labels, self.classes_, kinds)
        inputs, evidence = inputs_of(X), evidence_of(X)
        weight = _group_weights(groups, len(labels))
        weight = weight * _ordinary_weights(labels, evidence, self.ordinary_weight)
        importance = weight[:, None] * known

        def fitted(rows: Any) -> Readers:
            return fit_readers(
                *inputs,
                targets,
                importance,
                rows,
                n_labels=len(self.classes_),
                n_word_inputs=n_word_inputs(int(inputs[1].ids.max())),
                n_hidden=self.n_hidden,
                n_detectors=self.n_detectors,
            )

        folds = cut_folds(labels, groups, self.n_folds)
        logits = np.zeros(targets.shape)
        for train, test in folds:
            read = fitted(train).logits(inputs[0][test], taken(inputs[1], test))
            logits[test] = gated(self.outputs_, read, evidence[test])
        decision = decision_rows(self.outputs_, logits, evidence)
        self.out_of_fold_probabilities_ = np.zeros((len(labels), len(self.classes_)))
        for train, test in folds:
            part = self._fit_decision(decision[train], labels[train], weight[train])
            self.out_of_fold_probabilities_[test] = softmax(decision[test] @ part[0] + part[1])
        self.weights_, self.bias_ = self._fit_decision(decision, labels, weight)
        self.readers_ = fitted(np.arange(len(labels)))
        self.thresholds_ = _thresholds(logits, targets, known, weight)
        self.out_of_fold_logits_ = logits
        return self

    def _fit_decision(self, rows: Floats, labels: Any, weight: Floats) -> tuple[Floats, Floats]:
        model = LogisticRegression(C=self.decision_c, max_iter=2000)
        some, share = _enough(labels)
        model.fit(rows[some], labels[some], sample_weight=weight[some] / share)
        weights = np.zeros((rows.shape[1], len(self.classes_)))
        bias = np.full(len(self.classes_), -30.0)  # a class that a fold lacks
        places = np.searchsorted(self.classes_, model.classes_)
        if len(model.classes_) == 2:
            weights[:, places[1]], bias[places] = model.coef_[0], (0.0, model.intercept_[0])
        else:
            weights[:, places], bias[places] = model.coef_.T, model.intercept_
        return weights, bias

    def predict_proba(self, X: csr_matrix) -> Floats:
        """Calibrated probabilities, columns in the order of ``classes_``."""
        check_is_fitted(self)
        evidence = evidence_of(X)
        logits = gated(self.outputs_, self.readers_.logits(*inputs_of(X)), evidence)
        decision = decision_rows(self.outputs_, logits, evidence)
        return softmax(decision @ self.weights_ + self.bias_)

    def predict(self, X: csr_matrix) -> npt.NDArray[np.str_]:
        """Label of the highest probability."""
        return np.asarray(self.classes_[self.predict_proba(X).argmax(axis=1)])


def _targets(
    labels: Any, classes: Any, kinds: Sequence[str | None] | None
) -> tuple[tuple[str, ...], Floats, Floats]:
    """Names, targets and whether a target is known, for each reader."""
    outputs = [f"wording:{label}" for label in classes]
    columns = [labels == label for label in classes]
    known = [np.ones(len(labels), dtype=bool)] * len(classes)
    if kinds is not None:
        shown = [set((cell or "").split("|")) for cell in kinds]
        marked = np.array([cell is not None for cell in kinds])
        in_scope = labels != "other"
        for kind in (*READ_KINDS, GRAVE):
            outputs.append(f"read:{kind}")
            columns.append(np.array([kind in marks for marks in shown]))
            known.append(marked & (in_scope | (kind in _RISK_OR_CONDUCT)))
    return tuple(outputs), np.array(columns, dtype=float).T, np.array(known, dtype=float).T


def _group_weights(groups: Sequence[str] | None, n: int) -> Floats:
    """Weights that let every group count alike, 1 on average."""
    if groups is None:
        return np.ones(n)
    _, places, counts = np.unique(np.asarray(groups), return_inverse=True, return_counts=True)
    weight = 1.0 / counts[places]
    return np.asarray(weight * (n / weight.sum()))


def _ordinary_weights(labels: Any, evidence: Floats, weight: float) -> Floats:
    is_silent = evidence[:, evidence_names().index("scope:none")] > 0
    return np.where((labels == Label.OTHER) & is_silent, weight, 1.0)


def _enough(labels: Any) -> tuple[Any, Any]:
    """Rows to fit the decision on, and which share of their label's rows they are."""
    if len(labels) <= MOST_DECIDED:
        return slice(None), 1.0
    _, places, counts = np.unique(labels, return_inverse=True, return_counts=True)
    most = MOST_DECIDED // len(counts)
    random = np.random.default_rng(0)
    rows = [random.permutation(np.flatnonzero(places == k))[:most] for k in range(len(counts))]
    some = np.sort(np.concatenate(rows))
    return some, np.minimum(1.0, most / counts)[places[some]]


def cut_folds(labels: Any, groups: Sequence[str] | None, n_folds: int) -> list[tuple[Any, Any]]:
    """Folds (train, test) that no group crosses, each training part with every label.

    Where groups are too few for that, the folds are cut by label alone.
    """
    labels = np.asarray(labels)
    n_labels = len(np.unique(labels))
    n_groups = 0 if groups is None else len(set(groups))
    if n_groups > 1:
        n_parts = min(n_folds, n_groups)
        for splitter in (GroupKFold(n_parts), StratifiedGroupKFold(n_parts)):
            folds = list(splitter.split(labels, labels, groups))
            if all(len(np.unique(labels[train])) == n_labels for train, _ in folds):
                return folds
    fewest = int(np.unique(labels, return_counts=True)[1].min())
    splitter = StratifiedKFold(max(2, min(n_folds, fewest)), shuffle=True, random_state=0)
    return list(splitter.split(labels, labels))


def _thresholds(logits: Floats, targets: Floats, known: Floats, weight: Floats) -> Floats:
    """Probability from which each output is best taken as present (highest F1 out of fold)."""
    grid = np.linspace(0.15, 0.85, 29)
    best = []
    for column in range(targets.shape[1]):
        use = known[:, column] > 0
        truth, w = targets[use, column] > 0, weight[use]
        probability = sigmoid(logits[use, column])
        scores = [_f1(truth, probability >= bound, w) for bound in grid]
        best.append(grid[int(np.argmax(scores))])
    return np.array(best)


def _f1(truth: Any, guess: Any, weight: Floats) -> float:
    hit = float(weight[truth & guess].sum())
    return 2 * hit / max(float(weight[truth].sum() + weight[guess].sum()), 1e-9)


def build_pipeline(
    *,
    min_count: int = 5,
    n_hidden: int = 64,
    n_detectors: int = 64,
    decision_c: float = 0.3,
    n_folds: int = STACKING_FOLDS,
    ordinary_weight: float = 1.0,
) -> Pipeline:
    """Build the unfitted pipeline; ``fit`` and ``predict`` take raw messages.

    Pass ``classifier__kinds`` and ``classifier__groups`` to ``fit`` when they are known.

    Examples
    --------
    >>> build_pipeline().named_steps["classifier"].n_folds
    8
    """
    return Pipeline(
        [
            ("features", MessageFeatures(min_count=min_count)),
            (
                "classifier",
                TwoStageClassifier(n_hidden, n_detectors, decision_c, n_folds, ordinary_weight),
            ),
        ]
    )


def compile_scorer(pipeline: Pipeline) -> Scorer:
    """Turn a fitted pipeline into plain arrays that give the same probabilities."""
    features, classifier = pipeline.named_steps["features"], pipeline.named_steps["classifier"]
    readers = classifier.readers_
    return Scorer(
        features.ngrams_,
        features.meaning_,
        features.window_words_,
        classes=[str(label) for label in classifier.classes_],
        outputs=classifier.outputs_,
        arrays={
            "hidden_weights": readers.hidden_weights,
            "hidden_bias": readers.hidden_bias,
            "window_weights": readers.windows.weights,
            "window_bias": readers.windows.bias,
            "reader_weights": readers.output_weights,
            "reader_bias": readers.output_bias,
            "weights": classifier.weights_,
            "bias": classifier.bias_,
            "thresholds": classifier.thresholds_,
        },
    )
