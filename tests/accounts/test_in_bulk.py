"""A transaction of many rows: seen to at its end, as strictly as row by row."""

import pytest
from django.db import DataError, IntegrityError, InternalError, connection, transaction
from django.utils import timezone
from simple_history.utils import bulk_create_with_history

from accounts.guard.history import MANY
from accounts.history_rows import write_history
from accounts.in_bulk import in_bulk, request_in_bulk
from accounts.models import OwedAtCommit
from accounts.scope import EVERYTHING, acting
from children.models import CategorySpell, Child, CodeEntry
from tests.factories import CategorySpellFactory, ChildFactory, CodeEntryFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _everywhere():
    with acting(EVERYTHING):
        yield


@pytest.fixture
def child():
    with transaction.atomic():
        CodeEntryFactory()
        return ChildFactory()


def sql(statement, *params):
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchall() if cursor.description else None


def of(child):
    return Child.objects.filter(pk=child.pk)


def save_then_slip(child):
    child.notes = "saved"
    child.save()
    of(child).update(notes="slipped in")


def told_wrongly(child):
    of(child).update(notes="x")
    write_history(Child, [child.pk], "-", by_id=None, now=child.updated_at)


def copied(_child):
    columns = "code_list, code, label_zh, label_en, position, is_active"
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY children_codeentry ({columns}) FROM STDIN") as copy,
    ):
        copy.write(b"ILLNESS\tx\tx\tx\t0\tt\n")


UNSEEN = (
    lambda child: of(child).update(notes="x"),
    lambda child: sql("UPDATE children_child SET address = 'x'"),
    lambda child: sql("DELETE FROM children_codeentry"),
    lambda child: CategorySpell.objects.bulk_create([CategorySpellFactory.build(child=child)]),
    save_then_slip,
    told_wrongly,
    copied,
)


def fail_after_writing(child):
    with transaction.atomic():
        of(child).update(notes="taken back with its savepoint")
        sql("SELECT 1 / 0")


def write_unseen(child, number):
    with in_bulk():
        UNSEEN[number](child)
        if number % 2:  # asked for before the end
            sql("SET CONSTRAINTS ALL IMMEDIATE")


def change_the_word(child, begin, word):
    with begin():
        said = f"set_config('transaction_deferrable', '{word}', true)"
        sql(f"UPDATE children_child SET notes = {said} WHERE id = %s", child.pk)


def write_well(child):
    CodeEntryFactory().delete()
    entries = CodeEntryFactory._meta.model
    bulk_create_with_history([CodeEntryFactory.build() for _ in range(3)], entries)
    of(child).update(notes="seen")
    write_history(Child, [child.pk], "~", by_id=None, now=child.updated_at)
    sql("UPDATE children_child SET related_keys = '{}'")  # derived: no trace needed
    with pytest.raises(DataError):
        fail_after_writing(child)


MANY_ENTRIES = """INSERT INTO children_codeentry
    (code_list, code, label_zh, label_en, position, is_active)
    SELECT 'ILLNESS', 'm' || n, 'x', 'x', 0, true FROM generate_series(1, %s) n RETURNING id"""


def tell(ids, kind):
    write_history(CodeEntry, ids, kind, by_id=None, now=timezone.now())


def untold_one(ids):
    sql("UPDATE children_codeentry SET position = 1 WHERE id = ANY(%s)", ids)
    tell(ids[1:], "~")


def changed_after_it_was_told(ids):
    sql("UPDATE children_codeentry SET position = 1 WHERE id = ANY(%s)", ids)
    tell(ids, "~")
    sql("UPDATE children_codeentry SET position = 2 WHERE id = %s", ids[-1])


def gone_and_not_told(ids):
    sql("UPDATE children_codeentry SET position = 1 WHERE id = ANY(%s)", ids)
    tell(ids, "~")
    sql("DELETE FROM children_codeentry WHERE id = %s", ids[7])


def told_to_be_gone(ids):
    sql("UPDATE children_codeentry SET position = 1 WHERE id = ANY(%s)", ids)
    tell(ids, "~")
    tell(ids[:1], "-")


def told_well(ids):
    sql("UPDATE children_codeentry SET position = 1 WHERE id = ANY(%s)", ids)
    tell(ids, "~")
    sql("UPDATE children_codeentry SET position = 2 WHERE id = ANY(%s)", ids[:9])
    tell(ids[:9], "~")
    tell(ids[-3:], "-")
    sql("DELETE FROM children_codeentry WHERE id = ANY(%s)", ids[-3:])


def test_many_rows_are_walked_through_together_and_none_goes_unseen():
    with in_bulk():
        ids = [pk for (pk,) in sql(MANY_ENTRIES, MANY + 3)]
        tell(ids, "+")

    for write in (untold_one, changed_after_it_was_told, gone_and_not_told, told_to_be_gone):
        with pytest.raises(IntegrityError, match="without its history row"), in_bulk():
            write(ids)
    with in_bulk():
        told_well(ids)

    with transaction.atomic():
        assert CodeEntry.objects.filter(pk__in=ids, position=2).count() == 9
        assert CodeEntry.objects.filter(pk__in=ids).count() == MANY


def the_word_that_says_how_is_never_changed_within_a_transaction(child):
    for begin in (in_bulk, transaction.atomic):
        for word in ("on", "off"):
            with pytest.raises(InternalError, match="before any query"):
                change_the_word(child, begin, word)
    with transaction.atomic():
        assert sql("SELECT current_setting('transaction_deferrable')") == [("off",)]
    with pytest.raises(Exception, match="permission denied"), in_bulk():
        sql("DELETE FROM accounts_owedatcommit")


def test_no_change_goes_unseen_and_keys_are_made_once_at_the_end(child):
    for number in range(len(UNSEEN)):
        with pytest.raises(IntegrityError, match="without its history row"):
            write_unseen(child, number)
    with transaction.atomic():
        assert of(child).get().notes == ""

    with in_bulk():
        write_well(child)
        CategorySpellFactory(child=child, category="DE_FACTO")
        assert OwedAtCommit.objects.filter(work="registry_refresh_related_keys").exists()
        assert of(child).get().related_keys == []
    with transaction.atomic():
        assert not OwedAtCommit.objects.exists()
        assert of(child).get().related_keys == ["#c:DE_FACTO", "#m:carer", "#m:parents"]

    the_word_that_says_how_is_never_changed_within_a_transaction(child)


def test_a_request_of_many_rows_is_one_such_transaction_and_is_taken_back_whole(child):
    @request_in_bulk
    def fails(request):
        assert sql("SELECT current_setting('transaction_deferrable')") == [("on",)]
        write_well(child)
        raise DataError("after all that")

    assert "default" in fails._non_atomic_requests
    with pytest.raises(DataError, match="after all that"):
        fails(None)

    with transaction.atomic():
        assert of(child).get().notes == ""
