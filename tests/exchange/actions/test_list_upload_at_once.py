"""A worker killed with -9 while a list comes in, a cancel meanwhile, two lists at once."""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.scope import EVERYTHING, acting
from children.models import Child, Guardianship
from exchange import jobs
from exchange.actions import list_upload
from exchange.actions.undo_list import begin_undo
from exchange.models import ListImport, ListRow, ListUpload, SharingRecord
from exchange.models.list_turns import wait_for_turn
from exchange.rules.list_upload import UploadState as State
from tests.exchange import lists
from tests.exchange.lists import number
from tests.exchange.reading import writing
from tests.factories import UserFactory
from tests.killed import killed_in

pytestmark = pytest.mark.django_db(transaction=True)
HEAD = ["姓名", "性别", "身份证号", "出生日期", "村", "监护人姓名"]
NAMES = (
    "赵一平 钱二宝 孙三妹 李四海 周五福 吴六顺 郑七星 王八方"
    " 冯久安 陈十全 褚百川 卫千里 蒋万山 沈亿华 韩兆祥"
)
DAYS = [date(2009 + n % 9, 1 + n % 12, 1 + 7 * n % 28) for n in range(15)]
ROWS = [
    [
        name,
        "男" if n % 2 else "女",
        number(2 * (5 + 18 * n) + n % 2, day),
        day,
        "大源村",
        name[0] + "大",
    ]
    for n, (name, day) in enumerate(zip(NAMES.split(), DAYS, strict=True), 1)
]


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path / "documents")


@pytest.fixture
def by():
    with acting(EVERYTHING), transaction.atomic():
        lists.county()
        return UserFactory()


def sent(tmp_path, by, rows):
    """A list that somebody has told to come in."""
    path = writing.xlsx(tmp_path / "list.xlsx", [HEAD, *rows])
    now = timezone.now()
    with acting(EVERYTHING):
        row = list_upload.send(
            kind="register", area_code="330127", file=io.BytesIO(path.read_bytes()),
            name="a.xlsx", by=by, now=now,
        )  # fmt: skip
        list_upload.read_upload(upload_id=row.pk, now=now)
        list_upload.move(upload_id=row.pk, to=State.CHECKING, by=by, now=now)
        list_upload.check_upload(upload_id=row.pk, now=now)
        list_upload.move(upload_id=row.pk, to=State.TAKING_IN, by=by, now=now, taken_in_by=by)
    return row


def standing():
    """Children, guardianships, rows kept, imports, records of sharing."""
    with acting(EVERYTHING), transaction.atomic():
        return tuple(
            model.objects.count()
            for model in (Child, Guardianship, ListRow, ListImport, SharingRecord)
        )


def state_of(row):
    with acting(EVERYTHING), transaction.atomic():
        return ListUpload.objects.get(pk=row.pk).state


@pytest.mark.parametrize("moment", ["settle", "move"])
def test_killed_while_a_list_comes_in_nothing_is_half_in_and_the_next_run_finishes(
    tmp_path, by, moment
):
    row = sent(tmp_path, by, ROWS)

    killed_in(
        lambda: jobs.take_in_list_upload(upload_id=row.pk), list_upload, moment,
        is_done=moment == "settle",
    )  # fmt: skip

    assert standing() == (0, 0, 0, 0, 0)
    assert state_of(row) == "TAKING_IN"
    jobs.take_in_list_upload(upload_id=row.pk)
    assert standing() == (15, 15, 15, 1, 1)
    assert state_of(row) == "TAKEN_IN"
    jobs.take_in_list_upload(upload_id=row.pk)
    assert standing() == (15, 15, 15, 1, 1)


def test_a_list_is_undone_when_none_comes_in(tmp_path, by):
    """Each takes away, or points to, guardians and files in its own order."""
    row = sent(tmp_path, by, ROWS)
    jobs.take_in_list_upload(upload_id=row.pk)
    with acting(EVERYTHING), transaction.atomic():
        other = UserFactory()
    with acting(EVERYTHING), transaction.atomic():
        row.refresh_from_db()
        begin_undo(upload=row, reason="发错了县", by=other, now=timezone.now())

    def undo():
        try:
            jobs.undo_list_upload(upload_id=row.pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as beside:
        with acting(EVERYTHING), transaction.atomic():
            wait_for_turn()  # as a list that comes in
            undone = beside.submit(undo)
            with pytest.raises(TimeoutError):
                undone.result(timeout=1)
            assert Child.objects.count() == 15
        undone.result()

    assert state_of(row) == "UNDONE"
    assert standing()[:2] == (0, 0)


def test_cancelled_while_it_comes_in_everything_is_taken_back(tmp_path, by, monkeypatch):
    row = sent(tmp_path, by, ROWS)
    settle = list_upload.settle

    def cancel():
        try:
            with acting(EVERYTHING):
                list_upload.move(upload_id=row.pk, to=State.CANCELLED, by=by, now=timezone.now())
        finally:
            connection.close()

    def meanwhile(**said):
        outcome = settle(**said)
        with ThreadPoolExecutor(1) as pool:
            pool.submit(cancel).result(20)
        return outcome

    monkeypatch.setattr(list_upload, "settle", meanwhile)
    jobs.take_in_list_upload(upload_id=row.pk)

    assert state_of(row) == "CANCELLED"
    assert standing() == (0, 0, 0, 0, 0)


def test_two_overlapping_lists_at_once_open_each_file_once(tmp_path, by):
    (tmp_path / "b").mkdir()
    both = [sent(tmp_path, by, ROWS[:10]), sent(tmp_path / "b", by, ROWS[5:])]

    def run(row):
        try:
            jobs.take_in_list_upload(upload_id=row.pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(run, both))

    assert {state_of(row) for row in both} == {"TAKEN_IN"}
    assert standing() == (15, 15, 15, 2, 2)
    with acting(EVERYTHING), transaction.atomic():
        counts = [ListUpload.objects.get(pk=row.pk).counts for row in both]
    assert sum(one["new"] for one in counts) == 15
    assert sum(one["unchanged"] for one in counts) == 5
