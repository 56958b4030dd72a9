"""One settings file for every place the site runs; what differs comes from the environment.

DATABASE_URL    which PostgreSQL (16 or newer). Unset: the embedded server of config/postgres.py, development only.
SECRET_KEY      signs sessions. Required with DATABASE_URL; unset without it, a key is made once and kept in .data/.
DEBUG           "1" turns Django's debug pages on. Off unless asked.
ALLOWED_HOSTS   comma-separated host names. Default: this machine's own.
SITE_URL        the public address, used in permalinks, share cards and sitemaps and to trust its origin for forms.
PUBLISHER_NAME  who publishes the site, named in the footer. Default: nobody is named.
CONTACT_EMAIL   where errors are reported. Default: the pages say that no address is set.
STATIC_ROOT     where collected static files go. Default: staticfiles/.
PAGES_ROOT      where published pages are kept, for all processes and over restarts. Default: .data/pages.
HTTPS           "0" where no TLS stands in front (a laptop). Default: on in production.
PROXIES         how many proxies in front add the address they were asked from to X-Forwarded-For: failed sign-ins are
                counted by it. Default: 1 with HTTPS, else 0.
"""

import contextlib
import os
import secrets
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit
from wsgiref.headers import Headers

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(os.environ.get("TRACKER_DATA_DIR", BASE_DIR / ".data"))

DATABASE_URL = os.environ.get("DATABASE_URL", "")
IS_PRODUCTION = bool(DATABASE_URL)
DEBUG = os.environ.get("DEBUG") == "1"


def _secret_key() -> str:
    """The signing key: from the environment, else one made for this checkout and kept out of git."""
    if key := os.environ.get("SECRET_KEY"):
        return key
    if IS_PRODUCTION:
        raise ImproperlyConfigured(
            "SECRET_KEY is not set. Make one with: python -c 'import secrets; print(secrets.token_urlsafe(50))'"
        )
    path = DATA_DIR / "secret_key"
    if not path.exists():
        DATA_DIR.mkdir(parents=True, exist_ok=True)
        # Two processes may start cold at once: the one that links first wins, and both read the same key.
        made = path.with_name(f"secret_key.{os.getpid()}")
        made.touch(mode=0o600)
        made.write_text(secrets.token_urlsafe(50))
        with contextlib.suppress(FileExistsError):
            os.link(made, path)
        made.unlink()
    return path.read_text()


