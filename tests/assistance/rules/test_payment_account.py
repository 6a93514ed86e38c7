from datetime import date

import pytest

from assistance.rules.payment_account import Doubt, Facts, doubts, is_fresh_change

PLAIN = {"others": 0, "is_childs_or_guardians": True, "is_plausible": True}


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        pytest.param({}, [], id="3.2 the child's own account"),
        pytest.param({"others": 2}, [], id="three on one account: brothers and sisters"),
        pytest.param({"others": 3}, [Doubt.SHARED], id="3.2 a fourth child on it"),
        pytest.param(
            {"is_childs_or_guardians": False}, [Doubt.OTHER_HOLDER],
            id="3.2 to the personal account of the child or guardian",
        ),
        pytest.param(
            {"is_in_their_name": False}, [Doubt.OTHER_NAME],
            id="3.2 said to be the child's, in another name",
        ),
        pytest.param(
            {"is_guardian_still": False}, [Doubt.NO_GUARDIAN], id="3.2 of a guardian of before"
        ),
        pytest.param({"is_plausible": False}, [Doubt.CHECK_DIGIT], id="8.2 Luhn: warn, not reject"),
        pytest.param(
            {"others": 9, "is_childs_or_guardians": False, "is_plausible": False},
            [Doubt.SHARED, Doubt.OTHER_HOLDER, Doubt.CHECK_DIGIT], id="all of them",
        ),
    ],
)  # fmt: skip
def test_what_is_doubtful_about_an_account(facts, found):
    assert doubts(Facts(**PLAIN | facts), most_children=3) == found


@pytest.mark.parametrize(
    ("changed_on", "fresh"),
    [
        pytest.param(None, False, id="never changed"),
        pytest.param(date(2026, 2, 7), False, id="31 days before"),
        pytest.param(date(2026, 2, 8), True, id="3.2 within 30 days"),
        pytest.param(date(2026, 3, 10), True, id="on the day itself"),
        pytest.param(date(2026, 3, 11), False, id="after the payment"),
    ],
)
def test_a_change_shortly_before_the_payment_is_fresh(changed_on, fresh):
    assert is_fresh_change(changed_on, date(2026, 3, 10), days=30) is fresh
