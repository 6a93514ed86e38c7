"""A list taken in: what stands in the registry afterwards, and what never changes by a list."""

from datetime import date

import pytest
from django.db import connection

from children.models import (
    CaseAccess,
    CategorySpell,
    Child,
    DisabilityCertificate,
    EconomicStatusSpell,
    Guardian,
    Guardianship,
    ParentStatus,
)
from children.models.case_number import CaseNumberSerial
from children.rules.certificate import Paper
from exchange.models import ListImport, ListRow, ProposedChange
from exchange.rules.certificate_said import unpack
from exchange.rules.first_keys import first_keys
from exchange.taking_in import file_lines, import_list, new_files
from exchange.taking_in.find_children import Found
from exchange.taking_in.import_list import find_children
from tests.exchange import lists
from tests.exchange.lists import BORN, EAST, WEST, adult, number
from tests.exchange.reading import writing
from tests.factories import ChildFactory, UserFactory, area

from .test_import_list import run

pytestmark = pytest.mark.django_db

HEAD = [
    "姓名", "性别", "身份证号", "出生日期", "民族", "乡镇", "村", "户籍乡镇", "住址", "联系电话",
    "困境类型", "认定日期", "家庭经济状况", "监护人姓名", "监护人身份证号", "与儿童关系",
    "监护人电话",
    "父亲姓名", "父亲情况", "残疾证号", "有效期至", "备注",
]  # fmt: skip
FULL = [
    "张小三", "男", number(1), BORN, "汉", "千岛湖镇", "大源村", "文昌镇", "3组9号", "17000000001",
    "事实无人抚养儿童、重残儿童", "2024-05-01", "低保", "李大娘", adult(2), "奶奶", "17000000002",
    "张大", "服刑", number(1) + "52", "2030-01-01", "无",
]  # fmt: skip
UNKNOWN = Found("new", None, "")
PLAIN = ["李四", "女", None, "2016-01-02", *[None] * 2, "大源村", *[None] * 15]


@pytest.fixture(autouse=True)
def _places():
    lists.county()


def test_the_place_of_hukou_stands_for_that_of_living_only_where_no_column_tells_it(tmp_path):
    rows = [["姓名", "性别", "身份证号", "户籍地", None], [*[None] * 3, "乡镇", "村"],
            ["张三", "男", number(1), "千岛湖镇", "大源村"]]  # fmt: skip
    path = writing.xlsx(tmp_path / "a.xlsx", rows, merged=["D1:E1"])

    status, _report = run(tmp_path, path, "--commit")

    assert status == 0
    found = Child.objects.get(id_number_hash=number(1))
    assert (found.residence_area_id, found.hukou_area_id) == (EAST, EAST)

    rows = [["姓名", "性别", "身份证号", "村", "户籍村"], ["李四", "男", number(3), None, "大源村"]]
    assert run(tmp_path, rows)[1]["rejected"] == 1


def test_a_register_opens_whole_files(tmp_path):
    status, report = run(tmp_path, [HEAD, FULL, PLAIN], "--commit")

    assert (status, report["new"]) == (0, 2)
    child = Child.objects.get(id_number_hash=number(1))
    assert report["matches"][0]["case_number"] == child.case_number
    assert child.case_number.startswith("330127")
    assert (child.name, child.sex, child.birth_date) == ("张小三", "MALE", BORN)
    assert (child.id_number, child.phone, child.address) == (number(1), "17000000001", "3组9号")
    assert (child.managing_area_id, child.residence_area_id) == (EAST, EAST)
    assert (child.hukou_area_id, child.ethnicity.label_zh) == ("330127101", "汉族")
    assert (child.status, child.phone_last_four) == ("ACTIVE", "0001")
    assert {"#c:DE_FACTO", "#c:SEV_DISABLED", "#e:DIBAO", "#p:0002"} <= set(child.search_keys)
    assert "zhang" in child.search_keys
    certificate = DisabilityCertificate.objects.get(child=child)
    assert (certificate.number, certificate.kind, certificate.grade) == (number(1) + "52", 5, 2)
    assert (certificate.issued_on, certificate.expires_on) == (None, date(2030, 1, 1))
    carer = Guardianship.objects.get(child=child, is_main_carer=True)
    assert (carer.relation, carer.kind) == ("GRANDMOTHER_PATERNAL", "LEGAL")
    assert (carer.guardian.id_number, carer.guardian.phone) == (adult(2), "17000000002")
    assert Guardianship.objects.get(child=child, relation="FATHER").guardian.name == "张大"
    assert ParentStatus.objects.get(child=child).status == "IMPRISONED"
    assert EconomicStatusSpell.objects.get(child=child).status == "DIBAO"
    assert {s.starts_on for s in CategorySpell.objects.filter(child=child)} == {date(2024, 5, 1)}
    assert CaseAccess.objects.get(child=child).area_id == "330127101"
    other = Child.objects.get(name="李四")
    assert (other.id_type, other.id_number, other.status) == ("NONE", "", "LEAD")


