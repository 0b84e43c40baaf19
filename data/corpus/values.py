"""Fill the slots of a family: one scene holds what the values of one message share.

The same slot has the same value; a digit behind it asks for another one. The label is not known
here.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property

from corpus import amounts, contacts, houses, lenders, people, places
from corpus.families import slot_type, slots_of
from corpus.schema import CREDITORS, INVENTED, REAL

__all__ = ["Filled", "Scene", "fill"]

_PIECE = re.compile(r"\{([^{}]*)\}")
_ADDRESSED = ("先生", "女士", "同学", "阁下", "老师", "老乡", "大哥", "老弟", "家属", "本人", "的")
_SIGNATURES = {"【": "】", "[": "]"}
_TAIL_WORDS = ("末四位", "后四位", "尾数", "尾号", "末4位", "后4位")
_CITY_PREFIXES = ("人民币", "￥", "¥", "RMB")


@dataclass(frozen=True, slots=True)
class Filled:
    """A template with its values; ``frame`` is what stands outside the slots."""

    text: str
    frame: str
    values: tuple[tuple[str, str], ...]


@dataclass
class Scene:
    """What the values of one message share: place, year, ways of writing, institution."""

    rng: random.Random
    template: str
    era: str
    scenario: str
    values: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        rng = self.rng
        self.types = {slot_type(slot) for slot in slots_of(self.template)}
        self.place = places.draw_place(rng)
        self.day = amounts.draw_date(rng, self.era)
        self.sum_form = _weighted(rng, amounts.AMOUNT_FORMS)
        self.date_form = _weighted(rng, amounts.DATE_FORMS)
        self.money_form = rng.choices(("{:,.2f}", "{:.2f}", "{:.0f}"), (4, 3, 2))[0]

    @cached_property
    def house(self) -> houses.House:
        """Institution whose hotline, app and site the message speaks of."""
        creditors = [slot for slot in slots_of(self.template) if slot_type(slot) in CREDITORS]
        real = [slot for slot in creditors if slot_type(slot) in REAL]
        slot = (real or creditors or [""])[0]
        needs = self.types & {"hotline", "site"}
        if slot and (slot_type(slot) in REAL or needs & {"hotline"}):
            return houses.draw_house(self.rng, slot_type(slot), needs, self.values.values())
        if slot:
            name = self._invented(slot)
            site = contacts.CONTACTS["badlink"](self.rng).split("/")[0]
            return houses.House(name, "", f"{name}APP", site)
        named = houses.named_house(self.rng, self.template)
        return named or houses.draw_house(self.rng, "lender", needs, ())

    def value(self, slot: str, before: str, after: str) -> str:
        """Value of a slot, drawn once, in the form that its neighbours allow."""
        if slot not in self.values:
            self.values[slot] = self._other(slot, before, after)
        return self._placed(slot_type(slot), self.values[slot], before, after)

    def _other(self, slot: str, before: str, after: str) -> str:
        """Draw a value that no other slot of the message has."""
        for _ in range(20):
            value = self._draw(slot, before, after)
            if value not in self.values.values():
                break
        return value

    def _draw(self, slot: str, before: str, after: str) -> str:
        kind = slot_type(slot)
        if kind in CREDITORS:
            return self._creditor(slot)
        if kind.startswith(("amount", "money")):
            return self._sum(kind, before, after)
        if kind == "date":
            return self._date(slot, before, after)
        if kind == "name":
            titled = not after.startswith(_ADDRESSED) and "{" not in before[-1:]
            return people.draw_person(self.rng, titled=titled)
        if kind in contacts.CONTACTS:
            return contacts.CONTACTS[kind](self.rng)
        if kind == "contract":
            if before.endswith(_TAIL_WORDS):
                return contacts.CONTACTS["tail"](self.rng)
            return contacts.contract(self.rng, self.day.year)
        return _MAKERS[kind](self)

    def _creditor(self, slot: str) -> str:
        first = next(s for s in slots_of(self.template) if slot_type(s) in CREDITORS)
        if slot == first and not (slot_type(slot) in INVENTED and self.types & REAL):
            return self.house.name
        if slot_type(slot) in REAL:
            taken = (*self.values.values(), self.house.name)
            owner = next(s for s in slots_of(self.template) if slot_type(s) in REAL)
            if slot == owner:
                return self.house.name
            return houses.draw_house(self.rng, slot_type(slot), (), taken).name
        return self._invented(slot)

    def _invented(self, slot: str) -> str:
        if slot_type(slot) == "rural_bank":
            return places.rural_bank(self.rng, self.place)
        return self.rng.choice(lenders.pool(slot_type(slot)))

    def _sum(self, kind: str, before: str, after: str) -> str:
        base, _, size = kind.partition("_")
        low = 1000 if f"{base}_small" in self.types else 120
        high = 20_000 if f"{base}_large" in self.types else 60_000
        value = amounts.draw_sum(self.rng, size, low, high)
        if base == "money":
            return self.money_form.format(value)
        form = self.sum_form
        if before.endswith(_CITY_PREFIXES) or after.startswith("元") or (before[-1:].isdigit()):
            form = "{comma}" if after.startswith("元") else "{comma}元"
        return amounts.write_sum(value, form)

    def _date(self, slot: str, before: str, after: str) -> str:
        later = slot[-1:].isdigit()
        day = self.day + timedelta(days=self.rng.randint(3, 40)) if later else self.day
        form = self.date_form
        if not re.search("[日号]", form) and (
            before[-1:] in ".{" or after[:1] in "{.:：" or after[:1].isdigit()
        ):
            form = "{m}月{d}日"
        return amounts.write_date(day, form)

    def _placed(self, kind: str, value: str, before: str, after: str) -> str:
        """Fit a value to its neighbours without changing what it says."""
        if kind == "date" and after[:1] in ("日", "号") and after[1:2] not in ("终", "常"):
            return value.rstrip("日号")
        if kind == "name" and after.startswith(("先生", "女士")):
            return re.sub("(先生|女士)$", "", value)
        if kind == "app" and re.match("(?i)app", after):
            return re.sub("(?i)app$", "", value)
        if kind == "county" and after[:1] in ("县", "市", "区"):
            return value.removesuffix("县")
        if kind == "village" and value.endswith("村") and after.startswith("村"):
            return value.removesuffix("村")
        if kind == "bank" and after[:1] and after[0] == _SIGNATURES.get(before[-1:]):
            return self._signed(value)
        return value

    def _signed(self, bank: str) -> str:
        """A bank's card department often signs with its own name."""
        if "卡" not in self.template or "银行" not in bank:
            return bank
        if "signature" not in self.values:
            self.values["signature"] = self.rng.choices(("", "信用卡", "信用卡中心"), (11, 5, 2))[0]
        return bank + self.values["signature"]


