"""The administrator changes rules: tried first, told in counts, saved with history."""

from datetime import date
from decimal import Decimal

import pytest
from django.db.models import Sum
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from accounts.scope import EVERYTHING, acting
from assistance import registry_preview
from assistance.actions.gap import check_children
from assistance.actions.payment_run import fill_run, open_run
from assistance.actions.raise_amounts import raise_to_standard
from assistance.models import EligibilityRule, Gap, Programme, SchoolFee, Standard
from assistance.rules.months import month_of, shifted
from tests.factories import (
    CertificateFactory,
    ChildFactory,
    EligibilityRuleFactory,
    EntitlementFactory,
    PaymentAccountFactory,
    PaymentLineFactory,
    PostingFactory,
    ProgrammeFactory,
    SchoolFactory,
    StandardFactory,
    UserFactory,
    area,
)
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
COUNTY = "330127"


@pytest.fixture
def administrator(client):
    with acting(EVERYTHING):
        posting = PostingFactory(role=Role.ADMINISTRATOR, area=area(COUNTY))
    sign_in(client, posting)
    return posting


@pytest.fixture
def nursing():
    with acting(EVERYTHING):
        programme = ProgrammeFactory(code="NURSING", starts="APPLICATION_MONTH")
        EligibilityRuleFactory(programme=programme, conditions={"disability": "SEVERE"})
        standard = StandardFactory(programme=programme, amount=100, document="某文〔2025〕1号",
                                   from_month=date(2025, 1, 1), is_example=True)  # fmt: skip
        for grade in (1, 2, 4):
            child = ChildFactory()
            CertificateFactory(child=child, kind=4, grade=grade)
    return standard


def posted(standard, **changed):
    return {
        "programme": standard.programme_id, "area": "", "from_month": "2025-01-01",
        "to_month": "", "document": standard.document, "document_date": "", "formula": "FIXED",
        "amount": "100", "terms": "{}", "per": "MONTH", "applies_to": "{}",
        "change_reason": "某文〔2026〕2号", **changed,
    }  # fmt: skip


def test_a_preview_counts_whom_a_new_amount_would_change_and_saves_nothing(
    client, administrator, nursing
):
    address = reverse("admin:assistance_standard_change", args=[nursing.pk])

    page = client.post(address, posted(nursing, amount="150", _preview="1"))

    (line,) = page.context["preview"]["lines"]
    assert (line.programme, line.newly, line.no_longer, line.otherwise) == ("NURSING", 0, 0, 2)
    assert line.by == Decimal("100.00")
    assert 'value="150"' in page.content.decode()  # what was typed is kept
    nursing.refresh_from_db()
    assert nursing.amount == Decimal("100.00")
    assert Standard.history.count() == 1


def test_a_preview_of_a_new_rule_counts_who_is_newly_owed(client, administrator, nursing):
    address = reverse("admin:assistance_eligibilityrule_add")

    page = client.post(address, {
        "programme": nursing.programme_id, "name": "", "conditions": '{"disability": "ANY"}',
        "area": "", "from_month": "", "to_month": "", "document": "", "document_date": "",
        "_preview": "1",
    })  # fmt: skip

    (line,) = page.context["preview"]["lines"]
    assert (line.newly, line.no_longer, line.otherwise, line.by) == (1, 0, 0, Decimal("100.00"))
    assert EligibilityRule.objects.count() == 1


def test_a_preview_of_a_programme_taken_out_of_use_counts_all_who_had_it(
    client, administrator, nursing
):
    programme = nursing.programme
    facts = {
        "name": programme.name, "name_en": "", "department": programme.department,
        "cadence": "MONTH", "paid_to": "FAMILY", "starts": programme.starts,
        "stops": programme.stops, "transition_months": "0", "position": "0", "pay_day": "",
    }  # fmt: skip

    page = client.post(
        reverse("admin:assistance_programme_change", args=[programme.pk]), facts | {"_preview": "1"}
    )

    assert not page.context["adminform"].form.errors
    (line,) = page.context["preview"]["lines"]
    assert (line.newly, line.no_longer, line.by) == (0, 2, Decimal("-200.00"))
    programme.refresh_from_db()
    assert programme.is_active


