"""What must hold across all code. What rules and codes promise is in tests/children/rules."""

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import connection, connections
from django.template.loader import get_template
from django.urls import URLPattern, URLResolver, get_resolver

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

BASE = Path(settings.BASE_DIR)
APPS = [
    config.label
    for config in apps.get_app_configs()
    if Path(config.path).is_relative_to(BASE) and ".venv" not in Path(config.path).parts
]
SOURCES = [
    path
    for label in APPS
    for path in Path(apps.get_app_config(label).path).rglob("*.py")
    if "migrations" not in path.parts
]
TEMPLATES = sorted((BASE / "templates").rglob("*.html"))


def relative(path):
    return str(Path(path).relative_to(BASE))


# Views -----------------------------------------------------------------------------------------

WITHOUT_PERMISSION = {
    "distress_registry.views.health": "the load balancer asks it; it tells nothing",
    "distress_registry.views.not_found": "answers 404 alone",
    "distress_registry.views.icon": "a picture",
    "accounts.views.acting.second_factor": "shown before the posting may act; tells nothing",
    "accounts.views.acting.language_set": "a language, for strangers too",
    "schools.views.guardian_page.guardian_page": "by link and number; sees no table, see there",
}


def views(resolver=None):
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from views(entry)
        elif isinstance(entry, URLPattern):
            yield entry.callback


def test_every_view_of_ours_names_its_permission_or_why_it_needs_none():
    ours = {
        f"{view.__module__}.{view.__name__}": view
        for view in views()
        if view.__module__.split(".")[0] in APPS and "registry_admin" not in view.__module__
    }
    without = {name for name, view in ours.items() if not hasattr(view, "required_permission")}

    # The administration's own views, wrapped by our site, ask the site (tests/test_role_url.py).
    without = {name for name in without if not name.startswith("django.contrib.admin")}
    assert without == set(WITHOUT_PERMISSION)


def test_only_the_named_views_let_strangers_in():
    public = {
        f"{view.__module__}.{view.__name__}"
        for view in views()
        if not getattr(view, "login_required", True) and view.__module__.split(".")[0] in APPS
    }

    assert not getattr(login_not_required(lambda: 0), "login_required", True)  # Django's own mark
    assert public == {
        "distress_registry.views.health",
        "distress_registry.views.not_found",
        "distress_registry.views.icon",
        "accounts.views.acting.language_set",
        "schools.views.guardian_page.guardian_page",  # one notice, by link and number
        "accounts.registry_admin.site.login",  # leads to the one door
    }


BY_GRANT = {"permitted", "ours", "shared_with", "visible_to"}
OTHER_ROADS = {
    # (file, what stands before or after `.objects`): why
    ("accounts/views/acting.py", "Posting.objects.held_on"): "filtered by the user of the grant",
    ("accounts/views/acting.py", "Authenticator.objects.filter"): "the user's own second factor",
    ("schools/views/notice.py", "NoticeTemplate.objects.usable"): "texts for all schools",
}
# Related managers whose rows may be secret: a permitted child does not permit them.
SECRET_RELATIONS = {"applications", "category_spells", "documents"}
VIEW_FILES = [path for path in SOURCES if "views" in path.parts or path.name == "views.py"]


@pytest.mark.parametrize("path", VIEW_FILES, ids=relative)
def test_views_reach_rows_by_the_grant_alone(path):
    tree = ast.parse(path.read_text())
    wrong = []
    for node in ast.walk(tree):
        for child in ast.iter_child_nodes(node):
            child.above = node
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "get_object_or_404":
            first = node.args[0]
            if isinstance(first, ast.Name) and first.id[:1].isupper():
                wrong.append(f"line {node.lineno}: get_object_or_404({first.id})")
    for node in ast.walk(tree):
        if not isinstance(node, ast.Attribute):
            continue
        road = ast.unparse(node.above) if isinstance(node.above, ast.Attribute) else ""
        method = road.rpartition(".")[2]
        if node.attr in ("objects", "_default_manager", "_base_manager"):
            known = (relative(path), road) in OTHER_ROADS
            if method not in BY_GRANT and not known:
                wrong.append(f"line {node.lineno}: {road or ast.unparse(node)}")
        elif node.attr in SECRET_RELATIONS and method and method not in BY_GRANT:
            wrong.append(f"line {node.lineno}: {road}")
    assert not wrong


# Writing ---------------------------------------------------------------------------------------

BULK_WRITES = {
    # file, call: why no history is lost
    ("assistance/actions/load_rules.py", "model.objects.bulk_create"): "write_history follows",
    ("accounts/crypto/second_factors.py", "same.update"): "allauth's table, not tracked",
    ("accounts/actions/access_log.py", "AccessEvent.objects.bulk_create"): "is the trail itself",
}


