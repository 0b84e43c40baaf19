"""The typical peer, batched: jieba, two TF-IDFs, thirty expressions, logistic regression.

Written as a careful user of scikit-learn and pandas would: whole chunks are vectorised at once,
expressions are compiled, CSV goes through pandas. ``texts per second`` of a script that calls
``predict`` row by row would be several times lower (../shared/design/PERFORMANCE.md §5).
"""

from __future__ import annotations

import csv
import logging
import re
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
MODEL = ROOT / "artifacts" / "bench" / "peer.joblib"
ROWS_A_CHUNK = 4000

PATTERNS = {
    "signature": r"^【[^】]{2,20}】|【[^】]{2,20}】$",
    "bank": r"[\u4e00-\u9fff]{2,8}(?:银行|信用社|农商行)",
    "lender": r"[\u4e00-\u9fff]{2,8}(?:消费金融|小额贷款|小贷|金融|金服|借条|分期|白条|花呗)",
    "amount": r"(?:¥|人民币)?\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?元?|\d+(?:\.\d{1,2})?(?:元|万元|块)",
    "masked_amount": r"\d+\*+(?:\.\d{1,2})?元?",
    "han_amount": r"[一二三四五六七八九十百千万两]{2,10}(?:元|块)",
    "date": r"(?:\d{4}年)?\d{1,2}月\d{1,2}[日号]",
    "iso_date": r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}",
    "relative_date": r"(?:今|明|后)[日天]|本月底|月底前",
    "days_overdue": r"(?:逾期|拖欠|超期)[^,，。\d]{0,4}\d+(?:天|期|个月)",
    "terms": r"第?\d{1,2}期",
    "card_tail": r"(?:尾号|末四位|后四位)[为是:：]?\d{4}",
    "contract": r"(?:合同|借据|订单|账)(?:编)?号[为是:：]?[A-Za-z0-9-]{4,}",
    "mobile": r"(?<!\d)1[3-9]\d{9}(?!\d)",
    "landline": r"(?<!\d)0\d{2,3}[-－]?\d{7,8}(?!\d)",
    "service_number": r"(?<!\d)(?:400|800)[-－]?\d{3}[-－]?\d{4}(?!\d)",
    "short_number": r"(?<!\d)(?:95|96)\d{3,4}(?!\d)",
    "wechat": r"(?:微信|薇信|威信|[vV][xX]?信?)(?:号)?[:：]?\s*[A-Za-z][-_A-Za-z0-9]{5,19}",
    "qq": r"[qQ]{2}(?:号|群)?[:：]?\s*[1-9]\d{4,11}",
    "link": r"(?:https?://)?(?:[A-Za-z0-9-]+\.)+(?:com|cn|net|top|xyz|cc|vip|info|me)(?:/\S*)?",
    "app": r"下载.{0,10}(?:app|APP|软件|客户端)",
    "private_payment": r"(?:转账|转到|汇款|打款|打到).{0,12}(?:个人|微信|支付宝|账户|卡)",
    "fee": r"(?:手续费|保证金|解冻费|工本费|验资|刷流水|服务费|激活费)",
    "code": r"(?:验证码|密码|身份证)",
    "authority": r"(?:公安|法院|检察院|派出所|司法|仲裁委|银监)",
    "threat": r"(?:后果自负|上门|抓捕|坐牢|拘留|曝光|爆通讯录|好自为之)",
    "third_party": r"(?:家人|亲友|通讯录|紧急联系人|单位|村委)",
    "legal": r"(?:起诉|诉讼|征信|律师函|仲裁|强制执行|立案)",
    "relief": r"(?:减免|停息挂账|债务重组|征信修复|协商还款|优惠结清)",
    "opt_out": r"(?:退订|拒收|回[TtNnRr]{1,2}退?)",
}


def cut(text: str) -> list[str]:
    """Words of jieba, as most projects call it."""
    import jieba

    return jieba.lcut(text)


class Peer:
    """A fitted peer."""

    def __init__(self, words: Any, chars: Any, model: Any) -> None:
        self.words, self.chars, self.model = words, chars, model
        self.patterns = [re.compile(pattern) for pattern in PATTERNS.values()]

    def evidence(self, texts: Sequence[str]) -> Any:
        """Whether each expression is found: shape (n_texts, 30)."""
        import numpy as np

        found = [[pattern.search(text) is not None for pattern in self.patterns] for text in texts]
        return np.array(found, dtype=float).reshape(len(texts), len(self.patterns))

    def features(self, texts: Sequence[str], evidence: Any) -> Any:
        """Both TF-IDF blocks and the evidence."""
        from scipy.sparse import csr_matrix, hstack

        blocks = [self.words.transform(texts), self.chars.transform(texts), csr_matrix(evidence)]
        return hstack(blocks, format="csr")

    def verdicts(self, texts: Sequence[str]) -> Any:
        """Data frame of label, confidence, shares and names of the evidence."""
        import numpy as np
        import pandas as pd

        evidence = self.evidence(texts)
        shares = self.model.predict_proba(self.features(texts, evidence))
        names = np.array(list(PATTERNS))
        frame = pd.DataFrame({"label": self.model.classes_[shares.argmax(axis=1)]})
        frame["confidence"] = shares.max(axis=1).round(4)
        for place, label in enumerate(self.model.classes_):
            frame[f"p_{label}"] = shares[:, place].round(4)
        frame["evidence"] = ["|".join(names[row > 0]) for row in evidence]
        return frame

    def predict_table(self, source: Path, target: Path) -> None:
        """CSV in, CSV out, chunk by chunk."""
        import pandas as pd

        chunks = pd.read_csv(source, dtype=str, keep_default_na=False, chunksize=ROWS_A_CHUNK)
        for number, chunk in enumerate(chunks):
            frame = chunk.reset_index(drop=True)
            out = pd.concat([frame, self.verdicts(frame["text"].tolist())], axis=1)
            out.to_csv(target, mode="a" if number else "w", header=not number, index=False)


def fit(texts: Sequence[str], labels: Sequence[str]) -> tuple[Peer, dict[str, float]]:
    """Fit the peer; also the seconds that features and fit took."""
    import jieba
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    jieba.setLogLevel(logging.WARNING)
    cut("预热")
    peer = Peer(
        TfidfVectorizer(
            tokenizer=cut, token_pattern=None, ngram_range=(1, 2), max_features=60_000,
            sublinear_tf=True,
        ),
        TfidfVectorizer(
            analyzer="char", ngram_range=(2, 3), max_features=100_000, sublinear_tf=True
        ),
        LogisticRegression(max_iter=1000),
    )  # fmt: skip
    started = time.process_time()
    peer.words.fit(texts)
    peer.chars.fit(texts)
    matrix = peer.features(texts, peer.evidence(texts))
    featured = time.process_time()
    peer.model.fit(matrix, labels)
    return peer, {"features": featured - started, "fit": time.process_time() - featured}


def load() -> Peer:
    """Read the fitted peer; fit it first if there is none yet."""
    import joblib

    if not MODEL.exists():
        with (ROOT / "data" / "messages.csv").open(encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines))
        peer, _ = fit([row["text"] for row in rows], [row["label"] for row in rows])
        MODEL.parent.mkdir(parents=True, exist_ok=True)
        joblib.dump((peer.words, peer.chars, peer.model), MODEL)
    return Peer(*joblib.load(MODEL))
