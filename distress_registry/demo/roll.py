"""Roll and ledgers of the demo."""

from datetime import datetime

from accounts.models import Posting
from schools.actions.ledger import refresh_all

from .cast import Cast
from .ledgers import tell_stories
from .roll_places import fill_roll, open_schools, teach_at_home


def load_roll(users: dict[str, Posting], now: datetime) -> None:
    """After the children's files; in the same transaction."""
    cast = Cast(users, now)
    schools = open_schools(cast)
    late = fill_roll(cast, schools)
    tell_stories(cast, schools, late)
    teach_at_home(cast)
    refresh_all(now=now, today=cast.today)
