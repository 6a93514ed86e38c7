"""Whole files, and a cast of them: what each role may see, and what it may not."""

import io
from datetime import date, timedelta

from django.utils import timezone
from PIL import Image

from accounts.roles import AREA_ROLES, ORGANISATION_WIDE_ROLES, Role
from assistance.models import PaymentRun
from children.actions.document import add_document
from children.models import ApplicationStep, Campaign, CampaignAnswer, ConcernStep
from distress_registry.models import SavedReport
from distress_registry.models.picture import note_following, refresh
from schools.models import NoticeTry, ReferralStep
from tests.factories import (
    COUNTY,
    OTHER_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    AbsenceFactory,
    AnswerUploadFactory,
    ApplicationFactory,
    AwardLeftOutFactory,
    BankReturnFactory,
    CampaignAnswerFactory,
    CampaignChildFactory,
    CampaignFactory,
    CampaignReminderFactory,
    CareActionFactory,
    CarePlanFactory,
    CaseAccessFactory,
    CategorySpellFactory,
    CertificateFactory,
    ChangeBatchLineFactory,
    ChildFactory,
    ClaimLineFactory,
    ClosedGrowthRecordFactory,
    ComingChangeFactory,
    ConcernFactory,
    ConsentFactory,
    ContactFactory,
    DeliveryFactory,
    DepartmentCallFactory,
    DepartmentNoticeFactory,
    DepartmentSearchFactory,
    DepartmentSubscriptionFactory,
    DepartmentTokenFactory,
    DeputyFactory,
    EconomicStatusFactory,
    EducationAwardFactory,
    EducationSettlementFactory,
    EnrolmentFactory,
    EntitlementFactory,
    ExcuseFactory,
    FactConfirmationFactory,
    FileExitFactory,
    FileMergeFactory,
    FindingFactory,
    FindingQuestionFactory,
    FindingStepFactory,
    FreshmanFactory,
    GapFactory,
    GoingOnFactory,
    GrowthCorrectionFactory,
    GrowthMarkFactory,
    GrowthRecordFactory,
    GuardianFactory,
    GuardianshipFactory,
    HomeTeachingVisitFactory,
    HomeVisitFactory,
    LedgerEntryFactory,
    ListFaultFactory,
    ListOutFactory,
    ListReportFactory,
    ListRowFactory,
    ListUploadFactory,
    MatchDecisionFactory,
    MatchPairFactory,
    MoveUpFactory,
    NoteFactory,
    NoticeCodeFactory,
    NoticeFactory,
    NumberAnswerFactory,
    ObservationFactory,
    OrganisationFactory,
    PairingFactory,
    ParentStatusFactory,
    PaymentAccountFactory,
    PaymentLineFactory,
    PaymentRunFactory,
    PersuasionFactory,
    PlacementFactory,
    PlanFactory,
    PostingFactory,
    ProposedChangeFactory,
    PutOffFactory,
    RecognitionFactory,
    RecoveryWaiverFactory,
    ReferralFactory,
    RehabilitationApplicationFactory,
    RehabilitationClaimFactory,
    RehabilitationSessionFactory,
    RiskAssessmentFactory,
    SavedReportFactory,
    ScreeningResultFactory,
    ScreeningWithdrawalFactory,
    SeatHolderFactory,
    SessionFactory,
    SharingAgreementFactory,
    SharingRecordFactory,
    TransferFactory,
    UserFactory,
    area,
    school_of,
)

PLACES = {
    Role.CHILD_DIRECTOR: VILLAGE, Role.CHILD_SUPERVISOR: TOWNSHIP, Role.COUNTY_OFFICER: COUNTY,
    Role.ADMINISTRATOR: COUNTY, Role.AUDITOR: COUNTY,
}  # fmt: skip


def picture(kind="PNG", **options) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "#aa8866").save(out, kind, **options)
    return out.getvalue()


def document(child, by=None, content=None, **facts):
    told = {"kind": "PHOTO", "remark": "", "application": None, "is_secret": False, **facts}
    return add_document(
        child=child, content=content or picture(), facts=told, by=by or UserFactory(),
        now=timezone.now(),
    )  # fmt: skip


def at_school(child, school):
    """On the roll there, with a helper, and a working group of which one seat is held."""
    place = school_of(school)
    here = EnrolmentFactory(child=child, school=place, opened_by_move=MoveUpFactory(school=place))
    GoingOnFactory(child=child, enrolment=here)
    teacher = PostingFactory(role=Role.CLASS_TEACHER, organisation=school)
    PairingFactory(child=child, helper=teacher)
    SeatHolderFactory(seat__group__school=place, holder=teacher)


