"""Find what a request names."""

from __future__ import annotations

from django.db import models
from rest_framework.exceptions import NotFound, ValidationError

from django_tryon import products
from django_tryon.exceptions import LaunchRefused
from django_tryon.models import Garment
from django_tryon.models.garment import GarmentQuerySet


def public_product(reference: str) -> models.Model:
    """Return a product that shoppers may see; 404 for any other."""
    try:
        product = products.find(reference)
    except LaunchRefused as error:
        raise NotFound from error
    if not products.adapter_for(product).is_public(product):
        raise NotFound
    return product


def garments_of(reference: str) -> GarmentQuerySet:
    """Return the garments of a product that need not be there any more; 422 for nonsense."""
    label, _colon, key = reference.partition(":")
    for model in products.adapters():
        if model._meta.label_lower == label.lower() and key:
            return Garment.objects.for_products(model, [key])
    raise ValidationError({"product": ["This is no product of this shop."]}, code="unknown_product")
