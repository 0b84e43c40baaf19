"""From a message to a verdict with its reasons: the library's face."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from sms_classifier.advice import Advice, advise
from sms_classifier.evidence import Finding, locate
from sms_classifier.evidence.institutions import named_institutions
from sms_classifier.labels import (
    MISCONDUCT,
    RISK,
    Kind,
    Label,
    judge,
    missing_disclosures,
)
from sms_classifier.limits import MAX_CHARACTERS
from sms_classifier.model.features import Reading, read
from sms_classifier.model.folder import default_folder, read_folder
from sms_classifier.model.scorer import GRAVE, Scorer, Scores, sigmoid

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Explanation", "SmsClassifier", "load"]

_CHUNK = 1000  # messages scored at once; more gain nothing (../shared/design/PERFORMANCE.md §5)
_CERTAIN = 0.02  # a finding whose reader is surer than this that it is none, is dropped


@dataclass(frozen=True, slots=True)
class Explanation:
    """A verdict on one message, and everything that led to it.

    Attributes
    ----------
    label : str
    confidence : float
        Calibrated probability of `label`, 0 to 1.
    probabilities : dict of str to float
    review : bool
        Whether a person should look.
    findings : tuple of Finding
    missing, misconduct : tuple of str
    contributions : tuple of (str, float)
        What moved the score of `label`; with the bias they add up to its logit.
    advice : tuple of Advice
    """

    text: str
    label: str
    confidence: float
    probabilities: dict[str, float]
    review: bool
    findings: tuple[Finding, ...]
    missing: tuple[str, ...]
    misconduct: tuple[str, ...]
    contributions: tuple[tuple[str, float], ...]
    advice: tuple[Advice, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON, without the message itself."""
        values = asdict(self)
        del values["text"]
        return values

    def _repr_html_(self) -> str:
        pieces: list[str] = []
        done = 0
        for finding in self.findings:
            if finding.start < done:
                continue
            pieces.append(html.escape(self.text[done : finding.start]))
            pieces.append(
                f'<mark title="{html.escape(finding.reason)}">{html.escape(finding.text)}'
                f"<sub>{html.escape(finding.kind)}</sub></mark>"
            )
            done = finding.end
        pieces.append(html.escape(self.text[done:]))
        return f"<p><b>{self.label}</b> {self.confidence:.2f}</p><p>{''.join(pieces)}</p>"


@dataclass(frozen=True, slots=True)
class _Verdict:
    label: str
    probabilities: npt.NDArray[np.float64]
    kinds: tuple[str, ...]
    missing: tuple[str, ...]
    misconduct: tuple[str, ...]
    review: bool


