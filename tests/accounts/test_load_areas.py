"""Divisions from files: the same again changes nothing, names follow, what is gone has ended."""

import lzma
from datetime import date

import pytest
from django.core.management import CommandError, call_command

from accounts.actions.load_areas import Unreadable, files_in, load_areas
from accounts.models import Area
from tests.factories import ChildFactory

pytestmark = pytest.mark.django_db
DAY, LATER = date(2026, 1, 1), date(2026, 2, 1)
FILES = {
    "provinces.csv": 'code,name\n33,"浙江省"\n35,"福建省"\n',
    "cities.csv": 'code,name,provinceCode\n3301,"杭州市",33\n3501,"福州市",35\n',
    "areas.csv": "code,name,cityCode,provinceCode\n"
    '330127,"淳安县",3301,33\n330182,"建德市",3301,33\n',
    "streets.csv": "code,name,areaCode,provinceCode,cityCode\n"
    '330127100,"千岛湖镇",330127,33,3301\n330182001,"新安江街道",330182,33,3301\n',
    "villages.csv": "code,name,streetCode,provinceCode,cityCode,areaCode\n"
    '330127100001,"青城社区",330127100,33,3301,330127\n'
    '330127100002,"李家坞社区",330127100,33,3301,330127\n',
}


@pytest.fixture
def folder(tmp_path):
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def load(folder, on=DAY, **options):
    return load_areas(files=files_in([folder]), on=on, **options)


def replace(folder, name, old, new):
    path = folder / name
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def table():
    return list(Area.objects.order_by("code").values_list("code", "name", "parent_id", "valid_to"))


def test_all_levels_are_read_each_under_its_parent(folder):
    loaded = load(folder)

    assert (loaded.read, loaded.added) == (10, 10)
    village = Area.objects.get(code="330127100001")
    assert (village.name, village.level, village.parent_id) == ("青城社区", 12, "330127100")
    assert "qdhz" in " ".join(Area.objects.get(code="330127100").search_keys)


def test_the_same_files_again_change_nothing(folder):
    load(folder)
    before = table()

    again = load(folder, on=LATER)

    assert (again.added, again.changed, again.ended) == (0, 0, 0)
    assert table() == before


def test_a_new_name_is_taken_over_and_found_by_its_pinyin(folder):
    load(folder)
    replace(folder, "streets.csv", "千岛湖镇", "排岭镇")

    again = load(folder)

    assert (again.changed, again.added) == (1, 0)
    area = Area.objects.get(code="330127100")
    assert area.name == "排岭镇"
    assert any(key.startswith("pai") for key in area.search_keys)


def test_what_is_gone_has_ended_and_what_hangs_on_it_stays(folder):
    load(folder)
    child = ChildFactory(residence_area=Area.objects.get(code="330127100002"))
    replace(folder, "villages.csv", '330127100002,"李家坞社区",330127100,33,3301,330127\n', "")

    again = load(folder, on=LATER)

    assert again.ended == 1
    assert Area.objects.get(code="330127100002").valid_to == LATER
    assert "330127100002" not in Area.objects.current().values_list("code", flat=True)
    child.refresh_from_db()
    assert child.residence_area_id == "330127100002"


def test_what_comes_back_is_current_again(folder):
    load(folder)
    Area.objects.filter(code="330127100002").update(valid_to=DAY)

    load(folder)

    assert Area.objects.get(code="330127100002").valid_to is None


def test_one_county_is_loaded_with_its_parents_alone(folder):
    load(folder, within="330127")

    codes = list(Area.objects.order_by("code").values_list("code", flat=True))
    assert codes == ["33", "3301", "330127", "330127100", "330127100001", "330127100002"]


def test_loading_one_county_ends_nothing_elsewhere(folder):
    load(folder)
    replace(folder, "villages.csv", '330127100002,"李家坞社区",330127100,33,3301,330127\n', "")

    again = load(folder, within="330127", on=LATER)

    assert again.ended == 1
    assert Area.objects.get(code="330182001").valid_to is None
    assert Area.objects.get(code="35").valid_to is None


def test_packed_files_are_read_as_well(folder):
    path = folder / "villages.csv"
    (folder / "villages.csv.xz").write_bytes(lzma.compress(path.read_bytes()))
    path.unlink()

    assert load(folder).read == 10


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "villages.csv"),
        ("名称,代码\n青城社区,330127100001\n", "villages.csv"),
        ("code,name\n33012710001,少一位\n", "villages.csv, line 2"),
        ("code,name\nx,y\n", "villages.csv, line 2"),
        ("code,name\n330127100001\n", "villages.csv, line 2"),
    ],
)
def test_a_file_of_another_layout_is_named_with_its_line_and_nothing_is_loaded(folder, text, told):
    (folder / "villages.csv").write_text(text, encoding="utf-8")

    with pytest.raises(Unreadable, match=told):
        load(folder)

    assert not Area.objects.exists()


def test_the_command_says_in_one_sentence_what_is_wrong(folder):
    (folder / "villages.csv").write_text("a,b\n", encoding="utf-8")

    with pytest.raises(CommandError, match=r"villages\.csv"):
        call_command("load_areas", str(folder))


def test_a_village_under_an_unknown_town_is_refused_whole(folder):
    (folder / "streets.csv").unlink()

    with pytest.raises(CommandError, match="330127100001"):
        call_command("load_areas", str(folder))
