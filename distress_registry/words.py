"""How each figure of a table is counted, and what its blocks are called; docs/tables.md too."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from distress_registry.rules.county_figures import GUARANTEES, Counting

BLOCKS: dict[str, Any] = {
    "DISTRESSED": _("Distressed children"), "ORPHANS": _("Orphans by identity"),
    "KEPT": _("Orphans by where they live"), "NEARBY": _("Nearby figures"),
    "CHILDREN": _("Children"), "LIVING": _("Basic living"), "MEDICAL": _("Basic medical care"),
    "EDUCATION": _("Education"), "GUARDIANSHIP": pgettext_lazy("guarantee", "Guardianship"),
    "WELFARE": _("Welfare of disabled children"),
    "SEX": _("By sex"), "AGE": _("By age"), "SCHOOLING": _("By schooling"),
    "CARER": _("By who cares"), "CONDUCT": _("By how the carer cares"), "HEALTH": _("By health"),
    "BOARDING": _("By boarding"),
    "HEADS": _("Heads"), "CHANGED": _("Heads by change of the amount"), "STANDARD": _("Standard"),
    "MONEY": _("Money"), "BANK": _("Lines and runs"),
    "PRIMARY": _("Primary school"), "JUNIOR": _("Junior secondary"),
    "NEITHER": _("Neither primary nor junior"), "ALL": _("All together"),
}  # fmt: skip

_AGAIN = _(
    "How often too often children are counted who stand in several of the columns before;"
    " «together» counts each child once."
)
_IN_FORCE = _(
    "Children with such a category in force, as in the county's picture of the last month."
)
_CIVIL: dict[str, Any] = {
    "POOR": _("A category of poverty in force: subsistence allowance, near the threshold, rigid"
              " expenditure, monitored, destitute support."),
    "OWN": _("The category disabled or severely disabled in force."),
    "AGAIN": _AGAIN,
    "DISTRESSED": _("Children in at least one of the three columns, each once."),
    "NAMED": _("Orphans of whom an ID number is on file."),
    "UNNAMED": _("Orphans of whom no ID number is on file."),
    "KEPT_AGAIN": _AGAIN,
    "ADOPTED": _("Files closed for adoption that happened within the quarter."),
    "LIVING": _("Children with a confirmed entitlement to the living subsidy in the last month."),
    "NURSING": _("Children with a confirmed entitlement to the nursing subsidy in the last month."),
}  # fmt: skip
_GROUPS: dict[str, Any] = {
    "ORPHAN": _("A category of orphans, or de facto unattended, in force."),
    "DESTITUTE": _("Destitute support in force."),
    "UNWELL": _("A category of disability or severe illness in force."),
    "OTHER": _("Any other category in force."),
    "AGAIN": _AGAIN,
    "ALL": _("Children with any category in force, each once."),
}
_GUARANTEES: dict[str, Any] = {
    "LIVING": _("Concerns the categories that the county names for it. Covered: a confirmed"
                " entitlement of this month, not held, to a programme that answers it."),
    "MEDICAL": _("As basic living, by the categories and programmes named for medical care."),
    "EDUCATION": _("Concerns children of school age who have not finished junior school. Covered:"
                   " on a roll and in no ledger of dropout control, or lawfully excused."),
    "GUARDIANSHIP": _("Concerns every child. Covered: a main carer is recorded who is not a parent"
                      " known to be dead, missing, imprisoned or otherwise away."),
    "WELFARE": _("Concerns children with a valid certificate or diagnosis, or in a category of"
                 " disability. Covered: a confirmed entitlement of this month to a programme named"
                 " for it."),
}  # fmt: skip
_SEX = _("The file's sex.")
_AGES = _("Completed years on the last day. The category ends at 16: who is older is in no column.")
_SCHOOLING = _(
    "The stage on the roll on the last day. Dropout: in the ledger of dropouts. Below six years"
    " and on no roll: not in a kindergarten."
)
_CARER = _("How the main carer of the last day is related to the child.")
_CONDUCT = _("The guardian's conduct as the newest visit found it. Never visited: in no column.")
_HEALTH = _(
    "Disabled: a valid certificate or diagnosis. Ill: the category of severe illness, and not"
    " disabled. Healthy: neither."
)
_BOARDING = _("Boards at school by the roll of the last day.")
_SURVEY: dict[str, Any] = {
    **dict.fromkeys(("BOYS", "GIRLS"), _SEX), **dict.fromkeys(("AGE_0", "AGE_6", "AGE_14"), _AGES),
    **dict.fromkeys(("KINDERGARTEN", "NO_KINDERGARTEN", "PRIMARY", "JUNIOR", "SENIOR",
                     "VOCATIONAL", "DROPOUT", "NO_SCHOOL"), _SCHOOLING),
    **dict.fromkeys(("GRANDPARENTS", "RELATIVES", "PARENT", "OTHER_CARER", "NO_CARER"), _CARER),
    **dict.fromkeys(("GOOD", "FAIR", "POOR"), _CONDUCT),
    **dict.fromkeys(("HEALTHY", "DISABLED", "ILL"), _HEALTH),
    **dict.fromkeys(("BOARDS", "AT_HOME"), _BOARDING),
    "ALL": _("Children with the category left behind in force, each once."),
}  # fmt: skip
_PAYMENTS: dict[str, Any] = {
    "BEFORE": _("Children with a payment of the month before, of this programme. A child in two"
                " programmes stands in both rows. Of programmes not paid every month nobody is"
                " counted here, and everybody as new."),
    "NEW": _("A payment of this month and none of the month before."),
    "STOPPED": _("A payment of the month before and none of this month."),
    "HEADS": _("Children with a payment of this month, held and returned ones included."),
    "RAISED": _("This month's amount is higher than that of the month before."),
    "LOWERED": _("This month's amount is lower than that of the month before."),
    "SAME": _("The amounts of both months are equal."),
    "LEAST": _("The least amount that a child gets for this month."),
    "MOST": _("The highest amount that a child gets for this month."),
    "REGULAR": _("Amounts of this month in its runs; what is paid again after a failure is not"
                 " counted again."),
    "ARREARS": _("What the runs of this month add for earlier months."),
    "RECOVERY": _("What was paid too much and is to be recovered; below zero."),
    "MONEY": _("All amounts of the runs of this month."),
    "SENT": _("Lines that went to the bank, by runs of places in this area that were checked."),
    "RUNS": _("What the runs of places in this area were checked with."),
}  # fmt: skip
_FLOW: dict[str, Any] = {
    "BEGIN": _("In the ledger of dropouts before the first day, and not back yet then."),
    "CAME": _("Came into the ledger of dropouts within the period."),
    "RETURNED": _("Left the ledger within the period and was on a roll that day."),
    "LEFT": _("Left the ledger within the period otherwise: excused, moved, too old."),
    "END": _("Still in the ledger after the last day. The stage is that of the last roll before."),
}


def block_title(key: str) -> str:
    return str(BLOCKS[key])


def how_counted(counting: Counting, figure: str) -> str:
    """In the language of the page."""
    if counting == Counting.CIVIL:
        return str(_CIVIL.get(figure, _IN_FORCE))
    if counting == Counting.GUARANTEES:
        guarantee, _rest, _answer = figure.partition("_")
        return str(_GUARANTEES[guarantee] if guarantee in GUARANTEES else _GROUPS[figure])
    if counting == Counting.SURVEY:
        return str(_SURVEY[figure])
    if counting == Counting.PAYMENTS:
        return str(_PAYMENTS[figure])
    return str(_FLOW[figure.rpartition("_")[2]])
