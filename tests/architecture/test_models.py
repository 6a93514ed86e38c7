"""Models, and what the database holds of them: policies, trails, rights, constraints."""

import pytest
from django.apps import apps
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import connection, connections

from accounts.guard.install import (
    application_role,
    guarded_models,
    history_model,
    insert_only_tables,
    tracked_columns,
    undeletable_tables,
)
from accounts.guard.policies import Open, RowSecurity
from children.models.category import CategoryCode
from children.rules.categories import SECRET

from . import APPS

WITHOUT_HISTORY = {
    "AccessEvent": "insert-only: is the trail itself",
    "ApplicationStep": "insert-only: is the trail itself",
    "Area": "published lists, dated by valid_from and valid_to",
    "CampaignReminder": "insert-only: is the trail itself",
    "CaseNumberSerial": "counts only",
    "ChangeBatchLine": "what a job has done; the changes keep theirs",
    "ConcernStep": "insert-only: is the trail itself",
    "GapMark": "derived: whose gaps a job looks at next",
    "GapCheck": "progress and counts of a job",
    "AwardLeftOut": "derived from the rules, facts and awards, which keep theirs",
    "ComingChange": "derived from the rules, facts and entitlements, which keep theirs",
    "DueWork": "derived from visits, confirmations and figures, which keep theirs",
    "FirstVisit": "derived from files and visits, which keep theirs",
    "FirstVisitCount": "derived: sums of FirstVisit",
    "FollowCount": "derived: what was overdue in the last night of a month",
    "FindingStep": "insert-only: is the trail itself",
    "AskedNumber": "insert-only: whom a batch asked about",
    "NumberAnswer": "insert-only: with which list an answer came",
    "ListAgain": "insert-only: keys of lists and rows",
    "FactConfirmation": "insert-only: is the trail itself",
    "DueContact": "derived from contacts, pairings and norms, which keep theirs",
    "Digest": "written once, figures of one Monday",
    "DigestDelivery": "insert-only: is the trail itself",
    "CounsellingNote": "insert-only: is the trail itself",
    "CounsellingSession": "insert-only: is the trail itself",
    "GrowthCorrection": "insert-only: is the trail itself",
    "AnswerProgress": "numbers of rows on the way",
    "BankReject": "insert-only: is the trail itself",
    "BankReturn": "insert-only: is the trail itself",
    "EntitlementRate": "insert-only: is the trail itself",
    "DepartmentCall": "insert-only: is the trail itself",
    "DepartmentNotice": "kept for fetching and forgotten; the subscription keeps its history",
    "DepartmentSearch": "kept for fetching and forgotten; DepartmentCall tells of it",
    "Draft": "half-typed, forgotten after a week",
    "Heartbeat": "a pulse",
    "MatchDecision": "insert-only: is the trail itself",
    "ListRow": "what a list said once; taken back with its import, whose history tells",
    "ListFault": "insert-only: what was wrong with a list once",
    "UploadProgress": "numbers of rows on the way",
    "NoticeTry": "insert-only: is the trail itself",
    "Observation": "insert-only: is the trail itself",
    "OwedAtCommit": "never committed",
    "PictureCount": "derived: sums of PictureRow",
    "PictureRow": "derived from files, roll and entitlements, which keep theirs",
    "PictureTouch": "who waits to be counted anew",
    "ReferralStep": "insert-only: is the trail itself",
    "ScreeningResult": "insert-only: is the trail itself",
    "ScreeningWithdrawal": "insert-only: is the trail itself",
    "SharingRecord": "insert-only: is the trail itself",
    "Submission": "keys of forms already carried out",
}
OUR_MODELS = [
    model
    for model in apps.get_models()
    if model._meta.app_label in APPS and not hasattr(model, "instance_type")
]


def test_the_project_has_models_to_be_guarded():
    assert len(OUR_MODELS) >= 20


@pytest.mark.parametrize("model", OUR_MODELS, ids=lambda model: model.__name__)
def test_every_model_states_its_row_security(model):
    security = getattr(model, "row_security", None)

    assert isinstance(security, RowSecurity), "write `row_security = …`, see accounts.guard"
    if isinstance(security, Open):
        assert len(security.reason) > 10


@pytest.mark.parametrize("model", OUR_MODELS, ids=lambda model: model.__name__)
def test_every_model_keeps_history_or_says_why_not(model):
    assert (history_model(model) is None) == (model.__name__ in WITHOUT_HISTORY)


def asked(sql, params=()):
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def _tables():
    for model in guarded_models():
        yield model._meta.db_table, model.row_security.policy()
        history = history_model(model)
        if history is not None:
            yield history._meta.db_table, model.row_security.history_policy()


@pytest.mark.django_db
def test_the_database_carries_each_policy():
    live = {
        table: (on, forced, policies)
        for table, on, forced, policies in asked(
            "SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity,"
            " (SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid AND p.polpermissive"
            "   AND p.polname = 'registry_rows' AND p.polcmd = '*')"
            " FROM pg_class c WHERE c.relkind = 'r'"
        )
    }

    for table, policy in _tables():
        assert live[table] == ((True, False, 1) if policy else (False, False, 0)), table


