"""The demo county: one real county's divisions, invented users, schools, children and files."""

import random
from pathlib import Path

from django.db import connection, transaction
from django.utils import timezone

from accounts.actions.load_areas import files_in, load_areas
from accounts.models import User
from accounts.scope import EVERYTHING, acting

from .agreements import load_agreements
from .campaigns import load_campaigns
from .education import load_education
from .files import add_file
from .findings import load_findings
from .gaps import find_gaps
from .groups import form_demo_group
from .growth import load_growth
from .notices import load_notices
from .numbers import load_numbers
from .pairs import load_pairs
from .papers import paper
from .payments import load_payments
from .picture import load_picture
from .placements import load_placements
from .places import COUNTY
from .rehabilitation import load_rehabilitation
from .roll import load_roll
from .rules import load_example_rules
from .staff import take_on_staff
from .transfers import load_transfers
from .turns import load_turns
from .uploads import load_uploads
from .visits import load_visits
from .wellbeing import fill as load_wellbeing

FOLDER = Path(__file__).parent / "divisions"
CHILDREN = 240
LEAST = 120


def load_demo(children: int = CHILDREN) -> bool:
    """Fill an empty database; False when there are users already. One transaction."""
    if User.objects.exists():
        return False
    now = timezone.now()
    load_areas(files=files_in([FOLDER]), within=COUNTY, on=timezone.localdate(now))
    with acting(EVERYTHING), transaction.atomic():
        load_example_rules(now)
        users = take_on_staff(now)
        chance = random.Random(20260101)
        for number in range(children):
            add_file(chance, number, users, now)
        _renew_statistics()
        load_visits(users, now)
        load_placements(users, now)
        load_campaigns(users, now)
        form_demo_group(users, now)
        load_roll(users, now)
        load_wellbeing(users, now)
        load_growth(random.Random(20260202), users, now)
        load_notices(users["teacher"], now)
        _renew_statistics()
        load_education(users, now, paper())
        load_payments(users, now, paper())
        load_rehabilitation(users, now)
        _renew_statistics()
        find_gaps(users, now)
        load_pairs(users, now)
        load_agreements(users, now)
        load_numbers(users, now)
        load_uploads(users, now)
        load_findings(users, now)
        load_transfers(users, now)
        load_turns(users, now)
        load_picture(now)
    return True


def _renew_statistics() -> None:
    """Nobody else sees these rows yet: a look of the autovacuum counts them as none, and what
    joins them takes minutes instead of seconds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT registry_renew_statistics()")
