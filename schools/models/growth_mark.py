"""Marks of a growth record: a row of its own for each subject, so that teachers do not collide."""

from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.guard.policies import OfChild, Open
from accounts.history import History
from accounts.language import of_reader
from accounts.models import Posting
from children.models.base import OfChildQuerySet, Record
from schools.rules.growth_record import Taught

from .growth_record import GrowthRecord, MarkLevel


class SubjectQuerySet(models.QuerySet):
    def in_use(self) -> Self:
        return self.filter(is_active=True).order_by("position", "pk")


class Subject(models.Model):
    """What is taught in which grades (1–12 from primary school on); the county edits the list."""

    code = models.CharField(_("code"), max_length=20)
    label_zh = models.CharField(_("Chinese label"), max_length=40)
    label_en = models.CharField(_("English label"), max_length=40)
    first_grade = models.PositiveSmallIntegerField(_("from grade"), default=1)
    last_grade = models.PositiveSmallIntegerField(_("to grade"), default=9)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("may be chosen"), default=True)

    objects = SubjectQuerySet.as_manager()
    history = History()
    row_security = Open("a list of school subjects is no personal data")

    class Meta:
        verbose_name = _("school subject")
        verbose_name_plural = _("school subjects")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["code"],
                name="subject_once",
                violation_error_message=_("This list has the code already."),
            ),
            models.CheckConstraint(
                name="subject_grades_in_order",
                condition=Q(first_grade__gte=1, last_grade__lte=12)
                & Q(last_grade__gte=F("first_grade")),
                violation_error_message=_("The grades go from 1 to 12."),
            ),
        ]

    def __str__(self) -> str:
        return of_reader(self.label_zh, self.label_en)

    def as_taught(self) -> Taught:
        return Taught(self.pk, self.first_grade, self.last_grade)


class GrowthMark(Record):
    """`child` is that of the record (a trigger sees to it): the rows' lock reads it."""

    record = models.ForeignKey(GrowthRecord, on_delete=models.PROTECT, related_name="marks")
    child = models.ForeignKey("children.Child", on_delete=models.PROTECT, related_name="+")
    subject = models.ForeignKey(
        Subject, verbose_name=_("subject of lessons"), on_delete=models.PROTECT, related_name="+"
    )
    level = models.CharField(pgettext_lazy("mark", "level"), max_length=10, choices=MarkLevel)
    score = models.DecimalField(
        _("score"), max_digits=4, decimal_places=1, null=True, blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(150)],
    )  # fmt: skip
    given_by = models.ForeignKey(
        Posting, verbose_name=_("given by"), on_delete=models.PROTECT, related_name="+"
    )

    objects = OfChildQuerySet.as_manager()
    history = History()
    row_security = OfChild()

    class Meta:
        verbose_name = pgettext_lazy("school", "mark")
        verbose_name_plural = pgettext_lazy("school", "marks")
        constraints = [
            models.UniqueConstraint(
                fields=["record", "subject"],
                name="growth_mark_once_a_subject",
                violation_error_message=_("This subject has a mark already."),
            ),
            models.CheckConstraint(
                name="growth_mark_level_known", condition=Q(level__in=MarkLevel.values)
            ),
            models.CheckConstraint(
                name="growth_mark_score_possible",
                condition=Q(score__isnull=True) | Q(score__range=(0, 150)),
                violation_error_message=_("A score lies between 0 and 150."),
            ),
        ]

    def __str__(self) -> str:
        return f"Mark {self.pk}"
