"""Pass rate of each capability; ``make behaviour`` writes docs/behaviour.md and raises floors."""

from __future__ import annotations

import csv
import sys
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from capabilities import CAPABILITIES

import sms_classifier as sms
from sms_classifier.training.measures import interval

FLOORS = Path(__file__).resolve().parent / "floors.csv"
PAGE = Path(__file__).resolve().parents[2] / "docs" / "behaviour.md"
TITLE = """# How the model behaves
Made by `make behaviour` from the shipped model; what is checked stands in `tests/behaviour/capabilities.py`, the base messages in `tests/behaviour/messages.csv`. A case of invariance or evasion passes when the changed message gets the label of the unchanged one; any other when its label is a right one. The tests fail below a floor. `make behaviour` raises floors, to one case in fifty (at least one case) below what was measured, and never lowers them.

| capability | cases | passed | 95 % interval | floor |
|---|---|---|---|---|
"""


@dataclass(frozen=True)
class Rate:
    """How many cases of a capability pass."""

    cases: int
    passed: int

    @property
    def share(self) -> float:
        return self.passed / self.cases


def measure(classifier: sms.SmsClassifier) -> dict[str, Rate]:
    """Pass rates of the capabilities that have cases."""
    rates = {}
    for name, make in CAPABILITIES.items():
        cases = list(make())
        if not cases:
            continue
        said = classifier.predict([case.text for case in cases]).tolist()
        like = classifier.predict([case.like or case.text for case in cases]).tolist()
        passed = [
            label == unchanged if case.like else label in case.right
            for case, label, unchanged in zip(cases, said, like, strict=True)
        ]
        rates[name] = Rate(len(cases), sum(passed))
    return rates


def floors() -> dict[str, float]:
    """Least share that must pass, by capability."""
    with FLOORS.open(encoding="utf-8", newline="") as lines:
        return {row["capability"]: float(row["floor"]) for row in csv.DictReader(lines)}


def raised(rates: dict[str, Rate]) -> dict[str, float]:
    """Floors no lower than before; one case in fifty, at least one, may fall with a new model."""
    before = floors() if FLOORS.exists() else {}
    return {
        name: max(before.get(name, 0.0), _floor(rate.passed - max(1, rate.cases // 50), rate.cases))
        for name, rate in rates.items()
    }


def _floor(passed: int, cases: int) -> float:
    return passed * 1000 // cases / 1000


def main() -> None:
    rates = measure(sms.load())
    bounds = raised(rates)
    with FLOORS.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(["capability", "floor"])
        writer.writerows((name, f"{bound:.3f}") for name, bound in bounds.items())
    rows = []
    for name, rate in rates.items():
        low, high = interval(rate.passed, rate.cases)
        rows.append(
            f"| {name} | {rate.cases} | {rate.share:.3f} | {low:.3f}–{high:.3f} | {bounds[name]:.3f} |"
        )
    PAGE.write_text(TITLE + "\n".join(rows) + "\n", "utf-8")
    print("\n".join(rows))


if __name__ == "__main__":
    main()