class SmsClassifier:
    """Tell messages apart with a model that has been read.

    Parameters
    ----------
    scorer : Scorer
    card : dict
        The model's card; its ``review_threshold`` bounds what is sent to review.

    Examples
    --------
    >>> classifier = load()
    >>> classifier.predict(["【招商银行】您尾号1234的信用卡应还1,280.50元，8月15日到期"]).tolist()
    ['legitimate']
    """

    def __init__(self, scorer: Scorer, card: dict[str, Any]) -> None:
        self._scorer = scorer
        self.card = card
        self.classes_ = np.array(scorer.classes)
        self._threshold = float(card.get("review_threshold", 0.0))
        self._by_rubric = set(scorer.classes) == {str(label) for label in Label}

    def predict_proba(self, texts: Sequence[str]) -> npt.NDArray[np.float64]:
        """Calibrated probabilities, shape (n, n_classes), columns in the order of ``classes_``.

        Raises
        ------
        TypeError
            If a text is not a ``str``.
        ValueError
            If a text is empty or longer than 10,000 characters.
        """
        _check(texts)
        if not len(texts):
            return np.zeros((0, len(self.classes_)))
        return np.vstack([scores.probabilities for _, scores in self._score(texts)])

    def predict(self, texts: Sequence[str]) -> npt.NDArray[np.str_]:
        """Label of each text; raises as `predict_proba` does."""
        return np.asarray(self.classes_[self.predict_proba(texts).argmax(axis=1)])

    def columns(self, texts: Sequence[str]) -> dict[str, list[str]]:
        """Columns that `predict` adds to a table, as text, for messages of status ``ok``."""
        added: dict[str, list[str]] = {name: [] for name in self._column_names()}
        for readings, scores in self._score(texts):
            for place, reading in enumerate(readings):
                verdict = self._judge(reading, scores, place)
                for name, cell in zip(added, self._cells(verdict), strict=True):
                    added[name].append(cell)
        return added

    def predict_frame(self, frame: pd.DataFrame, *, text: str = "text") -> pd.DataFrame:
        """Return the frame with the columns of `predict` added; bad texts get a ``status``."""
        added_names = [*self._column_names(), "status"]
        if taken := [name for name in added_names if name in frame.columns]:
            raise ValueError(f"the frame has a column {taken[0]!r} already; rename it first")
        if text not in frame.columns:
            raise KeyError(f"no column {text!r}; the frame has {list(frame.columns)}")
        values = frame[text].tolist()
        statuses = [_status(value) for value in values]
        usable = [value for value, status in zip(values, statuses, strict=True) if status == "ok"]
        cells = self.columns(usable)
        rows = np.flatnonzero([status == "ok" for status in statuses])
        made = frame.copy()
        for name, column in cells.items():
            filled = np.full(len(values), "", dtype=object)
            filled[rows] = column
            made[name] = _typed(name, filled)
        made["status"] = statuses
        return made

    def explain(self, text: str) -> Explanation:
        """Explain one message; raises as `predict_proba` does."""
        _check([text])
        readings, scores = next(iter(self._score([text])))
        reading, verdict = readings[0], self._judge(readings[0], scores, 0)
        findings = tuple(
            finding
            for finding in locate(reading.message, self._confirmed(reading, scores, 0))
            if finding.kind in verdict.kinds
        )
        place = self._scorer.classes.index(verdict.label)
        return Explanation(
            text=text,
            label=verdict.label,
            confidence=float(verdict.probabilities[place]),
            probabilities=dict(
                zip(self._scorer.classes, map(float, verdict.probabilities), strict=True)
            ),
            review=verdict.review,
            findings=findings,
            missing=verdict.missing,
            misconduct=verdict.misconduct,
            contributions=self._contributions(scores, place),
            advice=advise(
                label=verdict.label,
                kinds=verdict.kinds,
                findings=findings,
                missing=verdict.missing,
                misconduct=verdict.misconduct,
                institutions=tuple(named_institutions(reading.scan)),
            ),
        )

    def _score(self, texts: Sequence[str]) -> Any:
        for start in range(0, len(texts), _CHUNK):
            readings = [read(text) for text in texts[start : start + _CHUNK]]
            yield readings, self._scorer.score(readings)

    def _confirmed(self, reading: Reading, scores: Scores, place: int) -> list[Any]:
        """Findings that the readers do not contradict, and what only the readers saw."""
        if not self._scorer.reads_kinds:
            return reading.hits
        seen = self._seen(scores, place)
        kept = [hit for hit in reading.hits if seen.get(str(hit.kind), 1.0) > _CERTAIN]
        shown = {str(hit.kind) for hit in kept}
        return kept + self._scorer.wording_hits(reading, scores, place, seen, shown)

    def _seen(self, scores: Scores, place: int) -> dict[str, float]:
        probability = sigmoid(scores.reader_logits[place])
        return {
            name.removeprefix("read:"): float(value)
            for name, value in zip(self._scorer.outputs, probability, strict=True)
            if name.startswith("read:")
        }

    def _judge(self, reading: Reading, scores: Scores, place: int) -> _Verdict:
        probabilities = scores.probabilities[place]
        label = str(self.classes_[probabilities.argmax()])
        kinds = self._kinds(reading, scores, place)
        contradicted = self._by_rubric and self._contradicts(label, kinds, reading, scores, place)
        unsure = float(probabilities.max()) < self._threshold
        missing: tuple[str, ...] = ()
        if self._by_rubric and label != Label.OTHER:
            missing = tuple(map(str, missing_disclosures(kinds)))
        misconduct = tuple(str(kind) for kind in MISCONDUCT if kind in kinds)
        return _Verdict(label, probabilities, kinds, missing, misconduct, unsure or contradicted)

    def _kinds(self, reading: Reading, scores: Scores, place: int) -> tuple[str, ...]:
        """Kinds as the readers see them; where there is none, as the finders do."""
        found = reading.kinds
        if not self._scorer.reads_kinds:
            return tuple(str(kind) for kind in Kind if kind in found)
        seen = self._seen(scores, place)
        bounds = dict(zip(self._scorer.outputs, self._scorer.thresholds, strict=True))
        return tuple(
            str(kind)
            for kind in Kind
            if (seen[kind] >= bounds[f"read:{kind}"] if kind in seen else kind in found)
        )

    def _contradicts(
        self, label: str, kinds: Sequence[str], reading: Reading, scores: Scores, place: int
    ) -> bool:
        if label == Label.OTHER:
            return any(kind in kinds for kind in RISK)
        grave = reading.has_grave_threat
        if self._scorer.reads_kinds:
            grave = self._seen(scores, place)[GRAVE] >= 0.5
        return judge(kinds, grave_threat=grave) != label

    def _contributions(self, scores: Scores, column: int) -> tuple[tuple[str, float], ...]:
        terms = scores.decision[0] * self._scorer.weights[:, column]
        names = self._scorer.decision_names
        order = np.argsort(-np.abs(terms))
        shown = [(names[i], float(terms[i])) for i in order if terms[i]]
        return (*shown, ("bias", float(self._scorer.bias[column])))

    def _column_names(self) -> list[str]:
        shares = [f"p_{label}" for label in self._ordered_classes()]
        return ["label", "confidence", *shares, "review", "kinds", "missing", "misconduct"]

    def _ordered_classes(self) -> list[str]:
        return [str(label) for label in Label] if self._by_rubric else list(self._scorer.classes)

    def _cells(self, verdict: _Verdict) -> list[str]:
        places = [self._scorer.classes.index(label) for label in self._ordered_classes()]
        return [
            verdict.label,
            f"{verdict.probabilities.max():.4f}",
            *(f"{verdict.probabilities[place]:.4f}" for place in places),
            "true" if verdict.review else "false",
            "|".join(verdict.kinds),
            "|".join(verdict.missing),
            "|".join(verdict.misconduct),
        ]


