"""Administration of users, postings, places and organisations; the access log to read."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib import admin, messages
from django.contrib.admin import EmptyFieldListFilter
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm, SetUnusablePasswordMixin
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import Coalesce
from django.forms import ModelForm
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import AccessEvent, Area, Organisation, Posting, User
from accounts.models.area import find_areas, upper_bound
from accounts.registry_admin.options import RegistryAdmin, TrackedAdmin, home_of
from accounts.roles import AREA_ROLES, Role
from accounts.sign_in import unlock


def _held_inside(code: str, prefix: str = "") -> Q:
    hi = upper_bound(code)
    return Q(**{f"{prefix}area__code__gte": code, f"{prefix}area__code__lt": hi}) | Q(
        **{
            f"{prefix}organisation__area__code__gte": code,
            f"{prefix}organisation__area__code__lt": hi,
        }
    )


def _works_elsewhere(user: User, home: str) -> bool:
    """Whether the user holds a posting outside the area, today or later."""
    held = Posting.objects.filter(user=user).not_ended_on(timezone.localdate())
    codes = held.values_list(Coalesce("area", "organisation__area"), flat=True)
    return not all(code.startswith(home) for code in codes)


class PostingForm(ModelForm):
    """A place inside the administrator's area, of the kind that the role is held in."""

    home = "~"
    giver: User | None = None

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        area, organisation, role = data.get("area"), data.get("organisation"), data.get("role")
        fits = bool(area) == (role in AREA_ROLES) and bool(area) != bool(organisation)
        if role and not fits:
            raise ValidationError(
                _("This role is held in an area or in an organisation, not in the other.")
            )
        code = area.code if area else organisation.area_id if organisation else ""
        if code and not code.startswith(self.home):
            raise ValidationError(_("This place is outside your area."))
        if self.giver is not None and data.get("user") == self.giver:
            raise ValidationError(_("Another administrator gives you postings."))
        return data


@admin.register(Posting)
class PostingAdmin(TrackedAdmin):
    may_add = may_change = True
    form = PostingForm
    list_display = [
        "user", "role", "area", "organisation", "starts_on", "ends_on", "away",
    ]  # fmt: skip
    list_filter = ["role", ("stands_in_for", EmptyFieldListFilter)]
    list_select_related = ["user", "area", "organisation", "stands_in_for__user"]
    search_fields = ["user__username", "user__full_name"]
    autocomplete_fields = ["user", "area", "organisation"]
    chosen_inside = ("user",)  # a posting here would open the account of somebody from elsewhere

    def get_changeform_initial_data(self, request: Any) -> dict[str, Any]:
        return {"starts_on": timezone.localdate()} | super().get_changeform_initial_data(request)

    @admin.display(description=_("stands in for"), ordering="stands_in_for")
    def away(self, row: Posting) -> str:
        return row.stands_in_for.user.username if row.stands_in_for else ""

    def inside(self, rows: QuerySet, code: str) -> QuerySet:
        return rows.filter(_held_inside(code))

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        """One's own posting is for another administrator to change.

        A deputy is named and called off by those it concerns, on a page of their own.
        """
        kept = obj is not None and (obj.user_id == request.user.pk or obj.stands_in_for_id)
        return not kept and super().has_change_permission(request, obj)

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        return type("PostingForm", (form,), {"home": home_of(request), "giver": request.user})


class PasswordForm(AdminPasswordChangeForm):
    """Django joins this text while it is loaded: it would be in the same language for everybody."""

    usable_password_help_text: Any = format_lazy(
        '{}<ul id="id_unusable_warning" class="messagelist"><li class="warning">{}</li></ul>',
        SetUnusablePasswordMixin.usable_password_help_text,
        _("If disabled, the present password of this user is lost."),
    )

    def save(self, commit: bool = True) -> Any:
        self.user.is_password_lent = True
        return super().save(commit)


