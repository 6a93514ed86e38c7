"""Invented people of the demo county. Their ID numbers begin with 99, which no county has."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta

from children.rules.identifiers import make_resident_id

SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史"
    "顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文单仇解"
)
COMPOUND = ("欧阳", "司马", "诸葛", "上官", "尉迟")
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉萍红玲芬燕彬凤洁梅琳素云莲真环"
    "雪荣爱妹香月莺媛瑞凡佳嘉琼勤珍贞莉兰晨宇浩轩梓涵欣怡子萱雨桐思远家豪俊熙"
)
FATHERS_FATE = (
    "DEAD",
    "IMPRISONED",
    "SEVERE_DISABILITY",
    "LOST_CONTACT",
    "SERIOUS_ILLNESS",
    "NONE",
)
MOTHERS_FATE = ("LOST_CONTACT", "DEAD", "NONE", "SEVERE_DISABILITY", "LOST_CONTACT", "NONE")


@dataclass(frozen=True)
class Invented:
    name: str
    sex: str
    birth_date: date
    id_number: str


def name(chance: random.Random, surname: str | None = None) -> str:
    if surname is None:
        surname = chance.choice(COMPOUND) if chance.random() < 0.02 else chance.choice(SURNAMES)
    return surname + "".join(chance.choice(GIVEN) for _ in range(chance.choice((1, 2, 2, 2))))


def child(chance: random.Random, number: int, today: date) -> Invented:
    """`number` keeps ID numbers apart: at most 999 of one birth date."""
    born = today - timedelta(days=chance.randint(200, 17 * 365))
    sex = chance.choice(("MALE", "FEMALE"))
    sequence = (number * 2 + (sex == "MALE")) % 1000
    area = f"9901{number % 90 + 10:02}"
    return Invented(name(chance), sex, born, make_resident_id(area, born, sequence))


def adult(chance: random.Random, number: int, surname: str, today: date) -> Invented:
    born = today - timedelta(days=chance.randint(25 * 365, 70 * 365))
    sex = chance.choice(("MALE", "FEMALE"))
    sequence = (number * 2 + (sex == "MALE")) % 1000
    area = f"9902{number % 90 + 10:02}"
    return Invented(name(chance, surname), sex, born, make_resident_id(area, born, sequence))


def phone(chance: random.Random) -> str:
    """Mobile numbers of a block that no operator has given out."""
    return f"1700000{chance.randint(0, 9999):04}"
