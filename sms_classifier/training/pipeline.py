"""The model as a scikit-learn pipeline from raw texts to calibrated probabilities."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.sparse import csr_matrix, hstack
from sklearn.base import BaseEstimator, ClassifierMixin, TransformerMixin
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, StratifiedGroupKFold, StratifiedKFold
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import check_is_fitted
from threadpoolctl import threadpool_limits

from sms_classifier.labels import RISK, Kind
from sms_classifier.model.features import evidence_names, evidence_rows, read
from sms_classifier.model.scorer import GRAVE, Scorer, decision_rows, sigmoid, softmax
from sms_classifier.text.ngrams import NgramVectorizer

__all__ = [
    "READ_KINDS",
    "MessageFeatures",
    "TwoStageClassifier",
    "build_pipeline",
    "compile_scorer",
    "cut_folds",
]

Floats = npt.NDArray[np.float64]
# Found by rule alone: what is a rewrite, or an unlisted number, is not a matter of reading.
READ_KINDS = tuple(kind for kind in Kind if kind not in (Kind.OBFUSCATION, Kind.CONTACT))
_RISK_OR_CONDUCT = {*RISK, Kind.THREAT, Kind.THIRD_PARTY_PRESSURE, GRAVE}


class MessageFeatures(TransformerMixin, BaseEstimator):
    """Texts to the sparse matrix of n-grams and evidence.

    Parameters
    ----------
    min_count : int, default 5
        See `NgramVectorizer`.
    """

    def __init__(self, min_count: int = 5) -> None:
        self.min_count = min_count

    def fit(self, X: Sequence[str], y: object = None) -> MessageFeatures:
        """Learn the vocabulary."""
        self.fit_transform(X)
        return self

    def fit_transform(self, X: Sequence[str], y: object = None, **_: object) -> csr_matrix:
        """Learn the vocabulary and transform, reading each message once."""
        readings = [read(text) for text in X]
        self.vectorizer_ = NgramVectorizer(min_count=self.min_count)
        self.vectorizer_.fit([reading.delexicalised for reading in readings])
        return self._matrix(readings)

    def transform(self, X: Sequence[str]) -> csr_matrix:
        """Features, shape (n_messages, n_ngrams + n_evidence)."""
        check_is_fitted(self)
        return self._matrix([read(text) for text in X])

    def _matrix(self, readings: Sequence[Any]) -> csr_matrix:
        rows = self.vectorizer_.transform([reading.delexicalised for reading in readings])
        ngrams = csr_matrix((rows.data, rows.indices, rows.indptr), (rows.n_rows, rows.n_columns))
        return hstack([ngrams, csr_matrix(evidence_rows(readings))], format="csr")

    def get_feature_names_out(self, input_features: object = None) -> npt.NDArray[np.str_]:
        """Names of the columns."""
        check_is_fitted(self)
        return np.array([*self.vectorizer_.feature_names_, *evidence_names()])


class TwoStageClassifier(ClassifierMixin, BaseEstimator):
    """Linear readers of wording and kinds, and a linear decision on what they say.

    The decision is fitted on readings that come from folds without the message's own group, so
    that it learns how far the readers can be trusted on families never seen; that also
    calibrates it.

    Parameters
    ----------
    alpha : float, default 0.1
        L2 penalty of the readers, per message of weight 1.
    decision_c : float, default 0.3
        Inverse L2 penalty of the decision.
    n_folds : int, default 3
    """

    def __init__(self, alpha: float = 0.1, decision_c: float = 0.3, n_folds: int = 3) -> None:
        self.alpha = alpha
        self.decision_c = decision_c
        self.n_folds = n_folds

    def fit(
        self,
        X: csr_matrix,
        y: Sequence[str],
        kinds: Sequence[str | None] | None = None,
        groups: Sequence[str] | None = None,
        weights: Sequence[float] | None = None,
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
        weights : sequence of float, optional
            How much each message counts beside others of its group's size.
        """
        labels = np.asarray(y)
        self.classes_ = np.unique(labels)
        self.outputs_, targets, known = _targets(labels, self.classes_, kinds)
        weight = _group_weights(groups, len(labels))
        if weights is not None:
            weight = weight * np.asarray(weights)
        folds = cut_folds(labels, groups, self.n_folds)
        self.out_of_fold_logits_ = np.zeros(targets.shape)
        for train, test in folds:
            fitted = _fit_readers(X[train], targets[train], known[train], weight[train], self.alpha)
            self.out_of_fold_logits_[test] = X[test] @ fitted[0] + fitted[1]
        decision = decision_rows(self.outputs_, self.out_of_fold_logits_, self._evidence(X))
        self.out_of_fold_probabilities_ = np.zeros((len(labels), len(self.classes_)))
        for train, test in folds:
            part = self._fit_decision(decision[train], labels[train], weight[train])
            self.out_of_fold_probabilities_[test] = softmax(decision[test] @ part[0] + part[1])
        self.weights_, self.bias_ = self._fit_decision(decision, labels, weight)
        self.reader_weights_, self.reader_bias_ = _fit_readers(
            X, targets, known, weight, self.alpha
        )
        self.thresholds_ = _thresholds(self.out_of_fold_logits_, targets, known, weight)
        return self

    def _evidence(self, X: csr_matrix) -> Floats:
        return np.asarray(X[:, -len(evidence_names()) :].todense())

    def _fit_decision(self, rows: Floats, labels: Any, weight: Floats) -> tuple[Floats, Floats]:
        model = LogisticRegression(C=self.decision_c, max_iter=2000)
        model.fit(rows, labels, sample_weight=weight)
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
        logits = X @ self.reader_weights_.astype(float) + self.reader_bias_
        decision = decision_rows(self.outputs_, logits, self._evidence(X))
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


