"""Settings. One file; every difference between machines is an environment variable.

A variable that must exist has no default: a missing one stops the start with its name.
`.env` beside manage.py is read first; see `.env.example`.
"""

import base64
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path

import environ
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
env.read_env(BASE_DIR / ".env")

DEBUG = env.bool("DEBUG", default=False)
if DEBUG:  # `make run` leaves the addresses of its private PostgreSQL here
    env.read_env(BASE_DIR / ".data" / "database.env")
SECRET_KEY = env("SECRET_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[] if DEBUG else env.NOTSET)
CSRF_FAILURE_VIEW = "distress_registry.views.outdated"
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])


def _key(text: str, name: str) -> bytes:
    """32 bytes from base64. Raises ImproperlyConfigured, naming the variable, never the key."""
    try:
        key = base64.b64decode(text, validate=True)
    except ValueError:
        key = b""
    if len(key) != 32:
        raise ImproperlyConfigured(f"{name}: each key is 32 bytes in base64; see .env.example")
    return key


def _keys(name: str) -> dict[int, bytes]:
    parts = [part.partition(":") for part in env.list(name)]
    if not all(number.isascii() and number.isdigit() for number, _colon, _rest in parts):
        raise ImproperlyConfigured(f"{name}: write id:key, comma between; see .env.example")
    return {int(number): _key(key, name) for number, _colon, key in parts}


# Key id → key of the encrypted fields; the highest id is used for writing.
FIELD_KEYS = _keys("FIELD_KEYS")
# Key id → key of the hashes beside them; the highest id is used for writing, all for finding.
# FIELD_HASH_KEY, without an id, is that of installations older than the ids.
if env("FIELD_HASH_KEY", default=""):
    FIELD_HASH_KEYS = {1: _key(env("FIELD_HASH_KEY"), "FIELD_HASH_KEY")}
    FIELD_HASH_KEYS |= _keys("FIELD_HASH_KEYS") if env("FIELD_HASH_KEYS", default="") else {}
else:
    FIELD_HASH_KEYS = _keys("FIELD_HASH_KEYS")

