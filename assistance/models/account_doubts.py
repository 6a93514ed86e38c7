"""What is unusual about an account, over all children, also those whom the reader may not see."""

from dataclasses import replace
from datetime import date

from django.utils.translation import gettext_lazy as _

from accounts.scope import EVERYTHING, acting, current_scope
from assistance.rules.payment_account import Doubt, Facts, doubts

from .payment_account import AccountState, Holder, PaymentAccount
from .payment_figure import payment_figures

WORDS = {
    Doubt.SHARED: _("Several other children are paid to the same number."),
    Doubt.OTHER_HOLDER: _("The holder is neither the child nor a guardian."),
    Doubt.OTHER_NAME: _("The holder has another name than whom the account is said to belong to."),
    Doubt.NO_GUARDIAN: _("The holder is not a guardian of the child any more."),
    Doubt.CHECK_DIGIT: _("The last digit does not fit: compare the number with the document."),
    Doubt.CHANGED: _("The account was changed shortly before the payment."),
}


def others_on(account: PaymentAccount) -> int:
    """How many other children have an account with this number; only the number is told."""
    mine = current_scope()
    with acting(replace(EVERYTHING, user_id=mine.user_id, posting_id=mine.posting_id)):
        rows = PaymentAccount.objects.filter(
            account_number_hash=account.account_number_hash,
            state__in=[AccountState.IN_USE, AccountState.PROPOSED],
        )
        return rows.exclude(child=account.child_id).values("child").distinct().count()


def doubts_in_words(account: PaymentAccount, today: date) -> list[str]:
    """For the person who confirms; two queries."""
    facts = Facts(
        others=others_on(account),
        is_childs_or_guardians=account.holder_is != Holder.OTHER,
        is_plausible=account.is_plausible, is_in_their_name=account.is_in_their_name,
        is_guardian_still=account.is_guardian_still(today),
    )  # fmt: skip
    most = payment_figures(today)["ACCOUNT_CHILDREN"]
    return [str(WORDS[doubt]) for doubt in doubts(facts, most_children=most)]
