"""Rows and cells of lists going out: whom each holds, and what it says of them."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.access import Grant, Permission
from exchange.models import OutLayout
from exchange.models.out_rows import rows
from exchange.rules.out_facts import FACTS
from tests.exchange.going_out import child
from tests.factories import (
    COUNTY,
    OTHER_VILLAGE,
    CategorySpellFactory,
    CertificateFactory,
    ChildFactory,
    EnrolmentFactory,
    EntitlementFactory,
    GuardianFactory,
    GuardianshipFactory,
    OutColumnFactory,
    OutLayoutFactory,
    PostingFactory,
    RecognitionFactory,
    SchoolYearFactory,
    area,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer():
    return PostingFactory(role="COUNTY_OFFICER", area=area(COUNTY))


def grant(posting):
    return Grant(posting.user, posting, Permission.LIST_OUT)


def cells(key, posting, today=None):
    layout = OutLayout.objects.get(key=key)
    head = [column.heading for column in layout.columns.all()]
    found = rows(layout, grant(posting), today or timezone.localdate())
    return [dict(zip(head, row, strict=True)) for row in found]


def test_each_list_holds_those_it_is_about_and_nobody_of_another_county(officer):
    disabled = child(name="曾小明")
    CertificateFactory(child=disabled)
    pupil = ChildFactory(name="曾小红")
    EnrolmentFactory(child=pupil)
    left = ChildFactory(name="曾小留")
    CategorySpellFactory(child=left, category="LEFT_BEHIND")
    gone = ChildFactory(
        name="曾小走", status="CLOSED", closed_on=timezone.localdate(), closing_reason="MOVED_OUT"
    )
    ChildFactory(name="曾小并", status="CLOSED", closed_on=timezone.localdate(),
                 closing_reason="DUPLICATE", merged_into=pupil)  # fmt: skip
    stranger = child(name="别处", id_number="", id_type="NONE", residence_area=area(OTHER_VILLAGE))
    CertificateFactory(child=stranger)

    def names(key):
        return [row["姓名"] for row in cells(key, officer)]

    assert names("child_welfare") == [disabled.name, left.name]
    assert names("two_subsidies") == [disabled.name]
    assert names("school_roll") == names("student_aid") == [pupil.name]
    assert names("left_behind_b") == [left.name]
    (closed,) = cells("exit_e", officer)
    assert (closed["姓名"], closed["终止原因"]) == (gone.name, "户籍迁出")


def test_the_exit_form_tells_the_categories_of_the_day_of_closing(officer):
    today = timezone.localdate()
    gone = ChildFactory(
        name="曾小走", status="CLOSED", closed_on=today - timedelta(days=9),
        closing_reason="MOVED_OUT", opened_on=today - timedelta(days=500),
    )  # fmt: skip
    long_ago, closed_on = today - timedelta(days=400), gone.closed_on
    for category, starts, ends in (
        ("DISABLED", long_ago, closed_on),
        ("ORPHAN_SCAT", long_ago, closed_on - timedelta(days=1)),
        ("LEFT_BEHIND", closed_on + timedelta(days=1), None),
    ):
        CategorySpellFactory(child=gone, category=category, starts_on=starts, ends_on=ends)

    (row,) = cells("exit_e", officer)

    assert row["儿童类别"] == "残疾儿童"


def test_what_the_ministries_ask_beside_is_in_their_lists(officer):
    whole = child()
    EnrolmentFactory(child=whole)
    CategorySpellFactory(child=whole, category="LEFT_BEHIND")
    father = GuardianFactory(name="曾大强", workplace="杭州某厂", recorded_in=whole.residence_area)
    GuardianshipFactory(child=whole, guardian=father, relation="FATHER", is_main_carer=False)
    year = SchoolYearFactory(
        starts_on=timezone.localdate() - timedelta(days=9),
        ends_on=timezone.localdate() + timedelta(days=99),
    )
    RecognitionFactory(child=whole, year=year, is_confirmed=True, tier="SPECIAL")

    (form_b,) = cells("left_behind_b", officer)
    (roll,) = cells("school_roll", officer)
    (aid,) = cells("student_aid", officer)

    assert (form_b["祖父母、外祖父母"], form_b["父亲工作单位"]) == ("祖父 曾大山", "杭州某厂")
    assert (roll["是否留守儿童（民政认定）"], roll["是否孤儿"], roll["残疾类型"]) == ("1", "0", "")
    assert aid["认定等级"] == "特别困难"


def test_what_a_receiver_writes_as_a_code_is_a_code(officer):
    pupil = child(sex="MALE")
    EnrolmentFactory(child=pupil, is_boarding=True)
    EntitlementFactory(child=pupil, is_running=True, amount=500)

    (row,) = cells("school_roll", officer)

    assert (row["性别"], row["就读方式"], row["成员关系"]) == ("1", "2", "祖父")
    (aid,) = cells("student_aid", officer)
    assert aid["享受项目"]


def test_a_secret_category_goes_out_only_with_those_entitled(officer):
    held = child()
    CategorySpellFactory(child=held, category="HIV")
    town = PostingFactory(role="CHILD_SUPERVISOR", area=area("330127100"))

    assert "艾滋" in cells("child_welfare", officer)[0]["儿童类别"]
    assert "艾滋" not in cells("child_welfare", town)[0]["儿童类别"]


def test_ten_children_take_as_many_queries_as_one(officer):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            cells("child_welfare", officer)
        return len(asked)

    child()
    one = queries()
    for place in range(9):
        child(name=f"曾小{place}", id_number="", id_type="NONE")

    assert queries() == one


def test_every_fact_of_every_layout_can_be_read(officer):
    whole = child(closed_on=None)
    CertificateFactory(child=whole)
    EnrolmentFactory(child=whole)
    EntitlementFactory(child=whole, is_running=True, amount=500)
    layout = OutLayoutFactory()
    for place, fact in enumerate(FACTS):
        OutColumnFactory(layout=layout, heading=fact, fact=fact, position=place)

    (row,) = rows(layout, grant(officer), date(2026, 11, 25))

    assert len(row) == len(FACTS)
    assert "None" not in row