def _fit_readers(
    X: csr_matrix, targets: Floats, known: Floats, weight: Floats, alpha: float
) -> tuple[npt.NDArray[np.float32], Floats]:
    """All readers at once: L2-penalised logistic regressions by L-BFGS."""
    n, width = X.shape
    n_outputs = targets.shape[1]
    sample = weight[:, None] * known
    transposed = X.T.tocsr()

    def objective(flat: Floats) -> tuple[float, Floats]:
        parts = flat.reshape(width + 1, n_outputs)
        logits = X @ parts[:-1] + parts[-1]
        loss = np.logaddexp(0, logits) - targets * logits
        error = (sigmoid(logits) - targets) * sample
        penalty = alpha * n * 1e-3
        value = float((loss * sample).sum() + 0.5 * penalty * (parts[:-1] ** 2).sum())
        gradient = np.vstack([transposed @ error + penalty * parts[:-1], error.sum(axis=0)])
        return value, gradient.ravel()

    start = np.zeros((width + 1) * n_outputs)
    with threadpool_limits(1):  # threads waiting for one another on a busy machine: tenfold time
        found = minimize(
            objective, start, jac=True, method="L-BFGS-B", options={"maxiter": 70, "maxcor": 6}
        )
    parts = found.x.reshape(width + 1, n_outputs)
    return parts[:-1].astype(np.float32), parts[-1]


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


def build_pipeline(*, min_count: int = 5, alpha: float = 0.1, decision_c: float = 0.3) -> Pipeline:
    """Build the unfitted pipeline; ``fit`` and ``predict`` take raw messages.

    Pass ``classifier__kinds`` and ``classifier__groups`` to ``fit`` when they are known.

    Examples
    --------
    >>> build_pipeline().named_steps["classifier"].n_folds
    3
    """
    return Pipeline(
        [
            ("features", MessageFeatures(min_count=min_count)),
            ("classifier", TwoStageClassifier(alpha=alpha, decision_c=decision_c)),
        ]
    )


def compile_scorer(pipeline: Pipeline) -> Scorer:
    """Turn a fitted pipeline into plain arrays that give the same probabilities."""
    features, classifier = pipeline.named_steps["features"], pipeline.named_steps["classifier"]
    return Scorer(
        features.vectorizer_,
        classes=[str(label) for label in classifier.classes_],
        outputs=classifier.outputs_,
        arrays={
            "reader_weights": classifier.reader_weights_,
            "reader_bias": classifier.reader_bias_,
            "weights": classifier.weights_,
            "bias": classifier.bias_,
            "thresholds": classifier.thresholds_,
        },
    )
