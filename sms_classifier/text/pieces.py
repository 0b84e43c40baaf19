"""A text cut at marks, for whoever shows it."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["cut_at"]


def cut_at(text: str, marks: Iterable[tuple[int, int, str]]) -> list[tuple[str, str]]:
    """Cut a text into pieces, each with the name of its mark or none.

    Parameters
    ----------
    text : str
    marks : iterable of (int, int, str)
        Begin, end and name; of those that overlap the first is shown.

    Returns
    -------
    list of (str, str)
        The pieces joined are the text.

    Examples
    --------
    >>> cut_at("应还100元", [(2, 6, "amount")])
    [('应还', ''), ('100元', 'amount')]
    """
    pieces = []
    done = 0
    for start, end, name in sorted(marks):
        if start < done:
            continue
        pieces += [(text[done:start], ""), (text[start:end], name)]
        done = end
    return [piece for piece in [*pieces, (text[done:], "")] if piece[0]]
