"""What to do about a message: advice in Chinese and English, and the dated rules behind it.

Everything that a reader sees stands in ``resources/advice.csv`` and ``resources/dated_rules.csv``;
here is decided only which of it fits.
"""

from __future__ import annotations

from sms_classifier.advice.compose import advise
from sms_classifier.advice.rules import DatedRule, dated_rules, rules_for
from sms_classifier.advice.words import (
    VERDICT_WORDS,
    Advice,
    VerdictWords,
    situations,
    verdict_words,
)

__all__ = [
    "VERDICT_WORDS",
    "Advice",
    "DatedRule",
    "VerdictWords",
    "advise",
    "dated_rules",
    "rules_for",
    "situations",
    "verdict_words",
]
