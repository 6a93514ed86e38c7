"""A list tells a renewed certificate: proposed, accepted in place of the old one, undone."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from accounts.roles import Role
from accounts.scope import EVERYTHING, acting
from children.models import DisabilityCertificate
from exchange.actions.proposed_change import accept
from exchange.actions.undo_list import begin_undo, undo_upload
from exchange.models import ListImport, ProposedChange
from exchange.models.certificate_sides import certificates_beside
from tests.asking import text_of
from tests.exchange import lists
from tests.exchange.lists import BORN, EAST, number
from tests.exchange.taking_in.test_import_list import run
from tests.factories import (
    CertificateFactory,
    ChildFactory,
    ListUploadFactory,
    PostingFactory,
    UserFactory,
    area,
)
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
HEAD = ["姓名", "性别", "身份证号", "出生日期", "乡镇", "村", "残疾证号", "发证日期", "有效期至"]
OLD, NEW = number(1) + "42", number(1) + "43"
TODAY = timezone.localdate()
LATER = date(TODAY.year + 8, 1, 1)


@pytest.fixture(autouse=True)
def _places():
    lists.county()


@pytest.fixture
def child():
    return ChildFactory(
        name="张三", sex="MALE", birth_date=BORN, id_type="RESIDENT_ID", id_number=number(1),
        residence_area=area(EAST),
    )  # fmt: skip


def held(child, said=OLD, issued=date(2020, 3, 1), expires=date(TODAY.year + 2, 3, 1), **more):
    facts = {"kind": int(said[18]), "grade": int(said[19]), **more}
    return CertificateFactory(
        child=child, number=said, issued_on=issued, expires_on=expires, **facts
    )


def listed(tmp_path, paper, issued=None, expires=None, kind="register"):
    """The proposed changes of a list with this certificate, taken in."""
    row = ["张三", "男", number(1), BORN, "千岛湖镇", "大源村", paper, issued, expires]
    run(tmp_path, [HEAD, row], "--commit", kind=kind)
    return list(ProposedChange.objects.filter(field="certificate", state="OPEN"))


def taken(change):
    accept(change=change, anyway=False, by=UserFactory(), now=timezone.now())


def undone():
    record = ListImport.objects.latest("pk")
    upload = ListUploadFactory(
        state="TAKEN_IN", kind=record.kind, list_import=record, taken_in_by=UserFactory()
    )
    with acting(EVERYTHING):
        begin_undo(
            upload=upload, reason="名单有误", takes_back_changes=True, by=UserFactory(),
            now=timezone.now(),
        )  # fmt: skip
        undo_upload(upload_id=upload.pk, now=timezone.now())
    upload.refresh_from_db()
    return upload.counts["taken_back"]


def papers():
    rows = DisabilityCertificate.objects.order_by("pk")
    return [(row.number, row.issued_on, row.expires_on, row.status) for row in rows]


def effect(change):
    with translation.override("en"):
        return certificates_beside([change])[change.pk].effect


@pytest.mark.parametrize("kind", ["register", "disability_certificates"])
@pytest.mark.parametrize(
    ("said", "expires", "becomes"),
    [
        (NEW, date(TODAY.year + 2, 3, 1), "CANCELLED"),
        (NEW, TODAY - timedelta(days=1), "EXPIRED"),
        (OLD + "B1", date(TODAY.year + 2, 3, 1), "LOST_REISSUED"),
    ],
)
def test_a_newer_one_takes_the_place_of_the_old_and_goes_with_its_list(
    tmp_path, child, said, expires, becomes, kind
):
    old = held(child, expires=expires)
    before = papers()

    (change,) = listed(tmp_path, said, date(TODAY.year, 1, 1), LATER, kind)
    assert "replaces the certificate on file" in effect(change)
    taken(change)

    assert papers() == [
        (*before[0][:3], becomes), (said, date(TODAY.year, 1, 1), LATER, "VALID")
    ]  # fmt: skip
    past = old.history.latest("history_id")
    change.refresh_from_db()
    assert (past.history_date, past.history_user) == (change.decided_at, change.decided_by)
    assert undone() == 1
    assert papers() == before
    assert old.history.latest("history_id").history_change_reason == "名单有误"


def test_the_federation_speaks_of_certificates_alone_and_of_no_closed_file(tmp_path, child):
    child.name = "张山"
    child.save()
    (change,) = listed(tmp_path, NEW, kind="disability_certificates")
    change.delete()
    child.refresh_from_db()
    child.status, child.closed_on, child.closing_reason = "CLOSED", TODAY, "MOVED_OUT"
    child.save()

    listed(tmp_path, NEW, date(TODAY.year, 1, 1), kind="disability_certificates")

    assert not ProposedChange.objects.exists()


def test_the_same_number_goes_on_with_its_new_days(tmp_path, child):
    held(child, expires=TODAY - timedelta(days=1), status="EXPIRED")
    before = papers()

    (change,) = listed(tmp_path, OLD, date(TODAY.year, 1, 1), LATER)
    taken(change)

    assert papers() == [(OLD, date(TODAY.year, 1, 1), LATER, "VALID")]
    assert undone() == 1
    assert papers() == before


def test_a_first_day_of_issue_says_nothing_of_the_renewal(tmp_path, child):
    held(child)

    (change,) = listed(tmp_path, OLD, date(2018, 1, 1), LATER)
    taken(change)

    assert papers() == [(OLD, date(2020, 3, 1), LATER, "VALID")]


@pytest.mark.parametrize("days", [(None, None), (date(2020, 3, 1), None), (date(2019, 1, 1),) * 2])
def test_what_the_file_knows_as_well_or_better_is_not_proposed(tmp_path, child, days):
    held(child)

    assert listed(tmp_path, OLD, *days) == []


def test_an_older_one_is_told_as_such_and_replaces_nothing(tmp_path, child):
    held(child)

    (change,) = listed(tmp_path, NEW, date(2016, 1, 1), TODAY + timedelta(days=30))
    assert effect(change).startswith("older than the certificate on file")
    taken(change)

    assert [(paper, status) for paper, *_, status in papers()] == [
        (OLD, "VALID"), (NEW, "CANCELLED")
    ]  # fmt: skip


def test_without_days_it_is_said_that_nobody_can_tell(tmp_path, child):
    held(child)

    (change,) = listed(tmp_path, NEW)
    assert "do not tell" in effect(change)
    taken(change)

    assert [status for *_, status in papers()] == ["CANCELLED", "VALID"]


def test_undoing_leaves_what_was_changed_since(tmp_path, child):
    old = held(child)
    (change,) = listed(tmp_path, NEW, date(TODAY.year, 1, 1), LATER)
    taken(change)
    old.refresh_from_db()
    old.status = "MOVED"
    old.save()

    assert undone() == 0

    assert [status for *_, status in papers()] == ["MOVED", "VALID"]


def test_side_by_side_masked_and_a_clash_is_said_at_the_row(tmp_path, child, client):
    sign_in(client, PostingFactory(role=Role.CHILD_SUPERVISOR, area=area(EAST[:9])))
    held(child)
    (change,) = listed(tmp_path, number(1) + "63", date(TODAY.year, 1, 1), LATER)
    other = held(ChildFactory(residence_area=area(EAST)), number(1) + "63")

    shown = text_of(client.get(reverse("exchange:change_reveal", args=[change.pk])))
    listed_page = client.get(reverse("exchange:change_list"))
    sent = {"change": [change.pk], "move": "ACCEPT"}
    after = client.post(reverse("exchange:change_decide"), sent, follow=True)

    for page in (shown, text_of(listed_page)):
        assert number(1) not in page
        assert "-42" in page
        assert "-63" in page
    assert "精神，3级" in text_of(listed_page)
    assert "该残疾人证已经登记" in text_of(after)
    change.refresh_from_db()
    assert change.state == "OPEN"
    assert DisabilityCertificate.objects.get(child=child).status == "VALID"
    other.delete()
    client.post(reverse("exchange:change_decide"), sent)
    assert DisabilityCertificate.objects.get(child=child, kind=6).status == "VALID"


def test_one_entered_since_the_list_came_is_told_before_it_is_replaced(tmp_path, child, client):
    sign_in(client, PostingFactory(role=Role.CHILD_SUPERVISOR, area=area(EAST[:9])))
    (change,) = listed(tmp_path, NEW, date(2020, 1, 1), TODAY + timedelta(days=30))
    held(child, issued=date(TODAY.year, 1, 1), expires=LATER)

    client.post(reverse("exchange:change_decide"), {"change": [change.pk], "move": "ACCEPT"})
    assert len(papers()) == 1
    client.post(
        reverse("exchange:change_decide"), {"one": change.pk, "move": "ACCEPT", "anyway": "1"}
    )

    assert [status for *_, status in papers()] == ["VALID", "CANCELLED"]


def typed(child, client, paper, follow=False, **facts):
    url = reverse("children:record_add", args=[child.case_number, "certificate"])
    sent = {"number": paper, "issued_on": f"{TODAY.year}-01-01", "expires_on": str(LATER),
            "status": "VALID"}  # fmt: skip
    return client.post(url, sent | facts, follow=follow)


def test_the_form_replaces_a_certificate_as_a_list_does(child, client):
    sign_in(client, PostingFactory(role=Role.CHILD_SUPERVISOR, area=area(EAST[:9])))
    held(child)

    older = typed(child, client, NEW, issued_on="2015-01-01", expires_on=str(TODAY))
    assert "请为此证选择其他状态" in text_of(older)
    assert "原残疾人证不再有效" in text_of(typed(child, client, NEW, follow=True))
    assert [(paper, status) for paper, *_, status in papers()] == [
        (OLD, "CANCELLED"), (NEW, "VALID")
    ]  # fmt: skip
    renewed = typed(child, client, NEW, expires_on=str(LATER.replace(year=LATER.year + 1)))
    assert renewed.status_code == 302
    assert len(papers()) == 2
    assert "该残疾人证已经登记" in text_of(typed(child, client, NEW))
