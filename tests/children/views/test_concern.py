"""The red button as its users meet it, and who learns of a report."""

from datetime import timedelta

import pytest
from django.db import ProgrammingError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.access import scope_of
from accounts.models import AccessEvent
from accounts.roles import Role
from accounts.scope import acting
from children.models import Concern, ConcernStep, Guardianship
from tests.asking import errors, in_chinese, shows, text_of
from tests.factories import (
    COUNTY,
    OTHER_VILLAGE,
    CaseAccessFactory,
    ChildFactory,
    ConcernFactory,
    GuardianFactory,
    GuardianshipFactory,
    PostingFactory,
    area,
)
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
TYPED = {"cases": ["INJURED", "ABANDONED"], "is_safe": "NO", "account": "手臂有瘀伤"}


@pytest.fixture
def teacher():
    return PostingFactory(role=Role.CLASS_TEACHER)


@pytest.fixture
def child(teacher):
    child = ChildFactory()
    GuardianshipFactory(child=child, guardian=GuardianFactory(name="曾大山"))
    CaseAccessFactory(child=child, user=teacher.user, reason="PAIRING")
    return child


def supervisor():
    return PostingFactory(role=Role.CHILD_SUPERVISOR)


def county():
    return PostingFactory(role=Role.COUNTY_OFFICER, area=area(COUNTY))


def add(child):
    return reverse("children:concern_add", args=[child.case_number])


def detail(row):
    return reverse("children:concern_detail", args=[row.child.case_number, row.pk])


def own(row):
    return reverse("children:concern_own", args=[row.child.case_number, row.pk])


@pytest.mark.parametrize("address", ["children:child_detail", "schools:child_school"])
def test_the_red_button_stands_on_every_page_of_a_child(client, child, teacher, address):
    sign_in(client, teacher)

    page = client.get(reverse(address, args=[child.case_number]))

    assert shows(page, add(child))


def test_110_stands_before_the_form(client, child, teacher):
    sign_in(client, teacher)

    text = text_of(client.get(add(child)))

    assert 0 < text.index("tel:110") < text.index('name="cases"')


def test_a_teacher_reports_with_two_answers_and_nobody_has_to_approve(client, child, teacher):
    sign_in(client, teacher)

    answer = client.post(add(child), {"cases": ["OTHER"], "is_safe": "UNKNOWN"})

    row = Concern.objects.get()
    assert answer.url == own(row)
    assert (row.child, row.reported_by, row.reporter) == (child, teacher.user, teacher)
    assert row.history.get().history_user == teacher.user
    page = client.get(own(row))
    assert page.status_code == 200
    assert "tel:110" in text_of(page)  # nobody has called the police yet


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"cases": []}, "cases"),
        ({"cases": ["X"]}, "cases"),
        ({"is_safe": ""}, "is_safe"),
        ({"police_called_at": "gestern"}, "police_called_at"),
        ({"police_called_at": "0001-01-01T00:00"}, "police_called_at"),
        ({"police_called_at": "2999-01-01T00:00"}, "police_called_at"),
        ({"happened_on": "2999-01-01"}, "happened_on"),
        ({"guardianship": "999999"}, "guardianship"),
        ({"account": "字" * 5_001}, "account"),
        ({"account": "a\x00b"}, "account"),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_nothing_is_lost(
    client, child, teacher, typed, field
):
    sign_in(client, teacher)

    answer = client.post(add(child), TYPED | {"injuries": "左臂"} | typed)

    assert set(errors(answer)) == {field}
    assert shows(answer, "左臂")
    assert not Concern.objects.exists()


def test_another_childs_guardian_cannot_be_named(client, child, teacher):
    sign_in(client, teacher)

    answer = client.post(add(child), TYPED | {"guardianship": GuardianshipFactory().pk})

    assert "guardianship" in errors(answer)


def test_the_reporter_adds_the_police_receipt_afterwards(client, child, teacher):
    row = ConcernFactory(child=child, reporter=teacher)
    sign_in(client, teacher)
    at = (timezone.localtime() - timedelta(minutes=5)).strftime("%Y-%m-%dT%H:%M")

    client.post(own(row), {"police_called_at": at, "police_receipt": "A-110-7"})

    row.refresh_from_db()
    assert row.police_receipt == "A-110-7"
    assert timezone.localtime(row.police_called_at).strftime("%Y-%m-%dT%H:%M") == at


def test_a_colleague_and_the_principal_learn_nothing_not_even_that_it_exists(
    client, child, teacher
):
    row = ConcernFactory(child=child, reporter=teacher, guardianship=child.guardianships.get())
    colleague = PostingFactory(role=Role.CLASS_TEACHER, organisation=teacher.organisation)
    principal = PostingFactory(role=Role.PRINCIPAL, organisation=teacher.organisation)
    CaseAccessFactory(child=child, user=colleague.user, reason="PAIRING")
    CaseAccessFactory(child=child, organisation=teacher.organisation)

    for posting in (colleague, principal):
        sign_in(client, posting)
        assert client.get(own(row)).status_code == 404
        assert client.get(detail(row)).status_code == 403
        for address in ("children:child_detail", "schools:child_school", "children:concern_add"):
            page = client.get(reverse(address, args=[child.case_number]))
            assert "/harm/" not in text_of(page).replace(add(child), "")
        with acting(scope_of(posting)), connection.cursor() as cursor:
            for table in ("concern", "historicalconcern", "concernstep"):
                cursor.execute(f"SELECT count(*) FROM children_{table}")
                assert cursor.fetchone() == (0,)


