"""The risk by what was found."""

from children.rules.risk import Sign, score

FROM = {"LOW": 0, "MEDIUM": 4, "HIGH": 8}


def scored(*signs):
    return score(signs, FROM)


def test_nothing_found_is_the_lowest():
    assert scored() == score([], {"HIGH": 8}) == score([], {})
    assert (scored().level, scored().points, scored().reasons) == ("LOW", 0, ())


def test_a_level_begins_with_its_points():
    assert scored(Sign("a", 3)).level == "LOW"
    assert scored(Sign("a", 3), Sign("b", 1)).level == "MEDIUM"
    assert scored(Sign("a", 7)).level == "MEDIUM"
    assert scored(Sign("a", 7), Sign("b", 1)).level == "HIGH"


def test_an_alarm_is_high_at_once():
    assert scored(Sign("a", 1, is_alarm=True)).level == "HIGH"


def test_reasons_stand_by_weight_alarms_first():
    found = scored(Sign("small", 1), Sign("great", 3), Sign("alarm", 2, is_alarm=True))

    assert found.reasons == ("alarm", "great", "small")
    assert found.points == 6
