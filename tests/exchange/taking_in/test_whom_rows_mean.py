"""Whom dirty rows mean, as the command tells it: also of rows that are refused."""

import pytest

from accounts.models import Area
from exchange.rules.places import Places, Unplaced
from tests.exchange import lists
from tests.exchange.lists import BORN, EAST, WEST, adult, number
from tests.factories import ChildFactory, GuardianFactory, GuardianshipFactory, area

from .test_import_list import run

pytestmark = pytest.mark.django_db
HEAD = ["姓名", "性别", "出生日期", "身份证号", "乡镇", "村", "病种"]
WRONG_DIGIT = number(1)[:15] + str((int(number(1)[15]) + 1) % 10) + number(1)[16:]


@pytest.fixture
def child():
    lists.county()
    return ChildFactory(
        name="张晓明", birth_date=BORN, sex="MALE", id_number=number(1), residence_area=area(EAST)
    )


def row(**cells):
    facts = {
        "姓名": "张晓明", "性别": "男", "出生日期": f"{BORN:%Y-%m-%d}", "身份证号": number(1),
        "乡镇": "千岛湖镇", "村": "大源村", "病种": "白血病",
    }  # fmt: skip
    return [(facts | cells)[column] for column in HEAD]


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"身份证号": WRONG_DIGIT}, "ID_CHECK_DIGIT"),
        ({"身份证号": number(1)[:17]}, "ID_LENGTH"),
        ({"身份证号": number(1)[:6] + number(1)[8:17]}, "ID_LENGTH"),
        ({"身份证号": 9.90101201503e17}, "ID_LOST_DIGITS"),
        ({"出生日期": "2016-03-07"}, "ID_BIRTH_DATE_DIFFERS"),
        ({"身份证号": adult(1)}, "ID_BIRTH_DATE_DIFFERS"),
        ({"性别": "女"}, "ID_SEX_DIFFERS"),
        ({"村": "红光村"}, "AREA_UNKNOWN"),
        ({"姓名": "张晓明(小名明明)"}, "NAME_CHARACTER"),
        ({"病种": None}, "REQUIRED"),
    ],
)
def test_a_refused_row_still_tells_whom_it_seems_to_mean(child, tmp_path, cells, code):
    status, report = run(tmp_path, [HEAD, row(**cells)], kind="severe_illness")

    assert (status, report["errors"][0]["code"]) == (1, code)
    counts = ("rejected", "matched", "suggested", "new")
    assert [report[count] for count in counts] == [1, 0, 0, 0]
    (match,) = report["matches"]
    assert (match["row"], match["decision"], match["rejected"]) == (2, "suggested", True)
    assert match["case_number"] == child.case_number


def test_a_refused_row_of_somebody_unknown_is_nobody(child, tmp_path):
    stranger = row(
        姓名="李大山", 出生日期="2012-12-12", 身份证号=WRONG_DIGIT[:17] + "0", 村="西坡村"
    )
    report = run(tmp_path, [HEAD, stranger], kind="severe_illness")[1]

    assert (report["rejected"], report["matches"]) == (1, [])


def test_matches_stand_in_the_order_of_the_rows(child, tmp_path):
    rows = [row(身份证号=WRONG_DIGIT), row(), row(病种=None)]
    report = run(tmp_path, [HEAD, *rows], kind="severe_illness")[1]

    told = [(one["row"], one["decision"]) for one in report["matches"]]
    assert told == [(2, "suggested"), (3, "automatic"), (4, "suggested")]


def test_a_siblings_number_without_a_column_of_birth_dates_suggests_whom_the_name_means(
    child, tmp_path
):
    """What the number says of birth and sex is the brother's, and not said by the row."""
    brother = ChildFactory(
        name="张晓强", birth_date=BORN.replace(year=2012), sex="MALE",
        id_number=number(5, BORN.replace(year=2012)), residence_area=area(EAST),
    )  # fmt: skip
    mother = GuardianFactory(name="李大娘")
    for one in (child, brother):
        GuardianshipFactory(child=one, guardian=mother)
    head = ["姓名", "身份证号", "乡镇", "村", "病种"]
    told = ["张晓明", brother.id_number, "千岛湖镇", "大源村", "白血病"]

    report = run(tmp_path, [head, told], kind="severe_illness")[1]

    (match,) = report["matches"]
    assert (match["decision"], match["case_number"]) == ("suggested", child.case_number)


def test_the_address_tells_the_village_where_no_other_column_does(child, tmp_path):
    head = ["姓名", "性别", "出生日期", "现住址", "病种"]
    told = ["张晓明", "男", f"{BORN:%Y-%m-%d}", "淳安县千岛湖镇大源村3组12号", "白血病"]

    report = run(tmp_path, [head, told], kind="severe_illness")[1]

    (match,) = report["matches"]
    assert (match["decision"], match["case_number"]) == ("automatic", child.case_number)


