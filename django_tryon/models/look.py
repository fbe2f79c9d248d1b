"""Looks: sets of garments that staff put together, to be shown and tried on as a whole."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from django_tryon.models.garment import Garment
from django_tryon.models.result import TryOnResult


class LookQuerySet(models.QuerySet["Look"]):
    """Looks, by what is in them."""

    def for_all(self, products: Iterable[models.Model]) -> LookQuerySet:
        """Return the looks with a garment of any of these products, of whatever models."""
        garments = Garment.objects.for_all(products)
        return self.filter(pk__in=LookGarment.objects.filter(garment__in=garments).values("look"))

    def whole(self) -> LookQuerySet:
        """Bring along the garments, and the picture with whom it shows."""
        parts = LookGarment.objects.select_related("garment")
        return self.select_related("picture__job__person").prefetch_related(
            models.Prefetch("parts", parts)
        )


class Look(models.Model):
    """A named set of garments."""

    name = models.CharField(_("name"), max_length=200)
    note = models.CharField(
        _("note"),
        max_length=500,
        blank=True,
        help_text=_("A sentence that shoppers read below the name; it may stay empty."),
    )
    # No constraints to what older workers delete: they do not know of looks.
    picture = models.ForeignKey(
        TryOnResult,
        verbose_name=_("picture"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="looks",
        db_constraint=False,
    )
    """A house model in exactly these garments."""
    is_offered = models.BooleanField(
        _("offered in the button"), default=False, editable=False, db_index=True
    )
    published_at = models.DateTimeField(_("published"), null=True, editable=False, db_index=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("published by"),
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        db_constraint=False,
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("created by"),
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        db_constraint=False,
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    objects = LookQuerySet.as_manager()

    class Meta:
        verbose_name = _("look")
        verbose_name_plural = _("looks")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def garments(self) -> list[Garment]:
        """The garments that are still there, in the order in which they are put on."""
        return [part.garment for part in self.parts.all() if part.garment is not None]

    @property
    def shown_picture(self) -> TryOnResult | None:
        """The picture as product pages show it: published with the look, and of a house model."""
        picture = self.picture
        if self.published_at is None or picture is None or picture.published_at is None:
            return None
        return picture if picture.in_gallery and picture.is_on_house_model else None


class LookGarment(models.Model):
    """One garment of a look."""

    look = models.ForeignKey(Look, on_delete=models.CASCADE, related_name="parts")
    # Null for one that was deleted: so that the look is known to be no longer whole, and staff
    # learn what is missing.
    garment = models.ForeignKey(
        Garment, on_delete=models.SET_NULL, null=True, related_name="parts", db_constraint=False
    )
    name = models.CharField(max_length=500)
    """What it was called when the look was built."""
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["look", "garment"], name="django_tryon_in_look_once")
        ]

    def __str__(self) -> str:
        return self.name
