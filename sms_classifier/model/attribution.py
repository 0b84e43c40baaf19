"""Which words speak for what only a reader saw: kinds of evidence that no finder could place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import numpy.typing as npt

from sms_classifier.evidence.finding import Hit
from sms_classifier.model.decision import GRAVE
from sms_classifier.model.features import Reading
from sms_classifier.model.scorer import Scorer, Scores
from sms_classifier.model.windows import split_numbers
from sms_classifier.text.segment import cut_joined

__all__ = ["wording_hits"]

Floats = npt.NDArray[np.float64]
_MARKS = ",.;:!?。"  # not shown around words


def wording_hits(
    scorer: Scorer,
    reading: Reading,
    scores: Scores,
    place: int,
    *,
    seen: Mapping[str, float],
    shown: set[str],
) -> list[Hit]:
    """Evidence that only a reader saw, each at the words that spoke for it most.

    Parameters
    ----------
    scorer : Scorer
    reading : Reading
        The message at `place` of the chunk that `scores` were given for.
    scores : Scores
    place : int
    seen : mapping of str to float
        Probability of each kind as read.
    shown : set of str
        Kinds that a finder has placed.
    """
    bounds = dict(zip(scorer.outputs, scorer.thresholds, strict=True))
    hits = []
    for kind, probability in seen.items():
        if kind in shown or kind == GRAVE or probability < bounds[f"read:{kind}"]:
            continue
        terms = _terms(scorer, reading, scores, place, f"read:{kind}")
        if span := _strongest(reading.scan.plain, terms):
            hits.append(Hit(kind, *span, f"wording as in training messages; p={probability:.2f}"))
    return hits


def _strongest(plain: str, terms: list[tuple[float, str]]) -> tuple[int, int] | None:
    """Place in the plain text of the words that speak most for an output."""
    for term, words in sorted(terms, reverse=True):
        found = plain.find(words)
        if found >= 0 and len(words) > 1 and term > 0:
            return found, found + len(words)
    return None


def _terms(
    scorer: Scorer, reading: Reading, scores: Scores, place: int, output: str
) -> list[tuple[float, str]]:
    weights = scorer.reader_weights[:, scorer.outputs.index(output)]
    n_hidden = scores.active.shape[1]
    return [
        *_ngram_terms(scorer, scores, place, weights[:n_hidden]),
        *_window_terms(scorer, reading.delexicalised, weights[n_hidden:]),
    ]


def _ngram_terms(
    scorer: Scorer, scores: Scores, place: int, weights: Floats
) -> Iterator[tuple[float, str]]:
    """How much each n-gram of a message speaks for an output."""
    start, end = scores.ngrams.indptr[place : place + 2]
    columns = scores.ngrams.indices[start:end]
    told = weights * scores.active[place]
    terms = (scorer.ngram_weights[columns] @ told) * scores.ngrams.data[start:end]
    for column, term in zip(columns.tolist(), terms.tolist(), strict=True):
        ngram = scorer.ngrams.feature_names_[column].split(":", 1)[1]
        yield term, ngram.replace(" ", "") if column < scorer.ngrams.n_words_ else ngram


def _window_terms(
    scorer: Scorer, delexicalised: str, weights: Floats
) -> Iterator[tuple[float, str]]:
    """How much each window of words speaks for an output."""
    words = cut_joined([delexicalised])
    sequences = scorer.window_words.read(words)
    found = scorer.windows.matches(sequences, *split_numbers(sequences.ids))
    terms = np.bincount(found.argmax(axis=0), np.maximum(found.max(axis=0), 0.0) * weights)
    shown = [word for word in words if word != " "]
    for place in np.flatnonzero(terms).tolist():
        window = shown[max(0, place - 1) : place + 2]
        yield float(terms[place]), "".join(window).strip(_MARKS)
