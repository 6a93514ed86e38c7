from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SchoolsConfig(AppConfig):
    name = "schools"
    verbose_name = _("Schools")

    def ready(self) -> None:
        """Joins the child's page and its trail."""
        from children.extensions import DUE
        from children.models.trail import join_trail
        from schools.models import (
            Absence,
            Enrolment,
            Excuse,
            GrowthMark,
            GrowthRecord,
            GuardianContact,
            LedgerEntry,
            Notice,
            NoticeDelivery,
            Pairing,
            Persuasion,
        )
        from schools.models.growth_due import due_of_child
        from schools.models.ledger_list import ledger_due

        join_trail(enrolment=Enrolment, pairing=Pairing, contact=GuardianContact)
        DUE.append(ledger_due)
        join_trail(absence=Absence, excuse=Excuse, ledger=LedgerEntry, persuasion=Persuasion)
        join_trail(notice=Notice, delivery=NoticeDelivery)
        join_trail(growth=GrowthRecord, mark=GrowthMark)
        DUE.append(due_of_child)
