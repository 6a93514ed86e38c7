"""Deaths, low-income lists, household register beside files and rolls: M06, M14, M26, M27."""

from .parts import MINOR, Query, not_over, of_child, of_row, row_facts

_DIED = "(r.marks->>'died_on')::date"
_STILL_PAID = f"""(
    EXISTS (SELECT 1 FROM assistance_entitlement e WHERE e.child_id = r.child_id
                AND e.state IN ('RUNNING', 'HELD')
                AND (e.to_month IS NULL OR e.to_month > {_DIED}))
    OR EXISTS (SELECT 1 FROM assistance_paymentline l WHERE l.child_id = r.child_id
                AND l.month > {_DIED} AND l.amount > 0
                AND l.state IN ('PENDING', 'PAID', 'FAILED'))
    OR EXISTS (SELECT 1 FROM two_subsidy_roll s
                WHERE (s.id_number_hash = r.id_number_hash OR s.child_id = r.child_id)
                  AND coalesce(s.marks->>'pay_status', 'PAID') = 'PAID'
                  AND (s.marks->>'month')::date > {_DIED}))"""
M06 = Query(
    of_row(
        row_facts("died_on", "death__kind"), "deaths r",
        f"NOT r.is_asked AND (r.child_id IS NOT NULL OR {MINOR}) AND {_STILL_PAID}",
    ),
    ("deaths", "two_subsidy_roll"),
)  # fmt: skip
_POOR = "('DIBAO', 'NEAR_THRESHOLD', 'RIGID_EXPENDITURE', 'DESTITUTE', 'POVERTY_MONITORED')"
# Left the list: an earlier row that the newest list of the township has no more, or an end passed.
M14 = Query(
    of_row(
        row_facts("economic", "until"),
        "low_income r JOIN children_economicstatusspell s ON s.child_id = r.child_id",
        f"s.status IN {_POOR} AND s.starts_on <= %(today)s"
        " AND (s.ends_on IS NULL OR s.ends_on >= %(today)s) AND r.file IN ('LEAD', 'ACTIVE')"
        " AND (NOT r.stands OR (r.marks->>'until')::date < %(today)s)"
        " AND NOT EXISTS (SELECT 1 FROM low_income n WHERE n.child_id = r.child_id AND n.stands"
        f" AND {not_over('until', 'n')})",
    ),
    ("low_income",),
)
# Registers of adoption are no list of ours: files closed here, and still entitled in a month in
# which nothing follows from the file any more; told in the month before at the earliest.
_WITHOUT = (
    "coalesce(x.transition_until, x.effective_month,"
    " (date_trunc('month', c.closed_on) + interval '1 month')::date)"
)
M26 = Query(
    of_child(
        "jsonb_build_object('closing_reason', c.closing_reason, 'closed_on', c.closed_on)",
        "children_child c LEFT JOIN children_fileexit x ON x.child_id = c.id"
        " AND x.taken_back_at IS NULL",
        f"c.status = 'CLOSED' AND c.merged_into_id IS NULL AND {_WITHOUT} <= %(next_month)s"
        " AND EXISTS (SELECT 1 FROM assistance_entitlement e WHERE e.child_id = c.id"
        " AND e.state IN ('RUNNING', 'HELD')"
        f" AND coalesce(e.to_month, 'infinity') >= greatest({_WITHOUT}, %(month)s))",
    )
)
_MOVED = "coalesce((r.marks->>'event_on')::date, 'infinity')"
M27 = Query(
    of_row(
        row_facts("event", "event_on"), "household_registration r",
        "r.file IN ('LEAD', 'ACTIVE') AND (r.marks->>'event' IN ('OUT', 'CANCELLED') AND EXISTS ("
        "SELECT 1 FROM children_child c WHERE c.id = r.child_id"
        f" AND left(c.hukou_area_id, 6) = left(r.area_code, 6) AND c.opened_on <= {_MOVED})"
        " OR r.marks->>'event' = 'IN'"
        " AND left(r.managing_area_id, 6) <> left(r.area_code, 6))"
        # What a later list of the same county says goes before.
        " AND NOT EXISTS (SELECT 1 FROM household_registration n WHERE n.child_id = r.child_id"
        " AND n.seen > r.seen AND left(n.area_code, 6) = left(r.area_code, 6)"
        " AND (n.marks->>'event' IN ('OUT', 'CANCELLED'))"
        " <> (r.marks->>'event' IN ('OUT', 'CANCELLED')))",
    ),
    ("household_registration",),
)  # fmt: skip
