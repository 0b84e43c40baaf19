"""The API's description in OpenAPI 3.1; the tests hold real answers against it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sms_classifier import __version__
from sms_classifier.labels import MISCONDUCT, MISSABLE, Kind
from sms_classifier.limits import MAX_CHARACTERS
from sms_classifier.web.bounds import MAX_MESSAGES

__all__ = ["describe"]

_ROLES = ["shows", "unknown", "missing", "verify", "do_not", "turn_to", "why"]
_MESSAGE = {
    "type": "string",
    "minLength": 1,
    "maxLength": MAX_CHARACTERS,
    "description": "One SMS as a phone shows it, not blank.",
}
_FAULTS = {
    "400": "The body is not sound JSON.",
    "413": "The body is too large.",
    "415": "The Content-Type is not application/json.",
    "422": "The JSON has another shape, or a text is empty, too long or not a string.",
    "500": "A fault of the program.",
    "503": "All places are taken; see Retry-After.",
}


def describe(labels: Sequence[str]) -> dict[str, Any]:
    """Describe the API of a model with these labels.

    Examples
    --------
    >>> sorted(describe(["vague", "other"])["paths"])
    ['/api/classify', '/api/openapi.json']
    """
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "sms-classifier",
            "version": __version__,
            "license": {"name": "MIT", "identifier": "MIT"},
            "description": (
                "Tells Chinese debt-collection SMS apart, with evidence. Text alone cannot prove "
                "who sent a message. Messages are not stored and not logged."
            ),
        },
        "paths": {
            "/api/classify": {"post": _classify()},
            "/api/openapi.json": {"get": _itself()},
        },
        "components": {
            "schemas": {
                "Explanation": _explanation(labels),
                "Finding": _finding(),
                "Advice": _advice(),
                "Problem": _problem(),
            }
        },
    }


def _classify() -> dict[str, Any]:
    one = _object({"text": _MESSAGE})
    many = _object({"texts": _list(_MESSAGE) | {"maxItems": MAX_MESSAGES}})
    results = _object({"results": _list(_ref("Explanation"))})
    answers: dict[str, Any] = {
        "200": _answer(
            "An Explanation for text; for texts an object with results, in the order given.",
            "application/json",
            {"oneOf": [_ref("Explanation"), results]},
        )
    }
    answers |= {
        status: _answer(meaning, "application/problem+json", _ref("Problem"))
        for status, meaning in _FAULTS.items()
    }
    return {
        "operationId": "classify",
        "summary": "Classify and explain one message or many.",
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"oneOf": [one, many]}}},
        },
        "responses": answers,
    }


def _itself() -> dict[str, Any]:
    return {
        "operationId": "openapi",
        "summary": "This description.",
        "responses": {
            "200": _answer("OpenAPI 3.1 document.", "application/json", {"type": "object"})
        },
    }


def _explanation(labels: Sequence[str]) -> dict[str, Any]:
    share = {"type": "number", "minimum": 0, "maximum": 1}
    weight = {
        "type": "array",
        "prefixItems": [{"type": "string"}, {"type": "number"}],
        "minItems": 2,
        "maxItems": 2,
        "description": "Feature and weight; all together are the logit of the label.",
    }
    return _object(
        {
            "label": {"enum": list(labels)},
            "confidence": share | {"description": "Calibrated probability of the label."},
            "probabilities": _object({label: share for label in labels}),
            "review": {"type": "boolean", "description": "Whether a person should look."},
            "findings": _list(_ref("Finding")),
            "missing": _list({"enum": [str(kind) for kind in MISSABLE]}),
            "misconduct": _list({"enum": [str(kind) for kind in MISCONDUCT]}),
            "contributions": _list(weight),
            "advice": _list(_ref("Advice")),
        }
    )


def _finding() -> dict[str, Any]:
    offset = {
        "type": "integer",
        "minimum": 0,
        "description": "In Unicode code points of the message as given, not in UTF-16 units.",
    }
    return _object(
        {
            "kind": {"enum": [str(kind) for kind in Kind]},
            "start": offset,
            "end": offset,
            "text": {"type": "string"},
            "reason": {"type": "string", "description": "Rule or list that spoke, with source."},
        }
    )


def _advice() -> dict[str, Any]:
    texts: dict[str, Any] = {name: {"type": "string"} for name in ("key", "zh", "en", "source")}
    return _object(texts | {"role": {"enum": _ROLES}})


def _problem() -> dict[str, Any]:
    fault = _object({"pointer": {"type": "string"}, "detail": {"type": "string"}})
    fields = {
        "type": {"const": "about:blank"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
    }
    problem = _object(fields)
    problem["properties"]["errors"] = _list(fault)
    return problem


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def _answer(meaning: str, media_type: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": meaning, "content": {media_type: {"schema": schema}}}
