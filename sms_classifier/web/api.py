"""``POST /api/classify``: one or many messages as JSON, explanations as JSON."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, request

from sms_classifier.classifier import SmsClassifier
from sms_classifier.limits import MAX_CHARACTERS, status_of
from sms_classifier.web.bounds import MAX_MESSAGES, Gate
from sms_classifier.web.faults import ProblemError
from sms_classifier.web.openapi import describe

__all__ = ["build_api"]

_SHAPE = 'send {"text": "…"} or {"texts": ["…", …]}'
_WRONG = {
    "empty": "is empty",
    "too_long": f"is longer than {MAX_CHARACTERS:,} characters",
}


def build_api(classifier: SmsClassifier, gate: Gate) -> Blueprint:
    """Build the API.

    Parameters
    ----------
    classifier : SmsClassifier
    gate : Gate
        What every call has to pass.
    """
    api = Blueprint("api", __name__, url_prefix="/api")
    description = describe([str(label) for label in classifier.classes_])

    @api.post("/classify")
    def classify() -> Response:
        body = _body()
        if "text" in body:
            _check([body["text"]], "/text", single=True)
            with gate.place():
                return _json(classifier.explain(body["text"]).to_dict())
        texts = body["texts"]
        _check(texts, "/texts/{}")
        with gate.place():
            return _json({"results": [classifier.explain(text).to_dict() for text in texts]})

    @api.get("/openapi.json")
    def openapi() -> Response:
        return _json(description)

    return api


def _body() -> dict[str, Any]:
    """Body of a call with exactly one of its two fields."""
    if request.mimetype != "application/json":
        raise ProblemError(415, "the body must be JSON with Content-Type: application/json")
    try:
        body = json.loads(request.get_data())
    except (ValueError, RecursionError):  # undecodable bytes are a ValueError too
        raise ProblemError(400, f"the body is not sound JSON; {_SHAPE}") from None
    if not isinstance(body, dict) or set(body) not in ({"text"}, {"texts"}):
        raise ProblemError(422, f"the body must be an object with one field; {_SHAPE}")
    if "texts" in body and not isinstance(body["texts"], list):
        raise ProblemError(422, f"texts must be a list; {_SHAPE}")
    if len(body.get("texts", ())) > MAX_MESSAGES:
        raise ProblemError(422, f"texts may hold up to {MAX_MESSAGES}; send several calls")
    return body


def _check(texts: list[Any], pointer: str, *, single: bool = False) -> None:
    """Refuse the call if a text cannot be classified, naming each such place."""
    errors = []
    for place, text in enumerate(texts):
        wrong = _WRONG.get(status_of(text)) if isinstance(text, str) else "is not a string"
        if wrong:
            errors.append({"pointer": pointer.format(place), "detail": wrong})
    if errors:
        which = "the text" if single else f"{len(errors)} of {len(texts)} texts"
        raise ProblemError(422, f"{which} cannot be classified; see errors", errors)


def _json(body: dict[str, Any]) -> Response:
    """Spell as ASCII: a lone surrogate in a message must not break the answer."""
    return Response(json.dumps(body), mimetype="application/json")
