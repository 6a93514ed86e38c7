"""A list undone: by a second person, with a reason; what somebody has worked on since stays."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from accounts.scope import EVERYTHING, acting
from assistance.models import Gap
from children.models import Application, CategorySpell, Child, DueWork, Guardian, Guardianship
from distress_registry.models import FirstVisit, PictureRow
from distress_registry.models.picture import refresh_touched
from exchange import jobs
from exchange.models import ListRow, ListUpload, MatchPair, ProposedChange
from schools.models import LedgerEntry
from tests.asking import text_of
from tests.exchange import lists
from tests.exchange.lists import BORN, EAST, adult, number
from tests.exchange.reading import writing
from tests.exchange.sending import at, confirm, send, take_in
from tests.factories import (
    OTHER_VILLAGE,
    ChildFactory,
    FindingFactory,
    GapFactory,
    GuardianFactory,
    GuardianshipFactory,
    HomeVisitFactory,
    LedgerEntryFactory,
    PostingFactory,
    UserFactory,
    area,
)
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
HEAD = ["姓名", "性别", "身份证号", "村", "住址", "困境类型", "监护人姓名", "监护人身份证号"]
FIRST = ["赵一平", "男", number(1), "大源村", "1组", "事实无人抚养儿童", "李大娘", adult(2)]
SECOND = ["钱二宝", "女", number(40), "西坡村", "2组", "低保儿童", "李大娘", adult(2)]
THIRD = ["孙三妹", "女", number(98), "大源村", "3组", "低保儿童", "王婆婆", adult(44)]


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path / "documents")
    lists.county()


def officer(client):
    posting = PostingFactory(role=Role.COUNTY_OFFICER, area=area(lists.COUNTY))
    sign_in(client, posting)
    return posting


def came_in(client, tmp_path, *rows, kind="register", head=HEAD):
    officer(client)
    path = writing.xlsx(tmp_path / "list.xlsx", [head, *rows])
    row = take_in(client, confirm(client, send(client, path, kind)))
    assert row.state == "TAKEN_IN"
    return row


def undone(client, row, reason="名单发错了县"):
    client.post(at("upload_undo", row), {"reason": reason})
    jobs.undo_list_upload(upload_id=row.pk)
    row.refresh_from_db()
    return row


def placed(*rows):
    """With the township: two of them have a village of this name."""
    return [[*row[:3], f"千岛湖镇{row[3]}", *row[4:]] for row in rows]


def test_everything_that_nobody_touched_is_taken_back_and_history_stays(client, tmp_path):
    row = came_in(client, tmp_path, *placed(FIRST, SECOND, THIRD))
    children = list(Child.objects.values_list("pk", flat=True))
    second = officer(client)

    undone(client, row)

    assert (row.state, row.undone_by, row.counts["kept"]) == ("UNDONE", second.user, 0)
    for model in (Child, Guardian, Guardianship, CategorySpell, DueWork):
        assert not model.objects.exists(), model
    for model in (Child, Guardian, Guardianship, CategorySpell):
        last = model.history.latest("history_id")
        assert (last.history_type, last.history_user) == ("-", second.user)
        assert last.history_change_reason == "名单发错了县"
    assert Child.history.filter(id__in=children).count() == 6
    assert not ListRow.objects.standing().exists()
    assert "名单发错了县" in text_of(client.get(at("upload_detail", row)))
    jobs.undo_list_upload(upload_id=row.pk)
    assert Child.history.count() == 6


def test_what_the_clock_found_and_counted_of_it_goes_with_it(client, tmp_path):
    row = came_in(client, tmp_path, *placed(FIRST))
    child = Child.objects.get()
    FindingFactory(child=child, state="NEW")
    gap = GapFactory(child=child)
    line = LedgerEntryFactory(child=child)
    refresh_touched(timezone.localdate(), 1000)
    assert FirstVisit.objects.filter(child=child).exists()
    officer(client)

    undone(client, row)
    refresh_touched(timezone.localdate(), 1000)

    assert (row.state, row.counts["kept"]) == ("UNDONE", 0)
    assert not Child.objects.exists()
    assert not Gap.objects.exists()
    assert Gap.history.filter(id=gap.pk).latest("history_id").history_type == "-"
    assert not LedgerEntry.objects.exists()
    assert LedgerEntry.history.filter(id=line.pk).latest("history_id").history_type == "-"
    with acting(EVERYTHING):
        assert not FirstVisit.objects.exists()
        assert not PictureRow.objects.exists()


def test_an_undoing_that_fails_may_be_asked_for_again(client, tmp_path, monkeypatch):
    row = came_in(client, tmp_path, *placed(FIRST))
    officer(client)

    def fails(*args):
        raise RuntimeError

    monkeypatch.setattr("exchange.actions.undo_list._undo", fails)
    with pytest.raises(RuntimeError):
        undone(client, row)

    row.refresh_from_db()
    assert (row.state, row.undone_by) == ("TAKEN_IN", None)
    assert Child.objects.exists()


def test_the_list_may_come_in_again_after_it_was_undone(client, tmp_path):
    row = came_in(client, tmp_path, *placed(FIRST, THIRD))
    officer(client)
    undone(client, row)

    again = came_in(client, tmp_path, *placed(FIRST, THIRD))

    assert (again.counts["new"], again.counts["unchanged"]) == (2, 0)
    assert Child.objects.count() == 2


def test_rows_of_a_list_that_was_taken_back_before_keep_no_file(client, tmp_path):
    row = came_in(client, tmp_path, *placed(FIRST))
    corrected = [*FIRST[:4], "9组", *FIRST[5:]]
    second = came_in(client, tmp_path, *placed(corrected))
    assert (second.counts["matched"], ProposedChange.objects.count()) == (1, 1)
    officer(client)

    undone(client, second)
    undone(client, row)

    assert row.counts["kept"] == 0
    assert not Child.objects.exists()


@pytest.mark.parametrize("what", ["fact", "visit", "guardian", "category", "gap", "line"])
def test_what_somebody_worked_on_since_stays_and_is_named(client, tmp_path, what):
    row = came_in(client, tmp_path, *placed(FIRST, SECOND, THIRD))
    child = Child.objects.get(name="赵一平")
    if what == "fact":
        child.address = "家访所见"
        child.save()
    elif what == "visit":
        HomeVisitFactory(child=child)
    elif what == "guardian":
        carer = child.guardianships.get().guardian
        carer.phone = "17000000009"
        carer.save()
    elif what == "gap":
        gap = GapFactory(child=child)
        gap.aside_at, gap.aside_by = timezone.now(), UserFactory()
        gap.aside_reason = "不愿申请"
        gap.save()
    elif what == "line":
        line = LedgerEntryFactory(child=child, cleared_on=date(2025, 10, 1))
        line.proposed_at, line.proposed_by, line.proposal = timezone.now(), UserFactory(), "已返校"
        line.save()
    else:
        spell = child.category_spells.get()
        spell.evidence = "证明"
        spell.save()
    officer(client)

    undone(client, row)

    expected = {"赵一平", "钱二宝"} if what == "guardian" else {"赵一平"}  # they share her
    assert set(Child.objects.values_list("name", flat=True)) == expected
    assert row.counts["kept"] == len(expected)
    assert child.guardianships.get().guardian.name == "李大娘"
    assert not Guardian.objects.filter(name="王婆婆").exists()
    page = text_of(client.get(at("upload_detail", row)))
    assert child.case_number in page
    assert set(ListRow.objects.standing().values_list("child__name", flat=True)) == expected


def test_changes_that_people_accepted_from_it_stay_and_are_named(client, tmp_path):
    child = ChildFactory(
        name="赵一平", sex="MALE", birth_date=BORN, id_number=number(1), residence_area=area(EAST)
    )
    row = came_in(client, tmp_path, *placed(FIRST))
    change = ProposedChange.objects.get(field="address")
    client.post(reverse("exchange:change_decide"), {"change": [change.pk], "move": "ACCEPT"})
    officer(client)

    before = client.get(at("upload_undo", row))
    undone(client, row)
    after = client.get(at("upload_detail", row))

    child.refresh_from_db()
    assert child.address == "1组"
    assert before.context["accepted"] == 1
    assert [one.child for one in after.context["accepted"]] == [child]
    assert "赵一平" in text_of(after)
    assert not ProposedChange.objects.filter(state="OPEN").exists()


def test_who_took_it_in_does_not_undo_it(client, tmp_path):
    row = came_in(client, tmp_path, *placed(FIRST))

    page = client.post(at("upload_undo", row), {"reason": "名单发错了县"})

    row.refresh_from_db()
    assert (page.status_code, row.state) == (200, "TAKEN_IN")
    assert Child.objects.exists()


def test_without_a_reason_nothing_is_undone(client, tmp_path):
    row = came_in(client, tmp_path, *placed(FIRST))
    officer(client)

    client.post(at("upload_undo", row), {"reason": ""})

    row.refresh_from_db()
    assert row.state == "TAKEN_IN"


def test_what_it_proposed_goes_and_a_corrected_list_may_ask_again(client, tmp_path):
    ChildFactory(
        name="赵一平", id_number=number(1), birth_date=lists.BORN, address="9组",
        residence_area=area(lists.EAST),
    )  # fmt: skip
    row = came_in(client, tmp_path, *placed(FIRST))
    assert ProposedChange.objects.filter(state="OPEN").exists()
    officer(client)

    undone(client, row)

    gone = ProposedChange.history.filter(history_type="-")
    assert set(gone.values_list("history_change_reason", flat=True)) == {"名单发错了县"}
    assert not ProposedChange.objects.exists()
    assert Child.objects.get().address == "9组"
    came_in(client, tmp_path, *placed(FIRST))
    assert ProposedChange.objects.filter(state="OPEN").exists()


@pytest.mark.parametrize("is_touched", [False, True])
def test_a_file_opened_by_the_answer_to_a_pair_is_the_lists_too(client, tmp_path, is_touched):
    ChildFactory(name="赵逸平", birth_date=lists.BORN, residence_area=area(lists.EAST))
    head, line = (
        ["姓名", "性别", "出生日期", "村"],
        ["赵一平", "男", "2015-03-07", "千岛湖镇大源村"],
    )
    row = came_in(client, tmp_path, line, head=head)
    pair = MatchPair.objects.get()
    where = reverse("exchange:pair_answer", args=[pair.pk])
    client.post(where, {"answer": "distinct", "version": pair.version})
    opened = Child.objects.get(name="赵一平")
    if is_touched:
        HomeVisitFactory(child=opened)
    officer(client)

    undone(client, row)

    assert Child.objects.filter(pk=opened.pk).exists() is is_touched
    assert Child.objects.filter(name="赵逸平").exists()
    assert row.counts["kept"] == int(is_touched)
    link = reverse("children:child_detail", args=[opened.case_number])
    assert (link in text_of(client.get(at("upload_detail", row)))) is is_touched


def test_rows_of_another_kind_of_list_stand_no_more(client, tmp_path):
    head = ["姓名", "身份证号", "残疾人证号", "残疾类别", "残疾等级"]
    line = ["赵一平", number(1), number(1) + "52", "智力", "二级"]
    row = came_in(client, tmp_path, line, kind="disability_certificates", head=head)
    officer(client)

    undone(client, row)

    assert ListRow.objects.count() == 1
    assert not ListRow.objects.standing().exists()
    again = came_in(client, tmp_path, line, kind="disability_certificates", head=head)
    assert again.counts["unchanged"] == 0


def test_a_township_undoes_nothing(client, tmp_path):
    row = came_in(client, tmp_path, *placed(FIRST))
    sign_in(client, PostingFactory(role=Role.CHILD_SUPERVISOR, area=area("330127100")))

    assert client.post(at("upload_undo", row), {"reason": "名单发错了县"}).status_code == 403
    assert ListUpload.objects.get().state == "TAKEN_IN"
    assert reverse("exchange:upload_undo", args=[row.pk])


@pytest.fixture
def accepted(client, tmp_path):
    """A file after a list whose changes were accepted, and the list: (child, upload)."""
    child = ChildFactory(
        name="赵一平", sex="MALE", birth_date=BORN, id_type="NONE", id_number="",
        phone="17000000001", address="9组", residence_area=area(EAST),
    )  # fmt: skip
    guardian = GuardianFactory(name="李大娘", id_number=adult(2), recorded_in=area(EAST))
    GuardianshipFactory(child=child, guardian=guardian, is_main_carer=True)
    head, row = [*HEAD, "出生日期", "联系电话"], [*placed(FIRST)[0], BORN, "17000000002"]
    upload = came_in(client, tmp_path, row, head=head)
    for pair in MatchPair.objects.waiting():
        answer = {"answer": "same", "version": pair.version}
        client.post(reverse("exchange:pair_answer", args=[pair.pk]), answer)
    changes = list(ProposedChange.objects.filter(state="OPEN"))
    assert {change.field for change in changes} >= {"id_number", "address", "phone", "category"}
    client.post(
        reverse("exchange:change_decide"),
        {"change": [change.pk for change in changes], "move": "ACCEPT"},
    )
    child.refresh_from_db()
    assert (child.id_number, child.address, child.phone) == (number(1), "1组", "17000000002")
    officer(client)
    return child, upload


def test_accepted_changes_are_taken_back_where_the_file_still_says_so(client, accepted):
    child, row = accepted
    child.phone = "17000000003"  # changed by hand since
    child.save()

    client.post(at("upload_undo", row), {"reason": "名单发错了县", "takes_back": "on"})
    lines = child.history.count()
    jobs.undo_list_upload(upload_id=row.pk)

    child.refresh_from_db()
    row.refresh_from_db()
    assert (child.id_type, child.id_number) == ("NONE", "")
    assert (child.address, child.phone) == ("9组", "17000000003")
    assert child.history.count() == lines + 1
    line = child.history.latest()
    assert (line.history_change_reason, line.history_user) == ("名单发错了县", row.undone_by)
    states = dict(ProposedChange.objects.values_list("field", "state"))
    assert (states["id_number"], states["address"]) == ("TAKEN_BACK", "TAKEN_BACK")
    assert (states["phone"], states["category"]) == ("ACCEPTED", "TAKEN_BACK")
    assert Application.objects.get().state == "WITHDRAWN"
    assert row.counts["taken_back"] == 3
    page = client.get(at("upload_detail", row))
    assert [one.field for one in page.context["accepted"]] == ["phone"]
    assert "另有记录以其为依据" in text_of(page)


def test_unless_asked_for_accepted_changes_stay(client, accepted):
    child, row = accepted

    undone(client, row)

    child.refresh_from_db()
    assert (child.id_number, child.address) == (number(1), "1组")
    assert not ProposedChange.objects.filter(state="TAKEN_BACK").exists()


@pytest.mark.parametrize("gone", ["moved away", "closed"])
def test_of_a_file_that_went_on_elsewhere_nothing_is_taken_back(client, accepted, gone):
    child, row = accepted
    if gone == "closed":
        child.status, child.closing_reason, child.closed_on = "CLOSED", "AGED_OUT", date.today()
    else:
        child.managing_area = area(OTHER_VILLAGE)
    child.save()

    client.post(at("upload_undo", row), {"reason": "名单发错了县", "takes_back": "on"})
    jobs.undo_list_upload(upload_id=row.pk)

    child.refresh_from_db()
    row.refresh_from_db()
    assert (row.state, row.counts.get("taken_back", 0)) == ("UNDONE", 0)
    assert child.address == "1组"


def test_what_was_taken_back_is_proposed_again_by_a_corrected_list(client, accepted, tmp_path):
    child, row = accepted
    client.post(at("upload_undo", row), {"reason": "名单发错了县", "takes_back": "on"})
    jobs.undo_list_upload(upload_id=row.pk)

    head = [*HEAD[:2], *HEAD[3:], "出生日期"]
    again = [*placed(FIRST)[0][:2], *placed(FIRST)[0][3:], BORN]
    came_in(client, tmp_path, again, head=head)

    assert ProposedChange.objects.filter(state="OPEN", field="address", child=child).exists()
