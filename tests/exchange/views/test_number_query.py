"""A batch of numbers on its whole way: asked, approved, fetched, answered, closed."""

import csv
import io
from datetime import timedelta

import pytest
from django.utils import timezone
from msoffcrypto import OfficeFile
from openpyxl import load_workbook

from accounts.models import AccessEvent
from accounts.roles import Role
from exchange.models import (
    AskedNumber,
    FeedKind,
    ListRow,
    MatchPair,
    NumberQuery,
    SharingRecord,
)
from exchange.taking_in.import_list import import_list
from exchange.taking_in.number_answers import untie_answers
from tests.asking import shows
from tests.exchange import lists
from tests.exchange.taking_in.test_import_list import run
from tests.factories import (
    COUNTY,
    OTHER_VILLAGE,
    ChildFactory,
    GuardianFactory,
    GuardianshipFactory,
    ParentStatusFactory,
    PostingFactory,
    UserFactory,
    area,
)
from tests.signing_in import sign_in
from tests.world import posted_as

pytestmark = pytest.mark.django_db
PASSWORD = "long-enough-2026"
HOME = "/exchange/numbers/"


def parent(number, name, relation="FATHER", place=lists.EAST):
    child = ChildFactory(residence_area=area(place))
    who = GuardianFactory(name=name, id_number=lists.adult(number), recorded_in=area(place))
    GuardianshipFactory(child=child, guardian=who, relation=relation)
    return child


@pytest.fixture
def parents():
    """Two alive, one known to have died, one of another county, a grandfather."""
    lists.county()
    parent(1, "张大")
    parent(2, "李四", relation="MOTHER")
    ParentStatusFactory(child=parent(3, "王五"))
    parent(4, "赵六", place=OTHER_VILLAGE)
    parent(5, "钱七", relation="GRANDFATHER_PATERNAL")


@pytest.fixture
def officers(client):
    first = posted_as(Role.COUNTY_OFFICER)
    return first, PostingFactory(role=Role.COUNTY_OFFICER, area=first.area)


def sent(client, officers):
    """The batch, asked by the first, approved by the second, and the answer with its file."""
    first, second = officers
    sign_in(client, first)
    client.post(HOME + "ask/", {"kind": "prison_results", "purpose": "核查父母情况"})
    row = NumberQuery.objects.get()
    page = f"{HOME}{row.pk}/"
    refused = client.post(page + "fetch/", {"password": PASSWORD, "again": PASSWORD}, follow=True)
    assert refused.redirect_chain  # not before it is approved
    client.post(page + "decide/", {"version": row.version, "answer": "approve"})
    row.refresh_from_db()
    assert row.state == "ASKED"  # nobody approves what they asked for
    sign_in(client, second)
    client.post(page + "decide/", {"version": row.version, "answer": "approve"})
    sign_in(client, first)
    answer = client.post(page + "fetch/", {"password": PASSWORD, "again": PASSWORD})
    row.refresh_from_db()
    return row, answer


def answered(tmp_path, *people, code=""):
    """A list of answers taken in by the command's road."""
    path = tmp_path / "answers.csv"
    rows = [["姓名", "身份证号", "查询结果", "查询编号"]]
    rows += [[name, lists.adult(number), answer, code] for number, name, answer in people]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return import_list(
        path=path, kind=FeedKind.PRISON_RESULTS, within=COUNTY, commit=True, by=UserFactory(),
        now=timezone.now(),
    )  # fmt: skip


