"""What must never be stored is the database's to refuse: one failing write for each promise."""

import uuid
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.guard.install import guarded_models
from accounts.models import Area, Draft
from children.actions.promises import broken_promise
from children.models import CaseNumberSerial
from exchange.models import Feed
from schools.models import Digest, DigestDelivery
from tests.factories import (
    CALM,
    OTHER_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    AbsenceFactory,
    ApplicationFactory,
    BankLayoutFactory,
    BankRejectFactory,
    BankReturnFactory,
    CadenceFactory,
    CareActionFactory,
    CarePlanFactory,
    CaseAccessFactory,
    CategorySpellFactory,
    CertificateFactory,
    ChecklistFactory,
    ChecklistItemFactory,
    ChildFactory,
    CodeEntryFactory,
    CodeMeaningFactory,
    ConcernFactory,
    ConsentFactory,
    ContactFactory,
    DeliveryFactory,
    EconomicStatusFactory,
    EligibilityRuleFactory,
    EnrolmentFactory,
    EntitlementFactory,
    EntitlementRateFactory,
    ExcuseFactory,
    FactConfirmationFactory,
    GrowthCorrectionFactory,
    GrowthMarkFactory,
    GrowthRecordFactory,
    GuardianFactory,
    GuardianshipFactory,
    HomeTeachingVisitFactory,
    HomeVisitFactory,
    LayoutColumnFactory,
    LayoutFactory,
    LedgerEntryFactory,
    ListImportFactory,
    ListRowFactory,
    MatchDecisionFactory,
    MatchFigureFactory,
    MoveUpFactory,
    NormFactory,
    NoteFactory,
    NoticeFactory,
    NoticeTemplateFactory,
    ObservationFactory,
    OrganisationFactory,
    OverlapRuleFactory,
    PairingFactory,
    ParentStatusFactory,
    PaymentAccountFactory,
    PaymentFigureFactory,
    PaymentLineFactory,
    PaymentRunFactory,
    PersuasionFactory,
    PlanFactory,
    PostingFactory,
    ProgrammeFactory,
    ProposedChangeFactory,
    PutOffFactory,
    ReferralFactory,
    ReferralStepFactory,
    RiskAssessmentFactory,
    RiskQuestionFactory,
    SchoolBreakFactory,
    SchoolFactory,
    SchoolYearFactory,
    ScreeningBandFactory,
    ScreeningToolFactory,
    ScreeningWithdrawalFactory,
    SeatFactory,
    SeatHolderFactory,
    SessionFactory,
    StandardFactory,
    SubjectFactory,
    TermFactory,
    UserFactory,
    WorkingGroupFactory,
    area,
)
from tests.world import document

pytestmark = pytest.mark.django_db

ID = "99010120160301007X"
DAY = date(2025, 6, 1)
BEFORE = date(2023, 1, 1)


def twice(make, **same):
    make(**same)
    make(**same)


def _delivered_twice():
    notice = NoticeFactory()
    care = GuardianshipFactory(child=notice.child)
    twice(DeliveryFactory, notice=notice, guardianship=care)


def _two_main_carers():
    child = ChildFactory()
    GuardianshipFactory(child=child, is_main_carer=True)
    GuardianshipFactory(child=child, is_main_carer=True, starts_on=DAY)


def _same_guardian_twice():
    first = GuardianshipFactory()
    GuardianshipFactory(child=first.child, guardian=first.guardian, starts_on=DAY)


def _merged(**facts):
    return ChildFactory(merged_into=ChildFactory(), **facts)


def _serial():
    CaseNumberSerial.objects.create(county_code="330127", year=2026, last=1)


def _digest(posting, week_on="2026-03-02"):
    return Digest.objects.create(
        posting=posting, user=posting.user, week_on=week_on, made_at=timezone.now()
    )


def _mailed(state, digest=None):
    digest = digest or _digest(PostingFactory())
    DigestDelivery.objects.create(digest=digest, user=digest.user, state=state, at=timezone.now())


def _draft(posting):
    now = timezone.now()
    Draft.objects.create(
        user=posting.user, posting=posting, form="f", data="{}", saved_at=now, expires_at=now
    )


def _withdrawn():
    row = document(ChildFactory())
    row.withdrawn_at = timezone.now()
    row.save()


def _document_of_kind(kind):
    row = document(ChildFactory())
    row.kind = kind
    row.save()


def _account_confirmed_alone():
    user = UserFactory()
    PaymentAccountFactory(is_in_use=True, proposed_by=user, decided_by=user)


def _entitled_twice():
    first = EntitlementFactory(to_month=date(2026, 3, 1))
    EntitlementFactory(child=first.child, from_month=date(2026, 3, 1))


