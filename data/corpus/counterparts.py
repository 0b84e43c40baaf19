"""Counterparts made by machine: one edit that flips the label of a family written by hand.

A model that learns from both sides learns what the label hangs on (Kaushik et al. 2020, "Learning
the Difference that Makes a Difference with Counterfactually-Augmented Data"). They stand in the
group of their family, so no fold parts them, and are counted apart in the datasheet.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from corpus.families import Family, registry_names, slots_of
from corpus.schema import CREDITORS
from corpus.seeds import seeded
from sms_classifier.evidence.institutions import speaks_as
from sms_classifier.labels import Kind, Label

__all__ = ["counterparts"]

MISDIRECTED_SHARE = 0.2  # of the families that name a debt and ask nothing wrong
_SIGNATURE = re.compile(r"^[【\[]([^【】\[\]]+)[】\]]|[【\[]([^【】\[\]]+)[】\]]$")
_MAY_NAME = re.compile(r"APP|app|公司|银行|金服|消金|联社|平台")  # beside an invented lender's name
_OWN_PLACES = {"app", "site"}  # they name the institution
_LAST_SIGNATURE = re.compile(r"[【\[][^【】\[\]]*[】\]]$")
# FACTS §B: a lender never takes repayments on a person's account; each in another voice.
_WRONG_PAYEES = (
    "本次还款请转至专员{name3}的个人账户，转后截图发来。",
    "系统升级期间改用支付宝转给{mobile3}，收款人{name3}。",
    "请扫{surname3}经理的微信收款码还款，备注姓名。",
    "今日请先打到财务{name3}的卡上，晚了影响您的记录。",
    "还款账户有变更，户名{name3}，请勿再转入原账户。",
    "也可发微信红包给{surname3}经理抵扣欠款。",
    "款项汇入{name3}的农信卡，汇完来电说一声。",
    "代扣暂停，请向{name3}名下银行卡补缴。",
    "线下还款可享减免，收款人：{name3}。",
    "把钱转到{name3}的私人卡，由他代您销账。",
    "专员{surname3}先生微信{wechat3}收款，当场消除逾期。",
    "请用手机转账到{mobile3}（{name3}），到账即结清。",
)


def counterparts(family: Family) -> Iterator[Family]:
    """Yield the counterparts of a family that its wording allows."""
    if family.label == Label.LEGITIMATE and _is_named_once(family):
        yield _without_name(family)
    in_scope = family.label in (Label.LEGITIMATE, Label.VAGUE)
    if in_scope and seeded(f"{family.name}/payee").random() < MISDIRECTED_SHARE:
        yield _misdirected(family)


def _is_named_once(family: Family) -> bool:
    """Whether only the one signature names the lender."""
    signatures = _SIGNATURE.findall(family.text)
    if Kind.INSTITUTION not in family.kinds or len(signatures) != 1:
        return False
    rest = _SIGNATURE.sub("", family.text)
    signed = "".join(signatures[0])
    if "{" not in signed and speaks_as(signed) != "lender":
        return False
    own_channel = Kind.OFFICIAL_CHANNEL in family.kinds and "hotline" not in slots_of(rest)
    return not own_channel and not _names_anybody(rest, signed)


@cache
def _names() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, registry_names())))


def _names_anybody(text: str, signed: str) -> bool:
    if (CREDITORS | _OWN_PLACES) & set(slots_of(text)) or _names().search(text):
        return True
    return "{" not in signed and (signed in text or bool(_MAY_NAME.search(text)))


def _without_name(family: Family) -> Family:
    text = _SIGNATURE.sub("", family.text).replace("{hotline}", "{n400}")
    kinds = {kind for kind in family.kinds if kind != Kind.INSTITUTION}
    if Kind.OFFICIAL_CHANNEL in kinds:
        kinds = kinds - {Kind.OFFICIAL_CHANNEL} | {Kind.CONTACT}
    return _changed(family, "n", text, kinds)


def _misdirected(family: Family) -> Family:
    clause = seeded(f"{family.name}/clause").choice(_WRONG_PAYEES)
    end = _LAST_SIGNATURE.search(family.text)
    body, signature = (family.text[: end.start()], end[0]) if end else (family.text, "")
    stop = "" if body.endswith(("。", "！", "!", "，", "；", ".")) else "。"
    kinds = {*family.kinds, Kind.PRIVATE_PAYMENT}
    if "{wechat3}" in clause or "{mobile3}" in clause:
        kinds.add(Kind.PRIVATE_CONTACT)
    return _changed(family, "p", body + stop + clause + signature, kinds)


def _changed(family: Family, mark: str, text: str, kinds: set[str]) -> Family:
    changed = replace(
        family,
        id=family.id + mark,
        kinds=tuple(map(str, kinds)),
        pair_set=family.pair_set or family.id,
        text=text,
        label=Label.VAGUE,
    )
    return changed.relabelled(changed.rubric_label)
