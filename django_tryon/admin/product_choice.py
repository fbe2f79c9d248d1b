"""Choose a product of any of the shop's models in one field, by typing its name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteMixin
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from django_tryon import products
from django_tryon.exceptions import LaunchRefused

PAGE = 20
"""How many products are offered at once."""


class ProductWidget(AutocompleteMixin, forms.Select):
    """The admin's own autocomplete, asking us instead of a foreign key."""

    def __init__(self, admin_site: admin.AdminSite) -> None:
        forms.Select.__init__(self)
        self.admin_site = admin_site
        self.i18n_name = None

    def get_url(self) -> str:
        """Return where the names are looked up."""
        return reverse("admin:django_tryon_garment_products", current_app=self.admin_site.name)

    def build_attrs(
        self, base_attrs: dict[str, Any], extra_attrs: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Return what the admin's autocomplete script reads."""
        attrs = forms.Select.build_attrs(self, base_attrs, extra_attrs)
        return attrs | {
            "class": "admin-autocomplete",
            "data-ajax--cache": "true",
            "data-ajax--delay": 250,
            "data-ajax--type": "GET",
            "data-ajax--url": self.get_url(),
            "data-theme": "admin-autocomplete",
            "data-allow-clear": "false",
            "data-placeholder": str(_("Type the name of a product")),
        }

    def optgroups(self, name: str, value: Sequence[str], attrs: Any = None) -> list[Any]:
        """Offer only what is chosen already; the rest comes by typing."""
        options = [self.create_option(name, "", "", False, 0)]
        for reference in filter(None, value):
            try:
                product = products.find(reference)
            except LaunchRefused:
                continue
            title = products.adapter_for(product).title(product)
            options.append(self.create_option(name, reference, title, True, 1))
        return [(None, options, 0)]


class ProductField(forms.CharField):
    """A product, written as ``app.model:key``."""

    def clean(self, value: Any) -> Any:
        """Return the product itself."""
        reference = super().clean(value)
        try:
            return products.find(reference)
        except LaunchRefused as error:
            raise forms.ValidationError(
                _("This product no longer exists. Choose another one."), code="unknown_product"
            ) from error


def search(request: HttpRequest, site: admin.AdminSite) -> JsonResponse:
    """Answer the autocomplete with the products whose name fits, of all the shop's models."""
    term, page = request.GET.get("term", ""), request.GET.get("page", "1")
    start = (int(page) - 1 if page.isdecimal() else 0) * PAGE
    found = list(islice(matches(request, site, term, start + PAGE + 1), max(start, 0), None))
    results = [
        {"id": products.reference_to(product), "text": products.adapter_for(product).title(product)}
        for product in found[:PAGE]
    ]
    return JsonResponse({"results": results, "pagination": {"more": len(found) > PAGE}})


def matches(
    request: HttpRequest, site: admin.AdminSite, term: str, most: int
) -> Iterator[models.Model]:
    """Yield products of this name, model by model, only of models that this person may see."""
    for model, adapter in products.adapters().items():
        own = site._registry.get(model)
        meta = model._meta
        if own is not None and own.has_view_permission(request):
            rows = own.get_queryset(request)
            if term and own.get_search_fields(request):
                rows, doubles = own.get_search_results(request, rows, term)
                rows = rows.distinct() if doubles else rows
            elif term:
                rows = _by_title(rows, adapter, term)
        elif own is None and request.user.has_perm(f"{meta.app_label}.view_{meta.model_name}"):
            rows = _by_title(model._default_manager.all(), adapter, term)
        else:
            continue
        yield from rows.order_by(*(meta.ordering or ["pk"]))[:most]


def _by_title(
    rows: models.QuerySet[Any], adapter: products.ProductAdapter, term: str
) -> models.QuerySet[Any]:
    """Keep what has the term in its title, where the title is a column of its own."""
    name = adapter.names.get("title", "")
    try:
        rows.model._meta.get_field(name)
    except FieldDoesNotExist:
        return rows
    return rows.filter(**{f"{name}__icontains": term})
