"""A fingerprint of everything that makes features: code by its syntax tree, and resources."""

from __future__ import annotations

import ast
import hashlib
from pathlib import Path

__all__ = ["feature_fingerprint"]

_PACKAGE = Path(__file__).resolve().parent.parent
_CODE = ("labels.py", "lexicons.py", "text", "evidence", "model")
_NO_FEATURES = {  # for people, or for the folder
    *("mask.py", "personal_names.py", "pieces.py", "attribution.py"),
    *("archive.py", "arrays.py", "folder.py"),
}
_UNREAD = {"advice.csv", "dated_rules.csv", "helplines.csv", "sources.csv"}  # words for people


def feature_fingerprint() -> str:
    """SHA-256 over the code and the resources from which features are made.

    Comments, docstrings and formatting do not count.

    Examples
    --------
    >>> len(feature_fingerprint())
    64
    """
    digest = hashlib.sha256()
    for entry in _CODE:
        place = _PACKAGE / entry
        for path in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            if path.name in _NO_FEATURES:
                continue
            digest.update(path.name.encode() + _tree(path).encode())
    for path in sorted((_PACKAGE / "resources").glob("*.*")):
        if path.name not in _UNREAD:
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def _tree(path: Path) -> str:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(
            node
        ):
            node.body = node.body[1:]
    return _shape(tree)


def _shape(node: object) -> str:
    """Nested names and values of a syntax tree, the same from every version of Python.

    Fields that are empty do not count: later versions add some.
    """
    if isinstance(node, ast.AST):
        fields = ((name, _shape(value)) for name, value in ast.iter_fields(node))
        inner = ",".join(f"{name}={shape}" for name, shape in fields if shape)
        return f"{type(node).__name__}({inner})"
    if isinstance(node, list):
        return ",".join(map(_shape, node))
    return "" if node is None else repr(node)
