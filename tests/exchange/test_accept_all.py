"""All changes of a filter accepted or refused at once: what was told is done, and nothing else."""

import json
from datetime import date, timedelta
from itertools import count

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.access import scope_of
from accounts.models import Posting
from accounts.roles import Role
from accounts.scope import EVERYTHING, acting
from children.models import (
    Application,
    CaseAccess,
    Child,
    CodeEntry,
    DisabilityCertificate,
    EconomicStatusSpell,
    Guardian,
    Guardianship,
    ParentStatus,
)
from exchange.actions import change_batch
from exchange.actions.proposed_change import accept
from exchange.models import ChangeBatch, ProposedChange
from tests.asking import text_of
from tests.exchange.lists import number
from tests.factories import (
    OTHER_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    CertificateFactory,
    ChildFactory,
    EconomicStatusFactory,
    GuardianFactory,
    ListImportFactory,
    ParentStatusFactory,
    PostingFactory,
    ProposedChangeFactory,
    area,
)
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
LIST = reverse("exchange:change_list")
ASK = reverse("exchange:batch_ask")
_serials = count(1)


@pytest.fixture
def posting(client):
    row = PostingFactory(role=Role.CHILD_SUPERVISOR, area=area(TOWNSHIP))
    sign_in(client, row)
    return row


@pytest.fixture
def came():
    return ListImportFactory(at=timezone.now() + timedelta(minutes=1))


def child(**facts):
    return ChildFactory(residence_area=area(VILLAGE), address="1组1号", **facts)


def proposed(came, field="address", value="3组9号", whose=None):
    return ProposedChangeFactory(
        child=whose or child(), field=field, new_value=value, list_import=came
    )


def asked(client, move="ACCEPT", **chosen):
    """The batch that its page tells of."""
    answer = client.post(ASK, {"move": move, **chosen})
    return ChangeBatch.objects.get(pk=int(answer["Location"].rstrip("/").split("/")[-1]))


def started(client, batch, **said):
    return client.post(reverse("exchange:batch_start", args=[batch.pk]), said, follow=True)


def page(client, batch):
    return client.get(reverse("exchange:batch_detail", args=[batch.pk]))


def run(batch):
    change_batch.run(batch_id=batch.pk)
    batch.refresh_from_db()
    return batch


def outcomes(batch):
    return dict(batch.lines.values_list("change_key", "outcome"))


def again(row):
    row.refresh_from_db()
    return row


def test_all_of_a_filter_are_told_confirmed_and_accepted_and_no_other(client, posting, came):
    rows = [proposed(came, "address"), proposed(came, "address", "5组")]
    other = proposed(came, "name", "王新")

    batch = asked(client, field="address")
    told = page(client, batch)
    assert {again(row).state for row in rows} == {"OPEN"}, "nothing before it is confirmed"
    later = proposed(came)
    started(client, batch)
    run(batch)

    assert (told.context["waiting"], told.context["facts"][0]["count"]) == (2, 2)
    assert [again(row).state for row in (*rows, other, later)] == [
        "ACCEPTED", "ACCEPTED", "OPEN", "OPEN",
    ]  # fmt: skip
    assert again(rows[0].child).address == "3组9号"
    past = rows[0].child.history.latest("history_id")
    assert (past.history_user, past.history_change_reason, past.acting_posting_id) == (
        posting.user, f"register #{came.pk}", posting.pk,
    )  # fmt: skip
    assert past.history_date == rows[0].decided_at == rows[0].history.latest().history_date
    assert (batch.state, outcomes(batch)) == ("DONE", {row.pk: "DONE" for row in rows})
    run(batch)  # a worker that comes again
    assert rows[0].child.history.count() == 2


def test_a_place_narrows_the_list_and_all_of_it(client, posting, came):
    here = proposed(came)
    there = proposed(came, whose=ChildFactory(residence_area=area(VILLAGE[:9] + "299")))

    lines = client.get(LIST, {"inside": VILLAGE}).context["lines"]
    batch = asked(client, inside=VILLAGE)

    assert [line["change"] for line in lines] == [here]
    assert outcomes(batch) == {here.pk: ""}
    assert area(VILLAGE).name in text_of(page(client, batch))
    assert there.state == "OPEN"


