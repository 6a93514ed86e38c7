"""Making the week's digests for everybody at once, and sending one by e-mail."""

import json
from datetime import date, datetime

from django.conf import settings
from django.db import connection, transaction
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import Posting
from schools.channels import Channel, EmailChannel, Message
from schools.channels import Outcome as Answer
from schools.models.digest import (
    RECIPIENTS,
    SECTIONS,
    Digest,
    DigestDelivery,
    MailState,
    monday_of,
)

_INSERT = """
    INSERT INTO schools_digest (posting_id, user_id, week_on, made_at, counts)
    SELECT posting, "user", %s, %s, counts
    FROM jsonb_to_recordset(%s::jsonb) AS row (posting bigint, "user" bigint, counts jsonb)
    ON CONFLICT (posting_id, week_on) DO NOTHING RETURNING id"""


class NotSent(Exception):
    """The mail server took it not, or perhaps; the log says which, and it is tried again."""


def make_digests(*, today: date, now: datetime) -> list[int]:
    """One digest for each lead and township supervisor who has none of this week yet.

    Each section counts once for all of them. Answers with the keys of the new ones.
    """
    week_on = monday_of(today)
    served = Digest.objects.filter(week_on=week_on).values("posting")
    recipients = Posting.objects.held_on(today).filter(role__in=RECIPIENTS).exclude(pk__in=served)
    columns = ("pk", "user_id", "organisation_id", "area_id")
    found = list(recipients.order_by("pk").values_list(*columns))
    if not found:
        return []
    counted = {section.key: section.count(today) for section in SECTIONS}
    rows = [
        {
            "posting": posting, "user": user,
            "counts": {key: n.for_posting(school, area) for key, n in counted.items()},
        }
        for posting, user, school, area in found
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [week_on, now, json.dumps(rows)])
        return [row[0] for row in cursor.fetchall()]


def send_digest(*, digest_id: int, now: datetime, channel: Channel | None = None) -> bool:
    """Send one by e-mail unless it went out already or there is nothing to say; True when sent.

    The row is held while the mail server is spoken to, so that two workers send one message.
    Every try is logged. Raises NotSent.
    """
    with transaction.atomic():
        digest = Digest.objects.select_for_update(of=("self",)).select_related("user", "posting")
        row = digest.get(pk=digest_id)
        sent = row.deliveries.filter(state=MailState.SENT).exists()
        if sent or not row.total or not row.user.email or not row.user.is_active:
            return False
        receipt = (channel or EmailChannel()).send(_message(row))
        state = MailState.SENT if receipt.outcome == Answer.ACCEPTED else MailState.FAILED
        DigestDelivery.objects.create(
            digest=row, user=row.user, state=state, failure=receipt.code, at=now
        )
    if state == MailState.FAILED:
        raise NotSent(receipt.code)
    return True


def _message(digest: Digest) -> Message:
    """Figures and a link; no child is named outside the application."""
    with translation.override(digest.user.language or settings.LANGUAGE_CODE):
        day = date_format(digest.week_on, "SHORT_DATE_FORMAT")
        lines = [_("Week from %(day)s") % {"day": day}, str(digest.posting), ""]
        lines += [
            f"{section.title}: {digest.counts[section.key]}"
            for section in SECTIONS
            if digest.counts.get(section.key)
        ]
        link = f"{settings.PUBLIC_ADDRESS}{reverse('schools:digest')}"
        lines += ["", _("Names are shown in the application only:"), link]
        return Message(
            to=digest.user.email, subject=_("Distress registry: digest of the week"),
            text="\n".join(lines),
        )  # fmt: skip