def _entitlement_confirmed_alone():
    user = UserFactory()
    EntitlementFactory(is_running=True, proposed_by=user, confirmed_by=user)


def _run(**facts):
    """Approved by others than those who built and checked it."""
    now = timezone.now()
    people = {f"{step}_by": UserFactory() for step in ("built", "checked", "approved")}
    return PaymentRunFactory(
        **{"checked_at": now, "approved_at": now, "line_count": 0, "total": 0, "state": "APPROVED"}
        | people
        | facts
    )


def _run_approved_alone():
    user = UserFactory()
    _run(built_by=user, approved_by=user)


def _two_open_runs():
    PaymentRunFactory()
    PaymentRunFactory(number=2)


def _replaced_twice():
    first = PaymentLineFactory()
    for number in (2, 3):
        run = PaymentRunFactory(number=number, state="CANCELLED")
        PaymentLineFactory(entitlement=first.entitlement, run=run, kind="REISSUE", replaces=first)


def _approved(month):
    return ApplicationFactory(
        state="APPROVED", decided_by=UserFactory(), decided_at=timezone.now(),
        effective_month=month,
    )  # fmt: skip


def _same_document():
    first, second = document(ChildFactory()), document(ChildFactory())
    second.uuid = first.uuid
    second.save()


def _years(name, starts_on, ends_on):
    SchoolYearFactory()
    SchoolYearFactory(name=name, starts_on=starts_on, ends_on=ends_on)


def _terms(season, starts_on, ends_on):
    first = TermFactory()
    TermFactory(year=first.year, season=season, starts_on=starts_on, ends_on=ends_on)


def _same_helper_twice():
    first = PairingFactory(is_main=False)
    PairingFactory(child=first.child, helper=first.helper)


def _dropped_out_twice():
    child = ChildFactory()
    LedgerEntryFactory(child=child)
    LedgerEntryFactory(child=child, ledger="DROPOUT", cause="DROPPED_OUT")


def _struck_off(**facts):
    user = UserFactory()
    told = {"cleared_on": DAY, "proposed_by": user, "proposed_at": timezone.now(), **facts}
    if "closed_at" in facts:
        told["closed_by"] = user
    LedgerEntryFactory(proposal="已返校", **told)


def _growth_twice():
    first = GrowthRecordFactory()
    GrowthRecordFactory(child=first.child)


