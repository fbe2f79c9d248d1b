"""mysite/production.py: the server's settings. What is secret or differs is in /etc/shop.env."""

import os

from mysite.settings import *

env = os.environ
DEBUG = False
SECRET_KEY = env["SECRET_KEY"]
ALLOWED_HOSTS = [env["SHOP_HOST"]]

# nginx sets this header on every request, whatever the visitor sent.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 3600  # more, once all is well
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True

STATIC_URL, STATIC_ROOT = "/static/", f"{env['SHOP_FILES']}/static"
MEDIA_URL, MEDIA_ROOT = "/media/", f"{env['SHOP_FILES']}/media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # Nothing but Django reads this folder: nginx has no location for it.
    "private": {
        "BACKEND": "django_tryon.models.files.PrivateFolder",
        "OPTIONS": {
            "location": f"{env['SHOP_FILES']}/private",
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage",
    },
}

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "shop",
        "USER": "shop",
        "PASSWORD": env["DATABASE_PASSWORD"],
        "HOST": env["DATABASE_HOST"],
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
}
# Shared by all processes, so that THROTTLES count once.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": env["REDIS_URL"],
    }
}

CELERY_BROKER_URL = env["CELERY_BROKER_URL"]
CELERY_BEAT_SCHEDULE = {
    "tryon-sweep": {"task": "django_tryon.sweep", "schedule": 60.0},
    "tryon-purge": {"task": "django_tryon.purge", "schedule": 900.0},
}

TRYON = {
    "API_KEY": env["SEGMIND_API_KEY"],
    "PUBLIC_URL": f"https://{env['SHOP_HOST']}",
    "PRODUCTS": {"shop.Product": {"image": "image", "title": "name"}},
    "PRIVATE_STORAGE": "private",
    "RUNNER": "django_tryon.runners.celery",
    "TRUSTED_PROXIES": 1,  # nginx, and nobody goes round it
    "HEALTH_TOKEN": env["TRYON_HEALTH_TOKEN"],
    "DAILY_BUDGET": 50,
}
