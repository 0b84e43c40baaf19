"""What the arrays of a model must be: a table of types, shapes and ranges, checked on loading.

A new array of `Scorer.state` is one row here. Sizes are named; a name means the same number
wherever it stands, so arrays that do not fit together are found.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any

import numpy as np
import numpy.typing as npt

from sms_classifier.labels import DECISIVE, DETAIL, Kind
from sms_classifier.model.decision import GRAVE, decision_names
from sms_classifier.model.features import evidence_names
from sms_classifier.model.windows import WINDOW
from sms_classifier.text.meaning import MEANING_SIZE, n_known_words

__all__ = ["ARRAYS", "Row", "UnsoundArrayError", "check_arrays"]

_WEIGHT = 1e4  # a thousand times the largest weight of the shipped model
_IDF = 40.0  # 1 + ln of more messages than there are
_LONGEST_NAME = 100  # characters of a label or a feature
_READS = {f"read:{kind}" for kind in (*Kind, GRAVE)}
_RUBRIC_NEEDS = {
    f"read:{kind}" for kind in (Kind.INSTITUTION, Kind.PRIVATE_CONTACT, *DECISIVE, *DETAIL)
}


class UnsoundArrayError(ValueError):
    """Arrays that are not those of a model."""


@dataclass(frozen=True, slots=True)
class Row:
    """One array: kind of dtype (f, u or U), sizes by name, least and greatest value."""

    kind: str
    shape: tuple[str, ...]
    low: float = -inf
    high: float = inf


ARRAYS: Mapping[str, Row] = {
    "ngrams_words": Row("u", ("word bytes",)),
    "ngrams_chars": Row("u", ("char bytes",)),
    "ngrams_idf": Row("f", ("ngrams",), 1.0, _IDF),
    "classes": Row("U", ("classes",)),
    "outputs": Row("U", ("outputs",)),
    "evidence_names": Row("U", ("evidence",)),
    "meaning_weights": Row("f", ("known words",), -_IDF, _IDF),
    "meaning_centre": Row("f", ("meaning",), -_WEIGHT, _WEIGHT),
    "hidden_weights": Row("f", ("features", "hidden"), -_WEIGHT, _WEIGHT),
    "hidden_bias": Row("f", ("hidden",), -_WEIGHT, _WEIGHT),
    "window_words": Row("u", ("window bytes",)),
    "window_weights": Row("f", ("window", "word inputs", "detectors"), -_WEIGHT, _WEIGHT),
    "window_bias": Row("f", ("detectors",), -_WEIGHT, _WEIGHT),
    "reader_weights": Row("f", ("units", "outputs"), -_WEIGHT, _WEIGHT),
    "reader_bias": Row("f", ("outputs",), -_WEIGHT, _WEIGHT),
    "weights": Row("f", ("decision", "classes"), -_WEIGHT, _WEIGHT),
    "bias": Row("f", ("classes",), -_WEIGHT, _WEIGHT),
    "thresholds": Row("f", ("outputs",), 0.0, 1.0),
}


def check_arrays(state: Mapping[str, npt.NDArray[Any]]) -> None:
    """Refuse arrays that no training writes.

    Raises
    ------
    UnsoundArrayError
        Naming the array, and what is wrong with it.
    """
    if odd := sorted(state.keys() ^ ARRAYS.keys()):
        raise UnsoundArrayError(f"{odd[0]!r} is {'unknown' if odd[0] in state else 'missing'}")
    for name, row in ARRAYS.items():
        _check_type(name, state[name], row)
    _check_names(state["classes"].tolist(), state["outputs"].tolist())
    sizes = _known_sizes(state)
    for name, row in ARRAYS.items():
        _check_shape(name, state[name], row, sizes)


def _check_type(name: str, array: npt.NDArray[Any], row: Row) -> None:
    if array.dtype.kind != row.kind or array.ndim != len(row.shape):
        raise UnsoundArrayError(f"{name!r} is {array.dtype} with {array.ndim} dimensions")
    if row.kind == "f" and not np.all((array >= row.low) & (array <= row.high)):
        raise UnsoundArrayError(f"{name!r} has values outside {row.low:g} to {row.high:g}")


def _check_shape(name: str, array: npt.NDArray[Any], row: Row, sizes: dict[str, int]) -> None:
    for size, dimension in zip(array.shape, row.shape, strict=True):
        if sizes.setdefault(dimension, size) != size:
            raise UnsoundArrayError(f"{name!r} has {size} {dimension}, not {sizes[dimension]}")


def _known_sizes(state: Mapping[str, npt.NDArray[Any]]) -> dict[str, int]:
    """Sizes that follow from what is not in an array's shape."""
    words = _vocabulary("ngrams_words", state, parts=lambda ngram: ngram.count(" ") + 1, most=2)
    chars = _vocabulary("ngrams_chars", state, parts=len, most=3)
    own = _vocabulary("window_words", state, parts=lambda word: 1, most=1)
    n_evidence = len(evidence_names())
    return {
        "ngrams": len(words) + len(chars),
        "evidence": n_evidence,
        "known words": n_known_words(),
        "meaning": MEANING_SIZE,
        "window": WINDOW,
        "word inputs": MEANING_SIZE + 1 + len(own),
        "units": len(state["hidden_bias"]) + len(state["window_bias"]),
        "features": len(words) + len(chars) + MEANING_SIZE + n_evidence,
        "decision": len(decision_names(state["outputs"].tolist())),
    }


def _vocabulary(
    name: str, state: Mapping[str, npt.NDArray[Any]], *, parts: Any, most: int
) -> list[str]:
    """N-grams of a vocabulary; raises when one is doubled, empty or too long."""
    try:
        ngrams = bytes(state[name]).decode().split("\n") if len(state[name]) else []
    except UnicodeDecodeError as error:
        raise UnsoundArrayError(f"{name!r} is no UTF-8 at byte {error.start}") from error
    sizes = [parts(ngram) for ngram in ngrams]
    if len(set(ngrams)) < len(ngrams) or not all(ngrams) or max(sizes, default=1) > most:
        raise UnsoundArrayError(f"{name!r} is no vocabulary of 1 to {most} parts")
    return ngrams


def _check_names(classes: Sequence[str], outputs: Sequence[str]) -> None:
    """Labels and readers: distinct, printable, and those that the decision knows."""
    for name, found in (("classes", classes), ("outputs", outputs)):
        if len(set(found)) < len(found) or not all(map(_is_name, found)):
            raise UnsoundArrayError(f"{name!r} is no list of names")
    wording = [output for output in outputs if output.startswith("wording:")]
    reads = {output for output in outputs if output.startswith("read:")}
    if len(classes) < 2 or wording != [f"wording:{label}" for label in classes]:
        raise UnsoundArrayError("'outputs' has other labels than 'classes'")
    if len(wording) + len(reads) < len(outputs) or not reads <= _READS:
        raise UnsoundArrayError("'outputs' names a reader that there is not")
    if f"read:{GRAVE}" in reads and not reads >= _RUBRIC_NEEDS:
        raise UnsoundArrayError("'outputs' lacks a kind that the rubric needs")


def _is_name(name: str) -> bool:
    return 0 < len(name) <= _LONGEST_NAME and name.isprintable()
