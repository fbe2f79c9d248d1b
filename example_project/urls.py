"""The shop's pages, its admin, and the try-on app."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

from example_project.shop.media import media

urlpatterns = [
    path("admin/", admin.site.urls),
    path("tryon/", include("django_tryon.urls")),
    path("media/<path:path>", media),
    path("", include("example_project.shop.urls")),
]
