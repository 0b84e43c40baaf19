"""Near-copies of texts, found as the texts come."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection

__all__ = ["NearCopies"]

MOST_ALIKE = 0.6  # Jaccard of character 3-grams after masking; INTERFACE, `train`
_RAREST = 8
_EACH = 50
_COMPARED = 10


class NearCopies:
    """Group each text with an earlier one that it is a near-copy of.

    Parameters
    ----------
    leaders_only : bool, default False
        Compare with the first text of each group alone: less memory, looser chains.

    Examples
    --------
    >>> copies = NearCopies()
    >>> [copies.group(text) for text in ("您尾号0的账单已出", "您尾号0的账单已出", "明天吃饭吗")]
    [0, 0, 2]
    """

    def __init__(self, *, leaders_only: bool = False) -> None:
        self._leaders_only = leaders_only
        self._index: dict[str, list[int]] = defaultdict(list)
        self._shingles: dict[int, frozenset[str]] = {}
        self._group_of: dict[int, int] = {}
        self._seen = 0

    def group(self, text: str) -> int:
        """Number of the group's first text, counted from 0; the text has its values masked."""
        shown = frozenset(text[i : i + 3] for i in range(max(1, len(text) - 2)))
        near = self._nearest(shown)
        place = self._seen
        group = place if near is None else self._group_of[near]
        self._seen += 1
        if near is None or not self._leaders_only:
            self._remember(place, group, shown)
        return group

    def keep(self, groups: Collection[int]) -> None:
        """Forget the texts of all other groups."""
        kept = [place for place, group in self._group_of.items() if group in groups]
        shingles, groups_of = self._shingles, self._group_of
        self._index, self._shingles, self._group_of = defaultdict(list), {}, {}
        for place in kept:
            self._remember(place, groups_of[place], shingles[place])

    def _remember(self, place: int, group: int, shown: frozenset[str]) -> None:
        self._shingles[place], self._group_of[place] = shown, group
        for gram in shown:
            self._index[gram].append(place)

    def _nearest(self, shown: frozenset[str]) -> int | None:
        """A text alike enough among those that share its rarest 3-grams."""
        index = self._index
        rare = sorted(shown, key=lambda gram: len(index[gram]) if gram in index else 0)[:_RAREST]
        candidates = Counter(
            other for gram in rare if gram in index for other in index[gram][:_EACH]
        )
        for other, _ in candidates.most_common(_COMPARED):
            theirs = self._shingles[other]
            if len(shown & theirs) > MOST_ALIKE * len(shown | theirs):
                return other
        return None
