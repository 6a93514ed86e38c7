"""What stands on the home page beside the registry's own lists: one block per kind of work."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from accounts.access import Grant, Permission
from children.views.concern import concerns_block
from schools.models.ledger_list import home_lines
from schools.views.notice_panels import home_notices


@dataclass(frozen=True)
class Block:
    """For those with `permission`: the template finds `context(…)` as `block`; None hides it."""

    template: str
    permission: Permission
    context: Callable[[Grant, date], Any]


# Most urgent first. Each asks a constant number of queries and never counts everything.
BLOCKS: list[Block] = [
    Block("children/_home_concerns.html", Permission.CONCERN_VIEW, concerns_block),
    Block("schools/_home_ledger.html", Permission.LEDGER_VIEW, home_lines),
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
