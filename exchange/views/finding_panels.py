"""Findings on the child's page and on the home page."""

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.access import Grant, Permission
from children.extensions import only_with
from children.models import Child
from children.models.overview import Due
from exchange.models import Finding
from exchange.models.finding_list import home_findings, open_of_child

ON_THE_FILE = 10


@only_with(Finding)
def findings_panel(child: Child, grant: Grant, today: date) -> Any:
    """The newest of the child; one query."""
    rows = Finding.objects.permitted(grant).filter(child=child).select_related("found_by")
    found = list(rows.order_by("-pk")[:ON_THE_FILE])
    return {"child": child, "rows": found} if found else None


@only_with(Finding)
def findings_due(child: Child, grant: Grant, today: date) -> list[Due]:
    if not grant.allows(Permission.FINDING_VIEW):
        return []
    return [
        Due(
            _("%(finding)s: deadline %(day)s")
            % {
                "finding": row.found_by.title,
                "day": formats.date_format(row.due_on, "SHORT_DATE_FORMAT"),
            },
            "",
            row.due_on < today,
            reverse("exchange:finding_detail", args=[row.pk]),
        )
        for row in open_of_child(child, grant)
    ]


def findings_block(grant: Grant, today: date) -> Any:
    block = home_findings(grant, today)
    if block is None:
        return None
    words = {
        "overdue": pgettext("due", "Overdue"), "week": pgettext("due", "Within a week"),
        "mine": pgettext("finding", "Mine"),
        "answered": pgettext("finding", "Answered by a department"),
        "late": pgettext("finding", "A department's answer is late"),
    }  # fmt: skip
    query = {
        "overdue": "?state=overdue", "week": "", "mine": "?mine=on", "answered": "?state=answered",
        "late": "?state=late",
    }  # fmt: skip
    block["counts"] = [
        (part, words[part], number, more, query[part])
        for part, number, more in block["counts"]
        if number or part not in ("answered", "late")
    ]
    return block
