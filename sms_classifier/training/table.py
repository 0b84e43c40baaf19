"""A labelled table made fit for training: joined, every text once, contradictions listed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sms_classifier.errors import DatasetError
from sms_classifier.labels import Label
from sms_classifier.training.corpus import LabelledMessages, near_copy_groups
from sms_classifier.training.noise import LabelProblem

__all__ = ["TrainingTable", "crossing_share", "prepare", "random_folds"]

FEWEST = 2  # messages of a label: one to learn from and one to test on
RANDOM_FOLDS = 5  # the usual split, 80 to 20 (../shared/design/PEERS.md §5)


@dataclass(frozen=True, slots=True)
class TrainingTable:
    """What is trained on, and what was found on the way.

    Attributes
    ----------
    messages : LabelledMessages
        Every text once.
    near_copies : tuple of str
        Cluster of near-copies that each message stands in.
    n_rows : int
        Labelled rows before any was left out.
    contradictions : tuple of LabelProblem
        Rows whose text stands elsewhere with another label.
    """

    messages: LabelledMessages
    near_copies: tuple[str, ...]
    n_rows: int
    contradictions: tuple[LabelProblem, ...]


def prepare(data: LabelledMessages, extra: LabelledMessages | None = None) -> TrainingTable:
    """Join two tables and keep every text once.

    A text with several labels keeps the one that most of its rows have, added rows overruling
    the others; where no label has most, it is left out. Groups that the tables do not give are
    clusters of near-copies, and an added message that nearly copies one of `data` joins its group.

    Raises
    ------
    DatasetError
        If fewer than two labels are left, a label has fewer than two different messages, or
        `extra` has a label that `data` does not know.
    """
    whole = data if extra is None else _joined(data, extra)
    n_own = len(data.texts)
    kept, contradictions = _settled(whole, n_own)
    messages = whole.take(kept)
    copies = near_copy_groups(messages.texts)
    own = sum(place < n_own for place in kept)
    if not data.grouped:
        messages = replace(messages, groups=(*copies[:own], *messages.groups[own:]))
    if extra is not None:
        messages = replace(messages, groups=_groups_of_copied(messages.groups, copies, own))
    _check_labels(messages)
    return TrainingTable(messages, tuple(copies), len(whole.texts), contradictions)


def crossing_share(clusters: Sequence[str], folds: Sequence[tuple[Any, Any]]) -> float:
    """Share of tested messages with a member of their cluster among the training ones.

    Examples
    --------
    >>> crossing_share(["a", "a", "b", "c"], [([0, 2], [1, 3]), ([1, 3], [0, 2])])
    0.5
    """
    names = np.asarray(clusters)
    crossing = [int(np.isin(names[test], names[train]).sum()) for train, test in folds]
    return sum(crossing) / sum(len(test) for _, test in folds)


def random_folds(n: int) -> list[tuple[Any, Any]]:
    """Folds as an ordinary random split makes them."""
    from sklearn.model_selection import KFold

    return list(KFold(min(RANDOM_FOLDS, n), shuffle=True, random_state=0).split(range(n)))


def _joined(data: LabelledMessages, extra: LabelledMessages) -> LabelledMessages:
    known = set(data.labels)
    allowed = known | set(map(str, Label)) if known <= set(Label) else known
    for label, table, row in zip(extra.labels, extra.tables, extra.rows, strict=True):
        if label not in allowed:
            raise DatasetError(
                f"{table}, row {row}: label {label!r} is none of {', '.join(sorted(allowed))}, "
                f"the labels of {data.tables[0]}; correct it"
            )
    kinds = None
    if data.kinds is not None:
        kinds = data.kinds + (extra.kinds or (None,) * len(extra.texts))
    return replace(
        data,
        texts=data.texts + extra.texts,
        labels=data.labels + extra.labels,
        groups=data.groups + tuple(f"added-{group}" for group in extra.groups),
        kinds=kinds,
        evasions=data.evasions + extra.evasions,
        rows=data.rows + extra.rows,
        tables=data.tables + extra.tables,
        sha256=f"{data.sha256}+{extra.sha256}",
    )


def _settled(messages: LabelledMessages, n_own: int) -> tuple[list[int], tuple[LabelProblem, ...]]:
    """Places of the rows to keep, and the rows that contradict one another."""
    rows_of: dict[str, list[int]] = defaultdict(list)
    for place, text in enumerate(messages.texts):
        rows_of["".join(text.split())].append(place)
    kept: list[int] = []
    problems: list[LabelProblem] = []
    for places in rows_of.values():
        voters = [place for place in places if place >= n_own] or places
        votes = Counter(messages.labels[place] for place in voters).most_common(2)
        if len(votes) == 1 or votes[0][1] > votes[1][1]:
            kept.append(next(p for p in voters if messages.labels[p] == votes[0][0]))
        if len({messages.labels[place] for place in places}) > 1:
            problems += _contradictions(messages, places)
    return sorted(kept), tuple(problems)


def _contradictions(messages: LabelledMessages, places: Sequence[int]) -> list[LabelProblem]:
    labels = {messages.labels[place] for place in places}
    return [
        LabelProblem(
            problem="contradiction",
            table=messages.tables[place],
            row=messages.rows[place],
            label=messages.labels[place],
            instead="|".join(sorted(labels - {messages.labels[place]})),
            beside="|".join(_row_of(messages, p, place) for p in places if p != place),
        )
        for place in places
    ]


def _row_of(messages: LabelledMessages, place: int, reader: int) -> str:
    """Row of a message, with its table where that is not the reader's."""
    row, table = str(messages.rows[place]), messages.tables[place]
    return row if table == messages.tables[reader] else f"{table}:{row}"


def _groups_of_copied(groups: Sequence[str], copies: Sequence[str], n_own: int) -> tuple[str, ...]:
    """Let added messages join the group of the message that they nearly copy."""
    home: dict[str, str] = {}
    for copy, group in zip(copies[:n_own], groups[:n_own], strict=True):
        home.setdefault(copy, group)
    added = zip(copies[n_own:], groups[n_own:], strict=True)
    return (*groups[:n_own], *(home.get(copy, group) for copy, group in added))


def _check_labels(messages: LabelledMessages) -> None:
    counts = Counter(messages.labels)
    if len(counts) < 2:
        only = ", ".join(counts) or "none"
        raise DatasetError(
            f"training needs different messages of at least two labels, there is {only}; add some"
        )
    rarest, n = min(counts.items(), key=lambda item: item[1])
    if n < FEWEST:
        place = messages.labels.index(rarest)
        raise DatasetError(
            f"{messages.tables[place]}, row {messages.rows[place]}: the only message labelled "
            f"{rarest!r}; every label needs at least {FEWEST} different messages: add one, or give "
            "the row another label"
        )
