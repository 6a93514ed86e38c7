"""What must hold across all code. What rules and codes promise is in tests/children/rules."""

from pathlib import Path

from django.apps import apps
from django.conf import settings

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
