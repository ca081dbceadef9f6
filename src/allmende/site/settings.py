"""Django's settings: embedded defaults that serve a small paper, the environment for the rest.

What may be set from outside stands in `environment.py` and docs/settings.md.
"""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.utils.translation import gettext_lazy as _

from allmende.site import bucket, environment, keys

SETTING = environment.read()
HOME = Path(__file__).resolve().parent.parent
DATA: Path = SETTING["data"]
DEMO: bool = SETTING["demo"]
DEBUG: bool = SETTING["debug"]
PAPER_URL: str = SETTING["url"]
PROXIES: list[str] = SETTING["proxies"]
TLS = PAPER_URL.startswith("https://")

SECRET_KEY = SETTING["secret_key"] or keys.signing_key(DATA)
# What the database and its backups must not tell is sealed with keys that lie here.
KEYS = Path(SETTING["keys"]).resolve() if SETTING["keys"] else DATA / "keys"
ALLOWED_HOSTS = [urlsplit(PAPER_URL).hostname, "localhost", "127.0.0.1", *SETTING["allowed_hosts"]]
CSRF_TRUSTED_ORIGINS = [PAPER_URL]

INSTALLED_APPS = [
    "allmende.site",
    "allmende.importers",
    "allmende.newsroom",
    "allmende.editions",  # after the newsroom: its pages are baked after those they link to
    "allmende.newsletters",  # after the newsroom: its pages link to no others
    "allmende.cooperative",
    "allmende.contributions",
    "allmende.payments",
    "allmende.bakery",
    "allmende.mailroom",
    "allmende.people",
    "allmende.ledger",
    "allmende.paper",
    "wagtail.contrib.settings",
    "wagtail.contrib.typed_table_block",
    "allmende.people.apps.StaffScreens",  # wagtail.users
    "allmende.site.apps.Snippets",  # wagtail.snippets
    "allmende.site.apps.Documents",  # wagtail.documents
    "allmende.site.apps.Images",  # wagtail.images
    "wagtail.search",
    "wagtail.admin",
    "allmende.site.apps.Locales",  # wagtail.locales
    "wagtail",
    "modelcluster",
    "taggit",
    "django_tasks",
    "django_tasks_db",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "allmende.site.headers.SecurityHeadersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allmende.people.guard.SecondFactorMiddleware",
]
ROOT_URLCONF = "allmende.site.urls"
WSGI_APPLICATION = "allmende.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
            ]
        },
    }
]

# --- Database --------------------------------------------------------------------------
SQLITE = {
    # A writer waits for its turn instead of failing in the middle of a transaction.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
        " PRAGMA secure_delete=ON; PRAGMA cache_size=-49152;"
    ),
}
DATABASES = {
    "default": environ.Env.db_url_config(
        SETTING["database_url"] or f"sqlite:///{DATA / 'allmende.sqlite3'}"
    )
}
DATABASES["default"]["ATOMIC_REQUESTS"] = True  # every staff write is one transaction
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"].setdefault("OPTIONS", {}).update(SQLITE)
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "site_cache",
        # Rate limits lie here: what one part counts must not push out what another has counted.
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    },
    # Wagtail would keep every size of every picture there: five statements each, for rows that one
    # query finds.
    "renditions": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},
}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# --- People and sign-in ------------------------------------------------------------------
AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "wagtailadmin_home"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "allmende.people.sign_in.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = None  # addresses are rows of their own
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 60 * 10  # mail may be held back for minutes
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_MAX_EMAIL_ADDRESSES = 1  # readers' are added by `people.addresses`, staff's by the office
ACCOUNT_EMAIL_NOTIFICATIONS = True  # a changed password or second factor is told to its owner
ACCOUNT_FORMS = {
    "login": "allmende.people.forms.SignInForm",
    "request_login_code": "allmende.people.forms.CodeForm",
}
ACCOUNT_RATE_LIMITS = {  # beside allauth's own: nobody's mailbox is flooded through us
    "request_login_code": "20/m/ip,3/m/key,10/h/key",
    "reset_password": "20/m/ip,3/m/key,10/h/key",
}
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {"add_webauthn": "allmende.people.forms.AddKeyForm"}
MFA_ADAPTER = "allmende.people.sign_in.SecondFactorAdapter"
MFA_TOTP_TOLERANCE = 1  # a clock half a minute off
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not TLS
SESSION_COOKIE_NAME = "__Host-session" if TLS else "session"
SESSION_COOKIE_AGE = 60 * 60 * 12
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = TLS
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
SECURE_HSTS_SECONDS = 31_536_000 if TLS else 0
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"  # Wagtail's preview panel is a frame of our own host

