"""Tell Chinese debt-collection SMS apart - legitimate, vague, fraudulent - and say why."""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"
_HOMES = {
    "Explanation": "explanation",
    "Finding": "evidence",
    "Kind": "labels",
    "Label": "labels",
    "SmsClassifier": "classifier",
    "SmsClassifierError": "errors",
    "find_evidence": "evidence",
    "load": "classifier",
    "train": "training.fit",
}
__all__ = [*_HOMES, "__version__"]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for, so that importing costs nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module 'sms_classifier' has no attribute {name!r}")
    return getattr(import_module(f"sms_classifier.{_HOMES[name]}"), name)
