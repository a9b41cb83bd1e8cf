"""Django's settings. What an operator can change comes from `environment.py`, all else stands here."""

from __future__ import annotations

from urllib.parse import urlsplit

from deskbell.config import environment as env
from deskbell.config.database import database_settings
from deskbell.config.relay import relay
from deskbell.config.secret_key import secret_key

DATA = env.DATA.value()
SECRET_KEY = secret_key(DATA)
DEBUG = env.DEBUG.value()

HOST = env.HOST.value()
HTTP_PORT = env.HTTP_PORT.value()
SMTP_PORT = env.SMTP_PORT.value()
DESK_URL = env.URL.value().rstrip("/") or f"http://{HOST}:{HTTP_PORT}"
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", HOST, *env.HOSTS.value()]
if env.URL.is_set:
    ALLOWED_HOSTS.append(DESK_URL.partition("://")[2].partition("/")[0].partition(":")[0])
CSRF_TRUSTED_ORIGINS = [DESK_URL]
HELP_URL = env.HELP_URL.value() or DESK_URL
HELP_HOST = urlsplit(HELP_URL).hostname if env.HELP_URL.is_set else ""  # "" if it is the desk's
if HELP_HOST:
    ALLOWED_HOSTS.append(HELP_HOST)
SUPPORT_ADDRESS = env.SUPPORT_ADDRESS.value()
EMAIL_RELAY = relay(env.EMAIL_URL.value())
MAIL_SERVICE = env.MAIL_SERVICE.value()
ANYMAIL = {**env.MAIL_SERVICE_OPTIONS.value(), "WEBHOOK_SECRET": env.MAIL_SERVICE_HOOK.value()}
S3_KEY = env.S3_KEY.value()
S3_SECRET = env.S3_SECRET.value()
S3_REGION = env.S3_REGION.value()
S3_URL = env.S3_URL.value().rstrip("/")
MAX_MAIL_BYTES = env.MAX_MAIL_MB.value() * 1024 * 1024
LMTP_PORT = env.LMTP_PORT.value()
SMTP_TLS = env.SMTP_CERT.is_set
TRUSTED_AUTHSERV = frozenset(name.lower() for name in env.TRUSTED_AUTHSERV.value())
CLAMAV = env.CLAMAV.value()
MAY_REACH = env.MAY_REACH.value()
BUBBLE_ORIGINS = env.BUBBLE_ORIGINS.value()
TRY = env.TRY.value()
PHONE_PROVIDER = env.PHONE_PROVIDER.value()
PHONE_FROM = env.PHONE_FROM.value()
TWILIO_ACCOUNT = env.TWILIO_ACCOUNT.value()
TWILIO_TOKEN = env.TWILIO_TOKEN.value()
TWILIO_URL = env.TWILIO_URL.value()
DEADMAN_URL = env.DEADMAN_URL.value()
TRANSLATE_URL = env.TRANSLATE_URL.value().rstrip("/")
TRANSLATE_KEY = env.TRANSLATE_KEY.value()
TRANSLATE_LANGUAGES = env.TRANSLATE_LANGUAGES.value()  # the team's first
KEEP_ALERT_BODIES = env.KEEP_ALERT_BODIES.value()  # days
TRASH_DAYS = env.TRASH_DAYS.value()

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "procrastinate.contrib.django",
    "deskbell.look",
    "deskbell.realtime",
    "deskbell.people",
    "deskbell.tickets",
    "deskbell.sla",
    "deskbell.mail",
    "deskbell.monitoring",
    "deskbell.oncall",
    "deskbell.incidents",
    "deskbell.helpcenter",
    "deskbell.guidance",
    "deskbell.chat",
    "deskbell.reports",
    "deskbell.inbox",
    "deskbell.messenger",
    "deskbell.portal",
    "deskbell.config.apps.Wired",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "deskbell.look.middleware.content_security_policy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "deskbell.look.middleware.refusals",
    "deskbell.helpcenter.own_host.middleware",
]

DATABASES = {"default": database_settings(DATA)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "people.Person"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "/sign-in"
LOGIN_REDIRECT_URL = "/"
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = DESK_URL.startswith("https://")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SESSION_COOKIE_SECURE else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "deskbell.look.refusing.csrf"

ROOT_URLCONF = "deskbell.config.urls"
APPEND_SLASH = False
TEMPLATES = [
    {
        "BACKEND": "deskbell.config.jinja.Templates",
        "APP_DIRS": True,
        "OPTIONS": {
            "environment": "deskbell.config.jinja.environment",
            "context_processors": ["deskbell.config.jinja.everywhere"],
        },
    }
]
STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": DATA / "files"},
    },
    "staticfiles": {"BACKEND": "deskbell.look.storage.Static"},
}

LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_TZ = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

OUTBOX = DATA / "outbox"
STATUS_FOLDER = DATA / "status"
STATUS_COPY = env.STATUS_COPY.value()
STATUS_BUCKET = env.STATUS_BUCKET.value()
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "filters": {"without_secrets": {"()": "deskbell.lib.secrecy.WithoutSecrets"}},
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["without_secrets"],
        }
    },
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "procrastinate": {"level": "WARNING"},
        "mail.log": {"level": "WARNING"},
        "imapclient": {"level": "WARNING"},
    },
}
