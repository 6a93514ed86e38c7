"""In the administration: a change of the rules is tried before it is saved."""

from datetime import date
from typing import Any

from django.contrib.admin import helpers
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.registry_admin.options import ReasonedAdmin, home_of
from accounts.scope import EVERYTHING, acting
from assistance.mistakes import told
from assistance.models.preview import differences
from assistance.models.preview_back import TooMany, back_pay, months_back
from assistance.models.rulebook import kept_rules
from assistance.rules.months import month_of
from assistance.rules.reading import WrongFile

AT_ONCE = 4_000  # months of children gone by that are reckoned with every preview
WHOLE = "whole"  # value of the button that reckons all of them


class _TakenBack(Exception):
    """Rolls the trial back."""


class PreviewAdmin(ReasonedAdmin):
    """With a button that says whom a change would change, and by how much; nothing is saved."""

    change_form_template = "admin/rules_change_form.html"

    def changeform_view(
        self, request: Any, object_id: Any = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        if request.method == "POST" and "_preview" in request.POST:
            return self._previewed(request, object_id, form_url)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def _previewed(self, request: Any, object_id: Any, form_url: str) -> Any:
        row = self.get_object(request, object_id) if object_id else None
        if object_id and row is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        form = self.get_form(request, row, change=row is not None)(request.POST, instance=row)
        preview = self._try(request, form) if form.is_valid() else None
        fieldsets: Any = self.get_fieldsets(request, row)
        shown = helpers.AdminForm(
            form, fieldsets, {},
            self.get_readonly_fields(request, row), model_admin=self,
        )  # fmt: skip
        context = {
            **self.admin_site.each_context(request),
            "title": _("Preview: nothing is saved yet"),
            "adminform": shown, "object_id": object_id, "original": row, "is_popup": False,
            "to_field": None, "media": self.media + shown.media, "inline_admin_formsets": [],
            "errors": helpers.AdminErrorList(form, []), "preview": preview,
            "preserved_filters": self.get_preserved_filters(request),
        }  # fmt: skip
        return self.render_change_form(
            request, context, add=row is None, change=row is not None, obj=row, form_url=form_url
        )

    def _try(self, request: Any, form: Any) -> dict[str, Any]:
        """Lines of `differences`, the month asked, how many before it the row is in force and what
        they would come to, or `waits` where that takes long; or what is wrong with the rules
        together.
        """
        now = month_of(timezone.localdate())
        found: dict[str, Any] = {}
        before = kept_rules()
        try:
            with transaction.atomic():
                was = form.initial.get("from_month") if form.instance.pk else date.max
                form.instance._change_reason = "preview"  # it is taken back with its history
                row = form.save()
                begins = getattr(row, "from_month", None)
                month = max(now, begins or now)
                since = min(begins, was) if begins and was else None
                found |= {
                    "month": month, "since": since, "months_back": months_back(since, month)
                }  # fmt: skip
                after = kept_rules().book()
                # The administrator sees no child's file: only counts leave the database.
                with acting(EVERYTHING):
                    found["lines"] = differences(
                        before.book(), after, month, within=home_of(request)
                    )
                    found["back"] = back_pay(
                        before.book(),
                        after,
                        since,
                        month,
                        within=home_of(request),
                        most=None if request.POST["_preview"] == WHOLE else AT_ONCE,
                    )
                found["back_total"] = sum(line.total for line in found["back"])
                raise _TakenBack
        except _TakenBack:
            pass
        except TooMany as found_many:
            found["waits"], found["whole"] = found_many, WHOLE
        except WrongFile as wrong:
            found["mistakes"] = [told(mistake) for mistake in wrong.mistakes]
        return found
