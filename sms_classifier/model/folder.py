"""A model folder: written, verified, read.

``scorer.npz`` holds arrays and strings only and is read without pickle; ``card.json`` says what
the model is, carries the hash of every file, and its own. ``model.joblib``, for scikit-learn
users, runs code when it is opened, so it is opened only by `read_pipeline` and only when its hash
matches. Hashes tell a damaged folder, not a forged one: the arrays are checked one by one too.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sms_classifier.errors import ModelError
from sms_classifier.model.archive import UnsoundArchiveError, pack, unpack
from sms_classifier.model.arrays import UnsoundArrayError, check_arrays
from sms_classifier.model.features import evidence_names
from sms_classifier.model.scorer import Scorer

__all__ = [
    "FORMAT_VERSION",
    "default_folder",
    "read_card",
    "read_folder",
    "read_pipeline",
    "seal",
    "write_folder",
]

# Raise it when scorer.npz changes its arrays or their meaning; older programs then refuse the
# folder instead of misreading it.
FORMAT_VERSION = 3
SCORER, CARD, PIPELINE = "scorer.npz", "card.json", "model.joblib"
_SEAL = "card_sha256"  # of all else in the card
_MAX_BYTES = {  # no file of a model is near this: what is larger is none, and costs memory
    SCORER: 2**27,
    CARD: 2**20,
    PIPELINE: 2**30,
}


def default_folder() -> Path:
    """Folder of the shipped model: ``SMS_CLASSIFIER_MODEL``, the wheel's, or the checkout's.

    Raises
    ------
    ModelError
        If none of them holds a model.
    """
    package = Path(__file__).resolve().parent.parent
    places = [package / "_model", package.parent / "models" / "default"]
    if chosen := os.environ.get("SMS_CLASSIFIER_MODEL"):
        places = [Path(chosen)]
    for place in places:
        if (place / CARD).is_file():
            return place
    tried = ", ".join(map(str, places))
    raise ModelError(f"no model at {tried}; run `sms-classifier train data/messages.csv` first")


def write_folder(folder: Path, scorer: Scorer, pipeline: object, card: Mapping[str, Any]) -> None:
    """Write a model folder; `card` gets the format version, the hashes and its seal.

    Raises
    ------
    ModelError
        If `read_folder` would refuse the model.
    """
    import joblib

    state = scorer.state()
    try:
        check_arrays(state)
    except UnsoundArrayError as error:
        raise ModelError(f"the model for {folder} is unusable: {error}; check the data") from error
    folder.mkdir(parents=True, exist_ok=True)
    (folder / SCORER).write_bytes(pack(state))
    joblib.dump(pipeline, folder / PIPELINE, compress=3)
    hashes = {name: _sha256((folder / name).read_bytes()) for name in (SCORER, PIPELINE)}
    full = {"format": FORMAT_VERSION, **card, "files": hashes}
    full[_SEAL] = seal(full)
    (folder / CARD).write_text(
        json.dumps(full, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )


def seal(card: Mapping[str, Any]) -> str:
    """SHA-256 over a card's content, its own seal apart.

    Examples
    --------
    >>> seal({"format": 1}) == seal({"format": 1, "card_sha256": "any"}) != seal({"format": 2})
    True
    """
    content = {name: value for name, value in card.items() if name != _SEAL}
    return _sha256(json.dumps(content, sort_keys=True).encode())


def read_folder(folder: Path) -> tuple[Scorer, dict[str, Any]]:
    """Read and verify the scorer and the card of a model folder.

    Raises
    ------
    ModelError
        If the folder is incomplete, altered, of a newer format, or made by other features.
    """
    card = read_card(folder)
    data = _verified(folder, SCORER, card)
    try:
        state = unpack(data)
        names = state.get("evidence_names")
        if names is not None and names.tolist() != list(evidence_names()):
            raise ModelError(f"{folder} was trained with other evidence features; train it again")
        check_arrays(state)
    except (UnsoundArchiveError, UnsoundArrayError) as error:
        raise ModelError(
            f"{folder / SCORER} is not a scorer: {error}; restore or retrain"
        ) from error
    if card.get("labels") != state["classes"].tolist():
        raise ModelError(f"{folder / CARD} lists other labels than {SCORER}; restore or retrain")
    return Scorer.from_state(state), card


def read_pipeline(folder: Path) -> Any:
    """Open the scikit-learn pipeline of a folder that you trust: this runs code from it.

    Raises
    ------
    ModelError
        If the file is missing or its hash is not the card's.
    """
    import joblib

    return joblib.load(io.BytesIO(_verified(folder, PIPELINE, read_card(folder))))


def read_card(folder: Path) -> dict[str, Any]:
    """Read the card of a model folder, without the model.

    Raises
    ------
    ModelError
        If it is missing, no card, or of another format.
    """
    try:
        card = json.loads(_bytes(folder, CARD).decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise ModelError(f"{folder / CARD} is not JSON ({error}); restore or retrain") from error
    if not isinstance(card, dict) or not isinstance(card.get("files"), dict):
        raise ModelError(f"{folder / CARD} is not a model card; restore or retrain")
    if card.get("format") != FORMAT_VERSION:
        raise ModelError(
            f"{folder / CARD} has format {json.dumps(card.get('format'))[:20]}, this program reads "
            f"{FORMAT_VERSION}; upgrade sms-classifier or retrain"
        )
    if card.get(_SEAL) != seal(card):
        raise ModelError(f"{folder / CARD} was altered after training; restore or retrain")
    threshold = card.get("review_threshold")
    if not isinstance(threshold, int | float) or not 0 <= threshold <= 1:
        raise ModelError(f"{folder / CARD} has no review threshold from 0 to 1; retrain")
    return card


def _verified(folder: Path, name: str, card: Mapping[str, Any]) -> bytes:
    data = _bytes(folder, name)
    if _sha256(data) != card["files"].get(name):
        raise ModelError(f"{folder / name} is not the file its card describes; restore or retrain")
    return data


def _bytes(folder: Path, name: str) -> bytes:
    """Content of a file of a model folder, if it is a file of a reasonable size."""
    path = folder / name
    try:
        if not path.exists():
            raise ModelError(
                f"no model at {folder}: {name} is missing; run `sms-classifier train` first"
            )
        if not path.is_file() or path.stat().st_size > _MAX_BYTES[name]:
            raise ModelError(f"{path} is no file of a model; restore or retrain")
        return path.read_bytes()
    except OSError as error:
        raise ModelError(f"{path} cannot be read ({error}); restore or retrain") from error


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
