"""Records that accepted changes of an undone list made: taken back, or left and named."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.scope import EVERYTHING, acting
from children.actions.guardianship import change_guardian
from children.actions.record import change_record
from children.models import (
    Application,
    ApplicationStep,
    DisabilityCertificate,
    EconomicStatusSpell,
    Guardian,
    Guardianship,
    ParentStatus,
)
from exchange.actions import records_back
from exchange.actions.proposed_change import accept
from exchange.actions.undo_list import begin_undo, undo_upload
from exchange.models import ProposedChange
from tests.exchange.lists import adult, number
from tests.factories import (
    ApplicationFactory,
    CategorySpellFactory,
    CertificateFactory,
    ChildFactory,
    EconomicStatusFactory,
    EntitlementFactory,
    FactConfirmationFactory,
    GuardianFactory,
    GuardianshipFactory,
    HomeVisitFactory,
    ListImportFactory,
    ListUploadFactory,
    ParentStatusFactory,
    PaymentLineFactory,
    PlacementFactory,
    ProposedChangeFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
REASON = "名单发错了县"
CERTIFICATE = number(1) + "52"
CAME = timezone.now() - timedelta(days=3)
TODAY = timezone.localdate()


@pytest.fixture
def child():
    return ChildFactory()


@pytest.fixture
def upload():
    return ListUploadFactory(
        state="TAKEN_IN", list_import=ListImportFactory(at=CAME), taken_in_by=UserFactory()
    )


def accepted(upload, child, field, value, *, at=None):
    """A change that somebody accepted, two days ago unless said otherwise."""
    change = ProposedChangeFactory(
        child=child, list_import=upload.list_import, field=field, new_value=value
    )
    now = at or timezone.now() - timedelta(days=2)
    accept(change=change, anyway=True, by=UserFactory(), now=now)
    return change


def carer(name="李大娘", sequence=2, **more):
    facts = {"name": name, "relation": "OTHER", "id_number": adult(sequence), "phone": ""}
    return json.dumps(facts | more, ensure_ascii=False, sort_keys=True)


def undone(upload):
    """By a second person, who wants accepted changes back too; how many were."""
    with acting(EVERYTHING):
        begin_undo(
            upload=upload, reason=REASON, takes_back_changes=True, by=UserFactory(),
            now=timezone.now(),
        )  # fmt: skip
        undo_upload(upload_id=upload.pk, now=timezone.now())
    upload.refresh_from_db()
    assert upload.state == "UNDONE"
    return upload.counts["taken_back"]


def changed(row, **facts):
    change_record(
        row=row, version=row.version, facts=facts, by=UserFactory(), now=timezone.now()
    )  # fmt: skip


def state(change):
    change.refresh_from_db()
    return change.state


def spells(model):
    return set(model.objects.values_list("status", "starts_on", "ends_on"))


def last(model, kind):
    return model.history.filter(history_type=kind).latest("history_id")


def test_a_household_is_classed_again_as_it_was(upload, child):
    held = EconomicStatusFactory(child=child, status="ORDINARY")
    change = accepted(upload, child, "economic", "DIBAO")

    assert undone(upload) == 1

    assert spells(EconomicStatusSpell) == {("ORDINARY", held.starts_on, None)}
    assert state(change) == "TAKEN_BACK"
    for line in (last(EconomicStatusSpell, "-"), last(EconomicStatusSpell, "~")):
        assert (line.history_user, line.history_change_reason) == (upload.undone_by, REASON)
        assert line.history_date == upload.undone_at
    now = EconomicStatusSpell.objects.get()
    line = last(EconomicStatusSpell, "~")
    assert (line.version, line.ends_on, line.uuid) == (now.version, None, now.uuid)
    assert now.version == held.version + 2


def test_a_first_status_of_a_household_goes(upload, child):
    accepted(upload, child, "economic", "DIBAO")

    assert undone(upload) == 1

    assert not EconomicStatusSpell.objects.exists()
    assert last(EconomicStatusSpell, "-").status == "DIBAO"


def test_a_row_that_began_on_the_day_of_the_list_says_again_what_it_said(upload, child):
    day = timezone.localdate(CAME)
    EconomicStatusFactory(child=child, status="NEAR_THRESHOLD", starts_on=day)
    accepted(upload, child, "economic", "DIBAO")

    assert undone(upload) == 1

    assert spells(EconomicStatusSpell) == {("NEAR_THRESHOLD", day, None)}


def test_all_that_a_list_said_of_one_parent_after_another_goes_back(upload, child):
    ParentStatusFactory(child=child, status="IMPRISONED")
    ParentStatusFactory(child=child, status="SERIOUS_ILLNESS")
    of_mother = ParentStatusFactory(child=child, parent="MOTHER", status="DEAD")
    before = spells(ParentStatus)
    first = accepted(upload, child, "father__status", "NONE")
    second = accepted(
        upload, child, "father__status", "LOST_CONTACT", at=timezone.now() - timedelta(days=1)
    )
    assert ParentStatus.objects.filter(parent="FATHER", ends_on=None).count() == 1

    assert undone(upload) == 2

    assert spells(ParentStatus) == before
    assert [state(first), state(second)] == ["TAKEN_BACK", "TAKEN_BACK"]
    of_mother.refresh_from_db()
    assert of_mother.history.count() == 1


def test_what_somebody_wrote_of_a_parent_since_leaves_all_of_that_parent(upload, child):
    ParentStatusFactory(child=child, status="NONE")
    of_mother = accepted(upload, child, "mother__status", "IMPRISONED")
    change = accepted(upload, child, "father__status", "IMPRISONED")
    ParentStatusFactory(child=child, status="DEAD", starts_on=TODAY)

    assert undone(upload) == 1

    found = ParentStatus.objects.filter(parent="FATHER").values_list("status", "ends_on")
    assert set(found) == {
        ("NONE", timezone.localdate(CAME) - timedelta(days=1)), ("IMPRISONED", None),
        ("DEAD", None),
    }  # fmt: skip
    assert (state(change), state(of_mother)) == ("ACCEPTED", "TAKEN_BACK")


def test_only_the_last_word_of_a_list_goes_back_where_somebody_spoke_between(upload, child):
    accepted(upload, child, "economic", "DIBAO")
    changed(EconomicStatusSpell.objects.get(), evidence="低保证")
    held = spells(EconomicStatusSpell)
    second = accepted(upload, child, "economic", "DESTITUTE", at=timezone.now())

    assert undone(upload) == 1

    assert spells(EconomicStatusSpell) == held
    assert state(second) == "TAKEN_BACK"


def test_a_guardian_whom_the_list_brought_goes(upload, child):
    GuardianshipFactory(child=child, is_main_carer=True)
    change = accepted(upload, child, "guardian", carer())
    nameless = accepted(
        upload, child, "guardian", carer("王婆婆", id_number="", phone="17000000001", relation="")
    )

    assert undone(upload) == 2

    assert Guardianship.objects.get().is_main_carer
    assert Guardian.objects.count() == 1
    for model in (Guardian, Guardianship):
        line = last(model, "-")
        assert (line.history_user, line.history_change_reason) == (upload.undone_by, REASON)
        assert model.history.filter(history_type="-").count() == 2
    assert [state(change), state(nameless)] == ["TAKEN_BACK", "TAKEN_BACK"]


def test_a_guardian_who_was_known_stays_a_person_and_cares_for_others(upload, child):
    known = GuardianFactory(name="李大娘", id_number=adult(2))
    of_another = GuardianshipFactory(guardian=known)
    accepted(upload, child, "guardian", carer())
    assert Guardianship.objects.filter(guardian=known).count() == 2

    assert undone(upload) == 1

    assert Guardianship.objects.get() == of_another
    assert Guardian.objects.get() == known


def test_who_was_brought_for_two_children_goes_when_both_go(upload, child):
    accepted(upload, child, "guardian", carer())
    accepted(upload, ChildFactory(), "guardian", carer())
    assert Guardian.objects.count() == 1

    assert undone(upload) == 2

    assert not Guardian.objects.exists()
    assert not Guardianship.objects.exists()


@pytest.mark.parametrize("what", ["care", "person", "visit", "placement", "confirmed"])
def test_a_guardian_on_whom_something_rests_stays(upload, child, what):
    change = accepted(upload, child, "guardian", carer())
    care = Guardianship.objects.get()
    if what == "care":
        changed(care, is_main_carer=True)
    elif what == "person":
        change_guardian(
            row=care, version=care.joint_version, facts={"phone": "17000000009"},
            by=UserFactory(), now=timezone.now(),
        )  # fmt: skip
    elif what == "visit":
        HomeVisitFactory(child=child, guardianship=care)
    elif what == "placement":
        PlacementFactory(child=child, setting="FOSTER", carer=care.guardian)
    else:
        FactConfirmationFactory(child=child, fact="CARER", confirmed_on=TODAY)

    assert undone(upload) == 0

    assert Guardianship.objects.get() == care
    assert state(change) == "ACCEPTED"


def test_a_certificate_goes(upload, child):
    older = CertificateFactory(child=child, status="EXPIRED")
    change = accepted(upload, child, "certificate", CERTIFICATE)

    assert undone(upload) == 1

    assert DisabilityCertificate.objects.get() == older
    line = last(DisabilityCertificate, "-")
    assert (line.number, line.history_change_reason) == (CERTIFICATE, REASON)
    assert state(change) == "TAKEN_BACK"


@pytest.mark.parametrize("field", ["economic", "mother__status", "certificate"])
@pytest.mark.parametrize("what", ["entitlement", "payment", "category", "approval", "confirmed"])
def test_what_aid_was_decided_on_since_stays(upload, child, field, what):
    entitlement = EntitlementFactory(child=child, is_running=True) if what == "payment" else None
    value = {"economic": "DIBAO", "mother__status": "IMPRISONED", "certificate": CERTIFICATE}
    change = accepted(upload, child, field, value[field], at=timezone.now())
    if what == "entitlement":
        EntitlementFactory(child=child)
    elif what == "payment":
        PaymentLineFactory(entitlement=entitlement, child=child)
    elif what == "category":
        CategorySpellFactory(child=child)
    elif what == "approval":
        row = ApplicationFactory(child=child)
        ApplicationStep.objects.create(
            application=row, child=child, move="APPROVE", from_state="COUNTY_REVIEW",
            to_state="APPROVED", by=UserFactory(), at=timezone.now(),
        )  # fmt: skip
    else:
        fact = {"economic": "HOUSEHOLD", "mother__status": "PARENTS", "certificate": "CATEGORIES"}
        FactConfirmationFactory(child=child, fact=fact[field], confirmed_on=TODAY)

    assert undone(upload) == 0
    assert state(change) == "ACCEPTED"


def test_an_application_that_nobody_moved_is_withdrawn_with_the_reason(upload, child):
    change = accepted(upload, child, "category", "DE_FACTO")

    assert undone(upload) == 1

    row = Application.objects.get()
    assert (row.state, row.decision_reason, row.version) == ("WITHDRAWN", REASON, 2)
    line = row.history.latest("history_id")
    assert (line.history_type, line.state, line.version) == ("~", "WITHDRAWN", 2)
    assert (line.history_user, line.history_change_reason) == (upload.undone_by, REASON)
    step = row.steps.latest("pk")
    assert (step.move, step.from_state, step.to_state) == ("WITHDRAW", "LEAD", "WITHDRAWN")
    assert (step.by, step.reason, step.at) == (upload.undone_by, REASON, upload.undone_at)
    assert state(change) == "TAKEN_BACK"
    accepted(upload, child, "category", "DE_FACTO")  # and may be opened anew


@pytest.mark.parametrize("moved_to", ["SUBMITTED", "APPROVED"])
def test_an_application_on_its_way_or_approved_stays(upload, child, moved_to):
    change = accepted(upload, child, "category", "DE_FACTO")
    row = Application.objects.get()
    facts = {"state": moved_to}
    if moved_to == "APPROVED":
        facts |= {"decided_by": UserFactory(), "decided_at": timezone.now()}
        facts |= {"effective_month": TODAY.replace(day=1)}
    changed(row, **facts)

    assert undone(upload) == 0

    row.refresh_from_db()
    assert (row.state, state(change)) == (moved_to, "ACCEPTED")


def test_what_the_database_refuses_stays_and_the_others_go(upload, child, monkeypatch):
    """Of a row of which history tells nothing: what history tells of is left before."""
    changes = []
    for one in (child, ChildFactory()):
        ParentStatusFactory(child=one, status="UNKNOWN")
        changes.append(accepted(upload, one, "father__status", "IMPRISONED"))
    again = ParentStatusFactory(child=child, status="UNKNOWN", starts_on=TODAY)
    past = records_back._past
    monkeypatch.setattr(
        records_back, "_past",
        lambda *asked: [line for line in past(*asked) if line["id"] != again.pk],
    )  # fmt: skip

    assert undone(upload) == 1

    assert [state(change) for change in changes] == ["ACCEPTED", "TAKEN_BACK"]
    assert ParentStatus.objects.filter(child=child).count() == 3


def test_one_list_takes_few_questions_however_many_files(upload):
    def questions(count):
        row = ListUploadFactory(
            state="TAKEN_IN", list_import=ListImportFactory(at=CAME), taken_in_by=UserFactory()
        )
        for n in range(count):
            one = ChildFactory()
            EconomicStatusFactory(child=one, status="ORDINARY")
            accepted(row, one, "economic", "DIBAO")
            accepted(row, one, "guardian", carer(f"李{n}", 2 * n + count * 100))
            accepted(row, one, "category", "DE_FACTO")
        with CaptureQueriesContext(connection) as asked:
            assert undone(row) == 3 * count
        return len(asked)

    assert questions(1) == questions(6)


def test_what_stays_accepted_is_still_told_from_what_went(upload, child):
    accepted(upload, child, "economic", "DIBAO")
    change = accepted(upload, child, "category", "DE_FACTO")
    changed(Application.objects.get(), state="SUBMITTED")

    assert undone(upload) == 1

    assert ProposedChange.objects.accepted_of(upload.list_import).get() == change
