"""Designs that are compared: each fits on labelled messages and says a label for texts.

Peers are built as people build them (../shared/design/PEERS.md §5) and get every value of their
grid tried by the same grouped folds.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol

from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import MultinomialNB
from sklearn.svm import LinearSVC

from sms_classifier.classifier import SmsClassifier
from sms_classifier.labels import Kind, Label, judge
from sms_classifier.model.decision import GRAVE
from sms_classifier.model.features import Reading, evidence_rows, read
from sms_classifier.training.corpus import LabelledMessages
from sms_classifier.training.fit import fit_pipeline
from sms_classifier.training.peers import words_of
from sms_classifier.training.pipeline import compile_scorer

OURS = "g: shipped design"


class Model(Protocol):
    """What all fitted designs can do."""

    def predict(self, texts: Sequence[str]) -> list[str]: ...


class Design(Protocol):
    """Fits for one setting of its grid."""

    grid: tuple[Any, ...]

    def fit(self, messages: LabelledMessages, setting: Any) -> Model: ...


@cache
def reading_of(text: str) -> Reading:
    """Readings are shared by designs and folds."""
    return read(text)


@cache
def words(text: str) -> tuple[str, ...]:
    return tuple(words_of(text))


def word_pairs(text: str) -> list[str]:
    return [*words(text), *(f"{a} {b}" for a, b in pairwise(words(text)))]


def delexicalised(text: str) -> str:
    return reading_of(text).delexicalised


def delexicalised_words(text: str) -> list[str]:
    return word_pairs(delexicalised(text))


def evidence(texts: Sequence[str]) -> csr_matrix:
    return csr_matrix(evidence_rows([reading_of(text) for text in texts]))


def word_vectors() -> TfidfVectorizer:
    return TfidfVectorizer(analyzer=words)


def character_vectors(of: Any = None) -> TfidfVectorizer:
    return TfidfVectorizer(
        analyzer="char", ngram_range=(1, 3), min_df=2, sublinear_tf=True, preprocessor=of
    )


@dataclass
class Linear:
    """Vectorisers (and evidence), one linear classifier."""

    vectorizers: Any  # () -> list of unfitted vectorisers
    classifier: Any  # setting -> unfitted classifier
    grid: tuple[Any, ...]
    with_evidence: bool = False

    def fit(self, messages: LabelledMessages, setting: Any) -> FittedLinear:
        fitted = FittedLinear(self.vectorizers(), self.classifier(setting), self.with_evidence)
        fitted.fit(messages.texts, messages.labels)
        return fitted


@dataclass
class FittedLinear:
    vectorizers: list[TfidfVectorizer]
    classifier: Any
    with_evidence: bool

    def fit(self, texts: Sequence[str], labels: Sequence[str]) -> None:
        for vectorizer in self.vectorizers:
            vectorizer.fit(texts)
        self.classifier.fit(self._matrix(texts), list(labels))

    def predict(self, texts: Sequence[str]) -> list[str]:
        return self.classifier.predict(self._matrix(texts)).tolist()

    def _matrix(self, texts: Sequence[str]) -> csr_matrix:
        blocks = [vectorizer.transform(texts) for vectorizer in self.vectorizers]
        if self.with_evidence:
            blocks.append(evidence(texts))
        return hstack(blocks, format="csr")


@dataclass
class FastText:
    """fastText, supervised, words as jieba cuts them."""

    grid: tuple[Any, ...] = ((25, 2), (50, 2), (25, 3))

    def fit(self, messages: LabelledMessages, setting: tuple[int, int]) -> FittedFastText:
        import fasttext

        fasttext.FastText.eprint = lambda *_: None  # its warning on every load
        epochs, pairs = setting
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "train.txt")
            lines = zip(messages.labels, messages.texts, strict=True)
            path.write_text(
                "".join(f"__label__{label} {' '.join(words(t)).strip()}\n" for label, t in lines),
                "utf-8",
            )
            options = {"epoch": epochs, "wordNgrams": pairs, "dim": 50, "bucket": 200_000}
            return FittedFastText(_without_nan(fasttext.train_supervised, str(path), options))


def _without_nan(train: Any, path: str, options: dict[str, int]) -> Any:
    """Train at the usual rate; where that runs off to infinity, at half of it."""
    try:
        return train(path, lr=0.5, thread=1, verbose=0, **options)
    except RuntimeError:
        return train(path, lr=0.25, thread=1, verbose=0, **options)


@dataclass
class FittedFastText:
    model: Any

    def predict(self, texts: Sequence[str]) -> list[str]:
        lines = [" ".join(words(text)).replace("\n", " ").strip() for text in texts]
        labels, _ = self.model.predict(lines)
        return [label[0].removeprefix("__label__") for label in labels]


@dataclass
class KindsThenRubric:
    """One linear reader a kind, one for scope; the rubric makes the label of the kinds."""

    grid: tuple[Any, ...] = (0.1,)

    def fit(self, messages: LabelledMessages, setting: float) -> FittedKinds:
        scope = FittedLinear(_delexicalised_vectors(), LinearSVC(C=setting), with_evidence=True)
        in_scope = ["no" if label == Label.OTHER else "yes" for label in messages.labels]
        scope.fit(messages.texts, in_scope)
        about_debt = messages.take([i for i, said in enumerate(in_scope) if said == "yes"])
        readers = {}
        for kind in (*map(str, Kind), GRAVE):
            shown = [str(kind in (cell or "").split("|")) for cell in about_debt.kinds or ()]
            if len(set(shown)) == 2:
                readers[kind] = LinearSVC(C=setting).fit(scope._matrix(about_debt.texts), shown)
        return FittedKinds(scope, readers)


@dataclass
class FittedKinds:
    scope: FittedLinear
    readers: dict[str, LinearSVC]

    def predict(self, texts: Sequence[str]) -> list[str]:
        matrix = self.scope._matrix(texts)
        about_debt = self.scope.classifier.predict(matrix) == "yes"
        seen = {kind: reader.predict(matrix) == "True" for kind, reader in self.readers.items()}
        return [
            str(judge({k for k in seen if seen[k][i]}, grave_threat=bool(seen[GRAVE][i])))
            if about_debt[i]
            else str(Label.OTHER)
            for i in range(len(texts))
        ]


@dataclass
class RubricOnFindings:
    """Nothing learnt: the rubric on what the finders find; no word about a debt is ``other``."""

    grid: tuple[Any, ...] = (None,)

    def fit(self, messages: LabelledMessages, setting: Any) -> RubricOnFindings:
        return self

    def predict(self, texts: Sequence[str]) -> list[str]:
        return [str(self._label(reading_of(text))) for text in texts]

    @staticmethod
    def _label(reading: Reading) -> Label:
        if not reading.scan.has("scope_word"):
            return Label.OTHER
        return judge(reading.kinds, grave_threat=reading.has_grave_threat)


@dataclass
class Ours:
    """What `train` fits and `predict` uses, stacked on three folds to spare an hour."""

    grid: tuple[Any, ...] = (None,)

    def fit(self, messages: LabelledMessages, setting: Any) -> FittedOurs:
        return FittedOurs(SmsClassifier(compile_scorer(fit_pipeline(messages, n_folds=3)), {}))


@dataclass
class FittedOurs:
    classifier: SmsClassifier

    def predict(self, texts: Sequence[str]) -> list[str]:
        return self.classifier.predict(list(texts)).tolist()


def _delexicalised_vectors() -> list[TfidfVectorizer]:
    return [
        TfidfVectorizer(analyzer=delexicalised_words, min_df=2),
        character_vectors(delexicalised),
    ]


def _svc(setting: float) -> LinearSVC:
    return LinearSVC(C=setting)


def designs() -> dict[str, Design]:
    """All designs by name, the letters of the issue first."""
    return {
        "a: jieba TF-IDF + naive Bayes": Linear(
            lambda: [word_vectors()], lambda a: MultinomialNB(alpha=a), (0.03, 0.1, 0.3)
        ),
        "a: jieba TF-IDF + logistic regression": Linear(
            lambda: [word_vectors()], lambda c: LogisticRegression(C=c, max_iter=300), (3, 10, 30)
        ),
        "a: jieba TF-IDF + linear SVC": Linear(lambda: [word_vectors()], _svc, (0.3, 1, 3)),
        "b: character n-grams + linear SVC": Linear(
            lambda: [character_vectors()], _svc, (0.1, 0.3, 1)
        ),
        "c: fastText": FastText(),
        "d: words + characters + evidence": Linear(
            lambda: [TfidfVectorizer(analyzer=word_pairs, min_df=2), character_vectors()],
            _svc, (0.03, 0.1), with_evidence=True,
        ),
        "e: delexicalised TF-IDF": Linear(_delexicalised_vectors, _svc, (0.03, 0.1)),
        "f: kinds learnt, label by rubric": KindsThenRubric(),
        "rubric on found kinds alone": RubricOnFindings(),
        OURS: Ours(),
    }  # fmt: skip


PEERS = ("a:", "b:", "c:")
