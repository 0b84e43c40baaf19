"""What the documents promise holds: blocks run, links lead somewhere, names are documented."""

import importlib
import inspect
import json
import os
import pkgutil
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import sms_classifier as sms
from sms_classifier.cli import build_parser

ROOT = Path(__file__).resolve().parent.parent
READMES = ("README.md", "README.zh-CN.md")
DOCUMENTS = sorted(
    path.relative_to(ROOT).as_posix()
    for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("*s/README.md")]
)
FENCE = re.compile(
    r"^(?P<skip><!-- no-test -->\n+)?```(?P<lang>\w*)\n(?P<body>.*?)^```", re.M | re.S
)
COMMANDS = next(a for a in build_parser()._actions if a.choices and not a.option_strings).choices
LOOSE = {"sms_classifier.model.scorer"}  # Scorer lists the entries of `arrays` as parameters
MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(sms.__path__, "sms_classifier.")
    if not module.name.endswith("__main__")
)


def blocks(document, *languages):
    """Blocks of a document that are to run, as parameters named by their first line."""
    text = (ROOT / document).read_text("utf-8")
    for place, found in enumerate(FENCE.finditer(text)):
        if found["lang"] in languages and not found["skip"]:
            yield pytest.param(found["body"], id=f"{document}-{place}")


def in_readmes(*languages):
    return [block for document in READMES for block in blocks(document, *languages)]


@pytest.fixture
def run(tmp_path, labelled_table):
    """Run a block with bash in a folder that holds what the READMEs speak of."""
    (tmp_path / "data").mkdir()
    shutil.copy(ROOT / "data" / "demo.csv", tmp_path / "data")
    (tmp_path / "templates.csv").write_text("text\n您的借款已逾期{days}天\n", "utf-8")
    tools = tmp_path / "tools"
    tools.mkdir()
    for name, arguments in (("sms-classifier", "-m sms_classifier"), ("python", "")):
        (tools / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" {arguments} "$@"\n', "utf-8")
        (tools / name).chmod(0o755)
    environment = os.environ | {
        "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "PYTHONIOENCODING": "utf-8",
    }

    def run_block(*command):
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8"
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run_block


@pytest.mark.parametrize("block", [*in_readmes("bash"), *blocks("docs/reports.md", "bash")])
def test_bash_block_runs(block, run):
    programs = {line.split()[0] for line in block.splitlines()}
    assert programs <= {"sms-classifier", "python"}, "mark the block <!-- no-test -->"
    assert run("bash", "-euo", "pipefail", "-c", block)


@pytest.mark.parametrize("block", in_readmes("python"))
def test_python_block_runs(block, run):
    assert "legitimate" in run(sys.executable, "-W", "error", "-c", block)


@pytest.mark.parametrize("document", READMES)
def test_shown_output_is_what_comes_out(document, run):
    command, shown = (next(blocks(document, language)).values[0] for language in ("bash", "text"))
    given = run("bash", "-c", command)
    expected = [line for line in shown.splitlines() if line != "…"]
    assert [line for line in expected if line not in given] == []


def test_both_readmes_run_the_same():
    """What is said in one language is not missing in the other."""
    english, chinese = ((ROOT / name).read_text("utf-8") for name in READMES)
    shape = re.compile(r"^(#+|```\w*|\|)", re.M)
    assert shape.findall(english) == shape.findall(chinese)


@pytest.mark.parametrize("document", READMES)
@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_command_stands_in_the_readme(document, command):
    assert re.search(rf"^\| `{command}\b", (ROOT / document).read_text("utf-8"), re.M)


@pytest.mark.parametrize("document", READMES)
def test_named_commands_exist(document):
    text = (ROOT / document).read_text("utf-8")
    named = set(re.findall(r"sms-classifier (\w+)", text)) | set(
        re.findall(r"^\| `(\w+)\b", text, re.M)
    )
    labels = {str(label) for label in sms.Label}
    assert named - labels <= set(COMMANDS)


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_command_has_help(command):
    listed = next(a for a in build_parser()._actions if a.choices and not a.option_strings)
    assert {action.dest: action.help for action in listed._choices_actions}[command]
    actions = COMMANDS[command]._actions
    assert [a.dest for a in actions if not (a.help or a.choices)] == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_lead_to_files(document):
    place = (ROOT / document).parent
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", (ROOT / document).read_text("utf-8"))
    assert [link for link in links if not (place / link).exists()] == []


FIGURES = re.compile(r"<!-- figures: begin -->.*?<!-- figures: end -->", re.S)


@pytest.mark.parametrize("document", READMES)
def test_readme_gives_figures_in_one_place(document):
    text = FIGURES.sub("", FENCE.sub("", (ROOT / document).read_text("utf-8")))
    assert re.findall(r"\d+(?:\.\d+)? ?%|\b0\.\d{2,}", text) == []


@pytest.mark.parametrize("document", READMES)
def test_figures_of_the_readme_are_those_of_the_card(document):
    """Three decimals: of the evaluation files in the card, as `make compare` writes them."""
    card = json.loads((ROOT / "models" / "default" / "card.json").read_text("utf-8"))
    known = {f"{value[0]:.3f}" for part in card["sets"] for value in part["figures"].values()}
    shown = FIGURES.search((ROOT / document).read_text("utf-8"))[0]
    assert card["date"] in shown
    assert set(re.findall(r"\b0\.\d{3}\b", shown)) <= known


@pytest.mark.parametrize("target", ["demo", "test", "data", "model"])
def test_make_target_exists(target):
    """The documents name these; `help` is made from the line behind ``##``."""
    assert re.search(rf"^{target}:.*## \w", (ROOT / "Makefile").read_text("utf-8"), re.M)


def public(module):
    """Functions and classes in ``__all__``, and the public methods of the classes."""
    for name in getattr(module, "__all__", ()):
        thing = getattr(module, name)
        if inspect.isclass(thing) or inspect.isfunction(thing):
            yield name, thing
        if inspect.isclass(thing):
            for method, member in vars(thing).items():
                if inspect.isfunction(member) and not method.startswith("_"):
                    yield f"{name}.{method}", member


@pytest.mark.parametrize("module", ["sms_classifier", *MODULES])
def test_public_names_have_a_summary(module):
    """One sentence on the first line, as numpydoc asks."""
    bad = []
    for name, thing in public(importlib.import_module(module)):
        doc = inspect.cleandoc(thing.__doc__ or "")
        first = doc.partition("\n")[0]
        if not first.endswith((".", "…")) or first.startswith(f"{name}("):
            bad.append(name)
    assert bad == []


@pytest.mark.parametrize("module", ["sms_classifier", *(m for m in MODULES if m not in LOOSE)])
def test_numpydoc_sections_are_well_formed(module):
    """Underlines as long as the heading, and no parameter that does not exist."""
    bad = []
    for name, thing in public(importlib.import_module(module)):
        doc = inspect.cleandoc(thing.__doc__ or "")
        headings = re.findall(r"^([A-Z][A-Za-z ]+)\n(-+)$", doc, re.M)
        bad += [(name, heading) for heading, line in headings if len(heading) != len(line)]
        section = re.search(r"^Parameters\n-+\n(.*?)(?=^[A-Z][A-Za-z ]+\n-+$|\Z)", doc, re.M | re.S)
        if section:
            listed = re.findall(r"^(\w[\w, ]*?)(?: :|$)", section[1], re.M)
            names = {part.strip() for entry in listed for part in entry.split(",")}
            bad += [(name, extra) for extra in names - set(inspect.signature(thing).parameters)]
    assert bad == []
