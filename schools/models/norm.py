"""Figures of local practice, dated, with the document that each rests on."""

from datetime import date
from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.guard.policies import Open
from accounts.history import History
from children.models.compiled import compiled
from schools.rules.norms import in_force


class NormKey(models.TextChoices):
    CONTACT_DAYS_HIGH = "CONTACT_DAYS_HIGH", _("contact every … days, risk high")
    CONTACT_DAYS_MEDIUM = "CONTACT_DAYS_MEDIUM", _("contact every … days, risk medium")
    CONTACT_DAYS_LOW = "CONTACT_DAYS_LOW", _("contact every … days, risk low")
    CONTACT_TERMS_LOW = "CONTACT_TERMS_LOW", _("contact every … terms, risk low")
    CONTACT_DAYS_UNKNOWN = "CONTACT_DAYS_UNKNOWN", _("contact every … days, risk not assessed")
    TRIES_BEFORE_A_VISIT = "TRIES_BEFORE_A_VISIT", _("tries in vain before a visit at home")
    DAYS_FOR_THE_VISIT = "DAYS_FOR_THE_VISIT", _("days in which that visit is made")
    EMPTY_SEAT_DAYS = "EMPTY_SEAT_DAYS", _("days until an empty seat is told to the lead")
    EMPTY_SEAT_DAYS_TOWNSHIP = (
        "EMPTY_SEAT_DAYS_TOWNSHIP",
        _("days until an empty seat is told to the township"),
    )
    HANDOVER_DAYS = "HANDOVER_DAYS", _("days in which a handover is confirmed")
    FIRST_CONTACT_DAYS = "FIRST_CONTACT_DAYS", _("first contact within … days of the pairing")
    LONGEST_HOLIDAY_DAYS = "LONGEST_HOLIDAY_DAYS", _("days between terms that are still holidays")
    LEAD_SEES_AFTER_DAYS = (
        "LEAD_SEES_AFTER_DAYS",
        _("days overdue before the school's lead sees it"),
    )
    TOWNSHIP_SEES_AFTER_DAYS = (
        "TOWNSHIP_SEES_AFTER_DAYS",
        _("days overdue before the township sees it"),
    )
    MOOD_FRESH_DAYS = "MOOD_FRESH_DAYS", _("days for which a worrying mood is news")
    SCHOOL_AGE_FROM = "SCHOOL_AGE_FROM", _("school age from … completed years")
    SCHOOL_AGE_TO = "SCHOOL_AGE_TO", _("school age up to … completed years")
    ROLL_AFTER_DAYS = "ROLL_AFTER_DAYS", _("on no roll for … school days: first ledger")
    SUSPECTED_AFTER_DAYS = (
        "SUSPECTED_AFTER_DAYS",
        _("absent without leave for … school days: suspected dropout"),
    )
    DROPOUT_AFTER_DAYS = (
        "DROPOUT_AFTER_DAYS",
        _("absent without leave for … school days: dropout"),
    )
    DEADLINE_NO_ROLL = "DEADLINE_NO_ROLL", _("days for a child on no roll")
    DEADLINE_SUSPECTED = "DEADLINE_SUSPECTED", _("days for a suspected dropout")
    DEADLINE_DROPOUT = "DEADLINE_DROPOUT", _("days for a dropout")
    DEADLINE_UNPLACED = "DEADLINE_UNPLACED", _("days for a disabled child without a place")
    NOTICE_DAYS_PAGE = "NOTICE_DAYS_PAGE", _("notice: days unread before a phone call")
    NOTICE_DAYS_PHONE = "NOTICE_DAYS_PHONE", _("notice: days of calling before a visit")
    NOTICE_DAYS_VISIT = "NOTICE_DAYS_VISIT", _("notice: days for the visit before a paper slip")
    NOTICE_LINK_DAYS = "NOTICE_LINK_DAYS", _("notice: days for which its link opens")
    NOTICE_CODE_TRIES = "NOTICE_CODE_TRIES", _("notice: wrong numbers that lock a link")
    NOTICE_ADDRESS_TRIES = (
        "NOTICE_ADDRESS_TRIES",
        _("notice: wrong numbers an hour from one network address"),
    )
    NOTICE_TRIES_KEPT_DAYS = (
        "NOTICE_TRIES_KEPT_DAYS",
        _("notice: days for which numbers tried at its page are kept"),
    )
    HOME_VISITS_PER_WEEK = "HOME_VISITS_PER_WEEK", _("home teaching: visits per week")
    HOME_LESSONS_PER_VISIT = "HOME_LESSONS_PER_VISIT", _("home teaching: lessons per visit")
    HOME_LESSONS_PER_YEAR = "HOME_LESSONS_PER_YEAR", _("home teaching: lessons per school year")
    OBSERVATION_LEVEL_REFERS = (
        "OBSERVATION_LEVEL_REFERS",
        _("an observed sign refers to the counsellor from level …"),
    )
    OBSERVATION_TOTAL_REFERS = (
        "OBSERVATION_TOTAL_REFERS",
        _("observed signs refer to the counsellor from … points together"),
    )
    MOOD_FALL_POINTS = "MOOD_FALL_POINTS", _("mood falls: … points more than before")
    MOOD_FALL_DAYS = "MOOD_FALL_DAYS", _("mood falls: looked back over … days")
    GROWTH_DAYS_BEFORE_END = (
        "GROWTH_DAYS_BEFORE_END", _("days before the end of a term to fill growth records")
    )  # fmt: skip
    GROWTH_DAYS_TO_CLOSE = (
        "GROWTH_DAYS_TO_CLOSE", _("days after a term in which growth records are closed")
    )  # fmt: skip


def known_keys() -> Any:
    """Asked at run time, so that a new figure needs no migration."""
    return NormKey.choices


class NormQuerySet(models.QuerySet):
    def in_force(self, day: date) -> dict[str, int]:
        """Key → value on `day`, defaults included; one query."""
        return in_force(_all(), day)


@compiled()
def _all() -> Any:
    return Norm.objects.values_list("key", "value", "starts_on")


class Norm(models.Model):
    key = models.CharField(_("figure"), max_length=40, choices=known_keys)
    value = models.PositiveIntegerField(_("value"), validators=[MinValueValidator(1)])
    starts_on = models.DateField(_("in force from"))
    document = models.CharField(_("document number"), max_length=200, blank=True)

    objects = NormQuerySet.as_manager()
    history = History()
    row_security = Open("published rules of practice")

    class Meta:
        verbose_name = _("figure of practice")
        verbose_name_plural = _("figures of practice")
        ordering = ["key", "-starts_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["key", "starts_on"],
                name="norm_once_a_day",
                violation_error_message=_("This figure has a value from that day already."),
            ),
            models.CheckConstraint(
                name="norm_is_positive",
                condition=Q(value__gt=0),
                violation_error_message=_("The value is at least 1."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.starts_on}"


def figures_on(day: date) -> dict[str, int]:
    """Key → value in force on `day`; open to everybody."""
    return Norm.objects.in_force(day)
