"""Probabilities from plain arrays: everything that predicting needs, and nothing that runs code.

Two stages. *Readers* share one hidden layer over words, characters, meaning and evidence: one
tells how strongly the wording speaks for each label, and one for each kind of evidence whether a
reader of the rubric would mark it. The *decision* is linear in how the wording speaks, in the kinds
as read, and in the rubric's verdict on them as read and as found; its terms add up to the logit and
are reported by name.
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
from sms_classifier.text.meaning import MeaningVectorizer
from sms_classifier.text.ngrams import NgramVectorizer, SparseRows
from sms_classifier.text.segment import cut_joined

__all__ = [
    "GRAVE",
    "Scorer",
    "Scores",
    "decision_names",
    "decision_rows",
    "gated",
    "sigmoid",
    "soft_rubric",
    "softmax",
]

Floats = npt.NDArray[np.float64]
GRAVE = "grave_threat"  # the reader that tells a counting threat from a hint (RUBRIC §5)
_CLIP = 8.0  # logits beyond this say no more: 1/3000
_UNDECIDED = np.log(1 / 3)  # the rubric says nothing where no word speaks of a debt
_FLOOR = 1e-3  # probabilities below this are noise of the readers
_WORDING, _READ = "wording:", "read:"
_NEEDS_FINDER = {f"{_READ}{Kind.INSTITUTION}"}
_ARRAYS = (
    "hidden_weights",
    "hidden_bias",
    "reader_weights",
    "reader_bias",
    "weights",
    "bias",
    "thresholds",
)
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
    return (*wording, *((*rubric, *_reads(outputs)) if _has_kinds(outputs) else ()), *carried)


def _reads(outputs: Sequence[str]) -> tuple[str, ...]:
    return tuple(name for name in outputs if name.startswith(_READ))


def _has_kinds(outputs: Sequence[str]) -> bool:
    return f"read:{GRAVE}" in outputs


def gated(outputs: Sequence[str], logits: Floats, evidence: Floats) -> Floats:
    """Let readers speak of a name only where a finder can show one (RUBRIC §2, institution).

    Wording that is typical of named senders is no name.
    """
    for name in _NEEDS_FINDER.intersection(outputs):
        found = evidence[:, evidence_names().index(name.replace(_READ, "found:"))] > 0
        column = logits[:, outputs.index(name)]
        logits[:, outputs.index(name)] = np.where(found, column, -_CLIP)
    return logits


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
            name.removeprefix(_READ): sigmoid(logits[:, outputs.index(name)])
            for name in _reads(outputs)
        }
        rubric = np.log(np.maximum(soft_rubric(probability), _FLOOR))
        rubric[evidence[:, evidence_names().index("scope:none")] > 0] = _UNDECIDED
        blocks += [rubric, np.stack(list(probability.values()), axis=1)]
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
    active : ndarray of bool, shape (n, n_hidden)
        Hidden units that speak: with these given, the readers are linear in the features.
    """

    probabilities: Floats
    reader_logits: Floats
    decision: Floats
    ngrams: SparseRows
    active: npt.NDArray[np.bool_]


