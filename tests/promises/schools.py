"""A failing write for each promise of the schools."""

import uuid
from datetime import date
from decimal import Decimal

from django.utils import timezone

from schools.models import Digest, DigestDelivery
from tests.factories import (
    CALM,
    AbsenceFactory,
    ChecklistFactory,
    ChecklistItemFactory,
    ChildFactory,
    ConsentFactory,
    ContactFactory,
    DeliveryFactory,
    EnrolmentFactory,
    ExcuseFactory,
    GoingOnFactory,
    GrowthCorrectionFactory,
    GrowthMarkFactory,
    GrowthRecordFactory,
    GuardianshipFactory,
    HomeTeachingVisitFactory,
    LedgerEntryFactory,
    MoveUpFactory,
    NormFactory,
    NoteFactory,
    NoticeFactory,
    NoticeTemplateFactory,
    ObservationFactory,
    OrganisationFactory,
    PairingFactory,
    PersuasionFactory,
    PlanFactory,
    PostingFactory,
    ReferralFactory,
    ReferralStepFactory,
    SchoolBreakFactory,
    SchoolFactory,
    SchoolYearFactory,
    ScreeningBandFactory,
    ScreeningToolFactory,
    ScreeningWithdrawalFactory,
    SeatFactory,
    SeatHolderFactory,
    SessionFactory,
    SubjectFactory,
    TermFactory,
    UserFactory,
    WorkingGroupFactory,
)

from . import twice

DAY = date(2025, 6, 1)
BEFORE = date(2023, 1, 1)


def _delivered_twice():
    notice = NoticeFactory()
    care = GuardianshipFactory(child=notice.child)
    twice(DeliveryFactory, notice=notice, guardianship=care)


def _digest(posting, week_on="2026-03-02"):
    return Digest.objects.create(
        posting=posting, user=posting.user, week_on=week_on, made_at=timezone.now()
    )


def _mailed(state, digest=None):
    digest = digest or _digest(PostingFactory())
    DigestDelivery.objects.create(digest=digest, user=digest.user, state=state, at=timezone.now())


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
    "ledger_given_back_with_a_reason": lambda: LedgerEntryFactory(returned_at=timezone.now()),
    "ledger_closed_by_and_at": lambda: LedgerEntryFactory(closed_at=timezone.now()),
    "ledger_closed_by_a_second_person": lambda: _struck_off(closed_at=timezone.now()),
    "persuasion_means_known": lambda: PersuasionFactory(means="X"),
    "persuasion_outcome_known": lambda: PersuasionFactory(outcome="X"),
    "persuasion_cause_known": lambda: PersuasionFactory(cause="X"),
    "persuasion_next_step_lies_ahead": lambda: PersuasionFactory(next_on=BEFORE),
    "move_up_undone_by_and_at": lambda: MoveUpFactory(undone_at=timezone.now()),
    "going_on_said_once": lambda: twice(GoingOnFactory, enrolment=EnrolmentFactory(grade=6)),
    "going_on_state_known": lambda: GoingOnFactory(state="X"),
    "going_on_stage_known": lambda: GoingOnFactory(stage="X"),
    "going_on_leads_to_another_school": lambda: GoingOnFactory(to_school=None),
    "going_on_exception_has_its_reason": lambda: GoingOnFactory(state="STAYS", note=" "),
    "going_on_refused_with_a_reason": lambda: GoingOnFactory(
        state="REFUSED", answered_by=UserFactory(), answered_at=timezone.now()
    ),
    "going_on_answered_by_and_at": lambda: GoingOnFactory(answered_at=timezone.now()),
    "going_on_taken_in_by_a_move": lambda: GoingOnFactory(move=MoveUpFactory()),
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
}  # fmt: skip
