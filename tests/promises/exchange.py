"""A failing write for each promise of lists and matching."""

from datetime import timedelta

from django.utils import timezone

from exchange.models import Check, Feed
from tests.factories import (
    AskedNumberFactory,
    ChangeBatchFactory,
    ChangeBatchLineFactory,
    CheckFigureFactory,
    ChildFactory,
    CodeMeaningFactory,
    DepartmentCallFactory,
    DepartmentFactory,
    DepartmentNoticeFactory,
    DepartmentSearchFactory,
    DepartmentSubscriptionFactory,
    DepartmentTokenFactory,
    FileMergeFactory,
    FindingFactory,
    FindingQuestionFactory,
    FindingStepFactory,
    LayoutColumnFactory,
    LayoutFactory,
    ListImportFactory,
    ListOutFactory,
    ListRowFactory,
    ListUploadFactory,
    MatchDecisionFactory,
    MatchFigureFactory,
    MatchPairFactory,
    NumberAnswerFactory,
    NumberQueryFactory,
    OutColumnFactory,
    OutLayoutFactory,
    ProposedChangeFactory,
    SharingAgreementFactory,
    SharingFigureFactory,
    SharingRecordFactory,
    UserFactory,
)

from . import twice

NOW = timezone.now()


def _approved_query(**facts):
    return NumberQueryFactory(decided_by=UserFactory(), decided_at=timezone.now(), **facts)


def _feed(kind="low_income", **facts):
    row = Feed.objects.get(kind=kind)
    for name, value in facts.items():
        setattr(row, name, value)
    row.save()


def _twice_asked(row):
    AskedNumberFactory(query=row.query, guardian=row.guardian)


def _twice_answered(row):
    NumberAnswerFactory(asked=row.asked, list_import=row.list_import)


def _check(**facts):
    known = {"code": "M99", "severity": "HIGH", "deadline_days": 5, "department": "HEALTH"}
    return Check.objects.create(**known | facts)


def _asked(question=None, **facts):
    question = question or FindingQuestionFactory()
    for name, value in facts.items():
        setattr(question, name, value)
    question.save()


def _answered(state="NEW", done_at=None, **facts):
    question = FindingQuestionFactory()
    finding = question.finding
    finding.state, finding.done_at = state, done_at
    finding.save()
    said = {"verdict": "AS_FOUND", "answered_by": UserFactory(), "answered_at": NOW}
    _asked(question, **said | facts)