WRITES = {
    "code_once_per_list": lambda: twice(CodeEntryFactory, code="1"),
    "child_uuid_once": lambda: twice(ChildFactory, uuid=uuid.UUID(int=7)),
    "child_case_number_once": lambda: twice(ChildFactory, case_number="3301272026999999"),
    "child_id_number_once": lambda: twice(ChildFactory, id_number=ID),
    "child_closed_with_day_and_reason": lambda: ChildFactory(status="CLOSED"),
    "child_closed_after_opening": lambda: ChildFactory(
        status="CLOSED", closed_on=BEFORE, closing_reason="OTHER", birth_date=BEFORE
    ),
    "child_born_before_opening": lambda: ChildFactory(
        birth_date=DAY, opened_on=DAY - timedelta(days=1)
    ),
    "child_merged_is_closed": _merged,
    "child_no_id_number_without_a_kind": lambda: ChildFactory(id_type="NONE", id_number=ID),
    "child_sex_known": lambda: ChildFactory(sex="X"),
    "child_id_type_known": lambda: ChildFactory(id_type="X"),
    "child_status_known": lambda: ChildFactory(status="X"),
    "child_risk_level_known": lambda: ChildFactory(risk_level="X"),
    "category_ends_after_it_starts": lambda: CategorySpellFactory(ends_on=BEFORE),
    "category_never_overlaps_itself": lambda: twice(CategorySpellFactory, child=ChildFactory()),
    "category_known": lambda: CategorySpellFactory(category="X"),
    "application_one_open_per_category": lambda: twice(ApplicationFactory, child=ChildFactory()),
    "application_refusal_has_its_reason": lambda: ApplicationFactory(state="RETURNED"),
    "application_decision_has_author_and_time": lambda: ApplicationFactory(
        state="REJECTED", decision_reason="no papers"
    ),
    "application_approval_has_its_month": lambda: _approved(DAY + timedelta(days=3)),
    "application_state_known": lambda: ApplicationFactory(state="X"),
    "case_access_for_exactly_one": lambda: CaseAccessFactory(
        user=UserFactory(), area=area(TOWNSHIP)
    ),
    "case_access_closed_after_opening": lambda: CaseAccessFactory(
        user=UserFactory(), closed_at=timezone.now() - timedelta(days=1)
    ),
    "case_access_open_once": lambda: twice(
        CaseAccessFactory, child=ChildFactory(), user=UserFactory()
    ),
    "case_access_reason_known": lambda: CaseAccessFactory(user=UserFactory(), reason="X"),
    "serial_once_per_year": lambda: twice(_serial),
    "concern_uuid_once": lambda: twice(ConcernFactory, uuid=uuid.UUID(int=7)),
    "concern_names_a_known_case": lambda: ConcernFactory(cases=[]),
    "concern_safety_known": lambda: ConcernFactory(is_safe="X"),
    "concern_acknowledged_by_and_at": lambda: ConcernFactory(acknowledged_by=UserFactory()),
    "concern_closed_with_outcome_after_acknowledging": lambda: ConcernFactory(
        outcome="PROTECTED", closed_at=timezone.now()
    ),
    "certificate_number_once": lambda: twice(CertificateFactory, number=ID + "52"),
    "certificate_one_valid_per_child": lambda: twice(CertificateFactory, child=ChildFactory()),
    "certificate_number_or_diagnosis": lambda: CertificateFactory(number=""),
    "certificate_expires_after_issue": lambda: CertificateFactory(expires_on=BEFORE),
    "certificate_kind_known": lambda: CertificateFactory(kind=8),
    "certificate_grade_known": lambda: CertificateFactory(grade=5),
    "certificate_status_known": lambda: CertificateFactory(status="X"),
    "document_uuid_once": _same_document,
    "document_withdrawn_with_reason": _withdrawn,
    "document_kind_known": lambda: _document_of_kind("X"),
    "economic_status_ends_after_it_starts": lambda: EconomicStatusFactory(ends_on=BEFORE),
    "economic_status_one_at_a_time": lambda: twice(EconomicStatusFactory, child=ChildFactory()),
    "economic_status_known": lambda: EconomicStatusFactory(status="X"),
    "guardian_uuid_once": lambda: twice(GuardianFactory, uuid=uuid.UUID(int=7)),
    "guardianship_ends_after_it_starts": lambda: GuardianshipFactory(ends_on=BEFORE),
    "guardianship_one_main_carer_at_a_time": _two_main_carers,
    "guardianship_of_one_person_never_overlaps": _same_guardian_twice,
    "guardianship_relation_known": lambda: GuardianshipFactory(relation="X"),
    "guardianship_kind_known": lambda: GuardianshipFactory(kind="X"),
    "parent_status_ends_after_it_starts": lambda: ParentStatusFactory(ends_on=BEFORE),
    "parent_status_never_overlaps_itself": lambda: twice(ParentStatusFactory, child=ChildFactory()),
    "parent_status_verified_by_and_on": lambda: ParentStatusFactory(verified_on=DAY),
    "parent_status_known": lambda: ParentStatusFactory(status="X"),
    "parent_status_parent_known": lambda: ParentStatusFactory(parent="X"),
    "area_code_fits_its_level": lambda: Area.objects.create(code="44", name="x", level=4),
    "area_ends_after_it_starts": lambda: Area.objects.create(
        code="44", name="x", level=2, valid_from=DAY, valid_to=BEFORE
    ),
    "organisation_code_once": lambda: twice(OrganisationFactory, code="2133000009"),
    "organisation_school_code_well_formed": lambda: OrganisationFactory(code="2333000009"),
    "organisation_kind_known": lambda: OrganisationFactory(kind="X"),
    "posting_place_fits_its_role": lambda: PostingFactory(role="PRINCIPAL", area=area(TOWNSHIP)),
    "posting_ends_after_it_starts": lambda: PostingFactory(ends_on=date(2019, 1, 1)),
    "draft_one_per_form": lambda: twice(_draft, posting=PostingFactory()),
    "school_break_ends_after_it_starts": lambda: SchoolBreakFactory(ends_on=BEFORE),
    "school_teaches_known_stages": lambda: SchoolFactory(stages=["PRIMARY", "X"]),
    "school_year_once": lambda: _years("2025-2026", date(2026, 9, 1), date(2027, 8, 31)),
    "school_year_ends_after_it_starts": lambda: SchoolYearFactory(ends_on=BEFORE),
    "school_years_never_overlap": lambda: _years("x", date(2026, 8, 31), date(2027, 8, 31)),
    "term_once_a_year": lambda: _terms(2, date(2025, 9, 1), date(2026, 1, 20)),
    "term_season_known": lambda: TermFactory(season=3),
    "term_ends_after_it_starts": lambda: TermFactory(ends_on=BEFORE),
    "terms_never_overlap": lambda: _terms(1, date(2026, 1, 1), date(2026, 3, 2)),
    "norm_once_a_day": lambda: twice(NormFactory),
    "norm_is_positive": lambda: NormFactory(value=0),
    "programme_pay_day_is_of_a_month": lambda: ProgrammeFactory(pay_day=32),
    "programme_months_known": lambda: ProgrammeFactory(pay_months=[13]),
    "programme_period_has_its_months": lambda: ProgrammeFactory(period_starts=[3]),
    "programme_events_known": lambda: ProgrammeFactory(stop_events=["X"]),
    "programme_cadence_known": lambda: ProgrammeFactory(cadence="X", period_starts=[1]),
    "programme_paid_to_known": lambda: ProgrammeFactory(paid_to="X"),
    "programme_starts_known": lambda: ProgrammeFactory(starts="X"),
    "programme_stops_known": lambda: ProgrammeFactory(stops="X"),
    **{
        f"{noun}_{promise}": partial(make, **wrong)
        for noun, make in (
            ("standard", StandardFactory),
            ("eligibility", EligibilityRuleFactory),
            ("overlap", OverlapRuleFactory),
        )
        for promise, wrong in (
            ("area_well_formed", {"area": "35010"}),
            ("months_begin_on_the_first", {"from_month": date(2025, 1, 2)}),
            (
                "ends_after_it_starts",
                {"from_month": date(2025, 2, 1), "to_month": date(2025, 1, 1)},
            ),
        )
    },
    "standard_one_at_a_time": lambda: twice(StandardFactory, programme=ProgrammeFactory()),
    "standard_amount_fits_its_formula": lambda: StandardFactory(amount=None),
    "standard_amount_not_below_zero": lambda: StandardFactory(amount=Decimal(-1)),
    "standard_formula_known": lambda: StandardFactory(formula="X", amount=None),
    "standard_per_known": lambda: StandardFactory(per="X"),
    "overlap_names_its_programmes": lambda: OverlapRuleFactory(others=[]),
    "overlap_kind_known": lambda: OverlapRuleFactory(kind="X"),
    "enrolment_ends_after_it_starts": lambda: EnrolmentFactory(
        ends_on=BEFORE, end_reason="GRADUATED"
    ),
    "enrolment_one_at_a_time": lambda: twice(EnrolmentFactory, child=ChildFactory()),
    "enrolment_grade_is_one_of_its_stage": lambda: EnrolmentFactory(grade=7),
    "enrolment_placement_known": lambda: EnrolmentFactory(placement="X"),
    "enrolment_status_known": lambda: EnrolmentFactory(status="X"),
    "enrolment_end_has_its_reason": lambda: EnrolmentFactory(ends_on=DAY.replace(year=2026)),
    "absence_ends_after_it_starts": lambda: AbsenceFactory(ends_on=BEFORE),
    "absence_one_at_a_time": lambda: twice(AbsenceFactory, child=ChildFactory()),
    "absence_kind_known": lambda: AbsenceFactory(kind="X"),
    "excuse_ends_after_it_starts": lambda: ExcuseFactory(ends_on=BEFORE),
    "excuse_one_at_a_time": lambda: twice(ExcuseFactory, child=ChildFactory()),
    "excuse_kind_known": lambda: ExcuseFactory(kind="X"),
    "excuse_reason_is_lawful": lambda: ExcuseFactory(reason="POVERTY"),
    "excuse_office_known": lambda: ExcuseFactory(office="SCHOOL"),
    "excuse_has_its_document": lambda: ExcuseFactory(document=""),
    "excuse_ended_early_has_its_reason": lambda: ExcuseFactory(ended_because="已康复"),
    "ledger_one_open_line_per_child": _dropped_out_twice,
    "ledger_one_open_finding_per_child": lambda: twice(
        LedgerEntryFactory, child=ChildFactory(), ledger="UNPLACED"
    ),
    "ledger_known": lambda: LedgerEntryFactory(ledger="X"),
    "ledger_cause_known": lambda: LedgerEntryFactory(cause="POVERTY"),
    "ledger_closing_is_proposed_once_in_order": lambda: _struck_off(cleared_on=None),
    "ledger_closed_by_and_at": lambda: LedgerEntryFactory(closed_at=timezone.now()),
    "ledger_closed_by_a_second_person": lambda: _struck_off(closed_at=timezone.now()),
    "persuasion_means_known": lambda: PersuasionFactory(means="X"),
    "persuasion_outcome_known": lambda: PersuasionFactory(outcome="X"),
    "persuasion_cause_known": lambda: PersuasionFactory(cause="X"),
    "persuasion_next_step_lies_ahead": lambda: PersuasionFactory(next_on=BEFORE),
    "move_up_undone_by_and_at": lambda: MoveUpFactory(undone_at=timezone.now()),
    "home_teaching_ends_after_it_starts": lambda: PlanFactory(ends_on=BEFORE),
    "home_teaching_one_plan_at_a_time": lambda: twice(PlanFactory, child=ChildFactory()),
    "home_teaching_plans_lessons": lambda: PlanFactory(lessons_per_visit=9),
    "home_visit_once_a_day": lambda: twice(HomeTeachingVisitFactory, plan=PlanFactory()),
    "home_visit_has_lessons": lambda: HomeTeachingVisitFactory(lessons=0),
    "pairing_ends_after_it_starts": lambda: PairingFactory(ends_on=BEFORE),
    "pairing_one_main_helper_at_a_time": lambda: twice(PairingFactory, child=ChildFactory()),
    "pairing_of_one_helper_never_overlaps": _same_helper_twice,
    "pairing_reason_belongs_to_an_end": lambda: PairingFactory(ended_because="moved"),
    "working_group_once_a_year": lambda: twice(WorkingGroupFactory, school=SchoolFactory()),
    "seat_once_in_a_group": lambda: twice(SeatFactory, group=WorkingGroupFactory()),
    "seat_kind_known": lambda: SeatFactory(kind="X"),
    "seat_of_a_class_names_it": lambda: SeatFactory(kind="CLASS_TEACHER"),
    "seat_of_a_subject_names_it": lambda: SeatFactory(kind="SUBJECT_TEACHER"),
    "seat_closed_after_opening": lambda: SeatFactory(closed_on=BEFORE),
    "seat_holder_ends_after_it_starts": lambda: SeatHolderFactory(ends_on=BEFORE),
    "seat_has_one_holder_at_a_time": lambda: twice(SeatHolderFactory, seat=SeatFactory()),
    "contact_kind_known": lambda: ContactFactory(kind="X"),
    "contact_means_known": lambda: ContactFactory(means="X"),
    "contact_states_known": lambda: ContactFactory(mental_state="X"),
    "contact_lasts_a_day_at_most": lambda: ContactFactory(minutes=1441),
    "contact_unreached_tells_no_state": lambda: ContactFactory(
        is_reached=False, mental_state="GOOD"
    ),
    "contact_follow_up_lies_ahead": lambda: ContactFactory(follow_up_on=BEFORE),
    "digest_once_a_week": lambda: twice(_digest, posting=PostingFactory()),
    "digest_week_begins_on_monday": lambda: _digest(PostingFactory(), "2026-03-03"),
    "digest_delivery_state_known": lambda: _mailed("X"),
    "digest_sent_once": lambda: twice(_mailed, state="SENT", digest=_digest(PostingFactory())),
    "checklist_version_once": lambda: ChecklistFactory(version=1),
    "checklist_item_position_once": lambda: twice(
        ChecklistItemFactory, checklist=ChecklistFactory(), position=1
    ),
    "checklist_item_code_once": lambda: twice(
        ChecklistItemFactory, checklist=ChecklistFactory(), code="sleep"
    ),
    "checklist_item_positions_begin_at_one": lambda: ChecklistItemFactory(position=0),
    "observation_once_a_month": lambda: twice(
        ObservationFactory, child=ChildFactory(), observer=PostingFactory(role="COUNSELLOR")
    ),
    "observation_month_is_its_first_day": lambda: ObservationFactory(month=date(2026, 3, 2)),
    "observation_levels_known": lambda: ObservationFactory(levels=[4, *CALM[1:]]),
    "consent_living_once": lambda: twice(ConsentFactory, guardianship=GuardianshipFactory()),
    "consent_withdrawn_after_given": lambda: ConsentFactory(withdrawn_on=BEFORE),
    "consent_purpose_known": lambda: ConsentFactory(purpose="X"),
    "consent_way_known": lambda: ConsentFactory(way="X"),
    "screening_tool_once": lambda: twice(ScreeningToolFactory, name="量表"),
    "screening_tool_has_its_licence": lambda: ScreeningToolFactory(licence_note=""),
    "screening_band_lowest_first": lambda: ScreeningBandFactory(lowest=10),
    "screening_bands_never_overlap": lambda: twice(
        ScreeningBandFactory, tool=ScreeningToolFactory()
    ),
    "referral_one_open_per_child": lambda: twice(
        ReferralFactory, child=ChildFactory(), organisation=OrganisationFactory()
    ),
    "referral_taken_by_two_named": lambda: ReferralFactory(lead=None),
    "referral_closed_with_outcome": lambda: ReferralFactory(state="CLOSED"),
    "referral_ground_known": lambda: ReferralFactory(ground="X"),
    "referral_step_assigned_to_somebody": lambda: ReferralStepFactory(move="ASSIGN"),
    "screening_withdrawal_says_why": lambda: ScreeningWithdrawalFactory(reason=""),
    "session_lasts_a_day_at_most": lambda: SessionFactory(minutes=1441),
    "session_kind_known": lambda: SessionFactory(kind="X"),
    "note_kind_known": lambda: NoteFactory(kind="X"),
    "note_written_by_one_of_the_two": lambda: NoteFactory(written_by=UserFactory()),
    "contact_visit_is_in_person": lambda: ContactFactory(kind="HOME_VISIT"),
    "contact_subjects_known": lambda: ContactFactory(subjects=["STUDY", "X"]),
    "contact_home_seen_by_a_visit_alone": lambda: ContactFactory(child_seen_alone=False),
    "contact_living_conditions_known": lambda: ContactFactory(
        kind="HOME_VISIT", means="IN_PERSON", living_conditions="X"
    ),
    "contact_talk_with_the_child_is_without_guardian": lambda: ContactFactory(
        kind="CHILD_TALK", guardianship=GuardianshipFactory()
    ),
    "cadence_once_a_day": lambda: twice(CadenceFactory),
    "cadence_level_known": lambda: CadenceFactory(risk_level="X"),
    "cadence_is_positive": lambda: CadenceFactory(visit_days=0),
    "cadence_points_for_assessed_levels_alone": lambda: CadenceFactory(from_points=None),
    "visit_mode_and_outcome_known": lambda: HomeVisitFactory(mode="X"),
    "visit_findings_known": lambda: HomeVisitFactory(diet="X"),
    "visit_nobody_met_nothing_found": lambda: HomeVisitFactory(in_vain=True, diet="GOOD"),
    "visit_child_seen_only_where_met": lambda: HomeVisitFactory(outcome="GUARDIAN_ONLY"),
    "visit_of_a_child_says_the_essentials": lambda: HomeVisitFactory(mood=""),
    "visit_in_person_says_whether_injured": lambda: HomeVisitFactory(injuries=""),
    "visit_home_is_seen_there": lambda: HomeVisitFactory(mode="SCHOOL", living_conditions="GOOD"),
    "visit_injuries_are_not_heard": lambda: HomeVisitFactory(mode="PHONE"),
    "visit_in_vain_is_tried_again": lambda: HomeVisitFactory(in_vain=True, next_on=None),
    "visit_next_lies_ahead": lambda: HomeVisitFactory(next_on=date(2026, 3, 2)),
    "risk_question_once_a_day": lambda: twice(RiskQuestionFactory, code="same"),
    "risk_levels_known": lambda: RiskAssessmentFactory(level="UNKNOWN", scored_level="UNKNOWN"),
    "risk_other_than_scored_has_a_reason": lambda: RiskAssessmentFactory(level="HIGH"),
    "confirmation_fact_known": lambda: FactConfirmationFactory(fact="X"),
    "put_off_kind_known": lambda: PutOffFactory(kind="X"),
    "put_off_once_for_a_cause": lambda: twice(PutOffFactory, child=ChildFactory()),
    "put_off_has_a_reason": lambda: PutOffFactory(reason=" "),
    "put_off_to_a_later_day": lambda: PutOffFactory(until=date(2026, 3, 1)),
    "care_plan_one_at_a_time": lambda: twice(CarePlanFactory, child=ChildFactory()),
    "care_plan_ended_with_result": lambda: CarePlanFactory(result="REACHED"),
    "care_plan_review_lies_ahead": lambda: CarePlanFactory(review_on=date(2026, 3, 2)),
    "care_action_outcome_when_done": lambda: CareActionFactory(outcome="好"),
    "contact_reached_says_what": lambda: ContactFactory(summary=""),
    "notice_template_subject_once": lambda: twice(NoticeTemplateFactory, subject="同名"),
    "notice_template_kind_known": lambda: NoticeTemplateFactory(kind="X"),
    "notice_template_language_known": lambda: NoticeTemplateFactory(language="xx"),
    "notice_once_for_a_child_in_a_batch": lambda: twice(
        NoticeFactory, child=ChildFactory(), batch=uuid.uuid4()
    ),
    "notice_kind_known": lambda: NoticeFactory(kind="X"),
    "notice_language_known": lambda: NoticeFactory(language="xx"),
    "notice_says_something": lambda: NoticeFactory(body=""),
    "notice_withdrawn_by_somebody_for_a_reason": lambda: NoticeFactory(withdrawn_because="错"),
    "delivery_once_for_a_guardian": _delivered_twice,
    "delivery_link_once": lambda: twice(
        DeliveryFactory, link_hash=bytes(32), link_ends_at=timezone.now()
    ),
    "delivery_step_known": lambda: DeliveryFactory(step="X"),
    "delivery_state_known": lambda: DeliveryFactory(state="X"),
    "delivery_link_ends": lambda: DeliveryFactory(link_hash=bytes(32)),
    "delivery_claim_has_its_moment": lambda: DeliveryFactory(state="CLAIMED"),
    "delivery_read_has_its_moment": lambda: DeliveryFactory(state="READ"),
    "delivery_answer_is_whole": lambda: DeliveryFactory(answer="YES"),
    "subject_once": lambda: SubjectFactory(code="maths"),
    "subject_grades_in_order": lambda: SubjectFactory(first_grade=9, last_grade=1),
    "growth_record_once_a_term": _growth_twice,
    "growth_record_closed_by_whom_and_when": lambda: GrowthRecordFactory(state="CLOSED"),
    "growth_record_codes_known": lambda: GrowthRecordFactory(conduct="X"),
    "growth_record_measures_possible": lambda: GrowthRecordFactory(height_cm=300),
    "growth_record_eyesight_on_the_five_point_scale": lambda: GrowthRecordFactory(
        eyesight_left=Decimal("1.2")
    ),
    "growth_correction_has_a_reason": lambda: GrowthCorrectionFactory(reason=" "),
    "growth_mark_once_a_subject": lambda: twice(GrowthMarkFactory, record=GrowthRecordFactory()),
    "growth_mark_level_known": lambda: GrowthMarkFactory(level=""),
    "growth_mark_score_possible": lambda: GrowthMarkFactory(score=151),
    "account_one_in_use_per_child": lambda: twice(
        PaymentAccountFactory, child=ChildFactory(), is_in_use=True
    ),
    "account_one_proposal_per_child": lambda: twice(PaymentAccountFactory, child=ChildFactory()),
    "account_decided_by_whom_and_when": lambda: PaymentAccountFactory(decided_by=UserFactory()),
    "account_confirmed_by_a_second_person": _account_confirmed_alone,
    "account_refused_with_reason": lambda: PaymentAccountFactory(
        state="REFUSED", decided_by=UserFactory(), decided_at=timezone.now()
    ),
    "account_of_a_guardian_names_the_guardian": lambda: PaymentAccountFactory(
        holder_is="GUARDIAN"
    ),
    "account_has_number_and_holder": lambda: PaymentAccountFactory(account_number=""),
    "account_holder_known": lambda: PaymentAccountFactory(holder_is="X"),
    "account_state_known": lambda: PaymentAccountFactory(is_in_use=True, state="X"),
    "entitlement_once_a_month": _entitled_twice,
    "entitlement_months_are_months": lambda: EntitlementFactory(from_month=date(2026, 1, 2)),
    "entitlement_ends_no_earlier_than_it_starts": lambda: EntitlementFactory(
        to_month=date(2025, 12, 1)
    ),
    "entitlement_confirmed_by_whom_and_when": lambda: EntitlementFactory(state="RUNNING"),
    "entitlement_confirmed_by_a_second_person": _entitlement_confirmed_alone,
    "entitlement_ended_with_reason_and_last_month": lambda: EntitlementFactory(
        is_running=True, state="ENDED"
    ),
    "entitlement_state_known": lambda: EntitlementFactory(is_running=True, state="X"),
    "rate_month_is_a_month": lambda: EntitlementRateFactory(from_month=date(2026, 1, 31)),
    "rate_is_not_below_zero": lambda: EntitlementRateFactory(amount=-1),
    "run_numbered_once": lambda: twice(PaymentRunFactory, state="CANCELLED"),
    "run_one_open_per_place_and_month": _two_open_runs,
    "run_month_is_a_month": lambda: PaymentRunFactory(month=date(2026, 1, 2)),
    "run_looks_back": lambda: PaymentRunFactory(arrears_from=date(2026, 2, 1)),
    "run_checked_by_whom_and_when": lambda: PaymentRunFactory(state="CHECKED"),
    "run_approved_by_whom_and_when": lambda: _run(state="APPROVED", approved_by=None),
    "run_approved_by_another_person": _run_approved_alone,
    "run_state_known": lambda: _run(state="X"),
    "line_pays_a_month_once": lambda: twice(
        PaymentLineFactory, entitlement=EntitlementFactory(is_running=True), run=PaymentRunFactory()
    ),
    "line_once_in_a_run": lambda: twice(
        PaymentLineFactory, entitlement=EntitlementFactory(is_running=True),
        run=PaymentRunFactory(), kind="ARREARS",
    ),
    "line_is_replaced_once": _replaced_twice,
    "line_month_is_a_month": lambda: PaymentLineFactory(month=date(2026, 1, 2)),
    "line_recovers_what_is_below_zero": lambda: PaymentLineFactory(amount=-1),
    "line_reissue_replaces_another": lambda: PaymentLineFactory(kind="REISSUE"),
    "line_paid_on_a_day": lambda: PaymentLineFactory(
        state="PAID", account=PaymentAccountFactory(is_in_use=True)
    ),
    "line_failed_with_day_and_reason": lambda: PaymentLineFactory(
        state="FAILED", account=PaymentAccountFactory(is_in_use=True)
    ),
    "line_held_with_reason": lambda: PaymentLineFactory(reason=""),
    "line_goes_to_an_account": lambda: PaymentLineFactory(state="PENDING", reason=""),
    "line_kind_known": lambda: PaymentLineFactory(kind="X"),
    "line_state_known": lambda: PaymentLineFactory(state="X"),
    "bank_layout_kind_known": lambda: BankLayoutFactory(kind="X"),
    "bank_return_read_once": lambda: twice(
        BankReturnFactory, run=PaymentRunFactory(), sha256="0" * 64
    ),
    "bank_reject_reason_known": lambda: BankRejectFactory(reason="X"),
    "payment_figure_once_a_day": lambda: twice(PaymentFigureFactory),
    "payment_figure_is_positive": lambda: PaymentFigureFactory(value=0),
    "feed_once_a_kind": lambda: Feed.objects.create(kind="register"),
    "feed_kind_known": lambda: Feed.objects.create(kind="gossip"),
    "layout_column_once_a_fact": lambda: twice(LayoutColumnFactory, layout=LayoutFactory()),
    "layout_column_kind_known": lambda: LayoutColumnFactory(kind="SMELL"),
    "match_figure_once_a_day": lambda: twice(MatchFigureFactory),
    "match_figure_is_per_mille": lambda: MatchFigureFactory(value=1001),
    "match_figure_key_known": lambda: MatchFigureFactory(key="GUESS_FROM"),
    "match_decision_verdict_known": lambda: MatchDecisionFactory(verdict="PERHAPS"),
    "match_decision_keys_are_hashes": lambda: MatchDecisionFactory(person_key=b"short"),
    "code_meaning_once": lambda: twice(CodeMeaningFactory),
    "list_import_kind_known": lambda: ListImportFactory(kind="gossip"),
    "list_import_counts_add_up": lambda: ListImportFactory(rows=5),
    "list_row_once": lambda: twice(ListRowFactory, fingerprint=bytes(32)),
    "list_row_decision_known": lambda: ListRowFactory(decision="maybe"),
    "proposed_change_once": lambda: twice(ProposedChangeFactory, child=ChildFactory()),
    "proposed_change_decided_by_whom_and_when": lambda: ProposedChangeFactory(state="ACCEPTED"),
    "proposed_change_codes_known": lambda: ProposedChangeFactory(field="shoe_size"),
}  # fmt: skip
PROMISES = {c.name: c for model in guarded_models() for c in model._meta.constraints}


