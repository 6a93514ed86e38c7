"""django-import-export over the same children with django-simple-history.

Unbound by policies and signed as the owner; the package is no part of the project: the bench
measures it where it is installed.
"""

import time
from typing import Any

from .files import COUNTY, families, villages_of

_FIELDS = ("name", "sex", "birth_date", "id_type", "id_number", "residence_area",
           "managing_area", "address", "case_number", "opened_on")  # fmt: skip


def _resource() -> Any:
    from import_export import resources

    from children.models import Child

    class ChildResource(resources.ModelResource):
        class Meta:
            model = Child
            fields = _FIELDS
            import_id_fields = ("case_number",)
            clean_model_instances = True
            use_transactions = True

    return ChildResource


def _signed(resource: Any) -> Any:
    """History as everywhere: of whom and why."""

    class Signed(resource):
        def before_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
            instance._change_reason = "peer"

    return Signed


def import_peer(n: int, rows: int) -> dict[str, Any]:
    """The child alone, without carers or categories: less than ours writes."""
    import tablib
    from django.db import transaction

    from accounts.scope import EVERYTHING, acting

    with acting(EVERYTHING), transaction.atomic():
        data = tablib.Dataset(headers=list(_FIELDS))
        for i, row in enumerate(families(rows, villages_of(COUNTY))):
            data.append((
                row["姓名"], "MALE" if row["性别"] == "男" else "FEMALE", row["出生日期"],
                "RESIDENT_ID", row["身份证号"], row["区划代码"], row["区划代码"], row["现住址"],
                f"{COUNTY}2025{i + 1:06}", "2026-01-01",
            ))  # fmt: skip
        file = data.export("xlsx")
        start = time.perf_counter()
        sheet = tablib.Dataset().load(file, format="xlsx")
        result = _signed(_resource())().import_data(sheet, raise_errors=False)
        seconds = time.perf_counter() - start
        totals = dict(result.totals)
        wrong = [str(one.error) for one in result.invalid_rows[:2]]
        wrong += [str(e.error) for line in result.rows[:3] for e in line.errors]
        transaction.set_rollback(True)
    return {"seconds": seconds, "rows": totals.get("new", 0), "totals": totals, "wrong": wrong}


def export_peer(n: int, rows: int) -> dict[str, Any]:
    from django.db import transaction

    from accounts.scope import EVERYTHING, acting
    from children.models import Child

    with acting(EVERYTHING), transaction.atomic():
        start, busy = time.perf_counter(), time.process_time()
        kept = Child.objects.select_related("residence_area", "hukou_area").order_by("pk")[:rows]
        _resource()().export(queryset=kept).export("xlsx")
        seconds, busy = time.perf_counter() - start, time.process_time() - busy
        return {"seconds": seconds, "processor": busy, "rows": len(kept)}
