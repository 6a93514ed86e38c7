"""A department withdraws its list while the county takes it in: one of both happens, never both."""

import io
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation
from accounts.roles import Role
from accounts.scope import EVERYTHING, acting
from exchange import jobs
from exchange.actions import list_upload
from exchange.models import ListRow, ListUpload
from exchange.rules.list_upload import UploadState as State
from tests.asking import in_chinese, shows
from tests.exchange import lists
from tests.exchange.lists import number
from tests.exchange.reading import writing
from tests.factories import PostingFactory, area
from tests.signing_in import sign_in
from tests.waiting import until_somebody_waits

pytestmark = pytest.mark.django_db(transaction=True)
TOO_LATE = (
    "The county has begun to take this list in: it can be withdrawn no more. If it must not"
    " stand, ask the county to undo it."
)
WITHDRAWN = "The department has withdrawn this list in the meantime. Nothing of it came in."


@pytest.mark.parametrize("first", ["department", "county"])
def test_withdrawn_or_taken_in_and_the_other_is_told(settings, tmp_path, first):
    settings.MEDIA_ROOT = str(tmp_path / "documents")
    path = writing.xlsx(
        tmp_path / "list.xlsx", [["姓名", "身份证号", "救助类别"], ["张小三", number(1), "低保"]]
    )
    now = timezone.now()
    with acting(EVERYTHING), transaction.atomic():
        lists.county()
        place = Organisation.objects.create(
            code="330127-CL",
            kind="DEPARTMENT",
            name="民政",
            area=area(lists.COUNTY),
            department="CIVIL_AFFAIRS",
        )
        postings = {
            "department": PostingFactory(role=Role.LIAISON, organisation=place),
            "county": PostingFactory(role=Role.COUNTY_OFFICER, area=area(lists.COUNTY)),
        }
        by = postings["department"].user
        clients = {name: sign_in(Client(), one) for name, one in postings.items()}
    with acting(EVERYTHING):
        row = list_upload.send(
            kind="low_income", area_code=lists.COUNTY, file=io.BytesIO(path.read_bytes()),
            name="a.xlsx", by=by, now=now, sent_from=place,
        )  # fmt: skip
        list_upload.read_upload(upload_id=row.pk, now=now)
        list_upload.move(upload_id=row.pk, to=State.CHECKING, by=by, now=now)
        list_upload.check_upload(upload_id=row.pk, now=now)
    steps = {"department": "exchange:sent_withdraw", "county": "exchange:upload_take_in"}

    def ask(who):
        try:
            return clients[who].post(reverse(steps[who], args=[row.pk]), follow=True)
        finally:
            connection.close()

    second = "county" if first == "department" else "department"
    with ThreadPoolExecutor(2) as pool:
        with acting(EVERYTHING), transaction.atomic():
            ListUpload.objects.select_for_update(no_key=True).get(pk=row.pk)
            asked = {first: pool.submit(ask, first)}
            until_somebody_waits()
            asked[second] = pool.submit(ask, second)
        answers = {who: one.result() for who, one in asked.items()}

    jobs.take_in_list_upload(upload_id=row.pk)
    with acting(EVERYTHING), transaction.atomic():
        row.refresh_from_db()
        kept = ListRow.objects.count()
    assert (row.state, kept) in (("CANCELLED", 0), ("TAKEN_IN", 1))
    told = (shows(answers["county"], in_chinese(WITHDRAWN)),
            shows(answers["department"], in_chinese(TOO_LATE)))  # fmt: skip
    assert told == ((True, False) if row.state == "CANCELLED" else (False, True))
