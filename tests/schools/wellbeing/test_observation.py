"""Observations and their checklist: sent once, seen by others only after one's own."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.access import scope_of
from accounts.roles import Role
from accounts.scope import acting
from schools.actions.checklist import new_version
from schools.models import (
    ChecklistItem,
    Observation,
    Referral,
)
from tests.asking import errors, in_chinese, shows, text_of
from tests.factories import (
    CALM,
    COUNTY,
    CaseAccessFactory,
    ChecklistItemFactory,
    ChildFactory,
    ObservationFactory,
    PairingFactory,
    PostingFactory,
    ReferralFactory,
    ScreeningResultFactory,
    UserFactory,
    area,
    first_checklist,
)
from tests.signing_in import sign_in

from .words import INJURIES, SADNESS, answers, at, rows_seen, strong, this_month, today

pytestmark = pytest.mark.django_db


def test_a_teacher_sends_an_observation_of_this_month(client, child, teacher):
    sign_in(client, teacher)

    answer = client.post(at(child, "observation_add"), answers(strong(SADNESS, 2), remark="常哭"))

    assert answer.url == at(child, "wellbeing")
    row = Observation.objects.get()
    assert (row.observed_by, row.month, row.total, row.remark) == (
        teacher.user, this_month(), 2, "常哭",
    )  # fmt: skip
    assert not Referral.objects.exists()


def test_nothing_is_chosen_beforehand_and_each_question_is_answered(client, child, teacher):
    sign_in(client, teacher)
    url = at(child, "observation_add")
    assert "checked" not in text_of(client.get(url))

    typed = answers(remark="看着累")
    del typed["sign_3"]
    answer = client.post(url, typed)

    assert set(errors(answer)) == {"sign_3"}
    assert shows(answer, "看着累")
    assert not Observation.objects.exists()


@pytest.mark.parametrize("level", ["4", "-1", "x", "1.5", "\x00"])
def test_no_other_answer_is_taken(client, child, teacher, level):
    sign_in(client, teacher)

    answer = client.post(at(child, "observation_add"), answers() | {"sign_1": level})

    assert set(errors(answer)) == {"sign_1"}


def test_a_second_one_of_the_month_is_refused_in_words(client, child, teacher):
    sign_in(client, teacher)
    client.post(at(child, "observation_add"), answers())

    answer = client.post(at(child, "observation_add"), answers(strong(SADNESS)))

    assert "__all__" in errors(answer)
    assert Observation.objects.count() == 1
    assert shows(
        client.get(at(child, "observation_add")),
        in_chinese("You have sent your observation of this month already."),
    )


def test_what_is_sent_is_not_changed_by_anybody(child, teacher):
    ObservationFactory(child=child, observer=teacher)

    for sql in ("UPDATE schools_observation SET levels = '{1}'", "DELETE FROM schools_observation"):
        with (
            acting(scope_of(teacher)),
            pytest.raises(ProgrammingError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(sql)


def test_colleagues_see_each_others_only_after_sending_their_own(client, child, teacher, colleague):
    ObservationFactory(child=child, observer=teacher, month=this_month(), remark="夜里哭")
    sign_in(client, colleague)
    before = client.get(at(child, "wellbeing"))
    assert not before.context["course"].rows
    assert not shows(before, "夜里哭")
    assert rows_seen(colleague, "schools_observation") == 0

    client.post(at(child, "observation_add"), answers())

    assert shows(client.get(at(child, "wellbeing")), "夜里哭")
    assert rows_seen(colleague, "schools_observation") == 2
    assert rows_seen(teacher, "schools_observation") == 2


def test_last_months_own_does_not_open_this_months_of_others(child, teacher, colleague):
    last = (this_month() - timedelta(days=1)).replace(day=1)
    ObservationFactory(child=child, observer=colleague, month=last)
    ObservationFactory(child=child, observer=teacher, month=last)
    ObservationFactory(child=child, observer=teacher, month=this_month())

    assert rows_seen(colleague, "schools_observation") == 2


def test_an_own_observation_of_another_child_opens_nothing(child, teacher, colleague):
    other = ChildFactory()
    CaseAccessFactory(child=other, user=colleague.user, reason="PAIRING")
    ObservationFactory(child=other, observer=colleague, month=this_month())
    ObservationFactory(child=child, observer=teacher, month=this_month())

    assert rows_seen(colleague, "schools_observation") == 1


def test_township_and_county_see_no_observation_score_or_referral(child, teacher):
    ObservationFactory(child=child, observer=teacher)
    ScreeningResultFactory(
        child=ChildFactory(birth_date=date(2010, 1, 1)), entered_by=PostingFactory()
    )
    ReferralFactory(child=child)
    for posting in (
        PostingFactory(role=Role.CHILD_SUPERVISOR),
        PostingFactory(role=Role.COUNTY_OFFICER, area=area(COUNTY)),
        PostingFactory(role=Role.ADMINISTRATOR, area=area(COUNTY)),
    ):
        for table in ("observation", "screeningresult", "referral", "historicalreferral"):
            assert rows_seen(posting, f"schools_{table}") == 0, (posting.role, table)


def test_the_page_asks_the_same_number_of_queries_for_one_and_for_many(
    client, child, counsellor, lead
):
    sign_in(client, lead)

    def queries():
        with CaptureQueriesContext(connection) as asked:
            for name in ("wellbeing", "child_school"):
                assert client.get(at(child, name)).status_code == 200
        return len(asked)

    def fill(month):
        ObservationFactory(child=child, month=month)
        ObservationFactory(child=child, month=month)

    fill(date(2026, 1, 1))
    queries()
    one = queries()
    for month in range(2, 10):
        fill(date(2026, month, 1))

    assert queries() == one


def test_a_checklist_somebody_answered_is_never_changed_a_new_version_is(child, teacher):
    ObservationFactory(child=child, observer=teacher)
    checklist = first_checklist()
    item = checklist.items.first()

    item.label_zh = "改了"
    with pytest.raises(IntegrityError, match="make a new version"), transaction.atomic():
        item.save()
    with pytest.raises(IntegrityError, match="make a new version"), transaction.atomic():
        ChecklistItemFactory(checklist=checklist, position=10)

    copy = new_version(checklist=checklist, by=UserFactory(), now=timezone.now())
    changed = copy.items.first()
    changed.label_zh = "改了"
    changed.save()
    assert ChecklistItem.objects.filter(checklist=checklist).count() == copy.items.count() == 9
    assert checklist.items.first().label_zh != "改了"


def test_an_observation_answers_every_question_of_its_checklist(child):
    with pytest.raises(IntegrityError, match="every question"), transaction.atomic():
        ObservationFactory(child=child, levels=CALM[:8])


def test_a_form_opened_before_the_checklist_changed_is_asked_again(client, child, teacher):
    typed = answers()
    copy = new_version(checklist=first_checklist(), by=UserFactory(), now=timezone.now())
    copy.starts_on = today()
    copy.save()
    sign_in(client, teacher)

    answer = client.post(at(child, "observation_add"), typed)

    assert "__all__" in errors(answer)
    assert not Observation.objects.exists()


def test_the_paired_helper_is_asked_for_this_months_observation_until_it_is_sent(
    client, child, teacher
):
    PairingFactory(child=child, helper=teacher)
    sign_in(client, teacher)
    url = reverse("children:child_detail", args=[child.case_number])
    asked = in_chinese("Observe how the child does this month.")
    assert shows(client.get(url), asked)

    client.post(at(child, "observation_add"), answers())

    assert not shows(client.get(url), asked)


def test_which_sign_reminds_of_the_red_button_is_the_questions_own(client, child, teacher):
    sign_in(client, teacher)
    url, told = at(child, "wellbeing"), in_chinese("Report harm")
    checklist = new_version(checklist=first_checklist(), by=UserFactory(), now=timezone.now())
    checklist.starts_on = today()
    checklist.save()
    reminding = checklist.items.filter(reminds_to_report=True)
    assert [item.code for item in reminding] == ["injuries"]  # kept from version to version
    item = reminding.get()
    item.code = "marks_on_the_skin"
    item.save()

    typed = answers(strong(INJURIES, 1)) | {"checklist": checklist.pk}
    assert client.post(at(child, "observation_add"), typed).status_code == 302

    page = client.get(url)
    assert page.context["reminders"] == [item]
    assert text_of(page).count(told) == 2  # the button that is always there, and the reminder


def test_signs_that_remind_of_nothing_show_no_reminder(client, child, teacher):
    sign_in(client, teacher)
    client.post(at(child, "observation_add"), answers(strong(SADNESS, 3)))

    assert client.get(at(child, "wellbeing")).context["reminders"] == []


def test_the_lines_stand_in_a_table_too_with_the_mean_of_all_observers(client, child, lead):
    months = [date(2026, number, 1) for number in range(1, 9)]
    for month in months:
        ObservationFactory(child=child, month=month, levels=strong(SADNESS, 1))
    ObservationFactory(child=child, month=months[-1], levels=strong(SADNESS, 2))
    sign_in(client, lead)

    page = client.get(at(child, "wellbeing"))

    course = page.context["course"]
    assert course.months == months[2:]
    table = dict(course.table)
    assert table[first_checklist().items.get(code="sadness").label] == [1, 1, 1, 1, 1, 1.5]
    assert list(table.values())[-1] == [1, 1, 1, 1, 1, 1.5]
    assert "1.5</td>" in text_of(page)
