"""What happened to a file: every change of it and of what hangs on it, read from history.

Row-level security hides history rows as it hides the rows themselves, secret categories too.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ObjectDoesNotExist
from django.db import connection, models
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.crypto.fields import EncryptedTextField
from accounts.models import User
from accounts.prepared import prepared
from children.rules import masking

from .application import Application
from .case_access import CaseAccess
from .category import CategorySpell
from .certificate import DisabilityCertificate
from .child import Child
from .document import Document
from .economic_status import EconomicStatusSpell
from .guardian import Guardian
from .guardianship import Guardianship
from .parent_status import ParentStatus

TECHNICAL = {
    "id", "uuid", "version", "updated_at", "child", "id_number_hash", "phone_hash",
    "number_hash", "roll_number_hash", "account_number_hash", "entry", "sha256", "recorded_in",
    "case_number", "content_type", "size", "opened_by_move", "ended_by_move", "move",
    "link_hash", "batch", "send_after", "claimed_at", "expanded_at",
    "figures", "signs",  # the assessment itself says them in words
    "concern",  # that there is a report is told to few
}  # fmt: skip
OF_CHILD: dict[str, type[models.Model]] = {
    "guardianship": Guardianship,
    "parent": ParentStatus,
    "category": CategorySpell,
    "economic": EconomicStatusSpell,
    "certificate": DisabilityCertificate,
    "application": Application,
    "document": Document,
    "access": CaseAccess,
}
KINDS: dict[str, type[models.Model]] = {"child": Child, "guardian": Guardian, **OF_CHILD}
# Kinds whose changes hang together with other rows: only their own actions undo them.
NOT_REVERTED = {"access", "application"}
NOT_IN_SHORT: set[str] = set()  # parts of a row that is told itself
CLOCKWORK: set[str] = set()  # what the clock changes in them is told in the whole history alone
REASONS: dict[str, Any] = {}  # code → words
MASKS = {
    "id_number": masking.id_number, "phone": masking.phone, "number": masking.certificate,
    "roll_number": masking.roll_number, "account_number": masking.card,
}  # fmt: skip


@dataclass(frozen=True)
class FieldChange:
    label: str
    old: str
    new: str


@dataclass
class Change:
    """One history row; `fields` says what it changed, old and new in words, numbers masked."""

    kind: str
    row: Any
    user: User | None
    fields: list[FieldChange]
    is_latest: bool = False
    is_gone: bool = False  # what it changed is deleted by now

    @property
    def noun(self) -> str:
        return str(KINDS[self.kind]._meta.verbose_name)

    @property
    def reason(self) -> str:
        return reason_in_words(self.row.history_change_reason)

    @property
    def verb(self) -> str:
        return {
            "+": pgettext("history", "added"),
            "~": pgettext("history", "changed"),
            "-": pgettext("history", "deleted"),
        }[self.row.history_type]

    @property
    def can_be_reverted(self) -> bool:
        is_change = self.row.history_type == "~" and not self.is_gone
        return is_change and self.kind not in NOT_REVERTED


def join_trail(
    *, in_short: bool = True, by_clock: bool = True, **models_of_child: type[models.Model]
) -> None:
    """Tracked models with a `child`, of the floors above; called from their `AppConfig.ready`.

    Those not told `in_short` stand in the whole history alone: many rows for one deed. So do
    changes `by_clock`, when they are steps of something that runs by itself.
    """
    for kind, model in models_of_child.items():
        OF_CHILD[kind] = KINDS[kind] = model
        NOT_REVERTED.add(kind)
        if not in_short:
            NOT_IN_SHORT.add(kind)
        if not by_clock:
            CLOCKWORK.add(kind)


def join_reasons(**words: Any) -> None:
    """Of reasons that the system writes as a code, alone or before «#» and a number: what people
    read instead."""
    REASONS.update(words)


def reason_in_words(written: str | None) -> str:
    code, mark, number = (written or "").partition(" #")
    return f"{REASONS[code]}{mark}{number}" if code in REASONS else written or ""


@cache  # simple-history makes a manager anew each time it is asked
def history_of(kind: str) -> Any:
    return KINDS[kind].history.model  # type: ignore[attr-defined]


@cache
def _union_sql(columns: str, without: frozenset[str] = frozenset()) -> str:
    """Kind, `history_id`, `history_date` and `columns` of the newest rows of every other kind."""
    columns = f"history_id, history_date{columns}"
    parts = [
        f"SELECT 'child' AS kind, {columns} FROM {history_of('child')._meta.db_table}"
        " WHERE id = %(child)s",
        f"SELECT 'guardian', {columns} FROM {history_of('guardian')._meta.db_table}"
        " WHERE id IN (SELECT guardian_id FROM children_guardianship WHERE child_id = %(child)s)",
    ]
    parts += [
        f"SELECT '{kind}', {columns} FROM {history_of(kind)._meta.db_table}"
        " WHERE child_id = %(child)s"
        for kind in OF_CHILD
        if kind not in without
    ]
    limited = [
        f"({part} AND history_date < coalesce(%(before)s::timestamptz, 'infinity')"
        " ORDER BY history_date DESC, history_id DESC LIMIT %(most)s)"
        for part in parts
    ]
    return " UNION ALL ".join(limited) + " ORDER BY 3 DESC, 2 DESC LIMIT %(most)s"


def latest(child: Child, most: int, before: datetime | None = None) -> list[tuple[str, int]]:
    """Kind and history id of the newest changes of the whole file, newest first; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_union_sql(""), {"child": child.pk, "most": most, "before": before})
        return [(kind, history_id) for kind, history_id, _date in cursor.fetchall()]


