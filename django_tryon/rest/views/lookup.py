"""Find what a request names."""

from __future__ import annotations

from rest_framework.exceptions import NotFound, ValidationError

from django_tryon import products
from django_tryon.models import Garment
from django_tryon.models.garment import GarmentQuerySet
from django_tryon.services.shoppers.basket import named_in, public_products


def offered(references: str) -> GarmentQuerySet:
    """Return the garments of products that shoppers may see; 404 if there is no such product.

    Of several, separated by commas, those that are no more are left out.
    """
    public = public_products(references)
    if not public:
        raise NotFound
    return Garment.objects.for_all(public)


def worn(references: str) -> GarmentQuerySet:
    """Return the garments of products that need not be there any more; 422 for nonsense."""
    garments = Garment.objects.none()
    models_by_label = {model._meta.label_lower: model for model in products.adapters()}
    for name in named_in(references):
        label, _colon, key = name.partition(":")
        model = models_by_label.get(label.lower())
        if model is None or not key:
            said = "There is no product “%s”. It is written as app.model:key."
            raise ValidationError({"product": [said % name[:100]]}, code="unknown_product")
        garments |= Garment.objects.for_products(model, [key])
    return garments
