"""Who cares for a child, as what, from when to when."""

from datetime import date

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Func, OuterRef, Q, Subquery
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.guard.policies import OfChild
from accounts.history import History
from children.rules import masking

from .base import OfChildPeriodQuerySet, Period, Record, ends_after_it_starts
from .guardian import Guardian
from .parent_status import ParentStatus, ParentStatusCode


class Relation(models.TextChoices):
    FATHER = "FATHER", _("father")
    MOTHER = "MOTHER", _("mother")
    GRANDFATHER_PATERNAL = "GRANDFATHER_PATERNAL", _("paternal grandfather")
    GRANDMOTHER_PATERNAL = "GRANDMOTHER_PATERNAL", _("paternal grandmother")
    GRANDFATHER_MATERNAL = "GRANDFATHER_MATERNAL", _("maternal grandfather")
    GRANDMOTHER_MATERNAL = "GRANDMOTHER_MATERNAL", _("maternal grandmother")
    SIBLING = "SIBLING", _("brother or sister")
    UNCLE_AUNT = "UNCLE_AUNT", _("uncle or aunt")
    STEPPARENT = "STEPPARENT", _("stepparent")
    FOSTER = "FOSTER", _("foster parent")
    INSTITUTION = "INSTITUTION", _("institution")
    OTHER = "OTHER", _("other")


class GuardianshipKind(models.TextChoices):
    PARENT = "PARENT", _("parent")
    LEGAL = "LEGAL", _("legal guardian")
    TEMPORARY = "TEMPORARY", _("temporary guardian")
    ENTRUSTED = "ENTRUSTED", _("entrusted carer")
    INSTITUTION = "INSTITUTION", _("institution")


_PERSONS_VERSIONS = 100_000
# Who began to care after that, under the same word, is somebody else.
GONE = (ParentStatusCode.DEAD, ParentStatusCode.MISSING_DECLARED)


class GuardianshipQuerySet(OfChildPeriodQuerySet):
    def main_carers(self) -> "GuardianshipQuerySet":
        return self.filter(is_main_carer=True)

    def with_situation(self, day: date) -> "GuardianshipQuerySet":
        """`situation`: that a parent lost the guardianship, died or was declared missing by `day`,
        although the record of the care still runs; None for all others."""
        known = ParentStatus.objects.on(day).filter(
            Q(status=ParentStatusCode.GUARDIANSHIP_REVOKED)
            | Q(status__in=GONE, starts_on__gte=OuterRef("starts_on")),
            child=OuterRef("child"), parent=OuterRef("relation"),
        )  # fmt: skip
        return self.annotate(situation=Subquery(known.order_by("-pk").values("status")[:1]))

    def notifiable(self) -> "GuardianshipQuerySet":
        """Of those whom a notice may reach; says nothing of the day: add `.on(day)`.

        Left out are `do_not_notify`, a parent whose guardianship is revoked, who is dead or
        declared missing, and whom a report of harm to this child names
        (`children.models.Concern`), each in whatever guardianship, however
        often recorded and in whichever of its files, unless it proved unfounded. The
        database answers for reports that the reader may not know of: show who gets the notice,
        never who is left out or why. Ask again when sending: it may change after writing.
        """
        withheld = Func(
            "child_id", "guardian_id", function="registry_is_withheld",
            output_field=models.BooleanField(),
        )  # fmt: skip
        return self.filter(do_not_notify=False).exclude(withheld)


class Guardianship(Record):
    """`do_not_notify` keeps every notice from this person, e.g. one suspected of harm."""

    child = models.ForeignKey(
        "children.Child",
        on_delete=models.PROTECT,
        related_name="guardianships",
        db_constraint=False,
    )
    guardian = models.ForeignKey(
        Guardian, verbose_name=_("guardian"), on_delete=models.PROTECT,
        related_name="guardianships", db_constraint=False,
    )  # fmt: skip
    relation = models.CharField(_("relation to the child"), max_length=30, choices=Relation)
    kind = models.CharField(_("kind of guardianship"), max_length=20, choices=GuardianshipKind)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    is_main_carer = models.BooleanField(_("main carer"), default=False)
    lives_with_child = models.BooleanField(_("lives with the child"), default=False)
    do_not_notify = models.BooleanField(_("do not notify"), default=False)

    situation: str | None  # filled by `with_situation`
    objects = GuardianshipQuerySet.as_manager()
    history = History(user_db_constraint=False)
    row_security = OfChild()
    references_in_sets = True

    class Meta:
        verbose_name = _("guardianship")
        verbose_name_plural = _("guardianships")
        constraints = [
            ends_after_it_starts("guardianship_ends_after_it_starts"),
            ExclusionConstraint(
                name="guardianship_one_main_carer_at_a_time",
                expressions=[("child", RangeOperators.EQUAL), (Period(), RangeOperators.OVERLAPS)],
                condition=Q(is_main_carer=True),
                violation_error_message=_("The child already has a main carer in that period."),
            ),
            ExclusionConstraint(
                name="guardianship_of_one_person_never_overlaps",
                expressions=[
                    ("child", RangeOperators.EQUAL),
                    ("guardian", RangeOperators.EQUAL),
                    (Period(), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_(
                    "This person is already recorded as guardian in that period."
                ),
            ),
            models.CheckConstraint(
                name="guardianship_relation_known", condition=Q(relation__in=Relation.values)
            ),
            models.CheckConstraint(
                name="guardianship_kind_known", condition=Q(kind__in=GuardianshipKind.values)
            ),
        ]

    def __str__(self) -> str:
        return f"Guardianship {self.pk}"

    @property
    def joint_version(self) -> int:
        """Of the care and its person, who are edited together; see `split_version`."""
        return self.version * _PERSONS_VERSIONS + self.guardian.version

    @staticmethod
    def split_version(joint: int) -> tuple[int, int]:
        """The care's version and the person's."""
        return divmod(joint, _PERSONS_VERSIONS)

    @property
    def named(self) -> str:
        return gettext("%(name)s (%(relation)s)") % {
            "name": self.guardian.name, "relation": self.get_relation_display(),
        }  # fmt: skip

    @property
    def as_whom(self) -> str:
        """The relation, and by what right they care unless it is their own child."""
        said = [self.get_relation_display()]
        if self.kind != GuardianshipKind.PARENT:
            said.append(self.get_kind_display())
        return gettext(", ").join(said)

    @property
    def situation_in_words(self) -> str:
        """After `with_situation`."""
        return str(ParentStatusCode(self.situation).label) if self.situation else ""

    def holds_on(self, day: date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or self.ends_on >= day)

    @property
    def masked_phone(self) -> str:
        return masking.phone(self.guardian.phone)
