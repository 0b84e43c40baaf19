"""What a verdict must not depend on, and what must move it (after CheckList, Ribeiro et al. 2020).

Each capability is a list of cases. A case of invariance passes when its label is that of the
message it was made from, any other when its label is among the right ones. Base messages were composed for this suite and stand
in no training table.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sms_classifier.labels import Label
from sms_classifier.training.evasion import TRICKS

HERE = Path(__file__).resolve().parent
ALL = frozenset(map(str, Label))
NOT_LEGITIMATE, NOT_FRAUDULENT = ALL - {"legitimate"}, ALL - {"fraudulent"}
FRAUD = frozenset({"fraudulent"})
SLOTS = {
    "lender": ["招商银行", "平安银行", "马上消费金融", "京东白条", "江南农商银行", "美团月付"],
    "person": ["张伟", "欧阳娜娜", "李*", "王先生", "陈晓彤", "尾号用户"],
    "amount": ["1,280.50", "99", "35000", "6,0**.00", "428.7", "150000.00"],
    "date": ["8月15日", "2026-09-01", "明天", "12月31日", "本月20日", "3月5日18:00"],
    "days": ["3", "15", "45", "90", "7", "120"],
    "tail": ["1234", "0089", "7766", "5500", "9017", "3141"],
}
PRIVATE = (
    "请转到{person}的个人银行卡。",
    "把钱打到{person}卡上就行，卡号6217001234567890123。",
    "款项请付至个人账户，户名{person}。",
)
NEVER = (
    "我行绝不会要求您向个人账户转账。",
    "请勿向任何私人账户付款，谨防诈骗。",
    "工作人员不会索要验证码或密码，请提高警惕。",
)
DENIALS = (
    "不用交保证金，不用转账给任何人，",
    "无需下载任何软件，也不收任何手续费，",
    "不要点击陌生链接，",
)


@dataclass(frozen=True)
class Case:
    """A text with the labels that are right for it, or the message that it must be judged as."""

    text: str
    right: frozenset[str] = frozenset()
    like: str = ""


def base() -> list[tuple[str, str]]:
    """Base messages with their slots open: (label, text)."""
    with (HERE / "messages.csv").open(encoding="utf-8", newline="") as lines:
        return [(row["label"], row["text"]) for row in csv.DictReader(lines)]


def filled(text: str, **chosen: int) -> str:
    """Fill every slot, by its first value unless told otherwise."""
    return text.format(**{slot: values[chosen.get(slot, 0)] for slot, values in SLOTS.items()})


def _plain(label: str) -> Iterator[Case]:
    for its_label, text in base():
        if its_label == label:
            yield from (Case(filled(text, lender=i, amount=i), frozenset({label})) for i in (0, 3))


def _slot(*slots: str) -> Iterator[Case]:
    """Other values in a slot change nothing."""
    for _, text in base():
        for slot in slots:
            if f"{{{slot}}}" in text:
                variants = (filled(text, **{slot: i}) for i in range(1, len(SLOTS[slot])))
                yield from (Case(variant, like=filled(text)) for variant in variants)


def _punctuation() -> Iterator[Case]:
    ascii_marks = str.maketrans("，。！：；（）【】", ",.!:;()[]")
    for _, text in base():
        shown = filled(text)
        for variant in (
            shown.translate(ascii_marks),
            shown.rstrip("。"),
            shown.replace("，", " "),
            shown.replace("。", "！！"),
        ):
            yield Case(variant, like=shown)


def _signature() -> Iterator[Case]:
    for _, text in base():
        shown = filled(text)
        if shown.startswith("【"):
            signature, _, rest = shown.partition("】")
            yield Case(f"{rest}{signature}】", like=shown)
            yield Case(f"{signature}】 {rest}", like=shown)


def _full_width() -> Iterator[Case]:
    for _, text in base():
        shown = filled(text)
        yield Case(TRICKS["full_width"](shown, random.Random(0)), like=shown)


def _without_name() -> Iterator[Case]:
    for label, text in base():
        if label == "legitimate":
            shown = text.replace("【{lender}】", "").replace("{lender}", "")
            for i in range(3):
                yield Case(filled(shown, amount=i, date=i), NOT_LEGITIMATE)


def _private_payment() -> Iterator[Case]:
    for label, text in base():
        if label in ("legitimate", "vague"):
            for added in PRIVATE:
                yield Case(filled(text) + filled(added, person=4), FRAUD)


def _never_asks() -> Iterator[Case]:
    for label, text in base():
        if label == "legitimate":
            yield from (Case(filled(text) + added, NOT_FRAUDULENT) for added in NEVER)


def _negation() -> Iterator[Case]:
    for label, text in base():
        if label == "legitimate":
            for denial in DENIALS:
                yield Case(filled(text) + denial + "按原方式还款即可。", NOT_FRAUDULENT)
    yield from (Case(text, NOT_FRAUDULENT) for text in (
        "我们没有授权任何人收取保证金，您的借款请按时归还。",
        "还款不需要提供验证码，请勿泄露，您的账单500元即将到期。",
        "本公司从不添加客户微信催款，您的贷款已逾期，请尽快处理。",
    ))  # fmt: skip


def _evasion(trick: str, label: str) -> Iterator[Case]:
    for place, (its_label, text) in enumerate(base()):
        shown = filled(text)
        changed = TRICKS[trick](shown, random.Random(place))
        if its_label == label and changed != shown:
            yield Case(changed, like=shown)


def _short() -> Iterator[Case]:
    for text, label in (
        ("还钱", "vague"), ("请还款", "vague"), ("逾期了，速还", "vague"), ("欠款未还", "vague"),
        ("好的", "other"), ("在吗", "other"), ("1", "other"), ("收到", "other"), ("？", "other"),
        ("转我卡上还贷款6217001234567890123", "fraudulent"),
    ):  # fmt: skip
        yield Case(text, frozenset({label}))


def _long() -> Iterator[Case]:
    padding = "感谢您一直以来的支持与信任，祝您生活愉快，工作顺利。" * 12
    for _, text in base():
        yield Case(filled(text) + padding, like=filled(text))


CAPABILITIES = {
    **{f"base messages: {label}": partial(_plain, label) for label in map(str, Label)},
    "invariance: lender's name": partial(_slot, "lender"),
    "invariance: person's name": partial(_slot, "person"),
    "invariance: amount": partial(_slot, "amount"),
    "invariance: date": partial(_slot, "date"),
    "invariance: days and card tail": partial(_slot, "days", "tail"),
    "invariance: punctuation": _punctuation,
    "invariance: place of the signature": _signature,
    "invariance: full width": _full_width,
    "direction: name removed, not legitimate": _without_name,
    "direction: private payee added, fraudulent": _private_payment,
    "direction: 'never asks' added, not fraudulent": _never_asks,
    "negation: denied traps are no traps": _negation,
    **{
        f"evasion: {trick}, {label}": partial(_evasion, trick, label)
        for trick in TRICKS
        for label in map(str, Label)
    },
    "length: a few characters": _short,
    "length: 300 characters of courtesy": _long,
}