def test_refused_all_with_one_reason_and_not_without(client, posting, came):
    rows = [proposed(came), proposed(came)]
    batch = asked(client, "REFUSE")

    assert started(client, batch).context["mistake"]
    assert again(batch).state == "ASKED"
    started(client, batch, reason="名单有误")
    run(batch)

    assert {(again(row).state, row.reason) for row in rows} == {("REFUSED", "名单有误")}
    assert again(rows[0].child).address == "1组1号"


def test_what_stays_is_told_before_and_after_with_its_reason(client, posting, came):
    """Changed since; two of one fact; refused by the database; decided, moved on meanwhile."""
    stale = proposed(ListImportFactory(at=timezone.now()))
    stale.child.address = "家访所见"
    stale.child.save()
    two = child()
    both = [proposed(came, "address", text, two) for text in ("2组", "4组")]
    ChildFactory(residence_area=area(VILLAGE), id_number=number(1))
    taken = proposed(came, "id_number", number(1))
    good, fast, moved, late = (proposed(came) for _ in range(4))

    batch = asked(client)
    told = page(client, batch)
    started(client, batch)
    accept(change=fast, anyway=False, by=posting.user, now=timezone.now())
    moved.child = child()
    moved.save()
    late.child.address = "又变了"
    late.child._history_date = came.at + timedelta(minutes=1)
    late.child.save()
    run(batch)

    assert told.context["waiting"] == 5
    assert {str(one["count"]) for one in told.context["stays"]} == {"1", "2"}
    assert outcomes(batch) == {
        stale.pk: "STALE", both[0].pk: "TWO_SAY", both[1].pk: "TWO_SAY", taken.pk: "BROKEN",
        good.pk: "DONE", fast.pk: "DECIDED", moved.pk: "GONE", late.pk: "STALE",
    }  # fmt: skip
    assert again(taken).state == again(moved).state == "OPEN"
    assert again(stale.child).address == "家访所见"
    said = text_of(page(client, batch))
    assert str(Child._meta.constraints[2].get_violation_error_message()) in said or "已" in said
    assert said.count(stale.child.name) >= 1


def test_only_what_waits_for_them_and_only_while_they_hold_the_posting(client, posting, came):
    theirs = ProposedChangeFactory(
        child=ChildFactory(residence_area=area(OTHER_VILLAGE)), list_import=came
    )
    secret = proposed(came, "category", "HIV")
    ours = proposed(came)
    batch = asked(client)
    assert outcomes(batch) == {ours.pk: ""}

    started(client, batch)
    held = Posting.objects.get(pk=posting.pk)
    held.ends_on = held.starts_on
    held.save()
    run(batch)

    assert (batch.state, outcomes(batch)) == ("DONE", {ours.pk: "NOT_YOURS"})
    assert {again(row).state for row in (theirs, secret, ours)} == {"OPEN"}


def test_nobody_confirms_for_another_nor_a_filter_that_nobody_understands(client, posting, came):
    proposed(came)
    batch = asked(client)
    colleague = PostingFactory(role=Role.CHILD_SUPERVISOR, area=area(TOWNSHIP))

    for junk in ({"field": "shoe_size"}, {"inside": "99"}, {"import": "x"}):
        assert client.post(ASK, {"move": "ACCEPT", **junk})["Location"] == LIST
    assert ChangeBatch.objects.count() == 1
    sign_in(client, colleague)
    started(client, batch)

    assert again(batch).state == "ASKED"
    sign_in(client, posting)
    batch.at -= timedelta(hours=25)
    batch.save()
    started(client, batch)
    assert again(batch).state == "ASKED", "told too long ago"
    change_batch.forget_unconfirmed(now=timezone.now())
    assert (again(batch).state, batch.lines.count()) == ("CANCELLED", 0)


