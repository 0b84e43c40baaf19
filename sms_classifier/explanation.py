"""What a verdict on one message shows: label, evidence, what moved it, and what to do."""

from __future__ import annotations

import html
from dataclasses import asdict, dataclass
from typing import Any

from sms_classifier.advice import Advice
from sms_classifier.evidence import Finding

__all__ = ["Explanation"]


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

    def _repr_html_(self) -> str:
        pieces: list[str] = []
        done = 0
        for finding in self.findings:
            if finding.start < done:
                continue
            pieces.append(html.escape(self.text[done : finding.start]))
            pieces.append(
                f'<mark title="{html.escape(finding.reason)}">{html.escape(finding.text)}'
                f"<sub>{html.escape(finding.kind)}</sub></mark>"
            )
            done = finding.end
        pieces.append(html.escape(self.text[done:]))
        return f"<p><b>{self.label}</b> {self.confidence:.2f}</p><p>{''.join(pieces)}</p>"
