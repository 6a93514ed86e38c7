"""The two lists in the browser: whom they show, what a tick proposes, what is set aside."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.models import AccessEvent
from accounts.roles import Role
from assistance.jobs import check_all_gaps, check_changed_gaps, check_gaps, raise_amounts
from assistance.models import ComingChange, Gap, GapCheck
from assistance.rules.months import month_of, shifted
from tests.factories import (
    COUNTY,
    OTHER_VILLAGE,
    TOWNSHIP,
    CaseAccessFactory,
    CertificateFactory,
    ChildFactory,
    EligibilityRuleFactory,
    EnrolmentFactory,
    EntitlementFactory,
    GapCheckFactory,
    GapFactory,
    ProgrammeFactory,
    StandardFactory,
    area,
)
from tests.signing_in import sign_in
from tests.world import posted_as

pytestmark = pytest.mark.django_db
LIST = reverse("assistance:gap_list")


def acting(client, role):
    posting = posted_as(role)
    sign_in(client, posting)
    return posting


def of(gap, name):
    return reverse(f"assistance:{name}", args=[gap.child.case_number, gap.pk])


@pytest.fixture
def supervisor(client):
    return acting(client, Role.CHILD_SUPERVISOR)


@pytest.fixture
def nursing():
    row = ProgrammeFactory(code="NURSING", name="护理补贴", starts="APPLICATION_MONTH")
    EligibilityRuleFactory(programme=row, conditions={"disability": "SEVERE"})
    StandardFactory(programme=row, amount=119)
    return row


def disabled(name, birth_date=date(2018, 2, 3)):
    child = ChildFactory(name=name, birth_date=birth_date)
    CertificateFactory(child=child, kind=6, grade=2, issued_on=date(2025, 1, 1), expires_on=None)
    return child


def shown(client, **query):
    return client.get(LIST, query).content.decode()


def test_the_list_shows_what_is_missing_and_who_acts_and_nobody_next_door(client, supervisor):
    GapFactory(child__name="钟小山")
    GapFactory(child__name="丁小河", child__residence_area=area(OTHER_VILLAGE))
    GapFactory(child__name="何小田", kind="RECEIVED", reason="AGE")

    page = shown(client)

    assert "钟小山" in page
    assert "无人提出" in page
    assert "丁小河" not in page
    assert "何小田" not in page
    assert "何小田" in shown(client, kind="RECEIVED")


def test_each_filter_leaves_out_what_it_says(client, supervisor):
    school = EnrolmentFactory(child=ChildFactory(name="金小学")).school
    GapFactory(child__name="钟小山", reason="ACCOUNT")
    GapFactory(child=school.enrolments.get().child)
    other = GapFactory(child__name="何小田", programme=ProgrammeFactory())

    def names(**query):
        page = shown(client, **query)
        return {name for name in ("钟小山", "金小学", "何小田") if name in page}

    assert names(school=school.pk) == {"金小学"}
    assert names(reason="ACCOUNT") == {"钟小山"}
    assert names(who="TOWNSHIP") == {"金小学", "何小田"}
    assert names(programme=other.programme_id) == {"何小田"}
    assert names(area=other.child.managing_area_id) == {"钟小山", "金小学", "何小田"}
    assert names(state="aside") == set()


def test_the_list_goes_on_where_the_page_ends_and_a_strange_cursor_begins_anew(client, supervisor):
    first = [GapFactory(child__name=f"钟小{n}") for n in "一二三"]
    last = first[1]

    page = shown(client, after=f"{last.since.toordinal()}-{last.pk}")

    assert "钟小三" in page
    assert "钟小一" not in page
    for strange in ("x", "1", f"{10**20}-1", "-", "²-1"):
        assert "钟小一" in shown(client, after=strange)


def test_a_long_list_asks_no_more_than_a_short_one(client, supervisor, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    GapFactory()
    shown(client)
    with CaptureQueriesContext(connection) as few:
        shown(client)
    for _ in range(10):
        GapFactory()

    with django_assert_num_queries(len(few)):
        shown(client)


def test_what_is_ticked_is_proposed_and_waits_for_the_county(client, supervisor, nursing):
    gaps = [GapFactory(child=disabled(name), programme=nursing) for name in ("钟小山", "何小田")]
    left = GapFactory(child=disabled("丁小河"), programme=nursing)

    client.post(reverse("assistance:gap_propose"), {"gap": [gap.pk for gap in gaps]})

    assert {gap.child.entitlements.get().state for gap in gaps} == {"PROPOSED"}
    assert not left.child.entitlements.exists()
    assert "待县级确认" in shown(client)


def test_a_child_of_another_place_cannot_be_proposed(client, supervisor, nursing):
    child = ChildFactory(residence_area=area(OTHER_VILLAGE), birth_date=date(2018, 2, 3))
    CertificateFactory(child=child, kind=6, grade=2, expires_on=None)
    gap = GapFactory(child=child, programme=nursing)

    client.post(reverse("assistance:gap_propose"), {"gap": [gap.pk, "x", "9" * 30]})

    assert not child.entitlements.exists()


def test_what_does_not_apply_leaves_the_list_with_its_reason_and_comes_back(client, supervisor):
    gap = GapFactory(child__name="钟小山")
    page = client.post(of(gap, "gap_decide"), {"decision": "aside", "reason": ""})
    assert page.status_code == 200
    client.post(of(gap, "gap_decide"), {"decision": "aside", "reason": "家长书面放弃"})

    assert "钟小山" not in shown(client)
    assert "家长书面放弃" in shown(client, state="aside")
    client.post(of(gap, "gap_decide"), {"decision": "back"})
    assert "钟小山" in shown(client)


def test_a_secret_gap_is_there_for_those_who_may_see_secrets_alone(client, supervisor):
    gap = GapFactory(child__name="钟小山", is_secret=True)
    assert "钟小山" not in shown(client)
    assert client.get(of(gap, "gap_detail")).status_code == 404

    acting(client, Role.COUNTY_OFFICER)

    assert "钟小山" in shown(client)
    assert client.get(of(gap, "gap_detail")).status_code == 200


def test_the_page_of_a_gap_says_condition_by_condition_why(client, supervisor, nursing):
    gap = GapFactory(child=disabled("钟小山"), programme=nursing)

    page = client.get(of(gap, "gap_detail")).content.decode()

    assert "重度" in page
    assert "成立" in page
    assert "提出享受" in page


def test_the_childs_page_offers_the_first_step(client, supervisor, nursing):
    gap = GapFactory(child=disabled("钟小山"), programme=nursing)
    home = reverse("assistance:child_aid", args=[gap.child.case_number])
    assert "提出享受" in client.get(home).content.decode()

    answer = client.post(reverse("assistance:gap_propose"), {"gap": gap.pk, "child": "1"})

    assert answer.url == home
    assert "提出享受" not in client.get(home).content.decode()


def test_an_end_is_prefilled_from_what_is_not_owed(client):
    acting(client, Role.COUNTY_OFFICER)
    row = EntitlementFactory(is_running=True, amount=119, from_month=date(2025, 1, 1))
    GapFactory(
        child=row.child, programme=row.programme, entitlement=row, kind="RECEIVED", reason="AGE",
        since=date(2026, 2, 1),
    )  # fmt: skip

    page = client.get(
        reverse("assistance:entitlement_detail", args=[row.child.case_number, row.pk])
    ).content.decode()

    assert 'value="2026-01"' in page
    assert '<option value="AGE_18" selected>' in page


@pytest.fixture
def too_low(nursing):
    """Paid 100 where the standard gives 119."""
    rows = [
        EntitlementFactory(
            child=disabled(name), programme=nursing, is_running=True, amount=100,
            from_month=month_of(timezone.localdate()),
        )
        for name in ("钟小山", "何小田")
    ]  # fmt: skip
    check_changed_gaps(timestamp=0)
    return rows


RAISE = reverse("assistance:gap_raise")


def amounts(rows):
    return [[int(rate.amount) for rate in row.rates.order_by("pk")] for row in rows]


def test_the_county_raises_those_ticked_to_the_standard_and_nobody_else_may(client, too_low):
    first = Gap.objects.get(child=too_low[0].child)
    acting(client, Role.CHILD_SUPERVISOR)
    assert RAISE not in shown(client)
    assert client.post(RAISE, {"gap": first.pk}).status_code == 403
    acting(client, Role.COUNTY_OFFICER)
    page = shown(client)
    assert page.count('name="gap"') == 2
    assert 'name="all"' not in page

    answer = client.post(RAISE, {"gap": first.pk}, follow=True)

    assert "已提高到标准：1 项" in answer.content.decode()
    assert amounts(too_low) == [[100, 119], [100]]
    assert [gap.child for gap in Gap.objects.too_low()] == [too_low[1].child]
    assert "请勾选" in client.post(RAISE, {"gap": "x"}, follow=True).content.decode()


def test_of_a_file_that_is_only_shared_with_the_county_nothing_is_raised(client, too_low):
    child = too_low[0].child
    child.managing_area = child.residence_area = area(OTHER_VILLAGE)
    child.save()
    CaseAccessFactory(child=child, area=area(COUNTY), reason="HUKOU")
    acting(client, Role.COUNTY_OFFICER)
    assert child.name in shown(client)

    client.post(RAISE, {"gap": list(Gap.objects.too_low().values_list("pk", flat=True))})
    client.post(f"{RAISE}?kind=OWED&reason=AMOUNT", {"all": "1"})

    assert amounts(too_low) == [[100], [100, 119]]


def test_the_whole_list_follows_in_the_background_when_it_is_long(client, too_low, monkeypatch):
    acting(client, Role.COUNTY_OFFICER)
    assert 'name="all"' in shown(client, reason="AMOUNT")
    monkeypatch.setattr("assistance.views.gap.FEW", 1)

    answer = client.post(f"{RAISE}?kind=OWED&reason=AMOUNT", {"all": "1"})

    assert answer.url == f"{LIST}?kind=OWED&reason=AMOUNT"
    assert amounts(too_low) == [[100], [100]]
    job = ProcrastinateJob.objects.get(task_name="assistance.jobs.raise_amounts")
    raise_amounts(**job.args)
    assert amounts(too_low) == [[100, 119]] * 2


def test_the_page_of_one_child_raises_it_too(client, too_low):
    acting(client, Role.COUNTY_OFFICER)
    gap = Gap.objects.get(child=too_low[0].child)
    assert "提高到标准" in client.get(of(gap, "gap_detail")).content.decode()

    answer = client.post(RAISE, {"gap": gap.pk, "child": "1"})

    assert answer.url == reverse("assistance:child_aid", args=[gap.child.case_number])
    assert amounts(too_low) == [[100, 119], [100]]


def test_going_over_a_place_tells_how_far_it_is(client, supervisor, nursing):
    child = disabled("钟小山")
    client.post(reverse("assistance:gap_check"), {"go": "1"})
    check = GapCheck.objects.get()
    assert (check.area_id, check.finished_at) == (TOWNSHIP, None)
    assert "every 2s" in shown(client)

    check_gaps(check_id=check.pk)

    progress = client.get(LIST, {"progress": 1}, headers={"HX-Request": "true"}).content.decode()
    assert "every 2s" not in progress
    assert Gap.objects.get().child == child


def test_at_night_each_county_with_children_is_asked_for_once(client, nursing):
    disabled("钟小山")

    check_all_gaps(timestamp=0)
    check_all_gaps(timestamp=0)

    assert GapCheck.objects.get().area_id == COUNTY


def test_a_check_whose_worker_is_gone_does_not_stop_the_next(client, supervisor):
    GapCheckFactory(asked_at="2026-01-01T00:00Z")

    client.post(reverse("assistance:gap_check"), {"go": "1"})

    assert GapCheck.objects.filter(finished_at=None).count() == 1
    assert GapCheck.objects.count() == 2


def test_the_export_holds_the_lines_of_the_screen_and_is_logged(client, supervisor):
    GapFactory(child__name="钟小山")
    GapFactory(child__name="何小田", kind="RECEIVED", reason="AGE")

    answer = client.post(reverse("assistance:gap_export"), {"reason": "会商"})

    assert answer.getvalue()[:2] == b"PK"
    event = AccessEvent.objects.get(subject="gap_list")
    assert (event.row_count, event.reason) == (1, "会商")


def test_an_allowance_that_will_stop_is_due_on_the_childs_page_with_its_month_and_why(
    client, supervisor, nursing
):
    month = month_of(timezone.localdate())
    rule = nursing.eligibility_rules.get()
    rule.conditions = {"all": [{"disability": "SEVERE"}, {"age": {"below": 18}}]}
    rule.save()
    birthday = shifted(month, 1) + timedelta(days=9)
    growing = disabled("钟小山", birth_date=birthday.replace(year=birthday.year - 18))
    lasting = disabled("何小田")
    for child in (growing, lasting):
        EntitlementFactory(
            child=child, programme=nursing, is_running=True, amount=119, from_month=month
        )
    check_changed_gaps(timestamp=0)

    def page(child):
        url = reverse("children:child_detail", args=[child.case_number])
        return client.get(url).content.decode()

    assert f"自 {shifted(month, 2):%Y-%m} 起停发" in page(growing)
    assert "起停发" not in page(lasting)


def test_a_certificate_that_runs_out_is_due_once(client, supervisor, nursing):
    month = month_of(timezone.localdate())
    child = ChildFactory(birth_date=date(2018, 2, 3))
    CertificateFactory(
        child=child, kind=6, grade=2, issued_on=date(2025, 1, 1),
        expires_on=shifted(month, 2) - timedelta(days=3),
    )  # fmt: skip
    EntitlementFactory(
        child=child, programme=nursing, is_running=True, amount=119, from_month=month
    )
    check_changed_gaps(timestamp=0)

    page = client.get(reverse("children:child_detail", args=[child.case_number])).content.decode()

    assert ComingChange.objects.get().cause == "CERTIFICATE"
    assert "起停发" not in page
    assert page.count("残疾人证即将到期") == 1


def test_home_counts_and_opens_the_list(client, supervisor):
    GapFactory()

    page = client.get(reverse("home")).content.decode()

    assert f'{LIST}?kind=OWED"' in page
    assert f'{LIST}?kind=RECEIVED"' not in page
