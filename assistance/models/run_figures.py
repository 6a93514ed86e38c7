"""A run in figures, and its lines as they are listed; accounts to look at before approving."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, Sum
from django.utils import timezone

from accounts.access import Grant
from accounts.models import Area
from assistance.rules.payment_account import Doubt, is_fresh_change

from .gap import Gap, GapKind
from .gap_list import with_doors
from .payment_account import Holder, PaymentAccount, holder_is_doubtful
from .payment_figure import payment_figures
from .payment_line import PaymentLine, PaymentLineKind, PaymentLineState
from .payment_run import PaymentRun
from .programme import Programme

PAGE = 25
MOST_DOUBTS = 50


@dataclass
class Total:
    count: int = 0
    amount: Decimal = Decimal(0)

    def add(self, count: int, amount: Decimal) -> None:
        self.count, self.amount = self.count + count, self.amount + amount


@dataclass
class RunFigures:
    """Counts and sums of the lines that stand: by state, programme, township and kind."""

    states: dict[str, Total] = field(default_factory=lambda: defaultdict(Total))
    programmes: dict[str, dict[str, Total]] = field(default_factory=dict)
    areas: dict[str, dict[str, Total]] = field(default_factory=dict)
    kinds: dict[str, Total] = field(default_factory=lambda: defaultdict(Total))
    to_pay: Total = field(default_factory=Total)
    recovery: Total = field(default_factory=Total)


def figures_of(run: PaymentRun) -> RunFigures:
    """Three queries, however many lines; also of children who moved away since."""
    rows = (
        PaymentLine.objects.filter(run=run).standing().order_by()
        .values_list("programme", "area_code", "kind", "state")
        .annotate(count=Count("pk"), amount=Sum("amount"))
    )  # fmt: skip
    found = list(rows)
    programmes = {
        row.pk: row.label for row in Programme.objects.filter(pk__in={row[0] for row in found})
    }
    areas = dict(Area.objects.filter(pk__in={row[1] for row in found}).values_list("pk", "name"))
    figures = RunFigures()
    for programme, area, kind, state, count, amount in sorted(found, key=lambda row: row[1]):
        if kind == PaymentLineKind.RECOVERY:
            figures.recovery.add(count, amount)
            continue
        figures.states[state].add(count, amount)
        figures.kinds[kind].add(count, amount)
        for of, name in (
            (figures.programmes, programmes[programme]), (figures.areas, areas.get(area, area))
        ):  # fmt: skip
            of.setdefault(name, defaultdict(Total))[state].add(count, amount)
        if state != PaymentLineState.HELD:
            figures.to_pay.add(count, amount)
    return figures


@dataclass(frozen=True)
class LineFilters:
    """Empty values filter nothing."""

    state: str = ""
    kind: str = ""


@dataclass
class LinePage:
    rows: list[PaymentLine]
    following: str = ""


def lines_page(
    *, run: PaymentRun, grant: Grant, filters: LineFilters, after: int | None, size: int = PAGE
) -> LinePage:
    """In the order in which they were made, behind the line `after`."""
    rows = PaymentLine.objects.of_run(run, grant).standing()
    if filters.state:
        rows = rows.filter(state=filters.state)
    if filters.kind:
        rows = rows.filter(kind=filters.kind)
    if after is not None:
        rows = rows.filter(pk__gt=after)
    rows = rows.select_related("child__residence_area__parent", "programme", "account")
    found = list(rows.order_by("pk")[: size + 1])
    page = LinePage(found[:size])
    if len(found) > size:
        page.following = str(found[size - 1].pk)
    return page


def doubtful_lines(run: PaymentRun, grant: Grant) -> list[tuple[PaymentLine, list[Doubt]]]:
    """Lines whose account a second look is due to, at most fifty; three queries."""
    norms = payment_figures(run.month)
    rows = PaymentLine.objects.of_run(run, grant).to_pay()
    pays_on = timezone.localdate(run.built_at) if run.built_at else run.month
    since = pays_on - timedelta(days=norms["ACCOUNT_CHANGE_DAYS"])
    changed = Q(account__replaces__isnull=False, account__decided_at__date__range=(since, pays_on))
    other = holder_is_doubtful("account", "child", pays_on)
    shared = _shared_hashes(rows, norms["ACCOUNT_CHILDREN"])
    many = Q(account__account_number_hash__in=shared)
    rows = rows.filter(changed | other | many)
    found = rows.select_related("child", "account__guardianship__guardian", "programme")
    found = found.order_by("pk")[:MOST_DOUBTS]
    return [(line, _doubts(line, shared, norms, pays_on)) for line in found]


def not_owed(run: PaymentRun, grant: Grant) -> list[Gap]:
    """What the run would pay and the rules do not owe, or not so much; at most fifty, one query.

    Empty once it is approved: what was paid then is told by the list of gaps.
    """
    if run.approved_at is not None:
        return []
    paid = PaymentLine.objects.filter(
        run=run, child=OuterRef("child"), programme=OuterRef("programme")
    ).to_pay()
    rows = Gap.objects.permitted(grant).open().of_kind(GapKind.RECEIVED).filter(Exists(paid))
    found = rows.select_related("child", "programme", "entitlement").order_by("since", "pk")
    return with_doors(found[:MOST_DOUBTS], grant)


def _shared_hashes(lines: Any, most: int) -> set[bytes]:
    rows = (
        PaymentAccount.objects.filter(pk__in=lines.values("account")).order_by()
        .values("account_number_hash").annotate(children=Count("child", distinct=True))
        .filter(children__gt=most).values_list("account_number_hash", flat=True)
    )  # fmt: skip
    return {bytes(value) for value in rows}


def _doubts(
    line: Any, shared: Iterable[bytes], norms: dict[str, int], pays_on: date
) -> list[Doubt]:
    account, found = line.account, []
    account.child = line.child
    if is_fresh_change(account.changed_on, pays_on, days=norms["ACCOUNT_CHANGE_DAYS"]):
        found.append(Doubt.CHANGED)
    if account.holder_is == Holder.OTHER:
        found.append(Doubt.OTHER_HOLDER)
    if not account.is_in_their_name:
        found.append(Doubt.OTHER_NAME)
    if not account.is_guardian_still(pays_on):
        found.append(Doubt.NO_GUARDIAN)
    if bytes(account.account_number_hash) in shared:
        found.append(Doubt.SHARED)
    return found