def test_a_preview_of_an_overlap_rule_counts_whom_it_keeps_from_a_second_programme(
    client, administrator, nursing
):
    with acting(EVERYTHING):
        other = ProgrammeFactory(code="LIVING", starts="APPLICATION_MONTH")
        EligibilityRuleFactory(programme=other, conditions={"disability": "ANY"})
        StandardFactory(programme=other, amount=80, from_month=date(2025, 1, 1))

    page = client.post(reverse("admin:assistance_overlaprule_add"), {
        "kind": "EXCLUDES", "programmes": "NURSING", "others": "LIVING", "name": "", "area": "",
        "from_month": "", "to_month": "", "document": "", "document_date": "", "position": "0",
        "when": "null", "_preview": "1",
    })  # fmt: skip

    assert not page.context["adminform"].form.errors
    (line,) = page.context["preview"]["lines"]
    assert (line.programme, line.no_longer, line.by) == ("LIVING", 2, Decimal("-160.00"))


@pytest.mark.parametrize(("back", "told"), [(2, True), (0, False), (-1, False)])
def test_a_preview_says_how_many_months_before_this_one_change_too(
    client, administrator, nursing, back, told
):
    month = shifted(month_of(timezone.localdate()), -back)
    with acting(EVERYTHING):
        nursing.from_month = month
        nursing.save()
    address = reverse("admin:assistance_standard_change", args=[nursing.pk])

    page = client.post(address, posted(nursing, amount="150", from_month=f"{month}", _preview="1"))
    earlier = shifted(month, -1)  # it begins earlier than it did: that month changes, too
    again = client.post(
        address, posted(nursing, amount="100", from_month=f"{earlier}", _preview="1")
    )

    assert page.context["preview"]["lines"]
    assert again.context["preview"]["months_back"] == max(back + 1, 0)
    assert ("此前 2 个月也随之变动" in page.content.decode()) is told


def test_a_preview_sums_for_past_months_what_the_next_run_pays(
    client, administrator, nursing, monkeypatch
):
    """Two are paid, since five months and since one; a third is owed and nobody applied for it."""
    month = month_of(timezone.localdate())
    with acting(EVERYTHING):
        nursing.from_month = shifted(month, -30)
        nursing.save()
        by, rows = UserFactory(), []
        for ago in (5, 1):
            child = ChildFactory(birth_date=date(month.year - 9, 2, 3))
            CertificateFactory(child=child, kind=4, grade=1)
            PaymentAccountFactory(child=child, is_in_use=True)
            rows.append(EntitlementFactory(
                child=child, programme=nursing.programme, amount=100, is_running=True,
                from_month=shifted(month, -ago),
            ))  # fmt: skip
        run = open_run(month=shifted(month, -1), area=area(COUNTY), by=by, now=timezone.now())
        fill_run(run=run, by=by, now=timezone.now())
    address = reverse("admin:assistance_standard_change", args=[nursing.pk])
    ends = posted(nursing, from_month=f"{nursing.from_month}", to_month=f"{shifted(month, -4)}")
    assert client.post(address, ends).status_code == 302
    new = posted(nursing, amount="130", from_month=f"{shifted(month, -3)}")
    add = reverse("admin:assistance_standard_add")

    page = client.post(add, new | {"_preview": "1"})
    (line,) = page.context["preview"]["back"]
    monkeypatch.setattr(registry_preview, "AT_ONCE", 3)
    asked = client.post(add, new | {"_preview": "1"})
    whole = client.post(add, new | {"_preview": "whole"})
    waits = asked.context["preview"]["waits"]
    assert (waits.children, waits.months) == (2, 3 + 1)
    assert 'value="whole"' in asked.content.decode()
    assert asked.context["preview"]["lines"]
    assert whole.context["preview"]["back"] == [line]
    assert client.post(add, new).status_code == 302

    with acting(EVERYTHING):
        check_children([row.child_id for row in rows], now=timezone.now())
        found = Gap.objects.too_low().select_related("child", "programme", "entitlement")
        raise_to_standard(gaps=list(found), by=by, now=timezone.now())
        run = open_run(month=month, area=area(COUNTY), by=by, now=timezone.now())
        fill_run(run=run, by=by, now=timezone.now())
        paid = run.lines.filter(kind="ARREARS").aggregate(sum=Sum("amount"))["sum"]
    assert line.total == page.context["preview"]["back_total"] == paid == Decimal(30 * 3 + 30)
    assert "补发合计（元）" in page.content.decode()


