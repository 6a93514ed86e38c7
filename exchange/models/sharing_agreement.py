"""What a department may ask of us by machine: why, on what ground, which fields, of which area."""

from datetime import date, datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Max, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.guard.policies import InArea, Open
from accounts.history import History
from children.models import Record
from children.models.category import CategoryCode
from children.rules.categories import SECRET
from exchange.rules import department_message as message
from exchange.rules.department_record import FIELDS

from .of_area import OfAreaQuerySet


class Registry(models.TextChoices):
    DISABILITY = message.Registry.DISABILITY.value, _("disability registry")
    SOCIAL = message.Registry.SOCIAL.value, _("social registry")


class SharedField(models.TextChoices):
    IDENTIFIER = "identifier", _("ID number")
    NAME = "name", _("name")
    SEX = "sex", _("sex")
    BIRTH_DATE = "birth_date", _("birth date")
    ADDRESS = "address", _("address")
    PLACE = "place", _("township and village")
    DISABILITY_KIND = "disability_kind", _("kind of disability")
    DISABILITY_GRADE = "disability_grade", _("grade of disability")
    CERTIFICATE_DATES = "certificate_dates", _("days of the certificate")
    CATEGORIES = "categories", _("categories")
    ECONOMIC_STATUS = "economic_status", _("household status")
    SCHOOL = "school", pgettext_lazy("field", "school")
    REGISTRATION_DATE = "registration_date", pgettext_lazy("field", "day of registration")
    LAST_UPDATED = "last_updated", _("last change")


SECRET_CODES = sorted(code.value for code in SECRET)
MOST_SEARCHES = 1_000  # in one call
ENDS_SOON = timedelta(days=21)  # another department needs weeks to put a new token in


class SharingAgreementQuerySet(OfAreaQuerySet):
    def in_force(self, day: date) -> Self:
        return self.filter(
            approved_at__isnull=False, ended_at__isnull=True, starts_on__lte=day, ends_on__gte=day
        )

    def ending_soon(self, now: datetime, today: date, last: date) -> Self:
        """What calls will stop at, unless somebody sees to it: its own last day, or that of the
        token that lives longest. `today`, `last`: the days of now and of `ENDS_SOON` later."""
        soon = now + ENDS_SOON
        longest = Max("tokens__expires_at", filter=Q(tokens__revoked_at__isnull=True))
        rows = self.filter(
            approved_at__isnull=False, ended_at__isnull=True, ends_on__gte=today
        ).annotate(token_until=longest)
        ends = Q(ends_on__lte=last) | Q(token_until__lte=soon)
        return rows.filter(ends).order_by("ends_on", "pk")


def _within(least: int, most: int) -> list[Any]:
    return [MinValueValidator(least), MaxValueValidator(most)]


