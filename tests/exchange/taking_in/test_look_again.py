"""Rows of lists that meant nobody when they came in, beside files that were opened since."""

import pytest
from django.utils import timezone

from children.models import Child
from exchange import finding_jobs
from exchange.models import Finding, ListRow, ListUpload, MatchPair, ProposedChange
from exchange.rules.certificate_said import unpack
from exchange.taking_in.look_again import look_again
from tests.exchange.lists import BORN, adult, number
from tests.exchange.views.test_undo_list import _files, came_in, officer, undone  # noqa: F401
from tests.factories import ChildFactory

pytestmark = pytest.mark.django_db
PAPERS = ["姓名", "性别", "出生日期", "残疾证号", "残疾类别", "残疾等级", "村", "监护人姓名"]
PAPER = ["赵一平", "男", BORN, number(1) + "41", "肢体", "一级", "大源村", "李大娘"]
POOR = ["户主", "姓名", "性别", "出生日期", "与户主关系", "保障类型", "村", "监护人姓名"]
FIRST = ["赵一平", "男", number(1), "大源村", "1组", "事实无人抚养儿童", "李大娘", adult(2)]
ALIKE = ["赵一萍", "男", number(1), "大源村", "1组", "事实无人抚养儿童", "", ""]


def looked(upload):
    finding_jobs.look_at_rows_again(upload.list_import_id)


def open_findings(code):
    return list(Finding.objects.filter(found_by__code=code, cleared_on=None).open())


def papers(client, tmp_path, *rows):
    return came_in(client, tmp_path, *rows or [PAPER], kind="disability_certificates", head=PAPERS)


def test_a_list_that_came_first_reaches_the_file_that_a_register_opens(client, tmp_path):
    papers(client, tmp_path)
    finding_jobs.checks_of_lists()
    assert len(open_findings("M01")) == 1

    register = came_in(client, tmp_path, FIRST)
    looked(register)
    finding_jobs.checks_of_lists()

    child = Child.objects.get()
    row = ListRow.objects.get(kind="disability_certificates")
    assert (row.decision, row.child_id) == ("automatic", child.pk)
    assert open_findings("M01") == [], "the child is on file"
    (paper,) = ProposedChange.objects.all()
    assert (paper.child_id, paper.field, paper.state) == (child.pk, "certificate", "OPEN")
    assert (unpack(paper.new_value).number, paper.list_import_id) == (
        number(1) + "41", row.list_import_id,
    )  # fmt: skip
    assert paper.history.count() == 1

    looked(register)
    look_again(now=timezone.now(), since=child.updated_at)
    assert ProposedChange.objects.count() == 1, "again it finds nothing more"


def test_it_is_asked_for_when_a_register_has_opened_files(
    client, tmp_path, django_capture_on_commit_callbacks
):
    from procrastinate.contrib.django.models import ProcrastinateJob

    papers(client, tmp_path)
    with django_capture_on_commit_callbacks(execute=True):
        register = came_in(client, tmp_path, FIRST)
    jobs = ProcrastinateJob.objects.filter(task_name="exchange.finding_jobs.look_at_rows_again")
    assert [job.args for job in jobs] == [{"list_import_id": register.list_import_id}]


def test_who_is_only_alike_is_asked_about_and_a_file_opened_by_hand_is_looked_at_by_night(
    client, tmp_path
):
    poor = [None, "赵一平", "男", BORN, "子", "低保", "大源村", ""]
    came_in(client, tmp_path, poor, kind="low_income", head=POOR)
    child = ChildFactory(
        name="赵一萍", sex="MALE", birth_date=BORN, id_number=number(1),
        residence_area_id="330127100201", managing_area_id="330127100201",
    )  # fmt: skip

    finding_jobs.nightly_look_again(0)

    row = ListRow.objects.get()
    assert (row.decision, row.child_id) == ("suggested", child.pk)
    assert MatchPair.objects.get().list_row_id == row.pk


def test_files_that_an_earlier_list_reached_go_with_the_register_that_opened_them(client, tmp_path):
    papers(client, tmp_path)
    register = came_in(client, tmp_path, FIRST)
    looked(register)

    officer(client)
    undone(client, register)

    assert not Child.objects.exists()
    assert ListUpload.objects.get(pk=register.pk).counts["kept"] == 0
    assert not ProposedChange.objects.exists()
    row = ListRow.objects.get(kind="disability_certificates")
    assert (row.decision, row.child_id, row.undone_at) == ("new", None, None)

    looked(came_in(client, tmp_path, FIRST))
    row.refresh_from_db()
    assert (row.decision, row.child_id) == ("automatic", Child.objects.get().pk)


def test_a_row_that_was_asked_about_means_nobody_again_when_the_file_goes(client, tmp_path):
    papers(client, tmp_path)
    register = came_in(client, tmp_path, ALIKE)
    looked(register)
    row = ListRow.objects.get(kind="disability_certificates")
    assert row.decision == "suggested"

    officer(client)
    undone(client, register)

    row.refresh_from_db()
    assert (row.decision, row.child_id) == ("new", None)
    assert not MatchPair.objects.exists()
