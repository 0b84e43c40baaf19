"""Names of people and the ways in which messages address them."""

from __future__ import annotations

import random

__all__ = ["draw_person", "surname"]

_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
_COMPOUND = ("欧阳", "司马", "上官", "诸葛")
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉萍红建文辉力鹏玲飞鑫波斌宇浩凯健俊帆雪琳晶欣雅婷慧怡佳晨轩博子涵梓萱思雨泽海东林春梅兰凤珍国庆志新永福德胜利民生成龙虎山川"
_TITLES = ("先生", "女士")


def surname(rng: random.Random) -> str:
    """Draw a surname."""
    return rng.choice(_SURNAMES) if rng.random() < 0.985 else rng.choice(_COMPOUND)


def draw_person(rng: random.Random, *, titled: bool) -> str:
    """Draw a person as a message would write the name; ``titled`` allows 先生 and 女士."""
    family = surname(rng)
    given = "".join(rng.choice(_GIVEN) for _ in range(rng.choice((1, 2, 2, 2))))
    masked = (family + "*" * len(given), f"{family}*{given[-1]}", f"*{given}")
    drawn = rng.random()
    if drawn < 0.16:
        return rng.choice(masked)
    if titled and drawn < 0.34:
        return family + rng.choice(_TITLES)
    if titled and drawn < 0.44:
        return family + given + rng.choice(_TITLES)
    return family + given
