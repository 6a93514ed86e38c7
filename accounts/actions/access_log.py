"""Lines of the access log, written in the transaction of what they tell of."""

from ipaddress import ip_address

from django.db import connection
from django.http import HttpRequest

from accounts.access import Grant
from accounts.models import AccessEvent, AccessKind


def record(
    *,
    grant: Grant,
    kind: AccessKind,
    request: HttpRequest | None = None,
    child_id: int | None = None,
    area_code: str = "",
    subject: str = "",
    reason: str = "",
    row_count: int | None = None,
) -> None:
    """`subject` is a code – a page or a field – never a value; `area_code` the file's keeper."""
    # Plain SQL: a line is written with every page.
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_accessevent (user_id, posting_id, role, kind, child_id,"
            " area_code, subject, reason, row_count, address)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                grant.user.pk, grant.posting.pk, grant.posting.role, kind, child_id,
                area_code or grant.home_area_code, subject[:100], reason, row_count,
                client_address(request) if request else None,
            ],
        )  # fmt: skip


def client_address(request: HttpRequest) -> str | None:
    """Address of the nearest peer; the reverse proxy sets it (see docs/operation.md)."""
    for name in ("HTTP_X_REAL_IP", "REMOTE_ADDR"):
        try:
            return str(ip_address(request.META.get(name, "")))
        except ValueError:
            continue
    return None


def record_each(
    *,
    grant: Grant,
    kind: AccessKind,
    request: HttpRequest | None,
    children: dict[int, str],
    subject: str,
) -> None:
    """A line for each child – id → managing area – in one statement."""
    address = client_address(request) if request else None
    rows = [
        AccessEvent(
            user=grant.user, posting_id=grant.posting.pk, role=grant.posting.role, kind=kind,
            child_id=child, area_code=area, subject=subject[:100], address=address,
        )
        for child, area in children.items()
    ]  # fmt: skip
    AccessEvent.objects.bulk_create(rows)
