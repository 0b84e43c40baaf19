"""The README names every command and its Python block runs; public names are documented."""

import re
import shlex
from pathlib import Path

import pytest

import sms_classifier as sms
from sms_classifier.cli import build_parser, main

README = (Path(__file__).resolve().parent.parent / "README.md").read_text("utf-8")
BASH = [line for block in re.findall(r"```bash\n(.*?)```", README, re.S) for line in block.splitlines()]
COMMANDS = next(a for a in build_parser()._actions if a.choices and not a.option_strings).choices


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_command_is_in_the_readme(command):
    assert f"`{command}" in README or f"sms-classifier {command}" in README


@pytest.mark.parametrize("line", BASH)
def test_readme_commands_run(line):
    assert main(shlex.split(line)[1:]) == 0


def test_readme_python_runs(capsys):
    exec(re.search(r"```python\n(.*?)```", README, re.S)[1], {})  # noqa: S102
    assert "legitimate" in capsys.readouterr().out


@pytest.mark.parametrize("name", [name for name in sms.__all__ if name != "__version__"])
def test_public_names_are_documented(name):
    assert getattr(sms, name).__doc__
