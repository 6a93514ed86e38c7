"""How the tests ask for the list."""

from datetime import date, timedelta

from django.urls import reverse
from django.utils import timezone

from children.models import Child

LIST, SEARCH, EXPORT = (f"children:child_{name}" for name in ("list", "search", "export"))


def rows(client, **asked):
    """The children that the list shows, in its order."""
    answer = client.get(reverse(LIST), asked)
    assert answer.status_code == 200
    shown = [row.pk for row in answer.context["page"].rows]
    return sorted(Child.objects.filter(pk__in=shown), key=lambda child: shown.index(child.pk))


def found(client, text):
    answer = client.post(reverse(SEARCH), {"text": text}, follow=True)
    return {child.name for child in answer.context["page"].rows}


def years_ago(years):
    today = timezone.localdate()
    return date(today.year - years, today.month, 1) - timedelta(days=1)


def walk(client, meanwhile=lambda: None, **asked):
    """Ids of all pages in their order."""
    seen, after = [], ""
    for _page in range(20):
        answer = client.get(reverse(LIST), {**asked, "after": after} if after else asked)
        page = answer.context["page"]
        seen += [row.pk for row in page.rows]
        after = page.following
        if not after:
            return seen
        meanwhile()
    raise AssertionError("no last page")
