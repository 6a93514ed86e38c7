"""Referrals, sessions and notes: who sees what, on the page and in raw SQL."""

import pytest
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from children.models import CaseAccess
from schools.actions.referral import NoCounsellor, NotTheirs, assign, close, plan
from schools.models import (
    CounsellingNote,
    CounsellingSession,
    Observation,
    Referral,
    ReferralStep,
)
from schools.rules.referral import Refusal
from tests.asking import errors, in_chinese, shows
from tests.factories import (
    COUNTY,
    CaseAccessFactory,
    ChildFactory,
    NoteFactory,
    PostingFactory,
    ReferralFactory,
    SessionFactory,
    area,
)
from tests.signing_in import sign_in

from .words import SADNESS, SELF_HARM, answers, at, posted, rows_seen, strong, today

pytestmark = pytest.mark.django_db


def test_any_word_of_self_harm_tells_counsellor_and_lead_at_once(
    client, child, teacher, counsellor, lead
):
    sign_in(client, teacher)

    client.post(at(child, "observation_add"), answers(strong(SELF_HARM, 1)))

    row = Referral.objects.get()
    assert (row.ground, row.is_urgent, row.state) == ("ALARM", True, "OPEN")
    url = at(child, "referral_detail", row.pk)
    for posting in (counsellor, lead):
        sign_in(client, posting)
        assert shows(client.get(reverse("home")), url)
        assert client.get(url).status_code == 200
    opened = CaseAccess.objects.get(child=child, reason="REFERRAL", closed_at=None)
    assert opened.user == counsellor.user


def test_a_second_sign_is_no_second_referral_but_is_told(child, client, teacher, colleague):
    sign_in(client, teacher)
    client.post(at(child, "observation_add"), answers(strong(SADNESS)))
    sign_in(client, colleague)
    client.post(at(child, "observation_add"), answers(strong(SELF_HARM, 1)))

    row = Referral.objects.get()
    assert row.is_urgent
    assert [(s.move, s.ground) for s in row.steps.all()] == [("REFER", "STRONG"), ("SIGN", "ALARM")]


def test_where_the_referral_fails_nothing_of_the_observation_stays(
    client, child, teacher, monkeypatch
):
    def fails(**_):
        raise RuntimeError

    monkeypatch.setattr("schools.actions.observation.open_referral", fails)
    sign_in(client, teacher)
    with pytest.raises(RuntimeError), transaction.atomic():
        client.post(at(child, "observation_add"), answers(strong(SELF_HARM, 1)))

    assert not Observation.objects.exists()


def test_a_colleague_refers_with_a_sentence_that_only_the_entitled_read(
    client, child, teacher, colleague, counsellor
):
    sign_in(client, teacher)
    client.post(at(child, "referral_add"), {"remark": "最近总说没意思"})

    row = Referral.objects.get()
    assert (row.ground, row.remark, row.opened_by) == ("PERSON", "最近总说没意思", teacher.user)
    sign_in(client, colleague)
    assert client.get(at(child, "wellbeing")).context["referrals"] == []
    assert not shows(client.get(at(child, "child_school")), in_chinese("Counselling"))
    assert rows_seen(colleague, "schools_referral") == 0
    assert rows_seen(colleague, "schools_referralstep") == 0


@pytest.fixture
def taken(client, child, teacher, counsellor, lead):
    """A referral that the counsellor has taken, with the principal as its named lead."""
    sign_in(client, teacher)
    client.post(at(child, "referral_add"), {"remark": "请看看"})
    row = Referral.objects.get()
    sign_in(client, counsellor)
    client.post(at(child, "referral_detail", row.pk), {"move": "TAKE", "lead": lead.pk})
    row.refresh_from_db()
    assert (row.counsellor, row.lead) == (counsellor.user, lead.user)
    return row


def hold(client, child, row, **more):
    typed = {"kind": "CHILD", "held_on": today(), "minutes": 40, "note": "她说想妈妈"} | more
    return client.post(at(child, "session_add", row.pk), typed)


def test_others_learn_that_a_session_took_place_and_nothing_of_what_was_said(
    client, child, teacher, counsellor, lead, taken
):
    assert hold(client, child, taken).status_code == 302

    sign_in(client, teacher)
    page = client.get(at(child, "child_school"))
    assert shows(page, in_chinese("talk with the child"))
    assert not shows(page, "她说想妈妈")
    assert client.get(at(child, "referral_detail", taken.pk)).status_code == 403
    for posting in (counsellor, lead):
        sign_in(client, posting)
        assert shows(client.get(at(child, "referral_detail", taken.pk)), "她说想妈妈")


def test_a_secret_session_does_not_exist_for_others(
    client, child, teacher, school, counsellor, lead, taken
):
    hold(client, child, taken, is_secret="on")
    second = posted(school, Role.PRINCIPAL)

    for posting in (teacher, second):
        sign_in(client, posting)
        assert not shows(client.get(at(child, "child_school")), in_chinese("talk with the child"))
        assert rows_seen(posting, "schools_counsellingsession") == 0
    for posting in (counsellor, lead):
        assert rows_seen(posting, "schools_counsellingsession") == 1


