"""The launch action in the list of products of oscar's dashboard, which has actions from 4.2 on."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.urls import NoReverseMatch
from django.utils.translation import gettext_lazy as _

from django_tryon.admin import TryOnProductAdminMixin
from django_tryon.admin.launch.links import launch_url
from django_tryon.contrib.oscar.family import keys_to_launch

ACTION = "launch_tryons"


class LaunchTryOns:
    """Opens the admin's launch page with the chosen products, and those children that count."""

    label = _("Launch try-ons…")

    def __str__(self) -> str:
        return str(self.label)

    def execute(self, request: HttpRequest, objects: QuerySet[Any]) -> HttpResponseBase | None:
        """Answer by the launch page; oscar calls this."""
        model = objects.model
        keys = keys_to_launch(model, objects.values_list("pk", flat=True))
        meant = model.objects.filter(pk__in=keys)
        response: HttpResponseBase | None = _pages_of(model).launch_tryons(request, meant)
        return response


def may_launch(request: HttpRequest, model: Any) -> bool:
    """Tell whether the launch page would let this person in; partners of a shop are no staff."""
    pages = _pages_of(model)
    if not isinstance(pages, TryOnProductAdminMixin):
        return False
    try:
        launch_url(admin.site, model)
    except NoReverseMatch:  # the shop has no admin
        return False
    return (
        admin.site.has_permission(request)
        and pages.has_view_permission(request)
        and pages.has_launch_permission(request)
    )


def offer(view: Any) -> None:
    """Add the action to a view of oscar's, for those who may launch; not to one without actions."""
    usual = getattr(view, "get_actions", None)
    if usual is None:
        return

    def get_actions(self: Any) -> dict[str, Any]:
        ours = {ACTION: LaunchTryOns()} if may_launch(self.request, self.model) else {}
        return {**usual(self), **ours}

    view.get_actions = get_actions


def connect() -> None:
    """Add the action to the shop's list of products, be it oscar's or its own."""
    from oscar.core.loading import get_class

    offer(get_class("dashboard.catalogue.views", "ProductListView"))


def _pages_of(model: Any) -> Any:
    """Return the admin's pages of the products, if it has any."""
    return admin.site._registry.get(model)
