"""The sample shop's URLs, and those that they are compared with."""

from __future__ import annotations

from django.urls import include, path

from bench.peers import OneProduct, product_without_the_button

urlpatterns = [
    path("bench/products/<int:pk>/", OneProduct.as_view()),
    path("bench/without/<slug:slug>/", product_without_the_button),
    path("", include("example_project.urls")),
]
