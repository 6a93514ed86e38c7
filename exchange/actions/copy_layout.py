"""A layout written anew from another one, to be changed into what a department sends."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from simple_history.utils import bulk_create_with_history

from accounts.models import User
from children.actions.record import sign
from exchange.models import Layout, LayoutColumn

LONGEST = 100  # characters of a title


def copy_layout(*, layout: Layout, by: User, now: datetime) -> Layout:
    """With all columns, under a title of its own; not in use until somebody says so."""
    with transaction.atomic():
        copy = Layout(
            feed=layout.feed, title=_free_title(layout), position=layout.position, is_active=False
        )
        sign(copy, by, now, "")
        copy.save(force_insert=True)
        columns = [
            LayoutColumn(
                layout=copy, key=row.key, kind=row.kind, headings=row.headings, table=row.table,
                is_required=row.is_required, is_filled=row.is_filled, position=row.position,
            )
            for row in layout.columns.all()
        ]  # fmt: skip
        bulk_create_with_history(columns, LayoutColumn, default_user=by, default_date=now)
    return copy


def _free_title(layout: Layout) -> str:
    """Lists say by its title which layout they were read with."""
    taken = set(Layout.objects.filter(feed=layout.feed).values_list("title", flat=True))
    number = 1
    while True:
        mark = _(" (copy %(number)d)") % {"number": number}
        title = layout.title[: LONGEST - len(mark)] + mark
        if title not in taken:
            return title
        number += 1
