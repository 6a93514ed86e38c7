"""The first administrator of a county; later ones are made in the administration."""

import secrets
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from accounts.models import Area, Posting, User
from accounts.roles import Role
from accounts.scope import EVERYTHING, acting


class Command(BaseCommand):
    help = "Make an administrator of an area; prints a password to be changed at once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("full_name")
        parser.add_argument("area", help="code of the county, e.g. 330127")

    def handle(self, *args: Any, **options: Any) -> None:
        area = Area.objects.current().filter(code=options["area"]).first()
        if area is None:
            raise CommandError("No such area: load_areas first.")
        if User.objects.filter(username=options["username"]).exists():
            raise CommandError("There is a user of this name.")
        password = secrets.token_urlsafe(12)
        with acting(EVERYTHING), transaction.atomic():
            user = User(username=options["username"], full_name=options["full_name"])
            user.is_password_lent = True
            user.set_password(password)
            user.save()
            Posting.objects.create(
                user=user, role=Role.ADMINISTRATOR, area=area, starts_on=timezone.localdate()
            )
        self.stdout.write(f"Password, to be changed at the first sign-in: {password}")
