"""Garments: the one place that knows of the shop's products."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _

from django_tryon.models.fields import PhotoField, VerifiesFiles
from django_tryon.models.files import garment_path, public_storage
from django_tryon.models.readiness import assess, mark_of
from django_tryon.readiness import Finding, read


class GarmentQuerySet(models.QuerySet["Garment"]):
    """Garments by product. Never a join to the product's table: its key may be of any type."""

    def for_product(self, product: models.Model) -> GarmentQuerySet:
        """Return the garments of this product."""
        return self.for_products(type(product), [product.pk])

    def for_all(self, products: Iterable[models.Model]) -> GarmentQuerySet:
        """Return the garments of these products, of whatever models."""
        keys: dict[type[models.Model], list[Any]] = {}
        for product in products:
            keys.setdefault(type(product), []).append(product.pk)
        found = self.none()
        for model in keys:
            found |= self.for_products(model, keys[model])
        return found

    def for_products(self, model: type[models.Model], keys: Any) -> GarmentQuerySet:
        """Return the garments of several products of one model."""
        kind = ContentType.objects.get_for_model(model)
        return self.filter(content_type=kind, product_id__in=[str(key) for key in keys])


class Garment(VerifiesFiles):
    """One wearable thing on a product."""

    class Category(models.TextChoices):
        """Where on the body it is worn."""

        UPPER = "upper", _("Upper body")
        LOWER = "lower", _("Lower body")
        DRESS = "dress", _("Dress")
        OUTER = "outer", _("Jacket or coat")

    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")
    product_id = models.CharField(_("product id"), max_length=64)
    product = GenericForeignKey("content_type", "product_id")
    image = PhotoField(
        _("picture"),
        storage=public_storage,
        upload_to=garment_path,
        blank=True,
        help_text=_("The garment alone on a plain background works best: flat or ghost mannequin."),
    )
    category = models.CharField(_("category"), max_length=8, choices=Category)
    name = models.CharField(_("name"), max_length=200, blank=True)
    description = models.CharField(
        _("description"),
        max_length=500,
        blank=True,
        help_text=_("In English, as one would describe it to somebody: “white linen shirt”."),
    )
    width = models.PositiveIntegerField(null=True, editable=False)
    height = models.PositiveIntegerField(null=True, editable=False)
    readiness = models.PositiveSmallIntegerField(_("readiness"), null=True, editable=False)
    """How well its picture is prepared, from 0 to 100; None where nobody has looked at it."""
    findings = models.JSONField(null=True, editable=False)
    """What was seen of the picture, as ``readiness.read`` takes it."""
    readiness_of = models.CharField(
        max_length=40, blank=True, default="", db_default="", editable=False
    )
    """Stands for the picture that was looked at, and for the checks that did."""
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    objects = GarmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("garment")
        verbose_name_plural = _("garments")
        ordering = ["pk"]
        indexes = [models.Index(fields=["content_type", "product_id"])]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(category__in=["upper", "lower", "dress", "outer"]),
                name="django_tryon_garment_part",
            )
        ]

    def __str__(self) -> str:
        return self.name or self.description or f"{self.get_category_display()} {self.pk}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, and look at a new picture of its own. Raises UploadRefused."""
        own = self._meta.get_field("image")
        is_new = bool(self.image) and not (
            getattr(self.image, "_committed", True) and self.image.field is own
        )
        super().save(*args, **kwargs)
        is_taken_away = not self.image and bool(self.readiness_of) and not self.is_assessed
        if is_new or is_taken_away:
            assess(self)

    @property
    def is_assessed(self) -> bool:
        """Whether the picture that engines get now was looked at by the checks of today."""
        return bool(self.readiness_of) and self.readiness_of == mark_of(self)

    @property
    def advice(self) -> list[Finding]:
        """What could be better about the picture, the worst first; nothing where none was seen."""
        return [finding for finding in read(self.findings or ()) if finding.do]

    @property
    def words(self) -> str:
        """The garment in words, for an engine's prompt; empty where nobody gave any."""
        return self.description or self.name
