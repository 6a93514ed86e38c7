"""The pages of agreements: made by one, approved by another, the token shown once."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.once import new_key
from exchange.actions.department_caller import digest_of
from exchange.models import DepartmentToken, SharingAgreement
from exchange.models.sharing_agreement import ENDS_SOON
from tests.asking import in_chinese, text_of
from tests.exchange.department.calling import call, search_for
from tests.factories import (
    COUNTY,
    DepartmentTokenFactory,
    PostingFactory,
    SharingAgreementFactory,
    area,
)
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
NOW, DAY = timezone.now(), timedelta(days=1)
TYPED = {
    "department": "县残疾人联合会", "sender_id": "federation.example", "purpose": "核对补贴",
    "legal_ground": "《残疾人保障法》", "registries": ["DISABILITY"], "fields_": ["name", "sex"],
    "calls_a_minute": 30, "searches_a_call": 10, "searches_a_day": 100, "days_kept": 7,
    "starts_on": "2025-01-01", "ends_on": "2099-12-31",
}  # fmt: skip


def officer():
    return sign_in(Client(), PostingFactory(role="COUNTY_OFFICER", area=area(COUNTY)))


def test_from_the_form_to_a_call_and_to_its_end():
    one, other = officer(), officer()
    wrong = one.post(reverse("exchange:agreement_add"), TYPED | {"ends_on": "2024-01-01"})
    assert "ends_on" in wrong.context["form"].errors
    one.post(reverse("exchange:agreement_add"), TYPED)
    row = SharingAgreement.objects.get()

    def at(name):
        return reverse(f"exchange:{name}", args=[row.pk])

    def press(client, name, **more):
        version = SharingAgreement.objects.get().version
        return client.post(at(name), {"version": version} | more)

    assert not row.caller.is_active
    assert row.fields == ["name", "sex"]
    press(one, "agreement_approve")  # by whoever made it
    assert SharingAgreement.objects.get().approved_at is None
    press(one, "token_issue", days=30)
    assert not DepartmentToken.objects.exists()

    press(other, "agreement_approve")
    refused = press(one, "token_issue", days=30, public_key="no key")
    assert "public_key" in refused.context["form"].errors
    shown = press(one, "token_issue", days=30)
    told, token = shown.context["told"], DepartmentToken.objects.get()
    assert told in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    assert bytes(token.digest) == digest_of(told)
    assert told not in one.get(at("agreement_detail")).content.decode()
    assert call(told, "disability/registry/sync/search", search_for()).status_code == 200
    asked = one.get(at("agreement_detail"))
    assert [row.answer_in_words for row in asked.context["calls"]] == ["已答复"]

    press(one, "token_revoke", token=token.pk)
    assert call(told, "disability/registry/sync/search", search_for()).status_code == 401
    told = press(one, "token_issue", days=30).context["told"]
    nothing = press(other, "agreement_end", reason=" ")
    assert "reason" in nothing.context["ending"].errors
    assert SharingAgreement.objects.get().ended_at is None
    press(other, "agreement_end", reason="令牌外泄")
    ended = SharingAgreement.objects.get()
    assert (ended.end_reason, ended.history.latest().end_reason) == ("令牌外泄", "令牌外泄")
    assert ended.ended_by.full_name
    assert "令牌外泄" in one.get(at("agreement_detail")).content.decode()
    assert call(told, "disability/registry/sync/search", search_for()).status_code == 401
    press(one, "token_issue", days=30)
    assert not DepartmentToken.objects.filter(revoked_at=None).exists()


def test_who_made_an_agreement_reads_why_the_second_person_did_not_approve_it():
    one, other = officer(), officer()
    one.post(reverse("exchange:agreement_add"), TYPED)
    row = SharingAgreement.objects.get()
    where = reverse("exchange:agreement_end", args=[row.pk])

    other.post(where, {"version": row.version, "reason": "法律依据不符"})

    row.refresh_from_db()
    assert row.ended_at
    assert row.approved_at is None
    page = one.get(reverse("exchange:agreement_detail", args=[row.pk])).content.decode()
    assert "法律依据不符" in page


def test_who_made_it_reads_at_home_that_it_was_refused_or_ended_and_why():
    one, other = officer(), officer()
    home, listed = reverse("home"), reverse("exchange:agreement_list")

    def made(department):
        one.post(reverse("exchange:agreement_add"), TYPED | {"department": department})
        return SharingAgreement.objects.latest("pk")

    def press(client, name, row, **more):
        row.refresh_from_db()
        where = reverse(f"exchange:{name}", args=[row.pk])
        return client.post(where, {"version": row.version, "submission": new_key()} | more)

    refused, ended, kept = made("县医疗保障局"), made("县教育局"), made("县残疾人联合会")
    assert "县医疗保障局" in text_of(other.get(home))  # waits for the second person
    assert "县医疗保障局" not in text_of(one.get(home))
    for row in (ended, kept):
        press(other, "agreement_approve", row)
    assert "已批准，请签发令牌" in text_of(one.get(home))
    for row in (ended, kept):
        press(one, "token_issue", row, days=30)
    press(other, "agreement_end", refused, reason="目的写得过宽")
    press(other, "agreement_end", ended, reason="系统更换")

    for page in (home, listed):
        shown = text_of(one.get(page))
        assert "目的写得过宽" in shown, page
        assert "系统更换" in shown, page
    assert "县残疾人联合会" not in text_of(one.get(home))
    assert "目的写得过宽" not in text_of(other.get(home))
    detail = text_of(one.get(reverse("exchange:agreement_detail", args=[refused.pk])))
    assert "未批准理由" in detail
    assert "令牌" not in detail


def test_one_that_its_maker_takes_back_was_not_refused():
    one = officer()
    one.post(reverse("exchange:agreement_add"), TYPED)
    row = SharingAgreement.objects.get()
    told = {"version": row.version, "reason": "先不做"}

    one.post(reverse("exchange:agreement_end", args=[row.pk]), told)

    shown = text_of(one.get(reverse("exchange:agreement_detail", args=[row.pk])))
    assert "撤回人" in shown
    assert "未批准" not in shown
    assert "先不做" not in text_of(one.get(reverse("home")))


@pytest.mark.parametrize(
    ("agreement", "token", "told"),
    [
        ({}, None, None),
        ({}, {"expires_at": NOW + 60 * DAY}, None),
        ({}, {"expires_at": NOW + 9 * DAY}, "token expires on %(day)s"),
        ({}, {"expires_at": NOW - 1 * DAY}, "token expired on %(day)s"),
        ({"ends_on": timezone.localdate(NOW + 9 * DAY)}, None, "ends on %(day)s"),
        ({"ends_on": timezone.localdate(NOW - DAY)}, None, None),
    ],
    ids=["new", "lives", "expires", "expired", "ends", "over"],
)
def test_the_county_reads_at_home_what_a_departments_system_will_stop_at(agreement, token, told):
    row = SharingAgreementFactory(made_at=NOW - 90 * DAY, **agreement)
    if token:
        DepartmentTokenFactory(agreement=row, issued_at=NOW - 90 * DAY, **token)

    page = officer().get("/").content.decode()

    assert (row.department in page) == (told is not None)
    if told:
        assert in_chinese(told).partition("%")[0] in page


def test_a_newer_token_ends_the_warning_and_a_revoked_one_does_not():
    row = SharingAgreementFactory()
    DepartmentTokenFactory(agreement=row, expires_at=NOW + 9 * DAY)
    revoked = {"revoked_at": NOW, "revoked_by": row.made_by}

    days = [timezone.localdate(NOW), timezone.localdate(NOW + ENDS_SOON)]

    DepartmentTokenFactory(agreement=row, expires_at=NOW + 90 * DAY, **revoked)
    assert list(SharingAgreement.objects.ending_soon(NOW, *days)) == [row]
    DepartmentTokenFactory(agreement=row, expires_at=NOW + 90 * DAY)
    assert list(SharingAgreement.objects.ending_soon(NOW, *days)) == []
