"""A model trained under one set of versions is served under another: the scorer knows none."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import sms_classifier as sms
from sms_classifier.model.folder import read_card

ROOT = Path(__file__).resolve().parent.parent.parent
TEXTS = ["您的借款已逾期，请尽快处理", "【招商银行】您尾号1234的信用卡应还1,280.50元，8月15日到期", "晚上吃饭吗"]
OTHER = os.environ.get("SMS_CLASSIFIER_OTHER_PYTHON")  # one with this package and other versions
SCORE = """
import json, sys
import sms_classifier as sms
print(json.dumps(sms.load(sys.argv[1]).predict_proba(json.loads(sys.argv[2])).tolist()))
"""


def test_constraints_are_the_lower_bounds():
    """`make test-oldest` tries what pyproject.toml promises."""
    promised = dict(re.findall(r'"([\w-]+)>=([\d.]+)', (ROOT / "pyproject.toml").read_text("utf-8")))
    pinned = dict(re.findall(r"^([\w-]+)==([\d.]+)", (ROOT / "constraints-oldest.txt").read_text("utf-8"), re.M))
    wrong = {
        name: (bound, promised[name])
        for name, bound in pinned.items()
        if name in promised and not f"{bound}.0.0".startswith(f"{promised[name]}.")
    }
    assert wrong == {}
    assert {"numpy", "pandas", "scikit-learn"} <= pinned.keys()


@pytest.mark.skipif(OTHER is None, reason="SMS_CLASSIFIER_OTHER_PYTHON names no other environment")
def test_model_is_served_by_other_versions(tmp_path, labelled_table):
    import json

    sms.train(labelled_table, model=tmp_path / "m", compare=False)
    ours = sms.load(tmp_path / "m").predict_proba(TEXTS).tolist()
    done = subprocess.run(
        [OTHER, "-c", SCORE, str(tmp_path / "m"), json.dumps(TEXTS)],
        capture_output=True, check=True, cwd=ROOT,
    )  # fmt: skip
    theirs = json.loads(done.stdout)
    assert [pytest.approx(row, abs=1e-9) for row in ours] == theirs


def test_shipped_model_names_the_versions_it_was_made_with_and_needs_none():
    versions = read_card(ROOT / "models" / "default")["versions"]
    assert {"python", "numpy", "scikit-learn"} <= versions.keys()
    program = "import sys; sys.modules['sklearn'] = None; import sms_classifier as sms; sms.load().predict(['您好'])"
    assert subprocess.run([sys.executable, "-c", program], check=False, cwd=ROOT).returncode == 0