def in_short(child: Child, most: int) -> list[tuple[str, datetime, str, str | None, str | None]]:
    """Kind, when, sort of change, who and why of the newest changes; one query."""
    columns = ", history_type, history_user_id, history_change_reason"
    rows = _union_sql(columns, frozenset(NOT_IN_SHORT))
    with prepared() as cursor:
        cursor.execute(
            "SELECT t.kind, t.history_date, t.history_type, u.full_name, t.history_change_reason"
            f" FROM ({rows}) t LEFT JOIN accounts_user u ON u.id = t.history_user_id"
            " ORDER BY t.history_date DESC, t.history_id DESC",
            {"child": child.pk, "most": most, "before": None},
        )
        return cursor.fetchall()  # type: ignore[no-any-return]


def changes(child: Child, most: int = 50, before: datetime | None = None) -> list[Change]:
    """The newest changes with their differences; one query per kind that occurs."""
    wanted = latest(child, most, before)
    by_kind: dict[str, set[int]] = defaultdict(set)
    for kind, history_id in wanted:
        by_kind[kind].add(history_id)
    found: dict[tuple[str, int], Change] = {}
    for kind, ids in by_kind.items():
        for change in _changes_of_kind(kind, ids):
            found[kind, change.row.history_id] = change
    return [found[key] for key in wanted if key in found]


def _named(kind: str) -> list[str]:
    """Relations whose rows are shown by name; derived ones are not in the history."""
    fields = KINDS[kind]._meta.concrete_fields
    kept = {field.name for field in history_of(kind)._meta.concrete_fields}
    return [f.name for f in fields if f.is_relation and f.name in kept and f.name not in TECHNICAL]


def _changes_of_kind(kind: str, ids: set[int]) -> Iterable[Change]:
    model = history_of(kind)
    objects = model.objects.filter(history_id__in=ids).values("id")
    rows = model.objects.filter(id__in=objects).select_related("history_user", *_named(kind))
    before: dict[int, Any] = {}
    newest = {}
    ordered = list(rows.order_by("history_date", "history_id"))
    for row in ordered:
        newest[row.id] = row.history_id
    gone = {row.id for row in ordered if row.history_type == "-"}
    _name_the_gone(kind, ordered)
    for row in ordered:
        if row.history_id in ids:
            fields = difference(kind, before.get(row.id), row)
            is_latest = newest[row.id] == row.history_id
            yield Change(kind, row, row.history_user, fields, is_latest, row.id in gone)
        before[row.id] = row


def _name_the_gone(kind: str, rows: Collection[Any]) -> None:
    """People who are no longer registered are called as they were last; no query without them."""
    for field in KINDS[kind]._meta.concrete_fields:
        if field.related_model is not Guardian:
            continue
        gone = {
            getattr(row, field.attname) for row in rows
            if getattr(row, field.attname) and _related(field, row) is None
        }  # fmt: skip
        if gone:
            past = history_of("guardian").objects.filter(id__in=gone)
            last = past.order_by("id", "-history_id").distinct("id")
            names = dict(last.values_list("id", "name"))
            for row in rows:
                row.names_of_the_gone = names


def _related(field: Any, row: Any) -> Any:
    try:
        return getattr(row, field.name)
    except ObjectDoesNotExist:
        return None


