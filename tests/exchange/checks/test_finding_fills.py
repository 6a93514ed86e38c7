"""Forms that a finding leads to begin with what was compared; a visit logged there is a step."""

import re

import pytest
from django.utils import timezone

from accounts.models import AccessEvent
from accounts.roles import Role
from children.models import HomeVisit
from exchange.models import Check
from exchange.rules.finding_fills import filled_in
from exchange.rules.finding_opens import OPENS
from tests.exchange.lists import adult, number
from tests.factories import (
    OTHER_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    CertificateFactory,
    EnrolmentFactory,
    EntitlementFactory,
    ListImportFactory,
    ListRowFactory,
    PostingFactory,
    SchoolFactory,
    area,
)
from tests.signing_in import sign_in

from .people import BORN, DAY, TODAY, child, found, hashed, listed, with_parent

FILLS = [
    ("parent", "M07", {"parent": "FATHER", "died_on": "2026-02-01"},
     {"parent": "FATHER", "status": "DEAD", "starts_on": "2026-02-01"}),
    ("parent", "M08", {"parent": "MOTHER", "parent_status": "IMPRISONED", "since": "2025-01-02",
                       "until": "2027-01-01"},
     {"parent": "MOTHER", "status": "IMPRISONED", "starts_on": "2025-01-02",
      "ends_on": "2027-01-01"}),
    ("parent_change", "M09", {"parent": "FATHER", "until": "2026-02-28"},
     {"ends_on": "2026-02-28"}),
    ("parent", "M10", {"parent": "FATHER", "parent_status": "LOST_CONTACT"},
     {"parent": "MOTHER"}),
    ("parent", "M12", {"parent": "FATHER", "diagnosed_on": "2026-01-05"},
     {"parent": "FATHER", "status": "SERIOUS_ILLNESS", "starts_on": "2026-01-05"}),
    ("application", "M07", {"parent": "FATHER"}, {"category": "DE_FACTO"}),
    ("application", "M12", {"diagnosed_on": "2026-01-05"}, {"category": "SEV_ILL"}),
    ("application", "M12", {"parent": "FATHER"}, {}),
    ("application", "M13", {"economic": "DESTITUTE"}, {"category": "TEKUN"}),
    ("application", "M01", {"certificate__kind": "4", "certificate__grade": "2"},
     {"category": "SEV_DISABLED"}),
    ("application", "M01", {"certificate__kind": "4", "certificate__grade": "3"},
     {"category": "DISABLED"}),
    ("application", "M01", {"certificate__kind": "6", "certificate__grade": "4"},
     {"category": "SEV_DISABLED"}),
    ("certificate", "M02", {"certificate__kind": "4", "certificate__grade": "2"},
     {"kind": "4", "grade": "2"}),
    ("economic", "M14", {"until": "2026-02-28"}, {"starts_on": "2026-03-01"}),
    ("economic", "M14", {"economic": "DIBAO"}, {}),
    ("close", "M06", {"died_on": "2026-02-11"},
     {"exit_reason": "CHILD_DEATH", "closed_on": "2026-02-11"}),
    ("close", "M09", {"parent_status": "COMPULSORY_REHAB", "until": "2026-02-28"},
     {"exit_reason": "REHAB_DONE", "closed_on": "2026-02-28"}),
    ("close", "M25", {"age": 18, "birthday": "2026-04-02"},
     {"exit_reason": "AGE_18", "closed_on": "2026-04-02"}),
    ("close", "M25", {"age": 16, "birthday": "2026-04-02"}, {"closed_on": "2026-04-02"}),
    ("close", "M27", {"event": "OUT", "event_on": "2026-02-20"},
     {"exit_reason": "MOVED_OUT", "closed_on": "2026-02-20"}),
    ("close", "M27", {"event": "IN", "event_on": "2026-02-20"}, {}),
    ("entitlement_end", "M06", {"died_on": "2026-02-11"},
     {"end_reason": "CHILD_DEATH", "to_month": "2026-02"}),
    ("entitlement_end", "M26", {"closing_reason": "ADOPTED", "closed_on": "2026-01-31"},
     {"end_reason": "ADOPTED", "to_month": "2026-01"}),
    ("visit", "M07", {"parent": "FATHER"}, {}),
]  # fmt: skip


