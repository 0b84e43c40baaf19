"""Flip a bit in every 1,000th byte of a model's files, every byte of the card; load; count."""

import shutil
import sys
import tempfile
from pathlib import Path

from record import ROOT, Outcome, save

import sms_classifier as sms
from sms_classifier.errors import ModelError
from sms_classifier.model.folder import read_pipeline

STEPS = {"scorer.npz": 1_000, "model.joblib": 1_000, "card.json": 1}


def flip(folder: Path, name: str, step: int) -> Outcome:
    """Outcome for one file."""
    path = folder / name
    sound, card = path.read_bytes(), sms.load(folder).card
    tries = wrong = crashed = 0
    for place in range(0, len(sound), step):
        damaged = bytearray(sound)
        damaged[place] ^= 1 << place // step % 8
        path.write_bytes(damaged)
        tries += 1
        try:
            if name == "model.joblib":
                read_pipeline(folder)
                wrong += 1
            else:
                wrong += sms.load(folder).card != card or name == "scorer.npz"
        except ModelError as error:
            wrong += len(str(error).splitlines()) != 1
        except Exception as error:
            print(place, repr(error), file=sys.stderr)
            crashed += 1
    path.write_bytes(sound)
    note = "refused in one line, or the card says the same (a blank)" * (name == "card.json")
    return Outcome(f"Bit flips in {name}, one byte in {step:,}", tries, 0, wrong, crashed, note)


def main() -> None:
    """Flip all and keep the outcome."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made) / "m"
        shutil.copytree(ROOT / "models" / "default", folder)
        save("flips", [flip(folder, name, step) for name, step in STEPS.items()])


if __name__ == "__main__":
    main()
