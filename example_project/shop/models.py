"""What the shop sells."""

from __future__ import annotations

from django.db import models
from django.urls import reverse


class Product(models.Model):
    """One product."""

    class Category(models.TextChoices):
        """The shop's departments, in the words of the try-on app."""

        UPPER = "upper", "Tops"
        LOWER = "lower", "Bottoms"
        DRESS = "dress", "Dresses"

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=100)
    category = models.CharField(max_length=8, choices=Category, db_index=True)
    collection = models.CharField(max_length=50, blank=True)
    price = models.DecimalField(max_digits=8, decimal_places=2)
    sizes = models.CharField(
        max_length=50, default="XS S M L XL", help_text="With spaces between them."
    )
    summary = models.CharField(
        max_length=200, help_text="What it is, in words: “white linen shirt with short sleeves”."
    )
    description = models.TextField(blank=True)
    details = models.TextField(blank=True, help_text="One detail a line.")
    image = models.ImageField(
        upload_to="products", width_field="image_width", height_field="image_height"
    )
    image_width = models.PositiveIntegerField(null=True, editable=False)
    image_height = models.PositiveIntegerField(null=True, editable=False)
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField("on sale", default=True)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the product's page."""
        return reverse("shop:product", args=[self.slug])

    @property
    def size_list(self) -> list[str]:
        """The sizes it comes in."""
        return self.sizes.split()

    @property
    def detail_list(self) -> list[str]:
        """The details, one by one."""
        return [line for line in self.details.splitlines() if line.strip()]


class Picture(models.Model):
    """A further picture of a product."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="pictures")
    image = models.ImageField(
        upload_to="products", width_field="image_width", height_field="image_height"
    )
    image_width = models.PositiveIntegerField(null=True, editable=False)
    image_height = models.PositiveIntegerField(null=True, editable=False)
    caption = models.CharField(max_length=100, blank=True, help_text="Read aloud as its alt text.")
    is_cutout = models.BooleanField(
        "cut out", default=False, help_text="The garment alone, on white."
    )
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.caption or f"Picture {self.pk}"
