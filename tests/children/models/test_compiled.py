"""A queryset compiled once gives, and saves, what the ORM would; for nobody else's rows.

`children/models/compiled.py` and `whole_file.py` lean on parts of Django that are not promised:
an upgrade that changes them fails here.
"""

from datetime import timedelta

import pytest
from django.db import DataError, connection, models, transaction
from django.http import Http404
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.access import Grant, Permission
from accounts.roles import ORGANISATION_WIDE_ROLES, Role
from children.actions.child import change_child
from children.models import CategorySpell, Child
from children.models.child import permitted_ids
from children.models.compiled import compiled
from children.models.whole_file import ROWS, whole_file
from children.views.common import permitted_child
from tests.factories import (
    COUNTY,
    OTHER_VILLAGE,
    VILLAGE,
    ApplicationFactory,
    CaseAccessFactory,
    CategorySpellFactory,
    CertificateFactory,
    ChildFactory,
    CodeEntryFactory,
    EconomicStatusFactory,
    GuardianFactory,
    GuardianshipFactory,
    ParentStatusFactory,
    PostingFactory,
    UserFactory,
    area,
)
from tests.world import PLACES, document

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
ITS_OWN = {
    "id", "uuid", "case_number", "phone", "history_id", "history_date", "updated_at",
}  # fmt: skip


def grant_of(posting, permission=Permission.CHILD_VIEW):
    return Grant(posting.user, posting, permission)


def officer():
    return grant_of(PostingFactory(role=Role.COUNTY_OFFICER, area=area(COUNTY)))


def full_child(**facts):
    told = {
        "name": "𠮷小明·阿",
        "id_number": "990101201603010016",
        "phone": "13900000001",
        "hukou_area": area(OTHER_VILLAGE),
        "ethnicity": CodeEntryFactory(code_list="ETHNICITY"),
    }
    return ChildFactory(**told | facts)


def with_everything(child):
    for number in range(2):
        GuardianshipFactory(
            child=child,
            guardian=GuardianFactory(phone=f"1390000000{number}"),
            is_main_carer=number == 1,
        )
    CertificateFactory(child=child)
    for parent in ("FATHER", "MOTHER"):
        ParentStatusFactory(child=child, parent=parent)
    for category in ("DE_FACTO", "HIV"):
        CategorySpellFactory(child=child, category=category)
    EconomicStatusFactory(child=child)
    ApplicationFactory(child=child)
    document(child)
    return child


def loaded(row):
    """All that an instance carries: its columns, what is left out, and its related rows."""
    state = row._state
    return (
        type(row),
        {name: value for name, value in vars(row).items() if name != "_state"},
        (state.db, state.adding),
        {name: other and loaded(other) for name, other in state.fields_cache.items()},
    )


@pytest.mark.parametrize("facts", [{}, {"hukou_area": None, "ethnicity": None, "phone": ""}])
def test_a_file_is_the_same_instance_as_the_orms(facts):
    grant, child = officer(), full_child(**facts)

    for _time in range(2):  # compiled, then known
        found = permitted_child(grant, child.case_number)

        assert loaded(found) == loaded(Child.objects.for_file().get(pk=child.pk))
    with CaptureQueriesContext(connection) as queries:
        assert found.residence_area.parent.name
        assert (found.hukou_area, found.ethnicity) == (child.hukou_area, child.ethnicity)
    assert len(queries) == 0


