"""Fields of forms that are not ours look like ours."""

from django import template
from django.forms import BoundField
from django.utils.safestring import SafeString

from accounts.forms import drawn
from accounts.forms.base import style

register = template.Library()
register.filter("attributes", drawn.attributes)
register.filter("options", drawn.options)


@register.filter
def styled(field: BoundField) -> SafeString:
    widget = field.field.widget
    if "class" not in widget.attrs:
        style(widget)
    return field.as_widget()
