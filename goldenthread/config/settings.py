"""The one settings file. Everything that differs between installations comes from the environment:

GOLDENTHREAD_HOME            the workspace folder (default: ./workspace)
DATABASE_URL                 moves the records to PostgreSQL (default: SQLite in the workspace)
DATABASE_URL_FILE            a file that holds it
GOLDENTHREAD_SECRET_KEY      instead of the key that ``goldenthread init`` wrote into the workspace
GOLDENTHREAD_SECRET_KEY_FILE a file that holds it
GOLDENTHREAD_HOSTS           comma-separated names this site answers to
GOLDENTHREAD_BEHIND_PROXY    1 when a proxy in front sets X-Forwarded-Proto and appends to X-Forwarded-For
GOLDENTHREAD_SSO             a file that describes the identity providers for single sign-on
GOLDENTHREAD_SSO_ONLY        1 to leave single sign-on as the only door
GOLDENTHREAD_PULL_HOSTS      comma-separated hosts that extracts may be fetched from (default: none)
GOLDENTHREAD_PULL_DATABASE_...  the URL of a database to fetch extracts from, by the name that follows
GOLDENTHREAD_MAIL            the mail server that mail leaves by (default: none, and no mail leaves)
GOLDENTHREAD_MAIL_FILE       a file that holds it
GOLDENTHREAD_MAIL_FROM       whom mail comes from
GOLDENTHREAD_MAIL_TO         comma-separated domains that mail may go to
GOLDENTHREAD_ADDRESS         where this site is reached, for the links in mails
GOLDENTHREAD_ENGINE          the Spark cluster that answers formulas (default: the engine inside each process)
GOLDENTHREAD_LARGEST_UPLOAD_MB  how large a file a page takes (default: 2000)
GOLDENTHREAD_MOST_ROWS       how many rows one extract may bring (default: 100000000)
GOLDENTHREAD_AUDIT_KEY_FILE  the key that signs heads of the audit log (default: audit_key in the workspace)
GOLDENTHREAD_AUDIT_KEPT_YEARS  how long rows of the audit log are kept at least (default: 7)
GOLDENTHREAD_BACKUP_KEY      whom backups are encrypted for, or what decrypts them: keys of age, one a line
GOLDENTHREAD_BACKUP_KEY_FILE  a file that holds those lines instead
GOLDENTHREAD_PLAIN_HTTP      set by ``serve`` alone, when bound to a loopback address: no HTTPS redirect
"""

import os
from importlib.util import find_spec
from pathlib import Path

import dj_database_url
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from goldenthread.accounts.providers import NO_PROVIDERS, SingleSignOn, read_providers
from goldenthread.accounts.rules import FAILURES, LONGEST_SESSION
from goldenthread.config.mail import mail_server
from goldenthread.config.secrets import secret, secrets_under
from goldenthread.definitions import DefinitionError
from goldenthread.jobs.extracts.hosts import Hosts
from goldenthread.workspace import Workspace

PACKAGE = Path(__file__).resolve().parent.parent
WORKSPACE = Workspace.from_environment()


def _secret_key() -> str:
    if key := secret("GOLDENTHREAD_SECRET_KEY"):
        return key
    try:
        key = WORKSPACE.secret_key.read_text(encoding="ascii").strip()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise ImproperlyConfigured(
            f"There is no workspace in {WORKSPACE.home}. "
            f"Make one with: goldenthread init --home {WORKSPACE.home}"
        ) from error
    except (OSError, UnicodeError) as error:
        raise ImproperlyConfigured(f"The secret key cannot be read: {error}") from error
    if not key:
        raise ImproperlyConfigured(
            f"{WORKSPACE.secret_key} is empty. Copy it from where you keep it, or remove it and run "
            "goldenthread init: whoever is signed in then has to sign in again."
        )
    return key


def _whole_number(name: str, default: int) -> int:
    given = os.environ.get(name) or str(default)
    if not given.isdecimal():
        raise ImproperlyConfigured(f"{name} is “{given}”; wanted a whole number, such as {default}.")
    return int(given)


def _database_settings() -> dict[str, object]:
    try:
        # A connection that was lost while nobody asked for anything is no reason for an error page.
        url = secret("DATABASE_URL") or f"sqlite:///{WORKSPACE.database}"
        found = dict(dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True))
    except ValueError:
        found = {}
    if found.get("ENGINE") not in ("django.db.backends.sqlite3", "django.db.backends.postgresql"):
        # Not repeated: it may hold a password.
        raise ImproperlyConfigured(
            "DATABASE_URL names no database Goldenthread can use. Wanted "
            "postgresql://user:password@host:5432/name, or none for the SQLite of the workspace."
        )
    return found


