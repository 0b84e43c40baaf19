"""From a message to a verdict with its reasons: the library's face."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from sms_classifier.advice import advise
from sms_classifier.evidence import locate
from sms_classifier.evidence.finding import Hit
from sms_classifier.evidence.institutions import named_in
from sms_classifier.explanation import Explanation
from sms_classifier.labels import Label
from sms_classifier.limits import MAX_CHARACTERS, status_of
from sms_classifier.model.attribution import wording_hits
from sms_classifier.model.decision import sigmoid
from sms_classifier.model.features import Reading, Readings, read_many
from sms_classifier.model.folder import default_folder, read_folder
from sms_classifier.model.scorer import Scorer, Scores
from sms_classifier.text.ngrams import NgramVectorizer
from sms_classifier.verdict import Judge, Verdicts

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Explanation", "SmsClassifier", "load"]

_CHUNK = 2000  # messages scored at once; more gain nothing (../shared/design/PERFORMANCE.md §5)
_COLUMNS_BEHIND = ("review", "kinds", "missing", "misconduct")
_STEPS = 10_000  # shares are written with four decimals
_UNSURE = 1e-6  # of a step: this near to half of one, a product may fall on the wrong side
_CERTAIN = 0.02  # a finding whose reader is surer than this that it is none, is dropped


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
        self._judge = Judge(scorer, float(card.get("review_threshold", 0.0)))
        shown = [str(label) for label in Label] if self._judge.by_rubric else [*scorer.classes]
        self._order = [scorer.classes.index(label) for label in shown]  # in which shares are shown
        shares = [f"p_{label}" for label in shown]
        self._column_names = ("label", "confidence", *shares, *_COLUMNS_BEHIND)

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

    @property
    def vectorizer(self) -> NgramVectorizer:
        """The model's words and characters."""
        return self._scorer.ngrams

    def columns(
        self,
        texts: Sequence[str],
        *,
        observe: Callable[[list[Reading], Scores], None] | None = None,
    ) -> dict[str, list[str]]:
        """Columns that `predict` adds to a table, as text, for messages of status ``ok``.

        Parameters
        ----------
        texts : sequence of str
        observe : callable, optional
            Shown the readings and scores of each chunk, for what the columns do not tell.
        """
        added: list[list[str]] = [[] for _ in self._column_names]
        for readings, scores in self._score(texts):
            if observe is not None:
                observe(list(readings), scores)
            verdicts = self._judge.columns(readings, scores)
            for cells, more in zip(added, self._cells(verdicts), strict=True):
                cells += more
        return dict(zip(self._column_names, added, strict=True))

    def predict_frame(self, frame: pd.DataFrame, *, text: str = "text") -> pd.DataFrame:
        """Return the frame with the columns of `predict` added; bad texts get a ``status``."""
        added_names = [*self._column_names, "status"]
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
        reading, verdict = readings[0], self._judge.verdicts(readings, scores)[0]
        kinds, missing, misconduct, *_ = verdict.conclusion
        findings = tuple(
            finding
            for finding in locate(reading.message, self._confirmed(reading, scores, 0))
            if finding.kind in kinds
        )
        place = self._scorer.classes.index(verdict.label)
        return Explanation(
            text=text,
            label=verdict.label,
            confidence=verdict.confidence,
            probabilities=dict(zip(self._scorer.classes, verdict.probabilities, strict=True)),
            review=verdict.review,
            findings=findings,
            missing=missing,
            misconduct=misconduct,
            contributions=self._contributions(scores, place),
            advice=advise(
                label=verdict.label,
                kinds=kinds,
                findings=findings,
                missing=missing,
                misconduct=misconduct,
                institutions=tuple(named_in(reading.scan)),
            ),
        )

    def _score(self, texts: Sequence[str]) -> Iterator[tuple[Readings, Scores]]:
        for start in range(0, len(texts), _CHUNK):
            readings = read_many(texts[start : start + _CHUNK])
            yield readings, self._scorer.score(readings)

    def _confirmed(self, reading: Reading, scores: Scores, place: int) -> list[Hit]:
        """Findings that the readers do not contradict, and what only the readers saw."""
        seen = self._seen(scores, place)
        kept = [hit for hit in reading.hits if seen.get(str(hit.kind), 1.0) > _CERTAIN]
        shown = {str(hit.kind) for hit in kept}
        return kept + wording_hits(self._scorer, reading, scores, place, seen=seen, shown=shown)

    def _seen(self, scores: Scores, place: int) -> dict[str, float]:
        """Probability of each kind that has a reader; empty for a model without them."""
        probability = sigmoid(scores.reader_logits[place])
        return {kind: float(probability[column]) for kind, column in self._judge.readers.items()}

    def _contributions(self, scores: Scores, column: int) -> tuple[tuple[str, float], ...]:
        terms = scores.decision[0] * self._scorer.weights[:, column]
        names = self._scorer.decision_names
        order = np.argsort(-np.abs(terms))
        shown = [(names[i], float(terms[i])) for i in order if terms[i]]
        return (*shown, ("bias", float(self._scorer.bias[column])))

    def _cells(self, verdicts: Verdicts) -> Iterator[Sequence[str]]:
        """Columns of a chunk, in the order of their names."""
        shares = _written(verdicts.probabilities.T[self._order])
        yield verdicts.labels
        yield [max(row) for row in zip(*shares, strict=True)]  # of one width: the label's own
        yield from shares
        yield ["true" if is_due else "false" for is_due in verdicts.review]
        yield from zip(*(conclusion.cells for conclusion in verdicts.conclusions), strict=True)


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


def _written(shares: npt.NDArray[np.float64]) -> list[list[str]]:
    """``f"{share:.4f}"`` of shares of 0 to 1, looked up where it is clear what that gives."""
    steps = shares * _STEPS
    nearest = np.rint(steps)
    is_clear = np.abs(steps - nearest) < 0.5 - _UNSURE
    cells = _written_steps()[np.where(is_clear, nearest, 0).astype(np.intp)]
    if not is_clear.all():
        cells[~is_clear] = [f"{share:.4f}" for share in shares[~is_clear].tolist()]
    rows: list[list[str]] = cells.tolist()
    return rows


@cache
def _written_steps() -> npt.NDArray[np.object_]:
    return np.array([f"{step / _STEPS:.4f}" for step in range(_STEPS + 1)], dtype=object)


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
    if isinstance(value, str):
        return status_of(value)
    if value is None or type(value).__name__ == "NAType":  # pandas.NA compares with nothing
        return "empty"
    return "empty" if value != value else "malformed"  # NaN and NaT differ from themselves


def _typed(name: str, column: npt.NDArray[np.object_]) -> Any:
    if name == "confidence" or name.startswith("p_"):
        return [float(cell) if cell else float("nan") for cell in column]
    if name == "review":
        return [None if cell == "" else cell == "true" for cell in column]
    return column
