"""Ordered: what staff ordered more of than one request can do, a row for each."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class Ordered(models.Model):
    """One thing that is to be done. Workers do it, some at a time, and each once."""

    WAITING = "waiting"
    LEFT_OUT = "left_out"

    why = models.CharField(max_length=500, blank=True, default="")
    """Why it waits, or was left out; a sentence for staff."""
    due_at = models.DateTimeField(null=True, default=timezone.now)
    claim = models.CharField(max_length=32, blank=True, default="")

    # Each kind has a column for its state, whose words are its own.
    state: str

    class Meta:
        abstract = True