def whole_file(place, school=None, **facts):
    """A child of the village `place` with everything, secret rows and a past change included."""
    child = ChildFactory(residence_area=area(place), **facts)
    guardian = GuardianFactory(recorded_in=area(place), phone="17000001234")
    GuardianshipFactory(child=child, guardian=guardian, is_main_carer=True)
    ParentStatusFactory(child=child)
    CategorySpellFactory(child=child)
    CategorySpellFactory(child=child, category="HIV")
    EconomicStatusFactory(child=child)
    CertificateFactory(child=child)
    application = ApplicationFactory(child=child)
    secret = ApplicationFactory(child=child, category="ABUSED")
    for row in (application, secret):
        ApplicationStep.objects.create(
            application=row, child=child, move="OPEN", to_state="LEAD", by=UserFactory()
        )
    paper = document(child, application=application)
    document(child, kind="OTHER", is_secret=True)
    CaseAccessFactory(child=child, organisation=OrganisationFactory())
    MatchDecisionFactory(child=child)
    concern = ConcernFactory(child=child, guardianship=child.guardianships.get())
    ConcernStep.objects.create(concern=concern, child=child, by=UserFactory(), text="家访")
    at_school(child, school or OrganisationFactory(area=area(place[:9])))
    DeputyFactory(stands_in_for__role=Role.CHILD_DIRECTOR, stands_in_for__area=area(place))
    HomeVisitFactory(child=child)
    RiskAssessmentFactory(child=child)
    FactConfirmationFactory(child=child)
    PutOffFactory(child=child)
    CareActionFactory(plan=CarePlanFactory(child=child))
    PlacementFactory(child=child)
    PlacementFactory(
        child=child, ground="HARMED", starts_on=date(2025, 3, 2), until=date(2026, 3, 1),
        review_on=date(2026, 3, 1), concern=concern, ends_on=date(2026, 2, 1),
        outcome="ELSEWHERE", finding="转入福利院",
    )  # fmt: skip
    TransferFactory(child=child, to_area=area(f"{place[:9]}999"))
    _campaign(child)
    FileExitFactory(child=child, taken_back_at=timezone.now())
    ContactFactory(child=child)
    AbsenceFactory(child=child)
    ExcuseFactory(child=child)
    PersuasionFactory(entry=LedgerEntryFactory(child=child))
    _notice(child)
    HomeTeachingVisitFactory(plan=PlanFactory(child=child))
    _wellbeing(child)
    PaymentAccountFactory(child=child, proof=paper)
    _payment(child)
    _rehabilitation(child)
    GapFactory(child=child)
    ComingChangeFactory(entitlement=child.entitlements.first())
    _education(child, paper)
    growth_records(child)
    MatchPairFactory(child=child, list_row=ListRowFactory(child=child, area_code=place))
    _registered_twice(child)
    finding = FindingFactory(child=child)
    FindingStepFactory(finding=finding)
    FindingQuestionFactory(finding=finding)
    ProposedChangeFactory(child=child)
    ChangeBatchLineFactory(batch__area_code=place, child_key=child.pk)
    SharingRecordFactory(area_code=place)
    upload = ListUploadFactory(area_code=place, state="CHECKED", rows=1, wrong=1)
    ListFaultFactory(upload=upload)
    ListReportFactory(upload=upload, counts={"rows": 1})
    ListOutFactory(area_code=place)
    NumberAnswerFactory(asked__query__area_code=place, asked__guardian=guardian)
    _asked_by_machine(child, place)
    child.notes = "a second version"
    child.save()
    if not SavedReport.objects.filter(area=place[:6]).exists():
        SavedReportFactory(area=area(place[:6]))
    today = timezone.localdate()
    refresh([child.pk], today)
    note_following(today)
    return child


def _asked_by_machine(child, place):
    agreement = SharingAgreementFactory(area_code=place)
    DepartmentCallFactory(token=DepartmentTokenFactory(agreement=agreement))
    DepartmentSearchFactory(agreement=agreement)
    told = DepartmentSubscriptionFactory(agreement=agreement, child=child)
    DepartmentNoticeFactory(subscription=told)


