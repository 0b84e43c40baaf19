"""A model folder: written, verified, read.

``scorer.npz`` holds arrays and strings only and is read without pickle; ``card.json`` says what
the model is and carries the hash of every file. ``model.joblib``, for scikit-learn users, runs
code when it is opened, so it is opened only by `read_pipeline` and only when its hash matches.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from sms_classifier.errors import ModelError
from sms_classifier.model.features import evidence_names
from sms_classifier.model.scorer import Scorer

__all__ = [
    "FORMAT_VERSION",
    "default_folder",
    "read_card",
    "read_folder",
    "read_pipeline",
    "write_folder",
]

# Raise it when scorer.npz changes its arrays or their meaning; older programs then refuse the
# folder instead of misreading it.
FORMAT_VERSION = 1
SCORER, CARD, PIPELINE = "scorer.npz", "card.json", "model.joblib"
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the zip format's own beginning: the same model, the same bytes


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
    """Write a model folder; `card` gets the format version and the hashes of both files."""
    import joblib

    folder.mkdir(parents=True, exist_ok=True)
    (folder / SCORER).write_bytes(_pack(scorer.state()))
    joblib.dump(pipeline, folder / PIPELINE, compress=3)
    hashes = {name: _sha256((folder / name).read_bytes()) for name in (SCORER, PIPELINE)}
    full = {"format": FORMAT_VERSION, **card, "files": hashes}
    (folder / CARD).write_text(
        json.dumps(full, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )


def _pack(state: Mapping[str, Any]) -> bytes:
    """Arrays as an npz archive whose bytes depend on nothing but the arrays."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in sorted(state.items()):
            member = io.BytesIO()
            np.lib.format.write_array(member, np.asanyarray(array), allow_pickle=False)
            info = zipfile.ZipInfo(f"{name}.npy", _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, member.getvalue())
    return buffer.getvalue()


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
        with np.load(io.BytesIO(data), allow_pickle=False) as archive:
            state = {name: archive[name] for name in archive.files}
        if state["evidence_names"].tolist() != list(evidence_names()):
            raise ModelError(f"{folder} was trained with other evidence features; train it again")
        return Scorer.from_state(state), card
    except (KeyError, ValueError, OSError, zipfile.BadZipFile, IndexError) as error:
        raise ModelError(f"{folder / SCORER} is not a scorer ({error}); train it again") from error


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
        card = json.loads((folder / CARD).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ModelError(
            f"no model at {folder}: {CARD} is missing; run `sms-classifier train` first"
        ) from None
    except (ValueError, OSError) as error:
        raise ModelError(f"{folder / CARD} cannot be read ({error}); restore or retrain") from error
    if not isinstance(card, dict) or not isinstance(card.get("files"), dict):
        raise ModelError(f"{folder / CARD} is not a model card; restore or retrain")
    if card.get("format") != FORMAT_VERSION:
        raise ModelError(
            f"{folder / CARD} has format {card.get('format')!r}, this program reads "
            f"{FORMAT_VERSION}; upgrade sms-classifier or retrain"
        )
    return card


def _verified(folder: Path, name: str, card: Mapping[str, Any]) -> bytes:
    try:
        data = (folder / name).read_bytes()
    except OSError as error:
        raise ModelError(f"{folder / name} cannot be read ({error}); restore or retrain") from error
    if _sha256(data) != card["files"].get(name):
        raise ModelError(f"{folder / name} is not the file its card describes; restore or retrain")
    return data


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
