"""What departments send: the kinds of lists, how each is laid out, what their codes mean.

All of it is edited in the admin; the first rows come from `exchange.rules.default_layouts`.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.guard.policies import Open
from accounts.history import History
from accounts.language import of_reader
from accounts.models import Organisation
from accounts.models.organisation import Department, OrganisationKind
from children.models import CodeEntry, CodeList
from exchange.rules.columns import Column, Kind
from exchange.rules.columns import Layout as LayoutValues
from exchange.rules.layout_facts import (
    WITH_TABLE,
    Written,
    doubled_headings,
    facts_of,
    missing_of,
)


class FeedKind(models.TextChoices):
    REGISTER = "register", _("county register")
    DISABILITY_CERTIFICATES = (
        "disability_certificates", pgettext_lazy("list", "disability certificates")
    )  # fmt: skip
    TWO_SUBSIDY_ROLL = "two_subsidy_roll", _("roll of the two subsidies")
    LOW_INCOME = "low_income", _("low-income households")
    DEATHS = "deaths", _("deaths and cremations")
    HOUSEHOLD_REGISTRATION = "household_registration", pgettext_lazy("list", "household register")
    SCHOOL_ROLL = "school_roll", pgettext_lazy("list", "school roll")
    ATTENDANCE = "attendance", _("attendance")
    ADMISSIONS = "admissions", _("admissions")
    SEVERE_ILLNESS = "severe_illness", _("severe illness")
    PRISON_RESULTS = "prison_results", _("answers on prison terms")
    REHABILITATION_RESULTS = "rehabilitation_results", _("answers on compulsory rehabilitation")
    REHABILITATION_SESSIONS = "rehabilitation_sessions", _("sessions of rehabilitation")
    REHABILITATION_CLAIMS = "rehabilitation_claims", _("claims of institutions")


ETHNICITY = "ethnicity"  # a table that is made of the registry's own entries
# The person in the list is a parent; the child stands beside, or is found through the parent.
OF_PARENTS = (FeedKind.PRISON_RESULTS, FeedKind.REHABILITATION_RESULTS)


class FeedQuerySet(models.QuerySet):
    def in_use(self) -> Self:
        return self.filter(is_active=True).order_by("pk")

    def sent_by(self, organisation: Organisation) -> Self:
        """The department's own; none where nobody has said which department it is."""
        if organisation.kind != OrganisationKind.DEPARTMENT or not organisation.department:
            return self.none()
        return self.filter(departments__contains=[organisation.department])


