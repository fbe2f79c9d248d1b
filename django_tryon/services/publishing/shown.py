"""Shown: which of a shop's own pictures are try-ons, so that its pages can say so."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models

from django_tryon.models import Placement


class TryOnPictures:
    """The pictures of some products that are try-ons; ``picture in`` tells of one."""

    def __init__(self, references: Iterable[str]) -> None:
        """Take what the adapters call them."""
        self._keys = {_key(reference) for reference in references}

    def __contains__(self, picture: Any) -> bool:
        """Tell whether a row of the shop's, or what its own adapter returned for it, is one."""
        return str(getattr(picture, "pk", picture)) in self._keys


def tryon_pictures_of(given: Iterable[models.Model]) -> TryOnPictures:
    """Return which of these products' pictures are try-ons; one query for each model."""
    keys: dict[type[models.Model], list[str]] = {}
    for product in given:
        keys.setdefault(type(product), []).append(str(product.pk))
    return TryOnPictures(
        reference
        for model, some in keys.items()
        for reference in Placement.objects.filter(
            content_type=ContentType.objects.get_for_model(model), product_id__in=some
        ).values_list("reference", flat=True)
    )


def _key(reference: str) -> str:
    """Return the key of the row where we wrote it ourselves, else the adapter's own word."""
    with suppress(ValueError, KeyError, TypeError):
        return str(json.loads(reference)["row"])
    return reference
