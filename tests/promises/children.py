"""A failing write for each promise of the registry: children and what hangs on them."""

import uuid
from datetime import date, timedelta

from django.utils import timezone

from children.models import CaseNumberSerial
from tests.factories import (
    TOWNSHIP,
    VILLAGE,
    ApplicationFactory,
    CadenceFactory,
    CampaignAnswerFactory,
    CampaignChildFactory,
    CampaignFactory,
    CampaignReminderFactory,
    CareActionFactory,
    CarePlanFactory,
    CaseAccessFactory,
    CategorySpellFactory,
    CertificateFactory,
    ChildFactory,
    CodeEntryFactory,
    ConcernFactory,
    EconomicStatusFactory,
    FactConfirmationFactory,
    FileExitFactory,
    GuardianFactory,
    GuardianshipFactory,
    HomeVisitFactory,
    ParentStatusFactory,
    PlacementFactory,
    PlacementTermFactory,
    PostingFactory,
    PutOffFactory,
    RiskAssessmentFactory,
    RiskQuestionFactory,
    TransferFactory,
    TransferTermFactory,
    UserFactory,
    area,
)
from tests.world import document

from . import twice

ID = "99010120160301007X"
DAY = date(2025, 6, 1)
BEFORE = date(2023, 1, 1)


def _two_main_carers():
    child = ChildFactory()
    GuardianshipFactory(child=child, is_main_carer=True)
    GuardianshipFactory(child=child, is_main_carer=True, starts_on=DAY)


def _same_guardian_twice():
    first = GuardianshipFactory()
    GuardianshipFactory(child=first.child, guardian=first.guardian, starts_on=DAY)


def _answered():
    return {"answered_by": PostingFactory(), "answered_at": timezone.now()}


def _merged(**facts):
    return ChildFactory(merged_into=ChildFactory(), **facts)


def _serial():
    CaseNumberSerial.objects.create(county_code="330127", year=2026, last=1)


def _withdrawn():
    row = document(ChildFactory())
    row.withdrawn_at = timezone.now()
    row.save()


def _document_of_kind(kind, visit=None):
    row = document(ChildFactory())
    row.kind, row.visit = kind, visit
    row.save()


def _approved(month):
    return ApplicationFactory(
        state="APPROVED", decided_by=UserFactory(), decided_at=timezone.now(),
        effective_month=month,
    )  # fmt: skip


