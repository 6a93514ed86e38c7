"""Encrypted columns as migrations, checks, forms and dumps meet them."""

import uuid

import pytest
from django.core.exceptions import FieldError
from django.db import connection, models
from django.forms import modelform_factory
from django.test.utils import isolate_apps

from accounts.crypto.fields import BlindIndexField, EncryptedTextField
from children.models import Child

pytestmark = pytest.mark.django_db


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
