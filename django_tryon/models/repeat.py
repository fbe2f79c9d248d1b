"""Repeats: the idempotency keys that came with a wish whose job was there already."""

from __future__ import annotations

from django.db import models

from django_tryon.models.job import TryOnJob
from django_tryon.models.shopper import Shopper


class Repeat(models.Model):
    """For which job a key stands that did not launch it. One that did is kept with its job."""

    shopper = models.ForeignKey(Shopper, on_delete=models.CASCADE, related_name="+")
    key_hash = models.CharField(max_length=64)
    """Hashed, as some databases take “K” and “k” for the same key."""
    body = models.CharField(max_length=64)
    job = models.ForeignKey(TryOnJob, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        verbose_name = "repeat"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["shopper", "key_hash"], name="django_tryon_repeat_once")
        ]

    def __str__(self) -> str:
        return f"{self.key_hash[:8]}: {self.job_id}"
