"""What an audit wants to know of each message beside the columns of `predict`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from sms_classifier.classifier import SmsClassifier, load
from sms_classifier.evidence.scan import Scan
from sms_classifier.labels import Label
from sms_classifier.model.features import Reading
from sms_classifier.model.scorer import Scores
from sms_classifier.tables.workers import Classify
from sms_classifier.training.drift import unknown_shares

__all__ = ["load_observer", "signature_of"]


def load_observer(model: str | None) -> Classify:
    """Classifier whose columns include ``signature``, ``unknown`` and ``shape``.

    ``shape`` is a fraudulent message with its values replaced by signs, from which near-copies
    are found; of other messages it is empty.
    """
    return partial(_observed, load(model))


def _observed(classifier: SmsClassifier, texts: Sequence[str]) -> dict[str, list[str]]:
    signed: list[str] = []
    unknown: list[str] = []
    shapes: list[str] = []

    def observe(readings: list[Reading], scores: Scores) -> None:
        signed.extend(signature_of(reading.scan) for reading in readings)
        shares = unknown_shares(readings, scores, classifier.vectorizer)
        unknown.extend(f"{share:.4f}" for share in shares)
        shapes.extend(reading.delexicalised for reading in readings)

    columns = classifier.columns(texts, observe=observe)
    traps = [
        shape if label == Label.FRAUDULENT else ""
        for shape, label in zip(shapes, columns["label"], strict=True)
    ]
    return columns | {"signature": signed, "unknown": unknown, "shape": traps}


def signature_of(scan: Scan) -> str:
    """First signature of a message in its plain text; empty when it has none.

    The number of a part ("1/2") stands in brackets too and is none.

    Examples
    --------
    >>> from sms_classifier.evidence.scan import scan
    >>> from sms_classifier.text.normalize import normalize
    >>> signature_of(scan(normalize("【招商银行】您的账单已出")))
    '招商银行'
    """
    names = (scan.plain[start:end] for start, end in scan.signatures)
    return next((name for name in names if any(map(str.isalpha, name))), "")
