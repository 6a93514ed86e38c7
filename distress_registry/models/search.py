"""What the search box finds beside children: guardians and schools."""

import re
from typing import Any

from accounts import place_names
from accounts.access import Grant
from accounts.models import Organisation, OrganisationKind
from accounts.models.area import upper_bound
from children.models import Guardianship

MOST = 10
_HAN = re.compile(r"[\u3400-\u9fff·]{2,}")


def guardianships(grant: Grant, text: str) -> list[Guardianship]:
    """Carers whose name begins with at least two characters typed; two queries."""
    if not _HAN.fullmatch(text):
        return []
    rows: Any = Guardianship.objects.permitted(grant)
    if grant.sees_own_area:  # by the place first: names of a whole country are many
        code = grant.area_code or ""
        rows = rows.filter(
            guardian__recorded_in__gte=code, guardian__recorded_in__lt=upper_bound(code)
        )
    rows = rows.filter(guardian__name__startswith=text).select_related("guardian", "child")
    return list(rows.order_by("guardian__name", "pk")[:MOST])


def schools(grant: Grant, text: str) -> list[Organisation]:
    """Schools of the reader's county by characters, pinyin or initials; one query.

    A county has some hundreds: they are matched here.
    """
    county = grant.home_area_code[:6]
    if len(county) < 6 or len(text) < 2:
        return []
    wanted = set(place_names.query(text.replace(" ", "")))
    rows = Organisation.objects.filter(
        kind=OrganisationKind.SCHOOL, is_active=True, area__gte=county,
        area__lt=upper_bound(county),
    )  # fmt: skip
    found = (
        row for row in rows.order_by("name", "pk") if wanted <= set(place_names.keys(row.name))
    )
    return [row for row, _n in zip(found, range(MOST), strict=False)]