@pytest.mark.django_db
def test_no_table_has_a_second_policy_that_would_widen_the_first():
    assert asked("SELECT tablename, policyname FROM pg_policies WHERE policyname <> %s",
                 ["registry_rows"]) == []  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(
    "model", [m for m in OUR_MODELS if history_model(m)], ids=lambda model: model.__name__
)
def test_the_database_guards_each_history_with_every_tracked_column(model):
    table = model._meta.db_table
    rows = asked(
        "SELECT t.tgenabled, t.tgdeferrable, t.tginitdeferred, p.prosrc, p.prosecdef"
        " FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid"
        " WHERE t.tgrelid = %s::regclass AND t.tgname = %s",
        [table, f"{table}_needs_history"],
    )

    ((enabled, deferrable, deferred, source, definer),) = rows
    assert (enabled, deferrable, deferred, definer) == ("O", True, True, True)
    check, notes = asked(
        "SELECT prosrc FROM pg_proc WHERE proname = ANY (%s) ORDER BY proname",
        [[f"registry_checks_{table}", f"registry_notes_{table}"]],
    )
    for text in (source, *check, *notes):
        assert not [c for c in tracked_columns(model) if text.count(f'"{c}"') < 2]
    noted = asked(
        "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND tgenabled = 'O'"
        " AND tgname LIKE %s ORDER BY 1",
        [table, f"{table}\\_history\\_%"],
    )
    assert [name for (name,) in noted] == [
        f"{table}_history_{event}" for event in ("delete", "insert", "update")
    ]


@pytest.mark.parametrize(
    "model", [m for m in OUR_MODELS if history_model(m)], ids=lambda model: model.__name__
)
def test_what_history_leaves_out_is_named(model):
    """A new column is tracked unless the model says that it is derived."""
    out = {f.name for f in model._meta.concrete_fields if f.column not in tracked_columns(model)}
    named = {
        "Child": {
            "name_sort", "name_keys", "related_keys", "search_keys", "prefecture_code",
            "county_code", "township_code", "phone_last_four",
        },
        "CampaignAnswer": {
            "known", "leads", "found", "waiting", "unchanged", "changed", "away", "visited", "gone",
            "is_over",
        },
        "CampaignChild": {"answer", "is_gone"},
        "FindingQuestion": {"facts", "person"},  # a trigger holds them until they are forgotten
        "Guardian": {"phone_last_four"},
        "User": {"password", "last_login"},
    }  # fmt: skip

    assert out == named.get(model.__name__, set())


@pytest.mark.django_db
def test_the_application_owns_nothing_and_cannot_alter_a_trail():
    role = application_role()

    assert connections["default"].settings_dict["USER"] == role
    assert asked("SELECT current_user")[0][0] == role
    assert asked("SELECT count(*) FROM pg_class WHERE relowner = %s::regrole", [role]) == [(0,)]
    assert asked("SELECT count(*) FROM pg_proc WHERE proowner = %s::regrole", [role]) == [(0,)]
    for table in insert_only_tables():
        for right in ("UPDATE", "DELETE", "TRUNCATE", "TRIGGER", "REFERENCES"):
            held = asked("SELECT has_table_privilege(%s, %s, %s)", [role, table, right])
            assert held == [(False,)], f"{right} on {table}"
    assert undeletable_tables()
    for table in undeletable_tables():
        for right in ("DELETE", "TRUNCATE", "TRIGGER"):
            held = asked("SELECT has_table_privilege(%s, %s, %s)", [role, table, right])
            assert held == [(False,)], f"{right} on {table}"


@pytest.mark.django_db
def test_functions_that_look_past_the_policies_pin_their_search_path():
    rows = asked(
        "SELECT proname, proconfig FROM pg_proc"
        " WHERE prosecdef AND pronamespace = 'public'::regnamespace"
    )

    assert len(rows) >= 8
    assert [
        name for name, config in rows if not any("search_path" in c for c in config or [])
    ] == []


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["children_categoryspell", "children_application"])
def test_the_database_keeps_the_same_categories_secret_as_the_rules(table):
    ((policy,),) = asked("SELECT qual FROM pg_policies WHERE tablename = %s", [table])
    rows = asked("SELECT prosrc FROM pg_proc WHERE proname LIKE 'registry_related_keys_of%%'", [])
    (keys,), (keys_of_many,) = rows

    assert keys == keys_of_many
    for text in (policy, keys):
        named = {code for code in CategoryCode.values if f"'{code}'" in text}
        assert named == {code.value for code in SECRET}


EXCLUSIONS = [
    (model, constraint)
    for model in OUR_MODELS
    for constraint in model._meta.constraints
    if isinstance(constraint, ExclusionConstraint)
]


@pytest.mark.parametrize(
    ("model", "constraint"), EXCLUSIONS, ids=lambda one: getattr(one, "name", "")
)
def test_what_must_not_overlap_is_looked_up_by_whose_it_is_first(model, constraint):
    """By the period first, everything that still lasts would be walked through for each row."""
    operators = [operator for _, operator in constraint.expressions]

    equal = [operator == RangeOperators.EQUAL for operator in operators]
    assert equal == sorted(equal, reverse=True)
    assert RangeOperators.OVERLAPS in operators or equal[0]


def test_constraints_have_names_of_their_own():
    names = [c.name for model in OUR_MODELS for c in model._meta.constraints]

    assert len(names) == len(set(names)) > 40
