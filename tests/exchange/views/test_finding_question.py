"""A finding between county and departments: asked, told, answered, decided."""

import hashlib
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import strip_tags

from accounts.access import scope_of
from accounts.models import AccessEvent
from accounts.roles import Role
from accounts.scope import acting
from exchange import finding_jobs
from exchange.actions.finding_question import answer_question
from exchange.models import Check, Finding, FindingQuestion, SharingRecord
from tests.exchange.checks.people import BORN, child, found, listed
from tests.exchange.lists import number
from tests.factories import (
    COUNTY,
    OTHER_COUNTY,
    OTHER_VILLAGE,
    VILLAGE,
    CaseAccessFactory,
    DepartmentFactory,
    EntitlementFactory,
    FindingFactory,
    FindingQuestionFactory,
    ListRowFactory,
    PostingFactory,
    SharingFigureFactory,
    area,
)
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
ASKED = {"ask-text": "请核对残疾证", "ask-due_on": (TODAY + timedelta(days=5)).isoformat()}


@pytest.fixture
def federation():
    return DepartmentFactory(name="县残联")


def liaison_of(department):
    return PostingFactory(role=Role.LIAISON, organisation=department)


@pytest.fixture
def officer():
    return PostingFactory(role=Role.COUNTY_OFFICER, area=area(COUNTY))


def as_(client, posting):
    sign_in(client, posting)
    return client


def ask(client, finding, department, **said):
    posted = ASKED | {"ask-asked_of": department.pk} | said
    return client.post(f"/exchange/findings/{finding.pk}/ask/", posted)


def answer(client, question, verdict="AS_FOUND", **said):
    posted = {"verdict": verdict, "answer": "证件有效", **said}
    return client.post(f"/exchange/asked/{question.pk}/answer/", posted)


def words_of(page):
    """What is read on it, in one line."""
    return " ".join(strip_tags(page.content.decode()).split())


def asks_the_federation(code):
    check = Check.objects.get(code=code)
    check.asks = ["FEDERATION"]
    check.save()


def page_of(client, question):
    return client.get(f"/exchange/asked/{question.pk}/")


def test_the_county_asks_the_department_answers_and_the_county_decides(client, officer, federation):
    finding = FindingFactory(child=child(name="张小妹"))
    before = Finding.history.count()

    assert ask(as_(client, officer), finding, federation).status_code == 302
    question = FindingQuestion.objects.get()
    page = as_(client, liaison_of(federation)).get("/")
    assert "张小妹" in words_of(page), "it waits on the home page"
    assert "张小妹" in words_of(client.get("/exchange/asked/"))
    shown = words_of(page_of(client, question))
    assert "请核对残疾证" in shown
    assert answer(client, question).status_code == 302

    question.refresh_from_db()
    finding.refresh_from_db()
    assert (question.verdict, question.answer) == ("AS_FOUND", "证件有效")
    assert (finding.state, Finding.history.count()) == ("NEW", before), "an answer moves nothing"
    assert [row.history_type for row in question.history.order_by("pk")] == ["+", "~"]
    told = words_of(as_(client, officer).get(f"/exchange/findings/{finding.pk}/"))
    assert "证件有效" in told
    assert "县残联" in told
    assert "部门已答复 1" in words_of(client.get("/"))
    listed_now = client.get("/exchange/findings/?state=answered").context["page"].rows
    assert [row.pk for row in listed_now] == [finding.pk]
    moved = client.post(
        f"/exchange/findings/{finding.pk}/move/", {"move": "CONFIRM", "text": "残联确认"}
    )
    assert moved.status_code == 302
    finding.refresh_from_db()
    assert finding.state == "CONFIRMED"


def test_of_the_child_a_department_is_told_what_was_sealed_and_no_more(client, officer, federation):
    known = child(name="张小妹", address="某组17号")
    finding = FindingFactory(
        child=known, facts={"expires_on": "2026-04-01", "parent_status": "IMPRISONED",
                            "programme": "HIV_AID"},
    )  # fmt: skip
    ask(as_(client, officer), finding, federation)
    question = FindingQuestion.objects.get()
    known.refresh_from_db()
    known.name, known.managing_area = "改名后", area(OTHER_VILLAGE)
    known.save()

    page = page_of(as_(client, liaison_of(federation)), question)

    shown = words_of(page)
    assert question.facts == {"expires_on": "2026-04-01"}
    assert "张小妹" in shown
    assert "改名后" not in shown
    body = page.content.decode()
    for hidden in (known.id_number, known.case_number, "某组17号", "服刑", "HIV"):
        assert hidden not in body, hidden
    assert known.id_number[:6] in shown
    assert "********" in shown
    assert client.get(f"/exchange/findings/{finding.pk}/").status_code == 403
    assert client.get(f"/children/{known.case_number}/").status_code == 404
    assert AccessEvent.objects.filter(subject="finding", child_id=known.pk).count() == 1


