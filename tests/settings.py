"""The smallest shop that can be tested: two product models, one of them with a UUID key."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import dj_database_url
import pymysql

# Django asks for a version of mysqlclient; PyMySQL speaks the same language.
pymysql.version_info = (2, 2, 7, "final", 0)
pymysql.install_as_MySQLdb()

BASE_DIR = Path(tempfile.mkdtemp(prefix="tryon-tests-"))
SECRET_KEY = "only for tests"
DEBUG = False
ALLOWED_HOSTS = ["*"]
USE_TZ = True
ROOT_URLCONF = "tests.urls"
MEDIA_ROOT = BASE_DIR / "media"
MEDIA_URL = "/media/"
STATIC_URL = "/static/"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

DATABASES = {
    "default": dj_database_url.parse(
        os.environ.get("TEST_DATABASE_URL") or f"sqlite:///{BASE_DIR / 'db.sqlite3'}"
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;",
    }
    DATABASES["default"]["TEST"] = {"NAME": BASE_DIR / "test.sqlite3"}

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "rest_framework",
    "django_tasks_db",
    "django_tryon",
    "tests.shop",
]
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

TRYON = {
    "API_KEY": "SG_0123456789abcdef",
    "BASE_URL": "http://127.0.0.1:9",
    "OUTPUT_HOSTS": ["127.0.0.1"],
    "PUBLIC_URL": "http://testserver",
    "PRODUCTS": {
        "shop.Product": {
            "image": "image",
            "title": "name",
            "description": "description",
            "images": {"relation": "shots", "file": "image", "alt": "alt", "order": "position"},
        },
        "shop.Design": {"title": "title"},
    },
    "RUNNER": "django_tryon.runners.embedded",
    "HTTP_TRANSPORT": "django_tryon.testing.sandbox_transport",
    # They take a processor; tests of them ask for them.
    "QUALITY": {
        check: {"action": "ignore"}
        for check in (
            *("person", "closeness", "focus", "posture"),
            *("face", "colour", "outline", "skin"),
        )
    },
}
