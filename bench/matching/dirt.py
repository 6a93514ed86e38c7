"""What happens to a row on its way: slips of hand, ear and keyboard, cells mixed up, moves."""

import random
from collections import defaultdict
from datetime import date, timedelta

from pypinyin import lazy_pinyin

from exchange.matching import Sought
from exchange.rules.match_characters import FORMS

from .families import CHARACTERS, GIVEN, SURNAMES, Family, One, World

_SOUNDS: dict[str, list[str]] = defaultdict(list)
_USUAL = dict.fromkeys(
    "".join(GIVEN) + CHARACTERS + SURNAMES + "晓筱肖孝梓紫姿涵函寒晗轩萱宣瑄怡仪宜逸佳嘉家加"
    "雨宇语玉羽欣馨新心鑫"
    "博勃明铭名茗伟玮炜纬维静婧靖敬丽莉俐利红洪宏虹鸿燕艳雁彦娟绢军君钧俊峻骏志智致治浩昊皓灏"
    "芳方坊强蔷涛韬婷廷庭琪琦奇祺其洋阳扬杨杰洁捷颖英瑛莹璐露路鹭章张谌陈程成诚刘留柳吴武伍"
)
for _one in _USUAL:
    _SOUNDS[lazy_pinyin(_one)[0]].append(_one)
_LOOKS: dict[str, list[str]] = defaultdict(list)
# Of its own: those of exchange.rules.match_characters would flatter what is measured.
for _group in """
    己已巳 未末 晴睛 土士 干千于 天夫 大太 王玉主 治冶 洋样 伟炜玮 萍苹 茵菌 莹萤 瑶遥 琪淇棋 晨农
    浩洁 宇字 萱营 涵涌 妍研 博傅 楠楼 杨杩 侯候 付什 兰羊 昌吕 倩情 婧晴 彬林 徐涂 陈阵 孙孔 刘对
    李季 佘余 沈枕 祁祈 段叚 鸟乌 冯马 刁习 令今 婷停 茹如 凤凡 佳住 凯铠 明朋 静净 娜哪 敏教 强张
    磊垒 军车 勇男 艳绝 杰木 超起 霞霜 平干 刚则 英荚 玲铃 芬芳 洁沽 梅海 琳淋 云去 雪雷 荣莱 欢坎
    思恩 远运 家宋 豪毫 俊峻 熙照 桐铜 雅难 梦楚
""".split():  # noqa: SIM905
    for _one in _group:
        _LOOKS[_one] += [other for other in _group if other != _one]
_TRADITIONAL = {simple: chr(old) for old, simple in FORMS.items()}
_SPELT = {"卜": "布", "提": "铁", "娜": "那", "丽": "力", "艾": "爱", "逊": "孙", "德": "迪"}

# Share of rows in which something happens; a list leaves whole columns out beside that.
RATES = {
    "number missing": 0.30, "number digit": 0.02, "number swapped": 0.01, "number lost": 0.005,
    "number of sibling": 0.012, "number of elder": 0.012,
    "name homophone": 0.03, "name look-alike": 0.012, "name lost": 0.006, "name turned": 0.004,
    "name former": 0.5, "name traditional": 0.01, "name spaced": 0.03, "name other": 0.004,
    "birth swapped": 0.01, "birth digit": 0.02, "birth lunar": 0.008, "birth rough": 0.004,
    "birth missing": 0.04, "sex wrong": 0.012, "sex missing": 0.04,
    "moved": 0.07, "township only": 0.12, "area missing": 0.08,
    "guardian missing": 0.25, "guardian homophone": 0.02, "guardian number": 0.3,
    "phone": 0.5, "phone new": 0.2,
}  # fmt: skip


