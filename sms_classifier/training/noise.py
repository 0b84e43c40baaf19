"""Labels that may be wrong, told by row number and never by text."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import numpy as np
import numpy.typing as npt

from sms_classifier.training.corpus import LabelledMessages

__all__ = ["LabelProblem", "unlikely_labels", "write_problems"]


@dataclass(frozen=True, slots=True)
class LabelProblem:
    """A labelled row that somebody should look at again.

    Attributes
    ----------
    problem : str
        ``contradiction``: the same text stands elsewhere with another label; ``unlikely``: a
        model that never saw the message's group is confident of another label.
    table : str
    row : int
        Data row of the table, from 1.
    label : str
        As the table has it.
    instead : str
        The label that the model is confident of, or the other labels of the text, joined by ``|``.
    beside : str
        Contradictions only: the other rows with the text, joined by ``|``; those of another table
        as ``table:row``.
    probability : str
        Unlikely labels only: out-of-fold probability of `label`.
    """

    problem: str
    table: str
    row: int
    label: str
    instead: str
    beside: str = ""
    probability: str = ""


def unlikely_labels(
    messages: LabelledMessages, probabilities: npt.NDArray[np.float64], classes: Sequence[str]
) -> list[LabelProblem]:
    """Find label noise by confident learning, the surest cases first.

    A model is *confident* of a class when it gives it at least the probability that messages
    labelled with it get on average.

    Parameters
    ----------
    messages : LabelledMessages
    probabilities : ndarray of shape (n, n_classes)
        Out of fold: from models that did not see the message.
    classes : sequence of str

    References
    ----------
    C. Northcutt, L. Jiang, I. Chuang, "Confident Learning: Estimating Uncertainty in Dataset
    Labels", JAIR 70 (2021).
    """
    own = np.array([list(classes).index(label) for label in messages.labels])
    usual = np.array([probabilities[own == k, k].mean() for k in range(len(classes))])
    confident = np.where(probabilities >= usual, probabilities, 0.0)
    instead = confident.argmax(axis=1)
    rows = np.arange(len(own))
    suspects = np.flatnonzero((confident[rows, instead] > 0) & (instead != own))
    margin = probabilities[rows, own] - probabilities[rows, instead]
    return [
        LabelProblem(
            problem="unlikely",
            table=messages.tables[place],
            row=messages.rows[place],
            label=messages.labels[place],
            instead=str(classes[instead[place]]),
            probability=f"{probabilities[place, own[place]]:.4f}",
        )
        for place in suspects[np.argsort(margin[suspects], kind="stable")]
    ]


def write_problems(path: Path, problems: Iterable[LabelProblem]) -> None:
    """Write problems as CSV; a table without rows tells that there are none."""
    with path.open("w", encoding="utf-8", newline="") as lines:
        names = [field.name for field in fields(LabelProblem)]
        writer = csv.DictWriter(lines, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(map(asdict, problems))
