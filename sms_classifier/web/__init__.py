"""The page and its API: paste a message, upload a table, learn to tell (extra ``web``)."""

from __future__ import annotations

from sms_classifier.web.app import create_app

__all__ = ["create_app"]
