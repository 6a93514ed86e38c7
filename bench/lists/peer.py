"""django-import-export over the same children with django-simple-history.

Unbound by policies and signed as the owner; the package is no part of the project: the bench
measures it where it is installed.
"""

import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from .files import COUNTY, families, villages_of, write_register

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
    """The file that ours takes in, and the same records of it, each with its history."""
    import tablib
    from django.db import transaction

    from accounts.scope import EVERYTHING, acting

    with acting(EVERYTHING), transaction.atomic(), tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "register.xlsx"
        write_register(path, rows, villages_of(COUNTY))
        start = time.perf_counter()
        sheet = tablib.Dataset().load(path.read_bytes(), format="xlsx")
        told = _told(_signed(_register())().import_data(sheet, raise_errors=False))
        seconds = time.perf_counter() - start
        transaction.set_rollback(True)
    return {"seconds": seconds} | told


def _register() -> Any:
    """As its documentation has it: columns named, the child cleaned and saved by the package, what
    hangs on it after it, cleaned and saved too. Nothing is looked up: every row is new."""
    from import_export import fields, resources, widgets

    from accounts.models import Area
    from children.models import Child

    today = date.today()

    class RegisterResource(resources.ModelResource):
        name = fields.Field("name", "姓名")
        sex = fields.Field("sex", "性别", _words({"男": "MALE", "女": "FEMALE"}))
        birth_date = fields.Field("birth_date", "出生日期", widgets.DateWidget("%Y-%m-%d"))
        id_number = fields.Field("id_number", "身份证号")
        residence_area = fields.Field(
            "residence_area", "区划代码", widgets.ForeignKeyWidget(Area, "code")
        )
        managing_area = fields.Field(
            "managing_area", "区划代码", widgets.ForeignKeyWidget(Area, "code")
        )
        address = fields.Field("address", "现住址")

        class Meta:
            model = Child
            fields = ("name", "sex", "birth_date", "id_number", "residence_area", "managing_area",
                      "address")  # fmt: skip
            force_init_instance = True
            clean_model_instances = True
            use_transactions = True

        def init_instance(self, row: Any = None) -> Any:
            number = f"{COUNTY}2025{int(row['序号']):06}"
            return Child(case_number=number, id_type="RESIDENT_ID", opened_on=today)

        def after_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
            super().after_save_instance(instance, row, **kwargs)
            for record in _of_child(instance, row, today):
                record._change_reason = "peer"
                record.full_clean()
                record.save()

    return RegisterResource


def _words(meanings: dict[str, str]) -> Any:
    from import_export.widgets import Widget

    class Words(Widget):
        def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
            return meanings[value]

    return Words()


def _of_child(child: Any, row: Any, today: date) -> Iterator[Any]:
    """What a row of `files.families` says beside the child itself; one after the other is saved."""
    from children.models import (
        CategorySpell,
        EconomicStatusSpell,
        Guardian,
        Guardianship,
        ParentStatus,
    )
    from exchange.rules.code_tables import CODE_TABLES as codes

    relation = codes["relation"][row["与儿童关系"]]
    carer = Guardian(name=row["监护人姓名"], id_number=row["监护人身份证号"],
                     phone=row["监护人电话"], recorded_in=child.managing_area)  # fmt: skip
    yield carer
    yield Guardianship(
        child=child, guardian=carer, relation=relation, starts_on=today, is_main_carer=True,
        kind="PARENT" if relation in ("FATHER", "MOTHER") else "ENTRUSTED",
    )  # fmt: skip
    for word in row["困境类型"].split("、"):
        yield CategorySpell(child=child, category=codes["category"][word], starts_on=today)
    yield EconomicStatusSpell(child=child, starts_on=today,
                              status=codes["economic"][row["家庭经济状况"]])  # fmt: skip
    for parent, heading in (("FATHER", "父亲情况"), ("MOTHER", "母亲情况")):
        yield ParentStatus(child=child, parent=parent, starts_on=today,
                           status=codes["parent_status"][row[heading]])  # fmt: skip


def import_child_peer(n: int, rows: int) -> dict[str, Any]:
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
        told = _told(_signed(_resource())().import_data(sheet, raise_errors=False))
        seconds = time.perf_counter() - start
        transaction.set_rollback(True)
    return {"seconds": seconds} | told


def _told(result: Any) -> dict[str, Any]:
    wrong = [str(one.error) for one in result.invalid_rows[:2]]
    wrong += [str(e.error) for line in result.rows[:3] for e in line.errors]
    return {"rows": result.totals.get("new", 0), "totals": dict(result.totals), "wrong": wrong}


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
