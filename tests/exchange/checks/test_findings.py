"""Findings: once while open, back when their facts change, moved by those who may."""

from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.access import Grant, Permission
from accounts.roles import Role
from accounts.scope import Scope, acting
from exchange.actions.finding import DoesNotFit, move_finding
from exchange.actions.run_checks import run_checks
from exchange.models import Finding, FindingStep
from tests.factories import (
    OTHER_TOWNSHIP,
    TOWNSHIP,
    VILLAGE,
    CertificateFactory,
    ConcernFactory,
    GapFactory,
    ListRowFactory,
    PostingFactory,
    ProgrammeFactory,
    UserFactory,
    area,
)
from tests.signing_in import sign_in

from .people import DAY, NOW, TODAY, child, found, listed, number

pytestmark = pytest.mark.django_db


def expiring(days=30):
    return CertificateFactory(child=child(), expires_on=TODAY + days * DAY)


def move(finding, name, **more):
    return move_finding(finding=finding, move=name, by=UserFactory(), now=NOW, text="已核", **more)


def test_run_again_nothing_changes():
    expiring()
    (first,) = found("M05")

    again = run_checks(now=NOW, codes=["M05"])["M05"]

    assert (again.new, again.changed, again.cleared) == (0, 0, 0)
    assert list(Finding.objects.filter(found_by__code="M05")) == [first]
    assert Finding.history.filter(id=first.pk).count() == 1


def test_what_is_found_no_more_says_so_and_may_be_settled():
    card = expiring()
    (row,) = found("M05")
    with pytest.raises(DoesNotFit):
        move(row, "SETTLE")

    card.expires_on = TODAY + 900 * DAY
    card.save()
    (row,) = found("M05")

    assert row.cleared_on == TODAY
    assert move(row, "SETTLE").state == "CLOSED"


def test_a_dismissed_one_comes_back_only_with_other_facts():
    card = expiring()
    (row,) = found("M05")
    move(row, "DISMISS")
    assert found("M05") == []

    card.expires_on = TODAY + 31 * DAY
    card.save()

    (fresh,) = found("M05")
    assert fresh.pk != row.pk


def test_a_closed_one_that_still_holds_comes_back_after_its_time():
    expiring(days=85)
    (row,) = found("M05")
    for step in ("CONFIRM", "ACT", "CLOSE"):
        row = move(row, step)

    assert found("M05", NOW + timedelta(days=59)) == []
    assert len(found("M05", NOW + timedelta(days=61))) == 1


def test_what_needs_a_visit_is_confirmed_after_one_alone():
    listed("disability_certificates", number(1))
    (row,) = found("M01")
    with pytest.raises(DoesNotFit):
        move(row, "CONFIRM")

    row = move(row, "VISIT", visited_on=TODAY)

    assert move(row, "CONFIRM").state == "CONFIRMED"


def test_a_supervisor_moves_it_on_and_a_stranger_does_not_find_it(client):
    expiring()
    (row,) = found("M05")
    sign_in(client, PostingFactory(role=Role.CHILD_SUPERVISOR, area=area(OTHER_TOWNSHIP)))
    assert client.get(f"/exchange/findings/{row.pk}/").status_code == 404
    own = PostingFactory(role=Role.CHILD_SUPERVISOR, area=area(TOWNSHIP))
    sign_in(client, own)
    url = f"/exchange/findings/{row.pk}/move/"

    refused = client.post(url, {"move": "DISMISS", "text": ""})
    client.post(url, {"move": "ASSIGN", "owner": own.pk})

    assert refused.status_code == 200
    row.refresh_from_db()
    assert (row.state, row.owner) == ("ASSIGNED", own)
    page = client.get("/exchange/findings/").content.decode()
    assert row.child.name in page


def test_the_list_asks_as_often_for_ten_as_for_one(client):
    sign_in(client, PostingFactory(role=Role.CHILD_SUPERVISOR, area=area(TOWNSHIP)))
    listed("disability_certificates", number(1))
    found("M01")
    client.get("/exchange/findings/")
    with CaptureQueriesContext(connection) as one:
        client.get("/exchange/findings/")
    for sequence in range(3, 22, 2):
        listed("disability_certificates", number(sequence))
    assert len(found("M01")) == 11
    with CaptureQueriesContext(connection) as many:
        client.get("/exchange/findings/")

    assert len(many) == len(one)


