"""Find what a request names."""

from __future__ import annotations

from django.db import models
from rest_framework.exceptions import NotFound, ValidationError

from django_tryon import products
from django_tryon.exceptions import LaunchRefused
from django_tryon.models import Garment
from django_tryon.models.garment import GarmentQuerySet

MOST = 20
"""Products that one request may name: a basket's."""


def offered(references: str) -> GarmentQuerySet:
    """Return the garments of products that shoppers may see; 404 if there is no such product.

    Of several, separated by commas, those that are no more are left out.
    """
    public = [product for name in _names(references) if (product := _public(name)) is not None]
    if not public:
        raise NotFound
    garments = Garment.objects.none()
    for product in public:
        garments |= Garment.objects.for_product(product)
    return garments


def worn(references: str) -> GarmentQuerySet:
    """Return the garments of products that need not be there any more; 422 for nonsense."""
    garments = Garment.objects.none()
    models_by_label = {model._meta.label_lower: model for model in products.adapters()}
    for name in _names(references):
        label, _colon, key = name.partition(":")
        model = models_by_label.get(label.lower())
        if model is None or not key:
            said = "There is no product “%s”. It is written as app.model:key."
            raise ValidationError({"product": [said % name[:100]]}, code="unknown_product")
        garments |= Garment.objects.for_products(model, [key])
    return garments


def _names(references: str) -> list[str]:
    return references.split(",")[:MOST]


def _public(name: str) -> models.Model | None:
    try:
        product = products.find(name)
    except LaunchRefused:
        return None
    return product if products.adapter_for(product).is_public(product) else None