@pytest.mark.parametrize(("form", "code", "facts", "begins"), FILLS)
def test_a_form_begins_with_what_was_compared(form, code, facts, begins):
    assert filled_in(form, code, facts) == begins


@pytest.mark.django_db
def test_each_check_in_use_leads_somewhere():
    computed = set(Check.objects.filter(is_active=True).values_list("code", flat=True))

    assert set(OPENS) <= computed


def supervisor(client):
    sign_in(client, PostingFactory(role=Role.CHILD_SUPERVISOR, area=area(TOWNSHIP)))


def selected(page, name):
    """What a choice of the form stands on."""
    chosen = re.search(rf'<select name="{name}".*?</select>', page, re.S).group()
    return re.search(r'value="([^"]*)" selected', chosen).group(1)


@pytest.mark.django_db
def test_every_form_of_a_finding_opens(client):
    """With the child's rows behind it, for whoever has all of these rights."""
    one = with_parent()
    CertificateFactory(child=one, expires_on=TODAY + 30 * DAY)
    EntitlementFactory(child=one, is_running=True)
    listed("deaths", adult(2), born=None, died_on="2026-02-01")
    (parent,) = found("M07")
    (expiring,) = found("M05")
    supervisor(client)

    for row, least in ((parent, 3), (expiring, 2)):
        page = client.get(f"/exchange/findings/{row.pk}/").content.decode()
        addresses = re.findall(rf'href="(/[^"]*finding={row.pk}[^"]*)"', page)
        assert len(addresses) >= least
        for address in addresses:
            assert client.get(address).status_code == 200, address


@pytest.mark.django_db
def test_the_parents_form_is_filled_in_and_names_the_list(client):
    one = with_parent()
    listed("deaths", adult(2), born=None, died_on="2026-02-01")
    (row,) = found("M07")
    supervisor(client)

    page = client.get(
        f"/children/{one.case_number}/parent/add/?finding={row.pk}"
    ).content.decode()  # fmt: skip

    assert (selected(page, "parent"), selected(page, "status")) == ("FATHER", "DEAD")
    assert "2026-02-01" in page
    assert re.search(r'name="evidence"[^>]*value="[^"]+"', page)


@pytest.mark.django_db
def test_a_finding_fills_in_nothing_about_another_child(client):
    with_parent()
    other = child(5)
    listed("deaths", adult(2), born=None, died_on="2026-02-01")
    (row,) = found("M07")
    supervisor(client)

    for finding in (row.pk, 10**12, "x", "9" * 40):
        address = f"/children/{other.case_number}/parent/add/?finding={finding}"
        page = client.get(address)
        assert page.status_code == 200
        assert "2026-02-01" not in page.content.decode()


@pytest.mark.django_db
def test_the_certificate_comes_from_the_list_and_the_look_is_logged(client):
    one, told = child(), f"{number(1)}42"
    listed("two_subsidy_roll", number(9), subsidy="LIVING")
    ListRowFactory(
        list_import=ListImportFactory(kind="disability_certificates"), area_code=VILLAGE,
        kind="disability_certificates", birth_date=BORN, id_number_hash=hashed(number(1)),
        child=one, decision="automatic",
        marks={"certificate__kind": "4", "certificate__grade": "2"},
        facts=f'{{"certificate__number": "{told}", "certificate__issued_on": "2024-05-06"}}',
    )  # fmt: skip
    (row,) = found("M02")
    supervisor(client)

    page = client.get(
        f"/children/{one.case_number}/certificate/add/?finding={row.pk}"
    ).content.decode()  # fmt: skip

    assert (selected(page, "kind"), selected(page, "grade")) == ("4", "2")
    assert told in page
    assert "2024-05-06" in page
    assert AccessEvent.objects.filter(subject="list_row", child_id=one.pk).exists()


VISIT = {
    "outcome": "MET", "mode": "HOME", "child_seen": "ALONE", "injuries": "NONE",
    "health": "GOOD", "mood": "GOOD", "visited_on": "", "place": "", "companions": "",
}  # fmt: skip


def visited(client, row, outcome="MET"):
    """A visit of today logged from the finding; answers the day."""
    today = timezone.localdate()
    address = f"/children/{row.child.case_number}/visits/add/?finding={row.pk}"
    assert client.get(address).status_code == 200
    posted = VISIT | {"outcome": outcome, "visited_on": today.isoformat()}
    if outcome != "MET":
        posted["next_on"] = (today + 3 * DAY).isoformat()
    answer = client.post(address, posted)
    assert answer.status_code == 302, answer.context["form"].errors
    assert HomeVisit.objects.filter(child=row.child).count() == 1
    row.refresh_from_db()
    return today


