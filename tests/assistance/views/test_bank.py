"""The bank as it is met in the browser: the file, failures, recoveries, the proof."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccessEvent
from accounts.roles import Role
from tests.assistance.actions.test_bank import answer, row, sent
from tests.assistance.runs import built, entitled, finish
from tests.factories import OTHER_VILLAGE, EntitlementFactory, GapFactory, PaymentLineFactory, area
from tests.signing_in import sign_in
from tests.world import posted_as

pytestmark = pytest.mark.django_db


@pytest.fixture
def county(client):
    posting = posted_as(Role.COUNTY_OFFICER)
    sign_in(client, posting)
    return posting


def page(client, name, **kwargs):
    return client.get(reverse(f"assistance:{name}", kwargs=kwargs)).content.decode()


def failed():
    entitled()
    run, _content = sent()
    answer(run, row(run.lines.get(), "失败", "账户已销户"))
    return run.lines.get()


def test_the_file_is_taken_for_a_reason_that_is_logged_with_its_rows(client, county):
    entitled()
    run, content = sent(layout="FIXED")
    url = reverse("assistance:run_send", args=[run.pk])

    without = client.post(url, {"layout": "FIXED", "reason": ""})
    taken = client.post(url, {"layout": "FIXED", "reason": "送农商行代发"})

    assert "reason" in without.context["form"].errors
    assert b"".join(taken.streaming_content) == content
    event = AccessEvent.objects.get(subject="bank_file")
    assert (event.kind, event.row_count, event.reason) == ("EXPORTED", 1, "送农商行代发")


def test_a_township_takes_no_file(client):
    entitled()
    run, _content = sent()
    sign_in(client, posted_as(Role.CHILD_SUPERVISOR))

    url = reverse("assistance:run_send", args=[run.pk])

    assert client.post(url, {"layout": "FIXED", "reason": "x"}).status_code == 403


def test_a_failure_is_the_townships_work_until_somebody_says_what_was_done(client):
    line = failed()
    sign_in(client, posted_as(Role.CHILD_SUPERVISOR))
    where = {"case_number": line.child.case_number, "line_id": line.pk}
    link = reverse("assistance:line_detail", kwargs=where)
    for url in (
        reverse("assistance:failure_list"), reverse("home"),
        reverse("children:child_detail", args=[line.child.case_number]),
    ):  # fmt: skip
        assert link in client.get(url).content.decode()

    again = reverse("assistance:line_retry", kwargs=where)
    for typed in ("复", "银行已恢复账户" * 80):
        refused = client.post(again, {"reason": typed})
        assert "reason" in refused.context["form"].errors
        assert typed in refused.content.decode()
    client.post(again, {"reason": "银行已恢复账户"})

    line.refresh_from_db()
    assert line.retry_at is not None
    assert link not in page(client, "failure_list")


def test_no_failure_of_another_area_is_listed(client):
    PaymentLineFactory(
        entitlement__child__residence_area=area(OTHER_VILLAGE), state="FAILED", reason="CLOSED",
        failed_on=date(2026, 1, 9), account=failed().account,
    )  # fmt: skip
    sign_in(client, posted_as(Role.CHILD_SUPERVISOR))

    lines = client.get(reverse("assistance:failure_list")).context["lines"]

    assert len(lines) == 1


class TestRecovery:
    def line(self):
        run = built()
        line = PaymentLineFactory(run=run, kind="RECOVERY", state="PENDING", reason="", amount=-100)
        return line

    @pytest.mark.parametrize(
        ("typed", "state"),
        [
            ({"recovered_on": "2026-03-20", "reason": "退回专户"}, "RECOVERED"),
            ({"reason": "退回专户"}, "PENDING"),
            ({"recovered_on": "2999-01-01", "reason": "x y"}, "PENDING"),
            ({"recovered_on": "2026-03-20"}, "PENDING"),
        ],
    )
    def test_it_came_back_on_a_day(self, client, county, typed, state):
        line = self.line()
        finish(line.run)
        url = reverse("assistance:line_recover", args=[line.child.case_number, line.pk])

        client.post(url, {"move": "CAME"} | typed)

        line.refresh_from_db()
        assert line.state == state

    def test_a_waiver_is_asked_for_by_one_person_and_granted_by_another(self, client):
        line = self.line()
        finish(line.run)
        url = reverse("assistance:line_recover", args=[line.child.case_number, line.pk])
        sign_in(client, posted_as(Role.CHILD_SUPERVISOR))
        client.post(url, {"move": "ASK", "reason": "家庭特别困难"})
        forbidden = [client.post(url, {"move": move}).status_code for move in ("GRANT", "CAME")]
        first, second = posted_as(Role.COUNTY_OFFICER), posted_as(Role.COUNTY_OFFICER)
        sign_in(client, first)
        refused_without_reason = client.post(url, {"move": "REFUSE"})
        client.post(url, {"move": "REFUSE", "reason": "有能力退回"})
        asked_again = client.post(url, {"move": "ASK", "reason": "确无能力退回"})
        by_oneself = client.post(url, {"move": "GRANT"}, follow=True)
        line.refresh_from_db()
        state = line.state
        sign_in(client, second)
        pages = [
            client.get(page).content.decode()
            for page in (
                reverse("home"), reverse("children:child_detail", args=[line.child.case_number])
            )
        ]  # fmt: skip

        client.post(url, {"move": "GRANT"})

        line.refresh_from_db()
        assert forbidden == [403, 403]
        assert refused_without_reason.context["decision_form"].errors
        assert asked_again.status_code == 302
        assert "第二人" in by_oneself.content.decode()
        assert (state, line.state) == ("PENDING", "WAIVED")
        assert all(url in page for page in pages)
        decided = line.waivers.order_by("pk").values_list("state", "decided_by")
        assert list(decided) == [("REFUSED", first.user.pk), ("GRANTED", second.user.pk)]

    def test_what_came_back_needs_no_waiver(self, client, county):
        line = self.line()
        finish(line.run)
        url = reverse("assistance:line_recover", args=[line.child.case_number, line.pk])
        client.post(url, {"move": "ASK", "reason": "家庭特别困难"})

        client.post(url, {"move": "CAME", "recovered_on": "2026-03-20", "reason": "退回专户"})

        assert line.waivers.get().state == "WITHDRAWN"

    def test_it_stands_in_a_list_from_its_approval_until_it_came_back(self, client, county):
        line, url = self.line(), reverse("assistance:recovery_list")

        def listed():
            return [each.pk for each in client.get(url).context["lines"]]

        assert listed() == []
        finish(line.run)
        PaymentLineFactory(
            entitlement__child__residence_area=area(OTHER_VILLAGE), kind="RECOVERY",
            state="PENDING", reason="", amount=-100, run=line.run,
        )  # fmt: skip
        assert listed() == [line.pk]
        assert "100.00" in client.get(url).content.decode()
        hub = client.get(reverse("assistance:hub")).context["doors"]
        assert "assistance:recovery_list" in [
            each["door"].address for each in hub if each["waiting"] and each["waiting"].text
        ]

        recover = reverse("assistance:line_recover", args=[line.child.case_number, line.pk])
        client.post(recover, {"move": "CAME", "recovered_on": "2026-03-20", "reason": "退回专户"})

        assert listed() == []

    def test_in_a_draft_there_is_nothing_to_recover_yet(self, client, county):
        line = self.line()
        url = reverse("assistance:line_recover", args=[line.child.case_number, line.pk])

        client.post(url, {"move": "ASK", "reason": "免予追回"})
        client.post(url, {"move": "CAME", "recovered_on": "2026-03-20", "reason": "退回专户"})

        line.refresh_from_db()
        assert (line.state, line.waivers.count()) == ("PENDING", 0)


def test_the_proof_tells_townships_and_months(client, county):
    failed()
    PaymentLineFactory(month=date(2026, 2, 1), state="PAID", reason="", paid_on=date(2026, 2, 1),
                       account=failed().account)  # fmt: skip

    answered = client.get(reverse("assistance:proof"), {"month": "2026-03"})

    (town,) = answered.context["townships"]
    assert (town.percent, town.payments, town.tone) == (0, 2, "overdue")
    assert [row.month.month for row in answered.context["months"]] == [3, 2]
    assert "<svg" in answered.content.decode()


def test_the_proof_names_what_is_in_no_run_and_therefore_not_in_its_figures(client, county):
    failed()
    link = f"{reverse('assistance:gap_list')}?kind=OWED&amp;reason=RUN"
    assert link not in client.get(reverse("assistance:proof")).content.decode()
    GapFactory(reason="RUN")

    page = client.get(reverse("assistance:proof")).content.decode()

    assert link in page
    assert "1 项待遇已到期" in page


@pytest.mark.parametrize("month", ["", "x", "2026-99", "1980-01"])
def test_a_month_that_is_none_shows_the_newest(client, county, month):
    failed()

    answered = client.get(reverse("assistance:proof"), {"month": month})

    assert answered.context["month"] == date(2026, 3, 1)


def test_the_familys_slip_says_what_arrived_and_what_did_not(client, county):
    line = failed()
    line.month = timezone.localdate().replace(day=1)
    line.save()

    text = page(client, "aid_slip", case_number=line.child.case_number)

    assert line.programme.label in text
    assert str(line.account.account_number) not in text


def test_what_is_asked_back_says_why_and_is_on_nobodys_way(client, county):
    row = EntitlementFactory(
        is_running=True, amount=119, from_month=date(2026, 1, 1), to_month=date(2026, 2, 1)
    )
    row.state, row.end_reason = "ENDED", "MOVED_OUT"
    row.save()
    month = timezone.localdate().replace(day=1)
    line = PaymentLineFactory(
        entitlement=row, month=month, kind="RECOVERY", state="PENDING", reason="", amount=-119,
        rate=None, due_on=date(2026, 3, 1),
    )  # fmt: skip

    text = page(client, "line_detail", case_number=line.child.case_number, line_id=line.pk)
    slip = page(client, "aid_slip", case_number=line.child.case_number)

    assert "应享至 2026-02" in text
    assert row.get_end_reason_display() in text
    for told in (text, slip):
        assert "尚未退回" in told
        assert "待到账" not in told
    line.state, line.paid_on = "RECOVERED", date(2026, 5, 1)
    line.save()
    text = page(client, "line_detail", case_number=line.child.case_number, line_id=line.pk)
    assert "退回日期" in text
    assert "迟到" not in text