INSTALLED_APPS = [
    "distress_registry",
    "exchange",
    "assistance",
    "schools",
    "children",
    "accounts",
    "accounts.registry_admin.apps.RegistryAdminConfig",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "django_htmx",
    "procrastinate.contrib.django",
    "simple_history",
    "template_partials",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.KeptNowhereMiddleware",
    "accounts.middleware.WithoutNulMiddleware",
    # Finds the posting the user acts in and limits the database to its rows.
    "accounts.middleware.ActingPostingMiddleware",
    # After the user is known: the user's own choice of language goes before the browser's.
    "accounts.middleware.LanguageMiddleware",
    "accounts.middleware.WordsForMiddleware",
    "accounts.middleware.SignInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    # Puts request.user on every history row written during the request.
    "simple_history.middleware.HistoryRequestMiddleware",
    "axes.middleware.AxesMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "accounts.templatetags.steady",
                "assistance.templatetags.money",
                "template_partials.templatetags.partials",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "accounts.context_processors.acting",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# "default" is the application's role: it owns nothing and obeys row-level security.
# "owner" migrates; nothing else uses it. Tests make their database through it.
_SHARED = {"ATOMIC_REQUESTS": True, "CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
DATABASES = {"default": env.db_url("DATABASE_URL") | _SHARED}
if env("OWNER_DATABASE_URL", default=""):  # web and worker do without: they need not know it
    DATABASES["default"]["TEST"] = {"MIRROR": "owner"}
    DATABASES["owner"] = env.db_url("OWNER_DATABASE_URL") | {
        "TEST": {"DEPENDENCIES": [], "NAME": env("TEST_DATABASE_NAME", default=None)}
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

ROOT_URLCONF = "distress_registry.urls"
WSGI_APPLICATION = "distress_registry.wsgi.application"
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "static_collected"
# Bootstrap's stylesheet from its package; none of its scripts is needed.
_BOOTSTRAP = Path(find_spec("bootstrap").submodule_search_locations[0])  # type: ignore[index,union-attr]
STATICFILES_DIRS = [BASE_DIR / "static", ("bootstrap", str(_BOOTSTRAP / "css"))]
# Evidence never falls into the folder of the code by an oversight.
_DOCUMENTS = str(BASE_DIR / ".data" / "documents")
MEDIA_ROOT = env.path("MEDIA_ROOT", default=_DOCUMENTS if DEBUG else env.NOTSET)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = DEBUG
if DEBUG:
    STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["distress_registry.formats"]
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "accounts.backends.Backend",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "accounts.sign_in.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "accounts.forms.sign_in.LoginForm",
    "reauthenticate": "accounts.forms.sign_in.ReauthenticateForm",
    "change_password": "accounts.forms.sign_in.ChangePasswordForm",
}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]  # and sign-up is closed
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True  # the idle limit of the role ends it, see accounts.middleware
# Wrong passwords are counted by django-axes, in the database. A county's offices may share one
# address, and all of them begin at half past eight.
ACCOUNT_RATE_LIMITS = {"login_failed": None, "login": "300/m/ip"}
MFA_ADAPTER = "accounts.sign_in.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "accounts.forms.second_factor.CountedAuthenticateForm",
    "reauthenticate": "accounts.forms.second_factor.CountedReauthenticateForm",
    "add_webauthn": "accounts.forms.second_factor.AddKeyForm",
    "edit_webauthn": "accounts.forms.second_factor.EditKeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Distress registry"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = ["username"]
# By account alone: an office shares one address. axes.W006 asks for the address as well. Machines
# where the user signed in before are counted apart, wrong codes with passwords: accounts.sign_in.
SILENCED_SYSTEM_CHECKS = ["axes.W006"]
AXES_USERNAME_CALLABLE = "accounts.sign_in.name_to_count"
AXES_LOCKOUT_TEMPLATE = "account/locked.html"
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
AUTH_PASSWORD_VALIDATORS[1]["OPTIONS"] = {"min_length": 10}  # type: ignore[assignment]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]

SIMPLE_HISTORY_HISTORY_CHANGE_REASON_USE_TEXT_FIELD = True
SIMPLE_HISTORY_DATE_INDEX = False  # accounts.history adds the one index that is read

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# Digests go out by e-mail when EMAIL_URL is set, e.g. smtp+tls://user:password@mail.example:587
EMAIL_IS_SET = bool(env("EMAIL_URL", default=""))
if EMAIL_IS_SET:
    globals().update(env.email_url("EMAIL_URL"))
    EMAIL_TIMEOUT = 15
DEFAULT_FROM_EMAIL = env("EMAIL_FROM", default="registry@localhost")
# Notices to guardians: console and file are for developing; without a channel people call.
NOTICE_CHANNEL = env("NOTICE_CHANNEL", default="file" if DEBUG else "")
NOTICE_FILE = env("NOTICE_FILE", default=str(BASE_DIR / ".data" / "messages.jsonl"))
PUBLIC_ADDRESS = env("PUBLIC_ADDRESS", default="http://127.0.0.1:8000").rstrip("/")
NOTICE_SMS = env(
    "NOTICE_SMS",
    default="【{school}】{writer}老师有话对您说，请点开：{link} 用老师告诉您的六位数字打开。",
)
SMS_GATEWAY = {
    "url": env("SMS_URL", default=""),
    "method": env("SMS_METHOD", default="POST"),
    "format": env("SMS_FORMAT", default="json"),
    "fields": env.json("SMS_FIELDS", default={"phone": "{phone}", "text": "{text}"}),
    "headers": env.json("SMS_HEADERS", default={}),
    "success": env("SMS_SUCCESS", default=""),
    "timeout": env.float("SMS_TIMEOUT", default=10.0),
}
# Departments that call /api/: our name there, and the key (32 bytes in base64) that signs answers.
DEPARTMENT_SENDER_ID = env("DEPARTMENT_SENDER_ID", default="distress-registry")
DEPARTMENT_SIGNING_KEY = None
if env("DEPARTMENT_SIGNING_KEY", default=""):
    DEPARTMENT_SIGNING_KEY = Ed25519PrivateKey.from_private_bytes(
        _key(env("DEPARTMENT_SIGNING_KEY"), "DEPARTMENT_SIGNING_KEY")
    )

# No personal data in logs: messages name codes, never values; nor does the error page.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"refusals": {"()": "accounts.reports.RefusalsInOneLine"}},
    "formatters": {"short": {"()": "accounts.reports.WithoutValues"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "filters": ["refusals"],
            "formatter": "short",
        }
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    # Django's own handlers are taken away: they would tell everything again.
    # So are the web server's: it tells what breaks while a file goes out.
    "loggers": {
        "django": {"handlers": [], "level": "WARNING"},
        "gunicorn.error": {"handlers": ["console"], "propagate": False},
        "axes": {"level": "ERROR"},
    },
}
DEFAULT_EXCEPTION_REPORTER_FILTER = "accounts.reports.NoValues"

SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=not DEBUG)
SECURE_HSTS_SECONDS = 0 if DEBUG else 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = not DEBUG
SECURE_HSTS_PRELOAD = not DEBUG
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = env.bool("SECURE_COOKIES", default=not DEBUG)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
