"""The front hall and rounds, in a process of its own: `python -m bench.following.one N REPEATS
FILE`."""

import json
import sys
from pathlib import Path

from bench.one import clients, measure, plain_connection, set_up


class World:
    """A child of the first village, and the round."""

    def __init__(self) -> None:
        from django.db import transaction

        from accounts.scope import EVERYTHING, acting
        from children.models import Campaign, Child

        with acting(EVERYTHING), transaction.atomic():
            self.round_id = Campaign.objects.get().pk
            self.case_number = Child.objects.get(pk=5).case_number


def main() -> None:
    n, repeats = int(sys.argv[1]), int(sys.argv[2])
    set_up()
    from bench.following import cases  # noqa: F401 - register them
    from bench.harness import CASES

    world, who, server = World(), clients({}), plain_connection()
    found = [measure(one, n, world, who[one.role], server, repeats) for one in CASES]
    Path(sys.argv[3]).write_text(json.dumps(found))


if __name__ == "__main__":
    main()
