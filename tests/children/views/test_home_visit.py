"""Writing down visits and calls, and correcting one's own."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.once import new_key
from children.models import HomeVisit
from tests.asking import errors, in_chinese, of, shows
from tests.factories import (
    OTHER_VILLAGE,
    VILLAGE,
    CaseAccessFactory,
    ChildFactory,
    GuardianFactory,
    GuardianshipFactory,
    HomeVisitFactory,
    PostingFactory,
    area,
)
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
MET = {
    "outcome": "MET", "mode": "HOME", "child_seen": "ALONE", "injuries": "NONE", "health": "GOOD",
    "mood": "FAIR", "visited_on": TODAY,
}  # fmt: skip


@pytest.fixture
def director():
    return PostingFactory(role="CHILD_DIRECTOR", area=area(VILLAGE))


@pytest.fixture
def child():
    child = ChildFactory(risk_level="MEDIUM")
    GuardianshipFactory(child=child, is_main_carer=True)
    return child


def visit(client, child, **typed):
    return client.post(of(child, "visit_add"), MET | typed)


def test_a_plain_visit_is_five_taps(client, director, child):
    sign_in(client, director)

    assert visit(client, child).status_code == 302

    row = HomeVisit.objects.get()
    assert (row.visitor, row.child_seen, row.health, row.mood) == (
        director, "ALONE", "GOOD", "FAIR",
    )  # fmt: skip
    assert row.history.get().history_user == director.user


@pytest.mark.parametrize("name", ["child_seen", "injuries", "health", "mood"])
def test_of_a_child_that_was_met_the_essentials_are_asked(client, director, child, name):
    sign_in(client, director)

    answer = visit(client, child, **{name: ""})

    assert list(errors(answer)) == [name]
    assert not HomeVisit.objects.exists()


def test_by_telephone_no_injuries_are_asked_for(client, director, child):
    sign_in(client, director)

    assert visit(client, child, mode="PHONE", injuries="SEEN", living_conditions="GOOD").url == (
        of(child, "visit_list")
    )

    row = HomeVisit.objects.get()
    assert (row.injuries, row.living_conditions) == ("", "")


@pytest.mark.parametrize("outcome", ["NOT_AT_HOME", "REFUSED"])
def test_in_vain_a_second_try_is_set_by_the_risk(client, director, child, outcome):
    sign_in(client, director)

    visit(client, child, outcome=outcome)

    row = HomeVisit.objects.get()
    assert row.next_on == TODAY + timedelta(days=5)  # risk medium
    assert (row.health, row.mood, row.child_seen, row.guardianship) == ("", "", "", None)


def test_a_second_try_may_be_agreed_for_another_day(client, director, child):
    sign_in(client, director)

    visit(client, child, outcome="NOT_AT_HOME", next_on=TODAY + timedelta(days=1))

    assert HomeVisit.objects.get().next_on == TODAY + timedelta(days=1)


def test_the_next_time_lies_ahead_and_the_visit_does_not(client, director, child):
    sign_in(client, director)

    assert "next_on" in errors(visit(client, child, next_on=TODAY))
    assert "visited_on" in errors(visit(client, child, visited_on=TODAY + timedelta(days=1)))


def test_injuries_seen_lead_to_the_report_of_harm(client, director, child):
    sign_in(client, director)

    answer = visit(client, child, injuries="SEEN")

    assert answer.url == of(child, "concern_add")
    text = "The visit was saved. Injuries were seen: tell of them here, now."
    assert shows(client.get(answer.url), in_chinese(text))


def test_what_changes_slowly_is_offered_and_how_the_child_is_must_be_said(client, director, child):
    uncle = GuardianshipFactory(child=child, guardian=GuardianFactory(name="曾叔"))
    HomeVisitFactory(
        child=child, visitor=director, living_conditions="FAIR", guardianship=uncle, mood="WORRYING"
    )
    sign_in(client, director)

    initial = client.get(of(child, "visit_add")).context["form"].initial

    assert (initial["living_conditions"], initial["guardianship"]) == ("FAIR", uncle.pk)
    assert not {"mood", "health", "injuries", "child_seen"} & set(initial)


def test_that_no_guardian_was_there_can_be_said(client, director, child):
    sign_in(client, director)

    choices = client.get(of(child, "visit_add")).context["form"].fields["guardianship"].choices
    visit(client, child, guardianship="")

    assert next(str(value) for value, _label in choices) == ""
    assert HomeVisit.objects.get().guardianship is None


def test_sent_twice_it_is_one_visit(client, director, child):
    sign_in(client, director)
    key = new_key()

    first = visit(client, child, submission=key)
    second = visit(client, child, submission=key)

    assert first.url == second.url
    assert HomeVisit.objects.count() == 1


def test_a_file_that_is_only_shared_is_read_and_not_visited(client, director):
    child = ChildFactory(residence_area=area(OTHER_VILLAGE))
    CaseAccessFactory(child=child, user=director.user)
    HomeVisitFactory(child=child)
    sign_in(client, director)

    assert client.get(of(child, "visit_list")).status_code == 200
    assert client.get(of(child, "visit_add")).status_code == 404
    assert visit(client, child).status_code == 404


# Correcting --------------------------------------------------------------------------------------


def correct(client, row, **typed):
    facts = MET | {"version": row.version, "reason": "写错了"} | typed
    return client.post(of(row.child, "visit_change", visit_id=row.pk), facts)


def test_ones_own_visit_is_corrected_and_the_trail_keeps_what_stood_there(client, director, child):
    row = HomeVisitFactory(child=child, visitor=director, mood="WORRYING")
    sign_in(client, director)

    assert correct(client, row, mood="FAIR").status_code == 302

    row.refresh_from_db()
    assert row.mood == "FAIR"
    page = client.get(of(child, "child_history"))
    assert shows(page, "写错了")
    assert shows(page, in_chinese("worrying"))


def test_without_a_reason_nothing_is_corrected(client, director, child):
    row = HomeVisitFactory(child=child, visitor=director)
    sign_in(client, director)

    assert "reason" in errors(correct(client, row, reason=""))


def test_the_visits_of_others_are_not_corrected(client, director, child):
    row = HomeVisitFactory(child=child)
    sign_in(client, director)

    assert correct(client, row).status_code == 404


def test_of_two_corrections_at_once_neither_is_lost(client, director, child):
    row = HomeVisitFactory(child=child, visitor=director)
    opened = row.version
    row.needs = "棉被"
    row.save()
    sign_in(client, director)

    answer = correct(client, row, version=opened, needs="", summary="新的话")

    assert answer.context["others"]
    assert answer.context["form"]["needs"].value() == "棉被"
    assert answer.context["form"]["summary"].value() == "新的话"


# Reading -----------------------------------------------------------------------------------------


def test_the_childs_page_shows_the_last_visits_and_the_list_all(client, director, child):
    rows = [
        HomeVisitFactory(child=child, visited_on=TODAY - timedelta(days=number // 2))
        for number in range(5)
    ]
    sign_in(client, director)

    panels = dict(client.get(of(child, "child_detail")).context["panels"])
    listed = client.get(of(child, "visit_list")).context["panel"]["rows"]

    newest = sorted(rows, key=lambda row: (row.visited_on, row.pk), reverse=True)
    assert panels["children/_visits.html"]["rows"] == newest[:3]
    assert listed == newest


def test_the_list_goes_on_below_without_a_gap(client, director, child, monkeypatch):
    monkeypatch.setattr("children.views.home_visit.SHOWN", 2)
    rows = [HomeVisitFactory(child=child, visited_on=TODAY) for _number in range(5)]
    sign_in(client, director)

    found, before = [], ""
    while True:
        panel = client.get(of(child, "visit_list"), {"before": before}).context["panel"]
        found += panel["rows"]
        before = panel["rows"][-1].pk
        if not panel["has_more"]:
            break

    assert found == rows[::-1]


def test_the_list_takes_the_same_queries_for_one_and_for_ten(client, director, child):
    sign_in(client, director)
    care = child.guardianships.get()

    def counted():
        with CaptureQueriesContext(connection) as queries:
            client.get(of(child, "visit_list"))
        return len(queries)

    HomeVisitFactory(child=child, guardianship=care)
    counted()
    one = counted()
    for _number in range(9):
        HomeVisitFactory(child=child, guardianship=care)
    assert counted() == one


def test_teachers_do_not_read_visits(client, child):
    teacher = PostingFactory(role="CLASS_TEACHER")
    CaseAccessFactory(child=child, user=teacher.user, reason="PAIRING")
    HomeVisitFactory(child=child)
    sign_in(client, teacher)

    assert client.get(reverse("children:visit_list", args=[child.case_number])).status_code == 403
    panels = dict(client.get(of(child, "child_detail")).context["panels"])
    assert "children/_visits.html" not in panels
