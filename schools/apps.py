from django.apps import AppConfig
from django.db.models.signals import post_migrate, post_save
from django.utils.translation import gettext_lazy as _


class SchoolsConfig(AppConfig):
    name = "schools"
    verbose_name = _("Schools")

    def ready(self) -> None:
        """Joins the child's page and its trail; hears when a helper's posting ends."""
        from accounts.models import Posting, User
        from children.extensions import DUE
        from children.models.trail import join_trail
        from schools import receivers
        from schools.models import (
            Absence,
            Enrolment,
            Excuse,
            GrowthMark,
            GrowthRecord,
            GuardianContact,
            HomeTeachingPlan,
            HomeTeachingVisit,
            LedgerEntry,
            Notice,
            NoticeDelivery,
            Pairing,
            Persuasion,
        )
        from schools.models.due_sql import install
        from schools.models.growth_due import due_of_child as growth_due
        from schools.models.home_teaching_hours import home_teaching_due
        from schools.models.ledger_list import ledger_due
        from schools.views.due import due_of_child
        from schools.views.wellbeing import due_wellbeing

        DUE.append(due_of_child)
        post_migrate.connect(install, sender=self, dispatch_uid="schools_due")
        join_trail(enrolment=Enrolment, pairing=Pairing, contact=GuardianContact)
        DUE.extend([ledger_due, home_teaching_due, due_wellbeing, growth_due])
        join_trail(absence=Absence, excuse=Excuse, ledger=LedgerEntry, persuasion=Persuasion)
        join_trail(notice=Notice, delivery=NoticeDelivery)
        post_save.connect(receivers.posting_saved, Posting, dispatch_uid="children_of_the_gone")
        post_save.connect(receivers.user_saved, User, dispatch_uid="children_of_the_gone")
        join_trail(home_teaching=HomeTeachingPlan, home_visit=HomeTeachingVisit)
        join_trail(growth=GrowthRecord, mark=GrowthMark)
