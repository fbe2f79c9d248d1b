"""Settings of the sample shop. With an empty environment: SQLite, no broker, the sandbox."""

from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
from corsheaders.defaults import default_headers

env = os.environ.get

BASE_DIR = Path(__file__).resolve().parent
VAR_DIR = Path(env("EXAMPLE_PROJECT_VAR") or BASE_DIR / "var").resolve()
"""Everything that the shop writes: database, pictures, logs."""
VAR_DIR.mkdir(parents=True, exist_ok=True)

SECRET_KEY = env("SECRET_KEY") or "only-for-a-sample-shop-on-this-machine"
DEBUG = env("DEBUG", "1") == "1"
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", *(env("ALLOWED_HOSTS") or "").split()]
ROOT_URLCONF = "example_project.urls"
WSGI_APPLICATION = "example_project.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
LANGUAGE_CODE = "en"
# The shop's own words are English; those of the try-on follow the browser.
LANGUAGES = [("en", "English"), ("de", "Deutsch"), ("fr", "Français"), ("es", "Español")]
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"

# What "E-mail me when it is ready" sends is written here, and goes nowhere.
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = VAR_DIR / "mail"

# --- Database ------------------------------------------------------------------------------------

DATABASE_URL = env("DATABASE_URL") or f"sqlite:///{VAR_DIR / 'db.sqlite3'}"
if DATABASE_URL.startswith("mysql"):
    try:  # PyMySQL installs without a compiler; without it Django looks for mysqlclient
        import pymysql

        pymysql.version_info = (2, 2, 7, "final", 0)
        pymysql.install_as_MySQLdb()
    except ImportError:
        pass
DATABASES = {"default": dj_database_url.parse(DATABASE_URL)}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # Site, worker and shell write at the same time: wait for one another instead of failing.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }

# --- Apps ----------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "rest_framework",
    "corsheaders",
    "django_tryon",
    "example_project.shop",
]
MIDDLEWARE = [
    "corsheaders.middleware.CorsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "example_project.shop.security.strict_content",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],  # before the apps' own: the frame of the try-on pages
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "example_project.shop.basket.in_every_template",
            ]
        },
    }
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "private": {
        "BACKEND": "django_tryon.models.files.PrivateFolder",
        "OPTIONS": {"location": VAR_DIR / "private"},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

# --- Try-on --------------------------------------------------------------------------------------

API_KEY = env("SEGMIND_API_KEY") or ""
BASE_URL = env("SEGMIND_BASE_URL") or (
    "https://api.segmind.com" if API_KEY else "http://127.0.0.1:8900"
)
IS_SANDBOX = urlsplit(BASE_URL).hostname in {"127.0.0.1", "localhost", "::1"}
CELERY_BROKER_URL = env("CELERY_BROKER_URL") or ""

TRYON = {
    # The sandbox takes any key that looks like one.
    "API_KEY": API_KEY or ("SG_0000000000000000" if IS_SANDBOX else ""),
    "BASE_URL": BASE_URL,
    "OUTPUT_HOSTS": (env("TRYON_OUTPUT_HOSTS") or "").replace(",", " ").split()
    or (["127.0.0.1"] if IS_SANDBOX else ["images.segmind.com"]),
    "PUBLIC_URL": env("TRYON_PUBLIC_URL") or "http://127.0.0.1:8000",
    "INPUTS": env("TRYON_INPUTS") or "signed",
    "PRODUCTS": {
        "shop.Product": {
            "image": "image",
            "title": "name",
            "description": "summary",
            "category": "category",
            "is_public": "is_active",
            # Try-ons can be published among these, too.
            "images": {
                "relation": "pictures",
                "file": "image",
                "alt": "caption",
                "order": "position",
            },
        }
    },
    # Shoppers' clips, which are dear: TRYON_CLIPS=1 has them made, for so much a day.
    "STOREFRONT_CLIPS": bool(env("TRYON_CLIPS")),
    "STOREFRONT_DAILY_BUDGET": Decimal(50) if env("TRYON_CLIPS") else None,
    "SHOPPER_CLIPS_DAILY": 3,
    "PRIVATE_STORAGE": "private",
    # The drawn house models have no faces that OpenCV knows for such.
    "QUALITY": {"person": {"action": "ignore"}, "posture": {"action": "ignore"}},
    "PRIVACY_URL": "/privacy/",
    # What the dashboard tells of the button; TRYON_HOLDOUT=0.5 keeps it from half of the visitors.
    "EVENTS": True,
    "HOLDOUT": float(env("TRYON_HOLDOUT") or 0),
    "HOLDOUT_NEWCOMERS": True,
    "RUNNER": env("TRYON_RUNNER")
    or ("django_tryon.runners.celery" if CELERY_BROKER_URL else "django_tryon.runners.embedded"),
}

# A storefront on another origin (`python -m example_project.storefront`) may use the API; tokens
# need no cookie, so none is allowed.
CORS_ALLOWED_ORIGINS = (env("STOREFRONT_ORIGINS") or "http://127.0.0.1:8001").split()
CORS_URLS_REGEX = r"^/tryon/(api|files)/"
CORS_ALLOW_HEADERS = [*default_headers, "idempotency-key", "if-none-match"]
CORS_EXPOSE_HEADERS = ["ETag", "Location", "Retry-After"]

# A sweep finds what no message announced, a purge deletes what has outlived its day;
# `celery -A example_project beat` runs them.
CELERY_BEAT_SCHEDULE = {
    "tryon-sweep": {"task": "django_tryon.sweep", "schedule": 60.0},
    "tryon-purge": {"task": "django_tryon.purge", "schedule": 900.0},
}