def strangers_to_the_notes(school, child, teacher, colleague):
    """Everybody else who sees the child, and a counsellor who does not."""
    liaison = PostingFactory(role=Role.LIAISON)
    CaseAccessFactory(child=child, organisation=liaison.organisation, reason="REFERRAL")
    another = posted(school, Role.COUNSELLOR)
    CaseAccessFactory(child=child, user=another.user, reason="PAIRING")
    return [
        teacher, colleague, posted(school, Role.PRINCIPAL), another, liaison,
        PostingFactory(role=Role.COUNSELLOR),
        PostingFactory(role=Role.CHILD_SUPERVISOR),
        PostingFactory(role=Role.COUNTY_OFFICER, area=area(COUNTY)),
        PostingFactory(role=Role.ADMINISTRATOR, area=area(COUNTY)),
        PostingFactory(role=Role.AUDITOR, area=area(COUNTY)),
    ]  # fmt: skip


def test_raw_sql_shows_notes_to_counsellor_and_named_lead_alone(
    client, child, school, teacher, colleague, counsellor, lead, taken
):
    hold(client, child, taken)

    for posting in strangers_to_the_notes(school, child, teacher, colleague):
        assert rows_seen(posting, "schools_counsellingnote") == 0, posting.role
    for posting in (counsellor, lead):
        assert rows_seen(posting, "schools_counsellingnote") == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM schools_counsellingnote")
        assert "她说想妈妈".encode() not in bytes(cursor.fetchone()[0])


def test_nobody_else_writes_a_note_into_the_case(
    client, child, school, teacher, colleague, counsellor, taken
):
    for posting in strangers_to_the_notes(school, child, teacher, colleague):
        sign_in(client, posting)
        for name in ("session_add", "note_add"):
            url = at(child, name, taken.pk)
            assert client.get(url).status_code in (403, 404), (posting.role, name)
            assert client.post(url, {"text": "x"}).status_code in (403, 404)
    assert not CounsellingNote.objects.exists()
    assert not CounsellingSession.objects.exists()


def test_when_it_ends_the_counsellor_sees_the_file_no_more_until_the_lead_reopens_it(
    client, child, counsellor, lead, taken
):
    url = at(child, "referral_detail", taken.pk)
    hold(client, child, taken)
    assert client.post(url, {"move": "PLAN", "text": "每周一次"}).url == url
    ended = {"move": "CLOSE", "text": "已好转", "outcome": "BETTER"}
    assert client.post(url, ended).url == reverse("home")

    assert client.get(url).status_code == 404
    assert client.get(at(child, "child_school")).status_code == 404
    assert rows_seen(counsellor, "schools_counsellingnote") == 0
    sign_in(client, lead)
    assert shows(client.get(url), "已好转")
    assert client.post(url, {"move": "REOPEN", "text": "又哭了"}).url == url
    sign_in(client, counsellor)
    assert shows(client.get(url), "她说想妈妈")
    moves = ["REFER", "TAKE", "PLAN", "CLOSE", "REOPEN"]
    assert [step.move for step in ReferralStep.objects.all()] == moves


def test_of_two_counsellors_the_second_is_told_and_loses_sight(
    client, child, school, teacher, counsellor, lead
):
    second = posted(school, Role.COUNSELLOR)
    sign_in(client, teacher)
    client.post(at(child, "referral_add"), {"remark": "请看看"})
    url = at(child, "referral_detail", Referral.objects.get().pk)
    sign_in(client, second)
    assert client.get(url).status_code == 200
    sign_in(client, counsellor)
    client.post(url, {"move": "TAKE", "lead": lead.pk})

    sign_in(client, second)
    assert client.get(url).status_code == 404


def test_a_move_that_somebody_else_made_first_is_told(client, child, counsellor, lead, taken):
    sign_in(client, lead)

    answer = client.post(at(child, "referral_detail", taken.pk), {"move": "TAKE", "lead": lead.pk})

    assert "__all__" in errors(answer)
    taken.refresh_from_db()
    assert taken.counsellor == counsellor.user


@pytest.fixture
def waiting(client, child, teacher, counsellor):
    """A referral that no counsellor has."""
    sign_in(client, teacher)
    client.post(at(child, "referral_add"), {"remark": "请看看"})
    return Referral.objects.get()


