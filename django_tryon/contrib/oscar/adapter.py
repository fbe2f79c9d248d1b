"""What this app asks of oscar's products: parents, children, and those that stand alone."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from django.db import models
from django.utils.html import strip_tags

from django_tryon import products
from django_tryon.contrib.oscar.family import with_parent
from django_tryon.contrib.oscar.images import ProductImages, is_result

KINDS = {
    "dress": {"dress", "dresses", "gown", "gowns", "jumpsuit", "jumpsuits", "overall", "overalls"},
    "lower": {
        *("trouser", "trousers", "pants", "jeans", "chinos", "leggings", "joggers", "shorts"),
        *("skirt", "skirts", "bottoms"),
    },
    "upper": {
        *("shirt", "shirts", "tee", "tees", "top", "tops", "blouse", "blouses", "polo", "polos"),
        *("sweater", "sweaters", "sweatshirt", "sweatshirts", "jumper", "jumpers", "pullover"),
        *("pullovers", "cardigan", "cardigans", "hoodie", "hoodies", "knitwear", "vest", "vests"),
        *("jacket", "jackets", "blazer", "blazers", "coat", "coats", "outerwear", "tshirt"),
        "tshirts",
    },
}
"""The words in the names of product classes and categories that say where something is worn."""


class ProductAdapter(products.ProductAdapter):
    """Reads oscar's products; what a child does not say for itself, its parent says."""

    kinds = KINDS

    def __init__(self, model: type[models.Model]) -> None:
        super().__init__(model)
        self.images = ProductImages(model)

    def image(self, product: Any) -> Any:
        """Return the file of the primary image: a child's own, else its parent's, else None.

        Of published results the next picture behind is taken: they show the garment worn.
        """
        image = product.primary_image()
        # Where there is none, that is a dict, which stands for oscar's placeholder.
        if hasattr(image, "original") and is_result(image):
            others = (one for one in product.get_all_images() if not is_result(one))
            image = next(others, None)
        return getattr(image, "original", None) or None

    def title(self, product: Any) -> str:
        """Return the title; of a child without one, its parent's."""
        return str(product.get_title())

    def description(self, product: Any) -> str:
        """Return the description without its HTML, else the title."""
        for one in with_parent(product):
            if words := " ".join(unescape(strip_tags(one.description)).split()):
                return words
        return self.title(product)

    def category(self, product: Any) -> str:
        """Guess from product class and categories; empty where they say nothing, or several."""
        own = product.get_product_class()
        names = [own.name if own is not None else ""]
        names += [category.name for category in product.get_categories()]
        words = set(re.findall(r"\w+", " ".join(names).lower()))
        found = [kind for kind, known in self.kinds.items() if known & words]
        return found[0] if len(found) == 1 else ""

    def is_public(self, product: Any) -> bool:
        """Tell whether shoppers may see it, as oscar's own page does."""
        return all(one.is_public for one in with_parent(product))
