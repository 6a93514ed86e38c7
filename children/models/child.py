"""The child: one row for one person, whoever registers it."""

from datetime import date, datetime
from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.expressions import RawSQL
from django.db.models.functions import Left
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import Grant
from accounts.crypto.fields import BlindIndexField, EncryptedTextField
from accounts.guard.policies import ChildRows
from accounts.history import History
from accounts.models import Area
from accounts.models.area import upper_bound
from children.rules import ages, names

from .base import Record
from .code_entry import CodeEntry, CodeList
from .compiled import known_condition


class Sex(models.TextChoices):
    MALE = "MALE", _("boy")
    FEMALE = "FEMALE", _("girl")


class IdType(models.TextChoices):
    RESIDENT_ID = "RESIDENT_ID", _("resident ID")
    BIRTH_CERTIFICATE = "BIRTH_CERTIFICATE", _("birth certificate")
    HK_MACAO_TAIWAN = "HK_MACAO_TAIWAN", _("Hong Kong, Macao or Taiwan permit")
    PASSPORT = "PASSPORT", _("passport")
    NONE = "NONE", _("none yet")


class FileStatus(models.TextChoices):
    LEAD = "LEAD", _("lead")
    ACTIVE = "ACTIVE", pgettext_lazy("file", "active")
    CLOSED = "CLOSED", _("closed")


class RiskLevel(models.TextChoices):
    UNKNOWN = "UNKNOWN", _("not assessed")
    LOW = "LOW", _("low")
    MEDIUM = "MEDIUM", _("medium")
    HIGH = "HIGH", _("high")


class ExitReason(models.TextChoices):
    AGE_18 = "AGE_18", _("turned 18")
    SCHOOL_END = "SCHOOL_END", _("left school after 18")
    ADOPTED = "ADOPTED", _("adopted")
    CHILD_DEATH = "CHILD_DEATH", _("child died")
    PARENT_RELEASED = "PARENT_RELEASED", _("parent released")
    REHAB_DONE = "REHAB_DONE", _("parent completed drug rehabilitation")
    PARENT_FOUND = "PARENT_FOUND", _("parent found")
    PARENT_RECOVERED = "PARENT_RECOVERED", _("parent recovered")
    GUARDIANSHIP_RESTORED = "GUARDIANSHIP_RESTORED", _("guardianship restored")
    MOVED_OUT = "MOVED_OUT", _("household registration moved out")
    TYPE_CHANGED = "TYPE_CHANGED", _("category changed")
    FRAUD = "FRAUD", _("false papers")
    VOLUNTARY = "VOLUNTARY", _("own request")
    DUPLICATE = "DUPLICATE", _("registered twice")
    OTHER = "OTHER", _("other")


# Derived from other columns and tables; they may change without a history row.
DERIVED = [
    "name_sort",
    "name_keys",
    "related_keys",
    "search_keys",
    "prefecture_code",
    "county_code",
    "township_code",
    "phone_last_four",
]


LISTED = [
    "case_number", "uuid", "name", "sex", "birth_date", "id_number", "risk_level", "status",
    "updated_at", "managing_area", "residence_area",
]  # fmt: skip


class ChildQuerySet(models.QuerySet):
    def ours(self, grant: Grant) -> Self:
        """Children that the grant's own area manages."""
        own = _own_area(grant)
        return self.none() if own is None else self.filter(own)

    def shared_with(self, grant: Grant, now: datetime | None = None) -> Self:
        """Children of others, with an open access row for the grant's area, place or user."""
        rows, own = self.filter(_shared(grant, now or timezone.now())), _own_area(grant)
        return rows if own is None else rows.exclude(own)

    def permitted(self, grant: Grant) -> Self:
        """Every child the grant may see: ours and shared with us. The only row rule."""
        shared = _shared(grant, timezone.now())
        own = _own_area(grant)
        return self.filter(shared if own is None else own | shared)

    def for_list(self) -> Self:
        """With the place, and without the long columns that a list does not show."""
        return self.select_related("residence_area__parent").only(
            *LISTED, "residence_area__name", "residence_area__parent__name"
        )

    def for_write(self) -> Self:
        """Without the long columns that the database makes itself."""
        return self.defer("related_keys", "search_keys")

    def for_file(self) -> Self:
        """With its places, and without the keys that only search reads."""
        places = ("residence_area", "hukou_area", "managing_area")
        rows = self.select_related("ethnicity", *(f"{place}__parent" for place in places))
        keys = [f"{place}{above}__search_keys" for place in places for above in ("", "__parent")]
        return rows.defer("name_keys", "related_keys", "search_keys", *keys)


def permitted_ids(grant: Grant) -> RawSQL:
    """`Child.objects.permitted(grant)` as SQL for `child__in`, compiled once for each posting."""
    where, params = known_condition(grant.shape, lambda: Child.objects.permitted(grant))
    return RawSQL(f"SELECT children_child.id FROM children_child WHERE {where}", params)


