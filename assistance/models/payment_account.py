"""Where a child's money goes: an account proposed by one person and confirmed by another."""

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.crypto.fields import BlindIndexField, EncryptedTextField
from accounts.guard.policies import OfChild
from accounts.history import History
from children.models import Document, Guardianship, Record
from children.models.base import OfChildQuerySet
from children.rules import masking
from children.rules.identifiers import is_plausible_card


class Holder(models.TextChoices):
    CHILD = "CHILD", _("the child")
    GUARDIAN = "GUARDIAN", _("a guardian")
    INSTITUTION = "INSTITUTION", _("the institution where the child lives")
    OTHER = "OTHER", _("somebody else")


class AccountState(models.TextChoices):
    PROPOSED = "PROPOSED", _("waits for a second person")
    IN_USE = "IN_USE", _("in use")
    REFUSED = "REFUSED", _("not confirmed")
    REPLACED = "REPLACED", _("replaced")


class PaymentAccountQuerySet(OfChildQuerySet):
    def in_use(self) -> Self:
        return self.filter(state=AccountState.IN_USE)

    def proposed(self) -> Self:
        return self.filter(state=AccountState.PROPOSED)

    def proposed_or_of_no_guardian(self, day: date) -> Self:
        """Proposals, and what is in use of somebody whose guardianship is over on `day`."""
        over = Q(state=AccountState.IN_USE, guardianship__ends_on__lt=day)
        return self.filter(Q(state=AccountState.PROPOSED) | over)


def holder_is_doubtful(account: str, child: str, day: date) -> Q:
    """Somebody else's, in another name than said, or of a guardianship that is over on `day`.

    `account` and `child` are the ways there from the rows that are filtered.
    """
    of_child, of_guardian = (
        Q(**{f"{account}__holder_is": holder}) for holder in (Holder.CHILD, Holder.GUARDIAN)
    )
    carer = f"{account}__guardianship"
    return (
        Q(**{f"{account}__holder_is": Holder.OTHER})
        | of_child & ~Q(**{f"{account}__holder": F(f"{child}__name")})
        | of_guardian & ~Q(**{f"{account}__holder": F(f"{carer}__guardian__name")})
        | Q(**{f"{carer}__ends_on__lt": day})
    )


class PaymentAccount(Record):
    child = models.ForeignKey(
        "children.Child", on_delete=models.PROTECT, related_name="payment_accounts"
    )
    holder_is = models.CharField(_("the account belongs to"), max_length=12, choices=Holder)
    guardianship = models.ForeignKey(
        Guardianship, verbose_name=_("guardian"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    holder = models.CharField(_("name of the holder"), max_length=100)
    bank = models.CharField(_("bank and branch"), max_length=100)
    account_number = EncryptedTextField(
        _("account number"), context="assistance.PaymentAccount.account_number", row_key="uuid"
    )
    account_number_hash = BlindIndexField(source="account_number", context="account_number")
    proof = models.ForeignKey(
        Document, verbose_name=_("proof document"), on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(
        pgettext_lazy("account", "state"), max_length=10, choices=AccountState,
        default=AccountState.PROPOSED,
    )  # fmt: skip
    replaces = models.ForeignKey(
        "self", verbose_name=_("takes the place of"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("proposed by"), on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    proposed_at = models.DateTimeField(_("proposed"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("decided by"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    refusal = models.CharField(_("why it was not confirmed"), max_length=500, blank=True)

    objects = PaymentAccountQuerySet.as_manager()
    history = History()
    row_security = OfChild()

    class Meta:
        verbose_name = _("bank account")
        verbose_name_plural = _("bank accounts")
        indexes = [models.Index(fields=["account_number_hash"], name="account_number_hash")]
        constraints = [
            models.UniqueConstraint(
                fields=["child"],
                name="account_one_in_use_per_child",
                condition=Q(state=AccountState.IN_USE),
                violation_error_message=_("Another account of this child is in use already."),
            ),
            models.UniqueConstraint(
                fields=["child"],
                name="account_one_proposal_per_child",
                condition=Q(state=AccountState.PROPOSED),
                violation_error_message=_(
                    "An account is proposed already. A second person decides on it first."
                ),
            ),
            models.CheckConstraint(
                name="account_decided_by_whom_and_when",
                condition=Q(state=AccountState.PROPOSED, decided_by=None, decided_at=None)
                | ~Q(state=AccountState.PROPOSED)
                & Q(decided_by__isnull=False, decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="account_confirmed_by_a_second_person",
                condition=~Q(state__in=[AccountState.IN_USE.value, AccountState.REPLACED.value])
                | ~Q(decided_by=F("proposed_by")),
                violation_error_message=_(
                    "Who proposed the account cannot confirm it: a second person does."
                ),
            ),
            models.CheckConstraint(
                name="account_refused_with_reason",
                condition=Q(state=AccountState.REFUSED) & ~Q(refusal="")
                | ~Q(state=AccountState.REFUSED) & Q(refusal=""),
                violation_error_message=_("Say why the account is not confirmed."),
            ),
            models.CheckConstraint(
                name="account_of_a_guardian_names_the_guardian",
                condition=Q(holder_is=Holder.GUARDIAN, guardianship__isnull=False)
                | ~Q(holder_is=Holder.GUARDIAN) & Q(guardianship=None),
                violation_error_message=_("Choose the guardian to whom the account belongs."),
            ),
            models.CheckConstraint(
                name="account_has_number_and_holder",
                condition=Q(account_number_hash__isnull=False) & ~Q(holder="") & ~Q(bank=""),
                violation_error_message=_("An account has a holder, a bank and a number."),
            ),
            models.CheckConstraint(
                name="account_holder_known", condition=Q(holder_is__in=Holder.values)
            ),
            models.CheckConstraint(
                name="account_state_known", condition=Q(state__in=AccountState.values)
            ),
        ]

    def __str__(self) -> str:
        return f"Account {self.pk}"

    @property
    def masked(self) -> str:
        return masking.card(self.account_number)

    @property
    def is_proposed(self) -> bool:
        return self.state == AccountState.PROPOSED

    @property
    def is_in_use(self) -> bool:
        return self.state == AccountState.IN_USE

    @property
    def is_in_their_name(self) -> bool:
        """The holder is named like whom the account is said to belong to, where that is a person
        of the file.
        """
        if self.holder_is == Holder.CHILD:
            return self.holder == self.child.name
        if self.guardianship is not None:
            return self.holder == self.guardianship.guardian.name
        return True

    def is_guardian_still(self, day: date) -> bool:
        """False for the account of somebody whose guardianship was over on `day`."""
        carer = self.guardianship
        return carer is None or carer.ends_on is None or carer.ends_on >= day

    @property
    def is_plausible(self) -> bool:
        """False for a number as long as a card's whose check digit does not fit."""
        number = self.account_number
        return not 16 <= len(number) <= 19 or is_plausible_card(number)

    @property
    def changed_on(self) -> date | None:
        """The day on which it took the place of another account; None for a first one."""
        if self.replaces_id is None or self.decided_at is None:
            return None
        return timezone.localdate(self.decided_at)
