"""What an entitlement pays - an award of a term, a freshman subsidy - ends when it is cancelled."""

from datetime import datetime

from django.utils import timezone

from accounts.models import User
from assistance.models import EducationAward, Entitlement, FreshmanSubsidy
from assistance.models.award_build import lock_term
from assistance.models.payment_build import lock_books
from assistance.rules.education_award import EndReason
from assistance.rules.education_award import State as AwardState
from assistance.rules.freshman import State as FreshmanState
from children.actions.record import sign


def lock_what_it_pays(entitlement: Entitlement) -> None:
    """Before the child and the entitlement: putting the awards of a term together takes the locks
    in this order too.
    """
    awards = EducationAward.objects.filter(entitlement=entitlement).select_related("term")
    if award := awards.first():
        lock_books(entitlement.child.managing_area_id, shared=True)
        lock_term(award.term)


def end_what_it_pays(*, entitlement: Entitlement, reason: str, by: User, now: datetime) -> None:
    """Of an entitlement that is being cancelled, in its transaction; what was paid of it the next
    run asks back.
    """
    awards = EducationAward.objects.filter(entitlement=entitlement)
    for award in awards.select_for_update(of=("self",), no_key=True):
        if award.state != AwardState.ENDED:
            award.state, award.end_reason = AwardState.ENDED.value, EndReason.CANCELLED.value
            award.ended_on = timezone.localdate(now)
            sign(award, by, now, reason)
            award.save()
    subsidies = FreshmanSubsidy.objects.filter(entitlement=entitlement)
    for subsidy in subsidies.select_for_update(of=("self",), no_key=True):
        if subsidy.state != FreshmanState.RECOVERED:
            subsidy.state, subsidy.reason = FreshmanState.RECOVERED.value, reason
            sign(subsidy, by, now, reason)
            subsidy.save()
