"""People, places and rows for the tests of lists."""

from datetime import date

from accounts.models import Area
from children.rules.identifiers import make_resident_id
from tests.factories import area

COUNTY = "330127"
EAST, WEST = "330127100201", "330127100202"
BORN = date(2015, 3, 7)


def county():
    """A township with two villages; a second one with a village of the same name."""
    names = {
        "330127": "淳安县", "330127100": "千岛湖镇", "330127101": "文昌镇",
        EAST: "大源村民委员会", WEST: "西坡村委会", "330127101201": "西坡村委会", "33": "浙江省",
    }  # fmt: skip
    for code, name in names.items():
        area(code)
        Area.objects.filter(code=code).update(name=name)


def number(sequence, born=BORN):
    """A valid ID number; an odd `sequence` is a boy's."""
    return make_resident_id("990101", born, sequence)


def adult(sequence, born=date(1985, 5, 5)):
    return make_resident_id("990102", born, sequence)