def test_a_file_is_opened_with_what_the_list_says(client):
    facts = '{"name": "甲小一", "id_number": "' + number(1) + '", "sex": "MALE"}'
    row = listed("disability_certificates")
    ListRowFactory(
        list_import=row.list_import,
        kind=row.kind,
        area_code=row.area_code,
        facts=facts,
        id_number_hash=None,
        person_key=b"p" * 32,
        birth_date=row.birth_date,
    )
    (finding,) = [one for one in found("M01") if one.subject.startswith("p70")]
    sign_in(client, PostingFactory(role=Role.CHILD_SUPERVISOR, area=area(TOWNSHIP)))

    answer = client.post(f"/exchange/findings/{finding.pk}/register/", follow=True)

    assert 'value="甲小一"' in answer.content.decode()
    assert number(1) in answer.content.decode()


def links_of(client, finding):
    """Words and addresses of the forms that the page of the finding leads to."""
    sign_in(client, PostingFactory(role=Role.CHILD_SUPERVISOR, area=area(TOWNSHIP)))
    return dict(client.get(f"/exchange/findings/{finding.pk}/").context["opens"])


def test_no_rehabilitation_leads_to_an_application_with_its_ground_filled_in(client):
    card = CertificateFactory(child=child(1, date(2021, 3, 1)), kind=2)
    (row,) = found("M28")

    address = next(link for link in links_of(client, row).values() if "rehabilitation/add" in link)
    form = client.get(address).context["form"]

    assert (form["kind"].value(), form["certificate"].value()) == ("HEARING", card.pk)


def test_education_aid_that_is_missed_leads_to_its_gap(client):
    programme = ProgrammeFactory(code="SE_GRANT", department="EDUCATION")
    gap = GapFactory(child=child(), programme=programme)
    (row,) = found("M20")

    links = links_of(client, row)

    address = f"/assistance/{row.child.case_number}/gaps/{gap.pk}/?finding={row.pk}"
    assert address in links.values()
    assert client.get(address).context["gap"].can_propose


def test_a_hospitals_report_is_found_for_those_told_of_reports_alone(client):
    report = ConcernFactory(child=child(), told_by="HOSPITAL", reported_at=NOW)
    (row,) = found("M33")
    director = PostingFactory(role=Role.CHILD_DIRECTOR, area=area(VILLAGE))
    sign_in(client, director)
    url = f"/exchange/findings/{row.pk}/"

    assert client.get(url).status_code == 404
    assert list(client.get("/exchange/findings/").context["page"].rows) == []
    assert (
        row.found_by.title not in client.get(f"/children/{row.child.case_number}/").content.decode()
    )

    supervisor = PostingFactory(role=Role.CHILD_SUPERVISOR, area=area(TOWNSHIP))
    sign_in(client, supervisor)
    page = client.get(url)
    addresses = [address for _words, address in page.context["opens"]]
    there = f"/children/{row.child.case_number}/harm/{report.pk}/?finding={row.pk}"
    assert there in addresses
    assert director not in page.context["form"].fields["owner"].queryset
    client.post(f"{url}move/", {"move": "ASSIGN", "owner": supervisor.pk})
    assert FindingStep.objects.get(finding=row).is_for_few


def reported_and_visited():
    """Findings of one child, one of them of a report of harm; each with a step."""
    one = expiring().child
    ConcernFactory(child=one, told_by="HOSPITAL", reported_at=NOW)
    for code in ("M33", "M05"):
        (row,) = found(code)
        move(row, "VISIT", visited_on=TODAY)


@pytest.mark.parametrize(
    ("role", "place", "told"),
    [
        (Role.CHILD_DIRECTOR, VILLAGE, ["M05"]),
        (Role.CHILD_SUPERVISOR, TOWNSHIP, ["M05", "M33"]),
    ],
)
def test_what_few_may_see_is_permitted_to_them_alone(role, place, told):
    """The rule by itself: here the database shows everything."""
    reported_and_visited()
    posting = PostingFactory(role=role, area=area(place))
    grant = Grant(posting.user, posting, Permission.FINDING_VIEW)

    findings, steps = (rows.objects.permitted(grant) for rows in (Finding, FindingStep))

    assert sorted(row.found_by.code for row in findings) == told
    assert sorted(step.finding.found_by.code for step in steps) == told


def test_the_database_itself_hides_what_few_may_see():
    reported_and_visited()

    with transaction.atomic(), acting(Scope.of_area(VILLAGE)):
        assert [row.found_by.code for row in Finding.objects.all()] == ["M05"]
        assert [step.finding.found_by.code for step in FindingStep.objects.all()] == ["M05"]
        assert Finding.history.filter(found_by__code="M33").count() == 0
    with transaction.atomic(), acting(Scope.of_area(TOWNSHIP, concerns="yes")):
        assert (Finding.objects.count(), FindingStep.objects.count()) == (2, 2)