def _campaign(child):
    """A round of the county, which waits for what becomes of the child."""
    place, county = child.managing_area, child.managing_area_id[:6]
    answer = CampaignAnswer.objects.filter(place=place).first()
    if answer is None:
        campaign = Campaign.objects.filter(area=county).first()
        campaign = campaign or CampaignFactory(area=area(county))
        answer = CampaignAnswerFactory(campaign=campaign, place=place)
        CampaignReminderFactory(answer=answer)
    CampaignChildFactory(answer=answer, child=child)


def _notice(child):
    care = child.guardianships.get()
    delivery = DeliveryFactory(notice=NoticeFactory(child=child), guardianship=care)
    NoticeCodeFactory(guardian=care.guardian)
    NoticeTry.objects.create(
        at=timezone.now(), child=child, delivery=delivery, address_hash=bytes(32), is_right=True
    )


def _registered_twice(child):
    """A file that may be the same child, and one that was continued in it."""
    MatchPairFactory(
        child=child, list_row=None, other=ChildFactory(residence_area=child.residence_area)
    )
    FileMergeFactory(
        child=child, merged__residence_area=child.residence_area, merged__merged_into=child
    )


def its_other_files(child):
    return {
        *child.match_pairs.filter(other__isnull=False).values_list("other", flat=True),
        *child.duplicates.values_list("pk", flat=True),
    }


def _payment(child):
    place, month = child.managing_area_id[:9], date(2026, 1, 1)
    run = PaymentRun.objects.filter(area=place, month=month).first()
    run = run or PaymentRunFactory(area=area(place), month=month)
    if not run.returns.exists():
        BankReturnFactory(run=run)
        AnswerUploadFactory(run=run)
    line = PaymentLineFactory(run=run, entitlement=EntitlementFactory(child=child, is_running=True))
    RecoveryWaiverFactory(line=line)


def _rehabilitation(child):
    """A session attended, and claimed by a claim of the place that keeps the file."""
    application = RehabilitationApplicationFactory(child=child, is_approved=True)
    session = RehabilitationSessionFactory(plan__application=application, plan__until_age=18)
    claim = RehabilitationClaimFactory(
        institution=session.institution, area=area(child.managing_area_id[:9])
    )
    ClaimLineFactory(plan=session.plan, claim=claim)


def _education(child, paper):
    school = child.enrolments.get().school
    RecognitionFactory(child=child, school=school)
    settlement = EducationSettlementFactory(school=school, number=child.pk % 30_000)
    award = EducationAwardFactory(child=child, is_confirmed=True, settlement=settlement)
    AwardLeftOutFactory(award=award)
    FreshmanFactory(child=child, notice=paper)


def _wellbeing(child):
    """Seen by few: the users named on these rows are no others of the cast."""
    ObservationFactory(child=child)
    ConsentFactory(guardianship=child.guardianships.get())
    ScreeningResultFactory(child=child)
    ScreeningWithdrawalFactory(result__child=child)
    referral = ReferralFactory(child=child)
    ReferralStep.objects.create(referral=referral, child=child, move="TAKE", by=UserFactory())
    session = SessionFactory(referral=referral, is_secret=True)
    NoteFactory(referral=referral, session=session)


def growth_records(child):
    """One of this term and one of the last, closed and corrected."""
    GrowthMarkFactory(record=GrowthRecordFactory(child=child))
    closed = ClosedGrowthRecordFactory(child=child)
    GrowthCorrectionFactory(record=closed, child=child)


def posted_as(role):
    if role in AREA_ROLES:
        return PostingFactory(role=role, area=area(PLACES[role]))
    return PostingFactory(role=role, organisation=OrganisationFactory())


def cast(posting):
    """Whose → child. `shared` reaches the posting as its role has it; the last two never do."""
    children = {
        "own": whole_file(VILLAGE, name="甲小一"),
        "other area": whole_file(OTHER_VILLAGE, name="乙小二"),
        "shared": whole_file(OTHER_VILLAGE, name="丙小三", school=posting.organisation),
        "other school": whole_file(OTHER_VILLAGE, name="丁小四"),
        "no longer shared": whole_file(OTHER_VILLAGE, name="戊小五"),
    }
    wide = posting.role in ORGANISATION_WIDE_ROLES
    holder = {"organisation": posting.organisation} if wide else {"user": posting.user}
    CaseAccessFactory(child=children["shared"], **holder)
    hour = timedelta(hours=1)
    CaseAccessFactory(
        child=children["no longer shared"], **holder, opened_at=timezone.now() - 2 * hour,
        closed_at=timezone.now() - hour,
    )  # fmt: skip
    colleague = UserFactory()
    CaseAccessFactory(child=children["other school"], user=colleague)
    return children