def test_the_access_log_tells_nobody_of_a_report(client, child, teacher):
    sign_in(client, teacher)
    client.get(add(child))
    client.post(add(child), TYPED)
    row = Concern.objects.get()
    client.get(own(row))
    sign_in(client, supervisor())
    client.get(detail(row))

    subjects = {event.subject for event in AccessEvent.objects.all()}
    assert subjects == {"child"}


def test_supervisor_and_county_find_it_on_their_home_page_until_it_is_closed(
    client, child, teacher
):
    row = ConcernFactory(child=child, reporter=teacher)
    for posting in (supervisor(), county()):
        sign_in(client, posting)
        page = client.get(reverse("home"))
        assert shows(page, detail(row))
        assert shows(page, in_chinese("not yet taken note of"))
        assert not shows(page, teacher.user.full_name)

    client.post(detail(row), {"step": "ACKNOWLEDGE"})
    assert shows(client.get(reverse("home")), in_chinese("under way"))
    client.post(detail(row), {"step": "NOTE", "text": "已家访"})
    client.post(detail(row), {"step": "CLOSE", "text": "已送亲属照料", "outcome": "PROTECTED"})

    assert not shows(client.get(reverse("home")), detail(row))
    assert [step.text for step in ConcernStep.objects.all()] == ["已家访", "已送亲属照料"]


def test_the_supervisor_of_another_township_does_not_know_of_it(client, child, teacher):
    row = ConcernFactory(child=child, reporter=teacher)
    stranger = PostingFactory(role=Role.CHILD_SUPERVISOR, area=area(OTHER_VILLAGE[:9]))
    sign_in(client, stranger)

    assert client.get(detail(row)).status_code == 404
    assert not shows(client.get(reverse("home")), detail(row))


def test_of_two_who_take_note_the_second_is_told(client, child, teacher):
    row = ConcernFactory(child=child, reporter=teacher)
    first, second = supervisor(), county()
    sign_in(client, first)
    client.post(detail(row), {"step": "ACKNOWLEDGE"})
    sign_in(client, second)

    answer = client.post(detail(row), {"step": "ACKNOWLEDGE"})

    assert "__all__" in errors(answer)
    row.refresh_from_db()
    assert row.acknowledged_by == first.user


def test_nobody_deletes_a_report(child, teacher):
    row = ConcernFactory(child=child, reporter=teacher)

    for posting in (teacher, supervisor(), county()):
        for table in ("children_concern", "children_historicalconcern"):
            with (
                acting(scope_of(posting)),
                pytest.raises(ProgrammingError, match="permission denied"),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(f"DELETE FROM {table} WHERE child_id = %s", [child.pk])
    assert Concern.objects.get() == row


def notified(child, posting):
    with acting(scope_of(posting)):
        return set(child.guardianships.notifiable())


def test_the_guardian_concerned_gets_no_notice_though_its_writer_knows_of_no_report(child, teacher):
    concerned = child.guardianships.get()
    concerned.ends_on = "2026-01-01"
    concerned.save()
    other = GuardianshipFactory(
        child=child, guardian=GuardianFactory(name="李外婆"), starts_on="2025-01-01"
    )
    again = GuardianshipFactory(  # the same person, recorded once more
        child=child, guardian=concerned.guardian, starts_on="2027-01-01"
    )
    writer = PostingFactory(role=Role.CLASS_TEACHER)
    CaseAccessFactory(child=child, user=writer.user, reason="PAIRING")
    assert notified(child, writer) == {concerned, other, again}

    row = ConcernFactory(child=child, reporter=teacher, guardianship=concerned)

    assert notified(child, writer) == {other}
    row.acknowledged_by, row.acknowledged_at = teacher.user, row.reported_at
    row.outcome, row.closed_at = "PROTECTED", timezone.now()
    row.save()
    assert notified(child, writer) == {other}
    row.outcome = "UNFOUNDED"
    row.save()
    assert notified(child, writer) == {concerned, other, again}


def test_a_report_on_one_child_silences_no_notice_on_another(child, teacher):
    concerned = child.guardianships.get()
    sibling = GuardianshipFactory(child=ChildFactory(), guardian=concerned.guardian)
    ConcernFactory(child=child, reporter=teacher, guardianship=concerned)

    assert set(Guardianship.objects.notifiable()) == {sibling}


def test_who_is_not_to_be_notified_is_left_out(child):
    GuardianshipFactory(child=child, do_not_notify=True)

    assert set(Guardianship.objects.notifiable()) == {child.guardianships.get(do_not_notify=False)}
