"""The notebooks run as they stand, define nothing, and show explanations and plots."""

import ast
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOKS = sorted((Path(__file__).resolve().parent.parent.parent / "notebooks").glob("*.ipynb"))


def code_of(book):
    return [cell for cell in book.cells if cell.cell_type == "code"]


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def path(request):
    return request.param


def test_there_are_three():
    assert [path.stem[:1] for path in NOTEBOOKS] == ["1", "2", "3"]


def test_imports_the_package_and_defines_nothing(path):
    tree = ast.parse("\n".join(cell.source for cell in code_of(nbformat.read(path, 4))))
    nodes = list(ast.walk(tree))
    assert not [
        node for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Lambda)
    ]
    imported = {
        alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names
    }
    assert "sms_classifier" in imported


def test_runs_and_shows_explanations_and_plots(path):
    book = nbformat.read(path, 4)
    client = NotebookClient(book, timeout=300, resources={"metadata": {"path": str(path.parent)}})
    client.execute()
    shown = [output.get("data", {}) for cell in code_of(book) for output in cell.outputs]
    assert any("<mark" in data.get("text/html", "") for data in shown)
    assert any("image/png" in data for data in shown)


def test_holds_what_it_showed_when_it_was_run(path):
    cells = code_of(nbformat.read(path, 4))
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    assert not [
        o
        for cell in cells
        for o in cell.outputs
        if o.output_type == "error" or o.get("name") == "stderr"
    ]
