"""A disabled child without its subsidy, until the money has come.

The list, the proposal, the run, the account that was closed and is put right, the arrears, the
proof from red to green.
"""

from datetime import date

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.roles import Role
from accounts.scope import EVERYTHING, acting
from assistance.jobs import check_changed_gaps, take_in_answer
from assistance.models import AnswerUpload, Gap, PaymentLine, PaymentRun
from assistance.rules.months import month_of, shifted
from tests.browser.looking import assert_fits
from tests.browser.steps import enter_as
from tests.factories import (
    COUNTY,
    TOWNSHIP,
    VILLAGE,
    CertificateFactory,
    ChildFactory,
    EligibilityRuleFactory,
    GuardianFactory,
    GuardianshipFactory,
    PaymentAccountFactory,
    PostingFactory,
    ProgrammeFactory,
    StandardFactory,
    area,
)
from tests.world import picture

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
PEOPLE = {
    "director": (Role.CHILD_DIRECTOR, VILLAGE, "胡主任"),
    "supervisor": (Role.CHILD_SUPERVISOR, TOWNSHIP, "汪督导"),
    "county": (Role.COUNTY_OFFICER, COUNTY, "程科长"),
}


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path / "documents")


@pytest.fixture
def county():
    """Its people, the nursing subsidy, and a child with a certificate and an old account."""
    month = month_of(timezone.localdate())
    with acting(EVERYTHING), transaction.atomic():
        people = {
            key: PostingFactory(role=role, area=area(place), user__full_name=name)
            for key, (role, place, name) in PEOPLE.items()
        }
        nursing = ProgrammeFactory(
            code="NURSING", name="重度残疾人护理补贴", starts="APPLICATION_MONTH"
        )
        EligibilityRuleFactory(programme=nursing, conditions={"disability": "SEVERE"})
        StandardFactory(programme=nursing, amount=119, document="某残联〔2025〕3号")
        child = ChildFactory(name="钟小山", birth_date=date(month.year - 9, 2, 3))
        CertificateFactory(
            child=child, kind=6, grade=2, issued_on=shifted(month, -5), expires_on=None
        )
        carer = GuardianFactory(name="钟奶奶")
        GuardianshipFactory(child=child, guardian=carer, is_main_carer=True)
        PaymentAccountFactory(child=child, is_in_use=True)
    check_changed_gaps(timestamp=0)
    return people | {"child": child, "month": month}


def done(page):
    page.locator(".alert-success").first.wait_for()
    assert_fits(page)


def a_run(page, people, answer):
    """Put together and checked by the township, approved and sent by the county, answered."""
    enter_as(page, people["supervisor"])
    page.goto("/assistance/runs/")
    page.locator("main form button").last.click()
    page.wait_for_url("**/runs/*/")
    with acting(EVERYTHING), transaction.atomic():
        run = PaymentRun.objects.latest("pk")
    page.locator("button[value=CHECK]").click()
    done(page)
    enter_as(page, people["county"])
    address = f"/assistance/runs/{run.pk}/"
    page.goto(address)
    page.locator("button[value=APPROVE]").click()
    done(page)
    page.goto(f"{address}send/")
    page.fill("#id_reason", "当月代发")
    with page.expect_download():
        page.locator("main .actions-bottom button").first.click()
    with acting(EVERYTHING), transaction.atomic():
        line = PaymentLine.objects.filter(run=run).get()
    page.goto(f"{address}answer/")
    rows = f"参考号,结果,原因,日期\n{line.pk},{answer},{timezone.localdate()}\n"
    page.set_input_files(
        "#id_file", {"name": "a.csv", "mimeType": "text/csv", "buffer": rows.encode()}
    )
    page.locator("main .actions-bottom button").first.click()
    page.wait_for_url("**/answer/sent/*/")
    with acting(EVERYTHING), transaction.atomic():
        upload = AnswerUpload.objects.latest("pk")
    take_in_answer(upload_id=upload.pk)
    page.wait_for_url(f"**/runs/{run.pk}/answer/*/")  # the report comes by itself
    assert_fits(page)
    check_changed_gaps(timestamp=0)
    return run


def proof_tone(page):
    page.goto("/assistance/proof/")
    assert_fits(page)
    return page.locator("td .tag").first.get_attribute("class")


def test_from_the_gap_to_the_proof(page360, county):
    child, page = county["child"], page360

    # The supervisor finds the child in the list and proposes what the rules owe it.
    enter_as(page, county["supervisor"])
    page.goto("/")
    page.locator("main a", has_text="应享未享").first.click()
    row = page.locator("tbody tr", has_text="钟小山")
    assert "无人提出" in row.inner_text()
    assert_fits(page)
    row.get_by_role("checkbox").check()
    page.get_by_role("button", name="提出所选各项").click()
    done(page)
    assert "待县级确认" in page.locator("tbody tr", has_text="钟小山").inner_text()

    # The county sees why, and confirms.
    enter_as(page, county["county"])
    page.goto("/assistance/gaps/")
    page.get_by_role("link", name="钟小山").click()
    assert_fits(page)
    page.locator("main a.btn", has_text="去办理").click()
    page.locator("button[value=CONFIRM]").click()
    done(page)
    check_changed_gaps(timestamp=0)
    with acting(EVERYTHING), transaction.atomic():
        assert not Gap.objects.open().exists()

    # The run pays, and the bank gives it back: the proof is red, the gap is there again.
    run = a_run(page, county, "失败,账户已销户")
    enter_as(page, county["supervisor"])
    assert "tag-overdue" in proof_tone(page)
    page.goto("/assistance/gaps/")
    assert "有款项被退回" in page.locator("tbody tr", has_text="钟小山").inner_text()

    # The village brings the new card, a second person compares it.
    enter_as(page, county["director"])
    page.goto(f"/assistance/{child.case_number}/accounts/add/")
    page.select_option("#id_holder_is", "GUARDIAN")
    page.locator("#id_guardianship").select_option(index=1)
    page.fill("#id_holder", "钟奶奶")
    page.fill("#id_bank", "某某农商银行")
    page.fill("#id_account_number", "99000000000000012")
    page.fill("#id_again", "99000000000000012")
    page.set_input_files(
        "#id_paper", {"name": "k.png", "mimeType": "image/png", "buffer": picture()}
    )
    page.locator("main .actions-bottom button").first.click()
    done(page)
    enter_as(page, county["supervisor"])
    page.goto("/assistance/accounts/")
    page.get_by_role("link", name="钟小山").click()
    page.locator("main form button.btn-primary").first.click()
    done(page)

    # The follow-up run pays what came back: the proof is green, and nothing is missing.
    enter_as(page, county["county"])
    page.goto(f"/assistance/runs/{run.pk}/")
    page.locator("button[value=CLOSE]").click()
    done(page)
    a_run(page, county, "成功,")
    enter_as(page, county["supervisor"])
    assert "tag-LOW" in proof_tone(page)
    with acting(EVERYTHING), transaction.atomic():
        assert not Gap.objects.open().exists()
