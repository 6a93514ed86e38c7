"""Code lists that a county edits itself: stable code, label in both languages."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.guard.policies import Open
from accounts.history import History
from accounts.language import of_reader


class CodeList(models.TextChoices):
    ETHNICITY = "ETHNICITY", _("ethnicity")
    LOCAL_CLASS = "LOCAL_CLASS", _("local benefit class")
    ILLNESS = "ILLNESS", _("serious illness")


class CodeEntryQuerySet(models.QuerySet):
    def of(self, code_list: CodeList) -> Self:
        """Entries that may still be chosen, in their order."""
        return self.filter(code_list=code_list, is_active=True).order_by("position", "code")


class CodeEntry(models.Model):
    code_list = models.CharField(_("list"), max_length=20, choices=CodeList)
    code = models.CharField(_("code"), max_length=20)
    label_zh = models.CharField(_("Chinese label"), max_length=100)
    label_en = models.CharField(_("English label"), max_length=100)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("may be chosen"), default=True)

    objects = CodeEntryQuerySet.as_manager()
    history = History()
    row_security = Open("code lists are no personal data")

    class Meta:
        verbose_name = _("code")
        verbose_name_plural = _("code lists")
        constraints = [
            models.UniqueConstraint(
                fields=["code_list", "code"],
                name="code_once_per_list",
                violation_error_message=_("This list has the code already."),
            )
        ]

    def __str__(self) -> str:
        return of_reader(self.label_zh, self.label_en)