@pytest.mark.parametrize("role", list(Role))
def test_what_is_compiled_permits_what_the_rule_permits(role):
    place = {"area": area(PLACES[role])} if role in PLACES else {}
    posting = PostingFactory(role=role, **place)
    ours, theirs = ChildFactory(), ChildFactory(residence_area=area(OTHER_VILLAGE))
    shared, ended, to_come = (ChildFactory(residence_area=area(OTHER_VILLAGE)) for _ in range(3))
    now = timezone.now()
    CaseAccessFactory(child=shared, user=posting.user, opened_at=now - DAY)
    CaseAccessFactory(child=ended, user=posting.user, opened_at=now - 2 * DAY, closed_at=now - DAY)
    CaseAccessFactory(child=to_come, user=posting.user, opened_at=now + DAY)
    if role in ORGANISATION_WIDE_ROLES:
        CaseAccessFactory(child=theirs, organisation=posting.organisation)
    grant = grant_of(posting)

    for _time in range(2):
        rule = set(Child.objects.permitted(grant).values_list("pk", flat=True))

        assert (
            set(Child.objects.filter(pk__in=permitted_ids(grant)).values_list("pk", flat=True))
            == rule
        )
        for child in (ours, theirs, shared, ended, to_come):
            try:
                found = {permitted_child(grant, child.case_number).pk}
            except Http404:
                found = set()
            assert found == {child.pk} & rule, child.pk
    assert shared.pk in rule
    assert not {ended.pk, to_come.pk} & rule


def test_what_one_posting_compiled_serves_no_other():
    ours, theirs = ChildFactory(), ChildFactory(residence_area=area(OTHER_VILLAGE))
    here = grant_of(PostingFactory())
    there = grant_of(PostingFactory(area=area(OTHER_VILLAGE[:9])))

    assert permitted_child(here, ours.case_number).pk == ours.pk
    assert permitted_child(there, theirs.case_number).pk == theirs.pk
    for grant, child in ((here, theirs), (there, ours)):
        with pytest.raises(Http404):
            permitted_child(grant, child.case_number)
        spell = CategorySpellFactory(child=child)
        assert not CategorySpell.objects.permitted(grant).filter(pk=spell.pk).exists()


def test_access_opens_and_ends_for_what_is_compiled_already():
    child = ChildFactory(residence_area=area(OTHER_VILLAGE))
    spell, grant = CategorySpellFactory(child=child), grant_of(PostingFactory())

    def seen():
        spells = CategorySpell.objects.permitted(grant).filter(pk=spell.pk).exists()
        try:
            return permitted_child(grant, child.case_number).pk == child.pk, spells
        except Http404:
            return False, spells

    assert seen() == (False, False)
    access = CaseAccessFactory(child=child, user=grant.user)
    assert seen() == (True, True)
    access.closed_at = timezone.now()
    access.save()
    assert seen() == (False, False)


def test_words_that_look_like_what_stands_in_are_only_words():
    grant = officer()
    child = ChildFactory()
    assert permitted_child(grant, child.case_number)

    for typed in ("the case number asked for", "", "' OR true --", "%s"):
        with pytest.raises(Http404):
            permitted_child(grant, typed)


def test_a_file_read_by_the_short_way_is_saved_as_one_read_by_the_orm():
    grant, by, now = officer(), UserFactory(), timezone.now()
    written = []
    for number, read in enumerate(
        (
            lambda child: permitted_child(grant, child.case_number),
            lambda child: Child.objects.get(pk=child.pk),
        )
    ):
        child = full_child(id_number="", ethnicity=None)
        change_child(
            child=read(child), version=child.version, by=by, now=now, reason="x",
            facts={"name": "欧阳小红", "phone": "13900000002", "residence_area": area(VILLAGE)},
        )  # fmt: skip
        fresh = Child.objects.get(pk=child.pk)
        kept = Child.objects.filter(pk=child.pk).values().get()
        history = list(Child.history.filter(id=child.pk).order_by("history_id").values())
        assert (fresh.phone, fresh.name, len(history)) == ("13900000002", "欧阳小红", 2), number
        written.append({k: v for k, v in (kept | history[-1]).items() if k not in ITS_OWN})

    assert written[0] == written[1]


