"""Products: one with an integer key and a picture, one with a UUID key and none."""

from __future__ import annotations

import uuid

from django.db import models


class Product(models.Model):
    """A product of the usual kind."""

    name = models.CharField(max_length=100)
    description = models.CharField(max_length=200, blank=True)
    image = models.ImageField(upload_to="products", blank=True)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the product's page."""
        return f"/products/{self.pk}/"


class Dress(Product):
    """The same table by another name."""

    class Meta:
        proxy = True


class Design(models.Model):
    """A product with a UUID key."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    title = models.CharField(max_length=100)

    def __str__(self) -> str:
        return self.title


class Shot(models.Model):
    """One of a product's own pictures."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="shots")
    image = models.ImageField(upload_to="shots", width_field="width", height_field="height")
    width = models.PositiveIntegerField(null=True, editable=False)
    height = models.PositiveIntegerField(null=True, editable=False)
    alt = models.CharField(max_length=60, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return self.alt
