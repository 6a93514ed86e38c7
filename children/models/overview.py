"""A child's page: what is known, what is missing, what is due, and what happened."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from accounts.access import Grant
from children.rules import ages, application, categories, certificate, masking, parent_status
from children.rules.parent_status import Situation

from .advice import in_words
from .child import Child, FileStatus, IdType
from .trail import CLOCKWORK, KINDS, in_short, reason_in_words
from .whole_file import WholeFile, whole_file

TIMELINE = 8
ROWS_OF_ONE_DEED = 6  # at most, usually: a deed writes a row for each thing it touches


@dataclass
class Due:
    """Something to be done: in the section `anchor` of the child's page, or at another `url`."""

    text: str
    anchor: str
    is_overdue: bool = False
    url: str = ""
    put_off: str = ""  # where it is put off, for whom it can be


@dataclass
class Overview:
    child: Child
    grant: Grant
    today: date
    file: WholeFile = field(init=False)

    def __post_init__(self) -> None:
        self.file = whole_file(self.child, self.grant)

    @cached_property
    def age(self) -> int:
        return self.child.age_on(self.today)

    def _holds(self, row: Any) -> bool:
        return row.starts_on <= self.today and (not row.ends_on or row.ends_on >= self.today)

    @cached_property
    def categories(self) -> list:
        return [row for row in self.file.categories if self._holds(row)]

    @cached_property
    def main_carer(self) -> Any:
        return next(
            (r for r in self.file.guardianships if r.is_main_carer and self._holds(r)), None
        )

    @cached_property
    def current_guardianships(self) -> list:
        return [row for row in self.file.guardianships if self._holds(row)]

    @cached_property
    def former_guardianships(self) -> list:
        return [row for row in self.file.guardianships if not self._holds(row)]

    @cached_property
    def masked(self) -> dict[str, str]:
        child = self.child
        return {
            "id_number": masking.id_number(child.id_number),
            "phone": masking.phone(child.phone),
            "address": masking.address(child.address),
        }

    @cached_property
    def advice(self) -> parent_status.Assessment:
        sides: dict[str, list[Situation]] = {"FATHER": [], "MOTHER": []}
        for row in self.file.parent_statuses:
            sides[row.parent].append(
                Situation(
                    row.status, row.starts_on, row.ends_on,
                    is_proved=bool(row.evidence) and row.verified_on is not None,
                )
            )  # fmt: skip
        return parent_status.assess(sides["FATHER"], sides["MOTHER"], self.today)

    @cached_property
    def advice_in_words(self) -> dict[str, Any]:
        words = in_words(self.advice)
        known = {row.category for row in self.categories}
        known |= {row.category for row in self.file.applications if not row.is_ended}
        if words["category"] in known:
            words["category"] = ""  # held or under way: nothing to open
        return words

    @cached_property
    def missing(self) -> list[Due]:
        """Facts that a complete file has."""
        child = self.child
        checks = [
            (not child.id_number and child.id_type != IdType.NONE, _("ID number"), "facts"),
            (child.id_type == IdType.NONE, _("household registration and ID number"), "facts"),
            (not self.main_carer, _("main carer"), "guardians"),
            (len({row.parent for row in self.file.parent_statuses}) < 2,
             _("situation of both parents"), "parents"),
            (not self.file.categories and not self.file.applications, _("category"), "categories"),
            (child.ethnicity_id is None, _("ethnicity"), "facts"),
        ]  # fmt: skip
        return [Due(text, anchor) for is_missing, text, anchor in checks if is_missing]

    @property
    def due(self) -> list[Due]:
        """What the file itself asks for by its dates."""
        return [*self._due_certificates(), *self._due_ages(), *self._due_applications()]

    def _due_certificates(self) -> list[Due]:
        found = []
        for row in self.file.certificates:
            if row.status == "VALID" and certificate.is_expired(row.expires_on, self.today):
                found.append(Due(_("The disability certificate has expired."), "disability", True))
            elif row.status == "VALID" and certificate.expires_soon(row.expires_on, self.today):
                found.append(Due(_("The disability certificate expires soon."), "disability"))
        return found

    def _due_ages(self) -> list[Due]:
        if self.child.status == FileStatus.CLOSED:
            return []
        ends = [categories.FACTS[categories.Category(r.category)].ends_at for r in self.categories]
        reached = [age for age in ends if self.age >= age]
        if reached:
            text = _("The child has reached the age at which a category ends.")
            return [Due(text, "categories", True)]
        return []

    def _due_applications(self) -> list[Due]:
        open_states = [row for row in self.file.applications if not row.is_ended]
        return [
            Due(
                _("Application «%(category)s»: %(state)s.")
                % {"category": row.get_category_display(), "state": row.get_state_display()},
                "applications",
                url=reverse("children:application_detail", args=[self.child.case_number, row.pk]),
            )
            for row in open_states
        ]

    @cached_property
    def timeline(self) -> list[dict[str, Any]]:
        """The newest deeds: when, who, what kind, in how many rows; all stands in the history."""
        told: dict[tuple, dict[str, Any]] = {}
        for kind, at, type_, who, reason in in_short(self.child, TIMELINE * ROWS_OF_ONE_DEED):
            if who is None and type_ == "~" and kind in CLOCKWORK:
                continue
            deed = kind, type_, who, reason, timezone.localdate(at)
            known = told.setdefault(deed, {
                "noun": KINDS[kind]._meta.verbose_name, "at": at, "type": type_, "who": who,
                "reason": reason_in_words(reason), "rows": 0,
            })  # fmt: skip
            known["rows"] += 1
        return list(told.values())[:TIMELINE]

    @property
    def papers(self) -> dict[int, list]:
        """Application id → open lines of its checklist."""
        kinds = [row.kind for row in self.file.documents if row.withdrawn_at is None]
        return {
            row.pk: application.missing_papers(row.category, kinds)
            for row in self.file.applications
        }

    @property
    def ages_out_on(self) -> date:
        return ages.birthday_in(self.child.birth_date, self.child.birth_date.year + ages.ADULT)
