"""Django's settings: defaults, then the environment, then what follows from both."""

from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from tocsin.settings import computed, environment
from tocsin.settings.databases import databases

PACKAGE = Path(__file__).resolve().parent.parent
DATA = Path(environment.read("DATA")).resolve()
URL = str(environment.read("URL")).rstrip("/")
HOST = environment.read("HOST")
PORT = environment.read("PORT")
DEBUG = environment.read("DEBUG")
BUS = environment.read("BUS")
DATABASE = environment.read("DATABASE")
EMAIL_URL = environment.read("EMAIL_URL")
EMAIL_FROM = environment.read("EMAIL_FROM")
SMS_URL = environment.read("SMS_URL")
VOICE_URL = environment.read("VOICE_URL")
MATRIX_URL = environment.read("MATRIX_URL")
JOURNAL_KEY = environment.read("JOURNAL_KEY")
FETCH_PRIVATE = environment.read("FETCH_PRIVATE")
UPLOAD_LIMIT_MB = environment.read("UPLOAD_LIMIT_MB")
BATCH = environment.read("BATCH")
RETENTION_DAYS = environment.read("RETENTION_DAYS")

SECRET_KEY = computed.secret_key(environment.read("SECRET_KEY"), DATA)
DEMO = computed.demo_password(DATA)
ALLOWED_HOSTS = computed.allowed_hosts(environment.read("HOSTS"), URL)
CSRF_TRUSTED_ORIGINS = [URL] if URL else []

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "tocsin.ui",  # before allauth, whose pages it draws anew
    "allauth",
    "allauth.account",
    "csp",
    "django_htmx",
    "tocsin.accounts",
    "tocsin.journal",
    "tocsin.clock",
    "tocsin.gate",
    "tocsin.watch",
    "tocsin.listen",
    "tocsin.alerts",
    "tocsin.plan",
    "tocsin.callout",
    "tocsin.crisis",
    "tocsin.live",
    "tocsin.api",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "tocsin.ui.serving.StaticFiles",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "tocsin.accounts.middleware.OrganisationMiddleware",
]

ROOT_URLCONF = "tocsin.public_urls" if environment.read("PUBLIC") else "tocsin.urls"
ASGI_APPLICATION = "tocsin.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tocsin.ui.context.shell",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "tocsin.ui.templatetags.tocsin",
            ],
        },
    }
]

DATABASES = databases(DATABASE, DATA)
DATABASE_ROUTERS = ["tocsin.store.router.RiverRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

EMAIL_BACKEND = "tocsin.gate.refusing.EmailBackend"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "tocsin.accounts.adapter.AccountAdapter"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_FORMS = {
    "login": "tocsin.accounts.forms.SignInForm",
    "reset_password": "tocsin.accounts.forms.ForgottenForm",
}

LANGUAGE_CODE = environment.read("LANGUAGE")
LANGUAGES = [("fr", _("French")), ("en", _("English"))]
LOCALE_PATHS = [PACKAGE / "locale"]
TIME_ZONE = environment.read("TIME_ZONE")
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_IMMUTABLE_FILE_TEST = r"^.+/built/.+-[0-9A-Za-z_-]{8,}\..+$"
MEDIA_ROOT = DATA / "uploads"
FILE_UPLOAD_TEMP_DIR = None
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 << 20
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = URL.startswith("https://")
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if URL.startswith("https://") else None

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {"httpx": {"level": "WARNING"}, "uvicorn.access": {"level": "WARNING"}},
}
