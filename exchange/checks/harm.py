"""Reports of harm that a hospital came with: M33. Told to whom reports of harm are told.

Births to mothers under 18 are no list of ours; a hospital's call is entered by whoever takes it.
"""

from django.conf import settings

from .parts import Query, of_child

M33 = Query(
    of_child(
        "jsonb_build_object('report', h.id, 'reported_on',"
        f" (h.reported_at AT TIME ZONE '{settings.TIME_ZONE}')::date)",
        "children_concern h JOIN children_child f ON f.id = h.child_id"
        " JOIN children_child c ON c.id = coalesce(f.merged_into_id, f.id)",
        "h.told_by = 'HOSPITAL' AND h.outcome = ''",
        "'c' || c.id || ':' || h.id",
    )
)
