"""Observations, referrals, notes and scores: who sees what, on the page and in raw SQL."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.access import scope_of
from accounts.roles import Role
from accounts.scope import acting
from children.models import CaseAccess
from schools.actions.checklist import new_version
from schools.models import (
    ChecklistItem,
    Consent,
    CounsellingNote,
    CounsellingSession,
    Observation,
    Referral,
    ReferralStep,
    ScreeningResult,
)
from schools.models.falling import falling_moods
from tests.asking import errors, in_chinese, shows, text_of
from tests.factories import (
    CALM,
    COUNTY,
    CaseAccessFactory,
    ChecklistItemFactory,
    ChildFactory,
    ConsentFactory,
    ContactFactory,
    EnrolmentFactory,
    GuardianshipFactory,
    NormFactory,
    NoteFactory,
    ObservationFactory,
    OrganisationFactory,
    PairingFactory,
    PostingFactory,
    ReferralFactory,
    ScreeningBandFactory,
    ScreeningResultFactory,
    SessionFactory,
    UserFactory,
    area,
    first_checklist,
    school_of,
)
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
SADNESS, SELF_HARM = 4, 6  # places in the first checklist


def today():
    return timezone.localdate()


def this_month():
    return today().replace(day=1)


@pytest.fixture
def school():
    return OrganisationFactory()


def posted(school, role):
    return PostingFactory(role=role, organisation=school)


@pytest.fixture
def teacher(school):
    return posted(school, Role.CLASS_TEACHER)


@pytest.fixture
def colleague(school):
    return posted(school, Role.SUBJECT_TEACHER)


@pytest.fixture
def counsellor(school):
    return posted(school, Role.COUNSELLOR)


@pytest.fixture
def lead(school):
    return posted(school, Role.PRINCIPAL)


@pytest.fixture
def child(school, teacher, colleague):
    child = ChildFactory()
    CaseAccessFactory(child=child, organisation=school)
    for posting in (teacher, colleague):
        CaseAccessFactory(child=child, user=posting.user, reason="PAIRING")
    return child


def at(child, name, *more):
    return reverse(f"schools:{name}", args=[child.case_number, *more])


def answers(levels=CALM, **more):
    typed = {f"sign_{place}": level for place, level in enumerate(levels, 1)}
    return typed | {"checklist": first_checklist().pk} | more


def strong(place, level=3):
    return [level if place == n else 0 for n in range(9)]


def rows_seen(posting, table):
    with acting(scope_of(posting)), connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return cursor.fetchone()[0]


# Observing --------------------------------------------------------------------------------------


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


# Checklist --------------------------------------------------------------------------------------


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


# Referrals --------------------------------------------------------------------------------------


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


# Scores and consent -----------------------------------------------------------------------------


@pytest.fixture
def tool():
    band = ScreeningBandFactory(lowest=0, highest=9)
    ScreeningBandFactory(tool=band.tool, lowest=10, highest=27, refers=True, label_zh="建议转介")
    return band.tool


@pytest.fixture
def seen(child, counsellor):
    CaseAccessFactory(child=child, user=counsellor.user, reason="PAIRING")
    return child


def score(tool, points=5, **more):
    return {"tool": tool.pk, "taken_on": today(), "score": points} | more


def test_under_14_no_score_is_entered_without_a_guardians_living_consent(
    client, seen, counsellor, tool
):
    sign_in(client, counsellor)
    url = at(seen, "screening_add")
    assert "taken_on" in errors(client.post(url, score(tool)))
    care = GuardianshipFactory(child=seen)
    withdrawn = ConsentFactory(guardianship=care, withdrawn_on=date(2026, 2, 1))
    ConsentFactory(guardianship=care, purpose="PHOTO")
    assert "taken_on" in errors(client.post(url, score(tool)))
    assert not ScreeningResult.objects.exists()

    typed = {"purpose": "SCREENING", "guardianship": care.pk, "way": "PAPER",
             "text_version": "2", "given_on": today()}  # fmt: skip
    assert client.post(at(seen, "consent_add"), typed).status_code == 302
    assert client.post(url, score(tool)).status_code == 302
    assert ScreeningResult.objects.get().band.label_zh == "无需关注"

    living = Consent.objects.exclude(pk=withdrawn.pk).get(purpose="SCREENING")
    client.post(at(seen, "consent_withdraw", living.pk), {"withdrawn_on": today()})
    assert "taken_on" in errors(client.post(url, score(tool)))


def test_the_database_refuses_such_a_score_too(child):
    with pytest.raises(IntegrityError, match="guardian consents"), transaction.atomic():
        ScreeningResultFactory(child=child)
    with pytest.raises(IntegrityError, match="lies in its band"), transaction.atomic():
        ScreeningResultFactory(score=99)


def test_a_score_in_a_band_that_says_so_refers(client, seen, counsellor, tool):
    ConsentFactory(guardianship=GuardianshipFactory(child=seen))
    sign_in(client, counsellor)

    client.post(at(seen, "screening_add"), score(tool, 12))

    assert Referral.objects.get().ground == "SCREENING"


def test_a_score_without_a_band_is_refused_at_its_field(client, seen, counsellor, tool):
    ConsentFactory(guardianship=GuardianshipFactory(child=seen))
    sign_in(client, counsellor)

    for points in ("28", "-1", "x", "99999"):
        assert "score" in errors(client.post(at(seen, "screening_add"), score(tool, points)))


def test_scores_are_shown_to_counsellor_and_lead_alone(client, seen, teacher, counsellor, lead):
    ConsentFactory(guardianship=GuardianshipFactory(child=seen))
    ScreeningResultFactory(child=seen, remark="纸质第三页")
    sign_in(client, teacher)
    assert not shows(client.get(at(seen, "wellbeing")), "纸质第三页")
    assert rows_seen(teacher, "schools_screeningresult") == 0
    for posting in (counsellor, lead):
        sign_in(client, posting)
        assert shows(client.get(at(seen, "wellbeing")), "纸质第三页")


def test_a_consent_of_another_childs_guardian_or_of_a_former_one_is_refused(
    client, seen, counsellor
):
    former = GuardianshipFactory(child=seen, ends_on=date(2024, 6, 1))
    sign_in(client, counsellor)
    typed = {"purpose": "SCREENING", "way": "PAPER", "text_version": "2", "given_on": today()}

    for care in (GuardianshipFactory(), former):
        answer = client.post(at(seen, "consent_add"), typed | {"guardianship": care.pk})
        assert "guardianship" in errors(answer)


# What is due, and falling moods -----------------------------------------------------------------


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


def month(back):
    day = this_month()
    for _ in range(back):
        day = (day - timedelta(days=1)).replace(day=1)
    return day


def test_falling_moods_are_found_by_observation_and_by_contact(school):
    def enrolled():
        child = ChildFactory()
        EnrolmentFactory(child=child, school=school_of(school))
        return child

    falling, steady, better, worried, relieved, old = [enrolled() for _ in range(6)]
    for child, totals in ((falling, (1, 0, 6)), (steady, (4, 4, 4)), (better, (6, 3, 0))):
        for back, total in zip((2, 1, 0), totals, strict=True):
            levels = [1] * total + [0] * (9 - total)
            ObservationFactory(child=child, month=month(back), levels=levels)
    for days, mood in ((20, "GOOD"), (2, "WORRYING")):
        ContactFactory(child=worried, happened_on=today() - timedelta(days=days), mental_state=mood)
    for days, mood in ((20, "WORRYING"), (2, "GOOD")):
        ContactFactory(
            child=relieved, happened_on=today() - timedelta(days=days), mental_state=mood
        )
    ContactFactory(child=old, happened_on=today() - timedelta(days=300), mental_state="WORRYING")
    ContactFactory(mental_state="WORRYING", happened_on=today())  # of another school

    found = falling_moods(today=today(), organisation_id=school.pk)

    assert [(row.child_id, row.by_observation) for row in found] == [
        (falling.pk, True), (worried.pk, False),
    ]  # fmt: skip
    with CaptureQueriesContext(connection) as asked:
        falling_moods(today=today(), area_code=COUNTY)
    assert len(asked) == 2
    NormFactory(key="MOOD_FALL_POINTS", value=7)
    assert [r.child_id for r in falling_moods(today=today(), organisation_id=school.pk)] == [
        worried.pk
    ]


def test_in_the_scope_of_a_township_falling_moods_tell_of_contacts_alone(school):
    child = ChildFactory()
    for back, total in ((1, 0), (0, 6)):
        ObservationFactory(child=child, month=month(back), levels=[1] * total + [0] * (9 - total))
    supervisor = PostingFactory(role=Role.CHILD_SUPERVISOR)

    with acting(scope_of(supervisor)):
        assert falling_moods(today=today(), area_code=supervisor.area_id) == []
        ContactFactory(child=child, happened_on=today(), mental_state="WORRYING")
        (found,) = falling_moods(today=today(), area_code=supervisor.area_id)
    assert not found.by_observation


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