def _pull_hosts() -> Hosts:
    try:
        return Hosts.parse(os.environ.get("GOLDENTHREAD_PULL_HOSTS", ""))
    except ValueError as error:
        raise ImproperlyConfigured(f"GOLDENTHREAD_PULL_HOSTS: {error}") from error


def _engine() -> str:
    url = os.environ.get("GOLDENTHREAD_ENGINE", "")
    if url and not url.startswith(("spark://", "sc://")):
        raise ImproperlyConfigured(
            f"GOLDENTHREAD_ENGINE is “{url}”; wanted spark://host:port of a Spark master or sc://host:port "
            "of a Spark Connect server, or nothing for the engine inside each process."
        )
    if url and find_spec("pyspark") is None:
        raise ImproperlyConfigured(
            f"GOLDENTHREAD_ENGINE is “{url}”, and what talks to Spark is not installed. Install it with: "
            "pip install 'goldenthread[spark]'"
        )
    return url


def _single_sign_on() -> SingleSignOn:
    named = os.environ.get("GOLDENTHREAD_SSO")
    if not named:
        return NO_PROVIDERS
    try:
        return read_providers(Path(named))
    except DefinitionError as error:
        raise ImproperlyConfigured(str(error)) from error
    except (OSError, UnicodeError) as error:
        raise ImproperlyConfigured(
            f"GOLDENTHREAD_SSO names {named}, and it cannot be read: {error}"
        ) from error


PLAIN_HTTP = os.environ.get("GOLDENTHREAD_PLAIN_HTTP") == "1"
BEHIND_PROXY = os.environ.get("GOLDENTHREAD_BEHIND_PROXY") == "1"

SECRET_KEY = _secret_key()
DEBUG = False
ALLOWED_HOSTS = [host for host in os.environ.get("GOLDENTHREAD_HOSTS", "").split(",") if host] or [
    "localhost",
    "127.0.0.1",
    "[::1]",
]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.socialaccount.providers.saml",
    "csp",
    "django_htmx",
    "django_tasks_db",
    "goldenthread.accounts",
    "goldenthread.record",
    "goldenthread.results",
    "goldenthread.jobs",
    "goldenthread.render",
    "goldenthread.web",
]

MIDDLEWARE = [
    # What they add, static files and refusals have too.
    "goldenthread.web.headers.HeadersOfEveryAnswer",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "goldenthread.web.tokens.NoTokenInTheClear",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "goldenthread.web.tokens.TokenDoor",
    "goldenthread.web.acting.ActsForTheCaller",
    "goldenthread.web.session_clock.SessionClock",
    "goldenthread.web.middleware.DenyByDefault",
    "goldenthread.web.second_factor.SecondFactorDoor",
    "goldenthread.web.rate_limits.RateLimits",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

# DenyByDefault adds a missing slash, and only where the caller may read what is there.
APPEND_SLASH = False

ROOT_URLCONF = "goldenthread.config.urls"
WSGI_APPLICATION = "goldenthread.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "goldenthread.web.context.desk",
            ]
        },
    }
]

# Sign-offs and audit rows must survive a power cut, so SQLite synchronizes fully; immediate transactions
# make a second writer wait its turn instead of failing half-way. With SQLite's own two megabytes of cache,
# writing some months of a large workspace costs a quarter more than with 32 (negative: in kilobytes).
_SQLITE = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA cache_size=-32768;"
    ),
}
_database = _database_settings()
if str(_database["ENGINE"]).endswith("sqlite3"):
    _database["OPTIONS"] = _SQLITE
DATABASES = {"default": _database}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "goldenthread_cache",
        # What counts attempts stands here. With Django's own 300, who tries many names makes it forget.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["goldenthread.accounts.backend.PasswordBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "goldenthread.accounts.passwords.LengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "goldenthread.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