@pytest.mark.parametrize(
    "stranger",
    [
        pytest.param({"department": "EDUCATION"}, id="another department"),
        pytest.param({"area": OTHER_COUNTY}, id="another county's"),
    ],
)
def test_a_question_of_another_department_does_not_exist(client, federation, stranger):
    if "area" in stranger:
        stranger = {"area": area(stranger["area"])}
    question = FindingQuestionFactory(asked_of=federation, finding__child=child(name="张小妹"))
    posting = liaison_of(DepartmentFactory(**stranger))
    # Not even to who may see the child's file.
    CaseAccessFactory(child=question.child, organisation=posting.organisation)
    as_(client, posting)

    assert page_of(client, question).status_code == 404
    assert answer(client, question).status_code == 404
    assert "张小妹" not in words_of(client.get("/exchange/asked/"))
    with acting(scope_of(posting)), connection.cursor() as cursor:
        for table in ("exchange_findingquestion", "exchange_historicalfindingquestion"):
            cursor.execute(f"SELECT count(*) FROM {table}")
            assert cursor.fetchone() == (0,), table


def test_another_county_neither_sees_nor_withdraws_nor_answers(client, federation):
    question = FindingQuestionFactory(asked_of=federation)
    as_(client, PostingFactory(role=Role.COUNTY_OFFICER, area=area(OTHER_COUNTY)))

    posted = {"version": question.version}
    assert client.post(f"/exchange/questions/{question.pk}/withdraw/", posted).status_code == 404
    assert answer(client, question).status_code == 403


def test_a_department_answers_once_and_changes_nothing_else(client, federation):
    question = FindingQuestionFactory(asked_of=federation)
    posting = liaison_of(federation)
    as_(client, posting)
    answer(client, question)

    again = answer(client, question, "REGISTRY", answer="登记有误")

    question.refresh_from_db()
    assert again.status_code == 302
    assert (question.verdict, question.history.count()) == ("AS_FOUND", 2)
    assert "期间已答复或撤回" in words_of(page_of(client, question))
    waiting = FindingQuestionFactory(asked_of=federation)
    for change in (
        "text = 'x'", "facts = '{}'", "due_on = '2030-01-01'", "area_code = '330182100201'",
        "person = ''::bytea", "closed_at = now(), closed_by_id = asked_by_id",
        "asked_of_id = asked_of_id + 1",
    ):  # fmt: skip
        with (
            acting(scope_of(posting)), pytest.raises(DatabaseError), transaction.atomic(),
            connection.cursor() as cursor,
        ):  # fmt: skip
            cursor.execute(
                f"UPDATE exchange_findingquestion SET {change} WHERE id = %s", [waiting.pk]
            )


def test_the_county_does_not_answer_in_the_departments_name(officer, federation):
    question = FindingQuestionFactory(asked_of=federation)

    with (
        acting(scope_of(officer)), pytest.raises(DatabaseError, match="no such answer"),
        transaction.atomic(), connection.cursor() as cursor,
    ):  # fmt: skip
        cursor.execute(
            "UPDATE exchange_findingquestion SET verdict = 'AS_FOUND', answered_at = now(),"
            " answered_by_id = asked_by_id WHERE id = %s", [question.pk],
        )  # fmt: skip


def test_what_is_withdrawn_or_belongs_to_a_closed_finding_takes_no_answer(
    client, officer, federation
):
    withdrawn, closed = (FindingQuestionFactory(asked_of=federation) for _ in range(2))
    as_(client, officer)
    stale = {"version": withdrawn.version + 1}
    client.post(f"/exchange/questions/{withdrawn.pk}/withdraw/", stale)
    withdrawn.refresh_from_db()
    assert withdrawn.waits, "the page was of another version"
    fresh = {"version": withdrawn.version}
    client.post(f"/exchange/questions/{withdrawn.pk}/withdraw/", fresh)
    move = {"move": "DISMISS", "text": "已另行核实"}
    client.post(f"/exchange/findings/{closed.finding_id}/move/", move)

    as_(client, liaison_of(federation))
    for question in (withdrawn, closed):
        assert answer(client, question).status_code == 302
        question.refresh_from_db()
        assert (question.verdict, question.waits) == ("", False)
        assert question.closed_by == officer.user
        assert "撤回" in words_of(page_of(client, question))
    assert client.get("/").context["blocks"] is not None