def _own_area(grant: Grant) -> Q | None:
    """By the level column where there is one, so that one index gives rows and order."""
    code = grant.area_code
    if code is None or not grant.sees_own_area:
        return None
    column = {4: "prefecture_code", 6: "county_code", 9: "township_code"}.get(len(code))
    if column:
        return Q(**{column: code})
    return Q(managing_area__gte=code, managing_area__lt=upper_bound(code))


def _shared(grant: Grant, now: datetime) -> Q:
    from .case_access import CaseAccess

    return Q(pk__in=CaseAccess.objects.open_at(now).held_by(grant).values("child_id"))


class Child(Record):
    """One child in distress, or the lead to one (`status`)."""

    case_number = models.CharField(_("case number"), max_length=16, editable=False)
    name = models.CharField(_("name"), max_length=100)
    id_type = models.CharField(
        _("kind of ID"), max_length=20, choices=IdType, default=IdType.RESIDENT_ID
    )
    id_number = EncryptedTextField(
        _("ID number"), context="children.Child.id_number", row_key="uuid", blank=True, default=""
    )
    id_number_hash = BlindIndexField(source="id_number", context="id_number")
    birth_date = models.DateField(_("birth date"))
    sex = models.CharField(_("sex"), max_length=6, choices=Sex)
    ethnicity = models.ForeignKey(
        CodeEntry, verbose_name=_("ethnicity"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="+", limit_choices_to={"code_list": CodeList.ETHNICITY}, db_index=False,
        db_constraint=False,
    )  # fmt: skip
    # The household-registration place pays, the living place serves, one area keeps the file.
    hukou_area = models.ForeignKey(
        Area, verbose_name=_("household registration"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False,
    )  # fmt: skip
    residence_area = models.ForeignKey(
        Area, verbose_name=_("lives in"), on_delete=models.PROTECT, related_name="+",
        db_index=False, db_constraint=False,
    )  # fmt: skip
    managing_area = models.ForeignKey(
        Area, verbose_name=_("file kept by"), on_delete=models.PROTECT, related_name="+",
        db_index=False, db_constraint=False,
    )  # fmt: skip
    address = models.CharField(_("address"), max_length=200, blank=True)
    phone = EncryptedTextField(
        _("phone"), context="children.Child.phone", row_key="uuid", blank=True, default=""
    )
    phone_hash = BlindIndexField(source="phone", context="phone")
    notes = models.TextField(_("notes"), max_length=20_000, blank=True)
    status = models.CharField(
        _("status"), max_length=10, choices=FileStatus, default=FileStatus.LEAD
    )
    risk_level = models.CharField(
        _("risk"), max_length=10, choices=RiskLevel, default=RiskLevel.UNKNOWN
    )
    opened_on = models.DateField(_("opened"))
    closed_on = models.DateField(pgettext_lazy("date", "closed"), null=True, blank=True)
    closing_reason = models.CharField(
        _("reason of closing"), max_length=30, choices=ExitReason, blank=True
    )
    merged_into = models.ForeignKey(
        "self", verbose_name=_("continued in"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="duplicates", db_index=False, db_constraint=False,
    )  # fmt: skip

    name_sort = models.TextField(db_collation="C", editable=False)
    name_keys = ArrayField(models.TextField(db_collation="C"), default=list, editable=False)
    phone_last_four = models.CharField(max_length=4, blank=True, editable=False)
    # Kept by triggers from categories, guardians, access rows (see migrations).
    related_keys = ArrayField(
        models.TextField(db_collation="C"), editable=False,
        db_default=Func(
            template="'{#m:carer,#m:parents,#m:category}'::text[]",
            output_field=ArrayField(models.TextField()),
        ),
    )  # fmt: skip
    prefecture_code = models.GeneratedField(
        expression=Left("managing_area_id", 4), db_persist=True,
        output_field=models.CharField(max_length=4, db_collation="C"),
    )  # fmt: skip
    county_code = models.GeneratedField(
        expression=Left("managing_area_id", 6), db_persist=True,
        output_field=models.CharField(max_length=6, db_collation="C"),
    )  # fmt: skip
    township_code = models.GeneratedField(
        expression=Left("managing_area_id", 9), db_persist=True,
        output_field=models.CharField(max_length=9, db_collation="C"),
    )  # fmt: skip
    search_keys = models.GeneratedField(
        expression=Func(
            "name_keys", "related_keys", "managing_area_id", "status", "risk_level", "sex",
            "id_number_hash", "phone_last_four",
            function="registry_child_search_keys",
        ),
        output_field=ArrayField(models.TextField(db_collation="C")), db_persist=True,
    )  # fmt: skip

    objects = ChildQuerySet.as_manager()
    history = History(user_db_constraint=False, excluded_fields=DERIVED)
    row_security = ChildRows()
    references_in_sets = True

    class Meta:
        verbose_name = _("child")
        verbose_name_plural = _("children")
        indexes = [
            models.Index(fields=["managing_area"], name="child_managing_area"),
            models.Index(fields=["-updated_at", "-id"], name="child_recent"),
            models.Index(fields=["name_sort", "id"], name="child_by_name"),
            models.Index(fields=["birth_date", "id"], name="child_by_age"),
            models.Index(fields=["residence_area", "birth_date"], name="child_village_age"),
            models.Index(
                fields=["prefecture_code", "-updated_at", "-id"], name="child_city_recent"
            ),
            models.Index(fields=["county_code", "-updated_at", "-id"], name="child_county_recent"),
            models.Index(fields=["county_code", "name_sort", "id"], name="child_county_name"),
            models.Index(fields=["county_code", "birth_date", "id"], name="child_county_age"),
            models.Index(fields=["township_code", "-updated_at", "-id"], name="child_town_recent"),
            models.Index(fields=["phone_hash"], name="child_phone_hash"),
            models.Index(
                fields=["merged_into"],
                name="child_continued",
                condition=Q(merged_into__isnull=False),
            ),
            GinIndex(fields=["search_keys"], name="child_search_keys"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["uuid"], name="child_uuid_once"),
            models.UniqueConstraint(fields=["case_number"], name="child_case_number_once"),
            models.UniqueConstraint(
                fields=["id_number_hash"],
                name="child_id_number_once",
                condition=Q(id_number_hash__isnull=False, merged_into__isnull=True),
                violation_error_message=_("A child with this ID number is registered already."),
            ),
            models.CheckConstraint(
                name="child_closed_with_day_and_reason",
                condition=Q(status=FileStatus.CLOSED, closed_on__isnull=False)
                & ~Q(closing_reason="")
                | ~Q(status=FileStatus.CLOSED) & Q(closed_on__isnull=True, closing_reason=""),
                violation_error_message=_("A closed file has a day and a reason of closing."),
            ),
            models.CheckConstraint(
                name="child_closed_after_opening",
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=F("opened_on")),
                violation_error_message=_("The file cannot be closed before it was opened."),
            ),
            models.CheckConstraint(
                name="child_born_before_opening",
                condition=Q(birth_date__lte=F("opened_on")),
                violation_error_message=_("The birth date lies after the day of registration."),
            ),
            models.CheckConstraint(
                name="child_merged_is_closed",
                condition=Q(merged_into__isnull=True)
                | Q(status=FileStatus.CLOSED) & ~Q(merged_into=F("id")),
                violation_error_message=_("A file continued in another one is closed."),
            ),
            models.CheckConstraint(
                name="child_no_id_number_without_a_kind",
                condition=~Q(id_type=IdType.NONE) | Q(id_number_hash__isnull=True),
                violation_error_message=_("Choose the kind of ID that the number belongs to."),
            ),
            *(
                models.CheckConstraint(
                    name=f"child_{field}_known", condition=Q(**{f"{field}__in": choices.values})
                )
                for field, choices in (
                    ("sex", Sex),
                    ("id_type", IdType),
                    ("status", FileStatus),
                    ("risk_level", RiskLevel),
                )
            ),
        ]

    def __str__(self) -> str:
        return self.case_number  # never the name: __str__ reaches logs and errors

    def derive(self) -> None:
        self.name_sort = names.sort_key(self.name)
        self.name_keys = names.search_keys(self.name)
        self.phone_last_four = self.phone[-4:]

    def age_on(self, day: date) -> int:
        """Completed years on `day`; 0 for a day before birth."""
        return ages.completed_years(self.birth_date, day) if day >= self.birth_date else 0

    @property
    def is_closed(self) -> bool:
        return self.status == FileStatus.CLOSED

    # Filled by `describe_rows`: what a list shows beside the child's own columns.
    category_codes: list[str]
    carer_name: str
    carer_phone: "tuple[Any, Any] | None"  # sealed, and the key of its row

    @staticmethod
    def describe_rows(rows: "list[Child]", grant: Grant) -> None:
        """Set `category_codes`, `carer_name`, `carer_phone`; two queries for all of them."""
        from .category import CategorySpell
        from .guardianship import Guardianship

        by_id = {row.pk: row for row in rows}
        for row in rows:
            row.category_codes, row.carer_name, row.carer_phone = [], "", None
        today = timezone.localdate()
        spells = CategorySpell.objects.visible_to(grant).on(today)
        spells = spells.filter(child__pk__among=list(by_id)).order_by("starts_on", "pk")
        for child_id, category in spells.values_list("child_id", "category"):
            by_id[child_id].category_codes.append(category)
        carers = Guardianship.objects.main_carers().on(today)
        carers = carers.filter(child__pk__among=list(by_id))
        for child_id, name, phone, key in carers.values_list(
            "child_id", "guardian__name", "guardian__phone", "guardian__uuid"
        ):
            by_id[child_id].carer_name = name
            by_id[child_id].carer_phone = (phone, key) if phone else None
