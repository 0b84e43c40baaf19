"""Invented lenders: pools so large that no model can learn the names by heart.

A name that equals or contains one of the registry is thrown out, so that harsh messages never
carry a real name.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from itertools import product

from corpus.seeds import seeded
from sms_classifier.lexicons import institutions

__all__ = ["POOL_SIZES", "pool"]

POOL_SIZES = {"odd_lender": 720, "p2p_lender": 240, "car_lender": 150, "small_lender": 180}

_SOFT = [
    "瞬瞬",
    "嘟嘟",
    "咕咕",
    "团团",
    "圆圆",
    "糯米",
    "薏米",
    "麻薯",
    "芋泥",
    "山药",
    "冬瓜",
    "茄子",
    "莲藕",
    "菱角",
    "芝士",
    "年糕",
    "布丁",
    "桂圆",
    "橄榄",
    "柿子",
    "枇杷",
    "杨桃",
    "石榴",
    "山竹",
    "椰子",
    "白鹭",
    "云雀",
    "刺猬",
    "河狸",
    "海獭",
    "水獭",
    "松貂",
    "驯鹿",
    "袋熊",
    "树懒",
    "章鱼",
    "海星",
    "贝贝",
    "蜻蜓",
    "瓢虫",
    "小钉",
    "铜扣",
    "木屐",
    "竹筒",
    "陶罐",
    "油灯",
    "纸鸢",
    "风铃",
    "雨伞",
    "毛线",
    "积木",
    "陀螺",
    "弹珠",
    "铁盒",
    "抽屉",
    "书签",
    "口哨",
    "秋千",
    "跷板",
    "灯塔",
]
_ENDS = [
    "借",
    "花",
    "贷",
    "钱袋",
    "钱罐",
    "口袋",
    "急用",
    "周转",
    "分期",
    "白卡",
    "钱铺",
    "来钱",
    "应急",
    "小借",
    "钱匣",
    "秒借",
    "兜",
    "管家",
    "易借",
    "快花",
    "闪借",
    "借条",
    "小贷",
    "钱庄",
    "来花",
    "速贷",
    "零花",
    "借钱",
    "钱箱",
    "优借",
]
_LETTERS = ["e", "Q", "U", "V", "i", "K"]
_MANNERS = [
    "稳稳",
    "溜溜",
    "哒哒",
    "蹭蹭",
    "噌噌",
    "咻咻",
    "飕飕",
    "麻溜",
    "妥妥",
    "悠悠",
    "顺顺",
    "乐淘",
    "巧巧",
    "灵灵",
    "速达",
    "即达",
    "轻轻",
    "随手",
]
_LONG = [
    "大耳朵",
    "小蘑菇",
    "红灯笼",
    "蓝月亮湾",
    "胖河马",
    "三只鹅",
    "一碗面",
    "半斤米",
    "老木匠",
    "小书童",
    "双层饼",
    "七号仓",
    "九点半",
    "两棵树",
]
_TOWN = "鼎恒泓沣嘉启盈聚瀚麒昇珀玺峻弘筑"
_GRAIN = "汇穗沃融禾川钧泉诺澜昱岳"
_P2P_ENDS = [
    "金服",
    "财富",
    "在线",
    "e贷",
    "投融",
    "理财",
    "创投",
    "普惠",
    "网贷",
    "宝",
    "易融",
    "资管",
]
_CAR_STEMS = [
    "啄木",
    "驰远",
    "轮友",
    "驾途",
    "橙轮",
    "路川",
    "骏轩",
    "轻舟",
    "方向",
    "星辙",
    "蓝辙",
    "捷辙",
    "福辙",
    "骑士湾",
    "行舟",
    "车栈",
    "拓途",
    "远辙",
]
_CAR_ENDS = [
    "车贷",
    "汽融",
    "车融",
    "融资租赁",
    "汽车租赁",
    "车主贷",
    "汽车金融服务",
    "以租代购",
    "车抵贷",
    "汽车分期",
]
_SMALL_STEMS = [
    "鑫沐",
    "禾裕",
    "邦泽",
    "瑞沣",
    "德沛",
    "润穗",
    "盈禾",
    "裕沣",
    "恒沐",
    "嘉沛",
    "信穗",
    "泽禾",
    "沣源",
    "晟穗",
    "沐阳",
    "广沛",
    "同穗",
    "惠沣",
]
_SMALL_ENDS = ["小贷", "小额贷款", "小额贷款公司", "小额贷款有限公司", "小额贷款有限责任公司"]
_SMALL_PLACES = ("", "", "青禾", "临港", "江源", "滨湖")


def _joined(*parts: Iterable[str]) -> list[str]:
    return ["".join(pieces) for pieces in product(*parts)]


def _candidates(slot: str) -> list[str]:
    if slot == "p2p_lender":
        return _joined(_TOWN, _GRAIN, _P2P_ENDS)
    if slot == "car_lender":
        return _joined(_CAR_STEMS, _CAR_ENDS)
    if slot == "small_lender":
        return _joined(_SMALL_PLACES, _SMALL_STEMS, _SMALL_ENDS)
    lettered = _joined(_LETTERS, _SOFT[::3], ("借", "花", "贷", "钱袋"))
    plain = _joined(_SOFT, _ENDS) + _joined(_LONG, _ENDS) + _joined(_MANNERS, _ENDS)
    return plain + seeded("lettered").sample(lettered, 80)


@cache
def pool(slot: str) -> tuple[str, ...]:
    """Invented names for a slot.

    Examples
    --------
    >>> len(pool("odd_lender")) == len(set(pool("odd_lender"))) == POOL_SIZES["odd_lender"]
    True
    """
    real = {name for institution in institutions() for name in institution.names}
    names = sorted({name for name in _candidates(slot) if not any(other in name for other in real)})
    return tuple(seeded(slot).sample(names, POOL_SIZES[slot]))
