"""The demo county's agreement with the federation's system, with a token that nobody is told."""

from datetime import datetime, timedelta

from django.utils import timezone

from accounts.access import Grant, Permission
from accounts.models import Posting
from exchange.actions.sharing_agreement import approve_agreement, issue_token, make_agreement


def load_agreements(users: dict[str, Posting], now: datetime) -> None:
    """Made by the county, approved by the administrator."""
    county, today = users["county"], timezone.localdate(now)
    facts = {
        "department": "县残疾人联合会", "sender_id": "federation.example",
        "purpose": "核对残疾儿童康复救助与补贴对象",
        "legal_ground": "《残疾人保障法》第五条；县级数据共享清单", "registries": ["DISABILITY"],
        "fields": ["name", "sex", "birth_date", "disability_kind", "disability_grade"],
        "starts_on": today - timedelta(days=30), "ends_on": today + timedelta(days=335),
    }  # fmt: skip
    made = now - timedelta(days=30)
    grant = Grant(county.user, county, Permission.AGREEMENT_KEEP)
    row = make_agreement(facts=facts, grant=grant, now=made)
    approve_agreement(row=row, version=row.version, by=users["admin"].user, now=made)
    issue_token(row=row, days=180, public_key="", by=county.user, now=made)
