"""A list on its way through the pages, with what the background does done here and now."""

from django.db import transaction

from accounts.roles import Role
from accounts.scope import EVERYTHING, acting
from exchange import jobs
from exchange.models import ListUpload
from tests.exchange import lists
from tests.factories import PostingFactory, area

from .looking import assert_no_sideways_scroll


def county_officer(settings, tmp_path):
    """Of the county whose lists they are; files go into a folder of the test's own."""
    settings.MEDIA_ROOT = str(tmp_path / "documents")
    with acting(EVERYTHING), transaction.atomic():
        lists.county()
        return PostingFactory(role=Role.COUNTY_OFFICER, area=area(lists.COUNTY))


def last():
    with acting(EVERYTHING), transaction.atomic():
        return ListUpload.objects.select_related("report").latest("pk")


def work(page, job):
    """The page is looked at again."""
    row = last()
    page.wait_for_url(f"**/exchange/in/{row.pk}/")
    job(upload_id=row.pk)
    page.goto(f"/exchange/in/{row.pk}/")
    assert_no_sideways_scroll(page)
    return last()


def send(page, kind, path):
    page.goto("/exchange/in/send/")
    page.select_option("#id_kind", kind)
    page.set_input_files("#id_file", str(path))
    page.locator("main .actions-bottom button").first.click()
    return work(page, jobs.read_list_upload)


def check(page):
    page.get_by_role("button", name="核对").click()
    return work(page, jobs.check_list_upload)
