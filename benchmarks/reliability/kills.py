"""Kill -9 at random moments of a run, resume, compare with the output of a run left alone.

``python benchmarks/reliability/kills.py --kills 200 --rows 100000``
"""

import argparse
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from big_table import write_table
from record import Outcome, save

LONGEST_LIFE = 12.0  # seconds until a kill: long enough to get on, short enough for many kills


class Run:
    """One command, killed now and then."""

    def __init__(self, folder: Path, jobs: int) -> None:
        self.target = folder / "out.csv"
        self.command = [sys.executable, "-m", "sms_classifier", "predict", str(folder / "in.csv")]
        self.command += ["-o", str(self.target), "--resume", "-q", "--jobs", str(jobs)]

    def start(self, life: float | None = None) -> int | None:
        """Exit code; None when it was killed first."""
        process = subprocess.Popen(self.command)
        try:
            return process.wait(life)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            return None


def compare(expected: bytes, found: bytes) -> tuple[int, int]:
    """Rows lost and rows wrong, told by their place."""
    if expected == found:
        return 0, 0
    ours, theirs = expected.split(b"\n"), found.split(b"\n")
    differing = sum(a != b for a, b in zip(ours, theirs, strict=False))
    return max(0, len(ours) - len(theirs)), differing + max(0, len(theirs) - len(ours))


def kill_often(folder: Path, *, rows: int, kills: int, jobs: int, seed: int) -> Outcome:
    """Kill, resume, and so on until the output is complete; again until enough kills."""
    write_table(folder / "in.csv", rows)
    run = Run(folder, jobs)
    started = time.monotonic()
    crashed = int(run.start() != 0)
    whole = time.monotonic() - started
    expected = run.target.read_bytes()
    rng = random.Random(seed)
    done = rounds = lost = wrong = early = 0
    while done < kills:
        run.target.unlink()
        rounds += 1
        code = None
        while code is None:
            life = rng.uniform(0, min(whole / 3, LONGEST_LIFE)) if done < kills else None
            code = run.start(life)
            done += code is None
            early += code is None and run.target.exists()
        crashed += code != 0
        missing, differing = compare(expected, run.target.read_bytes())
        lost, wrong = lost + missing, wrong + differing
        left = sorted(path.name for path in folder.iterdir())
        wrong += left != ["in.csv", "out.csv"]
        print(f"{done} kills, {rounds} rounds, lost {lost}, wrong {wrong}", flush=True)
    note = f"runs brought to their end: {rounds}, each compared byte for byte with one left alone"
    note += f" ({whole:.0f} s); {early} kills fell after the output stood"
    fault = f"kill -9 at random moments of {rows:,} rows, then --resume (--jobs {jobs})"
    return Outcome(fault, done, lost, wrong, crashed, note)


def main() -> None:
    """Run it and keep the outcome."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=8)
    args = parser.parse_args()
    outcomes = []
    for jobs, share in ((1, 0.75), (2, 0.25)):
        kills = round(args.kills * share)
        with tempfile.TemporaryDirectory() as made:
            outcomes.append(
                kill_often(Path(made), rows=args.rows, kills=kills, jobs=jobs, seed=args.seed)
            )
    save("kills", outcomes)


if __name__ == "__main__":
    main()