class Feed(models.Model):
    """A department's list; `legal_ground` and `purpose` go into the record of sharing."""

    kind = models.CharField(_("kind of list"), max_length=30, choices=FeedKind)
    title_zh = models.CharField(_("Chinese title"), max_length=100)
    title_en = models.CharField(_("English title"), max_length=100)
    department = models.CharField(_("department"), max_length=100)
    departments = ArrayField(
        models.CharField(max_length=20, choices=Department),
        verbose_name=_("departments that send it"), default=list, blank=True,
        help_text=_("Their liaisons may send such lists. The county may send all."),
    )  # fmt: skip
    purpose = models.CharField(_("purpose"), max_length=200, blank=True)
    legal_ground = models.CharField(_("legal ground"), max_length=200, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)

    objects = FeedQuerySet.as_manager()
    history = History()
    row_security = Open("kinds of lists are no personal data")

    class Meta:
        verbose_name = _("kind of list")
        verbose_name_plural = _("kinds of lists")
        constraints = [
            models.UniqueConstraint(
                fields=["kind"], name="feed_once_a_kind",
                violation_error_message=_("This kind of list exists already."),
            ),
            models.CheckConstraint(
                name="feed_kind_known", condition=Q(kind__in=FeedKind.values)
            ),
            models.CheckConstraint(
                name="feed_departments_known",
                condition=Q(departments__contained_by=Department.values),
            ),
            models.CheckConstraint(
                name="feed_register_is_of_the_county",
                condition=~Q(kind=FeedKind.REGISTER) | Q(departments=[]),
                violation_error_message=_("No department sends the register of children."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return of_reader(self.title_zh, self.title_en)


class LayoutQuerySet(models.QuerySet):
    def of(self, kind: str) -> Self:
        """In use, in the order in which they are tried."""
        return self.in_use().filter(feed__kind=kind)

    def in_use(self) -> Self:
        rows = self.filter(feed__is_active=True, is_active=True)
        return rows.order_by("position", "pk").prefetch_related("columns")


class Layout(models.Model):
    """One way to write a feed's list; read by the layout that knows most of its columns."""

    feed = models.ForeignKey(
        Feed, verbose_name=_("kind of list"), on_delete=models.PROTECT, related_name="layouts"
    )
    title = models.CharField(_("title"), max_length=100)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("in use"), default=True)

    objects = LayoutQuerySet.as_manager()
    history = History()
    row_security = Open("layouts of lists are no personal data")

    class Meta:
        verbose_name = _("layout")
        verbose_name_plural = _("layouts")

    def __str__(self) -> str:
        return self.title

    def values(self, codes: Mapping[str, Mapping[str, str]] | None = None) -> LayoutValues:
        """As the rules read it; with all code tables, unless others are given."""
        columns = tuple(row.value for row in self.columns.all())
        tables = CodeMeaning.tables() if codes is None else codes
        return LayoutValues(self.feed.kind, columns, tables, self.title)


KINDS = [
    (Kind.SERIAL.value, _("number that only counts")),
    (Kind.NAME.value, pgettext_lazy("column", "name of a person")),
    (Kind.ID_NUMBER.value, _("resident ID number")),
    (Kind.ANY_ID_NUMBER.value, _("number of any ID")),
    (Kind.CERTIFICATE.value, _("disability certificate number")),
    (Kind.ROLL_NUMBER.value, _("school-roll number")),
    (Kind.SCHOOL_CODE.value, _("code of a school")),
    (Kind.PHONE.value, pgettext_lazy("column", "phone number")),
    (Kind.DATE.value, _("date that is past")),
    (Kind.ANY_DATE.value, _("date that may lie ahead")),
    (Kind.MONTH.value, pgettext_lazy("column", "month")),
    (Kind.CODE.value, _("code or its name")),
    (Kind.CODES.value, _("several codes")),
    (Kind.YES_NO.value, _("yes or no")),
    (Kind.NUMBER.value, pgettext_lazy("column", "number")),
    (Kind.HOURS.value, _("hours of one day")),
    (Kind.AREA.value, _("division: code or name")),
    (Kind.TEXT.value, pgettext_lazy("column", "text")),
]


class LayoutColumn(models.Model):
    layout = models.ForeignKey(
        Layout, verbose_name=_("layout"), on_delete=models.PROTECT, related_name="columns"
    )
    key = models.CharField(_("fact"), max_length=40)
    kind = models.CharField(_("holds"), max_length=20, choices=KINDS)
    headings = ArrayField(models.CharField(max_length=60), verbose_name=_("headings"))
    table = models.CharField(_("table of codes"), max_length=30, blank=True)
    is_required = models.BooleanField(_("list needs the column"), default=False)
    is_filled = models.BooleanField(_("cells are never empty"), default=False)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    history = History()
    row_security = Open("layouts of lists are no personal data")

    class Meta:
        verbose_name = _("column")
        verbose_name_plural = _("columns")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["layout", "key"], name="layout_column_once_a_fact",
                violation_error_message=_("The layout has a column for this already."),
            ),
            models.CheckConstraint(
                name="layout_column_kind_known",
                condition=Q(kind__in=[kind.value for kind in Kind]),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.headings[0] if self.headings else self.key

    # Set by whoever checks all columns of the layout at once, with those not saved yet.
    are_checked_together = False

    def clean(self) -> None:
        """A fact that the kind of list knows, written in its way, with a table of its codes, under
        headings of no other column.
        """
        fact = facts_of(self.layout.feed.kind).get(self.key) if self._has_kind else None
        wrong = self._wrong_fact(fact) if fact else self._wrong_key()
        wrong |= self._wrong_table(fact)
        if not wrong and not self.are_checked_together and self.layout_id:
            wrong = wrong_beside_others(self)
        if wrong:
            raise ValidationError(wrong)

    @property
    def _has_kind(self) -> bool:
        return hasattr(self, "layout") and bool(self.layout.feed_id)

    def _wrong_key(self) -> dict[str, Any]:
        if not self._has_kind:
            return {}
        told = _("Lists of this kind know no fact “%(key)s”. Choose one of the facts offered.")
        return {"key": ValidationError(told, "unknown_fact", {"key": self.key})}

    def _wrong_fact(self, fact: Column) -> dict[str, Any]:
        if self.kind == fact.kind:
            return {}
        told = _("This fact is read as “%(kind)s”.")
        facts = {"kind": dict(KINDS)[fact.kind.value]}
        return {"kind": ValidationError(told, "kind_of_another", facts)}

    def _wrong_table(self, fact: Column | None) -> dict[str, Any]:
        if not self.table:
            needed = fact.table if fact else self.kind in WITH_TABLE
            told = _("Codes need the table that says what they mean.")
            return {"table": ValidationError(told, "no_table")} if needed else {}
        if self.table not in CodeMeaning.names():
            told = _("There is no table of codes “%(table)s”. Choose one of the tables offered.")
            return {"table": ValidationError(told, "unknown_table", {"table": self.table})}
        if fact and self.table != fact.table:
            return self._wrong_codes(fact)
        return {}

    def _wrong_codes(self, fact: Column) -> dict[str, Any]:
        """A department's own table says in its words what the registry's table says too."""
        tables = CodeMeaning.tables()
        known = set(tables.get(fact.table, {}).values())
        foreign = sorted(set(tables[self.table].values()) - known)
        if not foreign:
            return {}
        told = _("The table “%(table)s” has codes that this fact does not know: %(codes)s.")
        facts = {"table": self.table, "codes": "、".join(foreign[:5])}
        return {"table": ValidationError(told, "foreign_codes", facts)}

    @property
    def value(self) -> Column:
        return Column(
            self.key, Kind(self.kind), tuple(self.headings), self.is_required, self.is_filled,
            self.table,
        )  # fmt: skip


def wrong_between(
    kind: str, columns: Sequence[LayoutColumn], *, is_whole: bool = False
) -> dict[int, dict[str, Any]]:
    """Index of a column → field → what is wrong with it beside the others: a fact twice, a heading
    of another column, a fact without which no list can be read given away.

    `is_whole`: the last is left, being told of all columns by `missing_facts`.
    """
    rows = LayoutColumn.objects.in_bulk([column.pk for column in columns if column.pk])
    stored = [rows.get(column.pk) for column in columns]
    wrong: dict[int, dict[str, Any]] = {}
    seen: set[str] = set()
    for index, column in enumerate(columns):
        if column.key in seen:
            wrong[index] = {"key": _("The layout has a column for this already.")}
        seen.add(column.key)
    written = [
        Written(column.key, column.headings or [], old.headings if old else ())
        for column, old in zip(columns, stored, strict=True)
    ]
    for index, headings in doubled_headings(written).items():
        told = _("“%(headings)s” stands in another column already.")
        wrong.setdefault(index, {})["headings"] = ValidationError(
            told, "doubled_heading", {"headings": "、".join(headings)}
        )
    if not is_whole and stored[-1] is not None and stored[-1].key not in seen:
        needed = {fact.key for fact in missing_of(kind, seen)}
        if stored[-1].key in needed:
            wrong.setdefault(len(columns) - 1, {})["key"] = missing_facts(kind, seen)
    return wrong


def wrong_beside_others(column: LayoutColumn) -> dict[str, Any]:
    """Field → what is wrong with it beside the stored columns of its layout."""
    columns = [*column.layout.columns.exclude(pk=column.pk), column]
    return wrong_between(column.layout.feed.kind, columns).get(len(columns) - 1, {})


def missing_facts(kind: str, keys: Collection[str]) -> ValidationError | None:
    """What to tell of a layout whose columns are `keys`."""
    missing = missing_of(kind, keys)
    if not missing:
        return None
    return ValidationError(
        _("No list of this kind can be read without: %(facts)s. Add the columns."),
        "missing_facts",
        {"facts": "、".join(fact.headings[0] for fact in missing)},
    )


class CodeMeaning(models.Model):
    """What a cell stands for: name or code as departments write it → code of the registry."""

    table = models.CharField(_("table of codes"), max_length=30)
    written = models.CharField(_("written in lists"), max_length=60)
    code = models.CharField(_("means"), max_length=40)

    history = History()
    row_security = Open("tables of codes are no personal data")

    class Meta:
        verbose_name = _("code in lists")
        verbose_name_plural = _("codes in lists")
        constraints = [
            models.UniqueConstraint(
                fields=["table", "written"], name="code_meaning_once",
                violation_error_message=_("The table says already what this means."),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.table}: {self.written}"

    @staticmethod
    def names() -> list[str]:
        """Of all tables, in order."""
        rows = CodeMeaning.objects.order_by("table").values_list("table", flat=True).distinct()
        return sorted({*rows, ETHNICITY})

    @staticmethod
    def tables() -> dict[str, dict[str, str]]:
        """All tables: table → written, in lower case without spaces → code."""
        found: dict[str, dict[str, str]] = {}
        rows = CodeMeaning.objects.order_by("pk").values_list("table", "written", "code")
        for table, written, code in rows:
            found.setdefault(table, {})[written.lower().replace(" ", "")] = code
        found[ETHNICITY] = ethnicities()
        return found


def ethnicities() -> dict[str, str]:
    """汉, 汉族, 01 and Han → key of the registry's own entry."""
    known: dict[str, str] = {}
    entries = CodeEntry.objects.of(CodeList.ETHNICITY)
    for key, code, label_zh, label_en in entries.values_list("pk", "code", "label_zh", "label_en"):
        for written in (code, label_zh, label_zh.removesuffix("族"), label_en.lower()):
            known.setdefault(written.replace(" ", ""), str(key))
    return known