@admin.register(User)
class RegistryUserAdmin(TrackedAdmin, UserAdmin):
    may_add = may_change = True
    change_password_form = PasswordForm
    list_display = ["username", "full_name", "posts", "is_active", "last_login"]
    list_filter = ["is_active"]
    search_fields = ["username", "full_name"]
    ordering = ["username"]
    filter_horizontal = []
    actions = ["unlock_sign_in", "reset_second_factor"]
    fieldsets = [
        (None, {"fields": ["username", "password", "full_name", "email", "language", "is_active"]})
    ]
    add_fieldsets = [
        (None, {"fields": ["username", "full_name", "usable_password", "password1", "password2"]})
    ]
    readonly_fields = ["last_login"]

    def get_queryset(self, request: Any) -> QuerySet:
        held = Posting.objects.filter(_held_inside(home_of(request)))
        held = held.not_ended_on(timezone.localdate()).select_related("area", "organisation")
        rows = super().get_queryset(request)
        return rows.prefetch_related(Prefetch("postings", queryset=held, to_attr="held_here"))

    @admin.display(description=_("postings"))
    def posts(self, row: Any) -> str:
        """As what and where; without any, nobody can do anything here."""
        if said := "; ".join(str(posting) for posting in row.held_here):
            return said
        add = reverse("admin:accounts_posting_add")
        return format_html('<a href="{}?user={}">{}</a>', add, row.pk, gettext("give a posting"))

    def inside(self, rows: QuerySet, code: str) -> QuerySet:
        """Those posted in the area, and those made here and not posted anywhere yet.

        Who was made elsewhere, by the machine's keeper or for a department's system waits for
        nobody here.
        """
        held = Posting.objects.filter(_held_inside(code)).values("user")
        anywhere = Posting.objects.filter(user=OuterRef("pk"))
        desks = Posting.objects.filter(_held_inside(code), role=Role.ADMINISTRATOR).values("pk")
        made_here = User.history.filter(  # for people: whoever only stands in a log is never active
            id=OuterRef("pk"), history_type="+", is_active=True, acting_posting_id__in=desks
        )
        return rows.filter(Q(pk__in=held) | ~Exists(anywhere) & Exists(made_here))

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        """Whoever sets a password can sign in with it: not that of who works elsewhere too.

        Their account is for an administrator of an area that holds all their places.
        """
        if obj is not None and _works_elsewhere(obj, home_of(request)):
            return False
        return super().has_change_permission(request, obj)

    def save_model(self, request: Any, obj: User, form: Any, change: bool) -> None:
        obj.is_password_lent |= not change
        super().save_model(request, obj, form, change)

    @admin.action(description=_("Unlock sign-in"), permissions=["change"])
    def unlock_sign_in(self, request: Any, queryset: QuerySet) -> None:
        for user in queryset:
            unlock(user.username)
            user._change_reason = gettext("Sign-in was unlocked.")
            user.save()
        messages.success(request, _("Sign-in is unlocked."))

    @admin.action(description=_("Reset the second factor"), permissions=["change"])
    def reset_second_factor(self, request: Any, queryset: QuerySet) -> None:
        home = home_of(request)
        elsewhere = [user.pk for user in queryset if _works_elsewhere(user, home)]
        for user in queryset.exclude(pk__in=[request.user.pk, *elsewhere]):
            Authenticator.objects.filter(user=user).delete()
            user._change_reason = gettext("The second factor was reset.")
            user.save()
        if queryset.filter(pk=request.user.pk).exists():
            messages.error(request, _("Your own second factor is reset by another administrator."))
            return
        if elsewhere:
            messages.error(
                request,
                _("Who works outside your area too keeps it: ask an administrator of both places."),
            )
            return
        messages.success(request, _("The second factor has to be set up again."))


@admin.register(Area)
class AreaAdmin(RegistryAdmin):
    """To look up; `load_areas` changes them."""

    list_display = ["code", "name", "level", "valid_to"]
    list_filter = ["level"]
    search_fields = ["name"]
    fields = ["code", "name", "level", "parent", "valid_from", "valid_to", "successor"]
    ordering = ["code"]

    def inside(self, rows: QuerySet, code: str) -> QuerySet:
        return rows.filter(code__gte=code, code__lt=upper_bound(code))

    def get_search_results(
        self, request: Any, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        """By characters or pinyin, as everywhere."""
        if not search_term.strip():
            return queryset, False
        found = find_areas(search_term.replace("\x00", ""), home_of(request), None)
        return queryset.filter(pk__in=[area.pk for area in found]), False


@admin.register(Organisation)
class OrganisationAdmin(TrackedAdmin):
    may_add = may_change = True
    list_display = ["code", "name", "kind", "department", "area", "is_active"]
    list_filter = ["kind", "department", "is_active"]
    list_select_related = ["area"]
    search_fields = ["code", "name"]
    ordering = ["code"]
    autocomplete_fields = ["area"]
    chosen_inside = ("area",)

    def inside(self, rows: QuerySet, code: str) -> QuerySet:
        return rows.filter(area__code__gte=code, area__code__lt=upper_bound(code))


@admin.register(AccessEvent)
class AccessEventAdmin(RegistryAdmin):
    list_display = [
        "at", "user", "role_in_words", "kind", "subject_in_words", "row_count", "address",
    ]  # fmt: skip
    fields = [
        "at", "user", "role_in_words", "kind", "subject_in_words", "reason", "row_count", "address",
    ]  # fmt: skip
    list_filter = ["kind"]
    list_select_related = ["user"]
    ordering = ["-at", "-pk"]

    def inside(self, rows: QuerySet, code: str) -> QuerySet:
        return rows.filter(area_code__gte=code, area_code__lt=upper_bound(code))

    @admin.display(description=_("role"))
    def role_in_words(self, event: AccessEvent) -> str:
        return event.role_label

    @admin.display(description=_("subject"))
    def subject_in_words(self, event: AccessEvent) -> str:
        return event.subject_label