@pytest.fixture
def dead_father(client):
    with_parent()
    listed("deaths", adult(2), born=None, died_on="2026-02-01")
    (row,) = found("M07")
    supervisor(client)
    return row


@pytest.mark.django_db
@pytest.mark.parametrize(("outcome", "state"), [("MET", "VISITED"), ("NOT_AT_HOME", "NEW")])
def test_a_visit_logged_from_a_finding_is_its_step(client, dead_father, outcome, state):
    today = visited(client, dead_father, outcome)

    assert dead_father.state == state
    assert dead_father.visited_on == (today if state == "VISITED" else None)


@pytest.mark.django_db
def test_a_visit_is_no_step_of_a_finding_that_another_place_answers_for(client, dead_father):
    dead_father.area_code = OTHER_VILLAGE
    dead_father.save()

    visited(client, dead_father)

    assert (dead_father.state, dead_father.visited_on) == ("NEW", None)


@pytest.mark.django_db
def test_a_finding_about_nobody_on_file_leads_on_to_the_file_opened_since(client):
    listed("low_income", number(1), economic="DIBAO")
    (row,) = found("M13")
    supervisor(client)
    page = client.get(f"/exchange/findings/{row.pk}/").content.decode()
    assert f"/findings/{row.pk}/register/" in page

    one = child()

    page = client.get(f"/exchange/findings/{row.pk}/").content.decode()
    assert f"/findings/{row.pk}/register/" not in page
    assert one.case_number in page
    address = f"/children/{one.case_number}/applications/add/?finding={row.pk}"
    assert address in page
    assert selected(client.get(address).content.decode(), "category") == "LOWINC_DIBAO"


@pytest.mark.django_db
def test_the_roll_begins_with_the_school_that_the_list_of_absences_names(client):
    school = SchoolFactory()
    one = child()
    ListRowFactory(
        list_import=ListImportFactory(kind="attendance"), area_code=VILLAGE, kind="attendance",
        birth_date=BORN, id_number_hash=hashed(number(1)), child=one, decision="automatic",
        marks={"absence": "UNEXCUSED", "absent_from": "2026-01-05"},
        facts=f'{{"school_code": "{school.organisation.code}", "class_name": "3班"}}',
    )  # fmt: skip
    (row,) = found("M16")
    supervisor(client)

    address = f"/schools/{one.case_number}/enrol/?finding={row.pk}"
    page = client.get(address).content.decode()

    assert selected(page, "school") == str(school.pk)
    assert "3班" in page


@pytest.mark.django_db
def test_a_pupil_on_a_roll_who_is_absent_is_not_put_on_another(client):
    one = child()
    enrolment = EnrolmentFactory(child=one, starts_on=TODAY - 90 * DAY)
    listed("attendance", number(1), child=one, absent_from="2026-02-02", absence="UNEXCUSED")
    (row,) = found("M16")
    sign_in(client, PostingFactory(role=Role.COUNTY_OFFICER, area=area(VILLAGE[:6])))

    page = client.get(f"/exchange/findings/{row.pk}/").content.decode()
    school = f"/schools/{one.case_number}/?finding={row.pk}"
    assert school in page
    assert "/enrol/" not in page
    assert client.get(school).status_code == 200
    enrolment.ends_on, enrolment.end_reason = TODAY, "EMIGRATED"
    enrolment.save()
    assert "/enrol/" in client.get(f"/exchange/findings/{row.pk}/").content.decode()


@pytest.mark.django_db
def test_an_illness_of_the_childs_own_leads_to_no_form_about_a_parent(client):
    one = with_parent()
    listed("severe_illness", number(1), child=one, diagnosed_on="2026-02-02")
    listed("severe_illness", adult(2), born=None, diagnosed_on="2026-02-02")
    supervisor(client)

    pages = {
        bool(row.facts.get("parent")): client.get(f"/exchange/findings/{row.pk}/").content.decode()
        for row in found("M12")
    }

    assert "/parent/add/" in pages[True]
    assert "/parent/add/" not in pages[False]
    assert "/applications/add/" in pages[False]
