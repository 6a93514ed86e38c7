"""Where the schools join the child's due work, its trail and the digest of the week.

Called once when the applications are ready; a new noun of the schools adds its line here.
"""

from django.db.models.signals import post_migrate, post_save
from django.utils.translation import gettext_lazy as _

from accounts.access import Permission
from accounts.models import Posting, User
from children.extensions import DUE, HANDED_OVER, IN_SHORT, Panel
from children.models.trail import join_reasons, join_trail

from . import (
    checks,  # noqa: F401 – registers itself
    receivers,
)
from .models import (
    Absence,
    Enrolment,
    Excuse,
    GoingOn,
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
    digest,
    digest_sections,
    due_sql,
    growth_due,
    home_teaching_hours,
    ledger_list,
    notice_due,
)
from .views import due, panels, wellbeing


def join(app: object) -> None:
    """`app`: the configuration of the schools, sender of its signals."""
    _join_page_of_the_child()
    _join_trail()
    for model, heard in ((Posting, receivers.posting_saved), (User, receivers.user_saved)):
        post_save.connect(heard, model, dispatch_uid="children_of_the_gone")
    for section in digest_sections.SECTIONS_OF_SCHOOLS:
        digest.join_digest(section)
    post_migrate.connect(due_sql.install, sender=app, dispatch_uid="schools_due")


def _join_page_of_the_child() -> None:
    IN_SHORT.append(
        Panel("schools/_school_in_short.html", Permission.CONTACT_VIEW, panels.in_short)
    )
    HANDED_OVER.append(panels.handed_over)
    DUE.extend(
        [
            due.due_of_child,
            ledger_list.ledger_due,
            home_teaching_hours.home_teaching_due,
            wellbeing.due_wellbeing,
            growth_due.due_of_child,
            notice_due.notices_due,
        ]
    )


def _join_trail() -> None:
    join_trail(enrolment=Enrolment, pairing=Pairing, contact=GuardianContact)
    join_trail(absence=Absence, excuse=Excuse, ledger=LedgerEntry, persuasion=Persuasion)
    join_trail(home_teaching=HomeTeachingPlan, home_visit=HomeTeachingVisit)
    join_trail(growth=GrowthRecord, going_on=GoingOn)
    join_trail(notice=Notice, by_clock=False)
    join_trail(mark=GrowthMark, delivery=NoticeDelivery, in_short=False)
    join_reasons(guardian=_("by the guardian"), **{"link ended": _("the link ran out")})
