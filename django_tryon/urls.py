"""The URLs of this app; include them under ``tryon/``."""

from __future__ import annotations

from django.urls import include, path

from django_tryon.health import health
from django_tryon.views import file

app_name = "django_tryon"
urlpatterns = [
    path("files/<str:purpose>/<str:signed>/<str:name>", file, name="file"),
    path("health/", health, name="health"),
    path("api/", include("django_tryon.rest.urls")),
    path("", include("django_tryon.widget.urls")),
]
