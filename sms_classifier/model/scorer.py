"""Probabilities from plain arrays: everything that predicting needs, and nothing that runs code.

Two stages. *Readers* are linear in words, characters and evidence: one tells how strongly the
wording speaks for each label, and one for each kind of evidence whether a reader of the rubric
would mark it. The *decision* is linear in how the wording speaks and in the rubric's verdict
on the kinds, as read and as found; its terms add up to the logit and are reported by name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sms_classifier.evidence.finding import Hit
from sms_classifier.labels import DECISIVE, DETAIL, Kind, Label
from sms_classifier.model.features import Reading, evidence_names, evidence_rows
from sms_classifier.text.ngrams import NgramVectorizer, SparseRows

__all__ = ["GRAVE", "Scorer", "Scores", "decision_names", "decision_rows", "sigmoid", "soft_rubric"]

Floats = npt.NDArray[np.float64]
GRAVE = "grave_threat"  # the reader that tells a counting threat from a hint (RUBRIC §5)
_CLIP = 8.0  # logits beyond this say no more: 1/3000
_UNDECIDED = np.log(1 / 3)  # the rubric says nothing where no word speaks of a debt
_FLOOR = 1e-3  # probabilities below this are noise of the readers
_WORDING = "wording:"
_CARRIED = ("scope:", "rubric:", "both:")


def sigmoid(logits: Floats) -> Floats:
    """Probabilities of logits."""
    return 1.0 / (1.0 + np.exp(-np.clip(logits, -_CLIP * 4, _CLIP * 4)))


def soft_rubric(probability: Mapping[str, Floats]) -> Floats:
    """RUBRIC §5 on probabilities of kinds: shape (n, 3), legitimate, vague, fraudulent.

    Kinds count as independent of one another given the message.

    Examples
    --------
    >>> sure = {str(kind): np.zeros(1) for kind in Kind} | {"grave_threat": np.zeros(1)}
    >>> sure["institution"] = sure["amount"] = np.ones(1)
    >>> soft_rubric(sure).round(2).tolist()
    [[1.0, 0.0, 0.0]]
    """
    none_decisive = np.prod([1 - probability[kind] for kind in DECISIVE], axis=0)
    no_detail = np.prod([1 - probability[kind] for kind in DETAIL], axis=0)
    name, threat = probability[Kind.INSTITUTION], probability[GRAVE]
    only_private = probability[Kind.PRIVATE_CONTACT] * (1 - (1 - no_detail) * (1 - threat))
    honest = none_decisive * (1 - only_private) * (1 - threat * (1 - name))
    legitimate = honest * name * (1 - no_detail)
    return np.stack([legitimate, honest - legitimate, 1 - honest], axis=1)


def decision_names(outputs: Sequence[str]) -> tuple[str, ...]:
    """Names of the features of the decision, for the readers' outputs in their order."""
    carried = tuple(name for name in evidence_names() if name.startswith(_CARRIED))
    rubric = tuple(f"read_rubric:{label}" for label in list(Label)[:3])
    wording = tuple(name for name in outputs if name.startswith(_WORDING))
    return (*wording, *(rubric if _has_kinds(outputs) else ()), *carried)


def _has_kinds(outputs: Sequence[str]) -> bool:
    return f"read:{GRAVE}" in outputs


def decision_rows(outputs: Sequence[str], logits: Floats, evidence: Floats) -> Floats:
    """Features of the decision, shape (n, n_features).

    Parameters
    ----------
    outputs : sequence of str
        Names of the readers: ``wording:<label>`` and ``read:<kind>``.
    logits : ndarray of shape (n, n_outputs)
    evidence : ndarray of shape (n, n_evidence)
        As `features.evidence_rows` gives it.
    """
    wording = [place for place, name in enumerate(outputs) if name.startswith(_WORDING)]
    said = np.clip(logits[:, wording], -_CLIP, _CLIP) / 2.0
    carried = [place for place, name in enumerate(evidence_names()) if name.startswith(_CARRIED)]
    blocks = [said]
    if _has_kinds(outputs):
        probability = {
            name.removeprefix("read:"): sigmoid(logits[:, place])
            for place, name in enumerate(outputs)
            if name.startswith("read:")
        }
        rubric = np.log(np.maximum(soft_rubric(probability), _FLOOR))
        rubric[evidence[:, evidence_names().index("scope:none")] > 0] = _UNDECIDED
        blocks.append(rubric)
    return np.hstack([*blocks, evidence[:, carried]])


@dataclass(frozen=True, slots=True)
class Scores:
    """What the scorer says of a chunk of messages.

    Attributes
    ----------
    probabilities : ndarray of shape (n, n_classes)
        Calibrated, rows sum to 1.
    reader_logits : ndarray of shape (n, n_outputs)
    decision : ndarray of shape (n, n_decision_features)
    ngrams : SparseRows
        The TF-IDF rows, for explanations.
    """

    probabilities: Floats
    reader_logits: Floats
    decision: Floats
    ngrams: SparseRows


