"""Names of lenders and platforms: known ones by the registry, unknown ones by place and form.

Agencies, law firms, courts and mediation centres that name only themselves are no institution;
nor are words that could be anybody's (RUBRIC §4). A name needs one distinguishing word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache

from ahocorasick_rs import AhoCorasick

from sms_classifier import lexicons
from sms_classifier.evidence.expressions import LENDING
from sms_classifier.evidence.finding import Found
from sms_classifier.evidence.places import Places
from sms_classifier.evidence.scan import Scan
from sms_classifier.evidence.spans import Row, Span
from sms_classifier.labels import Kind

__all__ = ["find_institutions", "named_in", "named_institutions", "speaks_as"]

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
_LENDING_END = re.compile(f"(?:{LENDING})$")
_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤欧"
)
_LONGEST_PERSON = 3
_BY_PLACE = (
    ("name_in_front", "a specific name in front"),
    ("name_at_end", "a specific name at the end"),
    ("name_before_sum", "a specific name before the sum"),
    ("name_in_text", "a specific name by its place"),
)
_BEGIN, _END = "\x02", "\x03"  # stand in no plain text
_SHORT_PRODUCT = re.compile(r"^(?:.{0,2}抵贷|.?现金|.?[网车]贷)$")  # a product, and hardly more
_HAN = re.compile(r"[\u4e00-\u9fff]")
_MAX_NAME = 14
_NAMES_KEPT = 32768  # signatures repeat; what was decided about these is remembered
_MIN_NAME = 2


@cache
def _words(role: str) -> tuple[str, ...]:
    """Words of a class of name_words.csv; ``^`` and ``$`` bind one to the begin or end of a name."""
    rows = lexicons.rows("name_words")
    return tuple(dict.fromkeys(row["word"] for row in rows if row["class"] == role))


@cache
def _matcher(role: str) -> AhoCorasick:
    """Matcher of the words of a class in a name between marks of its begin and end."""
    return AhoCorasick([_bounded(word) for word in _words(role)])


def _bounded(word: str) -> str:
    """Put the marks of begin and end in the place of ``^`` and ``$``."""
    core = word.removeprefix("^").removesuffix("$")
    begin, end = _BEGIN * word.startswith("^"), _END * word.endswith("$")
    return f"{begin}{core}{end}"


def _holds(role: str, name: str) -> bool:
    return _matcher(role).find_matches_as_indexes(f"{_BEGIN}{name}{_END}") != []


@cache
def _generic() -> re.Pattern[str]:
    return re.compile("|".join(map(_escaped, sorted(_words("generic"), key=len, reverse=True))))


def _escaped(word: str) -> str:
    """Escape a word, but for the marks of begin and end around it."""
    core = word.removeprefix("^").removesuffix("$")
    return word[: word.startswith("^")] + re.escape(core) + word[len(word) - word.endswith("$") :]


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
        if _holds(role, name):
            return role
    return "lender" if _generic().sub("", name).strip(" -:()·0123456789") else "generic"


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


def named_institutions(places: Places) -> dict[int, dict[str, list[Span]]]:
    """Registry names that occur as names, with their places, by text."""
    table: dict[int, dict[str, list[Span]]] = {}
    for text, names in places.names.items():
        plain = places.chunk.texts[text]
        for name, spans in names.items():
            if kept := [span for span in spans if _is_name(plain, *span)]:
                table.setdefault(text, {})[name] = kept
    return table


def named_in(scan: Scan) -> dict[str, list[Span]]:
    """Registry names that occur as names in one message, with their places.

    Examples
    --------
    >>> from sms_classifier.evidence.scan import scan
    >>> from sms_classifier.text.normalize import normalize
    >>> named_in(scan(normalize("您的招商银行账单已出")))
    {'招商银行': [(2, 6)]}
    """
    return named_institutions(scan.places).get(scan.place, {})


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


def find_institutions(
    places: Places, named: Mapping[int, Mapping[str, Sequence[Span]]]
) -> Iterator[Found]:
    """Concrete lenders and platforms by name (RUBRIC §2 and §4)."""
    covered: dict[int, list[Span]] = {}
    speaks_of_debt = places.shows(("debt_word",)).tolist()
    for text, names in named.items():
        signed = places.signatures.get(text, ())
        for name, spans in names.items():
            if _is_lender(name, spans, signed, speaks_of_debt=speaks_of_debt[text]):
                covered.setdefault(text, []).extend(spans)
                reason = f"registry: {name}; resources/institutions.csv"
                yield Found(Kind.INSTITUTION, reason, [(text, *span) for span in spans])
    signatures = ((text, *span) for text, spans in places.signatures.items() for span in spans)
    rows = _new_names(places, signatures, covered)
    yield Found(Kind.INSTITUTION, "a specific name as signature; RUBRIC 2", rows)
    for expression, reason in _BY_PLACE:
        rows = _new_names(places, places.rows(places.groups(expression)[1]), covered)
        yield Found(Kind.INSTITUTION, f"{reason}; RUBRIC 2", rows)


def _is_lender(
    name: str, spans: Sequence[Span], signed: Sequence[Span], *, speaks_of_debt: bool
) -> bool:
    """Whether a name of the registry stands for a lender here."""
    kind = _kinds_of_institution()[name]
    if kind in _NO_LENDER or (kind == "amc" and not speaks_of_debt):
        return False
    return name not in _PAY_MEANS or any(
        begun <= start and end <= done for start, end in spans for begun, done in signed
    )


def _new_names(
    places: Places, rows: Iterable[Row], covered: dict[int, list[Span]]
) -> Iterator[Row]:
    """Stretches that could be names and overlap none that is known; they are known then."""
    for text, start, end in rows:
        plain = places.chunk.texts[text]
        if _overlaps(start, end, covered.get(text, ())) or not _could_be_name(plain[start:end]):
            continue
        if _HAN.search(plain):
            covered.setdefault(text, []).append((start, end))
            yield text, start, end


@lru_cache(maxsize=_NAMES_KEPT)
def _could_be_name(name: str) -> bool:
    if not _MIN_NAME <= len(name) <= _MAX_NAME or name[0].isdigit():
        return False
    if _holds("never", name) or _SHORT_PRODUCT.match(name):
        return False
    if len(name) <= _LONGEST_PERSON and name[0] in _SURNAMES and not _LENDING_END.search(name):
        return False
    return speaks_as(name) == "lender"


def _overlaps(start: int, end: int, spans: Sequence[Span]) -> bool:
    return any(start < done and begun < end for begun, done in spans)
