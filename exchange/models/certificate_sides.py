"""The certificate of a file beside the one that a list tells, and what accepting it would do."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.utils import formats, timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from children.models import CertificateStatus, DisabilityCertificate, DisabilityKind
from children.rules import masking
from children.rules.certificate import Paper, Standing, ended_as, standing
from children.rules.identifiers import parse_certificate
from exchange.rules.certificate_said import unpack

from .list_import import ProposedChange, ProposedField


@dataclass(frozen=True)
class Beside:
    """`held` is the certificate that the list's one renews or replaces, if any."""

    held: Paper | None
    held_kind: tuple[int, int] | None  # kind and grade
    said: Paper
    standing: Standing

    @property
    def effect(self) -> str:
        """What accepting it does to the one on file."""
        if self.standing == Standing.RENEWED:
            return _("the certificate on file goes on with the days of the list")
        if self.standing == Standing.PAST and self.held is not None:
            return _("older than the certificate on file, which stays valid: kept as a past one")
        if self.standing == Standing.PAST:
            return _("not valid any more: kept as a past certificate")
        if self.standing == Standing.KNOWN:
            return _("the file knows this certificate: nothing changes")
        if self.held is None:
            return ""
        ended = ended_as(self.held, self.said, timezone.localdate())
        word = CertificateStatus(ended).label
        if self.standing == Standing.UNTOLD:
            return _(
                "replaces the certificate on file, which becomes: %(status)s. The days do not tell"
                " which is newer: look at both"
            ) % {"status": word}
        return _("replaces the certificate on file, which becomes: %(status)s") % {"status": word}

    def in_words(self, revealed: bool) -> tuple[str, str]:
        """(file, list), each in one line."""
        held, said = self._columns(revealed)
        return _in_line(held), _in_line(said)

    def rows(self, revealed: bool) -> list[dict[str, Any]]:
        """What is compared, a fact in each row."""
        names = (_("Certificate number"), _("Kind of disability"), _("Grade"), _("Issued"),
                 _("Expires"), pgettext("certificate", "Status"))  # fmt: skip
        held, said = self._columns(revealed)
        return [
            {"name": name, "held": one, "said": other, "differs": bool(one) and one != other}
            for name, one, other in zip(names, held, said, strict=True)
        ]

    def _columns(self, revealed: bool) -> tuple[list[str], list[str]]:
        held = [""] * 6 if self.held is None else _column(self.held, self.held_kind, revealed)
        number = parse_certificate(self.said.number)
        return held, _column(self.said, (number.kind, number.grade), revealed)


def certificates_beside(changes: Collection[ProposedChange]) -> dict[int, Beside]:
    """By key of the changes that are about one; a query where there are any."""
    asked = [one for one in changes if one.field == ProposedField.CERTIFICATE]
    if not asked:
        return {}
    rows = DisabilityCertificate.objects.with_number()
    held: dict[int, list[DisabilityCertificate]] = defaultdict(list)
    for row in rows.filter(child_id__in={one.child_id for one in asked}).order_by("pk"):
        held[row.child_id].append(row)
    return {one.pk: _beside(unpack(str(one.new_value)), held[one.child_id]) for one in asked}


def _beside(said: Paper, rows: list[DisabilityCertificate]) -> Beside:
    found = standing(said, [row.paper for row in rows], timezone.localdate())
    row = next((row for row in rows if row.number == said.number), None) or next(
        (row for row in rows if row.status == CertificateStatus.VALID), None
    )
    if row is None:
        return Beside(None, None, said, found)
    return Beside(row.paper, (row.kind, row.grade), said, found)


def _column(paper: Paper, kind: tuple[int, int] | None, revealed: bool) -> list[str]:
    code, grade = kind or (0, 0)
    return [
        paper.number if revealed else masking.certificate(paper.number),
        str(capfirst(dict(DisabilityKind.choices)[code])),
        str(grade),
        *(formats.date_format(day, "SHORT_DATE_FORMAT") if day else ""
          for day in (paper.issued_on, paper.expires_on)),
        str(CertificateStatus(paper.status).label),
    ]  # fmt: skip


def _in_line(column: list[str]) -> str:
    number, kind, grade, issued, expires, _status = column
    if not number:
        return ""
    days = f"{issued} – {expires}" if issued or expires else ""
    level = pgettext("disability", "grade %(grade)s") % {"grade": grade}
    return _(", ").join(part for part in (number, kind, level, days.strip()) if part)
