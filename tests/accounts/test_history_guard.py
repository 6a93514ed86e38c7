"""A commit that changes a tracked row without its history row is refused, however it is written."""

import io

import pytest
from django.db import IntegrityError, connection, transaction
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from children.models import Child
from tests.factories import VILLAGE, ChildFactory, CodeEntryFactory, area

pytestmark = pytest.mark.django_db


def check_now():
    """What COMMIT does: run the deferred triggers."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _commit(write):
    with transaction.atomic():
        write()
        check_now()


def refused(write):
    with pytest.raises(IntegrityError, match="without its history row"):
        _commit(write)


def new_child():
    return ChildFactory.build(residence_area=area(VILLAGE))


@pytest.fixture
def child():
    child = ChildFactory()
    check_now()
    return child


def test_save_is_accepted_with_encrypted_numbers(child):
    child.id_number, child.phone = "99010120160301007X", "13800001234"
    child.save()
    child = Child.objects.get(pk=child.pk)
    child.notes = "seen"
    child.save()

    check_now()
    newest, before, _first = child.history.all()
    assert (newest.notes, before.notes) == ("seen", "")
    assert newest.id_number == "99010120160301007X"


def test_update_is_refused(child):
    refused(lambda: Child.objects.filter(pk=child.pk).update(notes="x"))


def test_update_after_a_save_in_the_same_transaction_is_refused(child):
    def write():
        child.notes = "saved"
        child.save()
        Child.objects.filter(pk=child.pk).update(notes="slipped in")

    refused(write)


def test_raw_update_is_refused(child):
    with connection.cursor() as cursor:
        refused(lambda: cursor.execute("UPDATE children_child SET address = 'x'"))


def test_raw_delete_is_refused():
    entry = CodeEntryFactory()
    check_now()
    with connection.cursor() as cursor:
        refused(lambda: cursor.execute("DELETE FROM children_codeentry WHERE id = %s", [entry.pk]))


def test_delete_through_the_model_is_accepted():
    entry = CodeEntryFactory()
    entry.delete()

    check_now()


def test_queryset_delete_is_accepted_because_it_sends_signals():
    entry = CodeEntryFactory()
    type(entry).objects.filter(pk=entry.pk).delete()

    check_now()


def test_bulk_create_is_refused_and_with_history_accepted():
    refused(lambda: CodeEntryFactory._meta.model.objects.bulk_create([CodeEntryFactory.build()]))

    made = bulk_create_with_history([CodeEntryFactory.build()], CodeEntryFactory._meta.model)
    check_now()
    assert made[0].history.count() == 1


def test_bulk_create_with_history_carries_the_sealed_numbers_over():
    child = new_child()
    child.id_number, child.name_sort = "99010120160301007X", "x"
    bulk_create_with_history([child], Child)

    check_now()
    stored = Child.objects.get(case_number=child.case_number)
    assert stored.history.get().id_number == "99010120160301007X"


def test_bulk_update_is_refused_and_with_history_accepted(child):
    child.notes = "x"
    refused(lambda: Child.objects.bulk_update([child], ["notes"]))

    bulk_update_with_history([child], Child, ["notes"])
    check_now()


def test_copy_is_refused():
    def write():
        with connection.cursor() as cursor:
            columns = "code_list, code, label_zh, label_en, position, is_active"
            with cursor.copy(f"COPY children_codeentry ({columns}) FROM STDIN") as copy:
                copy.write(io.BytesIO(b"ILLNESS\tx\tx\tx\t0\tt\n").read())

    refused(write)


def test_save_that_skips_history_is_refused(child):
    child.skip_history_when_saving = True
    refused(child.save)


def test_derived_keys_may_change_without_a_trace(child):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE children_child SET related_keys = '{}'")

    check_now()


@pytest.mark.parametrize("table", ["children_historicalchild", "accounts_accessevent"])
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "TRUNCATE {}", "UPDATE {} SET id = 1"])
def test_the_trail_cannot_be_altered(table, statement):
    with connection.cursor() as cursor, pytest.raises(Exception, match="permission denied"):
        cursor.execute(statement.format(table))


def test_the_role_cannot_switch_the_locks_off(child):
    for statement in (
        "ALTER TABLE children_child DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE children_child DISABLE TRIGGER ALL",
        "DROP TRIGGER children_child_needs_history ON children_child",
        "SET session_replication_role = replica",
        "SET ROLE registry_owner",
    ):
        with (
            pytest.raises(Exception, match=r"must be owner|permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_the_maintenance_setting_frees_nobody_but_the_owner(child):
    def write():
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('registry.maintenance', 'key rotation', true)")
            cursor.execute("UPDATE children_child SET notes = 'x'")

    refused(write)
