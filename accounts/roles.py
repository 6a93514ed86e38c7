"""The roles people hold, and where each is held."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    CHILD_DIRECTOR = "CHILD_DIRECTOR", _("child director")
    CHILD_SUPERVISOR = "CHILD_SUPERVISOR", _("child supervisor")
    COUNTY_OFFICER = "COUNTY_OFFICER", _("county officer")
    LIAISON = "LIAISON", _("department liaison")
    PRINCIPAL = "PRINCIPAL", _("principal")
    CLASS_TEACHER = "CLASS_TEACHER", _("class teacher")
    SUBJECT_TEACHER = "SUBJECT_TEACHER", _("subject teacher")
    COUNSELLOR = "COUNSELLOR", _("counsellor")
    ADMINISTRATOR = "ADMINISTRATOR", _("administrator")
    AUDITOR = "AUDITOR", _("auditor")


AREA_ROLES = (
    Role.CHILD_DIRECTOR,
    Role.CHILD_SUPERVISOR,
    Role.COUNTY_OFFICER,
    Role.ADMINISTRATOR,
    Role.AUDITOR,
)
ORGANISATION_ROLES = tuple(role for role in Role if role not in AREA_ROLES)
# These see every child shared with their organisation; the others only those shared with them.
ORGANISATION_WIDE_ROLES = (Role.LIAISON, Role.PRINCIPAL)
# These sign in with a second factor before they see any child.
SECOND_FACTOR_ROLES = (Role.COUNTY_OFFICER, Role.ADMINISTRATOR, Role.AUDITOR)
# These work on trails, not on files: no child's row is theirs.
ROLES_WITHOUT_CHILDREN = (Role.AUDITOR,)
# A session unused for longer has to sign in again.
IDLE_MINUTES = {role: 30 if role in SECOND_FACTOR_ROLES else 120 for role in Role}
