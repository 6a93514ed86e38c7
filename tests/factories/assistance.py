"""What a child is owed and gets: accounts, entitlements, runs and their lines."""

import uuid
from datetime import date

import factory
from django.utils import timezone

from assistance.models import (
    AccountState,
    AnswerUpload,
    BankLayout,
    BankReject,
    BankReturn,
    ComingChange,
    Entitlement,
    EntitlementRate,
    EntitlementState,
    Gap,
    GapCheck,
    PaymentAccount,
    PaymentFigure,
    PaymentLine,
    PaymentRun,
    Programme,
    RecoveryWaiver,
)
from children.models import Document

from .accounts import TOWNSHIP, UserFactory, area
from .children import ChildFactory


class ProofFactory(factory.django.DjangoModelFactory):
    """The row alone: no file lies behind it."""

    class Meta:
        model = Document

    uuid = factory.LazyFunction(uuid.uuid4)
    child = factory.SubFactory(ChildFactory)
    kind = "BANK_CARD"
    content_type = "image/png"
    size = 1
    sha256 = "0" * 64
    uploaded_by = factory.SubFactory(UserFactory)
    uploaded_at = factory.LazyFunction(timezone.now)


class PaymentFigureFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = PaymentFigure

    key = "ACCOUNT_CHILDREN"
    value = 5
    starts_on = date(2025, 1, 1)


class PaymentAccountFactory(factory.django.DjangoModelFactory):
    """Proposed; in use with `is_in_use=True`."""

    class Meta:
        model = PaymentAccount

    class Params:
        is_in_use = factory.Trait(
            state=AccountState.IN_USE,
            decided_by=factory.SubFactory(UserFactory),
            decided_at=factory.LazyFunction(timezone.now),
        )

    uuid = factory.LazyFunction(uuid.uuid4)
    child = factory.SubFactory(ChildFactory)
    holder_is = "CHILD"
    holder = factory.SelfAttribute("child.name")
    bank = "某某农商银行千岛湖支行"
    account_number = factory.Sequence("99{:014}".format)
    proof = factory.SubFactory(ProofFactory, child=factory.SelfAttribute("..child"))
    proposed_by = factory.SubFactory(UserFactory)
    proposed_at = factory.LazyFunction(timezone.now)


class AllowanceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Programme
        django_get_or_create = ("code",)

    code = "DE_FACTO_ALLOWANCE"
    name = "事实无人抚养儿童基本生活费"
    pay_day = 10


class EntitlementFactory(factory.django.DjangoModelFactory):
    """Proposed; confirmed and paid with `is_running=True`, an amount given with `amount=…`."""

    class Meta:
        model = Entitlement
        skip_postgeneration_save = True

    class Params:
        is_running = factory.Trait(
            state=EntitlementState.RUNNING,
            confirmed_by=factory.SubFactory(UserFactory),
            confirmed_at=factory.LazyFunction(timezone.now),
        )

    uuid = factory.LazyFunction(uuid.uuid4)
    child = factory.SubFactory(ChildFactory)
    programme = factory.SubFactory(AllowanceFactory)
    from_month = date(2026, 1, 1)
    proposed_by = factory.SubFactory(UserFactory)
    proposed_at = factory.LazyFunction(timezone.now)

    @factory.post_generation
    def amount(self, create, extracted, **kwargs):
        if extracted is not None:
            EntitlementRateFactory(
                entitlement=self, child=self.child, amount=extracted, from_month=self.from_month
            )


class EntitlementRateFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = EntitlementRate

    entitlement = factory.SubFactory(EntitlementFactory)
    child = factory.SelfAttribute("entitlement.child")
    from_month = date(2026, 1, 1)
    amount = 1891
    document = "某民〔2025〕1号"
    set_at = factory.LazyFunction(timezone.now)


class PaymentRunFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = PaymentRun

    uuid = factory.LazyFunction(uuid.uuid4)
    month = date(2026, 1, 1)
    area = factory.LazyFunction(lambda: area(TOWNSHIP))
    arrears_from = factory.SelfAttribute("month")


class PaymentLineFactory(factory.django.DjangoModelFactory):
    """Held for want of an account."""

    class Meta:
        model = PaymentLine

    run = factory.SubFactory(PaymentRunFactory)
    entitlement = factory.SubFactory(EntitlementFactory, is_running=True)
    child = factory.SelfAttribute("entitlement.child")
    programme = factory.SelfAttribute("entitlement.programme")
    rate = factory.LazyAttribute(lambda line: EntitlementRateFactory(entitlement=line.entitlement))
    area_code = factory.LazyAttribute(lambda line: line.child.managing_area_id[:9])
    month = date(2026, 1, 1)
    kind = "REGULAR"
    state = "HELD"
    reason = "NO_ACCOUNT"
    amount = 1891
    due_on = date(2026, 1, 10)


class RecoveryWaiverFactory(factory.django.DjangoModelFactory):
    """Asked for."""

    class Meta:
        model = RecoveryWaiver

    uuid = factory.LazyFunction(uuid.uuid4)
    line = factory.SubFactory(
        PaymentLineFactory, kind="RECOVERY", state="PENDING", reason="", amount=-100
    )
    child = factory.SelfAttribute("line.child")
    reason = "家庭特别困难"
    asked_by = factory.SubFactory(UserFactory)
    asked_at = factory.LazyFunction(timezone.now)


class BankLayoutFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = BankLayout

    code = factory.Sequence("LAYOUT{}".format)
    name = "某银行"
    kind = "SPREADSHEET"
    columns = [{"field": "reference"}, {"field": "account"}, {"field": "amount"}]


class BankReturnFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = BankReturn

    run = factory.SubFactory(PaymentRunFactory)
    sha256 = factory.Sequence("{:064}".format)
    read_by = factory.SubFactory(UserFactory)
    read_at = factory.LazyFunction(timezone.now)


class AnswerUploadFactory(factory.django.DjangoModelFactory):
    """Without a file in the storage."""

    class Meta:
        model = AnswerUpload

    run = factory.SubFactory(PaymentRunFactory)
    area_code = factory.SelfAttribute("run.area_id")
    size = 1
    sha256 = factory.Sequence("{:064}".format)
    by = factory.SubFactory(UserFactory)
    at = factory.LazyFunction(timezone.now)
    forget_at = factory.LazyFunction(timezone.now)


class BankRejectFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = BankReject

    answer = factory.SubFactory(BankReturnFactory)
    number = 1
    reason = "UNKNOWN"


class GapFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Gap

    child = factory.SubFactory(ChildFactory)
    programme = factory.SubFactory(AllowanceFactory)
    kind = "OWED"
    reason = "APPLICATION"
    since = date(2026, 1, 1)
    amount = 119
    fingerprint = "0" * 32
    found_at = factory.LazyFunction(timezone.now)


class ComingChangeFactory(factory.django.DjangoModelFactory):
    """Of an allowance that stops."""

    class Meta:
        model = ComingChange

    child = factory.SelfAttribute("entitlement.child")
    programme = factory.SelfAttribute("entitlement.programme")
    entitlement = factory.SubFactory(EntitlementFactory, is_running=True)
    month = date(2026, 12, 1)
    cause = "AGE"
    amount = 119
    amount_then = 0
    fingerprint = "0" * 32


class GapCheckFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = GapCheck

    area = factory.LazyFunction(lambda: area(TOWNSHIP))
    asked_at = factory.LazyFunction(timezone.now)
