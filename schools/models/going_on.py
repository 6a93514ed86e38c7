"""Pupils who go on to another school: named by the one, taken in by the other. Decision 37."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import Grant
from accounts.guard.policies import OfChildAnnounced
from accounts.history import History
from children.models.base import OfChildQuerySet, Record
from children.models.child import Sex, permitted_ids
from children.models.compiled import compiled
from schools.rules.going_on import admitted_to, expected_on, leaves_for

from .calendar import year_starts_on
from .class_list import enrolled
from .enrolment import Enrolment
from .school import School, Stage
from .working_group import class_label


class GoingState(models.TextChoices):
    WAITING = "WAITING", pgettext_lazy("going on", "waits for the next school")
    ACCEPTED = "ACCEPTED", pgettext_lazy("going on", "taken in")
    REFUSED = "REFUSED", pgettext_lazy("going on", "not taken in")
    WITHDRAWN = "WITHDRAWN", pgettext_lazy("going on", "taken back")
    OVERTAKEN = "OVERTAKEN", pgettext_lazy("going on", "overtaken by a change of the roll")
    STAYS = "STAYS", pgettext_lazy("going on", "stays in this grade")
    ELSEWHERE = "ELSEWHERE", pgettext_lazy("going on", "goes on outside the county")


TO_A_SCHOOL = ["WAITING", "ACCEPTED", "REFUSED"]
ANSWERED = ["ACCEPTED", "REFUSED", "WITHDRAWN", "OVERTAKEN"]
MOST_LATE = 1_000
SAID = ["WAITING", "ELSEWHERE"]  # nothing more is to be said
SETTLED = ["STAYS", "ACCEPTED"]  # all else is late once the day has come
# What an answer, or its being taken back, writes.
ANSWER = ["state", "answer", "answered_by", "answered_at", "version", "updated_at", "move"]


class GoingOnQuerySet(OfChildQuerySet):
    def permitted(self, grant: Grant) -> Self:
        """Of permitted children; and of those who wait for the own school, of whom it sees this
        row alone."""
        mine = Q(child__in=permitted_ids(grant))
        if grant.is_organisation_wide:
            mine |= Q(to_school=grant.posting.organisation_id, state=GoingState.WAITING)
        return self.filter(mine)

    def waiting_for(self, school_id: int | None) -> Self:
        return self.filter(to_school=school_id, state=GoingState.WAITING)

    def newest(self) -> Self:
        """What was last said of a row of the roll that is still open."""
        last = GoingOn.objects.filter(enrolment=OuterRef("enrolment")).order_by("-pk")
        return self.filter(pk=Subquery(last.values("pk")[:1]), enrolment__ends_on__isnull=True)

    def late(self, today: Any) -> Self:
        """Whom no school has taken in although the day has come; beside `newest`."""
        return self.filter(day__lte=today).exclude(state__in=SETTLED)


class GoingOn(Record):
    """Of a child on the roll of `from_school` in its last grade: where it goes on, from `day`.

    `name` to `is_boarding` are what the next school is told before it takes the child in: until
    then it does not see the file. `note` are words of the school it leaves, `answer` of the other,
    or of who took the row back.
    """

    child = models.ForeignKey("children.Child", on_delete=models.PROTECT, related_name="goings_on")
    enrolment = models.ForeignKey(
        Enrolment, verbose_name=_("enrolment"), on_delete=models.PROTECT, related_name="goings_on"
    )
    from_school = models.ForeignKey(
        School, verbose_name=_("school"), on_delete=models.PROTECT, related_name="+"
    )
    to_school = models.ForeignKey(
        School, verbose_name=_("next school"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    stage = models.CharField(_("next stage"), max_length=12, choices=Stage)
    day = models.DateField(_("first day at the next school"))
    name = models.CharField(_("name"), max_length=100)
    sex = models.CharField(_("sex"), max_length=6, choices=Sex)
    birth_date = models.DateField(_("birth date"))
    stage_before = models.CharField(_("stage"), max_length=12, choices=Stage)
    grade_before = models.PositiveSmallIntegerField(pgettext_lazy("school", "grade"))
    class_before = models.CharField(_("class"), max_length=40, blank=True)
    is_boarding = models.BooleanField(_("boards at school"), default=False)
    state = models.CharField(
        _("state"), max_length=10, choices=GoingState, default=GoingState.WAITING
    )
    note = models.CharField(_("remark"), max_length=300, blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("named by"), on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    proposed_at = models.DateTimeField(pgettext_lazy("going on", "named"))
    answer = models.CharField(_("answer"), max_length=300, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("answered by"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    answered_at = models.DateTimeField(pgettext_lazy("going on", "answered"), null=True, blank=True)
    move = models.ForeignKey(
        "schools.MoveUp", null=True, blank=True, editable=False, on_delete=models.PROTECT,
        related_name="goings_on",
    )  # fmt: skip

    late: bool  # filled by the page that lists them

    objects = GoingOnQuerySet.as_manager()
    history = History()
    row_security = OfChildAnnounced(organisation="to_school_id", told_while="state = 'WAITING'")

    class Meta:
        verbose_name = _("going on to another school")
        verbose_name_plural = _("going on to other schools")
        indexes = [
            models.Index(
                fields=["to_school"], name="going_on_waiting", condition=Q(state="WAITING")
            ),
        ]  # fmt: skip
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment"], name="going_on_said_once", condition=Q(state__in=SAID),
                violation_error_message=_("Where this child goes on was said already."),
            ),
            models.CheckConstraint(
                name="going_on_state_known", condition=Q(state__in=GoingState.values)
            ),
            models.CheckConstraint(
                name="going_on_stage_known", condition=Q(stage__in=Stage.values)
            ),
            models.CheckConstraint(
                name="going_on_leads_to_another_school",
                condition=~Q(to_school=models.F("from_school"))
                & (Q(to_school__isnull=False) | ~Q(state__in=TO_A_SCHOOL)),
                violation_error_message=_("Choose the school to which the child goes on."),
            ),
            models.CheckConstraint(
                name="going_on_exception_has_its_reason",
                condition=~Q(state__in=["STAYS", "ELSEWHERE"]) | ~Q(note__regex=r"^\s*$"),
                violation_error_message=_("Say why, or where to."),
            ),
            models.CheckConstraint(
                name="going_on_refused_with_a_reason",
                condition=~Q(state__in=["REFUSED", "WITHDRAWN"]) | ~Q(answer__regex=r"^\s*$"),
                violation_error_message=_("Say why."),
            ),
            models.CheckConstraint(
                name="going_on_answered_by_and_at",
                condition=Q(
                    state__in=ANSWERED, answered_by__isnull=False, answered_at__isnull=False
                )
                | ~Q(state__in=ANSWERED)
                & Q(answered_by__isnull=True, answered_at__isnull=True, answer=""),
            ),
            models.CheckConstraint(
                name="going_on_taken_in_by_a_move",
                condition=Q(state="ACCEPTED", move__isnull=False)
                | ~Q(state="ACCEPTED") & Q(move__isnull=True),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"Going on {self.pk}"

    @property
    def waits(self) -> bool:
        return self.state == GoingState.WAITING

    @property
    def may_be_taken_back(self) -> bool:
        return self.state in (GoingState.WAITING, GoingState.ELSEWHERE, GoingState.STAYS)

    @property
    def class_label(self) -> str:
        return class_label(self.stage_before, self.grade_before, self.class_before)

    @property
    def in_words(self) -> str:
        """What its trail calls it."""
        return str(self.get_state_display())

    def is_late(self, today: date) -> bool:
        """As `GoingOnQuerySet.late`."""
        return self.day <= today and self.state not in SETTLED


def school_of(grant: Grant) -> School | None:
    """The own school; None for an office, and where stages are not entered for a school yet."""
    own = School.objects.filter(pk=grant.posting.organisation_id)
    return own.select_related("organisation").first()


def _stages_after(row: Enrolment, school: School) -> tuple[str, ...]:
    following = leaves_for(row.stage, row.grade, school.stages)
    return (following,) if following else admitted_to(row.stage, row.grade)


def leaving(grant: Grant, school: School, today: date) -> list[Enrolment]:
    """Permitted children of the school in the last grade before a stage it does not teach, or
    before an examination."""
    rows = enrolled(grant, school.pk, today)
    return [row for row in rows if row.ends_on is None and _stages_after(row, school)]


@dataclass(frozen=True)
class Unsaid:
    """Of a row of the roll nothing is said that holds for `day`; one of `stages` follows.

    `is_examined`: who is admitted somewhere is named, the others graduate with moving up.
    """

    enrolment: Enrolment
    day: date
    stages: tuple[str, ...]
    refused: GoingOn | None = None  # by the school that was named last

    @property
    def is_examined(self) -> bool:
        return self.stages == admitted_to(self.enrolment.stage, self.enrolment.grade)


def unsaid(grant: Grant, school: School, today: date) -> list[Unsaid]:
    """Of `leaving`, who is to be named by the school."""
    year = year_starts_on(today)
    rows = leaving(grant, school, today)
    said = {
        row.enrolment_id: row
        for row in GoingOn.objects.permitted(grant)
        .newest()
        .filter(enrolment__in=rows)
        .select_related("to_school__organisation")
    }
    found = [
        Unsaid(
            row,
            expected_on(row.starts_on, year, today),
            _stages_after(row, school),
            _refusal(said.get(row.pk)),
        )
        for row in rows
    ]
    return [one for one in found if not _holds(said.get(one.enrolment.pk), one.day)]


def _refusal(said: GoingOn | None) -> GoingOn | None:
    return said if said is not None and said.state == GoingState.REFUSED else None


def _holds(said: GoingOn | None, day: date) -> bool:
    if said is None:
        return False
    return said.state in SAID or (said.state == GoingState.STAYS and said.day >= day)


def newest_of(grant: Grant, school_id: int | None) -> GoingOnQuerySet:
    """What was last said of those still on a roll; of one school or of all permitted ones."""
    rows = GoingOn.objects.permitted(grant).newest()
    if school_id is not None:
        rows = rows.filter(from_school=school_id)
    return rows.select_related(
        "from_school__organisation", "to_school__organisation", "child", "answered_by"
    )


@compiled()
def _late(grant: Grant, today: Any) -> Any:
    rows = GoingOn.objects.permitted(grant).newest().late(today)
    return rows.order_by().values_list("pk")[:MOST_LATE]


def number_late(grant: Grant, today: date) -> int:
    """Of the permitted children, how many no school has taken in; counted up to a thousand."""
    return len(_late(grant, today=today))