SECRET_KEY = _secret_key()
SITE_URL = os.environ.get("SITE_URL", "").rstrip("/")
_HOSTS = os.environ.get("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
ALLOWED_HOSTS = [host.strip() for host in _HOSTS if host.strip()]
if SITE_URL:
    ALLOWED_HOSTS.append(urlsplit(SITE_URL).hostname or "")
    CSRF_TRUSTED_ORIGINS = [SITE_URL]

PUBLISHER_NAME = os.environ.get("PUBLISHER_NAME", "")
CONTACT_EMAIL = os.environ.get("CONTACT_EMAIL", "")

INSTALLED_APPS = [
    "agreements.apps.DeskConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_filters",
    "pgtrigger",
    "pghistory",
    "csp",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "axes",
    "municipalities",
    "agreements.apps.AgreementsConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "config.middleware.PublishedPages",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "pghistory.middleware.HistoryMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]


# A database that is down must be noticed in seconds, and the pages that are published go on: libpq's own settings.
# The first is for a new connection, the last are PostgreSQL's own: compiling a query costs more than ours take, however
# many rows there are, and a prepared one (agreements/statements.py) is planned once, not five times to begin with. The
# others are for a connection over a network that was cut.
LIBPQ: dict[str, object] = {
    "connect_timeout": 3,
    "keepalives_idle": 10,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
    "options": "-c jit=off -c plan_cache_mode=force_generic_plan",
}
# psycopg prepares a statement by itself after so many times, which for the texts of Django's never pays. Those of
# agreements/statements.py are prepared because they ask for it, which it refuses where this is None, Django's default.
PSYCOPG: dict[str, object] = {"prepare_threshold": 1_000_000_000}


def _database() -> dict[str, object]:
    """The connection: DATABASE_URL, else the embedded development server, whose launcher production never imports."""
    if DATABASE_URL:
        given = dj_database_url.parse(DATABASE_URL, conn_max_age=600, conn_health_checks=True)
        return {**given, "OPTIONS": {**LIBPQ, **PSYCOPG, **given.get("OPTIONS", {})}}
    from config import postgres

    return {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {**LIBPQ, **PSYCOPG},
        **postgres.connection(DATA_DIR),
    }


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Signing in (docs/decisions/0011-accounts.md). django-axes refuses before the password is looked at.
LOGIN_URL, LOGIN_REDIRECT_URL = "admin:login", "admin:index"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS: list[dict[str, object]] = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
# A session ends after a working day without a request to the desk, which renews it (agreements/sign_in). Its
# cookie goes to the desk alone: no public page is asked for with one.
SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = "/admin/"

# By account and address together: who fails from elsewhere locks nobody else out, and each lock ends by itself.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=30)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_CLIENT_IP_CALLABLE = "agreements.sign_in.address.client_address"
AXES_LOCKOUT_CALLABLE = "agreements.sign_in.views.locked_out"
# Failures are kept until they no longer count; who signed in from where is not.
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_SENSITIVE_PARAMETERS = ["code", "csrfmiddlewaretoken"]

OTP_TOTP_ISSUER = "287(g) Tracker"
# After failed codes: 1, 2, 4, ... seconds until the next is looked at, whoever sends it.
OTP_TOTP_THROTTLE_FACTOR = OTP_STATIC_THROTTLE_FACTOR = 1

LANGUAGE_CODE = "en-us"
USE_I18N = True
# Dates in the record are calendar days. Timestamps (who changed what, when) are kept in UTC.
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = Path(os.environ.get("STATIC_ROOT", BASE_DIR / "staticfiles"))
STATICFILES_DIRS = [BASE_DIR / "static"]
PAGES_ROOT = Path(os.environ.get("PAGES_ROOT", DATA_DIR / "pages"))
# Pages link to the hashed names only, and each file is compressed once.
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}


def _static_headers(headers: Headers, path: str, url: str) -> None:
    """What SecurityMiddleware says of pages, for files that are served before it."""
    headers["X-Content-Type-Options"] = "nosniff"
    if SECURE_HSTS_SECONDS:
        headers["Strict-Transport-Security"] = f"max-age={SECURE_HSTS_SECONDS}; includeSubDomains; preload"


WHITENOISE_ADD_HEADERS_FUNCTION = _static_headers

# Strict: everything from our own origin, no inline script or style, no frames.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"

SECURE_HSTS_SECONDS = 0
if IS_PRODUCTION and os.environ.get("HTTPS", "1") != "0":
    SECURE_SSL_REDIRECT = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    # The container's own health check speaks plain HTTP from inside.
    SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
PROXIES = int(os.environ.get("PROXIES", "1" if SECURE_HSTS_SECONDS else "0"))

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}

# Who changed what is noted where something can be changed. A GET would only load a session and vary by its cookie.
PGHISTORY_MIDDLEWARE_METHODS = ("POST", "PUT", "PATCH", "DELETE")

# What is usual on ICE's lists, measured on 396 of them (docs/lists.md). An absence from the list of participating
# agencies counts as a departure only after so many further sheets and so many days, both; of a row that stood on fewer
# sheets than "brief", without a memorandum, an editor is asked. A sheet is held where more than so many rows and more
# than this share of the last sheet's agreements are gone, or have another day of signing.
ICE_ABSENT_SHEETS = int(os.environ.get("ICE_ABSENT_SHEETS", "10"))
ICE_ABSENT_DAYS = int(os.environ.get("ICE_ABSENT_DAYS", "30"))
ICE_BRIEF_SHEETS = int(os.environ.get("ICE_BRIEF_SHEETS", "10"))
ICE_HOLD_ROWS = int(os.environ.get("ICE_HOLD_ROWS", "12"))
ICE_HOLD_SHARE = float(os.environ.get("ICE_HOLD_SHARE", "0.02"))

# Where check_links asks for archive copies. It asks no address of this machine or its network; a test may.
LINK_CHECK_ARCHIVE = os.environ.get("LINK_CHECK_ARCHIVE", "https://archive.org/wayback/available")
LINK_CHECK_LOOPBACK = False
