"""django-oscar 4.0 to 4.2: products, pages, basket, and the list of products in its dashboard.

Put ``"django_tryon.contrib.oscar"`` before oscar's own apps in ``INSTALLED_APPS``, and say
``TRYON["PRODUCTS"] = {"catalogue.Product": "django_tryon.contrib.oscar.ProductAdapter"}``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django_tryon.contrib.oscar.adapter import ProductAdapter as ProductAdapter


def __getattr__(name: str) -> Any:
    # Django imports this module before there are models, and the adapter needs some.
    if name == "ProductAdapter":
        from django_tryon.contrib.oscar.adapter import ProductAdapter

        return ProductAdapter
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
