"""Names of lenders and platforms: known ones by the registry, unknown ones by place and form.

Agencies, law firms, courts and mediation centres that name only themselves are no institution;
nor are words that could be anybody's (RUBRIC §4). A name needs one distinguishing word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache

from ahocorasick_rs import AhoCorasick

from sms_classifier import lexicons
from sms_classifier.evidence.finding import Hit
from sms_classifier.evidence.scan import NAME, Scan
from sms_classifier.labels import Kind
from sms_classifier.text.pattern import Pattern, compile_pattern

__all__ = ["Signature", "find_institutions", "named_institutions", "signatures", "speaks_as"]

Span = tuple[int, int]
Signature = tuple[int, int]
_SHORT_NAME = 2  # 工行, 招联: also parts of other words, so their surroundings must agree
_SHORT_BEFORE = frozenset(
    "集施员移成兴修扩创分执进流通平代发外内总支本我他该农村商业言步旅银职人务自"
)
_SHORT_AFTER = re.compile(
    r"^(?:$|[】\])>,。:;!?\s\"'(\[【/、的已您你为将于在与和及或e]|信用|贷|借|卡|客|储|个人|手机|app|网|提|账|尾|还|欠|委|快|官|消|金融|小贷|分期|平台|柜|掌|总|支|诉|之|尊|温|逾|按|融|惠|云|钱包|有限)"
)
_NO_LENDER = frozenset({"telecom", "credit_card"})
_PAY_MEANS = frozenset(
    {"支付宝", "微信支付/财付通", "京东支付", "翼支付", "沃钱包"}
)  # named as a way to pay
_BRACKETED = re.compile(
    r"【([^【】]{1,30})】|\[([^\[\]]{1,30})\]|<([^<>]{1,20})>|^\(([^()]{2,12})\)"
)
_DASHED = re.compile(r"(?:[-—–]{1,3}|——|\s)([\u4e00-\u9fffa-z0-9]{2,14})$")
_DASHED_MOST = 17  # characters, dash and name
_LENDING = (
    r"借款|借条|借钱|速借|快借|急借|借借|借|贷款|网贷|车贷|速贷|快贷|小贷|贷|花花|先花|花|钱包|钱袋|口袋|钱罐|小罐|钱兜|兜|袋|周转|急用|救急"
    r"|分期|金服|金融|金科|汽融|车融|云租|租车|租赁|普惠|在线|金所|理财|财富|资本|信用社|联社|农信|银行|村行|白条|月付|呗|宝|侠|惠|汇|融|投|券|分"
)
_LENDING_END = re.compile(f"(?:{_LENDING})$")
_LEAD = re.compile(
    rf"^\W{{0,3}}(?P<name>[\u4e00-\u9fffa-z0-9]{{2,10}}?)(?:客服|贷后|催收组?|法务组?|平台|app|公司|风控|账单|旗下|官方|订单|信贷中心|提醒|再?催你|还款日|小编|财务|运营)?"
    rf"(?:[:|~!]|(?<={'|'.join(w for w in ('借', '贷', '花', '宝', '呗', '侠', '款', '兜', '包', '袋', '行', '社', '融', '期', '投', '用'))})[,\s])"
)
_TAIL = compile_pattern(
    rf"(?:[,。!?~;\s\-—.]|发自|来自)(?P<name>[\u4e00-\u9fffa-z0-9]{{1,7}}?(?:{_LENDING}))(?:贷后|风控|财务|客服|法务|催收|处置专班|清退专班|清退组|运营|团队|敬上|平台|系统|信贷部|公司|app|官方|有限公司)*[.。!\s]*$"
)
_OF_SUM = compile_pattern(
    rf"(?:^|[,。!?:;\s】)~]|在|借|欠|从|找|给|你|您|先生|女士|于|的)(?P<name>[\u4e00-\u9fffa-z0-9]{{1,7}}(?:{_LENDING})|(?<=[,。!?:;\s】)~在])[\u4e00-\u9fff]{{2,5}})(?:的|那笔|这边|欠款?|借的|里|还有|上|剩)*(?=¥|人民币|\d[\d,]{{2,}}(?:\.\d+)?元|\d\*|[一二三四五六七八九两壹贰叁肆伍陆柒捌玖][千百仟佰万])"
)
_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤欧"
)
_LONGEST_PERSON = 3
_FORM = (
    r"贷款?|借条|借款|借钱|借|钱包|分期|金融|小贷|小额贷款|普惠|白条|月付|花|呗|银行|信用社|联社|农信|农商行?|村镇银行|村行|信合|消金|消费金融"
    r"|金服|租赁|融资租赁|汽车金融|担保|典当|金科|速贷|快贷|信托|数科|财富|车贷|购|易购|闪付|先花|付|融|宝|财|袋|口袋|金|卡|信用|资本|理财|网|创投|金控|惠"
)
_IN_TEXT = compile_pattern(
    r"(?:您|你|他|她|其|贵村民|本人|客户)?(?:之前|此前|早前|前期|曾经?|已|所)?(?:在|向|于|从|通过|经由|使用|关于您在|您于|与|欠|由|是|来自|受|打开|登录|下载|进入|代表|代|至|到|我们是|这里是|这是)(?P<at>[\u4e00-\u9fffa-z0-9·]{2,12}?)"
    r"(?:平台|app|公司|上?(?:的)?(?:借款|贷款|欠款|账单|借了|借的|分期|订单|申请|办理|借|贷|消费|透支|账户|还款|逾期|信用|提醒|委托|金融借款|小额借款|个人贷款|合同|签|买|购|融资|抵押|车贷|房贷|账务)|客户端|贷后|法务|客服|信贷|小程序|催收|业务)"
    r"|(?:您|你|尊敬的|亲爱的|您本期|您的|你的|您在|您名下)(?:的)?(?P<your>[\u4e00-\u9fffa-z0-9]{2,10}?)(?:平台|app)?(?:的)?(?:借款|贷款|账单|分期(?!付|还)|订单|欠款|用户|客户|会员|额度|信用卡|月付账|消费贷|贷记卡|er)"
    r"|(?:^|[,。;!?:】\s(])(?P<says>[\u4e00-\u9fffa-z0-9]{2,10}?)(?:提醒|温馨提|郑重提|最后一次提|最后警告|通知您|通知你|停业公告|通知:|告知您|客服|贷后(?!管理)|敬上|敬启|还款提醒|催收提醒|平台提醒|官方|app(?!下|安)|信贷中心|邀您|恭候|来电|友情提|喊你|叫你|喊您)"
    r"|(?<!下载)(?<!安装)(?<!装)(?<!叫)(?<!下)\"(?P<quoted>[\u4e00-\u9fffa-z0-9·]{2,7})\"(?=会员|案件|账户|用户|借款|贷款|app(?!下|安)|的(?:¥|rmb|\d|人民币|贷款|借款|欠款)|rmb|¥|\d|通知|法务|催收|归还|垫付|里归还)"
    r"|(?P<coined>[\u4e00-\u9fff]{2,4}(?:秒借|钱铺|钱匣|钱庄|钱袋|钱罐|白卡|急用|车主贷|车抵贷|车贷|网贷|速融|急借|易借|小借|优借|速贷|现金))(?!的?平台|人)"
    r"|(?P<form>[\u4e00-\u9fffa-z0-9]{1,8}(?:小额贷款|村镇银行|农商银行|农商行|农村商业银行|信用社|信用联社|农信社|农信联社|农信|融资租赁|汽车金融|消费金融|小额贷|小贷|典当行?|信托|担保公司|融资担保|汽车租赁|金服|数科|金控|商业银行|普惠|金融(?!机构|服务|监管|借款|消费者|纠纷|案|债权|平台|产品|业务|系统|公司|犯罪|诈骗|信息|知识|市场|许可|安全|科技|管理|债务|类|界|局|办|行业)|银行(?!卡|账|流水|贷款|系统|柜|网点|信息|预留|发|会|工作|客服|监管|业务|信用|存|内|方|的|存管|转|还|流|和|或|不|征|起|代|按|端|扣|柜面|现|规|法务|放|同业|机构|批|汇|自动|储|u盾|正规|绿|要求|通知|人员|经理|委托)|借条|钱包|白条|月付|贷(?!款|记|后|方|中|给|出|前|你|我|的|了|上|啊|还|到|过|不|产|学|利|平|业|资|用|人|逾|合|额|起|信|是|超|已|未|和|在|发|期|两|几|三|请|欠|请)|花呗|呗|速借|快借|分期(?!付|还|账|业|手|款|金|计|期|方|免|办|金|总|申|利|购|月|支|偿|后|每|欠|的|协|或|已|买|贷|逾|数|本|到|,|。|;|,|第|服|请|消|减|结|方案|可|费|还款|订|优|合|之|车|及|处|乐|挂|成|约|商|未|最|余|需)))"
)
_SHORT_PRODUCT = re.compile(r"^(?:.{0,2}抵贷|.?现金|.?[网车]贷)$")  # a product, and hardly more
_HAN = re.compile(r"[\u4e00-\u9fff]")
_MAX_NAME = 14
_NAMES_KEPT = 4096  # signatures repeat; what was decided about these is remembered
_MIN_NAME = 2


@cache
def _words(role: str) -> tuple[str, ...]:
    """Words of a class of name_words.csv, in the order of the table, ready for an expression."""
    rows = lexicons.rows("name_words")
    return tuple(dict.fromkeys(_spelt(row["word"]) for row in rows if row["class"] == role))


def _spelt(word: str) -> str:
    """Escape a word, but for the marks of begin and end around it."""
    core = word.removeprefix("^").removesuffix("$")
    return word[: word.startswith("^")] + re.escape(core) + word[len(word) - word.endswith("$") :]


@cache
def _pattern(role: str) -> re.Pattern[str]:
    return re.compile("|".join(sorted(_words(role), key=len, reverse=True)))


@cache
def _never_in_name() -> Pattern:
    return compile_pattern("|".join(_words("never")))


def signatures(scan: Scan) -> list[Signature]:
    """Places of what stands in brackets at the front or the end, or behind a dash at the end."""
    if scan.signatures is None:
        scan.signatures = list(_signatures(scan.plain.rstrip(" \n.。")))
    return scan.signatures


def _signatures(plain: str) -> Iterator[Signature]:
    for match in _BRACKETED.finditer(plain):
        group = match.lastindex or 0
        if match.start() <= 3 or match.end() >= len(plain) - 8 or plain[match.start()] == "【":
            yield match.span(group)
    if dashed := _DASHED.search(plain, max(0, len(plain) - _DASHED_MOST)):
        yield dashed.span(1)


@lru_cache(maxsize=_NAMES_KEPT)
def speaks_as(name: str) -> str:
    """Tell what a signature is: ``lender``, ``agency``, ``authority``, ``other_sender`` or ``generic``.

    Examples
    --------
    >>> speaks_as("瞬瞬花"), speaks_as("还款提醒"), speaks_as("华信律师事务所")
    ('lender', 'generic', 'agency')
    """
    if _known(name):
        return "lender"
    for role in ("authority", "agency", "other_sender"):
        if _pattern(role).search(name):
            return role
    return "lender" if _pattern("generic").sub("", name).strip(" -:()·0123456789") else "generic"


@cache
def _known_names() -> dict[str, str]:
    return {
        name.lower(): institution.name
        for institution in lexicons.institutions()
        if institution.kind not in _NO_LENDER
        for name in (*institution.names, *institution.apps)
    }


def _known(name: str) -> bool:
    return name in _known_names() or _known_inside().find_matches_as_indexes(name) != []


@cache
def _known_inside() -> AhoCorasick:
    return AhoCorasick([name for name in _known_names() if len(name) > _SHORT_NAME])


@cache
def _kinds_of_institution() -> dict[str, str]:
    return {institution.name: institution.kind for institution in lexicons.institutions()}


def named_institutions(scan: Scan) -> dict[str, list[Span]]:
    """Registry names that occur as names, with their places."""
    found: dict[str, list[Span]] = {}
    for concept, spans in scan.hits.items():
        if not concept.startswith(NAME):
            continue
        name = concept.removeprefix(NAME)
        kept = [span for span in spans if _is_name(scan.plain, *span)]
        if kept:
            found[name] = kept
    return found


def _is_name(plain: str, start: int, end: int) -> bool:
    if end - start > _SHORT_NAME + 1:
        return True
    before, after = plain[start - 1 : start], plain[end : end + 3]
    if plain[start].isascii() and (before.isascii() and before.isalnum()):
        return False
    if plain[end - 1].isascii() and after[:1].isascii() and after[:1].isalnum():
        return False
    if end - start > _SHORT_NAME:
        return True
    return before not in _SHORT_BEFORE and _SHORT_AFTER.match(after) is not None


def find_institutions(scan: Scan, named: Mapping[str, list[Span]]) -> Iterator[Hit]:
    """Concrete lenders and platforms by name (RUBRIC §2 and §4)."""
    kinds = _kinds_of_institution()
    covered: list[Span] = []
    for name, spans in named.items():
        if kinds[name] in _NO_LENDER or (kinds[name] == "amc" and not scan.has("debt_word")):
            continue
        if name in _PAY_MEANS and not any(_in_signature(scan, span) for span in spans):
            continue
        for span in spans:
            covered.append(span)
            yield Hit(Kind.INSTITUTION, *span, f"registry: {name}; resources/institutions.csv")
    if not _HAN.search(scan.plain):
        return
    for start, end in signatures(scan):
        name = scan.plain[start:end]
        if not _overlaps(start, end, covered) and _could_be_name(name):
            covered.append((start, end))
            yield Hit(Kind.INSTITUTION, start, end, "a specific name as signature; RUBRIC 2")
    yield from _in_text(scan, covered)


def _in_signature(scan: Scan, span: Span) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in signatures(scan))


def _in_text(scan: Scan, covered: list[Span]) -> Iterator[Hit]:
    if not scan.has("debt_word", "owed"):
        return
    for start, end, reason in _candidates(scan.plain):
        if _overlaps(start, end, covered) or not _could_be_name(scan.plain[start:end]):
            continue
        covered.append((start, end))
        yield Hit(Kind.INSTITUTION, start, end, f"{reason}; RUBRIC 2")


def _candidates(plain: str) -> Iterator[tuple[int, int, str]]:
    if lead := _LEAD.match(plain):
        yield *lead.span("name"), "a specific name in front"
    if tail := _TAIL.search(plain, max(0, len(plain) - 24)):
        yield *tail.span("name"), "a specific name at the end"
    for match in _OF_SUM.finditer(plain):
        yield *match.span("name"), "a specific name before the sum"
    for match in _IN_TEXT.finditer(plain):
        yield *match.span(match.lastgroup or 0), "a specific name by its place"


@lru_cache(maxsize=_NAMES_KEPT)
def _could_be_name(name: str) -> bool:
    if not _MIN_NAME <= len(name) <= _MAX_NAME or name[0].isdigit():
        return False
    if _never_in_name().search(name) or _SHORT_PRODUCT.match(name):
        return False
    if len(name) <= _LONGEST_PERSON and name[0] in _SURNAMES and not _LENDING_END.search(name):
        return False
    return speaks_as(name) == "lender"


def _overlaps(start: int, end: int, spans: list[Span]) -> bool:
    return any(start < done and begun < end for begun, done in spans)