class Scorer:
    """A fitted model as arrays.

    Parameters
    ----------
    vectorizer : NgramVectorizer
    classes, outputs : sequence of str
        Labels, and names of the readers.
    reader_weights : ndarray of shape (n_ngrams + n_evidence, n_outputs)
    reader_bias : ndarray of shape (n_outputs,)
    weights : ndarray of shape (n_decision_features, n_classes)
    bias : ndarray of shape (n_classes,)
    thresholds : ndarray of shape (n_outputs,)
        Probability from which a kind counts as present.
    """

    def __init__(
        self,
        vectorizer: NgramVectorizer,
        *,
        classes: Sequence[str],
        outputs: Sequence[str],
        arrays: Mapping[str, npt.NDArray[Any]],
    ) -> None:
        self.vectorizer = vectorizer
        self.classes = tuple(classes)
        self.outputs = tuple(outputs)
        n_ngrams = len(vectorizer.idf_)
        reader = np.asarray(arrays["reader_weights"])
        self.ngram_weights = np.ascontiguousarray(reader[:n_ngrams])
        self.evidence_weights = np.asarray(reader[n_ngrams:], dtype=float)
        self.reader_bias = np.asarray(arrays["reader_bias"], dtype=float)
        self.weights = np.asarray(arrays["weights"], dtype=float)
        self.bias = np.asarray(arrays["bias"], dtype=float)
        self.thresholds = np.asarray(arrays["thresholds"], dtype=float)
        self.decision_names = decision_names(self.outputs)

    @property
    def reads_kinds(self) -> bool:
        """Whether the model was trained with kinds of evidence."""
        return _has_kinds(self.outputs)

    def score(self, readings: Sequence[Reading]) -> Scores:
        """Score messages that have been read."""
        ngrams = self.vectorizer.transform([reading.delexicalised for reading in readings])
        evidence = evidence_rows(readings)
        logits = ngrams.dot(self.ngram_weights) + evidence @ self.evidence_weights
        logits += self.reader_bias
        decision = decision_rows(self.outputs, logits, evidence)
        return Scores(softmax(decision @ self.weights + self.bias), logits, decision, ngrams)

    def wording_hits(
        self,
        reading: Reading,
        scores: Scores,
        place: int,
        seen: Mapping[str, float],
        shown: set[str],
    ) -> list[Hit]:
        """Evidence that only a reader saw, each at the words that spoke for it most."""
        bounds = dict(zip(self.outputs, self.thresholds, strict=True))
        hits = []
        for kind, probability in seen.items():
            if kind in shown or kind == GRAVE or probability < bounds[f"read:{kind}"]:
                continue
            if span := self._strongest(reading, scores, place, f"read:{kind}"):
                hits.append(
                    Hit(kind, *span, f"wording as in training messages; p={probability:.2f}")
                )
        return hits

    def _strongest(
        self, reading: Reading, scores: Scores, place: int, output: str
    ) -> tuple[int, int] | None:
        """Place in the plain text of the n-gram that speaks most for an output."""
        start, end = scores.ngrams.indptr[place : place + 2]
        columns = scores.ngrams.indices[start:end]
        weight = self.ngram_weights[columns, self.outputs.index(output)]
        terms = weight * scores.ngrams.data[start:end]
        for index in np.argsort(-terms):
            ngram = self.vectorizer.feature_names_[columns[index]].split(":", 1)[1]
            words = ngram.replace(" ", "") if columns[index] < self.vectorizer.n_words_ else ngram
            found = reading.scan.plain.find(words)
            if found >= 0 and len(words) > 1 and terms[index] > 0:
                return found, found + len(words)
        return None

    def state(self) -> dict[str, npt.NDArray[Any]]:
        """Arrays and strings from which `from_state` makes the same scorer."""
        return {
            **{f"ngrams_{name}": array for name, array in self.vectorizer.state().items()},
            "classes": np.array(self.classes),
            "outputs": np.array(self.outputs),
            "evidence_names": np.array(evidence_names()),
            "reader_weights": np.vstack([self.ngram_weights, self.evidence_weights]),
            "reader_bias": self.reader_bias,
            "weights": self.weights,
            "bias": self.bias,
            "thresholds": self.thresholds,
        }

    @classmethod
    def from_state(cls, state: Mapping[str, npt.NDArray[Any]]) -> Scorer:
        """Make a scorer from the arrays of `state`."""
        vectorizer = NgramVectorizer.from_state(
            {name: state[f"ngrams_{name}"] for name in ("words", "chars", "idf")}
        )
        return cls(
            vectorizer,
            classes=state["classes"].tolist(),
            outputs=state["outputs"].tolist(),
            arrays=state,
        )


def softmax(logits: Floats) -> Floats:
    """Probabilities of rows of logits."""
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=1, keepdims=True), dtype=float)
