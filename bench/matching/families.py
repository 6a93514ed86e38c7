"""Invented families of two counties, as they truly are; some of their children are registered.

Surnames and given names are drawn with the unevenness of real ones, and each village has a clan
that half of its families belong to: hence namesakes, also in one village. Everything is drawn
from one seed, so that a list can be made again.
"""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

from children.rules.identifiers import make_resident_id
from distress_registry.demo.people import COMPOUND, SURNAMES

COUNTIES = ("330101", "330102")
TOWNSHIPS, VILLAGES = 8, 10  # of a county, of a township
TODAY = date(2026, 11, 1)
GIVEN = """
    浩宇 浩然 子涵 子轩 梓涵 梓轩 欣怡 雨桐 思远 家豪 嘉豪 俊熙 宇轩 宇航 晨曦 诗涵 佳怡 佳琪
    雨欣 一诺 梦琪 志强 志伟 建国 小明 晓明 小红 晓红 小龙 小虎 小燕 晓燕 海燕 海涛 文静 文杰
    雅婷 雅琪 美玲 丽娜 春梅 秀英 金凤 玉兰 子豪 子墨 奕辰 沐辰 若曦 可馨 紫涵 静怡 静雯 天佑
    天宇 明轩 明哲 博文 博远 俊杰 俊豪 伟 芳 娜 敏 静 强 磊 军 洋 勇 杰 涛 明 超 霞 平 刚 英 华
    玲 芬 燕 凤 洁 梅 琳 云 雪 荣 妹 莹 瑶 琪 佳 颖 晶 婷 倩 宁 欢 乐 鑫 博 昊 阳 晨 辰
""".split()  # noqa: SIM905
CHARACTERS = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉萍红玲芬燕彬凤洁梅琳素云莲真环雪荣爱妹香月莺媛瑞凡佳嘉琼勤珍贞"
    "莉兰晨宇浩轩梓涵欣怡子萱雨桐思远家豪俊熙诗奕若可紫天博文志海建春金美雅梦一"
)
MINORITY_GIVEN = """
    阿卜杜拉 买买提 古丽娜尔 艾力 帕提古丽 吐尔逊 热依汗 艾山 努尔古丽 阿依古丽 卡德尔 麦麦提
""".split()  # noqa: SIM905


@dataclass
class One:
    """A person as they truly are."""

    name: str
    sex: str
    born: date
    number: str
    phone: str = ""
    former: str = ""


@dataclass
class Family:
    village: str
    hukou: str
    parents: list[One]
    grandparents: list[One]
    children: list[One] = field(default_factory=list)

    @property
    def elders(self) -> list[One]:
        return self.parents + self.grandparents


class World:
    def __init__(self, seed: int, families: int) -> None:
        self.chance = random.Random(seed)
        self.serial = 0
        self.villages = [
            f"{county}{100 + town}{200 + village}"
            for county in COUNTIES for town in range(TOWNSHIPS) for village in range(VILLAGES)
        ]  # fmt: skip
        self.clans = {village: self.chance.choice(SURNAMES) for village in self.villages}
        self.families = [self._family() for _ in range(families)]

    def _uneven(self, pool: str | list[str] | tuple[str, ...]) -> str:
        """The first are drawn far more often."""
        return pool[int(len(pool) * self.chance.random() ** 2.2)]

    def person(self, name: str, sex: str, born: date) -> One:
        self.serial += 1
        sequence = (self.serial * 2 % 1000 + (sex == "MALE")) % 1000
        number = make_resident_id(f"99{self.serial // 500 % 10_000:04}", born, sequence)
        phone = f"1700{self.serial % 10_000_000:07}"
        return One(name, sex, born, number, phone)

    def given(self) -> str:
        if self.chance.random() < 0.6:
            return self._uneven(GIVEN)
        return "".join(self.chance.choice(CHARACTERS) for _ in range(self.chance.choice((1, 2, 2))))

    def day(self, youngest: int, oldest: int) -> date:
        return TODAY - timedelta(days=self.chance.randint(youngest * 365 + 30, oldest * 365))

    def _family(self) -> Family:
        chance = self.chance
        village = chance.choice(self.villages)
        if chance.random() < 0.03:
            surname = ""
        elif chance.random() < 0.5:
            surname = self.clans[village]
        else:
            surname = chance.choice(COMPOUND) if chance.random() < 0.02 else self._uneven(SURNAMES)
        father = self.person(self._name(surname), "MALE", self.day(25, 45))
        mother = self.person(self._name(self._uneven(SURNAMES)), "FEMALE", self.day(24, 44))
        old = [self.person(self._name(surname), "MALE", self.day(52, 72))]
        name = self._name(self._uneven(SURNAMES))
        old.append(self.person(name, "FEMALE", self.day(50, 70)))
        hukou = village if chance.random() < 0.93 else chance.choice(self.villages)
        family = Family(village, hukou, [father, mother], old)
        self._born(family, surname, mother)
        return family

    def _name(self, surname: str) -> str:
        if surname:
            return surname + self.given()
        return "·".join(self.chance.sample(MINORITY_GIVEN, 2))

    def _born(self, family: Family, surname: str, mother: One) -> None:
        chance = self.chance
        shared = chance.choice(CHARACTERS) if chance.random() < 0.3 else ""  # of the generation
        for _ in range(chance.choice((1, 1, 1, 2, 2, 3))):
            born = self.day(0, 16)
            for _twin in range(2 if chance.random() < 0.02 else 1):
                name = self._name(surname)
                if shared and surname:
                    name = surname + shared + chance.choice(CHARACTERS)
                while name in [one.name for one in family.children]:
                    name = self._name(surname)
                child = self.person(name, chance.choice(("MALE", "FEMALE")), born)
                if surname and chance.random() < 0.015:
                    child.former = mother.name[:1] + name[len(surname) :]
                family.children.append(child)
