"""Re-encrypts everything under the newest key of FIELD_KEYS.

Add the new key with a higher number, restart every process, run this until it rewrites nothing,
and only then take the old key away.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.crypto import cipher, rotation
from accounts.crypto.in_place import CHUNK
from accounts.management.owner import need_the_owner


class Command(BaseCommand):
    help = "Re-encrypts all encrypted fields, history included, under the newest key."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--chunk", type=int, default=CHUNK, help="rows a transaction")

    def handle(self, *, chunk: int, **options: Any) -> None:
        need_the_owner()
        self.stdout.write(f"Key {cipher.current_key_id()} is the newest.")
        unreadable = 0
        for table in rotation.rotate(chunk=chunk):
            unreadable += table.unreadable
            self.stdout.write(
                f"{table.table}: {table.rewritten} rewritten, {table.unreadable} unreadable"
            )
        if unreadable:
            raise CommandError(
                f"{unreadable} values do not open and were left as they are: tampered with,"
                " or under a key that FIELD_KEYS lacks."
            )
