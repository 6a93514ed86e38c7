"""While somebody is away: what the deputy sees, from which day to which, and who may name one."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.access import scope_of
from accounts.middleware import SESSION_KEY
from accounts.models import Posting
from accounts.scope import acting
from children.models import CaseAccess, Child
from schools.actions.pairing import end_pairing, pair
from schools.models import Pairing
from tests.asking import errors, in_chinese, shows
from tests.factories import (
    COUNTY,
    OTHER_TOWNSHIP,
    OTHER_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    ChildFactory,
    DeputyFactory,
    EnrolmentFactory,
    OrganisationFactory,
    PostingFactory,
    area,
    school_of,
)
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
DAY = timedelta(days=1)
PAGE = "/children/deputies/"


@pytest.fixture
def director():
    return PostingFactory(role="CHILD_DIRECTOR", area=area(VILLAGE))


@pytest.fixture
def colleague():
    """Of the next village of the same township."""
    return PostingFactory(role="CHILD_DIRECTOR", area=area("330127100202"))


def name(client, deputy, *, away=None, starts=TODAY, ends=TODAY + 6 * DAY):
    asked = PAGE + (f"?for={away.pk}" if away else "")
    return client.post(asked, {"deputy": deputy.pk, "starts_on": starts, "ends_on": ends})


def call_off(client, row):
    return client.post(reverse("children:deputy_call_off", args=[row.pk]), {"step": "END"})


def seen(posting):
    with transaction.atomic(), acting(scope_of(posting)):
        return set(Child.objects.values_list("name", flat=True))


def test_who_is_away_names_a_colleague_who_then_acts_in_their_place(client, director, colleague):
    ChildFactory(name="甲小一", residence_area=area(VILLAGE))
    ChildFactory(name="乙小二", residence_area=area("330127100202"))
    assert name(sign_in(client, director), colleague).status_code == 302
    row = Posting.objects.get(stands_in_for=director)
    assert (row.user, row.role, row.area) == (colleague.user, director.role, director.area)
    assert row.history.get().history_user == director.user
    # The right of one place never mixes with that of the other.
    assert seen(row) == {"甲小一"}
    assert seen(colleague) == {"乙小二"}
    home = sign_in(client, colleague).get("/")
    assert shows(home, director.user.full_name)
    client.post(reverse("accounts:posting_switch"), {"posting": row.pk})
    assert shows(client.get("/children/"), "甲小一")
    assert not shows(client.get("/children/"), "乙小二")


def test_the_days_alone_let_the_deputy_in(client, director, colleague):
    row = DeputyFactory(
        stands_in_for=director, user=colleague.user, starts_on=TODAY + DAY, ends_on=TODAY + 2 * DAY
    )
    sign_in(client, colleague)
    answer = client.post(reverse("accounts:posting_switch"), {"posting": row.pk})
    assert answer.status_code == 404
    for day, holds in ((0, False), (1, True), (2, True), (3, False)):
        held = Posting.objects.held_on(TODAY + day * DAY).filter(pk=row.pk)
        assert held.exists() is holds


def test_a_session_left_open_in_the_posting_loses_it_when_it_is_called_off(
    client, director, colleague
):
    row = DeputyFactory(
        stands_in_for=director, user=colleague.user, starts_on=TODAY - DAY, ends_on=TODAY - DAY
    )
    sign_in(client, colleague)
    session = client.session
    session[SESSION_KEY] = row.pk
    session.save()
    assert client.get("/").wsgi_request.posting == colleague


def test_nobody_of_another_township_stands_in(client, director):
    stranger = PostingFactory(role="CHILD_DIRECTOR", area=area(OTHER_VILLAGE))
    answer = name(sign_in(client, director), stranger)
    assert "deputy" in errors(answer)
    assert not shows(answer, stranger.user.full_name)
    assert not Posting.objects.filter(stands_in_for__isnull=False).exists()


@pytest.mark.parametrize(
    ("role", "place", "status"),
    [
        ("CHILD_SUPERVISOR", TOWNSHIP, 302),
        ("CHILD_SUPERVISOR", OTHER_TOWNSHIP, 404),
        ("COUNTY_OFFICER", COUNTY, 404),  # the township does it
        ("CHILD_DIRECTOR", "330127100203", 404),
    ],
)
def test_who_leads_names_a_deputy_for_another(client, director, colleague, role, place, status):
    lead = PostingFactory(role=role, area=area(place))
    assert name(sign_in(client, lead), colleague, away=director).status_code == status
    assert Posting.objects.filter(stands_in_for=director).exists() is (status == 302)


def test_two_deputies_on_one_day_are_refused_and_nothing_is_lost(client, director, colleague):
    DeputyFactory(stands_in_for=director, starts_on=TODAY + DAY, ends_on=TODAY + DAY)
    answer = name(sign_in(client, director), colleague)
    words = in_chinese("There is a deputy on some of these days already.")
    assert errors(answer) == {"__all__": [words]}
    assert shows(answer, str(TODAY + 6 * DAY))  # what was typed
    assert name(client, colleague, starts=TODAY + 2 * DAY).status_code == 302


def test_nobody_stands_in_while_away_nor_leaves_while_standing_in(client, director, colleague):
    third = PostingFactory(role="CHILD_DIRECTOR", area=area("330127100203"))
    DeputyFactory(stands_in_for=colleague, user=third.user)
    assert "deputy" in errors(name(sign_in(client, director), colleague))
    assert "__all__" in errors(name(sign_in(client, third), director))


def test_whoever_names_them_nobody_away_stands_in_but_on_other_days(director, colleague):
    """The form is not the only way in, and two forms may be sent at once."""
    third = PostingFactory(role="CHILD_DIRECTOR", area=area("330127100203"))
    row = DeputyFactory(stands_in_for=colleague, user=third.user, starts_on=TODAY + DAY)
    away = {"starts_on": row.ends_on, "ends_on": row.ends_on + DAY}
    for facts in (
        {"stands_in_for": director, "user": colleague.user},
        {"stands_in_for": third, "user": PostingFactory().user},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            DeputyFactory(**facts, **away)
        DeputyFactory(**facts, starts_on=TODAY, ends_on=TODAY)
        DeputyFactory(**facts, starts_on=row.ends_on + DAY, ends_on=row.ends_on + 2 * DAY)


def test_a_deputy_names_no_deputy(client, director, colleague):
    row = DeputyFactory(stands_in_for=director, user=colleague.user)
    sign_in(client, colleague)
    client.post(reverse("accounts:posting_switch"), {"posting": row.pk})
    other = PostingFactory(role="CHILD_DIRECTOR", area=area("330127100203"))
    assert name(client, other).status_code == 404
    with pytest.raises(IntegrityError), transaction.atomic():
        DeputyFactory(stands_in_for=row)


@pytest.mark.parametrize("wrong", ["past", "backwards", "too long", "no day"])
def test_days_that_cannot_be_are_told_at_their_field(client, director, colleague, wrong):
    starts, ends = {
        "past": (TODAY - DAY, TODAY), "backwards": (TODAY + DAY, TODAY),
        "too long": (TODAY, TODAY + 366 * DAY), "no day": (TODAY, "2026-02-30"),
    }[wrong]  # fmt: skip
    answer = name(sign_in(client, director), colleague, starts=starts, ends=ends)
    field = {"past": "starts_on", "backwards": "ends_on", "no day": "ends_on"}.get(wrong, "__all__")
    assert list(errors(answer)) == [field]


def test_calling_off_ends_today_or_before_it_began(client, director, colleague):
    now = DeputyFactory(stands_in_for=director, user=colleague.user)
    later = DeputyFactory(stands_in_for=director, user=colleague.user, starts_on=TODAY + 10 * DAY)
    sign_in(client, director)
    assert call_off(client, now).status_code == call_off(client, later).status_code == 302
    now.refresh_from_db()
    later.refresh_from_db()
    assert now.ends_on == TODAY
    assert later.ends_on == TODAY + 9 * DAY  # no day at all
    assert not Posting.objects.held_on(TODAY + 10 * DAY).filter(pk=later.pk).exists()
    assert now.history.first().history_user == director.user
    assert name(client, colleague, starts=TODAY + DAY).status_code == 302


def test_another_place_calls_nothing_off(client, director):
    row = DeputyFactory(stands_in_for=director)
    stranger = PostingFactory(role="CHILD_SUPERVISOR", area=area(OTHER_TOWNSHIP))
    assert call_off(sign_in(client, stranger), row).status_code == 404
    assert not shows(client.get(PAGE), row.user.full_name)


@pytest.fixture
def school():
    return OrganisationFactory(area=area(TOWNSHIP))


def _teacher(school, role="CLASS_TEACHER"):
    return PostingFactory(role=role, organisation=school)


def _paired(helper, **facts):
    child = ChildFactory(**facts)
    EnrolmentFactory(child=child, school=school_of(helper.organisation))
    pair(
        child=child, helper=helper, is_main=True, replaces=None, reason="", by=helper.user,
        now=timezone.now(), today=TODAY,
    )  # fmt: skip
    return child


def test_a_teachers_children_are_shared_for_the_days_and_their_contacts_due(client, school):
    away, deputy, lead = _teacher(school), _teacher(school), _teacher(school, "PRINCIPAL")
    _paired(away, name="甲小一")
    assert seen(deputy) == set()
    assert name(sign_in(client, lead), deputy, away=away).status_code == 302
    row = Posting.objects.get(stands_in_for=away)
    later = _paired(away, name="乙小二")  # paired while away
    assert seen(row) == {"甲小一", "乙小二"}
    sign_in(client, deputy)
    client.post(reverse("accounts:posting_switch"), {"posting": row.pk})
    assert shows(client.get("/schools/paired/"), "甲小一")
    access = CaseAccess.objects.filter(user=deputy.user, reason="DEPUTY")
    until = {timezone.localdate(end) for end in access.values_list("closed_at", flat=True)}
    assert until == {TODAY + 7 * DAY}
    pairing = Pairing.objects.get(child=later)
    end_pairing(pairing=pairing, reason="", by=lead.user, now=timezone.now(), today=TODAY)
    assert seen(row) == {"甲小一"}
    call_off(sign_in(client, away), row)
    until = {timezone.localdate(end) for end in access.values_list("closed_at", flat=True)}
    assert max(until) == TODAY + DAY


def test_calling_one_off_leaves_the_children_of_another_shared(client, school):
    deputy, first, second = _teacher(school), _teacher(school), _teacher(school)
    _paired(first, name="甲小一")
    _paired(second, name="乙小二")
    name(sign_in(client, first), deputy)
    name(sign_in(client, second), deputy, ends=TODAY + 9 * DAY)
    assert seen(deputy) == {"甲小一", "乙小二"}
    call_off(sign_in(client, first), Posting.objects.get(stands_in_for=first))
    until = CaseAccess.objects.filter(reason="DEPUTY").order_by("closed_at")
    days = [(row.child.name, timezone.localdate(row.closed_at)) for row in until]
    assert days == [("甲小一", TODAY + DAY), ("乙小二", TODAY + 10 * DAY)]


def test_only_colleagues_of_the_school_stand_in_for_a_teacher(client, school):
    away, elsewhere = _teacher(school), _teacher(OrganisationFactory(area=area(TOWNSHIP)))
    assert "deputy" in errors(name(sign_in(client, away), elsewhere))
