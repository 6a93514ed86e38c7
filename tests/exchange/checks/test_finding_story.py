"""What is done by the forms that a finding leads to is told among its steps."""

import re

import pytest
from django.utils import timezone

from accounts.roles import Role
from assistance.models import Entitlement, RehabilitationClaim, RehabilitationSession
from children.models import Application, Child, ParentStatus
from exchange.models import Finding, FindingStep
from tests.asking import text_of
from tests.children.typed import registration
from tests.exchange.lists import adult, number
from tests.factories import (
    OTHER_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    EntitlementFactory,
    PostingFactory,
    area,
)
from tests.signing_in import sign_in

from .harm_cases import in_another_file
from .people import BORN, child, found, listed, with_parent
from .rehabilitation_cases import asked_for

pytestmark = pytest.mark.django_db
APPLICATION = {"category": "DE_FACTO", "applicant": "祖父", "grounds": "父亲去世"}


@pytest.fixture(autouse=True)
def supervisor(client):
    posting = PostingFactory(role=Role.CHILD_SUPERVISOR, area=area(TOWNSHIP))
    sign_in(client, posting)
    return posting


@pytest.fixture
def dead_father():
    with_parent()
    listed("deaths", adult(2), born=None, died_on="2026-02-01")
    (row,) = found("M07")
    return row


def steps(row):
    """State of each step, and what was done."""
    row.refresh_from_db()
    return list(FindingStep.objects.filter(finding=row).values_list("state", "done"))


def move(client, row, name, **said):
    posted = {"move": name, "text": "已核实", **said}
    client.post(f"/exchange/findings/{row.pk}/move/", posted)
    row.refresh_from_db()
    return row.state


def address(row, name):
    return f"/children/{row.child.case_number}/{name}/add/?finding={row.pk}"


def test_an_application_opened_from_a_finding_is_its_step(client, dead_father):
    answer = client.post(address(dead_father, "applications"), APPLICATION)

    assert answer.status_code == 302, answer.context["form"].errors
    assert Application.objects.get(child=dead_father.child).category == "DE_FACTO"
    assert dead_father.state == "NEW"
    assert steps(dead_father) == [("NEW", "application")], "whether it is true, people say"
    page = text_of(client.get(f"/exchange/findings/{dead_father.pk}/"))
    assert "已在儿童档案中发起认定申请" in page
    assert "事实无人抚养" not in page, "of which category, the file says"


def test_what_is_done_after_it_was_found_true_is_the_act(client, dead_father):
    client.post(address(dead_father, "visits"), {})  # nothing is saved: no step
    move(client, dead_father, "VISIT", visited_on=timezone.localdate())
    assert move(client, dead_father, "CONFIRM") == "CONFIRMED"

    said = {"parent": "FATHER", "status": "DEAD", "starts_on": "2026-02-01", "evidence": "死亡证明"}
    client.post(address(dead_father, "parent"), said)
    client.post(address(dead_father, "applications"), APPLICATION)

    assert ParentStatus.objects.filter(child=dead_father.child, status="DEAD").exists()
    assert [state for state, _ in steps(dead_father)] == [
        "VISITED", "CONFIRMED", "ACTED", "ACTED",
    ]  # fmt: skip
    assert move(client, dead_father, "CLOSE") == "CLOSED"
    client.post(address(dead_father, "applications"), APPLICATION | {"category": "DIFFICULT"})
    assert len(steps(dead_father)) == 5, "what is over has no more steps"


def test_it_is_no_step_of_a_finding_about_another_child_or_of_another_place(client, dead_father):
    other = child(id_number=number(33))
    client.post(
        f"/children/{other.case_number}/applications/add/?finding={dead_father.pk}", APPLICATION
    )
    dead_father.area_code = OTHER_VILLAGE
    dead_father.save()
    client.post(address(dead_father, "applications"), APPLICATION)

    assert Application.objects.count() == 2
    assert steps(dead_father) == []


