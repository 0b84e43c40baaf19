"""The note beside an unfinished output that lets ``--resume`` go on without losing a row.

It is written only after the output's bytes are safe on disk, and replaced in one step: after a
kill or a power loss at any moment it tells of rows that are surely there. Bytes behind them are
cut off and made again.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from sms_classifier.tables.delivery import explain_faults, sync_folder
from sms_classifier.tables.tally import Tally

__all__ = [
    "Checkpoint",
    "checkpoint_path",
    "load_checkpoint",
    "remove_checkpoint",
    "save_checkpoint",
]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How far a run has come.

    Attributes
    ----------
    identity : str
        Hash of all that decides the output: input, model, options. Nothing of a message.
    size : int
        Bytes of output that belong to the rows done.
    tally : Tally
    """

    identity: str
    size: int
    tally: Tally


def checkpoint_path(part: Path) -> Path:
    """Name the note of an unfinished output."""
    return part.with_name(part.name + ".json")


def save_checkpoint(path: Path, checkpoint: Checkpoint) -> None:
    """Write the note so that at any moment the old or the new one is whole."""
    fresh = _fresh(path)
    with explain_faults(path):
        with fresh.open("w", encoding="utf-8") as file:
            json.dump(asdict(checkpoint), file)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
        sync_folder(path.parent)


def remove_checkpoint(path: Path) -> None:
    """Remove the note, and what a kill left of a newer one."""
    path.unlink(missing_ok=True)
    _fresh(path).unlink(missing_ok=True)


def load_checkpoint(path: Path) -> Checkpoint | None:
    """Read the note; None if there is none that makes sense."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        tally = found["tally"]
        return Checkpoint(
            str(found["identity"]),
            int(found["size"]),
            Tally(
                int(tally["rows"]),
                dict(tally["labels"]),
                dict(tally["statuses"]),
                int(tally["review"]),
            ),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _fresh(path: Path) -> Path:
    """Name the note that is being written."""
    return path.with_name(path.name + ".new")
