"""Write docs/licences.md: the licence of every package that an installation brings along.

``python benchmarks/licences.py`` asks the metadata of what is installed beside it.
"""

import re
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EXTRAS = ("fast", "tables", "web", "report")
_EXTRA = re.compile(r"extra\s*==\s*['\"]([\w-]+)['\"]")
HEAD = """# Licences of what is installed along

sms-classifier itself is under the MIT licence ([LICENSE](../LICENSE)). It copies no code of these
packages; pip fetches them. Written by `make licences` from the metadata of the packages.

| package | licence | comes with |
|---|---|---|
"""


def needed() -> dict[str, str]:
    """Packages that the core and the extras need, and which of them asked first."""
    found: dict[str, str] = {}
    for extra in ("", *EXTRAS):
        _collect("sms-classifier", extra, extra or "core", found)
    return found


def _collect(name: str, extra: str, origin: str, found: dict[str, str]) -> None:
    from packaging.requirements import Requirement

    for line in distribution(name).requires or ():
        requirement = Requirement(line)
        wanted = _EXTRA.search(line)
        if (wanted and wanted[1] != extra) or (extra and not wanted):
            continue
        if requirement.marker and not requirement.marker.evaluate({"extra": extra}):
            continue
        key = requirement.name.lower().replace("_", "-")
        if key in found:
            continue
        try:
            distribution(requirement.name)
        except PackageNotFoundError:
            continue
        found[key] = origin
        _collect(requirement.name, "", origin, found)


def licence(package: Distribution) -> str:
    """Licence as the package states it: expression, classifier, or the first line of a text."""
    metadata = package.metadata
    if stated := metadata.get("License-Expression"):
        return stated
    classifiers = metadata.get_all("Classifier") or ()
    names = [c.rpartition(" :: ")[2] for c in classifiers if c.startswith("License ::")]
    if names := [name for name in names if name != "OSI Approved"]:
        return ", ".join(names)
    return (metadata.get("License") or "not stated").strip().splitlines()[0]


def main() -> None:
    """Write the page."""
    rows = []
    for name, origin in sorted(needed().items()):
        package = distribution(name)
        rows.append(f"| {package.metadata['Name']} | {licence(package)} | {origin} |")
    text = HEAD + "\n".join(rows) + "\n"
    (ROOT / "docs" / "licences.md").write_text(text, encoding="utf-8")
    print(f"{len(rows)} packages")


if __name__ == "__main__":
    main()
