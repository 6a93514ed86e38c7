"""Rehabilitation as it is met in the browser: applied for, planned, attended, claimed, paid."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.roles import Role
from assistance.actions.rehabilitation_claim import draw_up, move_claim
from assistance.models import (
    ClaimLine,
    RehabilitationApplication,
    RehabilitationClaim,
    RehabilitationPlan,
    RehabilitationSession,
)
from assistance.rules.rehabilitation import ClaimMove, Cut
from assistance.views.rehabilitation_claim import CUTS
from tests.factories import (
    CertificateFactory,
    ChildFactory,
    ClaimLineFactory,
    RehabilitationApplicationFactory,
    RehabilitationClaimFactory,
    RehabilitationInstitutionFactory,
    RehabilitationPlanFactory,
    RehabilitationSessionFactory,
    UserFactory,
)
from tests.signing_in import sign_in
from tests.world import picture, posted_as

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
MONTH = TODAY.replace(day=1)


def of(child, name, **more):
    return reverse(f"assistance:{name}", kwargs={"case_number": child.case_number, **more})


def acting_as(client, role):
    posting = posted_as(role)
    sign_in(client, posting)
    return posting


@pytest.fixture
def child():
    return ChildFactory(birth_date=TODAY - timedelta(days=5 * 365))


@pytest.fixture
def running(child):
    """A plan of this year, as far as today."""
    return RehabilitationPlanFactory(
        application__child=child, starts_on=date(TODAY.year, 1, 1),
        ends_on=date(TODAY.year, 12, 31), institution__starts_on=date(2020, 1, 1),
    )  # fmt: skip


def test_from_the_application_to_the_paid_claim(client, child):
    acting_as(client, Role.CHILD_DIRECTOR)
    certificate = CertificateFactory(child=child)
    client.post(of(child, "rehab_add"), {
        "kind": "AUTISM", "applied_on": TODAY, "applicant": "曾大山", "certificate": certificate.pk,
    })  # fmt: skip
    row = RehabilitationApplication.objects.get()
    grade = f"，{certificate.grade}级"  # a number alone might be anything of the certificate
    for page in (of(child, "rehab_add"), of(child, "rehab_detail", rehab_id=row.pk)):
        assert grade in client.get(page).content.decode()

    acting_as(client, Role.COUNTY_OFFICER)
    client.post(of(child, "rehab_move", rehab_id=row.pk), {"move": "APPROVE"})
    center = RehabilitationInstitutionFactory(starts_on=date(2020, 1, 1))
    client.post(of(child, "rehab_plan_add", rehab_id=row.pk), {
        "institution": center.pk, "starts_on": MONTH, "ends_on": date(TODAY.year, 12, 31),
        "sessions": 20, "money": "4000", "until_age": 7, "age_rule": "DAY",
    })  # fmt: skip
    plan = RehabilitationPlan.objects.get()
    decide = of(child, "rehab_plan_decide", rehab_plan_id=plan.pk)
    assert "第二人" in client.post(decide, {"move": "APPROVE"}, follow=True).content.decode()
    sheet = of(child, "rehab_sessions", rehab_plan_id=plan.pk)
    client.post(sheet, {"days": [TODAY.isoformat()], "hours": "1.5", "signed_by": "曾大山"})
    plan.refresh_from_db()
    assert (plan.state, RehabilitationSession.objects.count()) == ("PROPOSED", 0)
    acting_as(client, Role.CHILD_SUPERVISOR)
    assert client.post(decide, {"move": "APPROVE"}).status_code == 403
    acting_as(client, Role.COUNTY_OFFICER)
    link = of(child, "rehab_plan", rehab_plan_id=plan.pk)
    for page in (reverse("home"), reverse("assistance:rehab_work"), of(child, "child_aid")):
        assert link in client.get(page).content.decode()
    client.post(decide, {"move": "APPROVE"})

    acting_as(client, Role.CHILD_SUPERVISOR)
    client.post(sheet, {"days": [TODAY.isoformat()], "hours": "1.5", "signed_by": "曾大山"})
    assert RehabilitationSession.objects.get().held_on == TODAY
    answer = client.post(
        reverse("assistance:claim_list"),
        {"institution": center.pk, "month": f"{TODAY:%Y-%m}", "area": child.managing_area_id[:9]},
    )
    claim = RehabilitationClaim.objects.get()
    assert answer.url == reverse("assistance:claim_detail", args=[claim.pk])
    line = ClaimLine.objects.get()
    client.post(
        reverse("assistance:claim_line", args=[claim.pk, line.pk]),
        {"asked_sessions": 3, "asked_amount": "600"},
    )
    (shown,) = client.get(answer.url).context["lines"]
    assert shown.cuts == [str(CUTS[Cut.SESSIONS])]
    move = reverse("assistance:claim_move", args=[claim.pk])
    client.post(move, {"move": "CHECK", "invoice": "1"})

    acting_as(client, Role.COUNTY_OFFICER)
    client.post(move, {"move": "APPROVE"})
    alone = client.post(move, {"move": "PAY", "paid_on": TODAY}, follow=True)
    claim.refresh_from_db()
    assert ("另一人" in alone.content.decode(), claim.state) == (True, "APPROVED")
    assert "PAY" not in alone.context["moves"]
    other = acting_as(client, Role.COUNTY_OFFICER)
    assert answer.url in client.get(reverse("home")).content.decode()
    client.post(move, {"move": "PAY", "paid_on": TODAY})
    claim.refresh_from_db()
    assert claim.paid_by == other.user
    line.refresh_from_db()
    assert (claim.state, line.granted_sessions, line.granted_amount) == ("PAID", 1, 200)


def test_who_typed_a_line_into_a_claim_is_not_offered_to_approve_it(client, running):
    posting = acting_as(client, Role.COUNTY_OFFICER)
    RehabilitationSessionFactory(plan=running, held_on=MONTH, entered_on=TODAY)
    told = {"institution": running.institution, "month": MONTH, "now": timezone.now()}
    claim = draw_up(area=posting.area, by=UserFactory(), **told)
    typed = {"asked_sessions": 1, "asked_amount": "99"}
    client.post(reverse("assistance:claim_line", args=[claim.pk, claim.lines.get().pk]), typed)
    move_claim(claim=claim, move=ClaimMove.CHECK, by=UserFactory(), now=timezone.now())

    page = client.get(reverse("assistance:claim_detail", args=[claim.pk]))
    url = reverse("assistance:claim_move", args=[claim.pk])
    answer = client.post(url, {"move": "APPROVE"}, follow=True)

    assert page.context["moves"] == ["RETURN"]
    (told,) = answer.context["messages"]
    assert told.message == _(
        "Who typed lines of the claim, or took them in from a list, cannot approve it:"
        " another person does."
    )
    claim.refresh_from_db()
    assert claim.state == "CHECKED"


def test_a_diagnosis_will_do_and_something_must(client, child):
    acting_as(client, Role.CHILD_DIRECTOR)
    typed = {"kind": "SPEECH", "applied_on": TODAY, "applicant": "曾大山"}

    answer = client.post(of(child, "rehab_add"), typed)
    assert "certificate" in answer.context["form"].errors
    paper = SimpleUploadedFile("paper.png", picture())
    client.post(of(child, "rehab_add"), typed | {"paper": paper})

    row = RehabilitationApplication.objects.get()
    assert (row.certificate, row.diagnosis.kind) == (None, "DIAGNOSIS")


def test_only_days_that_may_be_attended_are_offered(client, running):
    acting_as(client, Role.CHILD_SUPERVISOR)
    RehabilitationSessionFactory(plan=running, held_on=TODAY, entered_on=TODAY)
    sheet = of(running.child, "rehab_sessions", rehab_plan_id=running.pk)

    for month in (f"{TODAY:%Y-%m}", "", "x", "2026-13"):
        form = client.get(sheet, {"month": month}).context["form"]
        days = [value for value, _label in form.fields["days"].choices]
        assert days == [(MONTH + timedelta(days=n)).isoformat() for n in range(TODAY.day - 1)]
    later = (TODAY + timedelta(days=40)).isoformat()
    answer = client.post(sheet, {"days": [later], "hours": "1", "signed_by": "x"})
    assert "days" in answer.context["form"].errors
    assert RehabilitationSession.objects.count() == 1


def test_an_institution_that_is_not_designated_long_enough_is_told_at_its_field(client, child):
    acting_as(client, Role.COUNTY_OFFICER)
    row = RehabilitationApplicationFactory(child=child, is_approved=True)
    center = RehabilitationInstitutionFactory(starts_on=TODAY, ends_on=TODAY)

    answer = client.post(of(child, "rehab_plan_add", rehab_id=row.pk), {
        "institution": center.pk, "starts_on": MONTH, "ends_on": date(TODAY.year, 12, 31),
        "sessions": 20, "money": "4000", "until_age": 7, "age_rule": "DAY",
    })  # fmt: skip

    assert "institution" in answer.context["form"].errors
    assert not RehabilitationPlan.objects.exists()


def test_a_director_enters_and_does_not_decide(client, child):
    acting_as(client, Role.CHILD_DIRECTOR)
    row = RehabilitationApplicationFactory(child=child)

    url = of(child, "rehab_move", rehab_id=row.pk)
    assert client.post(url, {"move": "APPROVE"}).status_code == 403
    assert client.post(url, {"move": "WITHDRAW", "reason": "搬走"}).status_code == 302


def test_an_unused_rest_is_due_work_and_stands_on_the_page_of_rehabilitation(client, child):
    acting_as(client, Role.CHILD_SUPERVISOR)
    plan = RehabilitationPlanFactory(
        application__child=child, starts_on=TODAY, ends_on=TODAY,
        institution__starts_on=date(2020, 1, 1),
    )  # fmt: skip
    link = of(child, "rehab_plan", rehab_plan_id=plan.pk)

    for url in (
        reverse("assistance:rehab_work"),
        reverse("children:child_detail", args=[child.case_number]),
    ):
        assert link in client.get(url).content.decode()


@pytest.mark.parametrize("name", ["rehab_work", "rehab_ledger", "claim_detail"])
def test_pages_of_many_rows_ask_as_often_as_pages_of_one(client, running, name):
    acting_as(client, Role.COUNTY_OFFICER)
    RehabilitationSessionFactory(plan=running, held_on=MONTH, entered_on=TODAY)
    claim = RehabilitationClaimFactory(institution=running.institution, month=MONTH)
    url = reverse(f"assistance:{name}", args=[claim.pk] if name == "claim_detail" else [])
    url += f"?institution={running.institution_id}" if name == "rehab_ledger" else ""

    def asked(rows):
        for _n in range(rows):
            plan = RehabilitationPlanFactory(
                application__child=ChildFactory(birth_date=running.child.birth_date),
                institution=running.institution, starts_on=running.starts_on,
                ends_on=running.ends_on,
            )  # fmt: skip
            RehabilitationApplicationFactory(child=plan.child, kind="SPEECH")
            RehabilitationSessionFactory(plan=plan, held_on=MONTH, entered_on=TODAY)
            ClaimLineFactory(plan=plan, claim=claim)
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    assert asked(1) == asked(9)
