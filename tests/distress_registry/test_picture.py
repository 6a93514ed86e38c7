"""The county's picture: how a guarantee is counted, and that counts are those of the rows."""

from collections import Counter
from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.scope import EVERYTHING, acting
from children.models import Child
from distress_registry.models import (
    FirstVisit,
    FirstVisitCount,
    GuaranteeTerm,
    PictureCount,
    PictureRow,
)
from distress_registry.models.picture import FIELDS, LEVELS, refresh, refresh_touched
from tests.factories import (
    OTHER_VILLAGE,
    VILLAGE,
    CategorySpellFactory,
    CertificateFactory,
    ChildFactory,
    EnrolmentFactory,
    EntitlementFactory,
    GuardianshipFactory,
    HomeVisitFactory,
    ParentStatusFactory,
    ProgrammeFactory,
    area,
)

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
MONTH = TODAY.replace(day=1)
DAY = timedelta(days=1)
AGE_TEN = TODAY.replace(year=TODAY.year - 10, day=1)


def counted(child, category="ANY", today=TODAY):
    """Guarantee → covered, or None where it does not concern the child."""
    refresh([child.pk], today)
    row = PictureRow.objects.filter(child=child, category=category, until=None).first()
    return {flag: getattr(row, flag) for flag in FIELDS.values()} if row else None


def held(category="DE_FACTO", **facts):
    child = ChildFactory(birth_date=AGE_TEN, **facts)
    CategorySpellFactory(child=child, category=category, starts_on=child.opened_on)
    return child


def answers(guarantee):
    programme = ProgrammeFactory()
    GuaranteeTerm.objects.create(
        guarantee=guarantee, programme=programme, from_month=date(2020, 1, 1)
    )
    return programme


def full_count():
    """(place, category) → figures, summed from the facts of every child, past all kept sums."""
    found = Counter()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM picture_facts(ARRAY(SELECT id FROM children_child), %s)", [TODAY]
        )
        for _child, category, *rest in cursor.fetchall():
            places, flags = set(rest[:3]), rest[3:]
            for place in places:
                found[place, category, "children"] += 1
                for flag, value in zip(FIELDS.values(), flags, strict=True):
                    found[place, category, f"{flag}_of"] += value is not None
                    found[place, category, flag] += value is True
    return +found


def kept_count():
    found = Counter()
    names = ["children", *(n for flag in FIELDS.values() for n in (f"{flag}_of", flag))]
    for row in PictureCount.objects.filter(month=MONTH):
        for name in names:
            found[row.place, row.category, name] += getattr(row, name)
    assert min(found.values(), default=0) >= 0
    return +found


def test_living_is_covered_by_an_entitlement_of_the_month_to_a_programme_that_answers_it():
    child = held()
    programme = answers("LIVING")

    assert counted(child)["living"] is False
    row = EntitlementFactory(child=child, programme=programme, from_month=MONTH, is_running=True)
    assert counted(child)["living"] is True
    EntitlementFactory(child=child, from_month=MONTH, is_running=True)  # answers nothing
    row.state = "HELD"
    row.save()
    assert counted(child)["living"] is False


def test_a_guarantee_that_does_not_concern_the_child_is_neither_covered_nor_missing():
    child = held("LEFT_BEHIND")

    assert counted(child)["living"] is None
    assert counted(child)["welfare"] is None
    CertificateFactory(child=child)
    assert counted(child)["welfare"] is False


def test_guardianship_needs_a_main_carer_who_can_answer_for_the_child():
    child = held()

    assert counted(child)["guardianship"] is False
    GuardianshipFactory(child=child, is_main_carer=True, relation="FATHER", kind="PARENT")
    assert counted(child)["guardianship"] is True
    ParentStatusFactory(child=child, parent="FATHER", status="IMPRISONED")
    assert counted(child)["guardianship"] is False


def test_education_concerns_school_age_alone_and_is_covered_on_the_roll():
    child, young = held(), held()
    young.birth_date = TODAY - 365 * DAY
    young.save()

    assert counted(young)["education"] is None
    assert counted(child)["education"] is False
    EnrolmentFactory(child=child, starts_on=child.opened_on)
    assert counted(child)["education"] is True


def test_a_secret_category_leaves_no_mark_on_the_rows_that_others_see():
    child = held("LEFT_BEHIND")
    CategorySpellFactory(child=child, category="HIV", starts_on=child.opened_on)

    assert counted(child)["living"] is None
    assert counted(child, "LEFT_BEHIND")["living"] is None
    assert counted(child, "HIV")["living"] is False
    alone = held("HIV")
    assert counted(alone) is None
    assert counted(alone, "SECRET_ALONE")["living"] is False


