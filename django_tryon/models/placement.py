"""Placements: which of the shop's own pictures are results of ours, to take out just those."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.contenttypes.models import ContentType
from django.db import models, router, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from django_tryon import logs, products
from django_tryon.models.result import TryOnResult


class Placement(models.Model):
    """One picture that the shop's product adapter added to a product."""

    # Null for one that could not be taken out when its result was deleted: purging tries again.
    result = models.ForeignKey(
        TryOnResult, on_delete=models.SET_NULL, null=True, related_name="placements"
    )
    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")
    product_id = models.CharField(max_length=64)
    reference = models.TextField()
    """What the adapter calls it."""
    alt = models.CharField(_("alt text"), max_length=500, blank=True)
    position = models.PositiveSmallIntegerField(_("order"), null=True)
    """Where it was put, counted from 0; None: behind the last."""
    problem = models.CharField(max_length=100, blank=True, default="")
    """The class of the error for which it was not taken out."""
    placed_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[models.Manager[Placement]] = models.Manager()

    class Meta:
        verbose_name = _("picture in the shop")
        verbose_name_plural = _("pictures in the shop")
        default_permissions = ()
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["result", "content_type", "product_id"], name="django_tryon_placed_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.content_type.model}:{self.product_id}"

    @classmethod
    def keys_of(cls, product: models.Model) -> dict[str, Any]:
        """Return what a placement on this product has."""
        kind = ContentType.objects.get_for_model(product)
        return {"content_type": kind, "product_id": str(product.pk)}

    @property
    def product(self) -> Any:
        """The product; None where it, or its whole model, is gone."""
        model = ContentType.objects.get_for_id(self.content_type_id).model_class()
        if model is None:
            return None
        rows = model._base_manager.using(router.db_for_write(model))
        return rows.filter(pk=self.product_id).first()

    def take_out(self, product: models.Model | None = None) -> None:
        """Have the adapter remove the picture, and forget it; what that raises is passed on.

        With a product that is gone, its pictures went.
        """
        product = product or self.product
        with transaction.atomic():
            if product is not None:
                products.adapter_for(product).remove_image(product, self.reference)
            self.delete()

    def take_out_if_possible(self, product: models.Model | None = None) -> bool:
        """Do so, or write down why not; for where nobody can be told."""
        try:
            self.take_out(product)
        except Exception as error:  # the shop's, of any kind
            logs.warning("placement.not_removed", "A picture could not be taken out", error=error)
            self.problem = type(error).__name__[:100]
            type(self).objects.filter(pk=self.pk).update(problem=self.problem)
            return False
        return True


def drop_for(product: models.Model) -> None:
    """Forget what was put on a product that is gone, and delete the files if possible."""
    for placement in Placement.objects.filter(**Placement.keys_of(product)):
        placement.take_out_if_possible(product)
    Placement.objects.filter(**Placement.keys_of(product)).delete()
