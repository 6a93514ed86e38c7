"""Whose contact is due when: one row for every child who has a helper or a contact.

The database itself keeps it (`due_sql`), in the transaction that changes a contact, a pairing or
the child; nobody else may write it. So lists, counts and digests read one index.
"""

from datetime import date, timedelta
from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.access import Grant, Permission
from accounts.guard.policies import OfChild
from accounts.models import Organisation, Posting
from children.models import State
from children.models.base import OfChildQuerySet
from children.models.compiled import compiled

from .norm import Norm


class DueReason(models.TextChoices):
    FIRST = "first", _("first contact")
    REGULAR = "regular", _("contact")
    FOLLOW_UP = "follow_up", _("as agreed")
    VISIT = "visit", _("visit at home")


class DueContactQuerySet(OfChildQuerySet):
    def of_helper(self, posting: Posting) -> Self:
        return self.filter(helper__in=posting.desks, due_on__isnull=False)

    def answered_for(self, grant: Grant) -> Self:
        """Children helped by the grant's school, or whose files its area keeps."""
        posting = grant.posting
        if posting.organisation_id:
            return self.filter(organisation=posting.organisation_id)
        code = grant.area_code or ""
        column = {6: "county_code", 9: "township_code"}.get(len(code))
        return self.filter(**{column: code}) if column else self.filter(child__managing_area=code)

    def overdue_on(self, day: date) -> Self:
        return self.filter(due_on__lt=day)

    def after(self, day: date, child: int) -> Self:
        """The rest of a list ordered by day and child, below (day, child)."""
        return self.filter(Q(due_on__gt=day) | Q(due_on=day, child__gt=child), due_on__gte=day)

    def for_list(self) -> Self:
        rows = self.select_related("child__residence_area", "helper__user", "organisation")
        return rows.order_by("due_on", "child")


class DueContact(models.Model):
    child = models.OneToOneField(
        "children.Child", primary_key=True, on_delete=models.CASCADE, related_name="due_contact"
    )
    # Of the main pairing of today; empty while there is none.
    helper = models.ForeignKey(
        Posting, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    organisation = models.ForeignKey(
        Organisation, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    county_code = models.CharField(max_length=6, db_collation="C")
    township_code = models.CharField(max_length=9, db_collation="C")
    last_reached_on = models.DateField(null=True)
    tried_on = ArrayField(models.DateField(), default=list)
    follow_up_on = models.DateField(null=True)
    mood = models.CharField(max_length=10, choices=State, blank=True)
    mood_before = models.CharField(max_length=10, choices=State, blank=True)
    mood_on = models.DateField(null=True)
    is_mood_falling = models.BooleanField(default=False)
    due_on = models.DateField(null=True)
    reason = models.CharField(max_length=10, choices=DueReason, blank=True)

    objects = DueContactQuerySet.as_manager()
    row_security = OfChild()
    is_derived = True

    class Meta:
        indexes = [
            models.Index(fields=["helper", "due_on", "child"], name="due_of_helper"),
            models.Index(fields=["organisation", "due_on", "child"], name="due_of_school"),
            models.Index(fields=["county_code", "due_on", "child"], name="due_of_county"),
            models.Index(fields=["township_code", "due_on", "child"], name="due_of_township"),
        ]

    def __str__(self) -> str:
        return f"DueContact {self.pk}"

    def is_overdue_on(self, today: date) -> bool:
        return self.due_on is not None and self.due_on < today

    @property
    def is_visit(self) -> bool:
        return self.reason == DueReason.VISIT

    @property
    def tries(self) -> int:
        return len(self.tried_on)


def seen_by_others_from(grant: Grant, today: date) -> date:
    """A contact due before this day is shown to the grant's school or area, not the helper alone.

    The lead is told after some days, the township and those above it after some more.
    """
    norms = Norm.objects.in_force(today)
    key = "LEAD_SEES_AFTER_DAYS" if grant.posting.organisation_id else "TOWNSHIP_SEES_AFTER_DAYS"
    return today - timedelta(days=norms[key])


def overdue_for(grant: Grant, today: date) -> DueContactQuerySet:
    """Overdue contacts that the grant's school or area must see to, unordered."""
    return _answered_for(grant, seen_by_others_from(grant, today))


def _answered_for(grant: Grant, before: Any) -> DueContactQuerySet:
    return DueContact.objects.permitted(grant).answered_for(grant).overdue_on(before)


@compiled()
def _overdue(grant: Grant, most: int, before: Any) -> Any:
    return _answered_for(grant, before).order_by("due_on").values_list("pk")[:most]


def number_overdue(grant: Grant, today: date, most: int) -> int:
    """Overdue contacts that the grant's school or area must see to, counted up to `most`."""
    return len(_overdue(grant, most, before=seen_by_others_from(grant, today)))


def paired_with(grant: Grant) -> DueContactQuerySet:
    """The helper's own children; for the lead, those of all helpers of the school."""
    rows = DueContact.objects.permitted(grant)
    if grant.allows(Permission.GROUP_LEAD):
        return rows.answered_for(grant).filter(due_on__isnull=False)
    return rows.of_helper(grant.posting)


def refresh_all(today: date) -> None:
    """Days pass, pairings begin and end: every row as it must stand on `today`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT schools_refresh_due(NULL, %s)", [today])


def rebuild(today: date) -> None:
    """Every row anew from the contacts themselves."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT schools_refresh_contacts(NULL)")
        cursor.execute("SELECT schools_refresh_due(NULL, %s)", [today])
