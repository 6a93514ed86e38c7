"""Rows of lists and files for the tests of checks."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from accounts.crypto.cipher import blind_index
from exchange.actions.run_checks import run_checks
from exchange.models import Finding, ListImport
from tests.exchange.lists import adult, number
from tests.factories import (
    VILLAGE,
    ChildFactory,
    GuardianFactory,
    GuardianshipFactory,
    ListImportFactory,
    ListRowFactory,
)

TODAY = date(2026, 3, 3)
NOW = timezone.make_aware(datetime(2026, 3, 3, 9))
BORN = date(2015, 3, 7)
EIGHTEEN = date(2008, 3, 3)  # eighteen on TODAY
DAY = timedelta(days=1)


def morning(day):
    return timezone.make_aware(datetime.combine(day, time(9)))


def hashed(text):
    return blind_index(text, "id_number")


def listed(kind, who=None, *, born=BORN, again=False, place=VILLAGE, child=None, **marks):
    """A row of the list of that kind; `again` begins a newer list."""
    lists = ListImport.objects.filter(kind=kind)
    last = None if again else lists.last()
    return ListRowFactory(
        list_import=last or ListImportFactory(kind=kind), kind=kind, area_code=place,
        id_number_hash=hashed(who) if who else None, birth_date=born, marks=marks, child=child,
        decision="automatic" if child else "new",
    )  # fmt: skip


def child(sequence=1, born=BORN, **facts):
    facts = {"status": "ACTIVE", "id_number": number(sequence, born), "birth_date": born} | facts
    return ChildFactory(**facts)


def with_parent(sequence=2, relation="FATHER", **facts):
    """A child, with a parent whose number is `adult(sequence)`."""
    one = child(**facts)
    parent = GuardianFactory(id_number=adult(sequence))
    GuardianshipFactory(child=one, guardian=parent, relation=relation, kind="PARENT")
    return one


def found(code, now=NOW):
    """Open findings of the check, after it has run."""
    run_checks(now=now, codes=[code])
    return list(Finding.objects.filter(found_by__code=code).open().order_by("pk"))
