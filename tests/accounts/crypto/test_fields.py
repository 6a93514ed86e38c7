"""Encrypted columns as models use them: sealed in the database, text in Python on purpose only."""

import copy
import pickle
import uuid

import pytest
from django.db import connection
from django.db.models import F
from django.forms import model_to_dict
from django.test.utils import CaptureQueriesContext
from django.views.debug import ExceptionReporter

from accounts.crypto.cipher import Tampered, UnknownKey
from accounts.crypto.fields import Sealed
from children.models import Child
from tests.factories import ChildFactory, GuardianFactory

from .sealing import ID_NUMBER, OTHER_ID_NUMBER, PHONE, read, stored, written_past_the_guard

pytestmark = pytest.mark.django_db
TABLES = ("children_child", "children_historicalchild")


class TestStored:
    @pytest.mark.parametrize("table", TABLES)
    def test_no_column_of_the_row_or_its_history_holds_the_text(self, child, table):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT t::text FROM {table} t WHERE id = %s", [child.pk])
            row = cursor.fetchone()[0]

        assert stored("id_number", child, table)[0] == 1
        for secret in (ID_NUMBER, PHONE):
            assert secret not in row
            assert secret.encode().hex() not in row

    def test_no_statement_holds_the_text(self):
        with CaptureQueriesContext(connection) as queries:
            child = ChildFactory(id_number=ID_NUMBER, phone=PHONE)
            child.phone = "13900005678"
            child.save()
            assert Child.objects.filter(id_number_hash=ID_NUMBER).exists()

        log = "".join(query["sql"] for query in queries)
        for secret in (ID_NUMBER, PHONE, "13900005678"):
            assert secret not in log
            assert secret.encode().hex() not in log

    def test_empty_text_is_stored_empty_and_without_a_hash(self):
        child = ChildFactory()

        assert stored("id_number", child) == b""
        assert read(child).id_number == ""
        assert read(child).id_number_hash is None

    def test_text_taken_away_takes_the_hash_away(self, child):
        child.phone = ""
        child.save()

        assert read(child).phone == ""
        assert read(child).phone_hash is None

    def test_ciphertext_put_into_another_row_does_not_open(self, child):
        other = ChildFactory(id_number=OTHER_ID_NUMBER)

        with written_past_the_guard(
            "UPDATE children_child c SET id_number = o.id_number FROM children_child o"
            " WHERE c.id = %s AND o.id = %s",
            [other.pk, child.pk],
        ):
            assert read(other).phone == ""
            with pytest.raises(Tampered):
                read(other).id_number  # noqa: B018

    def test_ciphertext_put_into_another_column_does_not_open(self, child):
        with written_past_the_guard("UPDATE children_child SET phone = id_number"):
            assert read(child).id_number == ID_NUMBER
            with pytest.raises(Tampered):
                read(child).phone  # noqa: B018


