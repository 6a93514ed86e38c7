"""One message a week for each lead and supervisor: figures, never a name."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Heartbeat
from schools.actions.digest import NotSent, make_digests, send_digest
from schools.channels import Channel, Outcome, Receipt
from schools.models import Digest, DigestDelivery
from schools.models.digest import monday_of
from schools.models.falling import falling_moods
from tests.asking import in_chinese
from tests.factories import (
    OTHER_VILLAGE,
    CaseAccessFactory,
    ChildFactory,
    ContactFactory,
    DeliveryFactory,
    EnrolmentFactory,
    ObservationFactory,
    OrganisationFactory,
    PairingFactory,
    PostingFactory,
    SchoolYearFactory,
    SeatFactory,
    WorkingGroupFactory,
    area,
    school_of,
)
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
TODAY, NOW = timezone.localdate(), timezone.now()


def days(count):
    return timedelta(days=count)


class Mailbox(Channel):
    def __init__(self, *outcomes):
        self.outcomes, self.messages = list(outcomes), []

    def send(self, message):
        self.messages.append(message)
        return Receipt(self.outcomes.pop(0) if self.outcomes else Outcome.ACCEPTED)


@pytest.fixture
def school():
    return OrganisationFactory()


@pytest.fixture
def lead(school):
    return PostingFactory(role="PRINCIPAL", organisation=school, user__email="gu@example.cn")


@pytest.fixture
def supervisor():
    return PostingFactory(role="CHILD_SUPERVISOR")


def paired(school, paired_on, **facts):
    child = ChildFactory(**facts)
    helper = PostingFactory(role="CLASS_TEACHER", organisation=school)
    PairingFactory(child=child, helper=helper, starts_on=paired_on)
    EnrolmentFactory(child=child, school=school_of(school))
    CaseAccessFactory(child=child, organisation=school)
    return child


def counts(posting):
    return Digest.objects.get(posting=posting).counts


def test_the_lead_is_told_after_some_days_and_the_township_after_some_more(
    school, lead, supervisor
):
    paired(school, TODAY - days(7 + 2))  # the helper's own for now
    paired(school, TODAY - days(7 + 4))
    paired(school, TODAY - days(7 + 11))

    make_digests(today=TODAY, now=NOW)

    assert (counts(lead)["overdue"], counts(supervisor)["overdue"]) == (2, 1)


def test_each_is_told_of_its_own_school_and_township_alone(school, lead, supervisor):
    long_ago = TODAY - days(60)
    paired(OrganisationFactory(), long_ago)  # another school of the township
    paired(school, long_ago, residence_area=area(OTHER_VILLAGE))  # lives in another county

    make_digests(today=TODAY, now=NOW)

    assert (counts(lead)["overdue"], counts(supervisor)["overdue"]) == (1, 1)


def test_it_tells_of_tries_in_vain_falling_moods_and_children_without_a_helper(school, lead):
    child = paired(school, TODAY - days(3))
    ContactFactory(child=child, happened_on=TODAY - days(2), mental_state="GOOD")
    ContactFactory(child=child, happened_on=TODAY - days(1), mental_state="FAIR")
    for _number in range(3):
        ContactFactory(child=child, happened_on=TODAY, is_reached=False, summary="")
    EnrolmentFactory(child=ChildFactory(), school=school_of(school))

    make_digests(today=TODAY, now=NOW)

    found = counts(lead)
    assert (found["unreached"], found["mood"], found["unpaired"]) == (1, 1, 1)


def test_a_mood_of_long_ago_is_no_news(school, lead):
    child = paired(school, TODAY - days(90))
    ContactFactory(child=child, happened_on=TODAY - days(60), mental_state="WORRYING")

    make_digests(today=TODAY, now=NOW)

    assert counts(lead)["mood"] == 0


def test_it_tells_of_seats_empty_too_long_to_the_lead_first(school, lead, supervisor):
    group = WorkingGroupFactory(school=school_of(school), year=_this_year())
    for kind, opened in (("COUNSELLOR", 1), ("LOGISTICS", 5), ("LEAD", 20)):
        SeatFactory(group=group, kind=kind, opened_on=TODAY - days(opened))

    make_digests(today=TODAY, now=NOW)

    assert (counts(lead)["seats"], counts(supervisor)["seats"]) == (2, 1)


def _this_year():
    return SchoolYearFactory(name="2026-2027", starts_on=TODAY - days(90), ends_on=TODAY + days(90))


def test_it_tells_of_unread_notices_by_the_writers_school_and_the_childs_township(
    school, lead, supervisor
):
    writer = PostingFactory(role="CLASS_TEACHER", organisation=school)
    DeliveryFactory(notice__writer=writer)
    DeliveryFactory()  # written at another school of the township

    make_digests(today=TODAY, now=NOW)

    assert (counts(lead)["notices"], counts(supervisor)["notices"]) == (1, 2)


def test_the_lead_is_told_of_observed_falls_and_the_township_of_contacts_alone(
    school, lead, supervisor
):
    observed, told = paired(school, TODAY - days(3)), paired(school, TODAY - days(3))
    this_month = TODAY.replace(day=1)
    for month, total in (((this_month - days(1)).replace(day=1), 0), (this_month, 6)):
        levels = [1] * total + [0] * (9 - total)
        ObservationFactory(child=observed, month=month, levels=levels)
    ContactFactory(child=told, happened_on=TODAY, mental_state="WORRYING")

    make_digests(today=TODAY, now=NOW)

    assert (counts(lead)["mood"], counts(supervisor)["mood"]) == (2, 1)
    found = falling_moods(today=TODAY, organisation_id=school.pk)
    assert {row.child_id for row in found} == {observed.pk, told.pk}


def test_made_twice_in_a_week_it_is_one_and_the_next_week_another(lead, supervisor):
    assert len(make_digests(today=TODAY, now=NOW)) == 2
    assert make_digests(today=TODAY, now=NOW) == []
    assert len(make_digests(today=monday_of(TODAY) + days(7), now=NOW)) == 2


def test_who_comes_in_mid_week_still_gets_one(lead):
    make_digests(today=TODAY, now=NOW)
    late = PostingFactory(role="PRINCIPAL", organisation=OrganisationFactory())

    make_digests(today=TODAY, now=NOW)

    assert Digest.objects.filter(posting=late).count() == 1
    assert Digest.objects.filter(posting=lead).count() == 1


def test_teachers_and_those_whose_posting_ended_get_none(school):
    PostingFactory(role="CLASS_TEACHER", organisation=school)
    PostingFactory(role="PRINCIPAL", organisation=school, ends_on=TODAY - days(1))
    PostingFactory(role="PRINCIPAL", organisation=school, user__is_active=False)

    assert make_digests(today=TODAY, now=NOW) == []


def test_it_takes_the_same_queries_for_two_recipients_and_for_twelve():
    def counted():
        with CaptureQueriesContext(connection) as queries:
            make_digests(today=TODAY, now=NOW)
        Digest.objects.all().delete()
        return len(queries)

    def more(count):
        for _number in range(count):
            school = OrganisationFactory()
            PostingFactory(role="PRINCIPAL", organisation=school)
            paired(school, TODAY - days(60))

    more(2)
    few = counted()
    more(10)
    assert counted() == few


# By e-mail ---------------------------------------------------------------------------------------


@pytest.fixture
def digest(school, lead):
    paired(school, TODAY - days(60), name="曾小明")
    (digest_id,) = make_digests(today=TODAY, now=NOW)
    return Digest.objects.get(pk=digest_id)


def test_the_mail_has_figures_and_a_link_and_no_name(digest):
    assert send_digest(digest_id=digest.pk, now=NOW)

    (sent,) = mail.outbox
    assert sent.to == ["gu@example.cn"]
    assert in_chinese("Overdue contacts") + ": 1" in sent.body
    assert "/schools/digest/" in sent.body
    for secret in ("曾小明", digest.posting.user.full_name, "330127"):
        assert secret not in sent.body + sent.subject


def test_a_restarted_job_sends_nothing_twice(digest):
    box = Mailbox()

    assert send_digest(digest_id=digest.pk, now=NOW, channel=box)
    assert not send_digest(digest_id=digest.pk, now=NOW, channel=box)

    assert len(box.messages) == 1


def test_every_try_is_logged_and_a_failed_one_is_tried_again(digest):
    box = Mailbox(Outcome.RETRY)

    with pytest.raises(NotSent):
        send_digest(digest_id=digest.pk, now=NOW, channel=box)
    send_digest(digest_id=digest.pk, now=NOW, channel=box)

    log = DigestDelivery.objects.order_by("pk").values_list("state", flat=True)
    assert list(log) == ["FAILED", "SENT"]


def test_nothing_to_say_is_not_sent(lead):
    (digest_id,) = make_digests(today=TODAY, now=NOW)

    assert not send_digest(digest_id=digest_id, now=NOW, channel=Mailbox())


@pytest.mark.parametrize("facts", [{"email": ""}, {"is_active": False}])
def test_who_has_no_address_or_left_gets_no_mail(digest, facts):
    for name, value in facts.items():
        setattr(digest.user, name, value)
    digest.user.save()

    assert not send_digest(digest_id=digest.pk, now=NOW, channel=Mailbox())


# In the application ------------------------------------------------------------------------------


def test_the_page_names_the_children_to_the_lead(client, digest, lead):
    sign_in(client, lead)

    answer = client.get("/schools/digest/")

    assert "曾小明" in answer.content.decode()
    assert {line["section"].key: line["count"] for line in answer.context["sections"]} == (
        digest.counts
    )


def test_the_page_names_nobody_of_another_school(client, digest):
    other = PostingFactory(role="PRINCIPAL", organisation=OrganisationFactory())
    make_digests(today=TODAY, now=NOW)
    sign_in(client, other)

    answer = client.get("/schools/digest/")

    assert "曾小明" not in answer.content.decode()
    assert answer.context["digest"].posting == other


@pytest.mark.parametrize("week", ["x", "2026-13-45", "2020-01-06"])
def test_a_week_that_is_none_shows_the_newest(client, digest, lead, week):
    sign_in(client, lead)

    assert client.get("/schools/digest/", {"week": week}).context["digest"] == digest


@pytest.mark.parametrize(
    ("role", "minutes", "is_alarmed"),
    [("PRINCIPAL", 31, True), ("PRINCIPAL", 29, False), ("CLASS_TEACHER", 31, False)],
)
def test_home_raises_an_alarm_when_scheduled_work_stands_still(
    client, school, role, minutes, is_alarmed
):
    Heartbeat.beat("worker", timezone.now() - timedelta(minutes=minutes))
    sign_in(client, PostingFactory(role=role, organisation=school))

    shown = [template for template, _block in client.get("/").context["blocks"]]

    assert ("_home_clock.html" in shown) == is_alarmed


def test_weeks_begin_on_monday():
    assert monday_of(date(2026, 11, 25)) == date(2026, 11, 23) == monday_of(date(2026, 11, 29))