class Dirt:
    def __init__(self, world: World, rates: dict[str, float] = RATES) -> None:
        self.world, self.rates = world, rates
        self.chance = random.Random(world.chance.random())

    def happens(self, what: str) -> bool:
        return self.chance.random() < self.rates[what]

    def row(self, number: int, child: One, family: Family, columns: set[str]) -> Sought:
        """`columns`: those the list has at all, of number, birth, sex, area, guardian, phone."""
        elder = self.chance.choice(family.elders)
        born = self.birth(child.born) if "birth" in columns else None
        named = "guardian" in columns and not self.happens("guardian missing")
        return Sought(
            row=number,
            name=self.name(child),
            id_number=self.number(child, family) if "number" in columns else "",
            birth_date=born,
            sex=self.sex(child.sex) if "sex" in columns else "",
            area_code=self.area(family) if "area" in columns else "",
            guardian_name=self.homophone(elder.name, "guardian homophone") if named else "",
            guardian_id_number=elder.number if named and self.happens("guardian number") else "",
            phone=self.phone(elder) if "phone" in columns and self.happens("phone") else "",
        )

    def name(self, child: One) -> str:
        name = child.former if child.former and self.happens("name former") else child.name
        if "·" in name:
            return self._spelt(name)
        name = self.homophone(name, "name homophone")
        if self.happens("name look-alike"):
            name = self._changed(name, lambda c: self._one_of(_LOOKS.get(c)) or c)
        if len(name) > 2 and self.happens("name lost"):
            i = self.chance.randrange(1, len(name))
            name = name[:i] + name[i + 1 :]
        if len(name) > 2 and self.happens("name turned"):
            name = name[:-2] + name[-1] + name[-2]
        if self.happens("name other"):
            name = self._changed(name, lambda c: self.chance.choice(CHARACTERS))
        if self.happens("name traditional"):
            name = "".join(_TRADITIONAL.get(c, c) for c in name)
        if self.happens("name spaced"):
            name = self.chance.choice((" ", "\u3000", "\u200b")).join((name[0], name[1:]))
        return name

    def _spelt(self, name: str) -> str:
        if self.chance.random() < 0.15:
            name = "".join(_SPELT.get(c, c) for c in name)
        if self.chance.random() < 0.15:
            name = name.replace("·", self.chance.choice((".", "•", "・", " · ")))
        return name.split("·")[0] if self.chance.random() < 0.04 else name

    def homophone(self, name: str, rate: str) -> str:
        if "·" in name or not self.happens(rate):
            return name
        return self._changed(name, lambda c: self._one_of(
            [o for o in _SOUNDS[lazy_pinyin(c)[0]] if o != c]) or c)  # fmt: skip

    def _changed(self, name: str, change: object) -> str:
        i = self.chance.randrange(len(name) and 1 if self.chance.random() < 0.9 else 0, len(name))
        return name[:i] + change(name[i]) + name[i + 1 :]  # type: ignore[operator]

    def _one_of(self, found: list[str] | None) -> str:
        return self.chance.choice(found) if found else ""

    def number(self, child: One, family: Family) -> str:
        if self.happens("number missing"):
            return ""
        siblings = [one for one in family.children if one is not child]
        if siblings and self.happens("number of sibling"):
            return self.chance.choice(siblings).number
        number = child.number
        if self.happens("number of elder"):
            return self.chance.choice(family.elders).number
        i = self.chance.randrange(17)
        if self.happens("number digit"):
            number = number[:i] + self.chance.choice("0123456789") + number[i + 1 :]
        elif self.happens("number swapped"):
            number = number[:i] + number[i + 1] + number[i] + number[i + 2 :]
        elif self.happens("number lost"):
            number = number[:i] + number[i + 1 :]
        return number

    def birth(self, born: date) -> date | None:
        if self.happens("birth missing"):
            return None
        if self.happens("birth swapped") and born.day <= 12:
            return born.replace(month=born.day, day=born.month)
        if self.happens("birth digit"):
            return self._mistyped(born)
        if self.happens("birth lunar"):
            return born - timedelta(days=self.chance.randint(18, 50))
        return born.replace(month=1, day=1) if self.happens("birth rough") else born

    def _mistyped(self, born: date) -> date:
        for _ in range(50):
            text = f"{born:%Y%m%d}"
            i = self.chance.randrange(2, 8)
            text = text[:i] + self.chance.choice("0123456789") + text[i + 1 :]
            try:
                return date(int(text[:4]), int(text[4:6]), int(text[6:]))
            except ValueError:
                continue
        return born

    def sex(self, sex: str) -> str:
        if self.happens("sex missing"):
            return ""
        if self.happens("sex wrong"):
            return "FEMALE" if sex == "MALE" else "MALE"
        return sex

    def area(self, family: Family) -> str:
        if self.happens("area missing"):
            return ""
        place = self.chance.choice((family.village, family.village, family.hukou))
        if self.happens("moved"):
            place = self.chance.choice(self.world.villages)
        return place[:9] if self.happens("township only") else place

    def phone(self, elder: One) -> str:
        if self.happens("phone new"):
            return f"1700{self.chance.randrange(10_000_000):07}"
        return elder.phone
