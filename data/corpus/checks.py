"""What the corpus must keep: no near-copies between groups, no group in two folds."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from corpus.families import Family
from corpus.seeds import number_of

__all__ = ["MOST_ALIKE", "fold_of", "grams", "near_duplicates"]

MOST_ALIKE = 0.6  # Jaccard of character 3-grams; the same bound as ../shared/eval/leakcheck.py
_NOISE = re.compile(r"\{[^}]*\}|[\W\d_a-zA-Z]+")
_RAREST, _EACH = 12, 60  # candidates: a text's rarest grams, and so many texts for each
_FEWEST = 8  # shorter texts have too few grams for the index to say anything


def grams(text: str) -> frozenset[str]:
    """Character 3-grams of a text without slots, digits, letters and punctuation.

    Examples
    --------
    >>> sorted(grams("您已逾期{days}天"))
    ['已逾期', '您已逾', '逾期天']
    """
    plain = _NOISE.sub("", text)
    return frozenset(plain[i : i + 3] for i in range(len(plain) - 2))


def near_duplicates(families: Sequence[Family]) -> list[tuple[str, str, str]]:
    """Families too close to an earlier one of another group: (family, earlier one, similarity)."""
    shingles = [grams(family.text) for family in families]
    counts = Counter(gram for shown in shingles for gram in shown)
    index: dict[str, list[int]] = defaultdict(list)
    found = []
    for place, (family, shown) in enumerate(zip(families, shingles, strict=True)):
        if len(shown) < _FEWEST:
            continue
        rare = sorted(shown, key=lambda gram: (counts[gram], gram))[:_RAREST]
        candidates = Counter(other for gram in rare for other in index[gram][:_EACH])
        for other, _ in candidates.most_common(20):
            alike = len(shown & shingles[other]) / len(shown | shingles[other])
            if alike > MOST_ALIKE and families[other].group != family.group:
                found.append((family.name, families[other].name, f"{alike:.2f}"))
                break
        else:
            for gram in shown:
                index[gram].append(place)
    return found


def fold_of(group: str, n: int = 5) -> int:
    """Fold that a group stands in, whatever other groups there are.

    Examples
    --------
    >>> fold_of("bank-001") == fold_of("bank-001")
    True
    """
    return number_of(group) % n
