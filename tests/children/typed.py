"""What people type into the forms: the smallest right answer, to be spoiled by a test."""

from datetime import date

from django.utils import timezone

from accounts.once import new_key
from children.rules.identifiers import make_resident_id
from tests.factories import VILLAGE, area

BORN = date(2016, 3, 1)


def id_number(sequence=7, born=BORN):
    """Of an invented county; an odd sequence is a boy's."""
    return make_resident_id("990101", born, sequence)


def facts(**other):
    """For `register_child`."""
    place = area(VILLAGE)
    return {
        "name": "曾小明", "id_type": "RESIDENT_ID", "id_number": id_number(), "birth_date": BORN,
        "sex": "MALE", "ethnicity": None, "hukou_area": None, "residence_area": place,
        "address": "3组5号", "phone": "", "notes": "", **other,
    }  # fmt: skip


def registration(**other):
    """Posted by the page that opens a file."""
    return {
        "submission": new_key(), "name": "曾小明", "id_type": "RESIDENT_ID",
        "id_number": id_number(), "birth_date": "2016-03-01", "sex": "MALE",
        "residence_area": VILLAGE, "address": "3组5号", "hukou_area": "", "phone": "",
        "ethnicity": "", "category": "", "notes": "", **other,
    }  # fmt: skip


def correction(child, **other):
    """Posted by the page that corrects one: the file as it is, with a reason."""
    return {
        "submission": new_key(), "version": child.version, "name": child.name,
        "id_type": child.id_type, "id_number": child.id_number,
        "birth_date": child.birth_date.isoformat(), "sex": child.sex,
        "residence_area": child.residence_area_id, "address": child.address,
        "hukou_area": child.hukou_area_id or "", "phone": child.phone, "ethnicity": "",
        "notes": child.notes, "reason": "户口簿已核对", **other,
    }  # fmt: skip


def care(**other):
    """A guardian and the time of care."""
    return {
        "submission": new_key(), "name": "曾大山", "relation": "GRANDFATHER_PATERNAL",
        "kind": "ENTRUSTED", "phone": "17000001234", "starts_on": "2024-01-01", "ends_on": "",
        "is_main_carer": "on", "id_type": "RESIDENT_ID", "id_number": "", "workplace": "", **other,
    }  # fmt: skip


def records():
    """Kind → posted by the page that adds one."""
    today = timezone.localdate()
    return {
        "guardianship": care(),
        "parent": {
            "submission": new_key(), "parent": "FATHER", "status": "DEAD",
            "starts_on": "2024-01-01", "ends_on": "", "evidence": "死亡证明",
            "evidence_on": "2024-01-05", "is_verified": "on",
        },
        "category": {
            "submission": new_key(), "category": "DE_FACTO", "local_class": "",
            "starts_on": "2024-01-01", "ends_on": "", "ending_reason": "", "legal_basis": "",
            "evidence": "",
        },
        "economic": {
            "submission": new_key(), "status": "DIBAO", "starts_on": "2024-01-01", "ends_on": "",
            "evidence": "",
        },
        "certificate": {
            "submission": new_key(), "number": id_number() + "52", "diagnosis": "", "kind": "",
            "grade": "", "issued_on": "2024-01-01", "expires_on": str(today), "status": "VALID",
        },
    }  # fmt: skip