def test_every_promise_of_every_model_is_tested():
    assert set(WRITES) == set(PROMISES)


@pytest.mark.parametrize("name", WRITES)
def test_the_database_refuses(name):
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        WRITES[name]()

    assert refused.value.__cause__.diag.constraint_name == name
    broken = broken_promise(refused.value)
    assert broken.constraint == name
    assert broken.message == str(PROMISES[name].get_violation_error_message())


def test_an_approval_without_any_month_is_refused_too():
    with pytest.raises(IntegrityError), transaction.atomic():
        _approved(None)


def test_periods_may_follow_each_other_day_by_day():
    child = ChildFactory()
    GuardianshipFactory(child=child, is_main_carer=True, ends_on=DAY)
    GuardianshipFactory(child=child, is_main_carer=True, starts_on=DAY + timedelta(days=1))
    EconomicStatusFactory(child=child, ends_on=DAY)
    EconomicStatusFactory(child=child, starts_on=DAY + timedelta(days=1))


def test_the_last_day_belongs_to_the_period():
    child = ChildFactory()
    EconomicStatusFactory(child=child, ends_on=DAY)

    with pytest.raises(IntegrityError), transaction.atomic():
        EconomicStatusFactory(child=child, starts_on=DAY)


def test_a_file_merged_into_another_frees_its_id_number():
    first = ChildFactory(id_number=ID)
    first.merged_into = ChildFactory(residence_area=area(OTHER_VILLAGE))
    first.status, first.closed_on, first.closing_reason = "CLOSED", first.opened_on, "DUPLICATE"
    first.save()

    ChildFactory(id_number=ID, residence_area=area(VILLAGE))
