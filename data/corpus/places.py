"""Places and the bodies that are named after them: courts, police, credit unions, firms.

Cities are real, counties and villages invented; a message keeps to one place.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from corpus.seeds import seeded

__all__ = [
    "Place",
    "agency",
    "case_number",
    "company",
    "court",
    "draw_place",
    "law_firm",
    "mediation",
    "police",
    "rural_bank",
    "school",
    "village",
]

_CITIES = """京 北京 010 0105|沪 上海 021 0115|粤 广州 020 0106|粤 深圳 0755 0305|粤 东莞 0769 1973|粤 佛山 0757 0604
浙 杭州 0571 0106|浙 宁波 0574 0212|浙 温州 0577 0302|浙 金华 0579 0702|苏 南京 025 0106|苏 苏州 0512 0508|苏 无锡 0510 0211
苏 徐州 0516 0303|渝 重庆 023 0112|川 成都 028 0107|川 绵阳 0816 0703|川 南充 0817 1302|鄂 武汉 027 0111|鄂 襄阳 0710 0606
湘 长沙 0731 0102|湘 衡阳 0734 0408|湘 岳阳 0730 0602|豫 郑州 0371 0105|豫 洛阳 0379 0311|豫 南阳 0377 1303|豫 周口 0394 1602
鲁 济南 0531 0102|鲁 青岛 0532 0202|鲁 临沂 0539 1302|鲁 菏泽 0530 1702|皖 合肥 0551 0104|皖 阜阳 0558 1202|皖 蚌埠 0552 0303
赣 南昌 0791 0102|赣 赣州 0797 0702|闽 福州 0591 0102|闽 厦门 0592 0203|闽 泉州 0595 0503|桂 南宁 0771 0103|桂 柳州 0772 0202
云 昆明 0871 0102|云 曲靖 0874 0302|黔 贵阳 0851 0102|黔 遵义 0852 0302|陕 西安 029 0113|陕 咸阳 0910 0402|甘 兰州 0931 0102
冀 石家庄 0311 0102|冀 保定 0312 0602|冀 邯郸 0310 0402|晋 太原 0351 0105|晋 大同 0352 0213|内 呼和浩特 0471 0105|内 赤峰 0476 0402
辽 沈阳 024 0102|辽 大连 0411 0203|吉 长春 0431 0102|吉 吉林 0432 0202|黑 哈尔滨 0451 0103|黑 大庆 0459 0602|琼 海口 0898 0106
津 天津 022 0101|青 西宁 0971 0102|宁 银川 0951 0104|新 乌鲁木齐 0991 0102"""
_DISTRICTS = [
    "城东",
    "城西",
    "城南",
    "城北",
    "新城",
    "江北",
    "江南",
    "河东",
    "河西",
    "高新",
    "经开",
    "滨湖",
    "滨江",
    "临港",
    "东湖",
    "西山",
    "南山",
    "北塘",
    "新区",
    "开发",
]
_COUNTY_STEMS = [
    first + second
    for first in "沅溪柏桐清澧涟邵陵昌宁安平永惠丰泽洪湄汶岚朔"
    for second in "宁阳川溪源原陵丰林坪"
    if first != second
]
_VILLAGE_STEMS = [
    "王家",
    "李家",
    "张家",
    "刘家",
    "陈家",
    "石桥",
    "柳树",
    "槐树",
    "大河",
    "小河",
    "上湾",
    "下湾",
    "前进",
    "红旗",
    "新民",
    "双龙",
    "青石",
    "白杨",
    "黄土",
    "梨树",
]
_VILLAGE_ENDS = ["湾村", "庄", "沟村", "坪村", "店村", "村", "寨", "垸村", "屯", "畈村"]
_LAW_STEMS = [a + b for a in "衡正天明恒德信泽盈弘君汉嘉泰" for b in "衡正明德信诚泽弘和理则维策"]
_FIRM_STEMS = [
    a + b for a in "锦瑞恒鑫盛宏嘉泰润聚启卓优创腾博" for b in "禾程源达信诺澜康腾图航远和沣"
]
_TRADES = [
    "商贸",
    "科技",
    "建材",
    "餐饮管理",
    "物流",
    "服饰",
    "机械",
    "电子",
    "装饰工程",
    "食品",
    "劳务",
    "文化传媒",
]


@dataclass(frozen=True, slots=True)
class Place:
    """A city with its area code and court code, and an invented county near it."""

    province: str
    city: str
    area_code: str
    court_code: str
    county: str


def draw_place(rng: random.Random) -> Place:
    """Draw the place of a message."""
    cells = rng.choice(_CITIES.replace("\n", "|").split("|")).split()
    county = rng.choice(_COUNTIES)
    return Place(cells[0], cells[1], cells[2], cells[3], county)


def _counties() -> list[str]:
    stems = sorted(set(_COUNTY_STEMS))
    seeded("counties").shuffle(stems)
    return stems[:140]


_COUNTIES = _counties()


def court(rng: random.Random, place: Place) -> str:
    """Name a court of the place."""
    return rng.choice(
        (
            f"{place.city}市{rng.choice(_DISTRICTS)}区人民法院",
            f"{place.county}县人民法院",
            f"{place.city}市中级人民法院",
            f"{place.city}{rng.choice(_DISTRICTS)}法院",
            f"{place.county}法院",
        )
    )


def case_number(rng: random.Random, place: Place, year: int) -> str:
    """Number a case: （2025）粤0305民初9921号."""
    left, right = rng.choice(("（）", "（）", "()"))
    kind = rng.choice(("民初", "民初", "民初", "民诉前调", "执", "民特", "执恢"))
    number = rng.randrange(100, 29999)
    return f"{left}{year}{right}{place.province}{place.court_code}{kind}{number}号"


def police(rng: random.Random, place: Place) -> str:
    """Name a police station or squad of the place."""
    district = rng.choice(_DISTRICTS)
    return rng.choice(
        (
            f"{place.city}市公安局{district}分局",
            f"{place.county}县公安局",
            f"{district}派出所",
            f"{place.city}市公安局经侦支队",
            f"{place.city}市公安局",
        )
    )


def law_firm(rng: random.Random, place: Place) -> str:
    """Invent a law firm."""
    stem = rng.choice(_LAW_STEMS)
    return rng.choice(
        (
            f"{place.city}{stem}律师事务所",
            f"{stem}律师事务所",
            f"{stem}律所",
            f"{place.city}{stem}（律）所",
        )
    )


def agency(rng: random.Random, place: Place) -> str:
    """Invent a collection agency."""
    stem = rng.choice(_FIRM_STEMS)
    return rng.choice(
        (
            f"{place.city}{stem}信用管理有限公司",
            f"{stem}资产管理",
            f"{stem}商务咨询有限公司",
            f"{stem}催收服务",
            f"{place.city}{stem}企业管理咨询有限公司",
            f"{stem}信用服务",
        )
    )


def mediation(rng: random.Random, place: Place) -> str:
    """Name a mediation centre."""
    stem = rng.choice(_FIRM_STEMS)
    return rng.choice(
        (
            f"{place.city}市金融纠纷调解中心",
            f"{place.city}{stem}商事调解中心",
            f"{place.county}县人民调解委员会",
            f"{stem}调解中心",
            f"{place.city}市{rng.choice(_DISTRICTS)}区诉前调解中心",
        )
    )


def rural_bank(rng: random.Random, place: Place) -> str:
    """Invent a rural bank or credit union."""
    county = place.county
    brand = rng.choice(("惠民", "汇丰源", "富农", "兴农", "禾丰", "银杏", "民泰源"))
    return rng.choice(
        (
            f"{county}农商银行",
            f"{county}农村商业银行",
            f"{county}县农村信用合作联社",
            f"{county}农信社",
            f"{county}县农村信用社",
            f"{county}联社",
            f"{county}{brand}村镇银行",
            f"{county}农商行",
        )
    )


def company(rng: random.Random, place: Place) -> str:
    """Invent an employer or firm."""
    stem, trade = rng.choice(_FIRM_STEMS), rng.choice(_TRADES)
    return rng.choice(
        (
            f"{place.city}{stem}{trade}有限公司",
            f"{stem}{trade}有限公司",
            f"{stem}{trade}",
            f"{place.city}{stem}{trade}",
        )
    )


def school(rng: random.Random, place: Place) -> str:
    """Name a school of the place."""
    ends = ("第二中学", "实验中学", "职业技术学院", "实验小学", "师范学院", "工商学院", "一中")
    return rng.choice((place.city, place.county)) + rng.choice(ends)


def village(rng: random.Random) -> str:
    """Invent a village."""
    return rng.choice(_VILLAGE_STEMS) + rng.choice(_VILLAGE_ENDS)
