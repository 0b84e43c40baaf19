"""Imports point down, predicting never imports scikit-learn, modules stay readable."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "sms_classifier"
FLOORS = {
    "errors": 0, "labels": 0, "limits": 0, "native": 0,
    "lexicons": 1,
    "text": 2,
    "evidence": 3,
    "model": 4,
    "advice": 5, "verdict": 5,
    "explanation": 6, "classifier": 7, "tables": 6, "distributed": 8,
    "training": 8,
    "reports": 9, "web": 9,
    "commands": 10,
    "cli": 11,
    "__main__": 12,
}  # fmt: skip
FACE = PACKAGE / "__init__.py"  # lazy: its names may come from any floor
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path != FACE)
LONGEST = 300
MAY_PICKLE = {"model/folder.py"}  # writes model.joblib beside the scorer, inside a function
FOREIGN = ("sklearn", "scipy", "pandas", "joblib")
each_module = pytest.mark.parametrize("path", MODULES, ids=lambda path: place(path))


def place(path):
    return path.relative_to(PACKAGE).as_posix()


def room(path):
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def tree(path):
    return ast.parse(path.read_text("utf-8"))


def imported(path):
    """Dotted names of what a module imports, inside functions too; no relative imports here."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{place(path)}:{node.lineno}: relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def imported_rooms(path):
    for name in imported(path):
        package, _, rest = name.partition(".")
        if package == "sms_classifier" and rest != "__version__":
            yield rest.split(".")[0]


@each_module
def test_imports_point_down(path):
    here = room(path)
    assert here in FLOORS, f"{here} has no floor yet"
    upward = [n for n in imported_rooms(path) if n != here and not FLOORS.get(n, 99) < FLOORS[here]]
    assert not upward


@each_module
def test_only_training_knows_scikit_learn(path):
    if room(path) != "training" and place(path) not in MAY_PICKLE:
        assert not {name.split(".")[0] for name in imported(path)} & {"sklearn", "scipy", "joblib"}


@each_module
def test_prints_only_at_the_command_line(path):
    if room(path) not in ("cli", "commands"):
        calls = [node for node in ast.walk(tree(path)) if isinstance(node, ast.Call)]
        assert not [c.lineno for c in calls if isinstance(c.func, ast.Name) and c.func.id == "print"]


@each_module
def test_module_is_short(path):
    n_lines = len(path.read_text("utf-8").splitlines())
    assert n_lines <= LONGEST


@pytest.mark.parametrize("path", [FACE, *MODULES], ids=place)
def test_no_tabs(path):
    assert "\t" not in path.read_text("utf-8")


@pytest.mark.parametrize(
    "program",
    [
        pytest.param("import sms_classifier", id="import"),
        pytest.param(
            "import sms_classifier as sms; c = sms.load(); c.predict(['您的借款已逾期']);"
            "c.explain('您的借款已逾期'); c.columns(['您的借款已逾期'])",
            id="library",
        ),
        pytest.param(
            "from sms_classifier.cli import main; assert main(['explain', '您的借款已逾期']) == 0",
            id="explain",
        ),
        pytest.param(
            "from sms_classifier.cli import main;"
            "assert main(['predict', '-q', {demo!r}, '-o', 'out.csv']) == 0",
            id="predict",
        ),
    ],
)
def test_predicting_imports_no_training_library(program, tmp_path):
    program = program.replace("{demo!r}", repr(str(ROOT / "data" / "demo.csv")))
    program += f"\nimport sys\nprint('heavy:', [m for m in {FOREIGN} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, cwd=tmp_path, check=True
    )
    assert done.stdout.decode("utf-8").splitlines()[-1] == "heavy: []"