def test_a_lead_gives_a_waiting_referral_to_a_counsellor_who_finds_it_at_home(
    client, child, school, counsellor, lead, waiting
):
    second = posted(school, Role.COUNSELLOR)  # posted after the child was referred
    url = at(child, "referral_detail", waiting.pk)
    sign_in(client, lead)
    assert shows(client.get(reverse("home")), in_chinese("give it to a counsellor"))

    assert client.post(url, {"move": "ASSIGN", "counsellor": second.pk}).url == url

    waiting.refresh_from_db()
    assert (waiting.state, waiting.counsellor, waiting.lead) == ("TAKEN", second.user, lead.user)
    step = waiting.steps.last()
    assert (step.move, step.by, step.counsellor) == ("ASSIGN", lead.user, second.user)
    assert waiting.history.first().counsellor == second.user
    assert shows(client.get(url), second.user.full_name)
    sign_in(client, second)
    for page in ("home", "schools:hub"):
        assert shows(client.get(reverse(page)), url), page
    assert shows(client.get(reverse("home")), in_chinese("you look after it"))
    assert hold(client, child, waiting).status_code == 302
    sign_in(client, counsellor)
    assert client.get(url).status_code == 404


def test_given_to_another_counsellor_the_first_sees_the_file_no_more_and_notes_stay_theirs(
    client, child, school, counsellor, lead, taken
):
    hold(client, child, taken)
    second = posted(school, Role.COUNSELLOR)
    url = at(child, "referral_detail", taken.pk)
    sign_in(client, lead)

    client.post(url, {"move": "ASSIGN", "counsellor": second.pk})

    assert rows_seen(second, "schools_counsellingnote") == 0
    assert rows_seen(lead, "schools_counsellingnote") == 1
    sign_in(client, counsellor)
    assert client.get(url).status_code == 404
    sign_in(client, second)
    assert client.get(url).status_code == 200
    assert not shows(client.get(url), "她说想妈妈")


def test_only_a_lead_gives_a_referral_and_only_to_a_counsellor_of_the_school(
    client, child, school, teacher, counsellor, lead, waiting
):
    url = at(child, "referral_detail", waiting.pk)
    sign_in(client, counsellor)
    page = client.get(url)
    assert "ASSIGN" not in page.context["moves"]
    answer = client.post(url, {"move": "ASSIGN", "counsellor": counsellor.pk})
    assert "__all__" in errors(answer)

    sign_in(client, lead)
    for stranger in (PostingFactory(role=Role.COUNSELLOR), teacher):
        answer = client.post(url, {"move": "ASSIGN", "counsellor": stranger.pk})
        assert "counsellor" in errors(answer)
        with pytest.raises(NoCounsellor):
            assign(referral=waiting, counsellor=stranger, by=lead, now=timezone.now())
    assert "counsellor" in errors(client.post(url, {"move": "ASSIGN"}))
    waiting.refresh_from_db()
    assert waiting.state == "OPEN"


def test_the_action_itself_refuses_another_school(client, child, counsellor, lead, taken):
    elsewhere = PostingFactory(role=Role.PRINCIPAL)
    there = PostingFactory(role=Role.COUNSELLOR, organisation=elsewhere.organisation)
    now = timezone.now()
    for step in (
        lambda: assign(referral=taken, counsellor=there, by=elsewhere, now=now),
        lambda: plan(referral=taken, text="x", by=there, now=now),
        lambda: close(referral=taken, outcome="BETTER", text="x", by=there, now=now),
    ):
        with pytest.raises(NotTheirs) as refused:
            step()
        assert refused.value.why == Refusal.OTHER_SCHOOL


def test_what_nobody_has_comes_before_what_somebody_looks_after(client, school, child, lead):
    looked_after = ReferralFactory(child=child, organisation=school)
    other = ChildFactory()
    CaseAccessFactory(child=other, organisation=school)
    waits = ReferralFactory(
        child=other, organisation=school, state="OPEN", counsellor=None, lead=None
    )
    sign_in(client, lead)

    page = client.get(reverse("schools:hub"))

    assert page.context["referrals"]["block"]["rows"] == [waits, looked_after]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"move": "PLAN", "text": ""}, "text"),
        ({"move": "CLOSE", "text": "x", "outcome": ""}, "outcome"),
        ({"move": "CLOSE", "text": "x", "outcome": "X"}, "outcome"),
        ({"move": "X"}, "move"),
        ({"move": "TAKE", "lead": "999999"}, "lead"),
    ],
)
def test_what_a_step_lacks_is_said_at_its_field(client, child, counsellor, taken, typed, field):
    answer = client.post(at(child, "referral_detail", taken.pk), typed)

    assert field in errors(answer)


def test_notes_stand_nowhere_in_the_childs_trail(client, child, counsellor, lead, taken):
    hold(client, child, taken)
    NoteFactory(referral=taken)
    SessionFactory(referral=taken, is_secret=True)
    county = PostingFactory(role=Role.COUNTY_OFFICER, area=area(COUNTY))
    sign_in(client, county)

    for name in ("child_history", "child_detail"):
        page = client.get(reverse(f"children:{name}", args=[child.case_number]))
        assert not shows(page, "她说想妈妈")
        assert not shows(page, in_chinese("counselling note"))
        assert not shows(page, in_chinese("counselling session"))
