"""Encrypted columns written, looked for by their hash, and kept by history."""

import pytest
from django.core.exceptions import FieldError
from django.db import connection
from django.db.models import F, Value
from simple_history.utils import bulk_create_with_history

from accounts.crypto.cipher import blind_index
from accounts.crypto.fields import Sealed
from children.models import Child
from tests.factories import ChildFactory

from .sealing import ID_NUMBER, OTHER_ID_NUMBER, PHONE, check_now, read, stored

pytestmark = pytest.mark.django_db


class TestWriting:
    def test_saving_something_else_leaves_the_bytes_alone(self, child):
        before = stored("id_number", child)
        child = read(child)
        child.notes = "x"
        child.full_clean()
        child.save()

        assert stored("id_number", child) == before

    def test_saving_under_a_newer_key_seals_anew(self, child, settings):
        settings.FIELD_KEYS = {**settings.FIELD_KEYS, 2: b"2" * 32}
        child = read(child)
        child.save()

        check_now()
        assert stored("id_number", child)[0] == 2
        assert read(child).id_number == ID_NUMBER

    def test_bulk_create_seals_and_hashes(self):
        children = ChildFactory.build_batch(2, phone=PHONE)
        for child in children:
            child.residence_area.save()
            child.name_sort = "x"
        bulk_create_with_history(children, Child)

        check_now()
        found = Child.objects.filter(phone_hash=PHONE)
        assert [child.phone for child in found] == [PHONE, PHONE]
        assert [child.history.get().phone for child in found] == [PHONE, PHONE]

    @pytest.mark.parametrize(
        "value",
        [PHONE, "", PHONE.encode(), Value(PHONE), F("id_number"), Sealed(b"x" * 40, "x")],
        ids=["text", "empty text", "bytes", "Value", "F", "Sealed"],
    )
    def test_update_is_refused(self, child, value):
        with pytest.raises(FieldError, match="encrypted"):
            Child.objects.filter(pk=child.pk).update(phone=value)

    def test_update_with_the_text_of_another_row_is_refused(self, child):
        with pytest.raises(FieldError, match="phone is encrypted"):
            Child.objects.update(phone=read(child).phone)

    def test_bulk_update_is_refused(self, child):
        child.phone = "13900005678"
        with pytest.raises(FieldError, match="phone is encrypted"):
            Child.objects.bulk_update([child], ["phone"])

    @pytest.mark.parametrize("value", [13800001234, b"13800001234", ["1"]])
    def test_what_is_not_text_is_refused(self, child, value):
        child.id_number = value
        with pytest.raises(TypeError, match="takes text"):
            Child.save_base(child)

    def test_saving_the_text_without_its_hash_is_refused(self, child):
        child.phone = "13900005678"
        with pytest.raises(FieldError, match="phone_hash together with phone"):
            child.save(update_fields=["phone"])

        child.save(update_fields=["phone", "phone_hash"])
        assert Child.objects.get(phone_hash="13900005678") == child

    def test_set_based_writers_seal_with_the_row_key(self, child):
        field = Child._meta.get_field("phone")
        blob = field.seal(PHONE, str(child.uuid).upper())

        assert Sealed(blob, field.context).open(child.uuid) == PHONE
        assert field.seal("", child.uuid) == b""


class TestLookups:
    def test_the_hash_finds_by_text_and_by_digest(self, child):
        ChildFactory(id_number=OTHER_ID_NUMBER)

        assert Child.objects.get(id_number_hash=ID_NUMBER) == child
        assert Child.objects.get(id_number_hash=blind_index(ID_NUMBER, "id_number")) == child
        assert Child.objects.get(id_number_hash__in=[ID_NUMBER, "x"]) == child

    def test_empty_text_finds_nothing_rather_than_every_row_without_a_number(self, child):
        ChildFactory()

        assert not Child.objects.filter(id_number_hash="").exists()
        assert Child.objects.filter(id_number_hash__isnull=True).count() == 1

    def test_one_number_once_and_many_without(self, child):
        ChildFactory.create_batch(2)
        twin = ChildFactory.build(id_number=ID_NUMBER, residence_area=child.residence_area)

        with pytest.raises(Exception, match="child_id_number_once"):
            twin.save()

    @pytest.mark.parametrize(
        "lookup", ["", "__exact", "__in", "__contains", "__startswith", "__gt"]
    )
    def test_lookups_on_ciphertext_are_refused(self, lookup):
        with pytest.raises(FieldError, match="encrypted"):
            Child.objects.filter(**{f"phone{lookup}": PHONE}).exists()

    def test_isnull_is_the_one_lookup_allowed(self, child):
        assert Child.objects.filter(phone__isnull=False).get() == child


class TestHistory:
    @pytest.fixture
    def changed(self, child):
        child.phone = "13900005678"
        child.save()
        check_now()
        return child

    def test_each_state_opens(self, changed):
        newest, oldest = changed.history.all()
        assert (newest.phone, oldest.phone) == ("13900005678", PHONE)

    def test_the_file_as_it_was_opens(self, changed):
        newest, oldest = changed.history.all()

        assert Child.history.as_of(oldest.history_date).get().phone == PHONE
        assert oldest.instance.phone == PHONE
        assert changed.history.as_of(newest.history_date).phone == "13900005678"
        assert changed.history.most_recent().phone == "13900005678"

    def test_the_difference_is_told_in_text_and_masked_in_repr(self, changed):
        newest, oldest = changed.history.all()
        change = next(c for c in newest.diff_against(oldest).changes if c.field == "phone")

        assert (change.old, change.new) == (PHONE, "13900005678")
        assert PHONE not in repr(change)

    def test_a_value_of_an_older_state_can_be_saved_again(self, changed):
        changed.phone = changed.history.earliest().instance.phone
        changed.save()

        check_now()
        assert read(changed).phone == PHONE
        assert Child.objects.filter(phone_hash=PHONE).exists()

    def test_a_history_row_and_its_row_hold_the_same_bytes(self, changed):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM children_child c JOIN children_historicalchild h"
                " USING (id, uuid, id_number, phone, phone_hash)"
            )
            assert cursor.fetchone()[0] == 1