class Scorer:
    """A fitted model as arrays.

    Parameters
    ----------
    ngrams : NgramVectorizer
    meaning : MeaningVectorizer
    classes, outputs : sequence of str
        Labels, and names of the readers.
    hidden_weights : ndarray of shape (n_ngrams + MEANING_SIZE + n_evidence, n_hidden)
    hidden_bias : ndarray of shape (n_hidden,)
    reader_weights : ndarray of shape (n_hidden, n_outputs)
    reader_bias : ndarray of shape (n_outputs,)
    weights : ndarray of shape (n_decision_features, n_classes)
    bias : ndarray of shape (n_classes,)
    thresholds : ndarray of shape (n_outputs,)
        Probability from which a kind counts as present.
    """

    def __init__(
        self,
        ngrams: NgramVectorizer,
        meaning: MeaningVectorizer,
        *,
        classes: Sequence[str],
        outputs: Sequence[str],
        arrays: Mapping[str, npt.NDArray[Any]],
    ) -> None:
        self.ngrams = ngrams
        self.meaning = meaning
        self.classes = tuple(classes)
        self.outputs = tuple(outputs)
        self._arrays = {name: np.asarray(arrays[name]) for name in _ARRAYS}
        n_ngrams = len(ngrams.idf_)
        hidden = self._arrays["hidden_weights"].astype(np.float32)
        self._ngram_weights = np.ascontiguousarray(hidden[:n_ngrams])
        self._dense_weights = hidden[n_ngrams:].astype(float)
        self._hidden_bias = self._arrays["hidden_bias"].astype(float)
        self._reader_weights = self._arrays["reader_weights"].astype(float)
        self._reader_bias = self._arrays["reader_bias"].astype(float)
        self.weights = self._arrays["weights"].astype(float)
        self.bias = self._arrays["bias"].astype(float)
        self.thresholds = self._arrays["thresholds"].astype(float)
        self.decision_names = decision_names(self.outputs)

    @property
    def reads_kinds(self) -> bool:
        """Whether the model was trained with kinds of evidence."""
        return _has_kinds(self.outputs)

    def score(self, readings: Sequence[Reading]) -> Scores:
        """Score messages that have been read."""
        texts = [reading.delexicalised for reading in readings]
        words = cut_joined(texts)
        ngrams = self.ngrams.transform(texts, words)
        evidence = evidence_rows(readings)
        dense = np.hstack([self.meaning.transform(words), evidence])
        hidden = ngrams.dot(self._ngram_weights) + dense @ self._dense_weights + self._hidden_bias
        logits = np.maximum(hidden, 0.0) @ self._reader_weights + self._reader_bias
        logits = gated(self.outputs, logits, evidence)
        decision = decision_rows(self.outputs, logits, evidence)
        return Scores(
            softmax(decision @ self.weights + self.bias), logits, decision, ngrams, hidden > 0
        )

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
        told = self._reader_weights[:, self.outputs.index(output)] * scores.active[place]
        terms = (self._ngram_weights[columns] @ told) * scores.ngrams.data[start:end]
        for index in np.argsort(-terms):
            ngram = self.ngrams.feature_names_[columns[index]].split(":", 1)[1]
            words = ngram.replace(" ", "") if columns[index] < self.ngrams.n_words_ else ngram
            found = reading.scan.plain.find(words)
            if found >= 0 and len(words) > 1 and terms[index] > 0:
                return found, found + len(words)
        return None

    def state(self) -> dict[str, npt.NDArray[Any]]:
        """Arrays and strings from which `from_state` makes the same scorer."""
        return {
            **{f"ngrams_{name}": array for name, array in self.ngrams.state().items()},
            **{f"meaning_{name}": array for name, array in self.meaning.state().items()},
            "classes": np.array(self.classes),
            "outputs": np.array(self.outputs),
            "evidence_names": np.array(evidence_names()),
            **self._arrays,
        }

    @classmethod
    def from_state(cls, state: Mapping[str, npt.NDArray[Any]]) -> Scorer:
        """Make a scorer from the arrays of `state`."""
        return cls(
            NgramVectorizer.from_state(_part(state, "ngrams_")),
            MeaningVectorizer.from_state(_part(state, "meaning_")),
            classes=state["classes"].tolist(),
            outputs=state["outputs"].tolist(),
            arrays=state,
        )


def _part(state: Mapping[str, npt.NDArray[Any]], prefix: str) -> dict[str, npt.NDArray[Any]]:
    return {name[len(prefix) :]: state[name] for name in state if name.startswith(prefix)}


def softmax(logits: Floats) -> Floats:
    """Probabilities of rows of logits."""
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=1, keepdims=True), dtype=float)
