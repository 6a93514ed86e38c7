"""After a key of the hashes was turned nothing is under the old one; all that was known still is.

Every hash that is made meanwhile is written down, and looked for in every column of every table.
"""

import re
from datetime import timedelta

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connections, models, transaction
from django.utils import timezone

from accounts.crypto import cipher, rehash
from accounts.crypto.fields import BlindIndexField, EncryptedTextField
from accounts.scope import EVERYTHING, acting
from children.models import Child
from exchange import finding_jobs, jobs
from exchange.actions.finding import move_finding
from exchange.actions.match_pair import answer_pair
from exchange.actions.run_checks import run_checks
from exchange.matching import is_as_then
from exchange.models import Finding, ListRow, MatchDecision, MatchPair, PairState
from exchange.taking_in.queue_pairs import queue_files
from tests.exchange import lists
from tests.exchange.checks.people import child as child_of
from tests.exchange.lists import BORN, EAST, adult, number
from tests.exchange.taking_in.test_import_list import run
from tests.factories import GuardianFactory, GuardianshipFactory, PostingFactory, area

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])

PROJECT = {"accounts", "children", "schools", "assistance", "exchange", "distress_registry"}
OLD, BOTH, NEW = {1: b"a" * 32}, {1: b"a" * 32, 2: b"b" * 32}, {2: b"b" * 32}
REGISTER = ["姓名", "性别", "身份证号", "出生日期", "乡镇", "村", "现住址", "监护人姓名"]
CERTIFICATES = [*REGISTER[:6], "残疾证号", "残疾类别", "残疾等级"]

# Keyed hashes without an encrypted column of their row behind them (others are BlindIndexField).
TURNED = {
    "exchange_listrow.fingerprint", "exchange_listrow.id_number_hash",
    "exchange_listrow.person_key",
    "exchange_matchpair.person_key", "exchange_matchpair.child_key",
    "exchange_historicalmatchpair.person_key", "exchange_historicalmatchpair.child_key",
    "exchange_matchdecision.person_key", "exchange_matchdecision.child_key",
    "exchange_finding.subject", "exchange_historicalfinding.subject",
}  # fmt: skip
# Bytes that the keys of FIELD_HASH_KEYS have no part in.
OF_NO_KEY = {
    "departmentnotice.record_hash": "SHA-256",
    "departmentcall.answer_hash": "SHA-256",
    "departmentcall.request_hash": "SHA-256",
    "departmentcall.signed_hash": "SHA-256",
    "departmentsubscription.first_hash": "SHA-256",
    "departmenttoken.digest": "SHA-256",
    "listimport.file_hash": "SHA-256",
    "listupload.file_hash": "SHA-256",
    "noticedelivery.link_hash": "SHA-256 of random bytes",
    "noticetry.address_hash": "under SECRET_KEY, for an hour",
    "sharingrecord.file_hash": "SHA-256",
}


@pytest.fixture
def made(monkeypatch):
    """Hexadecimal of every hash that was ever made under the older key."""
    seen, hasher = set(), cipher._hasher

    def noting(context, master):
        make = hasher(context, master)

        def hashed(text):
            found = make(text)
            if master == OLD[1]:
                seen.add(found.hex())
            return found

        return hashed

    monkeypatch.setattr(cipher, "_hasher", noting)
    return seen


def under(hashes):
    """Columns that hold one of the hashes, with how often; read as the owner, who sees all."""
    found = {}
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(
                f'SELECT e.key, e.value FROM "{table}" t, jsonb_each_text(to_jsonb(t)) e'
            )
            for column, text in cursor.fetchall():
                held = set(re.findall("[0-9a-f]{64}", text or "")) & hashes
                if held:
                    name = f"{table}.{column}"
                    found[name] = found.get(name, 0) + len(held)
    return found


@pytest.fixture
def county(settings, tmp_path):
    """Two lists taken in, pairs of rows and of files decided and open, findings, one dismissed."""
    settings.FIELD_HASH_KEYS = OLD
    with transaction.atomic():
        lists.county()
        known = child_of(1, name="张小明", sex="MALE", residence_area=area(EAST), address="1组1号")
        child_of(3, name="张小明", sex="MALE", residence_area=area(EAST), phone="17000000099")
        carer = GuardianFactory(name="李大娘", id_number=adult(2), recorded_in=area(EAST))
        GuardianshipFactory(child=known, guardian=carer, is_main_carer=True)
        by = PostingFactory(role="COUNTY_OFFICER", area=area(lists.COUNTY)).user
    for kind, rows in (("register", register()), ("disability_certificates", certificates())):
        write(tmp_path, kind, rows)
    with acting(EVERYTHING):
        with transaction.atomic():
            queue_files(Child.objects.values_list("pk", flat=True), now=timezone.now())
            pairs = list(MatchPair.objects.filter(list_row__isnull=False).order_by("pk"))
        for pair in pairs[:1]:
            answer_pair(pair=pair, version=pair.version, is_same=False, by=by, now=timezone.now())
        run_checks(now=timezone.now())
        with transaction.atomic():
            finding = Finding.objects.filter(subject__startswith="p").order_by("pk").first()
            move_finding(finding=finding, move="DISMISS", text="搬走了", by=by, now=timezone.now())
    return tmp_path


