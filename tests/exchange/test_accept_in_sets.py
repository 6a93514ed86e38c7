"""All changes of a filter accepted in sets: the same is written as by one after the other."""

import json
from datetime import date

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.access import scope_of
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
from exchange.models import ProposedChange
from tests.exchange.change_batches import (
    a_list,
    asked,
    child,
    outcomes,
    proposed,
    started,
    supervisor,
)
from tests.exchange.lists import number
from tests.factories import (
    OTHER_VILLAGE,
    CertificateFactory,
    EconomicStatusFactory,
    GuardianFactory,
    ParentStatusFactory,
    area,
)

pytestmark = pytest.mark.django_db


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


def test_in_sets_the_same_is_written_as_one_by_one(client):
    posting, came = supervisor(client), a_list()
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