@pytest.mark.parametrize(
    ("heading", "written"), [("残疾证号", f"{number(1)}43"), ("学籍号", f"G{number(1)}")]
)
def test_a_certificate_and_a_roll_number_hold_the_id_number(child, tmp_path, heading, written):
    kind = "disability_certificates" if heading == "残疾证号" else "attendance"
    head = ["姓名", "性别", "出生日期", heading]
    told = ["张晓明", "男", f"{BORN:%Y-%m-%d}", written]

    report = run(tmp_path, [head, told], kind=kind)[1]

    (match,) = report["matches"]
    assert (match["decision"], match["case_number"]) == ("automatic", child.case_number)


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("淳安县千岛湖镇大源村3组12号", EAST),
        ("浙江省 淳安县 千岛湖镇 西坡村委会", WEST),
        ("千岛湖镇大源", EAST),
        ("千岛湖镇新建路4号", "330127100"),
        ("淳安县西坡村", ""),  # of two townships
        ("大源村", ""),  # of which county?
        ("淳安县", ""),
        ("杭州市西湖区", ""),
        ("", ""),
    ],
)
def test_which_place_an_address_begins_with(address, code):
    names = {
        "33": "浙江省", "330127": "淳安县", "330127100": "千岛湖镇", "330127101": "文昌镇",
        EAST: "大源村民委员会", WEST: "西坡村委会", "330127101201": "西坡村委会",
    }  # fmt: skip
    places = Places(names.items())

    assert places.of_address(address) == places.of_address(address) == code


@pytest.mark.parametrize("village", ["3组", "队", "七队", "督"])
def test_a_group_or_a_single_character_is_no_village_and_no_end_of_the_list(
    child, tmp_path, village
):
    status, report = run(tmp_path, [HEAD, row(村=village), row()], kind="severe_illness")

    assert (status, report["accepted"]) == (1, 1)
    assert [(one["row"], one["code"]) for one in report["errors"]] == [(2, "AREA_UNKNOWN")]


def test_a_village_may_be_called_like_a_group():
    places = Places([("653126400", "林场"), ("653126400201", "五队"), ("653126400202", "一队")])

    assert places.find("", "林场", "五队") == places.find("", "林场", "五队3组") == "653126400201"


def test_a_place_that_was_merged_is_the_one_that_followed():
    areas = [("330127", "淳安县"), ("330127100", "千岛湖镇"), (EAST, "大源村"), (WEST, "西坡村")]
    ended = [
        ("330127100301", "老屋村", EAST), ("330127100302", "西坡村", EAST),
        ("330127105", "下桥乡", "330127100"), ("330128100201", "新屋村", "330128100200"),
    ]  # fmt: skip
    places = Places(areas, ended)

    assert places.find("", "千岛湖镇", "老屋村委会") == places.find("", "", "老屋") == EAST
    assert places.find("", "下桥乡", "老屋村") == places.find("330127100301", "", "") == EAST
    assert places.find("", "", "西坡村") == WEST  # a name of today goes before one of the past
    assert places.of_address("淳安县下桥乡老屋村3组") == EAST
    with pytest.raises(Unplaced):
        places.find("", "", "新屋村")  # went over to another county


def test_a_list_names_a_village_as_it_was_called_before_it_was_merged(child, tmp_path):
    for code, after in (("330127100401", "330127100402"), ("330127100402", EAST)):
        area(code)
        Area.objects.filter(code=code).update(name=f"老屋{code[-1]}村", valid_to="2020-12-31")
        Area.objects.filter(code=code).update(successor=after)

    report = run(tmp_path, [HEAD, row(村="老屋1村", 身份证号=None)], kind="severe_illness")[1]

    assert report["errors"] == []
    assert [one["case_number"] for one in report["matches"]] == [child.case_number]


def test_a_carer_with_name_and_number_of_her_own_is_not_asked_to_be_the_child(child, tmp_path):
    carer = GuardianFactory(name="张大", id_number=adult(1))
    GuardianshipFactory(child=child, guardian=carer)
    head = ["户主", "姓名", "与户主关系", "性别", "身份证号", "户籍状态", "户籍地址"]
    place = "千岛湖镇大源村"
    rows = [
        head,
        ["张大", "张大", "户主本人", "男", adult(1), "正常", place],
        ["张大", "张晓明", "孙子", "男", adult(1), "正常", place],
    ]

    first = run(tmp_path, rows[:2], kind="household_registration")[1]
    second = run(tmp_path, [head, rows[2]], kind="household_registration")[1]

    assert (first["suggested"], first["matches"]) == (0, [])
    assert [match["case_number"] for match in second["matches"]] == [child.case_number]
