"""Rotation: everything under the newest key, history too, whatever happens in between."""

import threading
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.utils import decrypt
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction

from accounts.crypto import cipher, rotation, second_factors
from accounts.crypto.fields import EncryptedTextField
from accounts.crypto.in_place import NotTheOwner
from accounts.scope import EVERYTHING, acting
from children.models import Child, Guardian
from tests.factories import ChildFactory, GuardianFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])

ID_NUMBER, PHONE = "99010120160301007X", "13800001234"


@pytest.fixture
def child(settings):
    """Written under key 1, changed once; key 2 is the newest from now on."""
    settings.FIELD_KEYS = {1: b"1" * 32}
    with transaction.atomic():
        child = ChildFactory(id_number=ID_NUMBER)
        GuardianFactory(phone=PHONE)
    with transaction.atomic():
        child.phone = PHONE
        child.save()
    settings.FIELD_KEYS = {1: b"1" * 32, 2: b"2" * 32}
    return child


def rotate(**options):
    return {table.table: table for table in rotation.rotate(**options)}


def rewritten(**options):
    return sum(table.rewritten for table in rotate(**options).values())


def as_owner(sql, params=None):
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("SELECT set_config('registry.maintenance', 'key rotation', true)")
        cursor.execute(sql, params)


@pytest.mark.usefixtures("child")
class TestEverything:
    def test_every_table_with_an_encrypted_field_is_found(self):
        tables = {model._meta.db_table for model, _ in rotation.encrypted_models()}

        assert {"children_child", "children_historicalchild", "accounts_draft"} <= tables

    def test_counts_are_told_by_table(self):
        done = rotate()

        assert done["children_child"].rewritten == 1
        assert done["children_historicalchild"].rewritten == 2
        assert done["children_guardian"].rewritten == 1
        assert not any(table.unreadable for table in done.values())

    def test_the_old_key_is_no_longer_needed(self, child, settings):
        rotate()
        settings.FIELD_KEYS = {2: b"2" * 32}

        with transaction.atomic():
            found = Child.objects.get(id_number_hash=ID_NUMBER)
            newest, oldest = found.history.all()
            assert (found.id_number, found.phone) == (ID_NUMBER, PHONE)
            assert (newest.phone, oldest.phone, oldest.id_number) == (PHONE, "", ID_NUMBER)

    def test_a_second_time_nothing_is_left_to_do(self):
        assert rewritten() > 0
        assert rewritten() == 0

    @pytest.mark.parametrize("chunk", [1, 2, 1000])
    def test_the_size_of_a_chunk_does_not_matter(self, chunk):
        assert rewritten(chunk=chunk) == 5

    def test_no_history_row_is_added_and_no_version_taken(self, child):
        rotate()

        with transaction.atomic():
            assert child.history.count() == 2
            child.notes = "the version read before still saves"
            child.save()

    def test_the_application_role_is_refused_rather_than_told_that_all_is_done(self):
        with pytest.raises(NotTheOwner):
            rotate(using="default")


