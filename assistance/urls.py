from django.urls import path

from .views import (
    aid,
    bank,
    education_award,
    entitlement,
    freshman,
    gap,
    hub,
    payment_account,
    payment_run,
    proof,
    recognition,
    rehabilitation,
    rehabilitation_claim,
    rehabilitation_plan,
    rehabilitation_work,
)

app_name = "assistance"
urlpatterns = [
    path("", hub.hub, name="hub"),
    path("accounts/", payment_account.account_list, name="account_list"),
    path("entitlements/", entitlement.entitlement_list, name="entitlement_list"),
    path(
        "entitlements/confirm/",
        entitlement.entitlement_confirm_many,
        name="entitlement_confirm_many",
    ),
    path("runs/", payment_run.run_list, name="run_list"),
    path("runs/<int:run_id>/", payment_run.run_detail, name="run_detail"),
    path("runs/<int:run_id>/move/", payment_run.run_move, name="run_move"),
    path("runs/<int:run_id>/send/", bank.run_send, name="run_send"),
    path("runs/<int:run_id>/answer/", bank.run_answer, name="run_answer"),
    path("runs/<int:run_id>/answer/<int:answer_id>/", bank.answer_detail, name="answer_detail"),
    path("failures/", bank.failure_list, name="failure_list"),
    path("gaps/", gap.gap_list, name="gap_list"),
    path("gaps/export/", gap.gap_export, name="gap_export"),
    path("gaps/check/", gap.gap_check, name="gap_check"),
    path("gaps/propose/", gap.gap_propose, name="gap_propose"),
    path("proof/", proof.proof, name="proof"),
    path("recognition/", recognition.recognition_list, name="recognition_list"),
    path("recognition/propose/", recognition.recognition_propose, name="recognition_propose"),
    path(
        "recognition/confirm/",
        recognition.recognition_confirm_many,
        name="recognition_confirm_many",
    ),
    path("recognition/posted/", recognition.recognition_posted, name="recognition_posted"),
    path(
        "<case:case_number>/recognition/<int:recognition_id>/",
        recognition.recognition_detail,
        name="recognition_detail",
    ),
    path("rehabilitation/", rehabilitation_work.rehab_work, name="rehab_work"),
    path("rehabilitation/ledger/", rehabilitation_claim.rehab_ledger, name="rehab_ledger"),
    path("rehabilitation/claims/", rehabilitation_claim.claim_list, name="claim_list"),
    path(
        "rehabilitation/claims/<int:claim_id>/",
        rehabilitation_claim.claim_detail,
        name="claim_detail",
    ),
    path(
        "rehabilitation/claims/<int:claim_id>/move/",
        rehabilitation_claim.claim_move,
        name="claim_move",
    ),
    path(
        "rehabilitation/claims/<int:claim_id>/<int:claim_line_id>/",
        rehabilitation_claim.claim_line,
        name="claim_line",
    ),
    path("awards/", education_award.award_list, name="award_list"),
    path("awards/build/", education_award.award_build, name="award_build"),
    path("awards/confirm/", education_award.award_confirm_many, name="award_confirm_many"),
    path("freshmen/", freshman.freshman_list, name="freshman_list"),
    path("<case:case_number>/freshman/add/", freshman.freshman_add, name="freshman_add"),
    path(
        "<case:case_number>/freshman/<int:freshman_id>/",
        freshman.freshman_detail,
        name="freshman_detail",
    ),
    path(
        "<case:case_number>/freshman/<int:freshman_id>/move/",
        freshman.freshman_move,
        name="freshman_move",
    ),
    path(
        "<case:case_number>/freshman/<int:freshman_id>/arrive/",
        freshman.freshman_arrive,
        name="freshman_arrive",
    ),
    path("settlements/add/", education_award.settlement_add, name="settlement_add"),
    path(
        "settlements/<int:settlement_id>/",
        education_award.settlement_detail,
        name="settlement_detail",
    ),
    path(
        "<case:case_number>/awards/<int:award_id>/",
        education_award.award_detail,
        name="award_detail",
    ),
    path("<case:case_number>/", aid.child_aid, name="child_aid"),
    path("<case:case_number>/rehabilitation/add/", rehabilitation.rehab_add, name="rehab_add"),
    path(
        "<case:case_number>/rehabilitation/<int:rehab_id>/",
        rehabilitation.rehab_detail,
        name="rehab_detail",
    ),
    path(
        "<case:case_number>/rehabilitation/<int:rehab_id>/move/",
        rehabilitation.rehab_move,
        name="rehab_move",
    ),
    path(
        "<case:case_number>/rehabilitation/<int:rehab_id>/plan/",
        rehabilitation.rehab_plan_add,
        name="rehab_plan_add",
    ),
    path(
        "<case:case_number>/rehabilitation/plans/<int:rehab_plan_id>/",
        rehabilitation_plan.rehab_plan,
        name="rehab_plan",
    ),
    path(
        "<case:case_number>/rehabilitation/plans/<int:rehab_plan_id>/end/",
        rehabilitation_plan.rehab_plan_end,
        name="rehab_plan_end",
    ),
    path(
        "<case:case_number>/rehabilitation/plans/<int:rehab_plan_id>/sessions/",
        rehabilitation_plan.rehab_sessions,
        name="rehab_sessions",
    ),
    path(
        "<case:case_number>/rehabilitation/sessions/<int:rehab_session_id>/withdraw/",
        rehabilitation_plan.rehab_session_withdraw,
        name="rehab_session_withdraw",
    ),
    path("<case:case_number>/accounts/add/", payment_account.account_add, name="account_add"),
    path(
        "<case:case_number>/accounts/<int:account_id>/",
        payment_account.account_detail,
        name="account_detail",
    ),
    path(
        "<case:case_number>/accounts/<int:account_id>/decide/",
        payment_account.account_decide,
        name="account_decide",
    ),
    path(
        "<case:case_number>/entitlements/add/", entitlement.entitlement_add, name="entitlement_add"
    ),
    path(
        "<case:case_number>/entitlements/<int:entitlement_id>/",
        entitlement.entitlement_detail,
        name="entitlement_detail",
    ),
    path(
        "<case:case_number>/entitlements/<int:entitlement_id>/move/",
        entitlement.entitlement_move,
        name="entitlement_move",
    ),
    path(
        "<case:case_number>/entitlements/<int:entitlement_id>/amount/",
        entitlement.rate_add,
        name="rate_add",
    ),
    path("<case:case_number>/payments/<int:line_id>/", payment_run.line_detail, name="line_detail"),
    path("<case:case_number>/payments/<int:line_id>/retry/", bank.line_retry, name="line_retry"),
    path(
        "<case:case_number>/payments/<int:line_id>/recover/", bank.line_recover, name="line_recover"
    ),
    path("<case:case_number>/gaps/<int:gap_id>/", gap.gap_detail, name="gap_detail"),
    path("<case:case_number>/gaps/<int:gap_id>/decide/", gap.gap_decide, name="gap_decide"),
    path("<case:case_number>/slip/", aid.aid_slip, name="aid_slip"),
]
