"""Schools, departments and institutions as places where people are posted.

Their own apps hold what they are; this is only their identity (see docs/decisions).
"""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.guard.policies import Open
from accounts.history import History

from .area import Area


class OrganisationKind(models.TextChoices):
    SCHOOL = "SCHOOL", _("school")
    DEPARTMENT = "DEPARTMENT", _("department")
    INSTITUTION = "INSTITUTION", _("institution")


class Department(models.TextChoices):
    """Whose books a check compares, and which of them a department keeps."""

    CIVIL_AFFAIRS = "CIVIL_AFFAIRS", _("civil affairs")
    FEDERATION = "FEDERATION", _("disabled persons' federation")
    EDUCATION = "EDUCATION", _("education")
    HEALTH = "HEALTH", pgettext_lazy("department", "health")
    MEDICAL = "MEDICAL", _("medical insurance")
    JUSTICE = "JUSTICE", _("justice and police")


# Two digits of type, two of province, six of sequence; the types of the ministry's code list.
SCHOOL_CODE = r"^(11|2[12]|3[1-7]|4[12]|51|9[123])[0-9]{8}$"


class Organisation(models.Model):
    """`code` is the 10-digit code of a school, a code of the county's own for others."""

    code = models.CharField(_("code"), max_length=20, db_collation="C")
    kind = models.CharField(_("kind"), max_length=20, choices=OrganisationKind)
    name = models.CharField(pgettext_lazy("place or organisation", "name"), max_length=200)
    area = models.ForeignKey(
        Area, verbose_name=_("area"), on_delete=models.PROTECT, related_name="organisations"
    )
    department = models.CharField(
        _("department"), max_length=20, choices=Department, blank=True, default="",
        help_text=_("Which one it is, of an organisation that is a department."),
    )  # fmt: skip
    is_active = models.BooleanField(pgettext_lazy("organisation", "active"), default=True)

    history = History()
    row_security = Open("names of public bodies")

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        constraints = [
            models.UniqueConstraint(
                fields=["code"],
                name="organisation_code_once",
                violation_error_message=_("Another organisation has this code."),
            ),
            models.CheckConstraint(
                name="organisation_kind_known",
                condition=models.Q(kind__in=OrganisationKind.values),
            ),
            models.CheckConstraint(
                name="organisation_department_known",
                condition=models.Q(department__in=["", *Department.values]),
            ),
            models.CheckConstraint(
                name="organisation_department_of_departments_alone",
                condition=models.Q(department="") | models.Q(kind=OrganisationKind.DEPARTMENT),
                violation_error_message=_("Only a department is one of the departments."),
            ),
            models.CheckConstraint(
                name="organisation_school_code_well_formed",
                condition=~models.Q(kind=OrganisationKind.SCHOOL)
                | models.Q(code__regex=SCHOOL_CODE),
                violation_error_message=_(
                    "A school's code has ten digits: kind of school (such as 21 primary, 31 "
                    "junior secondary, 51 special), province, and six more."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name
