"""Findings about people without a file name them by the hash of their row: taken from it anew.

Called when the rows are done. A finding keeps what it was through it: no second one is made, and
what was dismissed stays dismissed.
"""

from collections.abc import Iterator

from django.db import IntegrityError, connections

from accounts.crypto.in_place import CHUNK, refuse_all_but_the_owner, write_in_place
from accounts.crypto.rehash import Rebuilt
from exchange.models import Finding

_FINDINGS = Finding._meta.db_table
_OLDER = "exchange_historicalfinding"
# `p`, 64 hex digits, and what the check adds (`exchange.checks.parts.PERSON`).
_FRESH = """
SELECT f.id, 'p' || encode(coalesce(r.id_number_hash, r.person_key), 'hex')
             || substr(f.subject, 66) AS subject
  FROM exchange_finding f JOIN exchange_listrow r ON r.id = f.list_row_id
 WHERE f.subject LIKE 'p%%' AND coalesce(r.id_number_hash, r.person_key) IS NOT NULL
"""
_WRITE = f"""
UPDATE {_FINDINGS} f SET subject = v.subject
  FROM (SELECT n.* FROM ({_FRESH}) n JOIN {_FINDINGS} held USING (id)
         WHERE held.subject <> n.subject ORDER BY n.id LIMIT %s) v
 WHERE f.id = v.id
"""
_WRITE_OLDER = f"""
UPDATE {_OLDER} h SET subject = f.subject
  FROM {_FINDINGS} f
 WHERE f.id = h.id AND h.history_id IN (
       SELECT o.history_id FROM {_OLDER} o JOIN {_FINDINGS} n ON n.id = o.id
        WHERE o.subject <> n.subject ORDER BY o.history_id LIMIT %s)
"""


def rebuild_findings(*, using: str = "owner", chunk: int = CHUNK) -> Iterator[Rebuilt]:
    """As `accounts.crypto.rehash.rebuild`, which asks for it. Raises NotTheOwner."""
    connection = connections[using]
    for table, sql in ((_FINDINGS, _WRITE), (_OLDER, _WRITE_OLDER)):
        refuse_all_but_the_owner(connection, table)
        result, size = Rebuilt(table), chunk
        while size:
            try:
                done = write_in_place(connection, sql, [size])
            except IntegrityError:  # two open findings of one person: see which one is left
                result.refused += size == 1
                size = 0 if size == 1 else max(1, size // 10)
                continue
            result.rewritten += done
            if not done:
                break
        yield result
