"""Files that nobody should send, in the browser: clear words, a way on, and nothing lost."""

import pytest
from django.db import transaction

from accounts.scope import EVERYTHING, acting
from children.models import Child
from exchange import jobs
from exchange.models import ListImport
from tests.exchange.reading import writing
from tests.exchange.views import test_upload_walls as walls

from .looking import assert_fits
from .sent_lists import check, county_officer, last, send
from .steps import enter_as

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


@pytest.fixture
def officer(settings, tmp_path):
    return county_officer(settings, tmp_path)


def made(tmp_path, make):
    folder = tmp_path / make.__name__
    folder.mkdir()
    return make(folder)


def brought():
    with acting(EVERYTHING), transaction.atomic():
        return ListImport.objects.count(), Child.objects.count()


def test_each_is_refused_in_words_and_the_good_list_of_before_still_comes_in(
    page360, officer, tmp_path
):
    page = page360
    enter_as(page, officer)
    good = send(page, "register", writing.xlsx(tmp_path / "good.xlsx", walls.ROWS))

    for make, (code, words, _english) in walls.WALLS.items():
        row = send(page, "register", made(tmp_path, make))
        if row.state == "READ":  # headings are there; the end is seen when the rows are checked
            row = check(page)
        assert (row.state, row.problem.get("code")) == ("UNREADABLE", code)
        told = page.get_by_role("alert").inner_text()
        assert words in told, told
        assert_fits(page)
        page.get_by_role("link", name="上传另一个文件").click()
        page.wait_for_url("**/exchange/in/send/")
    assert brought() == (0, 0)

    # All of them stand in the overview, and the good list waits as it was left.
    page.goto("/exchange/in/")
    assert_fits(page)
    page.goto(f"/exchange/in/{good.pk}/")
    page.get_by_role("button", name="核对").click()
    jobs.check_list_upload(upload_id=good.pk)
    page.goto(f"/exchange/in/{good.pk}/")
    page.get_by_role("button", name="导入").click()
    jobs.take_in_list_upload(upload_id=good.pk)
    page.goto(f"/exchange/in/{good.pk}/")
    page.locator(".alert-success").wait_for()
    assert brought() == (1, 1)


def test_a_list_of_another_kind_says_what_it_lacks_and_can_be_cancelled(
    page1280, officer, tmp_path
):
    page = page1280
    enter_as(page, officer)

    row = send(page, "register", made(tmp_path, walls.other_layout))

    told = page.get_by_role("alert").inner_text()
    assert "姓名、身份证号" in told
    page.get_by_role("button", name="核对").click()
    page.locator(".invalid-feedback, .alert-danger").first.wait_for()
    assert (last().pk, last().state) == (row.pk, "READ")
    page.get_by_role("button", name="取消").click()
    page.get_by_role("status").or_(page.locator(".alert-info")).first.wait_for()
    assert last().state == "CANCELLED"
    assert brought() == (0, 0)


def test_a_file_that_is_none_is_said_at_its_field(page360, officer):
    page = page360
    enter_as(page, officer)
    page.goto("/exchange/in/send/")
    page.select_option("#id_kind", "register")

    page.locator("main .actions-bottom button").first.click()

    assert "请选择" in page.locator("#id_file_error").inner_text()
    assert page.locator("#id_kind").input_value() == "register"
    assert_fits(page)