def one_change(child: Child, kind: str, history_id: int) -> tuple[Change, Any] | None:
    """A change of this file with the row before it; None when it is not of this file."""
    if kind not in KINDS:
        return None
    model = history_of(kind)
    owner: dict[str, Any] = {"id": child.pk} if kind == "child" else {"child_id": child.pk}
    if kind == "guardian":
        owner = {"id__in": child.guardianships.values("guardian_id")}
    row = model.objects.filter(history_id=history_id, **owner).first()
    if row is None:
        return None
    earlier = model.objects.filter(id=row.id, history_id__lt=history_id)
    previous = earlier.order_by("-history_date", "-history_id").first()
    _name_the_gone(kind, [one for one in (previous, row) if one is not None])
    is_gone = model.objects.filter(id=row.id, history_type="-").exists()
    fields = difference(kind, previous, row)
    return Change(kind, row, row.history_user, fields, is_gone=is_gone), previous


def changed_names(previous: Any, row: Any) -> list[str]:
    """Names of the fields that differ between two history rows, technical ones left out."""
    return [
        field.name
        for field in row.instance_type._meta.concrete_fields
        if field.name not in TECHNICAL
        and hasattr(row, field.attname)
        and getattr(previous, field.attname) != getattr(row, field.attname)
    ]


def difference(kind: str, previous: Any, row: Any) -> list[FieldChange]:
    """Field by field, in the user's language; what a new row holds counts as changed from empty."""
    model = KINDS[kind]
    changed = []
    for field in model._meta.concrete_fields:
        if field.name in TECHNICAL or not hasattr(row, field.attname):
            continue
        was = getattr(previous, field.attname, None) if previous is not None else None
        if was == getattr(row, field.attname):
            continue
        old = shown(field, previous) if previous is not None else ""
        new = shown(field, row) if row.history_type != "-" else ""
        if old or new:
            changed.append(FieldChange(_label(field), old, new))
    return changed


def _label(field: Any) -> str:
    """A relation without a name of its own is called as what it leads to."""
    if field.is_relation and str(field.verbose_name) == field.name.replace("_", " "):
        return str(field.related_model._meta.verbose_name)
    return str(field.verbose_name)


def shown(field: models.Field, row: Any) -> str:
    """A value in words: labels of codes, dates as the language writes them, numbers masked."""
    value = getattr(row, field.attname)
    if value is None or value == "":
        return ""
    if isinstance(field, EncryptedTextField):
        return MASKS[field.name](value)
    if isinstance(field, ArrayField):
        labels = dict(getattr(field.base_field, "flatchoices", []))
        return ", ".join(str(labels.get(part, part)) for part in value)
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return formats.date_format(timezone.localtime(value), "SHORT_DATETIME_FORMAT")
    if isinstance(value, date):
        return formats.date_format(value, "SHORT_DATE_FORMAT")
    if field.is_relation:
        gone = getattr(row, "names_of_the_gone", {}).get(value)
        return _in_words(_related(field, row)) or gone or str(value)
    return str(value)


def _in_words(related: Any) -> str:
    """What a person would call the row; its own __str__ names nobody."""
    if isinstance(related, Guardian):
        return related.name
    if isinstance(related, Application):
        return related.get_category_display()
    if isinstance(related, User):
        return related.full_name or related.username
    if isinstance(related, Guardianship):
        return related.get_relation_display()
    return str(getattr(related, "in_words", related) or "")


def as_of(child: Child, day: date) -> dict[str, list[Any]]:
    """Kind → rows as they stood at the end of `day`; one query per kind."""
    end = timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
    found: dict[str, list[Any]] = {}
    for kind in KINDS:
        owner: dict[str, Any] = {"id": child.pk} if kind == "child" else {"child_id": child.pk}
        if kind == "guardian":
            owner = {"id__in": child.guardianships.values("guardian_id")}
        rows = (
            history_of(kind)
            .objects.filter(history_date__lt=end, **owner)
            .select_related(*_named(kind))
            .order_by("id", "-history_date", "-history_id")
            .distinct("id")
        )
        found[kind] = [row for row in rows if row.history_type != "-"]
        _name_the_gone(kind, found[kind])
    return found


def facts_in_words(kind: str, row: Any) -> list[tuple[str, str]]:
    """Label and value of every field that holds something."""
    fields = [
        field
        for field in KINDS[kind]._meta.concrete_fields
        if field.name not in TECHNICAL and hasattr(row, field.attname)
    ]
    return [(_label(field), shown(field, row)) for field in fields if shown(field, row)]
