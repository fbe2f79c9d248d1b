"""The shop's pages."""

from __future__ import annotations

from django.urls import path

from example_project.shop import views

app_name = "shop"
urlpatterns = [
    path("", views.front, name="front"),
    path("products/<slug:slug>/", views.product, name="product"),
    path("products/tried/<str:references>/", views.tried, name="tried"),
    path("privacy/", views.privacy, name="privacy"),
    path("basket/", views.basket, name="basket"),
    path("basket/add/<slug:slug>/", views.add, name="add"),
    path("basket/change/", views.change, name="change"),
    path("basket/order/", views.order, name="order"),
    path("basket/send-back/", views.send_back, name="send-back"),
]
