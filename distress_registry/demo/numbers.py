"""Batches of numbers asked about, one in each state, with the answers that came."""

from datetime import datetime, timedelta

from accounts.access import Grant, Permission
from accounts.models import Posting
from exchange.actions.number_query import ask_numbers, close_query, fetch_numbers
from exchange.actions.second_person import decide
from exchange.models import AskedNumber, NumberQuery
from exchange.rules.list_upload import UploadState

from .uploads import Rows, sent

PRISON, REHABILITATION = "prison_results", "rehabilitation_results"
PURPOSE = "核实困境儿童父母服刑、强制戒毒情况"
TOO_EARLY = "上一批尚未答复，答复期满后再查"
NOBODY_IS_TOLD = "demo-numbers-2026"  # the password of a file that is thrown away
DAY = timedelta(days=1)


def load_numbers(users: dict[str, Posting], now: datetime) -> None:
    """Answered in full; closed with answers missing; answered in part and late; to be fetched;
    refused; waiting for the second person, which is the county officer."""
    county, deputy = users["county"], users["deputy"]
    full = _sent(PRISON, county, deputy, now - 100 * DAY)
    _answer(full, county, now - 85 * DAY, every=1)
    half = _sent(REHABILITATION, county, deputy, now - 90 * DAY)
    _answer(half, county, now - 62 * DAY, every=2)
    half.refresh_from_db()
    close_query(
        row=half, version=half.version, reason="戒毒所答复：其余人员不在本省", by=county.user,
        now=now - 55 * DAY,
    )  # fmt: skip
    _answer(_sent(PRISON, county, deputy, now - 40 * DAY), county, now - 20 * DAY, every=3)
    _sent(REHABILITATION, county, deputy, now - 3 * DAY)
    _decided(REHABILITATION, county, deputy, now - 1 * DAY, is_approved=True)
    _decided(PRISON, county, deputy, now - 6 * DAY, is_approved=False)
    _asked(PRISON, deputy, now - 0.2 * DAY)


def _asked(kind: str, by: Posting, now: datetime) -> NumberQuery:
    grant = Grant(by.user, by, Permission.LIST_OUT)
    return ask_numbers(kind=kind, grant=grant, purpose=PURPOSE, now=now)


def _decided(
    kind: str, by: Posting, second: Posting, now: datetime, *, is_approved: bool
) -> NumberQuery:
    row = _asked(kind, by, now)
    return decide(
        row=row, version=row.version, is_approved=is_approved, by=second.user,
        reason="" if is_approved else TOO_EARLY,
        now=now + timedelta(hours=2),
    )  # fmt: skip


def _sent(kind: str, by: Posting, second: Posting, now: datetime) -> NumberQuery:
    row = _decided(kind, by, second, now, is_approved=True)
    grant = Grant(by.user, by, Permission.LIST_OUT)
    file, _count = fetch_numbers(
        row=row, grant=grant, password=NOBODY_IS_TOLD, now=now + timedelta(hours=3)
    )
    file.close()
    row.refresh_from_db()
    return row


def _answer(query: NumberQuery, by: Posting, now: datetime, *, every: int) -> None:
    """Of one in `every`; the first of them is inside, the second released, the others are not."""
    since = "入监日期" if query.kind == PRISON else "入所日期"
    until = "刑满日期" if query.kind == PRISON else "解除日期"
    rows: Rows = [("查询编号", "姓名", "身份证号", "查询结果", since, until)]
    asked = AskedNumber.objects.filter(query=query).select_related("guardian").order_by("pk")
    for number, one in enumerate(asked[::every]):
        told = {
            1: ("是", f"{now - 200 * DAY:%Y-%m-%d}", f"{now + 500 * DAY:%Y-%m-%d}"),
            2: ("已释放", f"{now - 900 * DAY:%Y-%m-%d}", f"{now - 5 * DAY:%Y-%m-%d}"),
        }.get(number, ("否", "", ""))
        rows.append((query.code, one.guardian.name, one.guardian.id_number, *told))
    sent(query.kind, rows, by, now, last=UploadState.TAKEN_IN)
