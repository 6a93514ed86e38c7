"""How lists for departments and national systems are laid out: edited in the admin, no code."""

from collections.abc import Collection
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.guard.policies import Open
from accounts.history import History
from accounts.language import of_reader
from exchange.rules.out_facts import FACTS, Selection


class OutLayoutQuerySet(models.QuerySet):
    def permitted(self, grant: object) -> Self:
        """Layouts in use: whoever may make lists may use each."""
        return self.filter(is_active=True).order_by("position", "pk")


SELECTIONS = [
    (Selection.OPEN.value, pgettext_lazy("list", "all files that are not closed")),
    (Selection.CATEGORY.value, _("children with a category now")),
    (Selection.CERTIFICATE.value, _("children with a valid disability certificate")),
    (Selection.ENROLLED.value, _("children on the roll of a school")),
    (Selection.AIDED.value, _("children with a running entitlement")),
    (Selection.LEFT_BEHIND.value, _("left-behind children")),
    (Selection.CLOSED.value, _("files closed lately")),
]


class OutLayout(models.Model):
    """One list that goes out. What it is for and on what ground stand in each record of sharing."""

    key = models.SlugField(_("key"), max_length=40)
    title_zh = models.CharField(_("Chinese title"), max_length=100)
    title_en = models.CharField(_("English title"), max_length=100)
    department = models.CharField(_("department"), max_length=100)
    purpose = models.CharField(_("purpose"), max_length=200)
    legal_ground = models.CharField(_("legal ground"), max_length=200)
    selection = models.CharField(_("who is in it"), max_length=20, choices=SELECTIONS)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("in use"), default=True)

    objects = OutLayoutQuerySet.as_manager()
    history = History()
    row_security = Open("layouts of lists are no personal data")

    class Meta:
        verbose_name = _("layout going out")
        verbose_name_plural = _("layouts going out")
        constraints = [
            models.UniqueConstraint(
                fields=["key"], name="out_layout_once_a_key",
                violation_error_message=_("There is a layout of this key."),
            ),
            models.CheckConstraint(
                name="out_layout_selection_known",
                condition=Q(selection__in=[one.value for one in Selection]),
            ),
            models.CheckConstraint(
                name="out_layout_says_why", condition=~Q(purpose="") & ~Q(legal_ground=""),
                violation_error_message=_("A list goes out for a purpose and on a legal ground."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return of_reader(self.title_zh, self.title_en)


class OutColumn(models.Model):
    """`codes`: code of the registry → as the receiving system writes it; others stay in words."""

    layout = models.ForeignKey(
        OutLayout, verbose_name=_("layout"), on_delete=models.PROTECT, related_name="columns"
    )
    heading = models.CharField(_("heading"), max_length=60)
    fact = models.CharField(_("fact"), max_length=40, choices=[(key, key) for key in FACTS])
    codes = models.JSONField(_("codes"), default=dict, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    history = History()
    row_security = Open("layouts of lists are no personal data")

    class Meta:
        verbose_name = _("column going out")
        verbose_name_plural = _("columns going out")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["layout", "heading"], name="out_column_once_a_heading",
                violation_error_message=_("The layout has a column of this heading."),
            ),
            models.CheckConstraint(
                name="out_column_fact_known", condition=Q(fact__in=sorted(FACTS))
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.heading

    @property
    def is_sensitive(self) -> bool:
        return FACTS[self.fact].is_sensitive


def layout_titles() -> dict[str, str]:
    """Key → title, of layouts no longer in use too."""
    return {layout.key: str(layout) for layout in OutLayout.objects.all()}


def headings_out(kinds: Collection[str]) -> dict[str, dict[str, str]]:
    """Layout going out → fact → heading."""
    found: dict[str, dict[str, str]] = {}
    columns = OutColumn.objects.filter(layout__key__in=kinds)
    for key, fact, heading in columns.values_list("layout__key", "fact", "heading"):
        found.setdefault(key, {})[fact] = heading
    return found
