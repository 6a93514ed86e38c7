"""Leaving the register: from which month nothing follows, and that money is not stopped unseen."""

from datetime import date

import pytest
from django.utils import timezone

from accounts.access import Grant, Permission
from accounts.roles import Role
from assistance.views.due import exits_due
from children.actions.child import close_child, reopen_child
from children.actions.promises import PromiseBroken
from children.models import Child, FileExit
from tests.asking import errors, in_chinese, of, text_of
from tests.factories import (
    COUNTY,
    VILLAGE,
    ChildFactory,
    EntitlementFactory,
    PostingFactory,
    UserFactory,
    area,
)
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def closed(child, reason="PARENT_FOUND", **more):
    return close_child(
        child=child, version=child.version, closed_on=date(2026, 3, 10), exit_reason=reason,
        by=UserFactory(), now=NOW, **more,
    )  # fmt: skip


def county():
    return PostingFactory(role=Role.COUNTY_OFFICER, area=area(COUNTY))


def due_of(child):
    posting = county()
    grant = Grant(posting.user, posting, Permission.CHILD_VIEW)
    return exits_due(Child.objects.get(pk=child.pk), grant, timezone.localdate())


def test_nothing_follows_from_the_month_after_the_event():
    child = ChildFactory(opened_on=date(2025, 1, 1))

    closed(child)

    row = FileExit.objects.get(child=child)
    assert (row.effective_month, row.transition_until) == (date(2026, 4, 1), None)


def test_a_transition_runs_for_its_months_where_a_parent_returns():
    child = ChildFactory(opened_on=date(2025, 1, 1))

    closed(child, transition_months=3)

    row = FileExit.objects.get(child=child)
    assert row.first_month_without == date(2026, 7, 1)


def test_what_is_paid_runs_on_and_is_told_until_it_is_ended_from_the_right_month():
    child = ChildFactory(opened_on=date(2025, 1, 1))
    running = EntitlementFactory(child=child, is_running=True, from_month=date(2025, 6, 1))

    closed(child, transition_months=1)

    running.refresh_from_db()
    assert (running.state, running.to_month) == ("RUNNING", None)
    (due,) = due_of(child)
    assert "2026-04" in due.text
    running.state, running.to_month, running.end_reason = "ENDED", date(2026, 4, 1), "PARENT_FOUND"
    running.save()
    assert due_of(child) == []


def test_the_form_of_the_end_is_filled_from_the_exit(client):
    child = ChildFactory(opened_on=date(2025, 1, 1))
    running = EntitlementFactory(child=child, is_running=True, from_month=date(2025, 6, 1))
    closed(child)
    sign_in(client, county())

    page = client.get(f"/assistance/{child.case_number}/entitlements/{running.pk}/", follow=True)

    initial = page.context["move_form"].initial
    assert initial == {"to_month": date(2026, 3, 1), "end_reason": "PARENT_FOUND"}


def test_a_file_opened_again_takes_its_exit_back_and_can_be_closed_anew():
    child = ChildFactory(opened_on=date(2025, 1, 1))
    first = closed(child)

    again = reopen_child(
        child=first, version=first.version, by=UserFactory(), now=NOW, reason="误结案"
    )
    closed(again, reason="ADOPTED")

    assert FileExit.objects.filter(child=child).count() == 2
    assert FileExit.objects.standing().get(child=child).reason == "ADOPTED"


def test_a_file_that_cannot_be_closed_leaves_no_exit():
    child = ChildFactory(opened_on=date(2026, 4, 1))

    with pytest.raises(PromiseBroken):
        closed(child)

    assert not FileExit.objects.exists()


def test_the_form_tells_at_the_field_what_does_not_fit(client):
    child = ChildFactory(residence_area=area(VILLAGE))
    sign_in(client, county())
    typed = {"version": child.version, "closed_on": str(timezone.localdate())}

    adopted = client.post(
        of(child, "child_close"), {**typed, "exit_reason": "ADOPTED", "transition_months": "2"}
    )
    other = client.post(of(child, "child_close"), {**typed, "exit_reason": "OTHER"})

    message = in_chinese("A transition follows only where a parent can care again.")
    assert errors(adopted) == {"transition_months": [message]}
    assert errors(other) == {"remark": [in_chinese("Say what the other reason is.")]}


def test_the_closed_file_shows_from_which_month_nothing_follows(client):
    child = ChildFactory(opened_on=date(2025, 1, 1))
    closed(child, transition_months=2)
    sign_in(client, county())

    page = text_of(client.get(of(child, "child_detail")))

    assert "2026-04" in page
    assert "2026-06" in page