# No library sends mail by itself. What we send goes by MAIL, and LETTERS names what writes it.
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
MAIL = mail_server()
LETTERS = "goldenthread.web.mail.letters.letter_for"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_SESSION_REMEMBER = False
# Failures are limited, successes are not: a service desk behind one address signs in all at once at eight.
# A new password and signing in again ask for the present one, whose failures count as those of a sign-in.
ACCOUNT_RATE_LIMITS = {
    "login_failed": FAILURES,
    "login": None,
    "change_password": None,
    "reauthenticate": None,
}
MFA_RATE_LIMITS = {"webauthn_login": None}
# The accounts of a demo are there to be tried by whoever sits at this machine.
WITHOUT_SECOND_FACTOR = WORKSPACE.demo_usernames if PLAIN_HTTP else frozenset()
MFA_ADAPTER = "goldenthread.accounts.second_factor.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# A passkey stands for both factors only where the device itself asks who holds it.
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_TOTP_ISSUER = "Goldenthread"
MFA_RECOVERY_CODES_SHOW_ONCE = True

SINGLE_SIGN_ON = _single_sign_on()
SINGLE_SIGN_ON_ONLY = os.environ.get("GOLDENTHREAD_SSO_ONLY") == "1"
if SINGLE_SIGN_ON_ONLY and not SINGLE_SIGN_ON.providers:
    raise ImproperlyConfigured(
        "GOLDENTHREAD_SSO_ONLY is 1, and there is no identity provider, so nobody could sign in. Name the "
        "file that describes one: GOLDENTHREAD_SSO=/path/to/single-sign-on.yaml"
    )
SOCIALACCOUNT_ADAPTER = "goldenthread.accounts.single_sign_on.SingleSignOnAdapter"
SOCIALACCOUNT_PROVIDERS = SINGLE_SIGN_ON.library
# A form would have to be sent to another site, which the content security policy refuses; a link need not.
SOCIALACCOUNT_LOGIN_ON_GET = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_STORE_TOKENS = False

LANGUAGE_CODE = "en-us"
LANGUAGES = [("en", _("English"))]
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True
LOCALE_PATHS = [PACKAGE / "locale"]

# Served straight from the package: nothing to collect at install or start. Addresses carry a content hash.
STATIC_URL = "/static/"
STATIC_ROOT = PACKAGE / "web" / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "goldenthread.web.static_files.HashedStaticFiles"},
}
WHITENOISE_MAX_AGE = 60 * 60 * 24 * 365

SECURE_SSL_REDIRECT = not PLAIN_HTTP
SECURE_HSTS_SECONDS = 0 if PLAIN_HTTP else 60 * 60 * 24 * 365
SECURE_HSTS_INCLUDE_SUBDOMAINS = not PLAIN_HTTP
# Whether browsers may be told for good is for whoever owns the domain, not for us.
SILENCED_SYSTEM_CHECKS = ["security.W021"]
# Limits for an address are for the caller's, which only the proxy knows.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if BEHIND_PROXY else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_NAME = "goldenthread" if PLAIN_HTTP else "__Host-goldenthread"
SESSION_COOKIE_SECURE = not PLAIN_HTTP
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
# accounts/sessions.py ends a session after half an hour; here it is known for longer, so that what its owner
# was typing can be kept.
SESSION_COOKIE_AGE = int(LONGEST_SESSION.total_seconds())
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_NAME = "goldenthread-csrf" if PLAIN_HTTP else "__Host-goldenthread-csrf"
CSRF_COOKIE_SECURE = not PLAIN_HTTP
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
# In the session: a cookie of their own would be one more to guard.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CSRF_FAILURE_VIEW = "goldenthread.web.errors.csrf_failure"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}

# A form may bring a pasted column of values, never a file in memory: uploads stream to the workspace.
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_UPLOAD_HANDLERS = ["goldenthread.web.uploads.WorkspaceUploadHandler"]
FILE_UPLOAD_TEMP_DIR = str(WORKSPACE.uploads)
LARGEST_UPLOAD = _whole_number("GOLDENTHREAD_LARGEST_UPLOAD_MB", 2000) * 1_000_000
MOST_ROWS = _whole_number("GOLDENTHREAD_MOST_ROWS", 100_000_000)

ENGINE = _engine()
PULL_HOSTS = _pull_hosts()
PULL_DATABASES = secrets_under("GOLDENTHREAD_PULL_DATABASE_")

AUDIT_KEY_FILE = Path(os.environ.get("GOLDENTHREAD_AUDIT_KEY_FILE") or WORKSPACE.audit_key)
BACKUP_KEY = secret("GOLDENTHREAD_BACKUP_KEY") or ""
AUDIT_KEPT_YEARS = _whole_number("GOLDENTHREAD_AUDIT_KEPT_YEARS", 7)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"goldenthread": {"level": "INFO"}},
}