def test_a_month_that_has_passed_stays_as_it_was_counted():
    child = held()
    last = MONTH - DAY
    refresh([child.pk], last)
    GuardianshipFactory(child=child, is_main_carer=True, starts_on=MONTH)
    refresh([child.pk], TODAY)

    by_month = {
        month: PictureCount.objects.get(place=VILLAGE, category="ANY", month=month).guardianship
        for month in (last.replace(day=1), MONTH)
    }
    assert by_month == {last.replace(day=1): 0, MONTH: 1}
    for month in by_month:
        rows = PictureRow.objects.answered_for(VILLAGE).in_month(month)
        cell = rows.in_cell(["ANY"], "GUARDIANSHIP", covered=True)
        assert cell.count() == by_month[month]


def test_a_month_without_any_change_begins_with_the_counts_of_the_last():
    child = held()
    refresh([child.pk], MONTH - DAY)
    refresh([], TODAY)

    assert kept_count() == full_count()


STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["category", "end", "carer", "parent", "roll", "paid", "close", "move", "risk", "visit",
             "count"]
        ),
        st.integers(0, 4),
    ),
    max_size=14,
)  # fmt: skip


def _step(what, child, programme):
    child = Child.objects.get(pk=child.pk)
    if what == "category":
        taken = set(child.category_spells.values_list("category", flat=True))
        left = [c for c in ("HIV", "DISABLED", "LEFT_BEHIND", "TEKUN") if c not in taken]
        for category in left[:1]:
            CategorySpellFactory(child=child, category=category, starts_on=child.opened_on)
    elif what == "end":
        for row in child.category_spells.filter(ends_on=None)[:1]:
            row.ends_on = TODAY - DAY
            row.save()
    elif what == "carer" and not child.guardianships.exists():
        GuardianshipFactory(child=child, is_main_carer=True, relation="MOTHER", kind="PARENT")
    elif what == "parent" and not child.parent_statuses.exists():
        ParentStatusFactory(child=child, parent="MOTHER", status="DEAD")
    elif what == "roll" and not child.enrolments.exists():
        EnrolmentFactory(child=child, starts_on=child.opened_on)
    elif what == "paid" and not child.entitlements.exists():
        EntitlementFactory(child=child, programme=programme, from_month=MONTH, is_running=True)
    elif what == "close" and not child.is_closed:
        child.status, child.closed_on, child.closing_reason = "CLOSED", TODAY, "OTHER"
        child.save()
    elif what == "move":
        child.managing_area = area(OTHER_VILLAGE)
        child.save()
    elif what == "risk":
        child.risk_level = "HIGH"
        child.save()
    elif what == "visit":
        HomeVisitFactory(child=child, visited_on=child.opened_on + 20 * DAY)


@settings(max_examples=25, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(steps=STEPS)
def test_counts_kept_by_differences_are_those_of_a_full_count(steps):
    from django.db import transaction

    with transaction.atomic():
        programme = answers("LIVING")
        kids = [held(category) for category in ("DE_FACTO", "HIV", "LEFT_BEHIND", "DISABLED")]
        kids.append(ChildFactory())
        for what, number in steps:
            if what == "count":
                refresh_touched(TODAY, 1000)
            else:
                _step(what, kids[number], programme)
        refresh_touched(TODAY, 10_000)

        assert kept_count() == full_count()
        _assert_cells_are_their_rows()
        _assert_first_visits_are_their_rows()
        transaction.set_rollback(True)


def _assert_cells_are_their_rows():
    for row in PictureCount.objects.filter(month=MONTH):
        rows = PictureRow.objects.answered_for(row.place).in_month(MONTH)
        for guarantee, flag in FIELDS.items():
            for covered, figure in (
                (None, getattr(row, f"{flag}_of")),
                (True, getattr(row, flag)),
                (False, getattr(row, f"{flag}_of") - getattr(row, flag)),
            ):
                assert rows.in_cell([row.category], guarantee, covered).count() == figure


def _assert_first_visits_are_their_rows():
    for row in FirstVisitCount.objects.all():
        rows = FirstVisit.objects.filter(**{LEVELS[len(row.place)]: row.place})
        rows = rows.opened_in(row.month)
        figures = (row.opened, row.in_time, row.late, row.not_yet)
        parts = (rows, rows.in_time(), rows.late(), rows.not_yet())
        assert figures == tuple(part.count() for part in parts)


def test_every_change_that_a_figure_hangs_on_touches_its_child():
    child = held()
    GuardianshipFactory(child=child, is_main_carer=True, starts_on=child.opened_on)
    with acting(EVERYTHING):
        assert refresh_touched(TODAY, 1000) >= 1
        assert refresh_touched(TODAY, 1000) == 0
    HomeVisitFactory(child=child, visited_on=child.opened_on + DAY)

    assert refresh_touched(TODAY, 1000) == 1
    assert FirstVisit.objects.get(child=child).visited_on == child.opened_on + DAY
