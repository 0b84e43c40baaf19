"""Which classified messages are most worth labelling next."""

from __future__ import annotations

import heapq
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sms_classifier.errors import TableError
from sms_classifier.labels import Label
from sms_classifier.tables import Chunk, Table, open_table
from sms_classifier.tables.delivery import Part, check_target, explain_faults
from sms_classifier.tables.formats import format_of
from sms_classifier.tables.write import Layout, open_sink
from sms_classifier.training.corpus import near_copy_groups
from sms_classifier.verdict import contradicts

__all__ = ["WHY", "Candidate", "select", "write_candidates"]

# Why a message is chosen, and at most which share of all chosen for that reason. Uncertainty
# sampling fills the rest; a part drawn by lot shows what the model is wrongly sure of.
WHY = {"contradiction": 0.3, "lot": 0.1, "unsure": 1.0}
_SPARE = 5  # times as many kept in reserve, because near-copies of one another are passed over


@dataclass(frozen=True, slots=True)
class Candidate:
    """A classified message that somebody should label.

    Attributes
    ----------
    row : int
        Data row of the predictions, from 1.
    suggested : str
        The model's label.
    why : str
        ``unsure``: two labels are nearly as probable; ``contradiction``: the evidence found
        speaks against the label; ``lot``: drawn by lot.
    """

    row: int
    text: str
    suggested: str
    confidence: str
    evidence: str
    why: str


def select(
    predictions: Path,
    n: int,
    *,
    prefix: str = "",
    text_column: str | None = None,
    encoding: str | None = None,
) -> list[Candidate]:
    """Choose messages from a table that ``predict`` wrote.

    Parameters
    ----------
    predictions : Path
    n : int
        How many at most; near-copies of a chosen message are passed over.
    prefix : str, default ""
        As it was given to ``predict``.
    text_column, encoding : str, optional

    Raises
    ------
    TableError
        If the table is not one that ``predict`` wrote.
    """
    pools = {why: _Pool(_SPARE * n) for why in WHY}
    lot = random.Random(0)  # noqa: S311 - a draw that anybody can repeat
    with open_table(predictions, text_column=text_column, encoding=encoding) as table:
        for margin, candidate in _classified(table, prefix):
            pools["unsure"].offer(margin, candidate)
            pools["lot"].offer(lot.random(), candidate)
            if candidate.why == "contradiction":
                pools["contradiction"].offer(-margin, candidate)
    return _chosen({why: pool.best() for why, pool in pools.items()}, n)


def write_candidates(target: Path, candidates: Sequence[Candidate], *, excel: bool = False) -> None:
    """Write the table to label, with an empty column ``label``.

    Raises
    ------
    TableError
        If it cannot be written.
    """
    added = {"suggested": "string", "confidence": "number", "why": "string", "evidence": "string"}
    layout = Layout(("row", "text", "label"), 1, added, excel=excel)
    chunk = Chunk(
        rows=[[str(c.row), c.text, ""] for c in candidates],
        texts=[c.text for c in candidates],
        statuses=["ok"] * len(candidates),
    )
    cells = [[getattr(c, name) for c in candidates] for name in added]
    part = Part(check_target(target, None))
    try:
        with explain_faults(target):
            part.file.truncate(0)
            sink = open_sink(format_of(target), part.file, layout, str(target))
            sink.begin()
            sink.add(chunk, cells)
            sink.finish()
        part.commit()
    except BaseException:
        part.discard()
        raise


class _Pool:
    """The candidates of lowest score, a fixed number of them."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._heap: list[tuple[float, int, Candidate]] = []

    def offer(self, score: float, candidate: Candidate) -> None:
        item = (-score, -candidate.row, candidate)
        if len(self._heap) < self._size:
            heapq.heappush(self._heap, item)
        else:
            heapq.heappushpop(self._heap, item)

    def best(self) -> list[Candidate]:
        return [candidate for _, _, candidate in sorted(self._heap, reverse=True)]


def _classified(table: Table, prefix: str) -> Iterator[tuple[float, Candidate]]:
    """Messages that have a label, each with the distance of its two most probable ones."""
    columns = list(table.columns)
    label, confidence, review, kinds = (
        _place(table, prefix + name) for name in ("label", "confidence", "review", "kinds")
    )
    shares = [i for i, name in enumerate(columns) if name.startswith(f"{prefix}p_")]
    by_rubric = {columns[i].removeprefix(f"{prefix}p_") for i in shares} == set(map(str, Label))
    number = 0
    for chunk in table.chunks:
        for row, text in zip(chunk.rows, chunk.texts, strict=True):
            number += 1
            if not row[label]:
                continue
            top = sorted((_share(table, number, row[i]) for i in shares), reverse=True)
            contradicted = (
                by_rubric
                and row[review].lower() == "true"
                and contradicts(row[label], row[kinds].split("|"))
            )
            why = "contradiction" if contradicted else "unsure"
            margin = top[0] - top[1] if len(top) > 1 else top[0]
            yield margin, Candidate(number, text, row[label], row[confidence], row[kinds], why)


def _place(table: Table, column: str) -> int:
    if column not in table.columns:
        raise TableError(
            f"{table.origin.name}: no column {column!r}; give a table that `sms-classifier "
            "predict` wrote, and its --prefix if it had one"
        )
    return table.columns.index(column)


def _share(table: Table, row: int, cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        raise TableError(
            f"{table.origin.name}, row {row}: {cell!r} is no probability; "
            "give the table as `sms-classifier predict` wrote it"
        ) from None


def _chosen(pools: dict[str, list[Candidate]], n: int) -> list[Candidate]:
    """Fill each reason's share, in the order of ``WHY``, without near-copies."""
    pooled = [(why, candidate) for why, best in pools.items() for candidate in best]
    clusters = near_copy_groups([candidate.text for _, candidate in pooled])
    taken: dict[str, Candidate] = {}
    for why, share in WHY.items():
        left = min(n - len(taken), max(1, int(share * n)))
        for (pool, candidate), cluster in zip(pooled, clusters, strict=True):
            if pool != why or cluster in taken:
                continue
            if left <= 0:
                break
            taken[cluster] = candidate if why == "unsure" else replace(candidate, why=why)
            left -= 1
    return list(taken.values())
