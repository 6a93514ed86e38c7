"""What a child's file points to is there and stays, though no foreign key looks row by row.

`tests/assistance/models/test_line_references.py` shows the same of payment lines, and who waits for
whom; keys are numbers there, and codes of areas here too.
"""

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, connections, transaction

from accounts.guard.install import references_in_sets
from accounts.guard.references import MANY
from accounts.scope import EVERYTHING, acting
from children.models import CaseAccess, Guardianship
from exchange.models import ListRow
from tests.factories import (
    CaseAccessFactory,
    CategorySpellFactory,
    CertificateFactory,
    ChildFactory,
    EconomicStatusFactory,
    GuardianFactory,
    GuardianshipFactory,
    ListRowFactory,
    ParentStatusFactory,
    UserFactory,
)

MADE_BY = {
    one._meta.model._meta.db_table: one
    for one in (
        CategorySpellFactory, CertificateFactory, ChildFactory, EconomicStatusFactory,
        GuardianFactory, GuardianshipFactory, ListRowFactory, ParentStatusFactory,
        CaseAccessFactory,
    )
}  # fmt: skip
REFERENCES = [one for one in references_in_sets() if one.table in MADE_BY]
NOTHING = {"bigint": "987654321", "text": "'990000000000'"}
# What no two rows may share, and what a child has once.
NEW = {
    "uuid": "gen_random_uuid()", "case_number": "'33012720019' || lpad(n::text, 5, '0')",
    "number_hash": "sha256(n::text::bytea)", "fingerprint": "sha256(n::text::bytea)",
}  # fmt: skip


def sql(statement, *params):
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.rowcount


def like(row, many=1, **instead):
    """That many more rows like `row`, as one statement; `instead`: SQL, of `n`, for a column."""
    columns = [f.column for f in row._meta.concrete_fields if f.column and not f.generated]
    columns = [column for column in columns if column != "id"]
    facts = NEW | instead
    names = ", ".join(f'"{column}"' for column in columns)
    values = ", ".join(facts.get(column, f'r."{column}"') for column in columns)
    return sql(
        f"INSERT INTO {row._meta.db_table} ({names}) SELECT {values}"
        f" FROM {row._meta.db_table} r, generate_series(1, {many}) n WHERE r.id = %s", row.pk,
    )  # fmt: skip


def refused(one, write):
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        write()
    assert error.value.__cause__.diag.constraint_name == one.name
    assert error.value.__cause__.sqlstate == "23503"


def made(one):
    """A row that the reference is looked at of, and what else must change with the column."""
    told = {"user": UserFactory()} if MADE_BY[one.table] is CaseAccessFactory else {}
    row, more = MADE_BY[one.table](**told), {}
    if isinstance(row, CaseAccess) and one.column != "child_id":  # for exactly one of them
        more = {"area_id": "NULL", "organisation_id": "NULL", "user_id": "NULL"}
    if one.column == "verified_by_id":
        more = {"verified_on": "'2026-01-01'", "child_id": str(ChildFactory().pk)}
    elif one.column != "child_id" and hasattr(row, "child_id"):
        more |= {"child_id": str(ChildFactory().pk)}
    if one.column == "merged_into_id":
        more = {"status": "'CLOSED'", "closed_on": "'2026-05-01'", "closing_reason": "'DUPLICATE'"}
    return row, more | {one.column: NOTHING[one.kind]}


def test_every_reference_of_a_file_is_looked_after():
    relations = {
        (model._meta.db_table, field.column)
        for model in map(apps.get_model, (
            "children.Child", "children.Guardian", "children.Guardianship",
            "children.CategorySpell", "children.EconomicStatusSpell", "children.ParentStatus",
            "children.DisabilityCertificate", "children.CaseAccess", "exchange.ListRow",
        ))
        for field in model._meta.concrete_fields if field.is_relation
    }  # fmt: skip

    assert {(one.table, one.column) for one in REFERENCES} == relations
    assert len(relations) == 20
    assert {one.kind for one in REFERENCES} == {"bigint", "text"}


@pytest.mark.django_db
@pytest.mark.parametrize("table", sorted(MADE_BY))
def test_no_key_is_looked_up_row_by_row(table):
    assert sql("SELECT FROM pg_constraint WHERE contype = 'f' AND conrelid = %s::regclass",
               table) == 0  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("one", REFERENCES, ids=lambda one: f"{one.table}.{one.column}")
def test_a_row_that_points_to_nothing_is_refused(one):
    row, instead = made(one)

    refused(one, lambda: like(row, **instead))


@pytest.mark.django_db
@pytest.mark.parametrize("one", REFERENCES, ids=lambda one: f"{one.table}.{one.column}")
def test_a_row_cannot_be_turned_to_nothing(one):
    row, instead = made(one)
    instead = {column: value for column, value in instead.items() if column != "child_id"} | {
        one.column: NOTHING[one.kind]
    }
    sets = ", ".join(f'"{column}" = {value}' for column, value in instead.items())

    refused(one, lambda: sql(f"UPDATE {one.table} SET {sets} WHERE id = %s", row.pk))


@pytest.mark.django_db
@pytest.mark.parametrize("column", ["hukou_area_id", "residence_area_id", "managing_area_id"])
def test_of_many_children_one_in_a_place_that_is_none_is_refused(column):
    (one,) = (r for r in REFERENCES if (r.table, r.column) == ("children_child", column))
    child = ChildFactory()
    code = f"CASE WHEN n = 7 THEN '990000000000' ELSE '{child.residence_area_id}' END"

    refused(one, lambda: like(child, MANY, **{column: code}))

    assert like(child, MANY) == MANY
    transaction.set_rollback(True)  # without history


@pytest.mark.django_db
def test_of_many_cares_one_of_nobody_is_refused():
    (one,) = (r for r in REFERENCES
              if (r.table, r.column) == (Guardianship._meta.db_table, "guardian_id"))  # fmt: skip
    care = GuardianshipFactory()
    first = care.child_id
    like(care.child, MANY)
    child = f"(SELECT id FROM children_child WHERE id > {first} ORDER BY id OFFSET n - 1 LIMIT 1)"
    somebody = f"CASE WHEN n = 7 THEN 987654321 ELSE {care.guardian_id} END"

    refused(one, lambda: like(care, MANY, child_id=child, guardian_id=somebody))

    assert like(care, MANY, child_id=child) == MANY
    transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
def test_what_a_file_points_to_stays_and_keeps_its_key():
    with acting(EVERYTHING), transaction.atomic():
        care = GuardianshipFactory()
        row = ListRowFactory(child=care.child)

    pointed = (
        ("accounts_area", "code", care.child.residence_area_id, "'990000000000'"),
        ("children_guardian", "id", care.guardian_id, "id + 1000000"),
        ("children_child", "id", care.child_id, "id + 1000000"),
        ("exchange_listimport", "id", row.list_import_id, "id + 1000000"),
    )
    for table, key, value, other in pointed:
        with pytest.raises(IntegrityError, match="points to no row"):
            as_owner(f"DELETE FROM {table} WHERE {key} = %s", value)
        with pytest.raises(IntegrityError, match="never change"):
            as_owner(f"UPDATE {table} SET {key} = {other} WHERE {key} = %s", value)
    with acting(EVERYTHING), transaction.atomic():
        assert ListRow.objects.get(pk=row.pk).child_id == care.child_id


def as_owner(statement, *params):
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute(statement, params)
