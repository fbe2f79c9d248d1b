"""Results among oscar's own pictures of a product: rows of ``ProductImage``."""

from __future__ import annotations

import json
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.files.base import File

from django_tryon.models import Placement
from django_tryon.product_images import RelatedImages

NAMES = {"relation": "images", "file": "original", "alt": "caption", "order": "display_order"}


class ProductImages(RelatedImages):
    """Adds and takes out pictures as oscar shows them."""

    def __init__(self, model: Any) -> None:
        super().__init__(model, NAMES)

    def store(self, product: Any, file: File[Any], title: str) -> File[Any]:
        """Put a picture into the storage of oscar's, for the product that shows it.

        A child without pictures shows its parent's: one of its own would hide them all.
        """
        shown = product.parent if product.is_child and not product.images.exists() else product
        return super().store(shown, file, title)

    def add(self, product: Any, file: Any, *, alt: str, position: int | None) -> str:
        """Write the row of a stored picture, with the product that it was stored for."""
        return super().add(file.instance.product, file, alt=alt, position=position)

    def _move_back(self, product: Any, moved: Any) -> None:
        """Leave the others: oscar has closed the gap already, when the row was deleted."""


def is_result(image: Any) -> bool:
    """Tell whether one of oscar's pictures is a result that was published there."""
    begins = json.dumps({"row": str(image.pk)}).removesuffix("}")
    kind = ContentType.objects.get_for_model(type(image.product))
    return Placement.objects.filter(content_type=kind, reference__startswith=begins).exists()
