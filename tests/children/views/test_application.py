"""An application on its whole way, and each step that is refused."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.once import new_key
from children.models import Application, ApplicationStep, CategorySpell, Child
from children.rules.application import MOVES, checklist
from tests.asking import errors, in_chinese, of, shows
from tests.factories import (
    OTHER_VILLAGE,
    ApplicationFactory,
    ChildFactory,
    HomeVisitFactory,
    UserFactory,
    area,
)
from tests.world import document

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


def papers(child):
    for paper in checklist("DE_FACTO"):
        document(child, kind=sorted(paper.kinds)[0])


def test_a_visit_made_meanwhile_stands_beside_it_and_leads_back(village):
    client, row = village, ApplicationFactory()
    ApplicationStep.objects.create(
        application=row, child=row.child, move="OPEN", to_state="LEAD", by=UserFactory()
    )
    url = of(row.child, "application_detail", pk=row.pk)
    HomeVisitFactory(child=row.child, visited_on=timezone.localdate() - timedelta(days=9))
    page = client.get(url)
    assert page.context["visits"] == []
    assert f"{of(row.child, 'visit_add')}?application={row.pk}" in page.content.decode()
    typed = {
        "outcome": "MET", "mode": "HOME", "child_seen": "ALONE", "injuries": "NONE",
        "health": "GOOD", "mood": "GOOD", "visited_on": timezone.localdate(),
        "submission": new_key(),
    }  # fmt: skip

    saved = client.post(f"{of(row.child, 'visit_add')}?application={row.pk}", typed)

    assert saved.url == url
    assert [each.visited_on for each in client.get(url).context["visits"]] == [timezone.localdate()]


def step(client, row, move, reason=""):
    typed = {"move": move, "reason": reason, "submission": new_key()}
    return client.post(of(row.child, "application_detail", pk=row.pk), typed)


def state(row):
    return Application.objects.get(pk=row.pk).state


def test_from_the_village_to_the_countys_approval(village, town, county, officer):
    child = ChildFactory()
    typed = {"category": "DE_FACTO", "applicant": "曾大山", "grounds": "父亲服刑"}
    village.post(of(child, "application_add"), typed)
    row = Application.objects.get()
    papers(child)

    for client, move in (
        (village, "SUBMIT"), (town, "ACCEPT"), (town, "START_CHECK"), (town, "PASS_CHECK"),
        (county, "APPROVE"),
    ):  # fmt: skip
        assert step(client, row, move).status_code == 302, move

    row.refresh_from_db()
    today = timezone.localdate()
    assert (row.state, row.decided_by, row.submitted_on) == ("APPROVED", officer.user, today)
    following = (today.year + today.month // 12, today.month % 12 + 1, 1)
    month = row.effective_month
    assert (month.year, month.month, month.day) == following
    assert CategorySpell.objects.get(child=child).category == "DE_FACTO"
    assert Child.objects.get().status == "ACTIVE"
    moves = [s.move for s in row.steps.all()]
    assert moves == ["OPEN", "SUBMIT", "ACCEPT", "START_CHECK", "PASS_CHECK", "APPROVE"]


def test_what_is_missing_is_named_before_the_county_sees_it(town):
    row = ApplicationFactory(state="TOWN_REVIEW")

    answer = step(town, row, "PASS_CHECK")

    (message,) = errors(answer)["__all__"]
    assert in_chinese("guardian's ID card") in message
    assert state(row) == "TOWN_REVIEW"


def test_a_withdrawn_paper_is_missing_again(town):
    row = ApplicationFactory(state="TOWN_REVIEW")
    papers(row.child)
    paper = row.child.documents.get(kind="GUARDIAN_ID")
    town.post(of(row.child, "document_withdraw", key=paper.uuid), {"reason": "过期"})

    assert step(town, row, "PASS_CHECK").status_code == 200
    assert state(row) == "TOWN_REVIEW"


@pytest.mark.parametrize("move", [m.name for m in MOVES.values() if m.needs_reason])
def test_a_refusal_needs_its_reason_in_writing(town, county, move):
    start = sorted(MOVES[move].sources)[0].value
    child = ChildFactory()
    typed = {"decision_reason": "x"} if start == "RETURNED" else {}
    row = ApplicationFactory(child=child, state=start, **typed)
    client = county if MOVES[move].permission == "application_confirm" else town

    for nothing in ("", "  \n"):
        answer = step(client, row, move, nothing)
        assert errors(answer) == {"reason": [in_chinese("Write the reason for the family.")]}
    assert state(row) == start

    assert step(client, row, move, "缺少证明").status_code == 302
    row.refresh_from_db()
    assert row.decision_reason == "缺少证明"
    assert row.steps.get().reason == "缺少证明"


@pytest.mark.parametrize("move", MOVES)
def test_a_step_that_does_not_lead_from_here_tells_that_somebody_was_faster(town, county, move):
    row = ApplicationFactory(state="WITHDRAWN")

    for client in (town, county):
        answer = step(client, row, move, "缺少证明")
        message = "Somebody else has taken a step in the meantime. Look at it again."
        assert errors(answer) == {"__all__": [in_chinese(message)]}
    assert not row.steps.exists()


@pytest.mark.parametrize(
    ("move", "who"), [("ACCEPT", "village"), ("APPROVE", "town"), ("ACCEPT", "county")]
)
def test_a_step_of_another_posting_is_refused(request, move, who):
    start = sorted(MOVES[move].sources)[0].value
    row = ApplicationFactory(state=start)
    papers(row.child)

    answer = step(request.getfixturevalue(who), row, move)

    assert errors(answer) == {"__all__": [in_chinese("Your posting does not take this step.")]}
    assert state(row) == start


def test_a_step_that_does_not_exist_is_not_found(town):
    row = ApplicationFactory()

    assert step(town, row, "JUMP").status_code == 404


def test_two_applications_for_one_category_at_a_time_are_refused(village):
    child = ApplicationFactory().child

    answer = village.post(of(child, "application_add"), {"category": "DE_FACTO"})

    message = "An application of this child for this category is under way."
    assert errors(answer) == {"__all__": [in_chinese(message)]}


def test_an_application_of_another_child_is_not_found_under_this_one(town):
    child, other = ChildFactory(), ApplicationFactory()

    assert town.get(of(child, "application_detail", pk=other.pk)).status_code == 404


def test_an_application_for_a_secret_category_is_the_countys_alone(town, county):
    row = ApplicationFactory(category="HIV")
    url = of(row.child, "application_detail", pk=row.pk)

    assert town.get(url).status_code == 404
    assert county.get(url).status_code == 200
    answer = town.post(of(row.child, "application_add"), {"category": "HIV"})
    assert set(errors(answer)) == {"category"}


def test_the_home_page_shows_what_waits_for_the_posting(town, county):
    waiting = ApplicationFactory(state="SUBMITTED")
    ApplicationFactory(
        state="SUBMITTED", child=ChildFactory(residence_area=area(OTHER_VILLAGE), name="李四")
    )

    page = town.get(reverse("home"))
    assert page.context["waiting"] == [waiting]
    assert not shows(page, "李四")
    assert county.get(reverse("home")).context["waiting"] == []


def test_a_lead_is_told_who_applies_and_why_when_it_is_submitted_and_no_later(village, town):
    row = ApplicationFactory(state="LEAD", category="DE_FACTO", applicant="", grounds="")
    url = of(row.child, "application_detail", pk=row.pk)
    told = {"applicant": "曾大山", "grounds": "父亲服刑，母亲去世"}

    refused = village.post(url, {"move": "SUBMIT", "applicant": "曾" * 101, "grounds": "服刑"})
    assert "applicant" in errors(refused)
    assert "服刑" in refused.content.decode()
    village.post(url, {"move": "SUBMIT", "submission": new_key(), **told})

    row.refresh_from_db()
    assert (row.state, row.applicant, row.grounds) == ("SUBMITTED", *told.values())
    town.post(url, {"move": "ACCEPT", "applicant": "别人", "submission": new_key()})
    row.refresh_from_db()
    assert (row.state, row.applicant) == ("ACCEPTED", "曾大山")


def test_from_a_paper_that_is_missing_one_comes_back_to_the_application_for_the_next(village):
    row = ApplicationFactory(state="LEAD", category="DE_FACTO")
    url = of(row.child, "application_detail", pk=row.pk)
    asked = f"?application={row.pk}&amp;kind=GUARDIAN_ID"
    assert asked in village.get(url).content.decode()

    page = of(row.child, "document_add") + asked.replace("&amp;", "&")
    assert village.get(page).context["form"].initial["kind"] == "GUARDIAN_ID"
    added = village.post(page, {
        "kind": "GUARDIAN_ID", "remark": "", "application": row.pk,
        "file": SimpleUploadedFile("x.pdf", PDF),
    })  # fmt: skip

    assert added.url == url
    paper = row.child.documents.get()
    shown = village.get(url).content.decode()
    assert asked not in shown
    assert of(row.child, "document_show", key=paper.uuid) in shown
