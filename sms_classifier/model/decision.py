"""The decision: linear in how the wording speaks, in the kinds as read, and in the rubric on them.

Its terms add up to the logit of a label and are reported by name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from sms_classifier.labels import DECISIVE, DETAIL, Kind, Label
from sms_classifier.model.features import evidence_names

__all__ = [
    "GRAVE",
    "decision_names",
    "decision_rows",
    "gated",
    "has_kinds",
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
_CARRIED = ("scope:", "rubric:", "both:")


def sigmoid(logits: Floats) -> Floats:
    """Probabilities of logits."""
    return 1.0 / (1.0 + np.exp(-np.clip(logits, -_CLIP * 4, _CLIP * 4)))


def softmax(logits: Floats) -> Floats:
    """Probabilities of rows of logits."""
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=1, keepdims=True), dtype=float)


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
    return (*wording, *((*rubric, *_reads(outputs)) if has_kinds(outputs) else ()), *carried)


def _reads(outputs: Sequence[str]) -> tuple[str, ...]:
    return tuple(name for name in outputs if name.startswith(_READ))


def has_kinds(outputs: Sequence[str]) -> bool:
    """Whether the readers read kinds of evidence, not only wording."""
    return f"read:{GRAVE}" in outputs


def gated(outputs: Sequence[str], logits: Floats, evidence: Floats) -> Floats:
    """Let readers speak of a name only where a finder can show one (RUBRIC §2, institution).

    Wording that is typical of named senders is no name.
    """
    for column, finder in _gates(tuple(outputs)):
        logits[evidence[:, finder] <= 0, column] = -_CLIP
    return logits


@cache
def _gates(outputs: tuple[str, ...]) -> tuple[tuple[int, int], ...]:
    """Columns of such readers, and of the evidence of their finders."""
    return tuple(
        (outputs.index(name), evidence_names().index(name.replace(_READ, "found:")))
        for name in _NEEDS_FINDER.intersection(outputs)
    )


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
    wording, reads, carried = _columns(tuple(outputs))
    blocks = [np.clip(logits[:, wording], -_CLIP, _CLIP) / 2.0]
    if has_kinds(outputs):
        seen = sigmoid(logits[:, list(reads.values())])
        rubric = np.log(np.maximum(soft_rubric(dict(zip(reads, seen.T, strict=True))), _FLOOR))
        rubric[evidence[:, evidence_names().index("scope:none")] > 0] = _UNDECIDED
        blocks += [rubric, seen]
    return np.hstack([*blocks, evidence[:, carried]])


@cache
def _columns(outputs: tuple[str, ...]) -> tuple[list[int], dict[str, int], list[int]]:
    """Readers of wording, readers of kinds by kind, and the evidence carried over."""
    wording = [place for place, name in enumerate(outputs) if name.startswith(_WORDING)]
    reads = {name.removeprefix(_READ): outputs.index(name) for name in _reads(outputs)}
    carried = [place for place, name in enumerate(evidence_names()) if name.startswith(_CARRIED)]
    return wording, reads, carried