def test_of_a_report_of_harm_nobody_is_asked(client, officer, federation):
    """Nor of a finding that is over, nor a department whose books the check does not compare."""
    asks_the_federation("M33")
    harm = FindingFactory(check="M33", is_for_few=True, facts={})
    over = FindingFactory(state="CLOSED", done_at=timezone.now())
    prison = FindingFactory(check="M08", facts={"answer": "YES"})
    as_(client, officer)

    for finding in (harm, over, prison):
        ask(client, finding, federation)
        page = client.get(f"/exchange/findings/{finding.pk}/")
        assert page.context["asking"] is None

    assert not FindingQuestion.objects.exists()
    assert not SharingRecord.objects.exists()


def test_each_asking_is_a_record_of_sharing(client, officer, federation):
    finding = FindingFactory(child=child(name="张小妹"))
    ask(as_(client, officer), finding, federation)

    record = SharingRecord.objects.get()
    assert (record.direction, record.kind, record.rows) == ("OUT", "finding_question", 1)
    assert (record.department, record.by) == ("县残联", officer.user)
    assert record.purpose
    assert record.legal_ground
    assert record.area_code == finding.area_code
    assert record.fields == ["name", "sex", "birth_date", "id_number", "place", "expires_on"]
    assert bytes(record.file_hash) != hashlib.sha256(b"").digest()
    shown = words_of(client.get("/exchange/shared/"))
    assert "请部门核实的线索" in shown
    assert "身份证号（脱敏）" in shown
    assert "张小妹" not in shown


def test_somebody_whom_no_file_knows_is_told_by_the_list(client, officer, federation):
    row = ListRowFactory(area_code=VILLAGE)
    finding = FindingFactory(check="M01", child=None, list_row=row, area_code=VILLAGE, facts={})

    ask(as_(client, officer), finding, federation)

    assert page_of(as_(client, liaison_of(federation)), FindingQuestion.objects.get())
    assert FindingQuestion.objects.get().child_id is None


def test_words_are_needed_where_something_is_wrong(client, federation):
    question = FindingQuestionFactory(asked_of=federation)
    as_(client, liaison_of(federation))

    page = answer(client, question, "REGISTRY", answer=" ")

    assert page.status_code == 200
    assert "answer" in page.context["form"].errors
    assert answer(client, question, "AS_FOUND", answer="").status_code == 302


def test_late_answers_alarm_both_sides(client, officer, federation):
    late = FindingQuestionFactory(asked_of=federation, due_on=TODAY - timedelta(days=1))
    FindingQuestionFactory(asked_of=federation, due_on=TODAY)

    home = words_of(as_(client, liaison_of(federation)).get("/"))
    assert "请我部门核实2 逾期 1" in home
    home = words_of(as_(client, officer).get("/"))
    assert "部门答复逾期 1" in home
    rows = client.get("/exchange/findings/?state=late").context["page"].rows
    assert [row.pk for row in rows] == [late.finding_id]


def test_asked_again_after_an_answer_but_not_while_one_is_awaited(client, officer, federation):
    finding = FindingFactory()
    as_(client, officer)
    ask(client, finding, federation)
    ask(client, finding, federation)
    question = FindingQuestion.objects.get()
    answer(as_(client, liaison_of(federation)), question, "UNKNOWN", answer="系统查无此证")

    ask(as_(client, officer), finding, federation)

    assert FindingQuestion.objects.count() == 2
    assert SharingRecord.objects.count() == 2


def test_a_question_follows_its_finding_to_another_place(client, officer, federation):
    """Who keeps the file now reads the answer; the department is told of no new place."""
    one = child(name="张小妹")
    listed("deaths", number(1), child=one, died_on="2026-02-11", born=BORN)
    EntitlementFactory(child=one, is_running=True)
    (finding,) = found("M06")
    asks_the_federation("M06")
    question = FindingQuestionFactory(finding=finding, asked_of=federation, facts={})
    one.managing_area_id = one.residence_area_id = OTHER_VILLAGE
    area(OTHER_VILLAGE)
    one.save()

    found("M06")

    question.refresh_from_db()
    assert question.area_code == OTHER_VILLAGE
    assert question.history.count() == 2
    as_(client, liaison_of(federation))
    assert OTHER_VILLAGE not in page_of(client, question).content.decode()
    answer(client, question)
    as_(client, PostingFactory(role=Role.COUNTY_OFFICER, area=area(OTHER_COUNTY)))
    assert "证件有效" in words_of(client.get(f"/exchange/findings/{finding.pk}/"))
    as_(client, officer)
    assert client.get(f"/exchange/findings/{finding.pk}/").status_code == 404