def test_pressed_twice_or_cancelled_on_the_way(client, posting, came, monkeypatch):
    rows = [proposed(came) for _ in range(3)]
    monkeypatch.setattr(change_batch, "AT_ONCE", 1)
    batch = asked(client)
    key = page(client, batch).context["keys"]["start"]
    for _ in range(2):
        started(client, batch, submission=key)
    started(client, batch)

    change_batch._part(batch.pk, posting, timezone.now())
    client.post(reverse("exchange:batch_cancel", args=[batch.pk]))
    run(batch)

    assert batch.state == "CANCELLED"
    assert sorted(again(row).state for row in rows) == ["ACCEPTED", "OPEN", "OPEN"]
    assert page(client, batch).context["waiting"] == 2


def test_queries_do_not_grow_with_the_changes(client, posting, came):
    def new():
        proposed(came, "certificate", certificate())
        proposed(came, "economic", "DIBAO")
        proposed(came, "hukou_area", OTHER_VILLAGE)
        proposed(came, "guardian", json.dumps({"name": "李大娘", "relation": "MOTHER"}))
        proposed(came, "category", "DE_FACTO")

    def spent():
        batch = asked(client)
        with CaptureQueriesContext(connection) as telling:
            page(client, batch)
        started(client, batch)
        with CaptureQueriesContext(connection) as doing:
            run(batch)
        assert set(outcomes(batch).values()) == {"DONE"}
        return len(telling), len(doing)

    area(OTHER_VILLAGE)
    for _ in range(2):
        new()
    few = spent()
    for _ in range(6):
        new()
    assert spent() == few


# The same in sets as one by one ------------------------------------------------------------------


def certificate(**more):
    held = number(next(_serials) * 2) + "52"
    return json.dumps({"number": held, **more}) if more else held


def everything(came, manchu):
    """Changes of every kind, on files in every standing; answered twice they are the same."""
    mother = {"name": "李大娘", "relation": "MOTHER", "id_number": number(90), "phone": ""}
    GuardianFactory(name="王婆婆", id_type="RESIDENT_ID", id_number=number(92))
    known = {"name": "王婆婆", "relation": "OTHER", "id_number": number(92)}
    plain = child(id_number=number(94), phone="13800000001")
    rows = [
        proposed(came, "name", "王新", plain), proposed(came, "sex", "FEMALE", plain),
        proposed(came, "address", "9组", plain), proposed(came, "phone", "13800000002", plain),
        proposed(came, "birth_date", "2015-03-04", plain),
        proposed(came, "ethnicity", str(manchu.pk), plain),
        proposed(came, "hukou_area", OTHER_VILLAGE, plain),
        proposed(came, "id_number", number(96)),
        proposed(came, "address", "1组1号"),  # as the file says already
        proposed(came, "guardian", json.dumps(mother)),
        proposed(came, "guardian", json.dumps(mother)),
        proposed(came, "guardian", json.dumps(known)),
        proposed(came, "guardian", json.dumps({"name": "赵叔", "phone": "13900000000"})),
        proposed(came, "category", "DE_FACTO"), proposed(came, "category", "DE_FACTO"),
        proposed(came, "certificate", number(98) + "52"),
    ]  # fmt: skip
    for status in ("DIBAO", "ORDINARY", "DESTITUTE"):
        one = child()
        EconomicStatusFactory(child=one, status="DIBAO")
        rows.append(proposed(came, "economic", status, one))
    today = child()
    EconomicStatusFactory(child=today, status="DIBAO", starts_on=timezone.localdate(came.at))
    rows.append(proposed(came, "economic", "DESTITUTE", today))
    for said in ("NONE", "IMPRISONED"):
        one = child()
        for held in ("SERIOUS_ILLNESS", "NONE"):
            ParentStatusFactory(child=one, parent="MOTHER", status=held)
        rows.append(proposed(came, "mother__status", said, one))
    for serial, held, said in (
        (100, {}, {"expires_on": "2035-01-01"}),  # renewed
        (102, {}, {"status": "CANCELLED"}),  # ended
        (104, {"status": "CANCELLED"}, {"status": "VALID"}),  # restored
        (106, {}, {}),  # known
    ):
        one = child()
        CertificateFactory(child=one, number=number(serial) + "52", **held)
        value = json.dumps({"number": number(serial) + "52", **said}) if said else (
            number(serial) + "52"
        )  # fmt: skip
        rows.append(proposed(came, "certificate", value, one))
    newer = child()
    CertificateFactory(child=newer, number=number(108) + "52", issued_on=date(2020, 1, 1))
    value = json.dumps({"number": number(110) + "53", "issued_on": "2025-01-01"})
    rows.append(proposed(came, "certificate", value, newer))
    return rows


