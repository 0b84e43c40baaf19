"""What a verdict on one message shows: label, evidence, what moved it, and what to do."""

from __future__ import annotations

import html
from dataclasses import asdict, dataclass
from typing import Any

from sms_classifier.advice import Advice
from sms_classifier.evidence import Finding
from sms_classifier.text.pieces import cut_at

__all__ = ["Explanation"]

_HIGHEST = 99  # per cent


@dataclass(frozen=True, slots=True)
class Explanation:
    """A verdict on one message, and everything that led to it.

    Attributes
    ----------
    label : str
    confidence : float
        Calibrated probability of `label`, 0 to 1.
    probabilities : dict of str to float
    review : bool
        Whether a person should look.
    findings : tuple of Finding
    missing, misconduct : tuple of str
    contributions : tuple of (str, float)
        What moved the score of `label`; with the bias they add up to its logit.
    advice : tuple of Advice
    """

    text: str
    label: str
    confidence: float
    probabilities: dict[str, float]
    review: bool
    findings: tuple[Finding, ...]
    missing: tuple[str, ...]
    misconduct: tuple[str, ...]
    contributions: tuple[tuple[str, float], ...]
    advice: tuple[Advice, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON, without the message itself."""
        values = asdict(self)
        del values["text"]
        return values

    @property
    def percent(self) -> int:
        """Confidence in per cent, as people are shown it: who reads text alone is never certain."""
        return min(_HIGHEST, round(100 * self.confidence))

    @property
    def pieces(self) -> list[tuple[str, Finding | None]]:
        """The message in pieces, each with the evidence on it or none."""
        marks = ((f.start, f.end, str(place)) for place, f in enumerate(self.findings))
        return [
            (piece, self.findings[int(place)] if place else None)
            for piece, place in cut_at(self.text, marks)
        ]

    def _repr_html_(self) -> str:
        shown = "".join(
            f'<mark title="{html.escape(found.reason)}">{html.escape(piece)}'
            f"<sub>{html.escape(found.kind)}</sub></mark>"
            if found
            else html.escape(piece)
            for piece, found in self.pieces
        )
        return f"<p><b>{self.label}</b> {self.confidence:.2f}</p><p>{shown}</p>"