def _weighted(rng: random.Random, forms: dict[str, int]) -> str:
    return rng.choices(tuple(forms), tuple(forms.values()))[0]


def _looklike(scene: Scene) -> str:
    return contacts.looklike(scene.rng, scene.house.name if "bank" in scene.types else "")


_MAKERS: dict[str, Callable[[Scene], str]] = {
    "surname": lambda scene: people.surname(scene.rng),
    "day": lambda scene: str(scene.rng.randint(1, 28)),
    "month": lambda scene: str(scene.day.month),
    "time": lambda scene: (
        f"{scene.rng.randint(8, 20)}:{scene.rng.choice(('00', '30', '15', '45', '08'))}"
    ),
    "days": lambda scene: str(amounts.days(scene.rng, scene.scenario)),
    "terms": lambda scene: str(
        scene.rng.choices((2, 3, 4, 5, 6, 7, 8, 11), (6, 8, 6, 4, 4, 2, 2, 1))[0]
    ),
    "hotline": lambda scene: scene.house.hotline,
    "app": lambda scene: scene.house.app,
    "site": lambda scene: scene.house.site,
    "landline": lambda scene: contacts.landline(scene.rng, scene.place.area_code),
    "looklike": _looklike,
    "court": lambda scene: places.court(scene.rng, scene.place),
    "caseno": lambda scene: places.case_number(scene.rng, scene.place, scene.day.year),
    "police": lambda scene: places.police(scene.rng, scene.place),
    "lawfirm": lambda scene: places.law_firm(scene.rng, scene.place),
    "agency": lambda scene: places.agency(scene.rng, scene.place),
    "mediation": lambda scene: places.mediation(scene.rng, scene.place),
    "city": lambda scene: scene.place.city,
    "county": lambda scene: scene.place.county + "县",
    "village": lambda scene: places.village(scene.rng),
    "company": lambda scene: places.company(scene.rng, scene.place),
    "school": lambda scene: places.school(scene.rng, scene.place),
}


def fill(template: str, *, rng: random.Random, era: str, scenario: str) -> Filled:
    """Fill every slot of a template."""
    scene = Scene(rng, template, era, scenario)
    pieces: list[str] = []
    frame: list[str] = []
    values: dict[str, str] = {}
    done = 0
    for match in _PIECE.finditer(template):
        literal = template[done : match.start()]
        slot, done = match[1], match.end()
        value = scene.value(slot, template[: match.start()], template[done:])
        pieces += (literal, value)
        frame.append(literal)
        values[slot] = value
    pieces.append(template[done:])
    frame.append(template[done:])
    typed = tuple((slot_type(slot), value) for slot, value in values.items())
    return Filled("".join(pieces), "".join(frame), typed)
