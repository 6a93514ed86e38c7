"""Prints one login per role of the demo county, with the present code of second factors."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from accounts.scope import EVERYTHING, acting
from distress_registry.demo.notices import how_to_try
from distress_registry.demo.staff import PASSWORD, USERS, current_code, has_demo_users


class Command(BaseCommand):
    help = "Print the demo county's logins; codes change every 30 seconds: call it again."

    def handle(self, *args: Any, **options: Any) -> None:
        if not has_demo_users():
            self.stdout.write("No demo county in this database.")
            return
        self.stdout.write(f"Password of all: {PASSWORD}")
        for username, role in USERS.items():
            code = current_code(username)
            note = f"  second factor now: {code}" if code else ""
            self.stdout.write(f"  {username:<12}{role.label!s:<22}{note}")
        with acting(EVERYTHING), transaction.atomic():
            page = how_to_try()
        if page:
            self.stdout.write(f"A guardian's page, as on a phone: {page}")
