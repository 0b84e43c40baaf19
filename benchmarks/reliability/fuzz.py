"""Coverage-guided fuzzing with atheris, bounded in minutes; states executions and findings.

``python benchmarks/reliability/fuzz.py --minutes 5`` shares the minutes among all targets; a
finding is kept in ``artifacts/fuzz`` and belongs into ``tests/golden.csv`` or a test, with its fix.
"""

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from record import ROOT, Outcome, save

NAMES = ("normalise", "evidence", "explain", "tables", "web_form")
MOST_BYTES = 4096
MOST_MEGABYTES = 3072
SLOWEST = 20  # seconds for one input before it counts as a hang
_RUNS = re.compile(r"(?:Done (\d+) runs|^#(\d+)\s)", re.M)
FOUND = ROOT / "artifacts" / "fuzz"


def fuzz_here(name: str, options: list[str]) -> None:
    """Run one target in this process, which ends with it."""
    import atheris

    with atheris.instrument_imports(include=["sms_classifier"]):
        from fuzz_targets import TARGETS
    atheris.Setup([sys.argv[0], *options], TARGETS[name])
    atheris.Fuzz()


def fuzz(name: str, seconds: int) -> Outcome:
    """Run one target in a process of its own."""
    from fuzz_targets import starters

    FOUND.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as corpus:
        for place, content in enumerate(starters(name)):
            (Path(corpus) / str(place)).write_bytes(content)
        done = subprocess.run(
            [
                *(sys.executable, __file__, "--one", name, corpus),
                *(f"-max_total_time={seconds}", f"-timeout={SLOWEST}"),
                *(f"-max_len={MOST_BYTES}", f"-rss_limit_mb={MOST_MEGABYTES}", "-verbosity=1"),
                f"-artifact_prefix={FOUND}/{name}-",
            ],
            capture_output=True,
            encoding="utf-8",
            errors="replace",
        )
    runs = max((int(a or b) for a, b in _RUNS.findall(done.stderr)), default=0)
    (FOUND / f"{name}.log").write_text(done.stderr, encoding="utf-8")
    wrong = "BrokenPromiseError" in done.stderr
    crashed = done.returncode != 0 and not wrong
    if done.returncode:
        print(done.stderr[-3000:])
    return Outcome(f"Fuzzing: {name.replace('_', ' ')}", runs, 0, wrong, crashed, f"{seconds} s")


def main() -> int:
    """Fuzz all targets and keep the outcome; 1 when there are findings."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--only", choices=NAMES)
    parser.add_argument("--one", choices=NAMES, help=argparse.SUPPRESS)
    args, options = parser.parse_known_args()
    if args.one:
        fuzz_here(args.one, options)
        return 0
    names = [args.only] if args.only else NAMES
    outcomes = [fuzz(name, round(args.minutes * 60 / len(names))) for name in names]
    if not args.only:
        save("fuzz", outcomes)
    print(*outcomes, sep="\n")
    return int(any(outcome.wrong or outcome.crashed for outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main())
