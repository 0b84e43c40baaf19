"""Personal names where messages put them: behind a role, before a title, or in address.

Rules, not a model: a surname, one or two characters behind it, and a frame around both. In frames
that ordinary words fit too, what stands in jieba's dictionary, and not as a name, is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from sms_classifier import lexicons

__all__ = ["find_names"]

# The 100 most frequent surnames carry about 85 % of people (Ministry of Public Security, report
# on names 2020); then further ones from the Hundred Family Surnames that are no function words.
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖萧田董袁潘于蒋蔡余杜叶程苏魏吕"
    "丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付傅方白邹孟熊秦邱丘江尹薛闫阎段雷侯龙史陶黎贺顾毛郝龚邵万钱"
    "严覃武戴莫孔汤温康施牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘包宁尚符舒阮柯纪"
    "梅童凌毕单季裴霍涂苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍喻祁蒲房滕屈饶解牟艾尤穆卓古吉缪简车项芦麦褚娄窦"
    "戚岑景党宫卜冷晏席卫柏瞿佟臧闵苟邬卞姬栾隋刁沙巫寇桑郎甄丛仲虞敖佘池查苑迟邝"
)
# Characters that given names are mostly made of, without those that words of a notice end in.
_GIVEN = (
    "伟刚勇毅俊峰强军平保东文辉明永健世广志义兴良海山仁波宁贵福龙元胜学祥才武新利清飞彬富顺子杰涛昌康星光天岩茂"
    "林坚彪博诚敬震振壮思群豪邦承乐绍松善厚庆磊民友裕河哲江超浩亮政谦亨奇固轮翰朗宏鸣朋斌梁栋维启克伦翔旭鹏泽晨"
    "辰士建家树炎德泰盛雄琛钧冠策腾楠榕航弘秀娟英华慧巧美娜静淑惠珠翠雅芝玉萍红娥玲芬芳燕彩春菊兰凤洁梅琳素云莲"
    "环雪荣爱妹霞香月莺媛艳瑞凡佳嘉琼勤珍贞莉桂娣璐娅琦晶妍茜秋珊莎锦黛青倩婷姣婉娴瑾颖露瑶怡婵雁蓓仪荷丹蓉眉君"
    "琴蕊薇菁梦岚婕馨瑗韵艺咏卿聪澜纯毓悦昭冰爽茗羽希欣滢馥筠柔竹凝晓欢霄枫芸菲寒伊亚宜舒影荔丽敏洋轩宇梓涵萱凯"
    "鑫帆雨洪成生国力虎川立根柱培铭睿皓熙妮琪瑜诗晗彤"
)
_COMPOUND = "欧阳|司马|上官|诸葛|司徒|东方|独孤|南宫|夏侯|皇甫|尉迟|公孙|慕容|令狐|长孙|宇文|端木"
_FAMILY = rf"(?:{_COMPOUND}|[{_SURNAMES}])"
_HAN = "\u4e00-\u9fff"
_CUSTOMERS = (
    "客户|用户|顾客|会员|持卡人|贵宾|车主|业主|家长|借款人|债务人|投保人|参保人|员工|股东|商户"
)
_TITLE = "先生|女士|小姐|太太|同学|同志"
_OFFICE = "经理|主任|律师|法务|警官|法官|专员|队长|科长|主管|老师|师傅|老板|总监|书记员|会计|检察官"
_ROLE = (
    "借款人|持卡人|债务人|欠款人|被执行人|被告人|被告|被申请人|当事人|担保人|联系人|经办人|承办人|收款人"
    "|收款方|户名|姓名|本人|客户|用户|我叫|我是|亲爱的|转告|告知|法定代表人|专员|律师|法官|警官|致"
)
_EDGE = r"(?:^|(?<=[\])】》>,.。:;!?~\s]))"
_FIRM = "银行|律师|律所|公司|商事|企业|村镇|支行|分行|法院|集团|科技|金融|消费|咨询|(?=\\(律)"
_BEHIND = (
    rf"(?:(?![{_HAN}])|(?=您|你|的|于|在|与|和|因|已|未|名下|欠|逾|尾号|身份证|先生|女士|预留|本人|家属"
    "|是|就|所|个人|借|及|之|自|从|账号|账户|卡号|开户))"
)
_SPEAKER = "您你我他她是的请各位致找与和向被由"  # no part of a name, and often before one

_SURE = (  # the frame alone tells
    re.compile(
        rf"尊敬的(?![{_HAN}]{{0,4}}(?:{_CUSTOMERS}))(?P<name>[{_HAN}]{{1,4}}?)"
        rf"(?={_TITLE}|{_OFFICE}|[,:!\s您你])"
    ),
    re.compile(rf"{_EDGE}(?!尊敬的)(?P<name>(?:(?![{_SPEAKER}])[{_HAN}]){{1,3}}?)(?=先生|女士)"),
    re.compile(rf"(?P<name>{_FAMILY}[{_HAN}]{{0,2}}?)(?={_TITLE})"),
)
_LIKELY = (  # words fit the frame as well
    re.compile(rf"(?P<name>{_FAMILY}[{_HAN}]{{0,2}}?)(?={_OFFICE})"),
    re.compile(rf"{_EDGE}(?P<name>{_FAMILY}[{_HAN}]{{1,2}}?)(?=\s*(?:[,:!(\s]|您|你))"),
    re.compile(rf"(?:{_ROLE})[:\s是为]?(?P<name>{_FAMILY}[{_HAN}]{{1,2}}?){_BEHIND}"),
    re.compile(rf"{_EDGE}(?P<name>{_FAMILY}[{_GIVEN}]{{1,2}}?){_BEHIND}"),
    re.compile(rf"(?P<name>{_FAMILY}[{_GIVEN}]{{2}})(?![{_HAN}]{{0,4}}?(?:{_FIRM}))"),
)


def find_names(plain: str) -> Iterator[tuple[int, int]]:
    """Bounds of personal names in a text in plain spelling; they may overlap.

    Examples
    --------
    >>> text = "[瞬瞬花]张伟,您已逾期3天,请联系王经理"
    >>> sorted({text[start:end] for start, end in find_names(text)})
    ['张伟', '王']
    >>> list(find_names("余额,您可在马上消费查看,高级经理为您服务"))
    []
    """
    for pattern in _SURE:
        yield from (found.span("name") for found in pattern.finditer(plain))
    for pattern in _LIKELY:
        for found in pattern.finditer(plain):
            if not _is_word(found["name"]):
                yield found.span("name")


def _is_word(name: str) -> bool:
    """Whether a candidate is, begins with, or ends in a word of the dictionary."""
    parts = (name,) if name[:2] in _COMPOUND.split("|") else (name, name[:2], name[1:])
    return not _words().isdisjoint(parts)


@cache
def _words() -> frozenset[str]:
    """Words of two or three characters that are no names."""
    found = {name[:3] for lender in lexicons.institutions() for name in lender.names}
    with (files("jieba") / "dict.txt").open(encoding="utf-8") as lines:
        for line in lines:
            word, _, tag = line.split()
            if 2 <= len(word) <= 3 and not tag.startswith("nr"):
                found.add(word)
    return frozenset(found)