def load(path: str | Path | None = None) -> SmsClassifier:
    """Load a model folder, by default the shipped one.

    Raises
    ------
    ModelError
        If there is no model, or it is incomplete, altered or of a newer format.

    Examples
    --------
    >>> load().classes_.tolist()
    ['fraudulent', 'legitimate', 'other', 'vague']
    """
    return SmsClassifier(*read_folder(default_folder() if path is None else Path(path)))


def _check(texts: Sequence[str]) -> None:
    if isinstance(texts, str):
        raise TypeError("texts must be a sequence of messages, not one str; use [text]")
    for position, text in enumerate(texts):
        status = _status(text)
        if not isinstance(text, str):
            raise TypeError(f"message {position} must be a str, not {type(text).__name__}")
        if status == "empty":
            raise ValueError(f"message {position} is empty")
        if status == "too_long":
            raise ValueError(f"message {position} is longer than {MAX_CHARACTERS:,} characters")


def _status(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        return "empty" if value is None or isinstance(value, float | str) else "malformed"
    return "too_long" if len(value) > MAX_CHARACTERS else "ok"


def _typed(name: str, column: npt.NDArray[np.object_]) -> Any:
    if name == "confidence" or name.startswith("p_"):
        return [float(cell) if cell else float("nan") for cell in column]
    if name == "review":
        return [None if cell == "" else cell == "true" for cell in column]
    return column
