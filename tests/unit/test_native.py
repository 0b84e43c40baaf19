"""The compiled library is used only when it is that of the sources beside it."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import sms_classifier
from sms_classifier.native import is_compiled
from sms_classifier.native.build import compile_kernels

ROOT = Path(sms_classifier.__file__).resolve().parent.parent
NATIVE = ROOT / "sms_classifier" / "native"
ASK = "from sms_classifier.native import is_compiled; print(is_compiled())"

pytestmark = pytest.mark.skipif(not is_compiled(), reason="kernels not compiled")


def compiled(folder, **environment):
    done = subprocess.run(
        [sys.executable, "-c", ASK], cwd=folder, env={"PYTHONPATH": str(folder), **environment},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout.strip()


@pytest.fixture
def copy(tmp_path):
    shutil.copytree(
        ROOT / "sms_classifier", tmp_path / "sms_classifier",
        ignore=shutil.ignore_patterns("resources", "__pycache__"),
    )  # fmt: skip
    return tmp_path


def test_a_library_of_its_sources_is_used(copy):
    assert compiled(copy) == "True"


def test_a_library_of_other_sources_is_not(copy):
    with (copy / "sms_classifier" / "native" / "kernels.c").open("a") as file:
        file.write("/* changed */\n")
    assert compiled(copy) == "False"


def test_a_damaged_library_is_not(copy):
    (copy / "sms_classifier" / "native" / "kernels.bin").write_bytes(b"no library")
    assert compiled(copy) == "False"


def test_nobody_has_to_use_it(copy):
    assert compiled(copy, SMS_CLASSIFIER_PYTHON_ONLY="1") == "False"


@pytest.mark.parametrize("compiler", ["/bin/false", "/no/such/compiler", "'/a b/cc' -m64"])
def test_a_compiler_that_fails_is_told_and_spoils_nothing(copy, monkeypatch, compiler):
    monkeypatch.setenv("CC", compiler)
    assert compile_kernels(copy / "sms_classifier" / "native")
    assert compiled(copy) == "True"


def test_sources_are_compiled_as_they_stand(copy):
    folder = copy / "sms_classifier" / "native"
    with (folder / "kernels.c").open("a") as file:
        file.write("/* changed */\n")
    assert compile_kernels(folder) == ""
    assert compiled(copy) == "True"
