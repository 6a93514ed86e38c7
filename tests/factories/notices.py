"""Notices to guardians."""

import factory
from django.utils import timezone

from accounts.roles import Role
from schools.models import (
    Notice,
    NoticeCode,
    NoticeDelivery,
    NoticeTemplate,
)

from .accounts import PostingFactory
from .children import ChildFactory, GuardianFactory, GuardianshipFactory


class NoticeTemplateFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = NoticeTemplate

    kind = "MEETING"
    subject = factory.Sequence("家长会 {}".format)
    body = "{child}的家长您好：{school}请您来开会。{writer}"


class NoticeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Notice

    child = factory.SubFactory(ChildFactory)
    writer = factory.SubFactory(PostingFactory, role=Role.CLASS_TEACHER)
    kind = "MEETING"
    subject = "家长会"
    body = "星期五下午三点，请来学校开会。"
    written_at = factory.LazyFunction(timezone.now)
    expanded_at = factory.LazyFunction(timezone.now)


class DeliveryFactory(factory.django.DjangoModelFactory):
    """Sent, without a link."""

    class Meta:
        model = NoticeDelivery

    notice = factory.SubFactory(NoticeFactory)
    child = factory.SelfAttribute("notice.child")
    guardianship = factory.LazyAttribute(lambda row: GuardianshipFactory(child=row.notice.child))
    guardian = factory.SelfAttribute("guardianship.guardian")
    phone = "17000001234"
    state = "SENT"
    step_on = factory.LazyFunction(timezone.localdate)
    sent_at = factory.LazyFunction(timezone.now)


class NoticeCodeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = NoticeCode

    guardian = factory.SubFactory(GuardianFactory)
    code = "246810"
    made_at = factory.LazyFunction(timezone.now)
