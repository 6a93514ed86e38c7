"""The county's picture: for each child and category which guarantee is covered, and the counts.

Rows say from which month to which a child stood in a cell; counts are the sums of rows by place
and month. `picture_sql` alone writes both, in one statement, so that they cannot disagree. A month
that has passed stays as it was counted last.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from django.db import connection, models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.access import Grant, Permission
from accounts.guard.policies import InArea, OfChild, Policy
from accounts.models.area import upper_bound
from assistance.models.month import MonthField
from children.models import CategoryCode
from children.models.base import OfChildQuerySet
from children.rules.categories import SECRET

from .guarantee_term import Guarantee
from .picture_touch import PictureTouch

LEVELS = {6: "county_code", 9: "township_code", 12: "village_code"}
ANY = "ANY"  # each child with a category that may be told, once
SECRET_ALONE = "SECRET_ALONE"  # each child that holds only secret ones
HIDDEN = (*sorted(code.value for code in SECRET), SECRET_ALONE)
# Guarantee → field of a row: None where it does not concern the child.
FIELDS = {code: code.lower() for code in Guarantee.values}


def hidden_sql() -> str:
    return "category IN (" + ", ".join(f"'{code}'" for code in HIDDEN) + ")"


@dataclass(frozen=True)
class FiguresOfArea(InArea):
    """Figures of the posting's own area and the places in it, for readers of trails as well."""

    column: str = "place"
    secret_when: str = ""

    def policy(self) -> Policy:
        rows = (
            "(place >= current_setting('registry.audit_lo', true)"
            " AND place < current_setting('registry.audit_hi', true))"
        )
        if self.secret_when:
            told = "current_setting('registry.secrets', true) = 'yes'"
            rows += f" AND (NOT ({self.secret_when}) OR {told})"
        return Policy(using=rows, check=rows)


class FiguresQuerySet(models.QuerySet):
    def permitted(self, grant: Grant) -> Self:
        """Of the grant's own area and the places in it."""
        code = grant.area_code
        if not code:
            return self.none()
        return self.filter(place__gte=code, place__lt=upper_bound(code))

    def of(self, place: str) -> Self:
        return self.filter(place=place)

    def below(self, place: str) -> Self:
        """The places one level down, without their own."""
        return self.filter(above=place)

    def between(self, since: date, until: date) -> Self:
        return self.filter(month__range=(since, until))


class PictureCountQuerySet(FiguresQuerySet):
    def permitted(self, grant: Grant) -> Self:
        """Secret categories do not exist for those not entitled."""
        return _told(super().permitted(grant), grant)


class PictureRowQuerySet(OfChildQuerySet):
    def permitted(self, grant: Grant) -> Self:
        return _told(super().permitted(grant), grant)

    def answered_for(self, code: str) -> Self:
        column = LEVELS.get(len(code))
        return self.filter(**{column: code}) if column else self.none()

    def in_month(self, month: date) -> Self:
        return self.filter(Q(until=None) | Q(until__gte=month), since__lte=month)

    def in_cell(self, categories: list[str], guarantee: str, covered: bool | None) -> Self:
        """`covered` None: all whom the guarantee concerns."""
        rows = self.filter(category__in=categories)
        field = FIELDS[guarantee]
        if covered is None:
            return rows.filter(**{f"{field}__isnull": False})
        return rows.filter(**{field: covered})


def _told(rows: Any, grant: Grant) -> Any:
    return rows if grant.allows(Permission.SECRET_VIEW) else rows.exclude(category__in=HIDDEN)


def _answer() -> models.BooleanField:
    return models.BooleanField(null=True)


class PictureRow(models.Model):
    """`category`: a CategoryCode, ANY or SECRET_ALONE. `until`: last month, None while it is so."""

    pk = models.CompositePrimaryKey("child", "category", "since")
    child = models.ForeignKey(
        "children.Child", on_delete=models.CASCADE, related_name="+", db_index=False,
        db_constraint=False,
    )  # fmt: skip
    category = models.CharField(max_length=20)
    since = MonthField()
    until = MonthField(null=True)
    county_code = models.CharField(max_length=6, db_collation="C")
    township_code = models.CharField(max_length=9, db_collation="C")
    village_code = models.CharField(max_length=12, db_collation="C")
    living = _answer()
    medical = _answer()
    education = _answer()
    guardianship = _answer()
    welfare = _answer()

    objects = PictureRowQuerySet.as_manager()
    row_security = OfChild(secret_when=hidden_sql())
    is_derived = True

    class Meta:
        indexes = [
            models.Index(fields=["county_code", "category", "child"], name="picture_of_county"),
            models.Index(fields=["township_code", "category", "child"], name="picture_of_township"),
            models.Index(fields=["village_code", "category", "child"], name="picture_of_village"),
        ]

    def __str__(self) -> str:
        return f"PictureRow {self.child_id}"


class PictureCount(models.Model):
    """`…_of`: whom the guarantee concerns; the other, of these, for how many it is covered."""

    pk = models.CompositePrimaryKey("place", "month", "category")
    place = models.CharField(max_length=12, db_collation="C")
    above = models.CharField(max_length=12, db_collation="C")  # the place that it lies in
    month = MonthField()
    category = models.CharField(max_length=20)
    children = models.IntegerField()
    living_of = models.IntegerField()
    living = models.IntegerField()
    medical_of = models.IntegerField()
    medical = models.IntegerField()
    education_of = models.IntegerField()
    education = models.IntegerField()
    guardianship_of = models.IntegerField()
    guardianship = models.IntegerField()
    welfare_of = models.IntegerField()
    welfare = models.IntegerField()

    objects = PictureCountQuerySet.as_manager()
    row_security = FiguresOfArea(secret_when=hidden_sql())
    is_derived = True

    class Meta:
        indexes = [
            models.Index(fields=["above", "month", "category"], name="picture_count_above"),
            models.Index(fields=["-month"], name="picture_count_month"),
        ]

    def __str__(self) -> str:
        return f"PictureCount {self.place} {self.month} {self.category}"


def category_label(code: str) -> str:
    if code in (ANY, SECRET_ALONE):
        return str(_("all categories"))
    return str(CategoryCode(code).label)


def all_categories(grant: Grant) -> list[str]:
    """What counts each child once, for this reader."""
    return [ANY, SECRET_ALONE] if grant.allows(Permission.SECRET_VIEW) else [ANY]


def refresh(children: list[int] | None, today: date) -> None:
    """Count these children anew; None: all that are open or were counted."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT picture_refresh(%s::bigint[], %s)", [children, today])


def are_touched(many: int) -> bool:
    """Whether at least so many changes wait to be counted."""
    return PictureTouch.objects.order_by("pk")[many - 1 : many].exists()


def refresh_touched(today: date, most: int) -> int:
    """Count anew whoever was touched; how many there were, `most` at once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT picture_refresh_touched(%s, %s)", [today, most])
        return cursor.fetchone()[0]


def touch_of_the_day(today: date, days: int) -> None:
    """Touch whose figures change by the date alone, within so many days back."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT picture_touch_of_the_day(%s, %s)", [today, days])


def note_following(today: date) -> None:
    """What is overdue now stands for this month, until it is noted again."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT picture_note_following(%s)", [today])
