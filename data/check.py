"""Check message families: format, slots, and label against the rubric.

    python data/check.py [FILE ...]
"""
import re, sys
from collections import Counter
from pathlib import Path
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from sms_classifier.labels import Kind, Label, judge
SLOTS = set("""name surname amount amount_small amount_large money money_small money_large date day month time days terms
tail contract idtail code bank rural_bank cfc bnpl lender odd_lender p2p_lender car_lender small_lender hotline app site mobile vmobile
landline n400 n95 foreign wechat qq qqgroup badlink looklike shortlink court caseno police lawfirm agency mediation city county
village company school""".split())
HEADER = ["id", "label", "kinds", "scenario", "era", "group", "text"]
KINDS = {*Kind, "threat_hint"}
def problems(path):
    lines = path.read_text("utf-8").split("\n")
    if lines[0].split("\t") != HEADER: yield 1, "header must be " + " ".join(HEADER); return
    seen, texts = set(), {}
    for n, line in enumerate(lines[1:], 2):
        if not line: continue
        cells = line.split("\t")
        if len(cells) != 7: yield n, f"{len(cells)} cells, expected 7"; continue
        id_, label, kinds, scenario, era, group, text = cells
        found = set() if kinds == "-" else set(kinds.split("|"))
        if id_ in seen: yield n, f"id {id_} twice"
        seen.add(id_)
        if label not in list(Label): yield n, f"label {label!r}"; continue
        if bad := found - KINDS: yield n, f"unknown kinds {sorted(bad)}"
        if era not in ("2015", "2020", "2026"): yield n, f"era {era!r}"
        for slot in re.findall(r"\{([^}]*)\}", text):
            if slot not in SLOTS and re.sub(r"\d$", "", slot) not in SLOTS: yield n, f"unknown slot {{{slot}}}"
        if text in texts: yield n, f"same text as line {texts[text]}"
        texts[text] = n
        if label != "other":
            want = judge({*found, "threat"} if "threat_hint" in found else found, grave_threat="threat" in found)
            if want != label: yield n, f"label {label}, but the rubric gives {want} for {kinds}: {text[:40]}"
if __name__ == "__main__":
    files = [Path(a) for a in sys.argv[1:]] or sorted(Path(__file__).parent.glob("families/*.tsv"))
    total = Counter()
    for path in files:
        for n, why in problems(path): print(f"{path}:{n}: {why}")
        total.update(line.split("\t")[1] for line in path.read_text("utf-8").split("\n")[1:] if line.count("\t") == 6)
    print(dict(total), sum(total.values()))