def _same_document():
    first, second = document(ChildFactory()), document(ChildFactory())
    second.uuid = first.uuid
    second.save()


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
    "concern_told_by_known": lambda: ConcernFactory(told_by="X"),
    "concern_acknowledged_by_and_at": lambda: ConcernFactory(acknowledged_by=UserFactory()),
    "concern_closed_with_outcome_after_acknowledging": lambda: ConcernFactory(
        outcome="PROTECTED", closed_at=timezone.now()
    ),
    "certificate_number_once": lambda: twice(CertificateFactory, number=ID + "52"),
    "certificate_one_valid_per_child": lambda: twice(CertificateFactory, child=ChildFactory()),
    "certificate_number_or_diagnosis": lambda: CertificateFactory(number=""),
    "certificate_expires_after_issue": lambda: CertificateFactory(expires_on=BEFORE),
    "certificate_valid_has_no_end": lambda: CertificateFactory(status_from=DAY),
    "certificate_kind_known": lambda: CertificateFactory(kind=8),
    "certificate_grade_known": lambda: CertificateFactory(grade=5),
    "certificate_status_known": lambda: CertificateFactory(status="X"),
    "document_uuid_once": _same_document,
    "document_withdrawn_with_reason": _withdrawn,
    "document_of_a_visit_of_its_child": lambda: _document_of_kind(
        "VISIT_PHOTO", HomeVisitFactory()
    ),
    "document_of_a_visit_is_its_photo": lambda: _document_of_kind("VISIT_PHOTO"),
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
    "file_exit_one_stands": lambda: twice(FileExitFactory, child=ChildFactory()),
    "file_exit_reason_known": lambda: FileExitFactory(reason="X"),
    "file_exit_months_are_months": lambda: FileExitFactory(effective_month=date(2026, 4, 2)),
    "file_exit_transition_where_a_parent_returns": lambda: FileExitFactory(
        reason="ADOPTED", transition_until=date(2026, 7, 1)
    ),
    "file_exit_other_says_what": lambda: FileExitFactory(reason="OTHER"),
    "campaign_of_a_county_or_above": lambda: CampaignFactory(area=area(TOWNSHIP)),
    "campaign_asks_known_facts": lambda: CampaignFactory(facts=[]),
    "campaign_names_no_secret_category": lambda: CampaignFactory(categories=["HIV"]),
    "campaign_ages_in_order": lambda: CampaignFactory(from_age=7, to_age=6),
    "campaign_due_after_it_opens": lambda: CampaignFactory(due_on=date(2026, 3, 1)),
    "campaign_closed_by_somebody_with_figures": lambda: CampaignFactory(
        closed_at=timezone.now(), figures={}
    ),
    "campaign_answer_once": lambda: twice(CampaignAnswerFactory, campaign=CampaignFactory()),
    "campaign_answer_leaves_no_child_out": lambda: CampaignChildFactory(
        answer=CampaignAnswerFactory(sent=True, is_nil=True)
    ),
    "campaign_answer_is_nil_or_names_the_found": lambda: CampaignAnswerFactory(sent=True),
    "campaign_answered_by_and_at": lambda: CampaignAnswerFactory(
        is_nil=True, answered_at=timezone.now()
    ),
    "campaign_child_once": lambda: twice(
        CampaignChildFactory, answer=CampaignAnswerFactory(), child=ChildFactory()
    ),
    "campaign_child_outcome_fits_its_kind": lambda: CampaignChildFactory(
        said=True, kind="LEAD", outcome="UNCHANGED"
    ),
    "campaign_child_changed_says_what": lambda: CampaignChildFactory(said=True, outcome="CHANGED"),
    "campaign_child_away_says_where": lambda: CampaignChildFactory(said=True, outcome="AWAY"),
    "campaign_child_answered_by_and_at": lambda: CampaignChildFactory(outcome="UNCHANGED"),
    "campaign_reminder_once_a_day": lambda: twice(
        CampaignReminderFactory, answer=CampaignAnswerFactory()
    ),
    "campaign_reminder_way_known": lambda: CampaignReminderFactory(way="X"),
    "care_plan_one_at_a_time": lambda: twice(CarePlanFactory, child=ChildFactory()),
    "care_plan_ended_with_result": lambda: CarePlanFactory(result="REACHED"),
    "care_plan_review_lies_ahead": lambda: CarePlanFactory(review_on=date(2026, 3, 2)),
    "placement_term_is_positive": lambda: PlacementTermFactory(most_months=0),
    "placement_ends_after_it_starts": lambda: PlacementFactory(
        ends_on=date(2026, 3, 1), outcome="RETURNED", finding="好"
    ),
    "placement_one_at_a_time": lambda: twice(PlacementFactory, child=ChildFactory()),
    "placement_codes_known": lambda: PlacementFactory(ground="X"),
    "placement_assessed_within_its_term": lambda: PlacementFactory(review_on=date(2027, 3, 2)),
    "placement_ends_with_an_outcome": lambda: PlacementFactory(ends_on=date(2026, 4, 1)),
    "transfer_term_is_positive": lambda: TransferTermFactory(answer_days=0),
    "transfer_one_waits": lambda: twice(TransferFactory, child=ChildFactory()),
    "transfer_leads_elsewhere": lambda: TransferFactory(to_area=area(VILLAGE)),
    "transfer_state_known": lambda: TransferFactory(state="X", **_answered()),
    "transfer_answered_by_somebody": lambda: TransferFactory(state="WITHDRAWN"),
    "transfer_refused_with_a_reason": lambda: TransferFactory(state="REFUSED", **_answered()),
    "care_action_outcome_when_done": lambda: CareActionFactory(outcome="好"),
}  # fmt: skip