# --- Language and time -------------------------------------------------------------------
LANGUAGE_CODE = SETTING["language"]
LANGUAGES = [("de", _("German")), ("en", _("English")), ("de-simple", _("Easy German"))]
USE_I18N = USE_TZ = True
TIME_ZONE = SETTING["time_zone"]
LOCALE_PATHS = [HOME / "site" / "locale"]
FORMAT_MODULE_PATH = ["allmende.site.formats"]
PRINT_FONTS = HOME / "site" / "fonts" / "print"

# --- Files -----------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA / "media"
BAKED_ROOT = DATA / "baked"
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
}
if SETTING["s3_bucket"]:
    STORAGES["baked"] = bucket.storage(SETTING)
if SETTING["s3_media"]:
    STORAGES["default"] = bucket.storage(SETTING, bucket.MEDIA)
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # a long article's blocks are many fields

# --- Mail ------------------------------------------------------------------------------
EMAIL_BACKEND = "allmende.mailroom.outbox.Backend"
SERVICE, SERVICE_OPTIONS = environment.service_of(SETTING["email_url"])
# What anymail's webhooks are verified with: our password, and the service's own signing key.
ANYMAIL = {f"{SERVICE}_{name}".upper(): value for name, value in SERVICE_OPTIONS.items()}
ANYMAIL["WEBHOOK_SECRET"] = SETTING["email_webhook"]
MAILROOM: dict[str, Any] = {
    "transport": SETTING["email_url"] or "smtp://localhost:25",
    "service": SERVICE,
    "bounces": SETTING["email_bounces"],
    "bounces_from": SETTING["email_bounces_from"],
    "dkim": SETTING["email_dkim"],
    "limits": SETTING["email_limits"],
    # Beside the database, not in it, nor in its backups: it knows what left since.
    "journal": DATA / "journal",
}
# Beside the database for the same reason: who was erased stays so when a backup comes back.
ERASURES = DATA / "journal" / "erasures"
DEFAULT_FROM_EMAIL = SETTING["email_from"] or f"redaktion@{urlsplit(PAPER_URL).hostname}"

# --- Providers of payments ---------------------------------------------------------------
STATEMENTS = Path(SETTING["statements"]).resolve() if SETTING["statements"] else None
PAYPAL = {name: SETTING[f"paypal_{name}"] for name in ("client", "secret", "webhook", "server")}
MOLLIE = {"key": SETTING["mollie_key"], "server": SETTING["mollie_server"]}

# --- Money -----------------------------------------------------------------------------
LEDGER: dict[str, Any] = {"datev": SETTING["datev"], "year_begins": SETTING["business_year"]}

# --- Wagtail ---------------------------------------------------------------------------
WAGTAIL_PAGE_MODEL = "newsroom.Page"
WAGTAIL_SITE_NAME = "Allmende"
WAGTAILADMIN_BASE_URL = PAPER_URL
WAGTAILADMIN_LOGIN_URL = "account_login"
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_I18N_ENABLED = True
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAILADMIN_PERMITTED_LANGUAGES = [("de", _("German")), ("en", _("English"))]
WAGTAILADMIN_COMMENTS_ENABLED = True
WAGTAIL_ENABLE_UPDATE_CHECK = False  # the admin asks no other host
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ALLOW_UNICODE_SLUGS = False
WAGTAILIMAGES_IMAGE_MODEL = "newsroom.Picture"
WAGTAILIMAGES_EXTENSIONS = ["avif", "gif", "jpg", "jpeg", "png", "webp"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 30 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 36_000_000  # a full-frame camera's picture, no bomb
WAGTAILIMAGES_FORMAT_CONVERSIONS = {"avif": "avif", "webp": "webp"}
WAGTAILIMAGES_AVIF_QUALITY = 55
WAGTAILIMAGES_WEBP_QUALITY = 76
WAGTAILIMAGES_JPEG_QUALITY = 78
WAGTAILDOCS_DOCUMENT_MODEL = "newsroom.Download"
# What readers may get: documents, recordings, captions; nothing that a browser would run.
WAGTAILDOCS_EXTENSIONS = [
    "pdf", "odt", "ods", "odp", "docx", "xlsx", "pptx", "epub", "csv", "txt", "ics", "gpx", "zip",
    "mp3", "m4a", "ogg", "oga", "opus", "wav", "flac", "mp4", "webm", "vtt",
]  # fmt: skip
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}

# --- Logging: ids, never names, addresses or IP numbers ----------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": SETTING["log_level"]},
    "loggers": {
        "httpx": {"level": "WARNING"},  # it tells whole addresses
        "wagtail": {"level": "WARNING"},
        "django_tasks": {"level": "WARNING"},
        "django_tasks_db": {"level": "WARNING"},
    },
}
