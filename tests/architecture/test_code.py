"""Views ask for permission and reach rows by the grant; nothing writes past history."""

import ast

import pytest
from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, get_resolver

from . import APPS, SOURCES, relative

WITHOUT_PERMISSION = {
    "distress_registry.views.health": "the load balancer asks it; it tells nothing",
    "distress_registry.views.not_found": "answers 404 alone",
    "distress_registry.views.icon": "a picture",
    "accounts.views.acting.second_factor": "shown before the posting may act; tells nothing",
    "accounts.views.acting.language_set": "a language, for strangers too",
    "children.views.offline_page.offline_page": "empty; a phone keeps it and fills it by itself",
    "children.views.offline_page.offline_worker": "addresses of that page and its files",
    "schools.views.guardian_page.guardian_page": "by link and number; sees no table, see there",
    "exchange.views.department_api.openapi": "a description; it tells nothing of anybody",
    "exchange.views.department_api.no_door": "answers 404 alone, in JSON",
    "exchange.views.department_api.call": "by token: tests/exchange/department/test_doors.py",
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


def test_what_is_posted_carries_a_token_but_where_no_session_counts(settings):
    """Every address, those of packages too: guardians come by link and number, departments' systems
    by signed messages, and neither by a cookie that another site could make use of."""
    exempt = {
        f"{view.__module__}.{view.__name__}" for view in views() if getattr(view, "csrf_exempt", 0)
    }

    assert "django.middleware.csrf.CsrfViewMiddleware" in settings.MIDDLEWARE
    assert exempt == {
        "exchange.views.department_api.openapi",
        "exchange.views.department_api.no_door",
        "exchange.views.department_api.call",
        "schools.views.guardian_page.guardian_page",
    }


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
        "children.views.offline_page.offline_page",  # empty
        "children.views.offline_page.offline_worker",
        "schools.views.guardian_page.guardian_page",  # one notice, by link and number
        "exchange.views.department_api.openapi",
        "exchange.views.department_api.no_door",
        "exchange.views.department_api.call",  # by a department's token, no session
        "accounts.registry_admin.site.login",  # leads to the one door
    }


BY_GRANT = {"permitted", "ours", "of_own", "shared_with", "visible_to"}
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
    ("exchange/models/rows_in_sets.py", "model.objects.bulk_create"): "write_history follows",
    ("accounts/crypto/second_factors.py", "same.update"): "allauth's table, not tracked",
    ("accounts/actions/access_log.py", "AccessEvent.objects.bulk_create"): "is the trail itself",
    # Copies of records for a department, kept some days: not tracked.
    ("exchange/actions/department_subscription.py", "DepartmentNotice.objects.bulk_create"): "copy",
    ("exchange/actions/department_subscription.py", "mine.filter(uuid__in=had).update"): "copy",
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