def register():
    return [
        REGISTER,
        ["张小明", "男", number(1), BORN, "千岛湖镇", "大源村", "3组9号", "李大娘"],
        ["张晓明", "男", None, BORN, "千岛湖镇", "大源村", "3组8号", None],
        ["王五六", "女", number(20), BORN, "千岛湖镇", "西坡村", "2组1号", None],
    ]


def certificates():
    return [
        CERTIFICATES,
        ["赵七", "女", number(30), BORN, "千岛湖镇", "大源村", number(30) + "41", "肢体", "一级"],
        ["钱八", "女", number(32), BORN, "千岛湖镇", "西坡村", number(32) + "51", "智力", "一级"],
    ]


def write(tmp_path, kind, rows):
    """(status, report) of the list taken in."""
    return run(tmp_path, rows, "--commit", "--within", lists.COUNTY, kind=kind)


def counts():
    with acting(EVERYTHING), transaction.atomic():
        return {
            "pairs": MatchPair.objects.count(),
            "open": MatchPair.objects.filter(state=PairState.OPEN).count(),
            "decisions": MatchDecision.objects.count(),
            "children": Child.objects.count(),
            "findings": Finding.objects.count(),
            "dismissed": Finding.objects.filter(state="DISMISSED").count(),
            "rows that keep what they say": sum(bool(row.facts) for row in ListRow.objects.all()),
        }


def rebuilt():
    done = list(rehash.rebuild())
    assert not any(table.unreadable or table.refused for table in done)
    return sum(table.rewritten for table in done)


def test_no_hash_under_the_older_key_is_left_in_any_column(made, county, settings):
    assert set(under(made)) >= TURNED, "the county of this test holds nothing of a column"
    settings.FIELD_HASH_KEYS = BOTH

    assert rebuilt() > 0
    assert rebuilt() == 0

    assert under(made) == {}


def test_what_was_decided_and_dismissed_stays_so_and_the_same_lists_change_nothing(
    county, settings
):
    before, told = counts(), {}
    for kind, rows in (("register", register()), ("disability_certificates", certificates())):
        told[kind] = write(county, kind, rows)[1]
    assert counts() == before
    settings.FIELD_HASH_KEYS = BOTH
    rebuilt()

    settings.FIELD_HASH_KEYS = NEW
    for kind, rows in (("register", register()), ("disability_certificates", certificates())):
        _status, again = write(county, kind, rows)
        for key in ("accepted", "matched", "suggested", "new", "unchanged"):
            assert (kind, key, again[key]) == (kind, key, told[kind][key])
    with acting(EVERYTHING), transaction.atomic():
        queue_files(Child.objects.values_list("pk", flat=True), now=timezone.now())
    run_checks(now=timezone.now() + timedelta(minutes=1))

    assert counts() == before
    assert before["findings"] >= 2
    assert min(before.values()) >= 1


def test_a_decision_holds_while_the_key_is_turned(county, settings):
    """Found under either key, of children under either."""
    with acting(EVERYTHING), transaction.atomic():
        pair = MatchPair.objects.filter(state=PairState.DISTINCT).get()
    for keys, then in ((BOTH, None), (BOTH, rebuilt), (NEW, None)):
        settings.FIELD_HASH_KEYS = keys
        with acting(EVERYTHING), transaction.atomic():
            pair.refresh_from_db()
            decision = MatchDecision.objects.get()
            for held in (pair, decision):
                assert is_as_then(Child.objects.get(pk=held.child_id), bytes(held.child_key))
        if then:
            then()


def test_checks_and_the_look_for_double_files_wait_meanwhile(county, settings):
    """A row under the one key would miss the child under the other."""
    before = counts()
    settings.FIELD_HASH_KEYS = BOTH
    with acting(EVERYTHING), transaction.atomic():
        child = Child.objects.first()
        child.notes = "saved under the newer key"
        child.save()

    finding_jobs.nightly_checks(timestamp=0)
    finding_jobs.checks_of_lists()
    jobs.find_files_alike(timestamp=0)

    assert counts() == before


def test_every_column_of_bytes_is_turned_or_known_to_need_no_turning():
    """A new one is either a BlindIndexField, or joins `rehash.OTHERS` and stands in TURNED."""
    unknown = [
        f"{model._meta.db_table}.{field.column}"
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.local_fields
        if isinstance(field, models.BinaryField)
        and not isinstance(field, BlindIndexField | EncryptedTextField)
        and model.__module__.split(".")[0] in PROJECT
        and f"{model._meta.db_table}.{field.column}" not in TURNED
        and f"{model._meta.model_name.removeprefix('historical')}.{field.column}" not in OF_NO_KEY
    ]

    assert unknown == []


def test_the_command_names_each_table(county, settings, capsys):
    settings.FIELD_HASH_KEYS = BOTH

    call_command("rebuild_hashes")

    printed = capsys.readouterr().out
    for table in sorted({column.partition(".")[0] for column in TURNED}):
        assert f"{table}: " in printed
