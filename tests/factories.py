"""Objects for tests. A factory makes the smallest valid row; a trait makes a situation."""

import uuid
from datetime import date

import factory
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from accounts.models import Area, Organisation, OrganisationKind, Posting, User
from accounts.roles import AREA_ROLES, Role
from children.models import (
    Application,
    CaseAccess,
    CategorySpell,
    Child,
    CodeEntry,
    Concern,
    DisabilityCertificate,
    EconomicStatusSpell,
    Guardian,
    Guardianship,
    ParentStatus,
)
from schools.models import (
    Absence,
    Checklist,
    ChecklistItem,
    Consent,
    CounsellingNote,
    CounsellingSession,
    Enrolment,
    Excuse,
    GrowthCorrection,
    GrowthMark,
    GrowthRecord,
    GuardianContact,
    HomeTeachingPlan,
    HomeTeachingVisit,
    LedgerEntry,
    MoveUp,
    Norm,
    Notice,
    NoticeCode,
    NoticeDelivery,
    NoticeTemplate,
    Observation,
    Pairing,
    Persuasion,
    Referral,
    School,
    SchoolBreak,
    SchoolYear,
    ScreeningBand,
    ScreeningResult,
    ScreeningTool,
    Seat,
    SeatHolder,
    Subject,
    Term,
    WorkingGroup,
)

PASSWORD = "correct horse battery"
_HASHED = make_password(PASSWORD)  # once: a real hash is slow by design
COUNTY, TOWNSHIP, VILLAGE = "330127", "330127100", "330127100201"
OTHER_COUNTY, OTHER_TOWNSHIP, OTHER_VILLAGE = "330182", "330182100", "330182100201"


def area(code: str) -> Area:
    """The area with its parents, made if missing."""
    digits = [d for d in (2, 4, 6, 9, 12) if d <= len(code)]
    parent = None
    for length in digits:
        part = code[:length]
        parent, _ = Area.objects.get_or_create(
            code=part, defaults={"name": f"Area {part}", "level": length, "parent": parent}
        )
    return parent


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User

    username = factory.Sequence("user{}".format)
    full_name = factory.Sequence("Person {}".format)
    password = _HASHED


class OrganisationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Organisation

    code = factory.Sequence("21330{:05}".format)
    kind = OrganisationKind.SCHOOL
    name = factory.Sequence("School {}".format)
    area = factory.LazyFunction(lambda: area(TOWNSHIP))


class PostingFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Posting

    user = factory.SubFactory(UserFactory)
    role = Role.CHILD_SUPERVISOR
    starts_on = date(2020, 1, 1)

    @factory.lazy_attribute
    def area(self):
        return area(TOWNSHIP) if self.role in AREA_ROLES else None

    @factory.lazy_attribute
    def organisation(self):
        return None if self.role in AREA_ROLES else OrganisationFactory()


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


class SchoolFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = School

    organisation = factory.SubFactory(OrganisationFactory)
    stages = ["PRIMARY", "JUNIOR"]


def school_of(organisation) -> School:
    """The organisation as a school, made if missing."""
    return School.objects.filter(pk=organisation.pk).first() or SchoolFactory(
        organisation=organisation
    )


class SchoolYearFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SchoolYear

    name = "2025-2026"
    starts_on = date(2025, 9, 1)
    ends_on = date(2026, 8, 31)


class TermFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Term

    year = factory.SubFactory(SchoolYearFactory)
    season = 2
    starts_on = date(2026, 3, 2)
    ends_on = date(2026, 7, 3)


class NormFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Norm

    key = "CONTACT_DAYS_HIGH"
    value = 5
    starts_on = date(2026, 1, 1)


class EnrolmentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Enrolment

    child = factory.SubFactory(ChildFactory)
    school = factory.SubFactory(SchoolFactory)
    stage = "PRIMARY"
    grade = 4
    starts_on = date(2025, 9, 1)


class PairingFactory(factory.django.DjangoModelFactory):
    """Without the access row that `schools.actions.pairing.pair` opens."""

    class Meta:
        model = Pairing

    child = factory.SubFactory(ChildFactory)
    helper = factory.SubFactory(PostingFactory, role=Role.CLASS_TEACHER)
    starts_on = date(2025, 9, 1)


class ContactFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = GuardianContact

    child = factory.SubFactory(ChildFactory)
    helper = factory.SubFactory(PostingFactory, role=Role.CLASS_TEACHER)
    kind = "GUARDIAN"
    means = "PHONE"
    happened_on = date(2026, 3, 2)
    summary = "一切都好"


class SchoolBreakFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SchoolBreak

    name = "寒假"
    starts_on = date(2026, 1, 24)
    ends_on = date(2026, 3, 1)


class AbsenceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Absence

    child = factory.SubFactory(ChildFactory)
    school = factory.SubFactory(SchoolFactory)
    kind = "ILL"
    starts_on = date(2026, 3, 2)


class ExcuseFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Excuse

    child = factory.SubFactory(ChildFactory)
    kind = "SUSPENDED"
    reason = "ILLNESS"
    starts_on = date(2025, 9, 1)
    ends_on = date(2026, 1, 22)
    office = "TOWNSHIP"
    approved_on = date(2025, 8, 28)
    document = "教缓〔2025〕1号"


class LedgerEntryFactory(factory.django.DjangoModelFactory):
    """As the rule would have written it."""

    class Meta:
        model = LedgerEntry

    child = factory.SubFactory(ChildFactory)
    ledger = "NO_ROLL"
    cause = "NEVER_ENROLLED"
    since = date(2025, 9, 1)
    opened_on = date(2025, 9, 15)
    due_on = date(2025, 9, 30)


class PersuasionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Persuasion

    entry = factory.SubFactory(LedgerEntryFactory)
    child = factory.SelfAttribute("entry.child")
    posting = factory.SubFactory(PostingFactory)
    happened_on = date(2025, 9, 20)
    means = "VISIT"
    cause = "UNWILLING"
    outcome = "UNDECIDED"
    summary = "再想想"


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


def year_of(name="2025-2026", **facts) -> SchoolYear:
    """The school year of that name, made if missing."""
    return SchoolYear.objects.filter(name=name).first() or SchoolYearFactory(name=name, **facts)


class WorkingGroupFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = WorkingGroup

    school = factory.SubFactory(SchoolFactory)
    year = factory.LazyFunction(year_of)
    formed_on = date(2025, 9, 1)


class SeatFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Seat

    group = factory.SubFactory(WorkingGroupFactory)
    kind = "COUNSELLOR"
    opened_on = date(2025, 9, 1)


class SeatHolderFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SeatHolder

    seat = factory.SubFactory(SeatFactory)
    holder = factory.SubFactory(PostingFactory, role=Role.COUNSELLOR)
    starts_on = date(2025, 9, 1)


class PlanFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = HomeTeachingPlan

    child = factory.SubFactory(ChildFactory)
    school = factory.SubFactory(SchoolFactory)
    teacher = factory.SubFactory(PostingFactory, role=Role.CLASS_TEACHER)
    starts_on = date(2025, 9, 1)
    ends_on = date(2026, 7, 3)
    visits_per_week = 2
    lessons_per_visit = 3
    lessons_per_year = 216
    goals = "认识常用物品"


class HomeTeachingVisitFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = HomeTeachingVisit

    plan = factory.SubFactory(PlanFactory)
    child = factory.SelfAttribute("plan.child")
    posting = factory.SelfAttribute("plan.teacher")
    happened_on = date(2025, 9, 3)
    lessons = 3
    content = "数数"


class MoveUpFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = MoveUp

    school = factory.SubFactory(SchoolFactory)
    day = date(2025, 9, 1)
    made_by = factory.SubFactory(UserFactory)
    made_at = factory.LazyFunction(timezone.now)


def first_checklist() -> Checklist:
    """The version that every installation begins with: nine questions."""
    return Checklist.objects.get(version=1)


class ChecklistFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Checklist

    version = factory.Sequence(lambda n: n + 2)
    starts_on = date(2020, 2, 1)


class ChecklistItemFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ChecklistItem

    checklist = factory.SubFactory(ChecklistFactory)
    position = factory.Sequence(lambda n: n + 1)
    code = factory.Sequence("sign{}".format)
    label_zh = "某表现"
    label_en = "a sign"


CALM = [0] * 9


class ObservationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Observation

    child = factory.SubFactory(ChildFactory)
    observer = factory.SubFactory(PostingFactory, role=Role.CLASS_TEACHER)
    observed_by = factory.SelfAttribute("observer.user")
    month = date(2026, 3, 1)
    checklist = factory.LazyFunction(first_checklist)
    levels = CALM
    sent_at = factory.LazyFunction(timezone.now)


class ConsentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Consent

    guardianship = factory.SubFactory(GuardianshipFactory)
    child = factory.SelfAttribute("guardianship.child")
    purpose = "SCREENING"
    text_version = "1"
    way = "PAPER"
    given_on = date(2026, 1, 1)


class ScreeningToolFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ScreeningTool

    name = factory.Sequence("量表{}".format)
    licence_note = "纸质使用，作者许可"


class ScreeningBandFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ScreeningBand

    tool = factory.SubFactory(ScreeningToolFactory)
    lowest = 0
    highest = 9
    label_zh = "无需关注"
    label_en = "no concern"


class ScreeningResultFactory(factory.django.DjangoModelFactory):
    """Of a child old enough to need no consent."""

    class Meta:
        model = ScreeningResult

    child = factory.SubFactory(ChildFactory, birth_date=date(2010, 1, 1))
    band = factory.SubFactory(ScreeningBandFactory)
    tool = factory.SelfAttribute("band.tool")
    taken_on = date(2026, 3, 2)
    score = 5
    entered_by = factory.SubFactory(PostingFactory, role=Role.COUNSELLOR)
    entered_at = factory.LazyFunction(timezone.now)


class ReferralFactory(factory.django.DjangoModelFactory):
    """Taken by a counsellor, with a named lead."""

    class Meta:
        model = Referral

    child = factory.SubFactory(ChildFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    opened_by = factory.SubFactory(UserFactory)
    opened_at = factory.LazyFunction(timezone.now)
    ground = "PERSON"
    state = "TAKEN"
    counsellor = factory.SubFactory(UserFactory)
    lead = factory.SubFactory(UserFactory)


class SessionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = CounsellingSession

    referral = factory.SubFactory(ReferralFactory)
    child = factory.SelfAttribute("referral.child")
    counsellor = factory.SelfAttribute("referral.counsellor")
    lead = factory.SelfAttribute("referral.lead")
    held_on = date(2026, 3, 2)
    minutes = 40
    kind = "CHILD"
    entered_at = factory.LazyFunction(timezone.now)


class NoteFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = CounsellingNote

    referral = factory.SubFactory(ReferralFactory)
    child = factory.SelfAttribute("referral.child")
    counsellor = factory.SelfAttribute("referral.counsellor")
    lead = factory.SelfAttribute("referral.lead")
    written_by = factory.SelfAttribute("counsellor")
    written_at = factory.LazyFunction(timezone.now)
    kind = "SESSION"
    text = "孩子说想妈妈"


def term(season=2) -> Term:
    """The spring term of 2026, or the autumn before; made if missing."""
    found = Term.objects.filter(season=season, year__name="2025-2026").first()
    if found:
        return found
    year = SchoolYear.objects.filter(name="2025-2026").first() or SchoolYearFactory()
    days = {1: (date(2025, 9, 1), date(2026, 1, 23)), 2: (date(2026, 3, 2), date(2026, 7, 3))}
    starts_on, ends_on = days[season]
    return TermFactory(year=year, season=season, starts_on=starts_on, ends_on=ends_on)


class SubjectFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Subject

    code = factory.Sequence("subject{}".format)
    label_zh = "书法"
    label_en = "calligraphy"


class GrowthRecordFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = GrowthRecord

    child = factory.SubFactory(ChildFactory)
    term = factory.LazyFunction(term)
    school = factory.SubFactory(SchoolFactory)
    stage = "PRIMARY"
    grade = 4
    class_name = "1班"


class ClosedGrowthRecordFactory(GrowthRecordFactory):
    term = factory.LazyFunction(lambda: term(1))
    state = "CLOSED"
    closed_at = factory.LazyFunction(timezone.now)
    closed_by = factory.SubFactory(UserFactory)
    figures = factory.LazyFunction(
        lambda: {"attendance": None, "contacts": [], "aid": [], "notices": []}
    )


class GrowthCorrectionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = GrowthCorrection

    record = factory.SubFactory(ClosedGrowthRecordFactory)
    child = factory.SelfAttribute("record.child")
    reason = "漏记"
    by = factory.SubFactory(UserFactory)


class GrowthMarkFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = GrowthMark

    record = factory.SubFactory(GrowthRecordFactory)
    child = factory.SelfAttribute("record.child")
    subject = factory.LazyFunction(lambda: Subject.objects.get(code="maths"))
    level = "GOOD"
    given_by = factory.SubFactory(PostingFactory, role=Role.SUBJECT_TEACHER)
