"""The typical peers, as people build them: shown beside a model on the same folds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.svm import LinearSVC

from sms_classifier.text.segment import cut
from sms_classifier.training.measures import class_figures, macro_f1

__all__ = ["peer_figures", "peers", "words_of"]


def peers(*, min_count: int = 2) -> dict[str, Pipeline]:
    """Unfitted peers by name (../shared/design/PEERS.md §5).

    Parameters
    ----------
    min_count : int, default 2
        Messages that a character n-gram must stand in.
    """
    characters = TfidfVectorizer(
        analyzer="char", ngram_range=(1, 3), min_df=min_count, sublinear_tf=True
    )
    return {
        "jieba TF-IDF + naive Bayes": make_pipeline(_words(), MultinomialNB()),
        "jieba TF-IDF + logistic regression": make_pipeline(
            _words(), LogisticRegression(max_iter=500)
        ),
        "jieba TF-IDF + linear SVC": make_pipeline(_words(), LinearSVC()),
        "character TF-IDF + linear SVC": make_pipeline(characters, LinearSVC()),
    }


def peer_figures(
    texts: Sequence[str], labels: Sequence[str], folds: Sequence[tuple[Any, Any]]
) -> dict[str, dict[str, Any]]:
    """Macro-F1 and F1 of each label, for every peer, cross-validated on these folds."""
    figures = {}
    for name, peer in peers(min_count=1 if len(texts) < _MANY else 2).items():
        guess = cross_val_predict(peer, list(texts), list(labels), cv=folds)
        table = class_figures(list(labels), guess.tolist())
        figures[name] = {
            "macro_f1": macro_f1(table),
            "f1": {label: row["f1"] for label, row in table.items()},
        }
    return figures


_MANY = 200  # messages; of fewer, hardly an n-gram stands in two


def words_of(text: str) -> list[str]:
    """Words as jieba cuts them, blanks left out.

    Examples
    --------
    >>> words_of("请 还款")
    ['请', '还款']
    """
    return [word for word in cut(text) if not word.isspace()]


def _words() -> TfidfVectorizer:
    return TfidfVectorizer(analyzer=words_of)