class TestInterrupted:
    def test_what_was_done_stays_and_the_rest_follows(self, child, monkeypatch):
        write, written = rotation._Table._write, []

        def stop_after_two(self, rows):
            if len(written) == 2:
                raise KeyboardInterrupt
            written.append(write(self, rows))

        monkeypatch.setattr(rotation._Table, "_write", stop_after_two)
        with pytest.raises(KeyboardInterrupt):
            rotate(chunk=1)
        monkeypatch.undo()

        done = rewritten()
        assert 0 < done < 5
        assert rewritten() == 0

    def test_a_value_changed_meanwhile_is_kept(self, child, settings, monkeypatch):
        """By a process that does not know the new key: it leaves the other column as it was."""
        reseal, new_keys = rotation._Table._reseal, settings.FIELD_KEYS
        changes = iter([child])

        def change_first(self, row):
            resealed = reseal(self, row)
            if self.result.table == "children_child":
                for changed in changes:
                    settings.FIELD_KEYS = {1: b"1" * 32}
                    with transaction.atomic():
                        changed.phone = "13900005678"
                        changed.save()
                    settings.FIELD_KEYS = new_keys
            return resealed

        monkeypatch.setattr(rotation._Table, "_reseal", change_first)
        rotate()
        assert next(changes, None) is None

        for _ in range(2):
            with transaction.atomic():
                found = Child.objects.get(pk=child.pk)
                assert (found.phone, found.id_number) == ("13900005678", ID_NUMBER)
            rotate()
        assert rewritten() == 0

    def test_a_row_that_somebody_is_saving_is_waited_for(self, child):
        is_locked, done = threading.Event(), []

        def save_slowly():
            with acting(EVERYTHING), transaction.atomic():
                slow = Child.objects.select_for_update(no_key=True).get(pk=child.pk)
                is_locked.set()
                time.sleep(1.2)  # longer than the rotation's lock timeout
                slow.phone = "13900005678"
                slow.save()
                done.append(True)
            connection.close()

        person = threading.Thread(target=save_slowly)
        person.start()
        assert is_locked.wait(10)
        rotate()
        person.join()

        assert done
        assert rewritten() == 0
        with transaction.atomic():
            found = Child.objects.get(pk=child.pk)
            assert (found.phone, found.id_number) == ("13900005678", ID_NUMBER)

    def test_two_rotations_at_once_lose_nothing(self, child):
        with transaction.atomic():
            GuardianFactory.create_batch(30, phone=PHONE)
        errors = []

        def rotate_too():
            try:
                rotate(chunk=3)
            except Exception as error:
                errors.append(error)
            finally:
                connections["owner"].close()

        threads = [threading.Thread(target=rotate_too) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert errors == []
        assert rewritten() == 0
        with transaction.atomic():
            assert {guardian.phone for guardian in Guardian.objects.all()} == {PHONE}


class TestUnreadable:
    def test_a_tampered_value_is_counted_left_alone_and_told_by_the_command(self, child, capsys):
        as_owner("UPDATE children_child SET phone = '\\x01'::bytea || substring(id_number FROM 2)")

        with pytest.raises(CommandError, match="1 values do not open"):
            call_command("rotate_keys")

        assert "children_child: 1 rewritten, 1 unreadable" in capsys.readouterr().out
        with transaction.atomic():
            found = Child.objects.get(pk=child.pk)
            assert found.id_number == ID_NUMBER
            with pytest.raises(cipher.Tampered):
                found.phone  # noqa: B018

    def test_a_key_that_is_gone_is_counted_too(self, child, settings):
        settings.FIELD_KEYS = {2: b"2" * 32}
        assert sum(table.unreadable for table in rotate().values()) == 7

    def test_the_command_prints_counts_and_no_content(self, child, capsys):
        call_command("rotate_keys", chunk=1)

        printed = capsys.readouterr().out
        assert "Key 2 is the newest." in printed
        assert "children_historicalchild: 2 rewritten, 0 unreadable" in printed
        assert ID_NUMBER not in printed
        assert str(child.uuid) not in printed


class TestSecondFactors:
    @pytest.fixture
    def user(self, settings):
        settings.FIELD_KEYS = {1: b"1" * 32}
        with transaction.atomic():
            user = UserFactory()
            TOTP.activate(user, "JBSWY3DPEHPK3PXP")
            RecoveryCodes.activate(user)
        settings.FIELD_KEYS = {1: b"1" * 32, 2: b"2" * 32}
        return user

    def factors(self, user):
        kinds = {row.type: row for row in Authenticator.objects.filter(user=user)}
        return kinds[Authenticator.Type.TOTP], kinds[Authenticator.Type.RECOVERY_CODES]

    def test_they_still_open_when_the_old_key_is_gone(self, user, settings):
        codes = RecoveryCodes(self.factors(user)[1]).get_unused_codes()

        assert rotate()["mfa_authenticator"].rewritten == 2
        assert rotate()["mfa_authenticator"].rewritten == 0

        settings.FIELD_KEYS = {2: b"2" * 32}
        totp, recovery = self.factors(user)
        assert decrypt(totp.data["secret"]) == "JBSWY3DPEHPK3PXP"
        assert RecoveryCodes(recovery).get_unused_codes() == codes

    def test_a_secret_moved_into_another_users_row_does_not_open(self, user):
        """Else who can write rows could sign in as anybody, with a telephone of their own."""
        totp, recovery = self.factors(user)
        with transaction.atomic():
            victim = UserFactory()
        for row in (totp, recovery):
            moved = {**row.data}
            Authenticator.objects.create(user=victim, type=row.type, data=moved)
        stolen, codes = self.factors(victim)

        with pytest.raises(cipher.Tampered):
            decrypt(stolen.data["secret"])
        with pytest.raises(cipher.Tampered):
            RecoveryCodes(codes).get_unused_codes()
        assert rotate()["mfa_authenticator"].unreadable == 2

    def as_before_they_were_bound(self, user):
        """Sealed for their table alone, as installations from before hold them."""
        for row in self.factors(user):
            for name in {"secret", "seed"} & set(row.data):
                old = cipher.encrypt(decrypt(row.data[name]), second_factors.CONTEXT).hex()
                Authenticator.objects.filter(pk=row.pk).update(data={**row.data, name: old})

    def test_older_secrets_open_and_are_bound_when_keys_are_rotated(self, user, settings):
        settings.FIELD_KEYS = {1: b"1" * 32}
        self.as_before_they_were_bound(user)
        assert decrypt(self.factors(user)[0].data["secret"]) == "JBSWY3DPEHPK3PXP"

        assert rotate()["mfa_authenticator"].rewritten == 2

        assert self.is_bound(user)
        assert decrypt(self.factors(user)[0].data["secret"]) == "JBSWY3DPEHPK3PXP"

    def test_an_older_secret_is_bound_when_it_is_used(self, user):
        self.as_before_they_were_bound(user)

        for row in self.factors(user):
            row.record_usage()

        assert self.is_bound(user)
        assert rotate()["mfa_authenticator"].rewritten == 0

    def is_bound(self, user):
        """No other than the user's own row opens them."""
        opened = 0
        for row in self.factors(user):
            for name in {"secret", "seed"} & set(row.data):
                with pytest.raises(cipher.Tampered):
                    decrypt(str(row.data[name]))
                opened += bool(decrypt(row.data[name]))
        return opened == 2

    @pytest.mark.parametrize("secret", ["JBSWY3DPEHPK3PXP", "01" + "00" * 40, ""])
    def test_a_secret_that_does_not_open_is_counted_and_left(self, user, secret):
        Authenticator.objects.filter(type="totp").update(data={"secret": secret})

        done = rotate()["mfa_authenticator"]
        assert (done.rewritten, done.unreadable) == (1, 1)
        assert self.factors(user)[0].data == {"secret": secret}


def test_empty_and_missing_values_are_passed_over(settings):
    with transaction.atomic():
        ChildFactory()
    settings.FIELD_KEYS = {**settings.FIELD_KEYS, 2: b"2" * 32}

    assert rewritten() == 0


def test_no_encrypted_column_is_keyed_by_two_different_columns():
    """Rotation reads one row key for a table."""
    for _model, fields in rotation.encrypted_models():
        assert all(isinstance(field, EncryptedTextField) for field in fields)
        assert len({field.row_key for field in fields}) == 1
