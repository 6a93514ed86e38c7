from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SchoolsConfig(AppConfig):
    name = "schools"
    verbose_name = _("Schools")

    def ready(self) -> None:
        """Joins the child's page and its trail."""
        from children.extensions import DUE
        from children.models.trail import join_trail
        from schools import checks  # noqa: F401 – registers itself
        from schools.models import (
            Absence,
            Enrolment,
            Excuse,
            GuardianContact,
            LedgerEntry,
            Notice,
            NoticeDelivery,
            Pairing,
            Persuasion,
        )
        from schools.models.ledger_list import ledger_due
        from schools.models.notice_due import notices_due

        join_trail(enrolment=Enrolment, pairing=Pairing, contact=GuardianContact)
        DUE.append(ledger_due)
        DUE.append(notices_due)
        join_trail(absence=Absence, excuse=Excuse, ledger=LedgerEntry, persuasion=Persuasion)
        join_trail(notice=Notice, delivery=NoticeDelivery)