def test_numbers_go_out_sealed_and_approved_and_come_back_as_answers(
    client, officers, parents, tmp_path
):
    row, answer = sent(client, officers)

    plain = io.BytesIO()
    file = OfficeFile(io.BytesIO(b"".join(answer.streaming_content)))
    file.load_key(password=PASSWORD)
    file.decrypt(plain)
    cells = [line[:3] for line in load_workbook(plain).active.iter_rows(values_only=True)]
    assert cells[0] == ("查询编号", "姓名", "身份证号")
    assert {line[1:] for line in cells[1:3]} == {
        ("张大", lists.adult(1)), ("李四", lists.adult(2))
    }  # fmt: skip
    assert {line[0] for line in cells[1:3]} == {row.code}
    record = SharingRecord.objects.get(direction="OUT")
    assert (record.kind, record.rows) == ("prison_results", 2)
    assert AccessEvent.objects.filter(subject="numbers_out", row_count=2).exists()
    assert (row.state, row.due_on) == ("SENT", timezone.localdate() + timedelta(days=30))

    outcome = answered(tmp_path, (1, "张大", "在押"), (4, "赵六", "在押"))
    assert [(f.row, f.key, f.problem) for f in outcome.listing.faults] == [
        (3, "id_number", "NEVER_ASKED")
    ]
    assert ListRow.objects.count() == 1
    assert AskedNumber.objects.unanswered().get().guardian.name == "李四"
    home = client.get("/").content.decode()
    assert row.code in home

    wrong = answered(tmp_path, (2, "李四", "否"), code="2020-000001")
    assert [f.key for f in wrong.listing.faults] == ["query__number"]
    last = answered(tmp_path, (2, "李四", "否"), code=row.code)
    row.refresh_from_db()
    assert (row.state, row.closed_by) == ("CLOSED", None)
    assert row.code not in client.get("/").content.decode()
    assert answered(tmp_path, (1, "张大", "否")).listing.faults  # nothing waits any more

    assert last.record is not None
    untie_answers(list_import_id=last.record.pk, by=UserFactory(), now=timezone.now(), reason="错")
    row.refresh_from_db()
    assert (row.state, row.closed_at) == ("SENT", None)


def test_a_batch_is_closed_without_answers_only_with_a_reason(client, officers, parents):
    row, answer = sent(client, officers)
    b"".join(answer.streaming_content)  # to its end, so that the file is closed
    page = f"{HOME}{row.pk}/"

    refused = client.post(page + "close/", {"version": row.version, "reason": " "})
    assert "reason" in refused.context["closing"].errors
    client.post(page + "close/", {"version": row.version, "reason": "对方只答复一人"})
    row.refresh_from_db()
    assert (row.state, row.closed_by) == ("CLOSED", officers[0].user)


def test_a_batch_of_nobody_is_not_asked(client, officers):
    sign_in(client, officers[0])

    answer = client.post(HOME + "ask/", {"kind": "prison_results", "purpose": "核查"})
    assert answer.context["form"].non_field_errors()
    assert not NumberQuery.objects.exists()


def test_the_log_tells_how_many_numbers_went_out_not_how_many_were_asked_for(
    client, officers, parents
):
    """Between asking and fetching somebody may have gone out of one's sight."""
    first, second = officers
    sign_in(client, first)
    client.post(HOME + "ask/", {"kind": "prison_results", "purpose": "核查父母情况"})
    row = NumberQuery.objects.get()
    parent = AskedNumber.objects.first().guardian
    child = parent.guardianships.get().child
    child.residence_area = child.managing_area = parent.recorded_in = area(OTHER_VILLAGE)
    child.save()
    parent.save()
    sign_in(client, second)
    client.post(f"{HOME}{row.pk}/decide/", {"version": row.version, "answer": "approve"})
    sign_in(client, first)

    answer = client.post(f"{HOME}{row.pk}/fetch/", {"password": PASSWORD, "again": PASSWORD})
    b"".join(answer.streaming_content)

    assert row.numbers == 2
    assert SharingRecord.objects.get(direction="OUT").rows == 1
    assert AccessEvent.objects.get(subject="numbers_out").row_count == 1


def test_answers_that_name_no_child_leave_nobody_a_pair_to_decide(tmp_path):
    lists.county()
    child = ChildFactory(id_number=lists.number(1))
    parent = GuardianFactory(name="张大", id_number=lists.adult(3))
    GuardianshipFactory(child=child, guardian=parent, relation="FATHER", kind="PARENT")
    rows = [["姓名", "身份证号", "是否在押"], ["张大", lists.adult(3), "是"]]

    run(tmp_path, rows, "--commit", kind="prison_results")

    assert ListRow.objects.count() == 1
    assert not MatchPair.objects.exists()


def test_a_refused_batch_keeps_why_for_who_asked(client, officers, parents):
    first, second = officers
    sign_in(client, first)
    client.post(HOME + "ask/", {"kind": "prison_results", "purpose": "核查父母情况"})
    row = NumberQuery.objects.get()
    page = f"{HOME}{row.pk}/"
    sign_in(client, second)

    nothing = client.post(page + "decide/", {"version": row.version, "answer": "refuse"})
    assert "reason" in nothing.context["deciding"].errors
    client.post(
        page + "decide/", {"version": row.version, "answer": "refuse", "reason": "上月刚查过"}
    )

    row.refresh_from_db()
    assert (row.state, row.decided_by, row.refusal_reason) == ("REFUSED", second.user, "上月刚查过")
    sign_in(client, first)
    for address in (page, HOME):
        assert shows(client.get(address), "上月刚查过")
