"""What the lint of templates says: names, benchmarks and better wordings, in both languages.

Wordings are our own proposals; none is a quotation of a rule. ``{…}`` in them are placeholders
for the sender to fill. Rules are rows of ``resources/dated_rules.csv``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sms_classifier.labels import Kind

__all__ = ["BETTER", "ITEMS", "SCORE_EN", "SCORE_ZH", "Item"]


@dataclass(frozen=True, slots=True)
class Item:
    """A disclosure: its name, the rules it is compared with, and a wording that supplies it.

    ``rules`` are ids of ``resources/dated_rules.csv``; Article 69 is written for letters about
    credit cards and serves as a benchmark (FACTS A3).
    """

    zh: str
    en: str
    rules: tuple[str, ...]
    wording: str
    english: str


_LETTER = ("card_2011_art69",)
ITEMS: Mapping[str, Item] = {  # FACTS A3, the practical subset of Article 69 for an SMS
    "signature": Item(
        "实名签名",
        "signature that names the sender",
        ("sms_2026", "signature_2023"),
        "【{institution}】",
        "[{institution}] in front, the company's registered name or app",
    ),
    "institution": Item(
        "债权机构名称",
        "the lender's name",
        ("sms_2026",),
        "您在{institution}的借款",
        "your loan with {institution}",
    ),
    "principal": Item(
        "受托催收的写明委托机构",
        "the principal of an outside collector",
        ("cba_2026_identity",),
        "我司受{institution}委托",
        "on behalf of {institution}",
    ),
    "amount": Item(
        "欠款金额",
        "the sum owed",
        _LETTER,
        "应还金额{amount}元",
        "{amount} yuan is due",
    ),
    "time": Item(
        "到期日或逾期天数",
        "the due date or the days overdue",
        _LETTER,
        "已逾期{days}天",
        "{days} days overdue",
    ),
    "account": Item(
        "卡号尾号或合同号",
        "the card tail or contract number",
        _LETTER,
        "合同尾号{tail}",
        "contract ending in {tail}",
    ),
    "official_channel": Item(
        "机构自己的查询和还款渠道",
        "the lender's own way to ask and pay",
        _LETTER,
        "请登录{institution}官方App或手机银行查询、还款",
        "check and repay in {institution}'s own app",
    ),
    "dispute_path": Item(
        "已还款或有异议时的办法",
        "what to do if it is paid or disputed",
        (*_LETTER, "credit_art25"),
        "如已还款请忽略，如有异议请联系官方客服",
        "if already paid please ignore; to object call the official line",
    ),
}
BETTER: Mapping[Kind, tuple[str, str]] = {
    Kind.THREAT: (
        "删去恐吓、夸大的说法，只平实说明依约后果，如“逾期将按合同约定计收罚息”",
        "drop the menace; state the contract's consequence plainly, e.g. that default interest "
        "accrues as agreed",
    ),
    Kind.THIRD_PARTY_PRESSURE: (
        "删去对家人、单位、联系人的提及；短信只写给借款人本人",
        "drop family, employer and contacts; write to the borrower alone",
    ),
    Kind.AUTHORITY_IMPERSONATION: (
        "以本机构名义说话；确有案件的，写明法院全称和案号，并请收信人拨12368核实",
        "speak in your own name; for a real case give court and case number and point to 12368",
    ),
    Kind.ADVANCE_FEE: (
        "删去先交的费用；只写合同内的应还金额",
        "drop the fee to be paid first; state only what is due under the contract",
    ),
    Kind.PRIVATE_PAYMENT: (
        "还款只指向本机构官方App、网点或合同约定的还款账户",
        "point to the official app, a branch or the account agreed in the contract",
    ),
    Kind.PRIVATE_CONTACT: (
        "把私人手机、微信、QQ换成本机构公开的客服热线",
        "replace private phone, WeChat or QQ by the lender's published hotline",
    ),
    Kind.UNOFFICIAL_LINK: (
        "换成本机构自有域名的链接，或请收信人自己打开官方App",
        "use a link on the lender's own domain, or ask the reader to open the official app",
    ),
    Kind.APP_DOWNLOAD: (
        "不在短信里要求装软件、进会议或共享屏幕；请收信人自己打开官方App",
        "do not ask to install, join a meeting or share the screen; name the official app",
    ),
    Kind.SENSITIVE_REQUEST: (
        "不索要密码、验证码、卡号、证件；核实身份请在官方App内完成",
        "ask for no password, code, card or identity data; verify inside the official app",
    ),
    Kind.RELIEF_PROMISE: (
        "减免、延期只写本机构正式方案和官方申请渠道，不承诺消除征信记录",
        "offer relief only by your own scheme and channel; never promise to erase records",
    ),
}
SCORE_ZH = (
    "透明度得分＝已写明的披露项÷应写的披露项×100，每出现一类应避免的写法再减25分，最低0分。"
    "各项同等计分；委托催收多一项“写明委托机构”。这是本工具的尺度，不是任何规定里的分数。"
)
SCORE_EN = (
    "Transparency score = disclosures present / disclosures expected x 100, less 25 for each kind "
    "of wording to avoid, never below 0. Every item counts alike; an outside collector has one "
    "more, its principal. It is this tool's yardstick, not a figure of any rule."
)
