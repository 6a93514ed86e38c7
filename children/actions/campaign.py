"""A round of checks opened, reminded of and closed: set-based, for thousands of places at once."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.history_rows import write_history
from accounts.models import Posting, User
from accounts.models.area import upper_bound
from accounts.roles import Role
from children.models import Campaign, CampaignAnswer, CampaignChild
from children.models.campaign_answer import total

from .promises import broken_promise
from .record import sign

# Every village of today, and whoever else keeps files of children there.
_PLACES = """
    INSERT INTO children_campaignanswer
        (uuid, version, updated_at, campaign_id, place_id, is_nil, remark, known, leads, found,
         waiting, unchanged, changed, away, visited, gone, is_over)
    SELECT gen_random_uuid(), 1, %(now)s, %(campaign)s, place.code, false, '',
           0, 0, 0, 0, 0, 0, 0, 0, 0, false
    FROM (SELECT code FROM accounts_area
          WHERE level = 12 AND valid_to IS NULL AND code >= %(lo)s AND code < %(hi)s
          UNION
          SELECT managing_area_id FROM children_child
          WHERE status <> 'CLOSED' AND managing_area_id >= %(lo)s AND managing_area_id < %(hi)s)
         AS place
    ORDER BY place.code
    RETURNING id"""
# Leads carry no category yet: they are visited whatever the round asks for.
_CHILDREN = """
    INSERT INTO children_campaignchild
        (uuid, version, updated_at, campaign_id, answer_id, child_id, kind, outcome,
         changed_facts, remark, is_gone)
    SELECT gen_random_uuid(), 1, %(now)s, %(campaign)s, answer.id, child.id,
           CASE child.status WHEN 'LEAD' THEN 'LEAD' ELSE 'KNOWN' END, '', '{}', '', false
    FROM children_child child
    JOIN children_campaignanswer answer
      ON answer.campaign_id = %(campaign)s AND answer.place_id = child.managing_area_id
    WHERE child.status <> 'CLOSED' AND child.birth_date BETWEEN %(first)s AND %(last)s
      AND child.managing_area_id >= %(lo)s AND child.managing_area_id < %(hi)s
      AND (child.status = 'LEAD' OR %(categories)s = '{}' OR EXISTS (
          SELECT 1 FROM children_categoryspell spell
          WHERE spell.child_id = child.id AND spell.category = ANY (%(categories)s)
            AND spell.starts_on <= %(today)s
            AND (spell.ends_on IS NULL OR spell.ends_on >= %(today)s)))
    RETURNING id"""
_REMIND = """
    INSERT INTO children_campaignreminder (answer_id, place_code, reminded_on, way, by_id, at)
    SELECT id, place_id, %(today)s, 'PAGE', %(by)s, %(now)s FROM children_campaignanswer
    WHERE campaign_id = %(campaign)s AND answered_at IS NULL AND NOT is_over
      AND place_id >= %(lo)s AND place_id < %(hi)s
    ON CONFLICT (answer_id, reminded_on, way) DO NOTHING
    RETURNING answer_id"""
_NOTE_MAIL = """
    INSERT INTO children_campaignreminder (answer_id, place_code, reminded_on, way, by_id, at)
    VALUES (%(answer)s, %(place)s, %(today)s, 'MAIL', %(by)s, %(now)s)
    ON CONFLICT (answer_id, reminded_on, way) DO NOTHING RETURNING answer_id"""
_CLOSE = "UPDATE children_campaignanswer SET is_over = true WHERE campaign_id = %s"


class RoundIsClosed(Exception):
    """Somebody closed it; nothing was written."""


def open_campaign(*, facts: Mapping[str, Any], by: Posting, now: datetime) -> Campaign:
    """`facts`: the fields typed. The places and the children they are asked about come with it.

    Raises PromiseBroken.
    """
    today = timezone.localdate(now)
    campaign = Campaign(**facts, area=by.area, opens_on=today, opened_by=by)
    try:
        with transaction.atomic():
            sign(campaign, by.user, now, "")
            campaign.save(force_insert=True)
            first, last = campaign.born_between
            told = {
                "campaign": campaign.pk, "now": now, "today": today, "first": first, "last": last,
                "categories": campaign.categories, **_bounds(campaign.area_id),
            }  # fmt: skip
            for model, statement in ((CampaignAnswer, _PLACES), (CampaignChild, _CHILDREN)):
                ids = _ids(statement, told)
                write_history(model, ids, "+", by_id=by.user_id, now=now)
    except IntegrityError as error:
        raise broken_promise(error) from error
    return campaign


def _bounds(code: str) -> dict[str, str]:
    return {"lo": code, "hi": upper_bound(code)}


def _ids(statement: str, told: Mapping[str, Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, told)
        return [row[0] for row in cursor.fetchall()]


@transaction.atomic
def remind(*, campaign: Campaign, inside: str, by: Posting, now: datetime) -> list[int]:
    """Places inside the area `inside` that have not answered; each once a day.

    Answers with the keys of the answers of those reminded now.
    """
    told = {
        "campaign": campaign.pk, "by": by.pk, "now": now, "today": timezone.localdate(now),
        **_bounds(inside),
    }  # fmt: skip
    return _ids(_REMIND, told)


@transaction.atomic
def close_campaign(*, campaign: Campaign, summary: str, by: Posting, now: datetime) -> Campaign:
    """Figures as they stand now are frozen with who signed them; late answers are refused.

    Raises RoundIsClosed.
    """
    fresh = Campaign.objects.select_for_update(no_key=True, of=("self",)).get(pk=campaign.pk)
    if fresh.is_closed:
        raise RoundIsClosed(fresh.pk)
    answers = CampaignAnswer.objects.filter(campaign=fresh)
    list(answers.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    places = answers.by_place(12)
    digits = {2: 4, 4: 6}.get(len(fresh.area_id), 9)
    fresh.figures = {"total": total(places), "places": answers.by_place(digits)}
    fresh.closed_at, fresh.closed_by, fresh.summary = now, by, summary
    sign(fresh, by.user, now, "")
    fresh.save()
    with connection.cursor() as cursor:
        cursor.execute(_CLOSE, [fresh.pk])
    return fresh


@transaction.atomic
def mail_reminder(*, answer_id: int, by_id: int, now: datetime) -> int:
    """To whoever answers for the place, once a day; how many messages left.

    Noted and sent in one transaction: what fails is not noted, and is tried again.
    """
    today = timezone.localdate(now)
    answer = CampaignAnswer.objects.select_related("campaign", "place").get(pk=answer_id)
    if not answer.is_open or not _note_mail(answer, today, by_id, now):
        return 0
    people = Posting.objects.held_on(today).filter(area_id=answer.place_id)
    told = people.filter(role__in=(Role.CHILD_DIRECTOR, Role.CHILD_SUPERVISOR))
    users = {row.user for row in told.select_related("user") if row.user.email}
    sent, failures = 0, []
    for user in users:
        try:
            sent += _mail(answer, user)
        except OSError as failure:
            failures.append(failure)
    if failures and not sent:  # where somebody was reached, nobody is told twice
        raise failures[0]
    return sent


def _note_mail(answer: CampaignAnswer, today: date, by_id: int, now: datetime) -> bool:
    told = {
        "answer": answer.pk, "place": answer.place_id, "today": today, "by": by_id, "now": now
    }  # fmt: skip
    return bool(_ids(_NOTE_MAIL, told))


def _mail(answer: CampaignAnswer, user: User) -> int:
    """A title, a day and a link: no child is named outside the application."""
    with translation.override(user.language or settings.LANGUAGE_CODE):
        campaign = answer.campaign
        day = date_format(campaign.due_on, "SHORT_DATE_FORMAT")
        asked = _("%(place)s: an answer to «%(title)s» is asked for by %(day)s.")
        told = {"place": answer.place.name, "title": campaign.title, "day": day}
        link = f"{settings.PUBLIC_ADDRESS}{reverse('children:campaign_answer', args=[answer.pk])}"
        subject = _("Distress registry: an answer is waited for")
        return EmailMessage(subject, f"{asked % told}\n\n{link}", to=[user.email]).send()
