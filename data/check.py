"""Check message families: format, slots, names, and label against the rubric.

python data/check.py [FILE ...]
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

DATA = Path(__file__).resolve().parent
sys.path[:0] = [str(DATA), str(DATA.parent)]

from corpus.families import family_files, read_families  # noqa: E402


def main(arguments: list[str]) -> int:
    """Report faults, and labels that differ from the rubric's; exit code 1 on faults."""
    paths = [Path(argument) for argument in arguments] or family_files(DATA)
    families, problems = read_families(paths)
    for problem in problems:
        print(problem)
    for family in families:
        if family.label != family.rubric_label:
            print(
                f"{family.path}:{family.line}: label {family.label}, "
                f"but the rubric gives {family.rubric_label}"
            )
    print(dict(Counter(family.label for family in families)), len(families))
    return int(bool(problems))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
