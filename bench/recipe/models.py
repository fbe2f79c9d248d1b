"""A row for each picture."""

from __future__ import annotations

from django.db import models


class Picture(models.Model):
    """A finished try-on, as the usual recipe keeps it."""

    request_id = models.CharField(max_length=64, unique=True)
    file = models.FileField(upload_to="recipe")
    stored_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.request_id
