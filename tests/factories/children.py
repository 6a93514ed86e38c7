"""Children and what hangs on them."""

import uuid
from datetime import date, timedelta

import factory
from django.utils import timezone

from accounts.roles import Role
from children.models import (
    Application,
    Cadence,
    Campaign,
    CampaignAnswer,
    CampaignChild,
    CampaignReminder,
    CareAction,
    CarePlan,
    CaseAccess,
    CategorySpell,
    Child,
    CodeEntry,
    Concern,
    DisabilityCertificate,
    EconomicStatusSpell,
    FactConfirmation,
    FileExit,
    Guardian,
    Guardianship,
    HomeVisit,
    ParentStatus,
    Placement,
    PlacementTerm,
    PutOff,
    RiskAssessment,
    RiskQuestion,
    Transfer,
    TransferTerm,
)

from .accounts import COUNTY, OTHER_VILLAGE, VILLAGE, PostingFactory, UserFactory, area


class ChildFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Child

    uuid = factory.LazyFunction(uuid.uuid4)
    case_number = factory.Sequence("3301272001{:06}".format)  # a year of no real serial
    name = "曾小明"
    birth_date = date(2016, 3, 1)
    sex = "MALE"
    residence_area = factory.LazyFunction(lambda: area(VILLAGE))
    managing_area = factory.SelfAttribute("residence_area")
    opened_on = date(2026, 1, 1)


class GuardianFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Guardian

    name = "曾大山"
    recorded_in = factory.LazyFunction(lambda: area(VILLAGE))


class GuardianshipFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Guardianship

    child = factory.SubFactory(ChildFactory)
    guardian = factory.SubFactory(GuardianFactory)
    relation = "GRANDFATHER_PATERNAL"
    kind = "ENTRUSTED"
    starts_on = date(2024, 1, 1)


class ParentStatusFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ParentStatus

    child = factory.SubFactory(ChildFactory)
    parent = "FATHER"
    status = "DEAD"
    starts_on = date(2024, 1, 1)


class CategorySpellFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = CategorySpell

    child = factory.SubFactory(ChildFactory)
    category = "DE_FACTO"
    starts_on = date(2024, 1, 1)


class EconomicStatusFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = EconomicStatusSpell

    child = factory.SubFactory(ChildFactory)
    status = "DIBAO"
    starts_on = date(2024, 1, 1)


class CertificateFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = DisabilityCertificate

    child = factory.SubFactory(ChildFactory)
    number = factory.Sequence("99010120160301{:03}X52".format)
    kind = 5
    grade = 2
    issued_on = date(2024, 1, 1)


class ApplicationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Application

    child = factory.SubFactory(ChildFactory)
    category = "DE_FACTO"


class CaseAccessFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = CaseAccess

    child = factory.SubFactory(ChildFactory)
    reason = "ENROLMENT"
    opened_at = factory.LazyFunction(timezone.now)


class ConcernFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Concern

    child = factory.SubFactory(ChildFactory)
    reporter = factory.SubFactory(PostingFactory, role=Role.CLASS_TEACHER)
    reported_by = factory.SelfAttribute("reporter.user")
    reported_at = factory.LazyFunction(timezone.now)
    cases = ["INJURED"]
    is_safe = "UNKNOWN"
    account = "手臂上有多处瘀伤"


class CodeEntryFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = CodeEntry

    code_list = "ILLNESS"
    code = factory.Sequence("code{}".format)
    label_zh = "某病"
    label_en = "an illness"


class CadenceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Cadence

    risk_level = "LOW"
    starts_on = date(2026, 1, 1)
    from_points = factory.Maybe(factory.LazyAttribute(lambda row: row.risk_level != "UNKNOWN"), 0)
    first_visit_days = 14
    visit_days = 180
    call_days = 90
    verify_months = 12
    second_try_days = 7
    put_off_days = 60


class HomeVisitFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = HomeVisit

    child = factory.SubFactory(ChildFactory)
    visitor = factory.SubFactory(PostingFactory, role=Role.CHILD_DIRECTOR)
    visited_on = date(2026, 3, 2)
    mode = "HOME"
    outcome = "MET"
    child_seen = "ALONE"
    injuries = "NONE"
    health = "GOOD"
    mood = "GOOD"

    class Params:
        in_vain = factory.Trait(
            outcome="NOT_AT_HOME", child_seen="", injuries="", health="", mood="",
            next_on=factory.LazyAttribute(lambda row: row.visited_on + timedelta(days=5)),
        )  # fmt: skip


class RiskQuestionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = RiskQuestion

    code = factory.Sequence("question{}".format)
    starts_on = date(2026, 1, 1)
    position = 99
    label_zh = "某问"
    label_en = "a question"
    weight = 2


class RiskAssessmentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = RiskAssessment

    child = factory.SubFactory(ChildFactory)
    assessor = factory.SubFactory(PostingFactory, role=Role.CHILD_SUPERVISOR)
    assessed_on = date(2026, 3, 2)
    signs = ["poor_home"]
    points = 2
    scored_level = "LOW"
    level = "LOW"


class FactConfirmationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = FactConfirmation

    child = factory.SubFactory(ChildFactory)
    fact = "CARER"
    confirmed_on = date(2026, 3, 2)
    confirmed_by = factory.SubFactory(PostingFactory, role=Role.CHILD_DIRECTOR)


class PutOffFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = PutOff

    child = factory.SubFactory(ChildFactory)
    kind = "VISIT"
    cause_on = date(2026, 3, 2)
    until = date(2026, 3, 9)
    reason = "孩子随母亲外出"
    put_off_on = date(2026, 3, 1)
    put_off_by = factory.SubFactory(PostingFactory, role=Role.CHILD_DIRECTOR)


class FileExitFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = FileExit

    child = factory.SubFactory(ChildFactory)
    event_on = date(2026, 3, 2)
    reason = "PARENT_FOUND"
    effective_month = date(2026, 4, 1)
    recorded_by = factory.SubFactory(UserFactory)


class CampaignFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Campaign

    area = factory.LazyFunction(lambda: area(COUNTY))
    title = "春季摸排"
    facts = ["RESIDENCE", "CARER"]
    from_age, to_age = 0, 17
    opens_on = date(2026, 3, 2)
    due_on = date(2026, 3, 31)
    opened_by = factory.SubFactory(PostingFactory, role=Role.COUNTY_OFFICER)


class CampaignAnswerFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = CampaignAnswer

    class Params:
        sent = factory.Trait(
            answered_at=factory.LazyFunction(timezone.now),
            answered_by=factory.SubFactory(PostingFactory, role=Role.CHILD_DIRECTOR),
        )

    campaign = factory.SubFactory(CampaignFactory)
    place = factory.LazyFunction(lambda: area(VILLAGE))


class CampaignChildFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = CampaignChild

    class Params:
        said = factory.Trait(
            answered_at=factory.LazyFunction(timezone.now),
            answered_by=factory.SubFactory(PostingFactory, role=Role.CHILD_DIRECTOR),
        )

    answer = factory.SubFactory(CampaignAnswerFactory)
    campaign = factory.SelfAttribute("answer.campaign")
    child = factory.SubFactory(ChildFactory)
    kind = "KNOWN"


class CampaignReminderFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = CampaignReminder

    answer = factory.SubFactory(CampaignAnswerFactory)
    place_code = factory.SelfAttribute("answer.place_id")
    reminded_on = date(2026, 3, 20)
    way = "PAGE"
    by = factory.SubFactory(PostingFactory)
    at = factory.LazyFunction(timezone.now)


class CarePlanFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = CarePlan

    child = factory.SubFactory(ChildFactory)
    author = factory.SubFactory(PostingFactory, role=Role.CHILD_SUPERVISOR)
    starts_on = date(2026, 3, 2)
    review_on = date(2026, 6, 2)
    goals = "按时吃药，回到学校"


class CareActionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = CareAction

    plan = factory.SubFactory(CarePlanFactory)
    child = factory.SelfAttribute("plan.child")
    what = "办理残疾人证"
    who = "残联 陆干事"
    due_on = date(2026, 4, 2)


class PlacementTermFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = PlacementTerm

    starts_on = date(2021, 1, 1)
    most_months = 12
    review_months = 3
    told_days = 14


class PlacementFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Placement

    child = factory.SubFactory(ChildFactory)
    setting = "INSTITUTION"
    place = "县儿童福利院"
    ground = "GUARDIAN_UNABLE"
    legal_basis = "《未成年人保护法》第九十二条第三项"
    decided_by = "县民政局 临时监护决定书2026年第9号"
    starts_on = date(2026, 3, 2)
    until = date(2027, 3, 1)
    review_on = date(2026, 6, 2)
    purpose = "监护人身体恢复，能够照料起居"


class TransferTermFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = TransferTerm

    starts_on = date(2021, 1, 1)
    answer_days = 10
    alarm_days = 5
    readable_days = 30


class TransferFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Transfer

    child = factory.SubFactory(ChildFactory)
    from_area = factory.SelfAttribute("child.managing_area")
    to_area = factory.LazyFunction(lambda: area(OTHER_VILLAGE))
    moved_on = date(2026, 3, 2)
    reason = "随母亲搬迁"
    summary = "每月走访一次"
    sent_by = factory.SubFactory(PostingFactory)
    sent_at = factory.LazyFunction(timezone.now)
    answer_by = date(2026, 3, 12)
