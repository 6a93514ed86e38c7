"""Encrypted columns as models use them: sealed in the database, text in Python on purpose only."""

import copy
import pickle
import uuid
from contextlib import contextmanager

import pytest
from django.core.exceptions import FieldError
from django.db import connection, models, transaction
from django.db.models import F, Value
from django.forms import model_to_dict, modelform_factory
from django.test.utils import CaptureQueriesContext, isolate_apps
from django.views.debug import ExceptionReporter
from simple_history.utils import bulk_create_with_history

from accounts.crypto.cipher import Tampered, UnknownKey, blind_index
from accounts.crypto.fields import BlindIndexField, EncryptedTextField, Sealed
from children.models import Child
from tests.factories import ChildFactory, GuardianFactory

pytestmark = pytest.mark.django_db

ID_NUMBER, OTHER_ID_NUMBER = "99010120160301007X", "990101201603010088"
PHONE = "13800001234"
TABLES = ("children_child", "children_historicalchild")


@pytest.fixture
def child():
    return ChildFactory(id_number=ID_NUMBER, phone=PHONE)


def read(child):
    return Child.objects.get(pk=child.pk)


def stored(column, where, table="children_child"):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table} WHERE id = %s", [where.pk])
        return bytes(cursor.fetchone()[0])


def check_now():
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@contextmanager
def written_past_the_guard(sql, params=None):
    """Rolled back after it: at commit, the missing history row would be refused."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
        yield
        transaction.set_rollback(True)


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


class TestDefinition:
    @pytest.mark.parametrize("name", ["id_number", "id_number_hash"])
    def test_migrations_keep_context_and_row_key(self, name):
        field = Child._meta.get_field(name)
        clone = field.clone()

        assert clone.deconstruct()[1:] == field.deconstruct()[1:]
        assert clone.context == field.context

    def test_row_key_and_normalise_survive_too(self):
        sealed = EncryptedTextField(context="x", row_key="token", null=True).clone()
        hashed = BlindIndexField(source="x", context="x", normalise="builtins.str").clone()

        assert (sealed.context, sealed.row_key, sealed.null) == ("x", "token", True)
        assert (hashed.source, hashed.normalise, hashed.null) == ("x", "builtins.str", True)

    def test_no_form_is_made_of_it(self):
        form = modelform_factory(Child, fields=["name", "phone", "id_number"])
        assert list(form.base_fields) == ["name"]

    def test_it_is_not_dumped_in_the_clear(self, child):
        from django.core import serializers

        with pytest.raises(FieldError, match="no dump"):
            serializers.serialize("json", [child])

    @isolate_apps("accounts")
    def test_checks_tell_what_is_missing(self, settings):
        class Thing(models.Model):  # noqa: DJ008
            bare = EncryptedTextField(unique=True)

            class Meta:
                app_label = "accounts"

        settings.FIELD_KEYS = {200: b"1" * 32}
        messages = " ".join(error.msg for error in Thing._meta.get_field("bare").check())

        for part in ("context", "'uuid'", "1 to 127", "No index"):
            assert part in messages

    @isolate_apps("accounts")
    def test_a_column_added_to_a_full_table_starts_empty_or_null(self):
        class Thing(models.Model):  # noqa: DJ008
            uuid = models.UUIDField(default=uuid.uuid4)

            class Meta:
                app_label = "accounts"

        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE TEMPORARY TABLE accounts_thing (id bigint primary key, uuid uuid)"
            )
            cursor.execute(
                "INSERT INTO accounts_thing VALUES (1, '0190a5e0-0000-7000-8000-000000000001')"
            )
        added = {
            "blank": EncryptedTextField(context="t.blank", blank=True, default=""),
            "maybe": EncryptedTextField(context="t.maybe", null=True),
        }
        with connection.schema_editor() as editor:
            for name, field in added.items():
                field.contribute_to_class(Thing, name)
                editor.add_field(Thing, field)

        thing = Thing.objects.get()
        assert (thing.blank, thing.maybe) == ("", None)
        thing.blank, thing.maybe = "one", "two"
        thing.save()
        again = Thing.objects.get()
        assert (again.blank, again.maybe) == ("one", "two")
        assert (Thing().blank, Thing().maybe) == ("", None)

    @isolate_apps("accounts")
    def test_numbers_written_differently_are_found_once_normalised(self):
        class Thing(models.Model):  # noqa: DJ008
            number = models.CharField(max_length=20)
            number_hash = BlindIndexField(
                source="number", context="n", normalise=f"{__name__}.without_spaces"
            )

            class Meta:
                app_label = "accounts"

        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE TEMPORARY TABLE accounts_thing"
                " (id bigserial primary key, number text, number_hash bytea unique)"
            )
        Thing.objects.create(number="9901 0120x")
        Thing.objects.create(number="  ")
        Thing.objects.create(number="")

        assert Thing.objects.get(number_hash="99010120 X").number == "9901 0120x"
        assert Thing.objects.filter(number_hash__isnull=True).count() == 2


def without_spaces(text):
    return text.replace(" ", "").upper()