def test_pages_ask_as_often_for_many_as_for_one(client, officer, federation):
    posting = liaison_of(federation)
    pages = ((posting, "/"), (posting, "/exchange/asked/"), (officer, "/"))

    def queries(who, address):
        as_(client, who)
        client.get(address)
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        return len(asked)

    FindingQuestionFactory(asked_of=federation)
    first = [queries(who, address) for who, address in pages]
    for _ in range(5):
        FindingQuestionFactory(asked_of=federation)

    assert [queries(who, address) for who, address in pages] == first


def test_all_of_a_filter_are_asked_at_once(client, officer, federation):
    """Those told of on the page and no others, each sealed by itself, in one record of sharing."""
    two = [FindingFactory(child=child(n)) for n in (1, 2)]
    asked_already = FindingQuestionFactory(asked_of=federation).finding
    elsewhere = FindingFactory(child=child(4, residence_area=area(OTHER_VILLAGE)))
    other_check = FindingFactory(check="M08", child=child(5))
    address = "/exchange/findings/ask/?check=M05"
    listed_now = as_(client, officer).get("/exchange/findings/?check=M05").content.decode()
    assert address.removesuffix("?check=M05") in listed_now
    page = client.get(address)
    later = FindingFactory(child=child(6))

    keys = page.context["keys"]
    strangers = [elsewhere.pk, other_check.pk, asked_already.pk]
    posted = ASKED | {"ask-asked_of": federation.pk, "finding": [*keys, *strangers, "x"]}
    with CaptureQueriesContext(connection) as queries:
        answered = client.post(address, posted)

    assert answered.status_code == 302
    assert sorted(keys) == sorted(row.pk for row in two)
    asked = FindingQuestion.objects.exclude(finding=asked_already)
    assert sorted(asked.values_list("finding", flat=True)) == sorted(keys)
    assert not FindingQuestion.objects.filter(finding=later).exists()
    assert {row.history.count() for row in asked} == {1}
    record = SharingRecord.objects.get()
    assert (record.rows, record.area_code) == (2, COUNTY)
    inserts = [one for one in queries if 'INTO "exchange_findingquestion"' in one["sql"]]
    assert len(inserts) == 1, "in one statement, however many"


def test_what_a_department_was_told_is_forgotten_some_time_after_the_question(client, federation):
    """By the figure of the county; what is asked and answered stays, and nobody brings it back."""
    SharingFigureFactory(key="QUESTION_KEPT_DAYS", value=5, starts_on=TODAY - timedelta(days=9))
    liaison, ago = liaison_of(federation), timezone.now() - timedelta(days=6)
    old, fresh, waiting = (FindingQuestionFactory(asked_of=federation) for _ in range(3))
    for row, at in ((old, ago), (fresh, timezone.now())):
        with acting(scope_of(liaison)):
            answer_question(question=row, verdict="AS_FOUND", answer="", by=liaison.user, now=at)
    finding_jobs.forget_finding_questions(timestamp=0)
    finding_jobs.forget_finding_questions(timestamp=0)

    old, fresh, waiting = (FindingQuestion.objects.get(pk=row.pk) for row in (old, fresh, waiting))
    assert (old.person, old.facts, old.verdict) == ("", {}, "AS_FOUND")
    assert fresh.about["name"]
    assert waiting.about["name"]
    assert old.history.count() == 3  # asked, answered, forgotten once
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM exchange_historicalfindingquestion LIMIT 0")
        assert not {"person", "facts"} & {column.name for column in cursor.description}
    sign_in(client, liaison)
    for address in ("/exchange/asked/", f"/exchange/asked/{old.pk}/"):
        assert client.get(address).status_code == 200
    for change in ("facts = '{\"a\": 1}'", "forgotten_at = NULL", "person = 'x'"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE exchange_findingquestion SET {change} WHERE id = %s", [old.pk])


def test_days_to_answer_are_a_figure(client, officer, federation):
    SharingFigureFactory(key="QUESTION_DAYS", value=21, starts_on=TODAY)
    finding = FindingFactory(child=child(name="张小妹"))
    page = as_(client, officer).get(f"/exchange/findings/{finding.pk}/")
    assert (TODAY + timedelta(days=21)).isoformat() in page.content.decode()
