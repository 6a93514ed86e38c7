"""A county register as a spreadsheet: invented families of one county of the filled database."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import chain
from pathlib import Path
from typing import Any

COUNTY = "330101"
CARERS = (("爷爷", 1), ("奶奶", 0), ("外公", 1), ("父亲", 1), ("母亲", 0))  # and whether men
CATEGORIES = ("低保家庭儿童", "事实无人抚养儿童", "留守儿童", "残疾儿童、留守儿童", "社会散居孤儿")


def write_register(path: Path, size: int, villages: list[str]) -> None:
    from children.xlsx import Sheet, write_book

    rows = families(size, villages)
    first = next(rows)
    with path.open("wb") as file:
        cells = (list(row.values()) for row in chain([first], rows))
        write_book(file, [Sheet("台账", list(first), cells)])


def families(size: int, villages: list[str]) -> Iterator[dict[str, str]]:
    from children.rules.identifiers import make_resident_id
    from distress_registry.demo import people

    chance, today = random.Random(11), date.today()
    for i in range(size):
        born = today - timedelta(days=chance.randint(200, 17 * 365))
        elder = date(1950, 1, 1) + timedelta(days=chance.randint(0, 12_000))
        male = i % 2
        relation, is_man = chance.choice(CARERS)
        place = f"{50 + i // 50_000:02}{i // 500 % 100:02}"
        yield {
            "序号": str(i + 1), "姓名": people.name(chance), "性别": "男" if male else "女",
            "出生日期": born.isoformat(),
            "身份证号": make_resident_id(f"99{place}", born, i % 500 * 2 + male),
            "区划代码": villages[i % len(villages)], "现住址": f"{i % 90 + 1}号",
            "困境类型": chance.choice(CATEGORIES),
            "家庭经济状况": chance.choice(("低保", "一般", "低保边缘")),
            "监护人姓名": people.name(chance), "与儿童关系": relation,
            "监护人身份证号": make_resident_id(f"99{place}", elder, i % 500 * 2 + is_man),
            "监护人电话": f"139{i:08}", "父亲情况": chance.choice(("外出务工", "死亡", "正常")),
            "母亲情况": chance.choice(("失联", "正常", "务工")),
        }  # fmt: skip


def villages_of(code: str) -> list[str]:
    from accounts.models import Area

    areas: Any = Area.objects.filter(code__startswith=code, level=12)
    return list(areas.order_by("code").values_list("code", flat=True))
