"""What must hold for the corpus: no near-duplicates between groups, clean folds, honest labels."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.families import Family, Problem
from corpus.seeds import number_of
from sms_classifier.labels import Label

__all__ = [
    "MAX_EXCEPTIONS",
    "MAX_SIMILARITY",
    "Twin",
    "fold_of",
    "grams",
    "label_problems",
    "near_duplicates",
    "similar_pairs",
    "template_of",
    "twins",
]

MAX_SIMILARITY = 0.6  # of character 3-grams, digits masked (issue 3)
MAX_EXCEPTIONS = 0.03  # of the families in scope (issue 3)
_SLOT = re.compile(r"\{[^{}]*\}")
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Twin:
    """A family that is left out because an earlier one of another group reads the same."""

    family: Family
    earlier: Family
    similarity: float

    def row(self) -> tuple[str, str, str]:
        """Cells of data/dropped.csv."""
        return self.family.name, self.earlier.name, f"{self.similarity:.2f}"

    def __str__(self) -> str:
        here, there = self.family, self.earlier
        return (
            f"{here.path}:{here.line}: {self.similarity:.2f} like "
            f"{there.path.name}:{there.line}; left out"
        )


def fold_of(group: str, n: int = 5) -> int:
    """Fold of a group: the same wherever and whenever it is asked for.

    Examples
    --------
    >>> fold_of("pairs_bank-p01") == fold_of("pairs_bank-p01") < 5
    True
    """
    return number_of(f"fold/{group}") % n


def template_of(family: Family) -> str:
    """Text of a family with every slot masked by one character."""
    return _SLOT.sub("□", family.text)


def grams(text: str) -> frozenset[str]:
    """Character 3-grams after folding widths and masking digits.

    Examples
    --------
    >>> sorted(grams("欠１２元")) == sorted(grams("欠345元"))
    True
    """
    plain = _DIGITS.sub("0", "".join(unicodedata.normalize("NFKC", text).split()))
    return frozenset(plain[i : i + 3] for i in range(max(1, len(plain) - 2)))


def similar_pairs(
    texts: Sequence[str], groups: Sequence[str], *, limit: float = MAX_SIMILARITY
) -> Iterator[tuple[int, int, float]]:
    """Find the pairs of different groups whose 3-grams overlap by more than a limit.

    Exact: two sets whose Jaccard index exceeds the limit share one of the rarest
    ``n - ceil(limit * n) + 1`` grams of either, so only those are indexed.

    Yields
    ------
    earlier, later, similarity : int, int, float
        Positions in ``texts``.
    """
    sets = [grams(text) for text in texts]
    counts = Counter(gram for found in sets for gram in found)
    index: dict[str, list[int]] = defaultdict(list)
    for later, found in enumerate(sets):
        rarest = sorted(found, key=lambda gram: (counts[gram], gram))
        rarest = rarest[: len(found) - math.ceil(limit * len(found)) + 1]
        candidates = {earlier for gram in rarest for earlier in index[gram]}
        for earlier in sorted(candidates):
            other = sets[earlier]
            shorter, longer = sorted((len(found), len(other)))
            if groups[earlier] == groups[later] or shorter <= limit * longer:
                continue
            shared = len(found & other)
            similarity = shared / (len(found) + len(other) - shared)
            if similarity > limit:
                yield earlier, later, similarity
        for gram in rarest:
            index[gram].append(later)


def twins(families: Sequence[Family], texts: Sequence[str], owners: Sequence[Family]) -> list[Twin]:
    """Later families of near-duplicate pairs, as few as leave no pair.

    Parameters
    ----------
    families : sequence of Family
        In the order that decides which one is earlier.
    texts, owners : sequences of equal length
        Texts to compare (templates or messages) and the family of each.
    """
    rank = {family.name: place for place, family in enumerate(families)}
    worst: dict[tuple[str, str], float] = {}
    by_name = {family.name: family for family in families}
    for i, j, similarity in similar_pairs(texts, [owner.group for owner in owners]):
        first, second = sorted((owners[i].name, owners[j].name), key=rank.__getitem__)
        worst[first, second] = max(worst.get((first, second), 0), similarity)
    dropped: dict[str, Twin] = {}
    for (first, second), similarity in sorted(
        worst.items(), key=lambda item: (rank[item[0][1]], rank[item[0][0]])
    ):
        if first not in dropped and second not in dropped:
            dropped[second] = Twin(by_name[second], by_name[first], similarity)
    return list(dropped.values())


def near_duplicates(families: Sequence[Family]) -> list[tuple[str, str, str]]:
    """Families whose template is too close to an earlier one of another group.

    Returns
    -------
    list of (family, close_to, similarity)
        The later family of each pair, as data/dropped.csv lists it.
    """
    found = twins(families, [template_of(family) for family in families], families)
    return [twin.row() for twin in found]


def label_problems(families: Sequence[Family], excused: Collection[str]) -> Iterator[Problem]:
    """Families whose label is not the rubric's: unlisted ones, or too many listed ones."""
    differing = [family for family in families if family.label != family.rubric_label]
    for family in differing:
        if family.name not in excused:
            kinds = "|".join(family.kinds) or "-"
            yield Problem(
                family.path,
                family.line,
                f"label {family.label}, but the rubric gives {family.rubric_label} for {kinds}; "
                "mend it or list it in data/exceptions.csv",
            )
    in_scope = sum(family.label != Label.OTHER for family in families)
    if len(differing) > MAX_EXCEPTIONS * in_scope:
        share = f"{len(differing)} of {in_scope}"
        yield Problem(Path("data/exceptions.csv"), 1, f"{share} labels differ from the rubric")
