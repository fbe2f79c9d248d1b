"""Steps on the page of their outfit: a card for each, in the order of dressing."""

from __future__ import annotations

from django.db import models
from django.http import HttpRequest

from django_tryon.admin.batch.page import Card, card_of
from django_tryon.admin.drawing.figures import page_of
from django_tryon.models import TryOnJob


def step_cards(request: HttpRequest, job: TryOnJob, site: str) -> list[Card]:
    """Return a card for each step of an outfit, in the order of dressing; none for other jobs."""
    models.prefetch_related_objects(job.steps, "results", "person")
    return [card_of(request, step, site) for step in job.steps]


def whole_of(job: TryOnJob, site: str) -> tuple[str, str]:
    """Return title and address of the outfit that a step belongs to; empty for any other job."""
    outfit = job.outfit
    return ("", "") if outfit is None else (str(outfit), page_of(outfit, site))
