"""A bank's answer in the browser: the report comes by itself, also where no script runs."""

import io

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.roles import Role
from accounts.scope import EVERYTHING, acting
from assistance.actions.answer_upload import send
from assistance.jobs import take_in_answer
from assistance.models import AnswerUpload
from tests.assistance.actions.test_bank import sent
from tests.assistance.runs import entitled
from tests.browser.looking import assert_fits
from tests.browser.steps import enter_as, sign_in
from tests.factories import COUNTY, PostingFactory, area

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


@pytest.fixture
def run(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path / "documents")
    with acting(EVERYTHING), transaction.atomic():
        entitled()
        run, _content = sent()
        run.officer = PostingFactory(role=Role.COUNTY_OFFICER, area=area(COUNTY))
    return run


def send_in(page, run, text):
    page.goto(f"/assistance/runs/{run.pk}/answer/")
    page.set_input_files(
        "#id_file", {"name": "a.csv", "mimeType": "text/csv", "buffer": text.encode("gb18030")}
    )
    page.locator("main .actions-bottom button").first.click()
    page.get_by_role("status").wait_for()
    assert_fits(page)
    with acting(EVERYTHING), transaction.atomic():
        upload = AnswerUpload.objects.latest("pk")
    take_in_answer(upload_id=upload.pk)


def answer(run):
    with acting(EVERYTHING), transaction.atomic():
        return f"参考号,结果\n{run.lines.get().pk},成功\n{10**12},成功\n"


def test_the_page_goes_on_to_the_report_or_says_what_is_wrong(page360, run):
    enter_as(page360, run.officer)

    send_in(page360, run, "参考号,结果\n77,成功\n")
    page360.get_by_role("alert").get_by_text("没有一行属于本发放批次").wait_for()
    assert_fits(page360)
    page360.get_by_role("link", name="上传另一个文件").click()
    send_in(page360, run, answer(run))

    page360.wait_for_url(f"**/runs/{run.pk}/answer/*/")
    page360.locator("#rows").get_by_text("参考号").last.wait_for()
    assert_fits(page360)


def test_without_script_the_report_comes_by_itself_too(new_page, run):
    page = new_page(360, java_script_enabled=False)
    with acting(EVERYTHING), transaction.atomic():
        supervisor = PostingFactory(role=Role.CHILD_SUPERVISOR, area=area(run.area_id))
        content = f"参考号,结果\n{run.lines.get().pk},成功\n".encode()
        upload = send(
            run=run, file=io.BytesIO(content), size=len(content), by=run.officer.user,
            now=timezone.now(),
        )  # fmt: skip
    sign_in(page, supervisor.user)

    page.goto(f"/assistance/runs/{run.pk}/answer/sent/{upload.pk}/")
    page.get_by_role("status").wait_for()
    take_in_answer(upload_id=upload.pk)

    page.wait_for_url(f"**/runs/{run.pk}/answer/*/")
