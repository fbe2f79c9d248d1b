"""Shown: the gallery on a product's page, with the looks that its pictures are of."""

from __future__ import annotations

from django.db import models
from django.db.models import Exists, OuterRef, prefetch_related_objects

from django_tryon import products
from django_tryon.models import Look, TryOnResult


def gallery_of(
    product: models.Model, limit: int | None = None
) -> list[tuple[TryOnResult, Look | None]]:
    """Return what the gallery of a product shows, each with the look that it is the picture of.

    Looks come first, then the newest. One query; where there are looks two more, and one for each
    model of products.
    """
    of_look = Look.objects.filter(picture=OuterRef("pk"), published_at__isnull=False)
    results = list(
        TryOnResult.objects.published_for(product)
        .annotate(has_look=Exists(of_look))
        .order_by("-has_look", "-published_at")[:limit]
    )
    with_look = [result for result in results if result.has_look]  # type: ignore[attr-defined]
    published = Look.objects.filter(published_at__isnull=False).whole()
    prefetch_related_objects(with_look, models.Prefetch("looks", published))
    looks = {
        result.pk: look
        for result in with_look
        if result.is_on_house_model
        for look in result.looks.all()[:1]
    }
    products.read_all(garment for look in looks.values() for garment in look.garments)
    return [(result, looks.get(result.pk)) for result in results]


def others_in(look: Look, product: models.Model) -> list[models.Model]:
    """Return the other products of a look that shoppers may see, each once, as it is put on."""
    worn = (products.product_of(garment) for garment in look.garments)
    shown = [one for one in worn if one is not None and one != product and products.is_shown(one)]
    return list(dict.fromkeys(shown))
