"""Administrative divisions. A code begins with its parent's: "inside" is a prefix test."""

from collections.abc import Iterable
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts import place_names
from accounts.guard.policies import Open


class AreaLevel(models.IntegerChoices):
    """The value is the number of digits of a code of that level."""

    PROVINCE = 2, _("province")
    PREFECTURE = 4, _("prefecture")
    COUNTY = 6, _("county")
    TOWNSHIP = 9, _("township")
    VILLAGE = 12, _("village")


def upper_bound(code: str) -> str:
    """The least text above every code that begins with `code`; "~" for the whole country.

    Codes are digits, and ":" follows "9" in the "C" collation.
    """
    return code + ":" if code else "~"


def ancestor_codes(code: str) -> list[str]:
    """Codes from province down to `code` itself: "330127" → ["33", "3301", "330127"]."""
    return [code[:digits] for digits in AreaLevel.values if digits <= len(code)]


class AreaQuerySet(models.QuerySet):
    def inside(self, code: str) -> Self:
        """The area itself and all below it; all areas for an empty code."""
        return self.filter(code__gte=code, code__lt=upper_bound(code))

    def current(self) -> Self:
        return self.filter(valid_to__isnull=True)

    def went_over(self) -> list[tuple[str, str, str]]:
        """(code, name, code of the place of today) of townships and villages that ended and whose
        successor is said, also where that has ended in its turn."""
        ended = self.filter(valid_to__isnull=False, successor__isnull=False, level__gte=9)
        rows = ended.order_by("code").values_list("code", "name", "successor")
        follows = {code: after for code, _, after in rows}
        found = []
        for code, name, after in rows:
            seen = {code}
            while after in follows and after not in seen:
                seen.add(after)
                after = follows[after]
            found.append((code, name, after))
        return found


class Area(models.Model):
    """One division of the five levels, with its official code (GB/T 2260, GB/T 10114)."""

    code = models.CharField(_("code"), max_length=12, primary_key=True, db_collation="C")
    name = models.CharField(pgettext_lazy("place or organisation", "name"), max_length=100)
    level = models.PositiveSmallIntegerField(_("level"), choices=AreaLevel)
    parent = models.ForeignKey(
        "self", verbose_name=_("inside"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="children",
    )  # fmt: skip
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)  # last day
    successor = models.ForeignKey(
        "self", verbose_name=_("successor"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="predecessors",
    )  # fmt: skip
    # What typing finds (accounts.place_names), down to townships.
    search_keys = ArrayField(models.TextField(db_collation="C"), default=list, editable=False)

    objects = AreaQuerySet.as_manager()
    row_security = Open("public reference data")

    class Meta:
        verbose_name = _("area")
        verbose_name_plural = _("areas")
        ordering = ["code"]
        indexes = [
            GinIndex(
                fields=["search_keys"], name="area_search_keys",
                condition=Q(level__lte=AreaLevel.TOWNSHIP),
            )
        ]  # fmt: skip
        constraints = [
            models.CheckConstraint(
                name="area_code_fits_its_level",
                condition=Q(code__regex=r"^\d+$") & Q(level__in=AreaLevel.values)
                & Q(level=Length("code")),
                violation_error_message=_("The code does not have the length of its level."),
            ),
            models.CheckConstraint(
                name="area_ends_after_it_starts",
                condition=Q(valid_to__isnull=True) | Q(valid_from__isnull=True)
                | Q(valid_to__gte=F("valid_from")),
                violation_error_message=_("The last day is before the first."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name

    def contains(self, code: str) -> bool:
        return code.startswith(self.code)


def area_names(codes: Iterable[str]) -> dict[str, str]:
    """Code → name of those that are known; one query."""
    return dict(Area.objects.filter(code__in=list(codes)).values_list("code", "name"))


def parts_of(code: str) -> list[tuple[str, str]]:
    """(code, name) of the places right below: what a list of `code` is narrowed to."""
    rows = Area.objects.filter(parent=code).current().order_by("code")
    return list(rows.values_list("code", "name"))


def find_areas(text: str, within: str, level: int | None, most: int = 20) -> list[Area]:
    """Places whose name holds the characters or begins with the pinyin or initials typed.

    Several words narrow: the last one is the place, those before it lie above it. Villages are
    found once a county or less is known, by `within` or by a word; there are 620,000 of them.
    """
    *above, last = text.split() or [""]
    ranges = [within]
    for word in above:
        ranges = [
            code
            for known in ranges
            for code in _upper_areas(word, known).values_list("code", flat=True)[:20]
        ]
    found: list[Area] = []
    for known in dict.fromkeys(ranges):
        if len(found) >= most:
            break
        if level != AreaLevel.VILLAGE:
            rows = _upper_areas(last, known).select_related("parent__parent")
            found += [row for row in rows[:most] if level in (None, row.level)]
        if len(known) >= AreaLevel.COUNTY and level in (None, AreaLevel.VILLAGE):
            found += _villages(last, known, most)
    return found[:most]


def _upper_areas(word: str, within: str) -> AreaQuerySet:
    rows = Area.objects.inside(within).current().filter(level__lte=AreaLevel.TOWNSHIP)
    return rows.filter(search_keys__contains=place_names.query(word)).order_by("level", "code")


def _villages(word: str, within: str, most: int) -> list[Area]:
    """Matched here: a county has 1,500 villages at the most, and keys for all would be large."""
    wanted = set(place_names.query(word))
    rows = Area.objects.inside(within).current().filter(level=AreaLevel.VILLAGE)
    names = rows.order_by("code").values_list("code", "name")
    codes = [code for code, name in names if wanted <= set(place_names.keys(name))][:most]
    return list(rows.filter(code__in=codes).select_related("parent__parent").order_by("code"))
