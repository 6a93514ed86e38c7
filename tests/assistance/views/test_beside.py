"""What an overlap rule keeps apart is told where something is proposed, before anybody confirms."""

from datetime import date

import pytest

from accounts.roles import Role
from assistance.models import Entitlement
from tests.factories import (
    ChildFactory,
    EntitlementFactory,
    GapFactory,
    OverlapRuleFactory,
    ProgrammeFactory,
)

from .test_payment_run import acting, of

pytestmark = pytest.mark.django_db


@pytest.fixture
def other():
    """Proposed beside what runs, it is kept apart."""
    programme = ProgrammeFactory(code="OTHER", name="另一项补贴")
    OverlapRuleFactory(programmes=["DE_FACTO_ALLOWANCE"], others=["OTHER"])
    return programme


def facts_of(programme, **more):
    return {
        "programme": programme.pk, "from_month": "2026-03", "amount": "100", "grounds": "申请",
        **more,
    }  # fmt: skip


def test_it_is_told_on_the_form_and_proposed_only_by_who_knows(client, other):
    row = EntitlementFactory(is_running=True)
    acting(client, Role.CHILD_SUPERVISOR)
    url = of(row.child, "entitlement_add")

    while_typing = client.post(of(row.child, "entitlement_check"), facts_of(other))
    first = client.post(url, facts_of(other))
    elsewhen = client.post(url, facts_of(other, from_month="2026-05", known=first.context["anew"]))
    stands = Entitlement.objects.count()
    client.post(url, facts_of(other, known=first.context["anew"]))

    name = row.programme.name
    assert name in while_typing.content.decode()
    assert name in first.content.decode()
    assert "申请" in first.content.decode()
    assert "data-focus" in first.content.decode()
    assert elsewhen.context["anew"] != first.context["anew"]
    assert stands == 1
    proposed = Entitlement.objects.get(programme=other)
    assert proposed.is_proposed


def test_what_is_kept_apart_is_told_on_the_pages_of_the_child_and_of_the_county(client, other):
    row = EntitlementFactory(is_running=True, to_month=date(2026, 12, 1))
    proposed = EntitlementFactory(child=row.child, programme=other, from_month=date(2026, 3, 1))
    acting(client, Role.COUNTY_OFFICER)

    pages = [
        client.get(of(row.child, "child_aid")).content.decode(),
        client.get(of(row.child, "entitlement_detail", entitlement_id=proposed.pk))
        .content.decode(),
    ]  # fmt: skip

    for page in pages:
        assert "2026-01 – 2026-12" in page
        assert "不重复享受规则" in page


def test_nothing_is_told_where_the_months_do_not_meet_or_no_rule_says_so(client, other):
    row = EntitlementFactory(is_running=True, to_month=date(2026, 2, 1))
    acting(client, Role.CHILD_SUPERVISOR)

    client.post(of(row.child, "entitlement_add"), facts_of(other))
    client.post(of(ChildFactory(), "entitlement_add"), facts_of(other))

    assert Entitlement.objects.filter(programme=other).count() == 2


def test_it_is_told_where_a_gap_is_to_be_proposed(client, other):
    row = EntitlementFactory(is_running=True)
    gap = GapFactory(child=row.child, programme=other, reason="APPLICATION")
    acting(client, Role.CHILD_SUPERVISOR)

    page = client.get(of(row.child, "gap_detail", gap_id=gap.pk)).content.decode()

    assert row.programme.name in page


def test_what_is_half_typed_is_no_error(client, other):
    child = ChildFactory()
    acting(client, Role.CHILD_SUPERVISOR)
    for facts in ({}, {"programme": "x", "from_month": "\x00"}, {"from_month": "2026-01"},
                  facts_of(other, to_month="2025-01")):  # fmt: skip
        assert client.post(of(child, "entitlement_check"), facts).status_code == 200
