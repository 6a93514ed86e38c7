"""Growth records as teachers and their lead meet them."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccessEvent
from schools.actions.enrolment import enrol
from schools.models import Enrolment, GrowthMark, GrowthRecord, Subject
from schools.rules.growth_record import NEEDED
from tests.asking import in_chinese, shows
from tests.factories import (
    CaseAccessFactory,
    ChildFactory,
    ClosedGrowthRecordFactory,
    EnrolmentFactory,
    GrowthMarkFactory,
    GrowthRecordFactory,
    OrganisationFactory,
    PairingFactory,
    PostingFactory,
    TermFactory,
    school_of,
    term,
)
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
WHOLE = {name: "好" for name in NEEDED} | {"conduct": "GOOD", "height_cm": 140, "weight_kg": 35}


@pytest.fixture
def school():
    return OrganisationFactory()


@pytest.fixture
def teacher(school):
    return PostingFactory(role="CLASS_TEACHER", organisation=school)


@pytest.fixture
def subject_teacher(school):
    return PostingFactory(role="SUBJECT_TEACHER", organisation=school)


@pytest.fixture
def lead(school):
    return PostingFactory(role="PRINCIPAL", organisation=school)


@pytest.fixture
def record(school, teacher, subject_teacher):
    return record_at(school, [teacher, subject_teacher])


def record_at(school, helpers, **facts):
    child = ChildFactory()
    EnrolmentFactory(child=child, school=school_of(school), class_name="1班")
    CaseAccessFactory(child=child, organisation=school)
    for posting in helpers:
        CaseAccessFactory(child=child, user=posting.user, reason="PAIRING")
    return GrowthRecordFactory(child=child, school=school_of(school), **facts)


def subject(code):
    return Subject.objects.get(code=code)


def url_of(row, view):
    return reverse(f"schools:{view}", args=[row.child.case_number, row.pk])


def mark_all(row):
    for code in ("chinese", "maths", "english", "morality", "science", "it", "sport", "art",
                 "labour"):  # fmt: skip
        GrowthMarkFactory(record=row, subject=subject(code))


def key(code):
    return str(subject(code).pk)


def test_the_class_teacher_fills_facts_and_marks_on_one_page(client, teacher, record):
    sign_in(client, teacher)
    typed = {
        "version": 1, "comment": "进步很大", "height_cm": "141.5", "conduct": "GOOD",
        f"level-{key('maths')}": "EXCELLENT", f"score-{key('maths')}": "96",
    }  # fmt: skip

    answer = client.post(url_of(record, "growth_fill"), typed)

    assert answer.status_code == 302
    record.refresh_from_db()
    assert (record.comment, str(record.height_cm)) == ("进步很大", "141.5")
    mark = record.marks.get()
    assert (mark.level, mark.score, mark.given_by) == ("EXCELLENT", 96, teacher)


def test_a_subject_teacher_gives_the_mark_and_nothing_else(client, subject_teacher, record):
    sign_in(client, subject_teacher)
    url = url_of(record, "growth_fill")
    assert client.get(url).context["form"].sections == []

    typed = {"version": 1, "comment": "越权", f"level-{key('maths')}": "GOOD"}
    assert client.post(url, typed).status_code == 302

    record.refresh_from_db()
    assert record.comment == ""
    assert record.marks.get().level == "GOOD"


def test_a_subject_teacher_cannot_change_a_colleagues_mark(client, subject_teacher, record):
    mark = GrowthMarkFactory(record=record, level="GOOD")
    sign_in(client, subject_teacher)
    typed = {
        "version": 1, f"level-{key('maths')}": "IMPROVE", f"was-{key('maths')}": "GOOD|",
    }  # fmt: skip

    client.post(url_of(record, "growth_fill"), typed)

    mark.refresh_from_db()
    assert mark.level == "GOOD"


def test_a_subject_teacher_who_is_the_main_helper_fills_everything(client, subject_teacher, record):
    PairingFactory(child=record.child, helper=subject_teacher)
    sign_in(client, subject_teacher)

    assert len(client.get(url_of(record, "growth_fill")).context["form"].sections) == 4


def test_teachers_of_another_school_find_no_record(client, record):
    for role in ("CLASS_TEACHER", "SUBJECT_TEACHER", "PRINCIPAL"):
        sign_in(client, PostingFactory(role=role))
        for view in ("growth_record", "growth_fill"):
            assert client.get(url_of(record, view)).status_code == 404
        assert client.get(reverse("schools:growth_list")).context["lines"] == []


def test_a_record_is_found_only_under_its_own_child(client, teacher, record, school):
    other = record_at(school, [teacher])
    sign_in(client, teacher)

    url = reverse("schools:growth_record", args=[other.child.case_number, record.pk])
    assert client.get(url).status_code == 404


def test_two_teachers_at_once_lose_nothing(client, teacher, lead, record):
    sign_in(client, teacher)
    url = url_of(record, "growth_fill")
    client.get(url)
    sign_in(client, lead)
    client.post(url, {"version": 1, "goals": "读完三本书", f"level-{key('maths')}": "GOOD"})

    sign_in(client, teacher)
    mine = {"version": 1, "comment": "很努力", f"level-{key('maths')}": "",
            f"level-{key('art')}": "FAIR"}  # fmt: skip
    answer = client.post(url, mine)

    assert answer.status_code == 200
    assert "读完三本书" in [change.new for change in answer.context["others"]]
    form, marks = answer.context["form"], answer.context["marks"]
    assert (form["goals"].value(), form["comment"].value()) == ("读完三本书", "很努力")
    assert marks[f"level-{key('maths')}"].value() == "GOOD"
    again = {name: form[name].value() or "" for name in form.fields}
    again |= {name: marks[name].value() or "" for name in marks.fields}
    assert client.post(url, again | {"version": answer.context["version"]}).status_code == 302
    record.refresh_from_db()
    assert (record.goals, record.comment) == ("读完三本书", "很努力")
    assert dict(record.marks.values_list("subject__code", "level")) == {
        "maths": "GOOD", "art": "FAIR",
    }  # fmt: skip


def test_a_mark_changed_by_both_is_shown_and_not_overwritten(client, teacher, record):
    mark = GrowthMarkFactory(record=record, level="IMPROVE")
    sign_in(client, teacher)
    typed = {"version": 1, f"level-{key('maths')}": "EXCELLENT", f"was-{key('maths')}": "GOOD|"}

    answer = client.post(url_of(record, "growth_fill"), typed)

    assert [c.new for c in answer.context["others"]] == [in_chinese_level("IMPROVE")]
    mark.refresh_from_db()
    assert mark.level == "IMPROVE"


def in_chinese_level(level):
    return {"IMPROVE": "待提高"}[level]


@pytest.mark.parametrize(
    ("typed", "field"),
    [({"height_cm": "999"}, "height_cm"), ({"eyesight_left": "1.2"}, "eyesight_left"),
     ({"distance_km": "-1"}, "distance_km"), ({"conduct": "X"}, "conduct"),
     ({"weight_kg": "abc"}, "weight_kg")],
)  # fmt: skip
def test_what_cannot_be_is_said_at_the_field_and_the_rest_stays(
    client, teacher, record, typed, field
):
    sign_in(client, teacher)

    answer = client.post(url_of(record, "growth_fill"), {"version": 1, "comment": "留着"} | typed)

    assert answer.status_code == 200
    assert field in answer.context["form"].errors
    assert shows(answer, "留着")


@pytest.mark.parametrize("score", ["151", "-1", "x", "1e9", "NaN"])
def test_an_impossible_score_is_refused_in_words(client, teacher, record, score):
    sign_in(client, teacher)
    typed = {"version": 1, f"level-{key('maths')}": "GOOD", f"score-{key('maths')}": score}

    answer = client.post(url_of(record, "growth_fill"), typed)

    assert f"score-{key('maths')}" in answer.context["marks"].errors
    assert not GrowthMark.objects.exists()


def test_a_whole_class_is_marked_on_one_screen(client, teacher, school, record):
    second = record_at(school, [teacher])
    elsewhere = record_at(school, [])  # not paired with this teacher
    sign_in(client, teacher)
    url = reverse("schools:growth_marks") + f"?class=PRIMARY-4-1班&subject={key('maths')}"
    form = client.get(url).context["form"]
    assert {row[2] for row in form.rows} == {record.pk, second.pk}

    typed = {f"level-{record.pk}": "GOOD", f"level-{second.pk}": "IMPROVE",
             f"level-{elsewhere.pk}": "GOOD"}  # fmt: skip
    assert client.post(url, typed).status_code == 302

    given = dict(GrowthMark.objects.values_list("record", "level"))
    assert given == {record.pk: "GOOD", second.pk: "IMPROVE"}


def test_the_list_names_what_is_missing(client, lead, record):
    mark_all(record)
    GrowthRecord.objects.get(pk=record.pk)
    record.comment = ""
    for name, value in (WHOLE | {"comment": ""}).items():
        setattr(record, name, value)
    record.save()
    sign_in(client, lead)

    (line,) = client.get(reverse("schools:growth_list")).context["lines"]

    assert line.words == [in_chinese("teacher's comment")]
    assert not line.is_whole


def whole(row):
    mark_all(row)
    for name, value in WHOLE.items():
        setattr(row, name, value)
    row.save()
    return row


def test_the_lead_closes_all_that_are_whole_and_only_those(client, lead, record, school):
    done = whole(record_at(school, []))
    foreign = whole(record_at(OrganisationFactory(), []))
    sign_in(client, lead)

    client.post(reverse("schools:growth_close_whole"), {"term": record.term_id})

    states = dict(GrowthRecord.objects.values_list("pk", "state"))
    assert states == {record.pk: "OPEN", done.pk: "CLOSED", foreign.pk: "OPEN"}


def test_a_record_with_gaps_is_closed_only_with_a_reason(client, lead, record):
    sign_in(client, lead)
    url = url_of(record, "growth_close")

    assert client.post(url, {"confirm": "yes"}).status_code == 200
    assert client.post(url, {"reason": "长期住院"}).status_code == 302

    record.refresh_from_db()
    assert record.state == "CLOSED"
    assert record.history.latest("history_id").history_change_reason == "长期住院"


def test_in_the_middle_of_a_term_records_are_closed_singly_with_a_reason(client, lead, school):
    today = timezone.localdate()
    term = TermFactory(
        year__name="now", year__starts_on=today, year__ends_on=today + timedelta(days=300),
        starts_on=today, ends_on=today + timedelta(days=90),
    )  # fmt: skip
    done = whole(record_at(school, [], term=term))
    sign_in(client, lead)

    page = client.get(reverse("schools:growth_list"))
    assert not shows(page, reverse("schools:growth_close_whole"))
    client.post(reverse("schools:growth_close_whole"), {"term": term.pk})
    client.post(url_of(done, "growth_close"), {"confirm": "yes"})
    done.refresh_from_db()
    assert done.state == "OPEN"

    client.post(url_of(done, "growth_close"), {"reason": "转学"})
    done.refresh_from_db()
    assert done.state == "CLOSED"


def test_an_open_record_goes_along_to_the_new_class_and_school(client, lead, school):
    record = record_at(school, [])  # of the spring term, with the class of then
    Enrolment.objects.filter(child=record.child).update(starts_on=record.term.starts_on)
    closed = ClosedGrowthRecordFactory(
        child=record.child, school=school_of(school), class_name="9班"
    )
    place = school_of(OrganisationFactory())
    facts = {
        "school": place, "stage": "PRIMARY", "grade": 4, "class_name": "3班",
        "is_boarding": False, "placement": "ORDINARY", "status": "ENROLLED", "roll_number": "",
        "starts_on": record.term.starts_on + timedelta(days=30),
    }  # fmt: skip
    common = {"child": record.child, "reason": "搬家", "by": lead.user, "now": timezone.now()}

    enrol(facts=facts, today=record.term.ends_on, **common)
    record.refresh_from_db()
    assert (record.school, record.class_name) == (place, "3班")
    assert record.history.first().history_change_reason == "搬家"

    # A term that was over by then keeps its class, and so does what was closed.
    facts |= {"class_name": "5班", "starts_on": record.term.ends_on + timedelta(days=60)}
    enrol(facts=facts, today=facts["starts_on"], **common)
    record.refresh_from_db()
    closed.refresh_from_db()
    assert (record.class_name, closed.class_name) == ("3班", "9班")


def test_a_class_teacher_closes_and_corrects_nothing(client, teacher, record):
    closed = ClosedGrowthRecordFactory(child=record.child)
    sign_in(client, teacher)

    assert client.post(url_of(record, "growth_close"), {"reason": "想关"}).status_code == 403
    assert client.post(url_of(closed, "growth_correct"), {"reason": "想改"}).status_code == 403
    answer = client.post(url_of(closed, "growth_fill"), {"version": 1, "comment": "x"})
    assert answer.status_code == 302
    closed.refresh_from_db()
    assert closed.comment == ""


def test_a_correction_asks_for_its_reason_and_shows_it(client, lead, record):
    closed = ClosedGrowthRecordFactory(child=record.child)
    sign_in(client, lead)
    url = url_of(closed, "growth_correct")

    refused = client.post(url, {"version": 1, "comment": "补充"})
    assert "reason" in refused.context["form"].errors
    assert client.post(url, {"version": 1, "comment": "补充", "reason": "漏记"}).status_code == 302

    assert shows(client.get(url_of(closed, "growth_record")), "漏记")


def test_the_lead_starts_the_missing_ones(client, lead, school, teacher):
    child = ChildFactory()
    CaseAccessFactory(child=child, organisation=school)
    school_of(school)
    PairingFactory(child=child, helper=teacher)
    stranger = PairingFactory()
    school_of(stranger.helper.organisation)
    sign_in(client, lead)

    client.post(reverse("schools:growth_start"), {"term": term().pk})

    assert [row.child for row in GrowthRecord.objects.all()] == [child]


def queries(client, url):
    with CaptureQueriesContext(connection) as found:
        assert client.get(url).status_code == 200
    return len(found)


@pytest.mark.parametrize("view", ["growth_list", "growth_marks"])
def test_the_lists_ask_the_same_for_one_record_and_for_ten(client, lead, school, record, view):
    sign_in(client, lead)
    url = reverse(f"schools:{view}")
    GrowthMarkFactory(record=record)
    queries(client, url)  # the first page of a process reads what later ones know
    one = queries(client, url)

    for _ in range(9):
        GrowthMarkFactory(record=record_at(school, []))

    assert queries(client, url) == one


def test_the_school_page_asks_the_same_for_one_term_and_for_two(client, lead, record):
    sign_in(client, lead)
    url = reverse("schools:child_school", args=[record.child.case_number])
    queries(client, url)
    one = queries(client, url)

    ClosedGrowthRecordFactory(child=record.child)

    assert queries(client, url) == one


def test_opening_a_record_is_logged(client, teacher, record):
    sign_in(client, teacher)

    client.get(url_of(record, "growth_record"))

    event = AccessEvent.objects.latest("pk")
    assert (event.kind, event.subject, event.child_id) == ("OPENED", "growth", record.child_id)
