import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from accounts.roles import Role
from tests.factories import COUNTY, area

pytestmark = pytest.mark.django_db


def test_the_first_administrator_has_a_posting_and_a_password(capsys):
    area(COUNTY)
    call_command("create_administrator", "meng", "孟管理", COUNTY)

    user = User.objects.get(username="meng")
    password = capsys.readouterr().out.split()[-1]
    assert user.check_password(password)
    posting = user.postings.get()
    assert (posting.role, posting.area_id) == (Role.ADMINISTRATOR, COUNTY)
    assert posting.history.count() == user.history.count() == 1


def test_an_unknown_county_or_a_taken_name_makes_nobody():
    with pytest.raises(CommandError, match="No such area"):
        call_command("create_administrator", "meng", "孟管理", "999999")
    area(COUNTY)
    call_command("create_administrator", "meng", "孟管理", COUNTY)
    with pytest.raises(CommandError, match="There is a user"):
        call_command("create_administrator", "meng", "孟管理", COUNTY)

    assert User.objects.count() == 1
