"""The observation checklist, our own: versions and their questions, kept by the administrator.

A version that somebody has answered is never changed (the database refuses): a new one is made.
"""

from datetime import date
from typing import Any

from django.db import connection, models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.guard.policies import Open
from accounts.history import History
from accounts.language import of_reader


class Level(models.IntegerChoices):
    """Of every answer; the greater, the worse."""

    NONE = 0, pgettext_lazy("sign", "none")
    A_LITTLE = 1, pgettext_lazy("sign", "a little")
    CLEAR = 2, pgettext_lazy("sign", "clearly")
    STRONG = 3, pgettext_lazy("sign", "strongly")


class ChecklistQuerySet(models.QuerySet):
    def in_force(self, day: date) -> Any:
        """The newest version begun by `day` that has questions."""
        rows = self.filter(starts_on__lte=day, items__isnull=False)
        return rows.order_by("-starts_on", "-version").first()


class Checklist(models.Model):
    version = models.PositiveSmallIntegerField(_("version"))
    starts_on = models.DateField(_("in force from"))
    remark = models.CharField(_("remark"), max_length=200, blank=True)

    objects = ChecklistQuerySet.as_manager()
    history = History()
    row_security = Open("questions asked of everybody alike")

    class Meta:
        verbose_name = _("observation checklist")
        verbose_name_plural = _("observation checklists")
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["version"],
                name="checklist_version_once",
                violation_error_message=_("This version exists already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.version}"

    @property
    def is_used(self) -> bool:
        """Whether anybody has answered it, also where the reader sees no answer."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT registry_checklist_is_used(%s)", [self.pk])
            row = cursor.fetchone()
        return bool(row and row[0])


class ChecklistItem(models.Model):
    """`code` stays the same from version to version, so that a line can be drawn over them."""

    checklist = models.ForeignKey(
        Checklist, verbose_name=_("observation checklist"), on_delete=models.PROTECT,
        related_name="items",
    )  # fmt: skip
    position = models.PositiveSmallIntegerField(_("position"))
    code = models.SlugField(_("code"), max_length=20, db_index=False)
    label_zh = models.CharField(_("Chinese label"), max_length=40)
    label_en = models.CharField(_("English label"), max_length=40)
    hint_zh = models.CharField(_("Chinese explanation"), max_length=120, blank=True)
    hint_en = models.CharField(_("English explanation"), max_length=120, blank=True)
    is_alarm = models.BooleanField(
        _("refers at once"), default=False,
        help_text=_("Any answer but «none» tells the counsellor at once, e.g. self-harm."),
    )  # fmt: skip
    reminds_to_report = models.BooleanField(
        _("reminds to report harm"), default=False,
        help_text=_("Any answer but «none» shows its observer the red button, e.g. injuries."),
    )  # fmt: skip

    history = History()
    row_security = Open("questions asked of everybody alike")

    class Meta:
        verbose_name = _("question of a checklist")
        verbose_name_plural = _("questions of checklists")
        ordering = ["checklist", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["checklist", "position"],
                name="checklist_item_position_once",
                violation_error_message=_("Another question stands at this position."),
            ),
            models.UniqueConstraint(
                fields=["checklist", "code"],
                name="checklist_item_code_once",
                violation_error_message=_("This checklist has the code already."),
            ),
            models.CheckConstraint(
                name="checklist_item_positions_begin_at_one", condition=Q(position__gte=1)
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return of_reader(self.label_zh, self.label_en)

    @property
    def hint(self) -> str:
        return of_reader(self.hint_zh, self.hint_en)


def checklist_in_force(day: date) -> Checklist | None:
    return Checklist.objects.in_force(day)