def test_the_whole_file_is_what_the_models_say():
    grant, child = officer(), with_everything(full_child())

    file = whole_file(child, grant)

    for name, (model, _order) in ROWS.items():
        rows = getattr(file, name)
        told = {row.pk: row for row in model._default_manager.filter(child=child)}
        assert rows, name
        assert {row.pk for row in rows} == set(told), name
        for row in rows:
            assert own_columns(row) == own_columns(told[row.pk]), name
    assert [care.is_main_carer for care in file.guardianships] == [True, False]
    for care in file.guardianships:
        told = type(care.guardian).objects.get(pk=care.guardian_id)
        assert own_columns(care.guardian) == own_columns(told)
        assert care.guardian.phone


def own_columns(row):
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def soon(grant, child, day):
    rows = CategorySpell.objects.permitted(grant).filter(child=child)
    rows = rows.filter(starts_on__lte=day + 2 * DAY, starts_on__gt=day - 2 * DAY)
    return rows.select_related("child__residence_area").order_by("pk")


def counted(grant, child):
    rows = CategorySpell.objects.permitted(grant).filter(child=child).order_by("pk")
    return rows.annotate(weeks=models.F("pk") * 2)


def told(grant, child):
    return counted(grant, child).values("category", "weeks")


def listed(grant, child):
    return counted(grant, child).values_list("weeks", "category")


def flat(grant, child):
    return counted(grant, child).values_list("category", flat=True)


def nothing(grant, child):
    return CategorySpell.objects.permitted(grant).filter(child=child, pk__in=[])


@pytest.mark.parametrize("by_key", [True, False])
@pytest.mark.parametrize("build", [counted, told, listed, flat, nothing])
def test_rows_are_those_of_the_queryset(build, by_key):
    children, grant = [ChildFactory(), ChildFactory()], officer()
    for child, categories in zip(children, (["DE_FACTO", "HIV"], ["DE_FACTO"]), strict=True):
        for category in categories:
            CategorySpellFactory(child=child, category=category)
    rows = compiled(by_key=by_key)(build)

    for child in (*children, *children):
        found, expected = rows(grant, child=child.pk), list(build(grant, child.pk))
        assert found == expected
        if build is counted:
            assert [row.weeks for row in found] == [row.weeks for row in expected]
            assert [loaded(row) for row in found] == [loaded(row) for row in expected]


def test_days_are_those_of_the_call():
    grant, child, today = officer(), ChildFactory(), timezone.localdate()
    spell = CategorySpellFactory(child=child, starts_on=today)
    rows = compiled(by_key=True)(soon)

    for days, there in ((0, True), (-3, False), (-2, True), (1, True), (2, False)):
        found = rows(grant, child=child.pk, day=today + days * DAY)
        assert [row.pk for row in found] == [spell.pk] * there, days


def test_what_a_builder_knows_beside_its_arguments_is_refused():
    child = ChildFactory()

    with pytest.raises(TypeError, match="knows more than it is given"):
        compiled()(lambda grant: CategorySpell.objects.permitted(grant).filter(child=child))
    with pytest.raises(TypeError):
        compiled()(lambda day: CategorySpell.objects.filter(pk=1 if day > 0 else 2))(day=1)
    with pytest.raises(TypeError, match="would stay that day"):
        compiled()(lambda: CategorySpell.objects.on(timezone.localdate()))()


def test_a_statement_by_key_is_planned_once_for_a_connection():
    grant, children = officer(), [ChildFactory(), ChildFactory()]
    rows = compiled(by_key=True)(flat)

    for child in children * 2:
        rows(grant, child=child.pk)

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(generic_plans + custom_plans) FROM pg_prepared_statements"
            " WHERE statement LIKE '%children_categoryspell%'"
        )
        assert cursor.fetchone() == (4,)


def test_a_statement_that_is_prepared_outlives_a_transaction_rolled_back():
    grant, child = officer(), ChildFactory()
    spell = CategorySpellFactory(child=child)
    rows = compiled(by_key=True)(flat)

    for _time in range(2):
        assert rows(grant, child=child.pk) == [spell.category]
        with pytest.raises(DataError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")
        assert rows(grant, child=child.pk) == [spell.category]