TELLING = {
    Child: ("name", "sex", "address", "phone", "phone_hash", "phone_last_four", "birth_date",
            "ethnicity_id", "hukou_area_id", "id_type", "id_number", "id_number_hash", "name_sort",
            "name_keys", "search_keys", "version"),
    Guardian: ("name", "id_number", "phone", "phone_last_four", "recorded_in_id", "version"),
    Guardianship: ("guardian__name", "relation", "kind", "starts_on", "ends_on", "version"),
    DisabilityCertificate: ("number", "kind", "grade", "issued_on", "expires_on", "status",
                            "status_from", "version"),
    EconomicStatusSpell: ("status", "starts_on", "ends_on", "version"),
    ParentStatus: ("parent", "status", "starts_on", "ends_on", "version"),
    Application: ("category", "state", "applicant", "grounds", "version"),
    CaseAccess: ("area_id", "reason", "opened_at", "closed_at"),
    ProposedChange: ("field", "state", "decided_by_id", "decided_at", "reason", "version"),
}  # fmt: skip


def told():
    """All that stands in the tables, and their history: without keys and moments of the clock."""
    stands = {}
    for model, names in TELLING.items():
        rows = model.objects.order_by("pk")
        stands[model.__name__] = [_row(row, names) for row in rows]
        # A fact of every row in the order of its lines.
        past = model.history.order_by("id", "history_id")
        stands[model.__name__, "past"] = [
            _row(row, (*_kept(row, names), "history_type", "history_user_id", "history_date",
                       "history_change_reason", "acting_posting_id"))
            for row in past
        ]  # fmt: skip
    steps = Application.objects.order_by("pk").values_list(
        "steps__move", "steps__from_state", "steps__to_state", "steps__by", "steps__at"
    )
    return stands | {"steps": list(steps)}


def _kept(row, names):
    kept = {field.name for field in row._meta.fields} | {f.attname for f in row._meta.fields}
    return [name for name in names if name in kept]


def _row(row, names):
    found = []
    for name in names:
        value = row
        for part in name.split("__"):
            value = getattr(value, part)
        found.append(bytes(value) if isinstance(value, memoryview) else value)
    return found


def test_in_sets_the_same_is_written_as_one_by_one(client, posting, came):
    area(OTHER_VILLAGE)
    manchu = CodeEntry.objects.filter(code_list="ETHNICITY").order_by("-pk")[0]
    rows = everything(came, manchu)
    batch = asked(client)
    started(client, batch)
    now = timezone.now()
    with acting(scope_of(posting)):
        with transaction.atomic():
            for row in rows:
                accept(change=row, anyway=False, by=posting.user, now=now)
            with acting(EVERYTHING):
                singly = told()
            transaction.set_rollback(True)
        with CaptureQueriesContext(connection) as spent:
            change_batch._part(batch.pk, posting, now)
    with acting(EVERYTHING):
        at_once = told()

    assert set(outcomes(batch).values()) == {"DONE"}
    alone = [one for one in spent if 'WHERE "children_child"."id" =' in one["sql"]]
    assert len(alone) < 20, "of the file with seven facts, after the first"
    for key in singly:
        assert at_once[key] == singly[key], key
