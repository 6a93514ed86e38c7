"""Children as a department may read them: who is meant, who is in the registry, what it names.

Under the scope of the agreement, so that the database shows its area alone and secret categories
only where the agreement names one. A constant number of queries, however many are asked for.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.access import Grant
from accounts.crypto.cipher import blind_indexes
from children.models import (
    CategorySpell,
    Child,
    DisabilityCertificate,
    DisabilityKind,
    EconomicStatusSpell,
)
from children.models.child import ChildQuerySet
from exchange.rules import department_message as message
from exchange.rules.department_query import Person
from exchange.rules.department_record import Facts
from exchange.rules.match_name import cleaned
from exchange.rules.match_number import canonical
from schools.models import Enrolment

from .sharing_agreement import SECRET_CODES, SharingAgreement


def told_categories(agreement: SharingAgreement) -> Q:
    """Of spells: those that are no secret, and those that the agreement names."""
    return ~Q(category__in=set(SECRET_CODES) - set(agreement.secret_categories))


def registered(
    registry: message.Registry, agreement: SharingAgreement, grant: Grant, today: date
) -> ChildQuerySet:
    """Active files that our area keeps: with a valid certificate; with a category told today.

    Whoever stands in the register for a secret alone does not exist for the others.
    """
    rows = Child.objects.ours(grant).filter(status="ACTIVE", merged_into__isnull=True)
    mine = {"child": OuterRef("pk")}
    if registry is message.Registry.DISABILITY:
        return rows.filter(Exists(_valid(today).filter(**mine)))
    spells = CategorySpell.objects.on(today).filter(told_categories(agreement))
    return rows.filter(Exists(spells.filter(**mine)))


def _valid(today: date) -> QuerySet:
    lasting = Q(expires_on__isnull=True) | Q(expires_on__gte=today)
    return DisabilityCertificate.objects.filter(lasting, status="VALID")


def find_people(people: Sequence[Person], rows: ChildQuerySet) -> list[list[int]]:
    """For each person the children of `rows` that agree in everything asked. Two queries."""
    hashes = {
        place: {bytes(h) for h in blind_indexes(canonical(person.number), "id_number")}
        for place, person in enumerate(people)
        if person.number
    }
    wanted = set().union(*hashes.values()) if hashes else set()
    by_hash: dict[bytes, list[tuple]] = defaultdict(list)
    columns = ("pk", "name", "birth_date", "id_number_hash")
    if wanted:
        for row in rows.filter(id_number_hash__in=list(wanted)).values_list(*columns):
            by_hash[bytes(row[3])].append(row)
    by_name: dict[tuple[str, date], list[tuple]] = defaultdict(list)
    others = [person for person in people if not person.number]
    if others:
        named = rows.filter(name__in={person.name for person in others})
        born = {person.birth_date for person in others}
        for row in named.filter(birth_date__in=born).values_list(*columns):
            by_name[row[1], row[2]].append(row)
    found = []
    for place, person in enumerate(people):
        near = (
            [row for h in hashes[place] for row in by_hash.get(h, ())]
            if person.number
            else by_name.get((person.name, person.birth_date), [])  # type: ignore[arg-type]
        )
        found.append([row[0] for row in near if _agrees(person, row[1], row[2])])
    return found


def _agrees(person: Person, name: str, born: date) -> bool:
    return cleaned(person.name) == cleaned(name) and person.birth_date in (None, born)


def facts_of(
    ids: Iterable[int], agreement: SharingAgreement, fields: Collection[str], today: date
) -> dict[int, Facts]:
    """Child → facts; what the agreement does not name is not even read."""
    ids = list(ids)
    places = Child.objects.filter(pk__among=ids).select_related("residence_area__parent")
    found = {child.pk: _person(child, fields) for child in places}
    for paper in _valid(today).filter(child__pk__among=ids).order_by("pk"):
        facts = found[paper.child_id]
        facts.has_certificate = True
        facts.disability_kind = DisabilityKind(paper.kind).name
        facts.disability_grade = str(paper.grade)
        facts.issued_on, facts.expires_on = paper.issued_on, paper.expires_on
    _belongings(found, ids, agreement, fields, today)
    return found


def _person(child: Child, fields: Collection[str]) -> Facts:
    area = child.residence_area
    place = f"{area.parent.name if area.parent else ''}{area.name}"
    return Facts(
        number=str(child.id_number) if "identifier" in fields else "",
        name=child.name, sex=child.sex, birth_date=child.birth_date, address=child.address,
        place=place, registered_on=child.opened_on,
        updated_at=timezone.localtime(child.updated_at).replace(microsecond=0),
    )  # fmt: skip


def _belongings(
    found: dict[int, Facts],
    ids: list[int],
    agreement: SharingAgreement,
    fields: Collection[str],
    today: date,
) -> None:
    if "categories" in fields:
        spells = CategorySpell.objects.on(today).filter(told_categories(agreement))
        for spell in spells.filter(child__pk__among=ids).order_by("category"):
            found[spell.child_id].categories.append(spell.category)
    if "economic_status" in fields:
        for status in EconomicStatusSpell.objects.on(today).filter(child__pk__among=ids):
            found[status.child_id].economic_status = status.status
    if "school" in fields:
        held = Enrolment.objects.on(today).filter(child__pk__among=ids)
        for place in held.select_related("school__organisation"):
            found[place.child_id].school = place.school.name
