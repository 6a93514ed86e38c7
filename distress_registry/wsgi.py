import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "distress_registry.settings")
application = get_wsgi_application()
get_resolver().url_patterns  # noqa: B018  the views are read now, not when the first user asks
