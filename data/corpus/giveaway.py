"""Giveaway test: whether a model can guess the label from what should not tell it.

Three models see nothing but slot values, nothing but lengths, nothing but punctuation. Chance is
0.25 macro-F1 over four labels. What signatures or the choice of slots tell is meaning: it is
measured beside them and not bounded.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.preprocessing import OneHotEncoder

from corpus.checks import fold_of
from corpus.messages import Message
from sms_classifier.labels import Label

__all__ = ["BOUNDED", "LIMIT", "measure"]

BOUNDED = ("slot values, type known", "length", "punctuation")
LIMIT = 0.40  # macro-F1 over four labels (issue 3)
_FOLDS = 5
_PER_FAMILY = 3  # realisations looked at: more are the same sentence again
_LEAST = 25  # values of a type that each label must have for the type to be judged
_SEEN = 5  # a piece of a value that fewer cases have cannot carry over to another fold
_MARK = re.compile(r"[^\w\s\u4e00-\u9fff【】\[\]]")  # signature brackets are meaning


def measure(messages: Sequence[Message]) -> dict[str, float]:
    """Macro-F1 of the three blind models, and of two that see meaning, by grouped CV."""
    seen = Counter[str]()
    chosen = []
    for message in messages:
        seen[message.family.name] += 1
        if seen[message.family.name] <= _PER_FAMILY:
            chosen.append(message)
    labels = [message.family.label for message in chosen]
    groups = [message.family.group for message in chosen]
    return {
        "slot values, type known": _by_values([m for m in chosen if m.id.endswith("-0")]),
        "length": _score(_lengths([message.text for message in chosen]), labels, groups),
        "punctuation": _score(_counts([_marks(m) for m in chosen]), labels, groups),
        "which slots occur": _score(_counts([_slots(m) for m in chosen]), labels, groups),
        "signature brackets": _score(_counts([_brackets(m) for m in chosen]), labels, groups),
    }


def _marks(message: Message) -> list[str]:
    return _MARK.findall(message.frame) or ["none"]


def _slots(message: Message) -> list[str]:
    return [kind for kind, _ in message.values] or ["none"]


def _brackets(message: Message) -> list[str]:
    text = message.text.strip()
    return [
        f"front {text[0]}" if text[0] in "【[" else "-",
        f"end {text[-1]}" if text[-1] in "】]" else "-",
    ]


def _lengths(texts: Sequence[str]) -> csr_matrix:
    """Length in steps, so that a linear model can draw any curve over it."""
    steps = np.array([[min(len(text) // 8, 40)] for text in texts])
    logs = csr_matrix(np.log1p([[len(text)] for text in texts]))
    return hstack([OneHotEncoder(handle_unknown="ignore").fit_transform(steps), logs]).tocsr()


def _counts(tokens: Sequence[list[str]], least: int = 1) -> csr_matrix:
    counter = CountVectorizer(analyzer=lambda found: found, binary=True, min_df=least)
    return counter.fit_transform(tokens)


def _by_values(messages: Sequence[Message]) -> float:
    """Every value is a case; types are weighted so that the type itself tells nothing."""
    cases = [(kind, value, m.family) for m in messages for kind, value in m.values]
    counts = Counter((kind, family.label) for kind, _, family in cases)
    even = {k for k, _ in counts if all(counts[k, str(label)] >= _LEAST for label in Label)}
    cases = [case for case in cases if case[0] in even]
    weights = np.array([1 / counts[kind, family.label] for kind, _, family in cases])
    tokens = [_value_tokens(kind, value) for kind, value, _ in cases]
    labels = [family.label for *_, family in cases]
    groups = [family.group for *_, family in cases]
    return _score(_counts(tokens, least=_SEEN), labels, groups, weights)


def _value_tokens(kind: str, value: str) -> list[str]:
    shape = re.sub(r"\d", "0", value)
    pieces = [value[i : i + 2] for i in range(len(value) - 1)]
    return [kind, f"{kind}={value}", *(f"{kind}:{p}" for p in (shape, *pieces, str(len(value))))]


def _score(
    features: csr_matrix,
    labels: Sequence[str],
    groups: Sequence[str],
    weights: np.ndarray | None = None,
) -> float:
    """Macro-F1 of a balanced logistic regression, no group in two folds."""
    y = np.array(labels)
    folds = np.array([fold_of(group, _FOLDS) for group in groups])
    guessed = np.empty_like(y)
    sizes = Counter(labels)
    case_weights = np.array([1 / sizes[label] for label in labels]) if weights is None else weights
    case_weights = case_weights / case_weights.mean()
    for fold in range(_FOLDS):
        train, test = folds != fold, folds == fold
        model = LogisticRegression(C=0.3, max_iter=300)
        model.fit(features[train], y[train], sample_weight=case_weights[train])
        guessed[test] = model.predict(features[test])
    return float(f1_score(y, guessed, average="macro", sample_weight=weights))
