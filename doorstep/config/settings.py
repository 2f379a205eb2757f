"""Settings, all read from the environment; the defaults run on one machine with the embedded database."""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path

import structlog
from django.utils.translation import gettext_lazy as _

from doorstep.config.channels import channels_of
from doorstep.config.database import connection_settings
from doorstep.config.place import data_folder
from doorstep.config.secrets_kept import kept_secret
from doorstep.config.tiles import tiles_source

PACKAGE = Path(__file__).resolve().parent.parent
ROOT = PACKAGE.parent
DATA = data_folder()
MEDIA_ROOT = DATA / "files"


def _secret(name: str) -> str:
    """A secret from the environment, or from a 0600 file made on first use."""
    if value := os.environ.get("DOORSTEP_" + name.upper()):
        return value
    return kept_secret(DATA / "keys" / name, lambda: secrets.token_urlsafe(50))


DEBUG = os.environ.get("DOORSTEP_DEBUG") == "1"
SECRET_KEY = _secret("secret_key")
ALLOWED_HOSTS = os.environ.get("DOORSTEP_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("DOORSTEP_ORIGINS", "").split(",") if o]
DOORSTEP_HTTPS = os.environ.get("DOORSTEP_HTTPS") == "1"
DOORSTEP_PROXIES = int(os.environ.get("DOORSTEP_PROXIES", "0"))  # how many proxies of ours stand before the site
DOORSTEP_CRYPTO_PROFILE = os.environ.get("DOORSTEP_CRYPTO_PROFILE", "aes")
DOORSTEP_FIELD_KEY_FILE = DATA / "keys" / "field_key"

INSTALLED_APPS = [
    "doorstep.core",
    "doorstep.directory",
    "doorstep.notices",
    "doorstep.bases",
    "doorstep.faculty",
    "doorstep.catalogue",
    "doorstep.classes",
    "doorstep.attendance",
    "doorstep.records",
    "doorstep.coverage",
    "doorstep.planning",
    "doorstep.web",
    "doorstep.demo",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "axes",
    "csp",
    "django_cotton.apps.SimpleAppConfig",
    "django_htmx",
    "django_vite",
    "django_structlog",
    "pgtrigger",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "doorstep.core.public.PicturesForAll",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "doorstep.directory.middleware.SignInFirst",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "doorstep.directory.middleware.RequestLog",
    "django_htmx.middleware.HtmxMiddleware",
    "doorstep.directory.middleware.ActorMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "doorstep.config.urls"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": ["django_cotton.templatetags.cotton"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "doorstep.web.shell.shell",
            ],
        },
    }
]

DATABASES = {"default": connection_settings(DATA)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "directory.Account"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "doorstep.directory.sign_in.NameOrPhoneBackend",
]
PASSWORD_HASHERS = ["doorstep.directory.sign_in.Argon2Hasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = DOORSTEP_HTTPS
if DOORSTEP_HTTPS:
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_SSL_REDIRECT = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# Wrong passwords within the cool-off until sign-in waits: of one name at one address; of one address, behind which a
# whole classroom may sit; of one name from anywhere.
DOORSTEP_SIGN_IN_LIMITS = (5, 60, 25)
AXES_FAILURE_LIMIT = DOORSTEP_SIGN_IN_LIMITS[0]
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"], "ip_address", "username"]
AXES_HANDLER = "doorstep.directory.sign_in.Throttle"
AXES_USERNAME_CALLABLE = "doorstep.directory.sign_in.name_tried"
AXES_CLIENT_IP_CALLABLE = "doorstep.directory.sign_in.address_of"
AXES_COOLOFF_TIME = 0.25
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_LOCKOUT_TEMPLATE = "web/locked.html"
AXES_HTTP_RESPONSE_CODE = 429
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_ENABLE_ACCESS_FAILURE_LOG = False

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'", "'wasm-unsafe-eval'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "connect-src": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
        "object-src": ["'none'"],
    }
}
# A tile service behind the public map, by its address with {x} {y} {z}; without one nothing is asked of another host.
DOORSTEP_TILES = os.environ.get("DOORSTEP_TILES", "")
DOORSTEP_TILES_DATUM = os.environ.get("DOORSTEP_TILES_DATUM", "wgs84")  # or gcj02, as Chinese services have it
DOORSTEP_TILES_SOURCE = os.environ.get("DOORSTEP_TILES_SOURCE", "")  # whose tiles they are, said under the map
if DOORSTEP_TILES:
    CONTENT_SECURITY_POLICY["DIRECTIVES"]["img-src"].append(tiles_source(DOORSTEP_TILES))
# By which ways messages leave the product: `mail=smtp://host:25 sms=https://gateway/send`, or `sms=file` to try out.
# Without any, people read them in their inbox alone. Gateways know by a signature with the key who asks.
DOORSTEP_CHANNELS = channels_of(os.environ.get("DOORSTEP_CHANNELS", ""), DATA)
DOORSTEP_CHANNEL_KEY = os.environ.get("DOORSTEP_CHANNEL_KEY") or SECRET_KEY
DOORSTEP_MAIL_FROM = os.environ.get("DOORSTEP_MAIL_FROM", "doorstep@localhost")
DOORSTEP_ADDRESS = os.environ.get("DOORSTEP_ADDRESS", "")  # where people sign in, as messages name it
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("简体中文")), ("zh-hant", _("繁体中文")), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
# What the bundle holds is named by its content: whoever has it never asks again.
WHITENOISE_IMMUTABLE_FILE_TEST = r"^.+/bundle/assets/.+-[\w-]{8}\.\w+$"
DJANGO_VITE = {
    "default": {
        "dev_mode": False,
        "manifest_path": PACKAGE / "web" / "static" / "bundle" / "manifest.json",
        "static_url_prefix": "bundle",
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
PROCRASTINATE_ON_APP_READY = None
PROCRASTINATE_IMPORT_PATHS = [
    "doorstep.core.jobs",
    "doorstep.catalogue.jobs.panoramas",
    "doorstep.directory.jobs.roster",
    "doorstep.directory.jobs.days",
    "doorstep.notices.jobs",
    "doorstep.faculty.jobs",
    "doorstep.bases.jobs",
    "doorstep.classes.jobs",
    "doorstep.coverage.jobs",
]
CSRF_FAILURE_VIEW = "doorstep.web.pages.csrf_failed"

# The log: one JSON line each in a file beside the data, only trouble on the terminal. No query strings, no bodies.
LOGS = DATA / "logs"
LOGS.mkdir(parents=True, exist_ok=True, mode=0o700)
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.processors.format_exc_info,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processor": structlog.processors.JSONRenderer(ensure_ascii=False),
        },
    },
    "handlers": {
        "terminal": {"class": "logging.StreamHandler", "level": "ERROR", "formatter": "json"},
        "file": {
            "class": "logging.handlers.RotatingFileHandler",
            "filename": LOGS / ("worker.log" if "worker" in sys.argv else "site.log"),
            "maxBytes": 20_000_000,
            "backupCount": 10,
            "encoding": "utf-8",
            "delay": True,
            "formatter": "json",
        },
    },
    # Its warnings repeat what the request log says, with the full path.
    "loggers": {"django.request": {"level": "ERROR"}},
    "root": {"handlers": ["terminal", "file"], "level": "INFO"},
}