def test_a_hold_an_end_and_an_exit_are_steps_by_the_forms_of_the_pages(client):
    one = child()
    paid = EntitlementFactory(child=one, is_running=True)
    listed("deaths", number(1), child=one, died_on="2026-02-11")
    (row,) = found("M06")
    page = client.get(f"/exchange/findings/{row.pk}/").content.decode()
    assert move(client, row, "CONFIRM") in ("CONFIRMED", "NEW")

    there = re.search(r'href="(/assistance/[^"]*entitlements/\d+/\?finding=\d+)"', page)[1]
    held = client.get(there).content.decode()
    action = re.search(rf'action="([^"]*/{paid.pk}/[^"]*\?finding={row.pk})"', held)[1]
    client.post(action, {"move": "HOLD", "reason": "核实死亡"})
    client.post(f"/children/{one.case_number}/close/?finding={row.pk}", {
        "version": one.version, "closed_on": "2026-02-11", "exit_reason": "CHILD_DEATH",
    })  # fmt: skip

    assert Entitlement.objects.get(pk=paid.pk).state == "HELD"
    assert Child.objects.get(pk=one.pk).status == "CLOSED"
    assert [done for _, done in steps(row) if done] == ["entitlement_hold", "close"]


def test_a_file_opened_for_somebody_unknown_is_a_step(client):
    area(VILLAGE)
    listed("low_income", number(1), economic="DIBAO")
    (row,) = found("M13")
    there = client.post(f"/exchange/findings/{row.pk}/register/")["Location"]

    assert there.endswith(f"?finding={row.pk}")
    typed = registration(id_number=number(1), birth_date=BORN.isoformat(), name="王小明")
    answer = client.post(there, typed)

    assert answer.status_code == 302, answer.context["form"].errors
    assert steps(row) == [("NEW", "register")]


def opened(client, row, part):
    """Address of the page that the finding leads to, and what stands there."""
    page = client.get(f"/exchange/findings/{row.pk}/").content.decode()
    there = re.search(rf'href="(/[^"]*{part}[^"]*)"', page)[1].replace("&amp;", "&")
    return there, client.get(there).content.decode().replace("&amp;", "&")


def test_a_claim_thrown_away_and_a_session_withdrawn_are_steps_of_the_child_they_were_opened_for(
    client,
):
    asked_for(5)
    (row,) = found("M29")
    _, page = opened(client, row, "claims/")
    there = re.search(rf'action="([^"]*\?finding={row.pk}&line=[^"]*)"', page)[1]
    client.post(there, {"move": "CANCEL", "reason": "次数与签到不符"})
    _, page = opened(client, row, "plans/")
    there = re.search(rf'href="([^"]*withdraw/\?finding={row.pk})"', page)[1]
    client.post(there, {"reason": "当日未到训"})

    assert RehabilitationClaim.objects.get().state == "CANCELLED"
    assert RehabilitationSession.objects.filter(withdrawn_on__isnull=False).count() == 1
    assert steps(row) == [("NEW", "claim_cancel"), ("NEW", "session_withdraw")]


def test_of_a_report_of_harm_only_a_finding_for_few_is_told(client, supervisor):
    in_another_file()
    (row,) = found("M33")
    other = Finding.objects.create(**{
        field.attname: getattr(row, field.attname)
        for field in Finding._meta.concrete_fields if field.attname not in ("id", "uuid")
    } | {"subject": "x", "is_for_few": False})  # fmt: skip
    there, _ = opened(client, row, "harm/")

    client.post(there.replace(f"finding={row.pk}", f"finding={other.pk}"), {"step": "ACKNOWLEDGE"})
    client.post(there, {"step": "NOTE", "text": "已联系医院"})

    assert steps(other) == []
    assert steps(row) == [("NEW", "concern_note")]
    assert FindingStep.objects.get().is_for_few