def test_nothing_writes_past_history():
    found = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            call, name = node.func.attr, ast.unparse(node.func)
            is_update = call == "update" and node.keywords and not name.startswith("kwargs.")
            if call in ("bulk_create", "bulk_update") or is_update:
                found.add((relative(path), name))

    assert found == set(BULK_WRITES)


# Models and what the database holds of them ----------------------------------------------------

WITHOUT_HISTORY = {
    "AccessEvent": "insert-only: is the trail itself",
    "ApplicationStep": "insert-only: is the trail itself",
    "Area": "published lists, dated by valid_from and valid_to",
    "CampaignReminder": "insert-only: is the trail itself",
    "CaseNumberSerial": "counts only",
    "ConcernStep": "insert-only: is the trail itself",
    "GapMark": "derived: whose gaps a job looks at next",
    "GapCheck": "progress and counts of a job",
    "DueWork": "derived from visits, confirmations and figures, which keep theirs",
    "FirstVisit": "derived from files and visits, which keep theirs",
    "FirstVisitCount": "derived: sums of FirstVisit",
    "FollowCount": "derived: what was overdue in the last night of a month",
    "FindingStep": "insert-only: is the trail itself",
    "ListAgain": "insert-only: keys of lists and rows",
    "FactConfirmation": "insert-only: is the trail itself",
    "DueContact": "derived from contacts, pairings and norms, which keep theirs",
    "Digest": "written once, figures of one Monday",
    "DigestDelivery": "insert-only: is the trail itself",
    "CounsellingNote": "insert-only: is the trail itself",
    "CounsellingSession": "insert-only: is the trail itself",
    "GrowthCorrection": "insert-only: is the trail itself",
    "BankReject": "insert-only: is the trail itself",
    "BankReturn": "insert-only: is the trail itself",
    "EntitlementRate": "insert-only: is the trail itself",
    "Draft": "half-typed, forgotten after a week",
    "Heartbeat": "a pulse",
    "MatchDecision": "insert-only: is the trail itself",
    "ListRow": "what a list said once; taken back with its import, whose history tells",
    "ListFault": "insert-only: what was wrong with a list once",
    "UploadProgress": "numbers of rows on the way",
    "NoticeTry": "insert-only: is the trail itself",
    "Observation": "insert-only: is the trail itself",
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
    missing = [c for c in tracked_columns(model) if source.count(f'"{c}"') < 4]
    assert not missing


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


# Templates -------------------------------------------------------------------------------------

BY_DJANGO = {"400.html", "403.html", "404.html", "500.html"}
ALL_TEXT = {path: path.read_text() for path in [*SOURCES, *TEMPLATES]}
INLINE = {
    "script": r"<script(?![^>]*\bsrc=)",
    "style element": r"<style\b",
    "style attribute": r"\sstyle\s*=",
    "event attribute": r"\son[a-z]+\s*=",
    "script address": r"javascript:",
    "htmx script": r"hx-on|hx-vals=.js:|hx-headers=.js:",
    "foreign address": r"""(?:src|href)=["'](?:https?:)?//""",
}


def template_name(path):
    return str(path.relative_to(BASE / "templates"))


@pytest.mark.parametrize("path", TEMPLATES, ids=template_name)
def test_templates_obey_the_content_security_policy(path):
    text = path.read_text()

    assert [what for what, pattern in INLINE.items() if re.search(pattern, text)] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=template_name)
def test_every_template_is_used_and_compiles(path):
    name = template_name(path)
    get_template(name)

    named = any(f'"{name}' in text for where, text in ALL_TEXT.items() if where != path)
    assert named or name in BY_DJANGO or _replaces_a_packages(name) or _is_set(name)


def _replaces_a_packages(name):
    dirs = [Path(c.path) / "templates" for c in apps.get_app_configs() if c.label not in APPS]
    return any((folder / name).exists() for folder in dirs)


def _is_set(name):
    return name == settings.AXES_LOCKOUT_TEMPLATE


def test_every_address_in_a_template_exists():
    known = set()

    def collect(resolver, namespace=""):
        for entry in resolver.url_patterns:
            if isinstance(entry, URLResolver):
                collect(entry, entry.namespace or namespace)
            elif entry.name:
                known.add(f"{namespace}:{entry.name}" if namespace else entry.name)

    collect(get_resolver())
    wrong = [
        f"{template_name(path)}: {name}"
        for path in TEMPLATES
        for name in re.findall(r"""{%\s*url\s+["']([^"']+)["']""", path.read_text())
        if name not in known
    ]
    assert not wrong


PAST_ESCAPING = {
    "children/templatetags/registry.py": "long lists; each value is escaped, see the list's tests",
}


def test_nothing_writes_text_past_the_escaping():
    careless = re.compile(r"mark_safe|\|\s*safe\b|autoescape\s+off")

    found = {relative(path) for path, text in ALL_TEXT.items() if careless.search(text)}
    assert found == set(PAST_ESCAPING)
