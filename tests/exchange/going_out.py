"""A child as lists that go out tell of it."""

from tests.factories import (
    CategorySpellFactory,
    ChildFactory,
    GuardianFactory,
    GuardianshipFactory,
)

NUMBER = "990101201603010026"


def child(**facts):
    made = ChildFactory(**{"name": "曾小明", "id_number": NUMBER, **facts})
    carer = GuardianFactory(name="曾大山", phone="17000001234", recorded_in=made.residence_area)
    GuardianshipFactory(child=made, guardian=carer, is_main_carer=True)
    CategorySpellFactory(child=made)
    return made
