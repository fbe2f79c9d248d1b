"""What is compared with: a plain DRF view of one row, and the product page without the button."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template import engines
from rest_framework.generics import RetrieveAPIView
from rest_framework.serializers import ModelSerializer

from example_project.shop.models import Product
from example_project.shop.security import POLICY


class ProductOut(ModelSerializer[Product]):
    """Every column of a product."""

    class Meta:
        model = Product
        fields = "__all__"


class OneProduct(RetrieveAPIView[Product]):
    """Read one row by its primary key, the least that a DRF view does, for anybody."""

    queryset = Product.objects.all()
    serializer_class = ProductOut


def product_without_the_button(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a product as the sample shop does, less the button and the pill."""
    shown = get_object_or_404(
        Product.objects.prefetch_related("pictures"), slug=slug, is_active=True
    )
    others = (
        Product.objects.filter(is_active=True)
        .exclude(category=shown.category)
        .prefetch_related("pictures")
    )
    words = {"product": shown, "others": others[:4], "frame": _without("base", PILL)}
    page = _without("product", BUTTON, extends='"shop/base.html"')
    response = HttpResponse(page.render(words, request))
    response.headers["Content-Security-Policy"] = POLICY
    return response


BUTTON, PILL = r"{% tryon_button [^%]*%}", r"{% tryon_pill [^%]*%}"
_made: dict[str, Any] = {}


def _without(name: str, tag: str, *, extends: str = "") -> Any:
    """Return a template of the shop's less one tag, compiled once as by Django's loader."""
    if name not in _made:
        engine: Any = engines["django"]
        source = engine.get_template(f"shop/{name}.html").template.source
        source, found = re.subn(tag, "", source)
        assert found, f"shop/{name}.html has no {tag}"
        if extends:
            source = source.replace(f"extends {extends}", "extends frame")
        _made[name] = engine.from_string(source)
    return _made[name] if extends else _made[name].template