def test_every_row_has_its_history_by_whoever_answers_for_it(tmp_path):
    user = UserFactory()

    run(tmp_path, [HEAD, FULL], "--commit", "--by", user.username)

    for model in (Child, Guardian, Guardianship, DisabilityCertificate, CategorySpell):
        assert model.objects.exists()
        for row in model.objects.all():
            (past,) = row.history.all()
            assert (past.history_type, past.history_user_id) == ("+", user.pk)
            assert past.history_change_reason.startswith("register #")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # the guard asks now


def test_the_same_file_again_changes_nothing(tmp_path):
    run(tmp_path, [HEAD, FULL, PLAIN], "--commit")
    before = (Child.objects.count(), Guardian.objects.count(), ListRow.objects.count())

    status, report = run(tmp_path, [HEAD, FULL, PLAIN], "--commit")

    assert (status, report["unchanged"], report["new"], report["matched"]) == (0, 2, 0, 2)
    after = (Child.objects.count(), Guardian.objects.count(), ListRow.objects.count())
    assert before == after
    assert not ProposedChange.objects.exists()
    assert Child.history.count() == 2


def test_search_keys_are_written_right_at_once(tmp_path, monkeypatch):
    """What the database makes of the same rows later on; of a known carer it knows more."""
    written = []

    def wrong(*told):
        written.append(first_keys(*told))
        return ["#c:ORPHAN_INST"]

    monkeypatch.setattr(file_lines, "first_keys", wrong)
    secret = [
        "王五", "男", None, "2015-03-04", *[None] * 2, "大源村", *[None] * 3, "HIV", None, "低保",
        "王大", None, "父亲", "17000000003", *[None] * 5,
    ]  # fmt: skip
    run(tmp_path, [HEAD, FULL, PLAIN, secret], "--commit")

    assert written == [child.related_keys for child in Child.objects.order_by("pk")]


def test_a_dry_run_writes_nothing(tmp_path):
    run(tmp_path, [HEAD, FULL, PLAIN])

    assert not Child.objects.exists()
    assert not ListImport.objects.exists()


def test_what_a_list_says_otherwise_is_proposed_and_never_written(tmp_path):
    child = ChildFactory(name="张小三", id_number=number(1), birth_date=BORN, address="1组1号",
                         residence_area=area(WEST))  # fmt: skip

    _, report = run(tmp_path, [HEAD, FULL], "--commit")

    child.refresh_from_db()
    assert (child.address, child.residence_area_id, child.version) == ("1组1号", WEST, 1)
    said = {change.field: change.new_value for change in ProposedChange.objects.all()}
    assert (said["address"], said["residence_area"]) == ("3组9号", EAST)
    assert unpack(said["certificate"]) == Paper(number(1) + "52", expires_on=date(2030, 1, 1))
    assert "李大娘" in said["guardian"] or "张大" in said["guardian"]
    assert report["matched"] == 1
    assert report["unchanged"] == 0
    assert run(tmp_path, [HEAD, FULL], "--commit")[1]["unchanged"] == 1
    assert ProposedChange.objects.count() == len(ProposedChange.history.all())


def test_a_good_number_under_another_name_opens_no_file(tmp_path):
    ChildFactory(name="王五", id_number=number(1), birth_date=BORN, residence_area=area(EAST))

    _, report = run(tmp_path, [HEAD, FULL], "--commit")

    assert (report["suggested"], report["new"]) == (1, 0)
    assert Child.objects.count() == 1
    assert ListRow.objects.get().decision == "suggested"


def test_brothers_and_sisters_share_their_guardian(tmp_path):
    sister = [*FULL]
    sister[0], sister[1], sister[2], sister[19] = "张小四", "女", number(4), None

    run(tmp_path, [HEAD, FULL, sister], "--commit")

    assert Guardian.objects.filter(name="李大娘").count() == 1
    assert Guardianship.objects.filter(guardian__name="李大娘").count() == 2


def test_bad_rows_stay_out_and_good_ones_come_in(tmp_path):
    bad = [*FULL]
    bad[2] = "990101201503070000"

    status, report = run(tmp_path, [HEAD, bad, PLAIN], "--commit")

    assert (status, report["accepted"], report["rejected"]) == (1, 1, 1)
    assert [child.name for child in Child.objects.all()] == ["李四"]
    assert ListImport.objects.get().rejected == 1