WRITES = {
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
    "list_upload_codes_known": lambda: ListUploadFactory(state="LOST"),
    "list_upload_taken_in_is_an_import": lambda: ListUploadFactory(state="TAKEN_IN"),
    "list_upload_register_is_of_the_county": lambda: ListUploadFactory(
        sent_from=DepartmentFactory()
    ),
    "list_upload_is_of_its_department": lambda: ListUploadFactory(
        kind="school_roll", sent_from=DepartmentFactory()
    ),
    "feed_departments_known": lambda: _feed(departments=["NAVY"]),
    "feed_register_is_of_the_county": lambda: _feed("register", departments=["FEDERATION"]),
    "finding_question_forgotten_once_it_is_over": lambda: FindingQuestionFactory(
        forgotten_at=NOW, facts={}, person=""
    ),
    "list_upload_given_back_to_who_sent_it": lambda: ListUploadFactory(back_reason="缺页"),
    "list_upload_undone_by_a_second_person": lambda: ListUploadFactory(
        state="UNDOING", undo_reason="错"
    ),
    "proposed_change_once": lambda: twice(ProposedChangeFactory, child=ChildFactory()),
    "proposed_change_decided_by_whom_and_when": lambda: ProposedChangeFactory(state="ACCEPTED"),
    "proposed_change_codes_known": lambda: ProposedChangeFactory(field="shoe_size"),
    "change_batch_codes_known": lambda: ChangeBatchFactory(state="LOST"),
    "change_batch_refusal_has_its_reason": lambda: ChangeBatchFactory(
        move="REFUSE", state="RUNNING", reason=" "
    ),
    "change_batch_ended_when": lambda: ChangeBatchFactory(state="DONE"),
    "change_batch_line_once_in_a_batch": lambda: twice(
        ChangeBatchLineFactory, batch=ChangeBatchFactory(), change_key=1
    ),
    "change_batch_line_outcome_known": lambda: ChangeBatchLineFactory(outcome="PERHAPS"),
    "match_pair_of_a_row_once": lambda: twice(
        MatchPairFactory, child=ChildFactory(), list_row=ListRowFactory(), person_key=bytes(32)
    ),
    "match_pair_of_files_once": lambda: twice(
        MatchPairFactory, child=ChildFactory(), other=ChildFactory(), list_row=None,
        person_key=bytes(32),
    ),
    "match_pair_is_a_row_or_an_older_file": lambda: MatchPairFactory(other=ChildFactory()),
    "match_pair_decided_by_whom_and_when": lambda: MatchPairFactory(state="SAME"),
    "match_pair_state_known": lambda: MatchPairFactory(
        state="PERHAPS", decided_by=UserFactory(), decided_at=timezone.now()
    ),
    "match_pair_keys_are_hashes": lambda: MatchPairFactory(person_key=b"short"),
    "file_merge_stands_once": lambda: twice(FileMergeFactory, merged=ChildFactory()),
    "file_merge_of_two_files": lambda: (lambda child: FileMergeFactory(child=child, merged=child))(
        ChildFactory()
    ),
    "file_merge_parted_by_whom_when_and_why": lambda: FileMergeFactory(parting_reason="两人"),
    "file_merge_has_a_reason": lambda: FileMergeFactory(reason=""),
    "out_layout_once_a_key": lambda: twice(OutLayoutFactory, key="same"),
    "out_layout_selection_known": lambda: OutLayoutFactory(selection="LUCKY"),
    "out_layout_says_why": lambda: OutLayoutFactory(purpose=""),
    "out_column_once_a_heading": lambda: twice(OutColumnFactory, layout=OutLayoutFactory()),
    "out_column_fact_known": lambda: OutColumnFactory(fact="child.shoe_size"),
    "list_out_state_known": lambda: ListOutFactory(state="LOST"),
    "list_out_approved_by_a_second_person": lambda: (
        lambda user: ListOutFactory(asked_by=user, decided_by=user)
    )(UserFactory()),
    "list_out_ready_when_approved_or_short": lambda: ListOutFactory(state="READY"),
    "list_out_fetched_when_ready": lambda: ListOutFactory(fetched_at=timezone.now()),
    "list_out_refused_with_a_reason": lambda: ListOutFactory(
        state="REFUSED", refusal_reason=" ", decided_by=UserFactory(), decided_at=timezone.now()
    ),
    "number_query_refused_with_a_reason": lambda: _approved_query(state="REFUSED"),
    "number_query_codes_known": lambda: NumberQueryFactory(kind="deaths"),
    "number_query_asks_somebody": lambda: NumberQueryFactory(numbers=0),
    "number_query_approved_by_a_second_person": lambda: (
        lambda user: NumberQueryFactory(
            asked_by=user, decided_by=user, decided_at=timezone.now(), state="READY"
        )
    )(UserFactory()),
    "number_query_goes_out_when_approved": lambda: NumberQueryFactory(state="READY"),
    "number_query_sent_has_a_deadline": lambda: _approved_query(state="SENT"),
    "number_query_closed_when_and_why": lambda: _approved_query(
        state="CLOSED", sent_at=timezone.now(), due_on=timezone.localdate(),
        closed_at=timezone.now(), closed_by=UserFactory(), reason=" ",
    ),
    "asked_number_once_in_a_batch": lambda: _twice_asked(AskedNumberFactory()),
    "number_answer_once_from_a_list": lambda: _twice_answered(NumberAnswerFactory()),
    "sharing_figure_once_a_day": lambda: twice(SharingFigureFactory),
    "sharing_figure_is_positive": lambda: SharingFigureFactory(value=0),
    "sharing_figure_key_known": lambda: SharingFigureFactory(key="LUCKY"),
    "sharing_record_direction_known": lambda: SharingRecordFactory(direction="UP"),
    "sharing_record_hash_is_sha256": lambda: SharingRecordFactory(file_hash=b"short"),
    "sharing_record_out_says_why": lambda: SharingRecordFactory(purpose=""),
    "sharing_record_import_comes_in": lambda: SharingRecordFactory(
        list_import=ListImportFactory()
    ),
    "check_code_is_one": lambda: _check(code="X01"),
    "check_severity_known": lambda: _check(severity="MILD"),
    "check_department_known": lambda: _check(department="CIRCUS"),
    "check_asks_departments": lambda: _check(asks=["CIRCUS"]),
    "check_has_a_deadline": lambda: _check(deadline_days=0),
    "check_figure_once_a_day": lambda: twice(CheckFigureFactory),
    "check_figure_is_positive": lambda: CheckFigureFactory(value=0),
    "finding_open_once": lambda: twice(FindingFactory, child=ChildFactory()),
    "finding_state_known": lambda: FindingFactory(state="LOST", done_at=NOW),
    "finding_done_at_an_hour": lambda: FindingFactory(state="CLOSED"),
    "finding_is_of_somebody": lambda: FindingFactory(child=None, area_code="330127"),
    "finding_assigned_to_somebody": lambda: FindingFactory(state="ASSIGNED"),
    "finding_visited_on_a_day": lambda: FindingFactory(state="VISITED"),
    "finding_step_state_known": lambda: FindingStepFactory(state="LOST"),
    "finding_question_may_be_asked": lambda: FindingQuestionFactory(
        asked_of=DepartmentFactory(department="HEALTH")
    ),
    "finding_question_waits_once": lambda: twice(
        FindingQuestionFactory, finding=FindingFactory(), asked_of=DepartmentFactory()
    ),
    "finding_question_in_words": lambda: FindingQuestionFactory(text=" "),
    "finding_question_verdict_known": lambda: _answered(verdict="PERHAPS", answer="查过"),
    "finding_question_answered_by_whom": lambda: _answered(answered_by=None),
    "finding_question_answered_in_words": lambda: _answered(verdict="UNKNOWN", answer=" "),
    "finding_question_withdrawn_by_whom": lambda: _asked(closed_at=NOW),
    "finding_question_answered_or_withdrawn": lambda: _answered(
        closed_at=NOW, closed_by=UserFactory()
    ),
    "finding_question_stays": lambda: _asked(text="另一个问题"),
    "finding_question_answered_while_open": lambda: _answered(
        state="CLOSED", done_at=NOW
    ),
    "agreement_says_why": lambda: SharingAgreementFactory(legal_ground=""),
    "agreement_names_registries_and_fields": lambda: SharingAgreementFactory(fields=["diary"]),
    "agreement_secret_categories_known": lambda: SharingAgreementFactory(
        secret_categories=["DISABLED"]
    ),
    "agreement_ended_by_whom_and_why": lambda: SharingAgreementFactory(
        ended_at=timezone.now(), ended_by=UserFactory()
    ),
    "agreement_ends_after_it_starts": lambda: SharingAgreementFactory(ends_on="2024-12-31"),
    "agreement_has_limits": lambda: SharingAgreementFactory(searches_a_call=1_001),
    "agreement_approved_by_a_second_person": lambda: (
        lambda user: SharingAgreementFactory(made_by=user, approved_by=user)
    )(UserFactory()),
    "department_token_once": lambda: twice(DepartmentTokenFactory, digest=bytes(32)),
    "department_token_expires_within_two_years": lambda: DepartmentTokenFactory(
        expires_at=NOW + timedelta(days=800)
    ),
    "department_token_revoked_by_whom_and_when": lambda: DepartmentTokenFactory(revoked_at=NOW),
    "department_call_hashes_are_sha256": lambda: DepartmentCallFactory(answer_hash=b"short"),
    "department_call_codes_known": lambda: DepartmentCallFactory(action="gossip"),
    "department_call_signed_once": lambda: twice(
        DepartmentCallFactory, token=DepartmentTokenFactory(), signed_hash=bytes(32)
    ),
    "department_search_once": lambda: twice(
        DepartmentSearchFactory, agreement=SharingAgreementFactory()
    ),
    "department_search_codes_known": lambda: DepartmentSearchFactory(state="LOST"),
    "department_subscription_once": lambda: twice(
        DepartmentSubscriptionFactory, agreement=SharingAgreementFactory(), child=ChildFactory()
    ),
    "department_subscription_hash_is_sha256": lambda: DepartmentSubscriptionFactory(
        first_hash=b"short"
    ),
    "department_notice_hash_is_sha256": lambda: DepartmentNoticeFactory(record_hash=b"short"),
}  # fmt: skip
