"""Plain text with a way back: undo what evasion does to the letters, remember where they stood.

Full width, circled digits, traditional and lower/upper case are folded one to one; invisible
characters go; then come the rules of `spelling`. Nothing here judges: each rewrite that only an
evader would need is reported as a `Rewrite`.
"""

from __future__ import annotations

from collections.abc import Sequence

from sms_classifier.text.message import Draft, Message

__all__ = ["normalize", "normalize_many"]


def normalize(text: str) -> Message:
    """Spell a message plainly.

    Parameters
    ----------
    text : str
        The message as given, of any length.

    Returns
    -------
    Message
        Normalising ``plain`` again changes nothing in ordinary messages.

    Raises
    ------
    TypeError
        If `text` is not a ``str``.

    Examples
    --------
    >>> normalize("您已逾qi３天，請加薇信").plain
    '您已逾期3天,请加微信'
    >>> [(r.written, r.meant) for r in normalize("临时凍结").rewrites]
    [('凍', '冻')]

    References
    ----------
    ../shared/domain/FACTS.md C2 (evasion tricks seen in Chinese SMS).
    """
    return normalize_many((text,))[0]


def normalize_many(texts: Sequence[str]) -> list[Message]:
    """Spell messages plainly, as `normalize` does, many at once in less time.

    Parameters
    ----------
    texts : sequence of str

    Returns
    -------
    list of Message
        One for each text.

    Raises
    ------
    TypeError
        If one of `texts` is not a ``str``.

    Examples
    --------
    >>> [message.plain for message in normalize_many(["逾 期３天", "", "加葳信"])]
    ['逾期3天', '', '加微信']
    """
    for kind in {*map(type, texts)}:
        if not issubclass(kind, str):
            raise TypeError(f"a message must be a str, not {kind.__name__}")
    draft = Draft(texts)
    if len(texts) == 1:
        return [Message(texts[0], draft.plains[0], bool(draft.rewritten), draft)]
    is_rewritten = map(draft.rewritten.__contains__, range(len(texts)))
    return [*map(Message, texts, draft.plains, is_rewritten)]