class TestReading:
    def test_a_row_opens_on_first_reading_and_not_before(self, child):
        child = read(child)
        assert isinstance(child.__dict__["id_number"], Sealed)

        assert child.id_number == ID_NUMBER
        assert isinstance(child.__dict__["id_number"], str)

    @pytest.mark.parametrize(
        "rows",
        [
            Child.objects.only("name"),
            Child.objects.only("id_number"),
            Child.objects.defer("id_number"),
            Child.objects.defer("uuid"),
            Child.objects.defer("uuid", "id_number"),
        ],
        ids=["only another", "only this", "defer this", "defer the key", "defer both"],
    )
    def test_deferred_fields_open_too(self, child, rows):
        assert rows.get(pk=child.pk).id_number == ID_NUMBER

    def test_refresh_from_db_reads_what_another_wrote(self, child):
        mine = read(child)
        child.phone = "13900005678"
        child.save()

        mine.refresh_from_db(fields=["phone"])
        assert mine.phone == "13900005678"
        mine.refresh_from_db()
        assert (mine.phone, mine.id_number) == ("13900005678", ID_NUMBER)

    def test_values_stay_sealed_until_opened_with_the_key_of_their_row(self, child):
        row = Child.objects.values("uuid", "phone").get()

        assert isinstance(row["phone"], Sealed)
        assert PHONE not in f"{row} {row['phone']} {row['phone']!r}"
        assert row["phone"].open(row["uuid"]) == PHONE
        with pytest.raises(Tampered):
            row["phone"].open(uuid.uuid4())

    def test_values_list_and_annotations_stay_sealed(self, child):
        (flat,) = Child.objects.values_list("phone", flat=True)
        annotated = Child.objects.annotate(alias=F("phone")).get().alias

        assert isinstance(flat, Sealed)
        assert isinstance(annotated, Sealed)

    def test_a_row_reached_over_a_relation_opens(self, child):
        GuardianFactory(phone=PHONE)
        assert child.history.get().instance.phone == PHONE

    def test_repr_of_opened_text_is_a_mask(self, child):
        child = read(child)

        assert PHONE not in repr(child.phone)
        assert PHONE not in repr(model_to_dict(child))
        assert f"{child.phone}" == str(child.phone) == PHONE

    @pytest.mark.parametrize("action", ["reading", "saving"])
    def test_an_error_report_does_not_show_the_text(self, child, settings, rf, action):
        settings.DEBUG = False
        child.phone = f"139{child.pk:08}"
        if action == "reading":
            child = read(child)  # not opened yet
        settings.FIELD_KEYS = {200: b"1" * 32}

        with pytest.raises(UnknownKey) as error:
            child.save()
        page = ExceptionReporter(
            rf.get("/"), error.type, error.value, error.tb
        ).get_traceback_html()

        assert "pre_save" in page
        for secret in (ID_NUMBER, PHONE, f"139{child.pk:08}", "1" * 32):
            assert secret not in page

    def test_an_unknown_key_is_told_by_its_number(self, child, settings):
        settings.FIELD_KEYS = {2: b"2" * 32}

        with pytest.raises(UnknownKey, match="key id 1"):
            read(child).phone  # noqa: B018


class TestCopies:
    def test_a_pickle_holds_no_text_and_opens(self, child):
        child = read(child)
        assert child.phone == PHONE  # opened, so the text is in the object

        frozen = pickle.dumps(child)
        assert PHONE.encode() not in frozen
        assert ID_NUMBER.encode() not in frozen
        thawed = pickle.loads(frozen)
        assert (thawed.phone, thawed.id_number) == (PHONE, ID_NUMBER)

    def test_a_pickled_list_of_sealed_values_opens(self, child):
        rows = pickle.loads(pickle.dumps(list(Child.objects.values("uuid", "phone"))))
        assert rows[0]["phone"].open(rows[0]["uuid"]) == PHONE

    @pytest.mark.parametrize("make", [copy.copy, copy.deepcopy])
    def test_a_copied_object_opens(self, child, make):
        opened, unopened = make(child), make(read(child))
        assert opened.phone == unopened.phone == PHONE

    def test_a_row_made_from_another_is_sealed_anew(self, child):
        twin = read(child)
        assert twin.id_number
        assert twin.phone
        twin.pk, twin.uuid, twin.case_number = None, uuid.uuid4(), "3301272099000001"
        twin.id_number, twin._state.adding = "", True
        twin.save()

        assert read(twin).phone == read(child).phone == PHONE
        assert stored("phone", twin) != stored("phone", child)

    def test_a_sealed_value_of_another_row_is_not_written(self, child):
        other = ChildFactory()
        other.phone = Child.objects.values_list("phone", flat=True).get(pk=child.pk)

        with pytest.raises(Tampered):
            other.save()

    def test_text_of_another_row_is_sealed_for_its_new_row(self, child):
        other = ChildFactory()
        other.phone = read(child).phone
        other.save()

        assert read(other).phone == PHONE