def test_what_is_typed_wrongly_is_told_and_not_tried(client, administrator, nursing):
    address = reverse("admin:assistance_standard_change", args=[nursing.pk])

    page = client.post(address, posted(nursing, applies_to='{"grade": 1}', _preview="1"))

    assert page.status_code == 200
    assert page.context["preview"] is None
    assert "没有这个键" in page.content.decode()


def test_a_change_is_saved_with_its_history(client, administrator, nursing):
    address = reverse("admin:assistance_standard_change", args=[nursing.pk])

    page = client.post(address, posted(nursing, amount="150"))

    assert page.status_code == 302
    nursing.refresh_from_db()
    assert nursing.amount == Decimal("150.00")
    told = nursing.history.first()
    assert (told.history_user_id, told.history_change_reason) == (
        administrator.user_id, "某文〔2026〕2号"
    )  # fmt: skip


def test_nothing_is_changed_or_added_without_a_reason_but_tried_it_is(
    client, administrator, nursing
):
    address = reverse("admin:assistance_standard_change", args=[nursing.pk])
    new = posted(nursing, amount="150", change_reason="")

    changed = client.post(address, new)
    added = client.post(
        reverse("admin:assistance_standard_add"), new | {"from_month": "2025-07-01"}
    )
    tried = client.post(address, new | {"_preview": "1"})

    for page in (changed, added):
        assert page.status_code == 200
        assert "change_reason" in page.context["adminform"].form.errors
    assert tried.context["preview"]["lines"]
    assert Standard.objects.get().amount == Decimal("100.00")


@pytest.mark.parametrize("noun", ["programme", "standard", "eligibilityrule", "overlaprule"])
def test_lists_and_forms_open_and_mark_examples(client, administrator, nursing, noun):
    assert client.get(reverse(f"admin:assistance_{noun}_changelist")).status_code == 200
    assert client.get(reverse(f"admin:assistance_{noun}_add")).status_code == 200
    if noun == "standard":
        shown = client.get(reverse("admin:assistance_standard_changelist")).content.decode()
        assert "某文〔2025〕1号 · 2025-01 · " in shown


def test_two_at_once_is_told_at_the_form(client, administrator, nursing):
    page = client.post(reverse("admin:assistance_standard_add"), posted(nursing))

    assert page.status_code == 200
    assert page.context["errors"]
    assert Programme.objects.count() == 1


def test_a_fee_of_a_school_of_the_county_is_entered_once_for_its_months(client, administrator):
    with acting(EVERYTHING):
        school = SchoolFactory()
    address = reverse("admin:assistance_schoolfee_add")
    fee = {
        "school": school.pk, "stage": "VOCATIONAL", "what": "tuition", "amount": "1200",
        "months": "", "from_month": "2025-09-15", "to_month": "", "document": "某价〔2025〕1号",
        "change_reason": "某价〔2025〕1号",
    }  # fmt: skip

    entered = client.post(address, fee)
    again = client.post(address, fee | {"from_month": "2026-02-01"})

    assert entered.status_code == 302
    assert again.status_code == 200
    assert "In these months the school charges such a fee" in again.content.decode() or (
        "该校该学段在这些月份已有此项收费" in again.content.decode()
    )
    with acting(EVERYTHING):
        row = SchoolFee.objects.get()
        assert (row.from_month, row.history.count()) == (date(2025, 9, 1), 1)
    assert client.get(reverse("admin:assistance_schoolfee_changelist")).status_code == 200


def test_how_a_programme_pays_stays_once_it_has_paid(client, administrator, nursing):
    programme = nursing.programme
    address = reverse("admin:assistance_programme_change", args=[programme.pk])
    facts = {
        "name": "护理补贴", "name_en": "", "department": "", "cadence": "MONTH",
        "paid_to": "SCHOOL", "starts": programme.starts, "stops": programme.stops,
        "transition_months": "0", "position": "0", "pay_day": "", "is_active": "on",
        "change_reason": "按文件",
    }  # fmt: skip
    with acting(EVERYTHING):
        PaymentLineFactory(entitlement=EntitlementFactory(programme=programme, is_running=True))

    page = client.post(address, facts)

    assert page.status_code == 302
    programme.refresh_from_db()
    assert (programme.name, programme.paid_to) == ("护理补贴", "FAMILY")
    assert 'name="paid_to"' not in client.get(address).content.decode()