CERTIFICATES = [
    ["姓名", "身份证号", "残疾人证号", "残疾类别", "残疾等级", "发证日期"],
    ["张小三", number(1), number(1) + "52", "智力", "二级", "2020.5.1"],
    ["李小四", number(4), number(4) + "41", "4-肢体", 1, "2021年3月"],
]


def test_other_lists_keep_their_rows_sealed_and_matched(tmp_path):
    child = ChildFactory(name="张小三", id_number=number(1), birth_date=BORN)

    status, report = run(tmp_path, CERTIFICATES, "--commit", kind="disability_certificates")

    assert (status, report["matched"], report["new"]) == (0, 1, 1)
    first, second = ListRow.objects.order_by("row")
    assert (first.child_id, first.decision, second.decision) == (child.pk, "automatic", "new")
    assert '"certificate__grade": "2"' in first.facts
    with connection.cursor() as cursor:
        cursor.execute("SELECT facts FROM exchange_listrow")
        assert number(1).encode() not in b"".join(bytes(row[0]) for row in cursor.fetchall())
    assert Child.objects.count() == 1
    again = run(tmp_path, CERTIFICATES, "--commit", kind="disability_certificates")[1]
    assert again["unchanged"] == 2
    assert ListRow.objects.count() == 2


def test_a_child_that_a_form_registers_meanwhile_is_matched_not_lost(tmp_path, monkeypatch):
    """The rows are first matched as if it were not there yet."""
    child = ChildFactory(
        name="张小三", birth_date=BORN, id_number=number(1), residence_area=area(EAST)
    )
    asked = []

    def too_early(*arguments):
        asked.append(find_children(*arguments))
        return [UNKNOWN, *asked[0][1:]] if len(asked) == 1 else asked[-1]

    monkeypatch.setattr(import_list, "find_children", too_early)
    status, report = run(tmp_path, [HEAD, FULL, PLAIN], "--commit")

    assert len(asked) == 2
    assert (status, report["new"], report["matched"]) == (0, 1, 1)
    assert ListRow.objects.get(child=child).decision == "automatic"
    assert Child.objects.count() == 2


def test_a_long_register_is_opened_part_by_part(tmp_path, monkeypatch):
    """A grandmother named with three children is one person, by number or by phone, also when
    they stand in different parts."""
    monkeypatch.setattr(new_files, "CHUNK", 1)
    by_phone = ["张小四", "男", None, "2015-03-02", *[None] * 2, "大源村", *[None] * 6, "李奶奶",
                None, "奶奶", "17000000009", *[None] * 5]  # fmt: skip
    rows = [by_phone, FULL, ["张小五", *by_phone[1:3], "2017-08-09", *by_phone[4:]],
            ["张小六", "男", number(3), *FULL[3:19], None, *FULL[20:]]]  # fmt: skip
    rows[3][3] = None

    status, report = run(tmp_path, [HEAD, *rows], "--commit")

    assert (status, report["new"]) == (0, 4)
    numbers = [one["case_number"][-4:] for one in report["matches"]]
    assert numbers == ["0001", "0002", "0003", "0004"]
    assert Guardianship.objects.filter(guardian__name="李奶奶").count() == 2
    assert Guardian.objects.filter(name="李奶奶").count() == 1
    assert Guardian.objects.filter(name="李大娘").count() == 1
    assert Guardianship.objects.filter(guardian__name="李大娘").count() == 2


def test_files_that_cannot_be_opened_fail_the_list_as_a_whole(tmp_path):
    """A serial that fell behind the case numbers, as after rows brought in by hand."""
    run(tmp_path, [HEAD, FULL], "--commit")
    CaseNumberSerial.objects.update(last=0)

    status, report = run(tmp_path, [HEAD, PLAIN], "--commit")

    assert (status, report["errors"][0]["code"]) == (2, "OPENED_MEANWHILE")
    assert (Child.objects.count(), ListRow.objects.count()) == (1, 1)


def test_of_a_parent_who_died_the_word_behind_the_name_is_kept_and_of_others_refused(tmp_path):
    head = ["姓名", "性别", "身份证号", "村", "监护人姓名", "父亲姓名"]
    rows = [
        ["张小三", "男", number(1), "大源村", "李大娘", "张大（已故）"],
        ["张小四（已故）", "男", number(3), "大源村", "李大娘", "张大"],
        ["张小五", "男", number(5), "大源村", "李大娘(已故)", "张大"],
    ]

    _, report = run(tmp_path, [head, *rows], "--commit")

    father = ParentStatus.objects.get()
    assert (father.child.name, father.parent, father.status) == ("张小三", "FATHER", "DEAD")
    assert [(e["row"], e["column"], e["code"]) for e in report["errors"]] == [
        (3, "姓名", "NAME_CHARACTER"), (4, "监护人姓名", "NAME_CHARACTER"),
    ]  # fmt: skip
