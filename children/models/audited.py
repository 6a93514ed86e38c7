"""Files in the words of the access log: their numbers, for who may audit but see no child."""

from collections.abc import Iterable

from django.db import connection

_FILES = "SELECT id, case_number FROM registry_audited_files(%s, %s)"


def audited_case_numbers(child_ids: Iterable[int]) -> dict[int, str]:
    """Case numbers by the child's key, of files that the acting posting audits and no others."""
    return dict(_asked(sorted(set(child_ids)), []))


def audited_file(case_number: str) -> int | None:
    """The child's key of a case number; None when there is none in the audited area."""
    return next((pk for pk, _number in _asked([], [case_number])), None)


def _asked(ids: list[int], case_numbers: list[str]) -> list[tuple[int, str]]:
    with connection.cursor() as cursor:
        cursor.execute(_FILES, [ids, case_numbers])
        return cursor.fetchall()
