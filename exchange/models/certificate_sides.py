"""The certificate of a file beside the one that a list tells, and what accepting it would do."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import formats, timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from children.models import CertificateStatus, DisabilityCertificate, DisabilityKind
from children.rules import masking
from children.rules.certificate import (
    Paper,
    Standing,
    ended_as,
    ended_by,
    not_valid_from,
    standing,
)
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
    since: date  # the day of the list

    @property
    def effect(self) -> str:
        """What accepting it does to the one on file."""
        if self.standing == Standing.RENEWED:
            return _("the certificate on file goes on with the days of the list")
        if self.standing == Standing.ENDED and self.held is not None:
            return self._end(self.held)
        if self.standing == Standing.RESTORED:
            return _("the certificate on file is valid again")
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

    def _end(self, held: Paper) -> str:
        today = timezone.localdate()
        ended = ended_by(self.said, held, today)
        word = CertificateStatus(ended.status).label
        day = not_valid_from(ended, self.since, today)
        if day is not None:
            return _(
                "the certificate on file becomes: %(status)s, from %(day)s on; aid that rests on it"
                " then stands among what will change, or as received and not owed"
            ) % {"status": word, "day": formats.date_format(day, "SHORT_DATE_FORMAT")}
        last = ended.expires_on
        assert last is not None  # it ran out
        return _(
            "the certificate on file becomes: %(status)s, last valid day %(day)s; aid that rests on"
            " it then stands among what will change, or as received and not owed"
        ) % {"status": word, "day": formats.date_format(last, "SHORT_DATE_FORMAT")}

    def in_words(self, revealed: bool) -> tuple[str, str]:
        """(file, list), each in one line; the standing where it is what the list says otherwise."""
        held, said = self._columns(revealed)
        tells = self.standing in (Standing.ENDED, Standing.RESTORED)
        return _in_line(held, tells), _in_line(said, tells)

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
    return {one.pk: _beside(one, held[one.child_id]) for one in asked}


def _beside(change: ProposedChange, rows: list[DisabilityCertificate]) -> Beside:
    said = unpack(str(change.new_value))
    since = timezone.localdate(change.list_import.at)
    found = standing(said, [row.paper for row in rows], timezone.localdate())
    row = next((row for row in rows if row.number == said.number), None) or next(
        (row for row in rows if row.status == CertificateStatus.VALID), None
    )
    if row is None:
        return Beside(None, None, said, found, since)
    return Beside(row.paper, (row.kind, row.grade), said, found, since)


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


def _in_line(column: list[str], tells_status: bool) -> str:
    number, kind, grade, issued, expires, status = column
    if not number:
        return ""
    days = f"{issued} – {expires}" if issued or expires else ""
    level = pgettext("disability", "grade %(grade)s") % {"grade": grade}
    told = (number, kind, level, status) if tells_status else (number, kind, level)
    return _(", ").join(part for part in (*told, days.strip()) if part)
