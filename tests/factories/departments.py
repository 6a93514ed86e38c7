"""Departments that ask by machine: agreements, tokens, calls, subscriptions."""

import secrets
from datetime import date, timedelta

import factory
from django.utils import timezone

from exchange.models import (
    DepartmentCall,
    DepartmentNotice,
    DepartmentSearch,
    DepartmentSubscription,
    DepartmentToken,
    SharingAgreement,
)
from exchange.rules.department_record import FIELDS

from .accounts import COUNTY, UserFactory
from .children import ChildFactory


class SharingAgreementFactory(factory.django.DjangoModelFactory):
    """Approved, in force, with every field of both registries and no secret."""

    class Meta:
        model = SharingAgreement

    department = "县残疾人联合会"
    sender_id = "federation.example"
    purpose = "核对残疾儿童补贴"
    legal_ground = "《残疾人保障法》第四十六条"
    registries = ["DISABILITY", "SOCIAL"]
    fields = list(FIELDS)
    area_code = COUNTY
    starts_on = date(2025, 1, 1)
    ends_on = date(2099, 12, 31)
    caller = factory.SubFactory(UserFactory, is_active=False)
    made_by = factory.SubFactory(UserFactory)
    made_at = factory.LazyFunction(timezone.now)
    approved_by = factory.SubFactory(UserFactory)
    approved_at = factory.LazyFunction(timezone.now)


class DepartmentTokenFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = DepartmentToken

    agreement = factory.SubFactory(SharingAgreementFactory)
    area_code = factory.SelfAttribute("agreement.area_code")
    digest = factory.LazyFunction(lambda: secrets.token_bytes(32))
    hint = "dept_xxxxx"
    issued_by = factory.SubFactory(UserFactory)
    issued_at = factory.LazyFunction(timezone.now)
    expires_at = factory.LazyAttribute(lambda row: row.issued_at + timedelta(days=365))


class DepartmentCallFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = DepartmentCall

    token = factory.SubFactory(DepartmentTokenFactory)
    agreement = factory.SelfAttribute("token.agreement")
    area_code = factory.SelfAttribute("agreement.area_code")
    registry = "DISABILITY"
    action = "search"
    searches = 1
    status = 200
    request_hash = answer_hash = bytes(32)
    at = factory.LazyFunction(timezone.now)


class DepartmentSearchFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = DepartmentSearch

    agreement = factory.SubFactory(SharingAgreementFactory)
    area_code = factory.SelfAttribute("agreement.area_code")
    registry = "SOCIAL"
    transaction_id = "t-1"
    asked = "[]"
    at = factory.LazyFunction(timezone.now)
    forget_at = factory.LazyAttribute(lambda row: row.at + timedelta(days=7))


class DepartmentSubscriptionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = DepartmentSubscription

    agreement = factory.SubFactory(SharingAgreementFactory)
    child = factory.SubFactory(ChildFactory)
    event = "CHANGED"
    first_hash = bytes(32)
    begun_at = factory.LazyFunction(timezone.now)


class DepartmentNoticeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = DepartmentNotice

    subscription = factory.SubFactory(DepartmentSubscriptionFactory)
    area_code = factory.SelfAttribute("subscription.agreement.area_code")
    record = "null"
    record_hash = bytes(32)
    at = factory.LazyFunction(timezone.now)
