"""Reckons anew whose contact is due when, from the contacts and pairings themselves."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from accounts.scope import EVERYTHING, acting
from schools.models import DueContact
from schools.models.due import rebuild


class Command(BaseCommand):
    help = "Rebuild the rows of due contacts, e.g. after a restore; changes only what is wrong."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--only-missing", action="store_true", help="only if there are none")

    def handle(self, *args: Any, **options: Any) -> None:
        with acting(EVERYTHING), transaction.atomic():
            if options["only_missing"] and DueContact.objects.exists():
                self.stdout.write("There are rows; nothing was done.")
                return
            rebuild(timezone.localdate())
            count = DueContact.objects.filter(due_on__isnull=False).count()
        self.stdout.write(f"{count} children have a contact due.")
