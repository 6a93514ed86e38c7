"""Rebuilds the keyed hashes of everything under the newest key of FIELD_HASH_KEYS.

Add the new key with a higher number, restart every process, run this until it rewrites nothing,
and only then take the old key away.
"""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.crypto import rehash
from accounts.crypto.in_place import CHUNK
from accounts.management.owner import need_the_owner


class Command(BaseCommand):
    help = "Rebuilds all keyed hashes, history included, under the newest key."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--chunk", type=int, default=CHUNK, help="rows a transaction")

    def handle(self, *, chunk: int, **options: Any) -> None:
        need_the_owner()
        self.stdout.write(f"Key {max(settings.FIELD_HASH_KEYS)} is the newest.")
        left = 0
        for table in rehash.rebuild(chunk=chunk):
            left += table.unreadable + table.refused
            self.stdout.write(
                f"{table.table}: {table.rewritten} rewritten, {table.unreadable} unreadable,"
                f" {table.refused} refused"
            )
        if left:
            raise CommandError(
                f"{left} were left under an older key: values that do not open, or rows whose"
                " number another row holds already. Keep the older key until they are mended."
            )
