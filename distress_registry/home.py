"""What stands on the home page beside the registry's own lists: one block per kind of work."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from accounts.access import Grant, Permission
from assistance.views.due import home_failures, home_gaps
from assistance.views.second_person import home_second_person
from children.views.campaign import campaigns_block
from children.views.care_plan import office_steps
from children.views.concern import concerns_block
from children.views.deputy import deputies_block
from children.views.due import due_block
from children.views.placement import placements_block
from children.views.transfer import transfers_block
from exchange.views.finding_panels import findings_block
from exchange.views.finding_question import asked_block
from exchange.views.number_query import queries_block
from exchange.views.out_panels import agreements_block, out_block
from exchange.views.sent_list import numbers_block, sent_block
from schools.models.growth_due import due_records
from schools.models.ledger_list import home_lines
from schools.views.digest import digest_of_the_week
from schools.views.due import overdue_count, own_due
from schools.views.going_on import home_going_on
from schools.views.group_blocks import coverage_block, handovers_block, lead_block
from schools.views.notice_panels import home_notices
from schools.views.wellbeing import referrals_block

from .alarms import lists_that_wait, runs_to_sign, work_failed
from .clock import clock_stands_still
from .views.access_log import access_block


@dataclass(frozen=True)
class Block:
    """For those with `permission`: the template finds `context(…)` as `block`; None hides it."""

    template: str
    permission: Permission
    context: Callable[[Grant, date], Any]


# Most urgent first. Each asks a constant number of queries and never counts everything.
BLOCKS: list[Block] = [
    Block("_home_clock.html", Permission.WORK, clock_stands_still),
    Block("_home_failed.html", Permission.WORK, work_failed),
    Block("_home_access.html", Permission.ACCESS_LOG_AUDIT, access_block),
    Block("children/_home_deputies.html", Permission.DEPUTY_NAME, deputies_block),
    Block("children/_home_concerns.html", Permission.CONCERN_VIEW, concerns_block),
    Block("children/_home_due.html", Permission.VISIT_VIEW, due_block),
    Block("children/_home_office_steps.html", Permission.CHILD_VIEW, office_steps),
    Block("children/_home_transfers.html", Permission.TRANSFER_VIEW, transfers_block),
    Block("children/_home_placements.html", Permission.PLACEMENT_KEEP, placements_block),
    Block("children/_home_campaigns.html", Permission.CAMPAIGN_VIEW, campaigns_block),
    Block("_home_lists.html", Permission.LIST_VIEW, lists_that_wait),
    Block("exchange/_home_numbers.html", Permission.LIST_SEND, numbers_block),
    Block("exchange/_home_sent.html", Permission.LIST_SEND, sent_block),
    Block("exchange/_home_out.html", Permission.LIST_OUT, out_block),
    Block("exchange/_home_agreements.html", Permission.AGREEMENT_KEEP, agreements_block),
    Block("exchange/_home_queries.html", Permission.LIST_OUT, queries_block),
    Block("_home_runs.html", Permission.RUN_CHECK, runs_to_sign),
    Block("exchange/_home_asked.html", Permission.FINDING_ASKED_VIEW, asked_block),
    Block("exchange/_home_findings.html", Permission.FINDING_VIEW, findings_block),
    Block("assistance/_home_second_person.html", Permission.AID_CONFIRM, home_second_person),
    Block("assistance/_home_failures.html", Permission.RUN_CHECK, home_failures),
    Block("assistance/_home_gaps.html", Permission.AID_VIEW, home_gaps),
    Block("schools/_home_referrals.html", Permission.WELLBEING_VIEW, referrals_block),
    Block("schools/_home_handovers.html", Permission.CONTACT_LOG, handovers_block),
    Block("schools/_home_group.html", Permission.GROUP_LEAD, lead_block),
    Block("schools/_home_coverage.html", Permission.GROUP_VIEW, coverage_block),
    Block("schools/_home_due.html", Permission.CONTACT_LOG, own_due),
    Block("schools/_home_overdue.html", Permission.DIGEST_VIEW, overdue_count),
    Block("schools/_home_digest.html", Permission.DIGEST_VIEW, digest_of_the_week),
    Block("schools/_home_ledger.html", Permission.LEDGER_VIEW, home_lines),
    Block("schools/_home_going_on.html", Permission.ROLL_KEEP, home_going_on),
    Block("schools/_home_growth.html", Permission.GROWTH_FILL, due_records),
    Block("schools/_home_notices.html", Permission.NOTICE_VIEW, home_notices),
]


def blocks_for(grant: Grant, today: date) -> list[tuple[str, Any]]:
    """(template, context) of the blocks that have something to say to this grant."""
    found = [
        (block.template, block.context(grant, today))
        for block in BLOCKS
        if grant.allows(block.permission)
    ]
    return [(template, context) for template, context in found if context is not None]
