"""The growth file on paper: who prints which version, in which language, with which pictures."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.models import AccessEvent
from children.rules.identifiers import make_resident_id
from tests.factories import (
    CALM,
    CaseAccessFactory,
    ChildFactory,
    ClosedGrowthRecordFactory,
    EnrolmentFactory,
    GrowthRecordFactory,
    GuardianFactory,
    GuardianshipFactory,
    ObservationFactory,
    OrganisationFactory,
    ParentStatusFactory,
    PostingFactory,
    school_of,
)
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
MOOD = "常一个人坐着"
ID_NUMBER = make_resident_id("990101", date(2016, 3, 1), 24)


@pytest.fixture
def school():
    return OrganisationFactory()


@pytest.fixture
def child(school):
    """Two terms, a mood written down and observed twice, a parent's situation recorded."""
    child = ChildFactory(id_number=ID_NUMBER)
    EnrolmentFactory(child=child, school=school_of(school))
    CaseAccessFactory(child=child, organisation=school)
    father = GuardianFactory(phone="17000004321")
    GuardianshipFactory(child=child, guardian=father, relation="FATHER", kind="PARENT")
    ParentStatusFactory(child=child, parent="FATHER", status="IMPRISONED")
    ClosedGrowthRecordFactory(child=child, school=school_of(school), height_cm=130)
    GrowthRecordFactory(child=child, school=school_of(school), height_cm=134, mood=MOOD)
    observer = PostingFactory(role="COUNSELLOR", organisation=school)
    for month, levels in ((date(2026, 3, 1), CALM), (date(2026, 4, 1), [2] * 9)):
        ObservationFactory(child=child, observer=observer, month=month, levels=levels)
    return child


def printed(client, child, version="growth_print", **query):
    return client.get(reverse(f"schools:{version}", args=[child.case_number]), query)


def test_without_the_sensitive_parts_neither_mood_nor_wellbeing_nor_situation_is_printed(
    client, school, child
):
    sign_in(client, PostingFactory(role="PRINCIPAL", organisation=school))
    page = printed(client, child).content.decode()

    assert page.count("<svg") == 1  # the height
    for hidden in (MOOD, "身心状况变化", "服刑", ID_NUMBER, "17000004321"):
        assert hidden not in page
    assert list(AccessEvent.objects.filter(kind="PRINTED").values_list("subject", flat=True)) == [
        "growth"
    ]


def test_with_them_the_line_of_wellbeing_is_drawn_and_the_print_is_told_apart_in_the_log(
    client, school, child
):
    sign_in(client, PostingFactory(role="PRINCIPAL", organisation=school))
    page = printed(client, child, "growth_print_sensitive").content.decode()

    assert page.count("<svg") == 2
    assert MOOD in page
    assert "服刑" in page
    assert ID_NUMBER not in page
    assert AccessEvent.objects.get(kind="PRINTED").subject == "growth.sensitive"


def test_who_does_not_look_after_wellbeing_prints_no_sensitive_version(client, school, child):
    teacher = PostingFactory(role="SUBJECT_TEACHER", organisation=school)
    CaseAccessFactory(child=child, user=teacher.user, reason="PAIRING")
    sign_in(client, teacher)

    assert printed(client, child).status_code == 200
    assert printed(client, child, "growth_print_sensitive").status_code == 403


def test_a_child_never_observed_has_no_picture_of_wellbeing(client, school):
    child = ChildFactory()
    CaseAccessFactory(child=child, organisation=school)
    GrowthRecordFactory(child=child, school=school_of(school))
    sign_in(client, PostingFactory(role="PRINCIPAL", organisation=school))

    answer = printed(client, child, "growth_print_sensitive")

    assert answer.status_code == 200
    assert b"<svg" not in answer.content


@pytest.mark.parametrize(("language", "word"), [("en", "Growth file"), ("zh-hans", "成长档案")])
def test_it_prints_in_either_language_whatever_the_reader_reads(
    client, school, child, language, word
):
    sign_in(client, PostingFactory(role="PRINCIPAL", organisation=school))
    answer = printed(client, child, language=language)

    assert answer.headers["Content-Language"] == language
    assert word in answer.content.decode()