class SharingAgreement(Record):
    """Never rewritten: one that is to say otherwise is ended, and another is made.

    `caller` stands for the department in the access log; nobody signs in as it.
    """

    department = models.CharField(_("department"), max_length=100)
    sender_id = models.CharField(
        _("name of its system"), max_length=60,
        validators=[RegexValidator(r"^[a-z0-9][a-z0-9.\-]*$")],
    )  # fmt: skip
    purpose = models.CharField(_("purpose"), max_length=200)
    legal_ground = models.CharField(_("legal ground"), max_length=200)
    registries = ArrayField(
        models.CharField(max_length=20, choices=Registry), verbose_name=_("registries")
    )
    fields = ArrayField(
        models.CharField(max_length=40, choices=SharedField), verbose_name=_("fields")
    )
    secret_categories = ArrayField(
        models.CharField(max_length=20, choices=CategoryCode), default=list, blank=True,
        verbose_name=_("secret categories that it names"),
    )  # fmt: skip
    by_name_and_birth = models.BooleanField(_("may ask by name and birth date"), default=False)
    calls_a_minute = models.PositiveIntegerField(
        _("calls a minute"), default=30, validators=_within(1, 600)
    )
    searches_a_call = models.PositiveIntegerField(
        _("people in one call"), default=100, validators=_within(1, MOST_SEARCHES)
    )
    searches_a_day = models.PositiveIntegerField(
        _("people a day"), default=1_000, validators=_within(1, 1_000_000)
    )
    days_kept = models.PositiveIntegerField(
        _("days that answers wait"), default=7, validators=_within(1, 90)
    )
    area_code = models.CharField(max_length=12, db_collation="C")  # of whose children it may ask
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    caller = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="sharing_agreement"
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=pgettext_lazy("agreement", "made by"),
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    made_at = models.DateTimeField(pgettext_lazy("agreement", "made"))
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=pgettext_lazy("agreement", "approved by"),
        null=True, blank=True, on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    approved_at = models.DateTimeField(
        pgettext_lazy("agreement", "approved"), null=True, blank=True
    )
    ended_at = models.DateTimeField(_("ended before its last day"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=pgettext_lazy("agreement", "ended by"),
        null=True, blank=True, on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    end_reason = models.CharField(_("why it was ended"), max_length=200, blank=True)

    token_until: datetime | None  # of `ending_soon`

    objects = SharingAgreementQuerySet.as_manager()
    history = History()
    row_security = InArea("area_code")

    class Meta:
        verbose_name = _("sharing agreement")
        verbose_name_plural = _("sharing agreements")
        indexes = [models.Index(fields=["area_code", "-made_at"], name="agreement_in_area")]
        constraints = [
            models.CheckConstraint(
                name="agreement_says_why",
                condition=~Q(department="") & ~Q(purpose="") & ~Q(legal_ground=""),
                violation_error_message=_("Say which department, what for and on what ground."),
            ),
            models.CheckConstraint(
                name="agreement_names_registries_and_fields",
                condition=Q(registries__contained_by=Registry.values, registries__len__gte=1)
                & Q(fields__contained_by=list(FIELDS), fields__len__gte=1),
                violation_error_message=_("Name at least one registry and one field."),
            ),
            models.CheckConstraint(
                name="agreement_secret_categories_known",
                condition=Q(secret_categories__contained_by=SECRET_CODES),
            ),
            models.CheckConstraint(
                name="agreement_ends_after_it_starts", condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("The last day is before the first."),
            ),
            models.CheckConstraint(
                name="agreement_has_limits",
                condition=Q(calls_a_minute__range=(1, 600), days_kept__range=(1, 90))
                & Q(searches_a_call__range=(1, MOST_SEARCHES), searches_a_day__gte=1),
            ),
            models.CheckConstraint(
                name="agreement_approved_by_a_second_person",
                condition=Q(approved_by__isnull=True, approved_at__isnull=True)
                | Q(approved_by__isnull=False, approved_at__isnull=False)
                & ~Q(approved_by=F("made_by")),
                violation_error_message=_("Who made the agreement cannot approve it."),
            ),
            models.CheckConstraint(
                name="agreement_ended_by_whom_and_why",
                condition=Q(ended_at__isnull=True, ended_by__isnull=True, end_reason="")
                | Q(ended_at__isnull=False, ended_by__isnull=False)
                & ~Q(end_reason__regex=r"^\s*$"),
                violation_error_message=_("Whoever ends an agreement says why."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.department} {self.starts_on}"

    def is_in_force(self, day: date) -> bool:
        is_agreed = self.approved_at is not None and self.ended_at is None
        return is_agreed and self.starts_on <= day <= self.ends_on

    def is_over(self, day: date) -> bool:
        return self.ended_at is not None or self.ends_on < day

    @property
    def is_refused(self) -> bool:
        """Ended by the second person in place of approval."""
        is_ended = self.ended_at is not None and self.approved_at is None
        return is_ended and self.ended_by_id != self.made_by_id

    @property
    def is_withdrawn(self) -> bool:
        """Ended by who made it before anybody had approved it."""
        is_ended = self.ended_at is not None and self.approved_at is None
        return is_ended and self.ended_by_id == self.made_by_id

    @property
    def registries_in_words(self) -> list[str]:
        return [str(Registry(code).label) for code in self.registries]

    @property
    def fields_in_words(self) -> list[str]:
        return [str(SharedField(code).label) for code in self.fields]

    @property
    def secrets_in_words(self) -> list[str]:
        return [str(CategoryCode(code).label) for code in self.secret_categories]


class DepartmentTokenQuerySet(models.QuerySet):
    def living(self, now: Any) -> Self:
        return self.filter(revoked_at__isnull=True, expires_at__gt=now)


class DepartmentToken(Record):
    """`digest`: SHA-256 of 32 random bytes, which nobody guesses; the token itself is kept nowhere.

    `area_code` is the agreement's: with it the database shows the agreement, and no more.
    """

    agreement = models.ForeignKey(SharingAgreement, on_delete=models.PROTECT, related_name="tokens")
    area_code = models.CharField(max_length=12, db_collation="C")
    digest = models.BinaryField(max_length=32)
    hint = models.CharField(_("begins with"), max_length=12)
    public_key = models.TextField(_("public key"), blank=True, max_length=1_000)  # PEM, Ed25519
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("issued by"), on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    issued_at = models.DateTimeField(pgettext_lazy("token", "issued"))
    expires_at = models.DateTimeField(pgettext_lazy("token", "expires"))
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("revoked by"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    objects = DepartmentTokenQuerySet.as_manager()
    history = History()
    row_security = Open("read before the caller is known; holds hashes and days alone")

    class Meta:
        verbose_name = _("token of a department")
        verbose_name_plural = _("tokens of departments")
        constraints = [
            models.UniqueConstraint(fields=["digest"], name="department_token_once"),
            models.CheckConstraint(
                name="department_token_expires_within_two_years",
                condition=Q(expires_at__gt=F("issued_at"))
                & Q(expires_at__lte=F("issued_at") + timedelta(days=732)),
            ),
            models.CheckConstraint(
                name="department_token_revoked_by_whom_and_when",
                condition=Q(revoked_by__isnull=True, revoked_at__isnull=True)
                | Q(revoked_by__isnull=False, revoked_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"Token {self.pk}"
