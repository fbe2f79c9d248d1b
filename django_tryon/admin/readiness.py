"""How well garments' pictures are prepared: a column, a filter, and sentences."""

from __future__ import annotations

from collections.abc import Iterable
from time import monotonic
from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import Q
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _

from django_tryon.admin.drawing.labels import label
from django_tryon.models import Garment
from django_tryon.models.readiness import assess
from django_tryon.readiness import GOOD, POOR

LEVELS: dict[str, tuple[Any, str, Q]] = {
    "poor": (_("Poor"), "bad", Q(readiness__lt=POOR)),
    "fair": (_("May be better"), "odd", Q(readiness__gte=POOR, readiness__lt=GOOD)),
    "good": (_("Good"), "good", Q(readiness__gte=GOOD)),
    "unknown": (_("Not looked at"), "quiet", Q(readiness=None)),
}
"""Each level's name, its colour, and the garments that are on it."""


def level_of(score: int | None) -> str:
    """Return the level that a score is on."""
    if score is None:
        return "unknown"
    return "poor" if score < POOR else "fair" if score < GOOD else "good"


class ReadinessFilter(admin.SimpleListFilter):
    """How well the picture is prepared."""

    title = _("readiness")
    parameter_name = "ready"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the levels, the worst first."""
        return [(key, title) for key, (title, _tone, _which) in LEVELS.items()]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> Any:
        """Keep the garments on this level."""
        level = LEVELS.get(self.value() or "")
        return queryset.filter(level[2]) if level else queryset


def readiness_label(garment: Garment) -> SafeString:
    """Return the level as a coloured word, with the score."""
    title, tone, _which = LEVELS[level_of(garment.readiness)]
    return label(title if garment.readiness is None else f"{title} · {garment.readiness}", tone)


def readiness_cell(garment: Garment) -> SafeString:
    """Return level and score, and below it the worst that was seen."""
    worst = garment.advice[:1]
    if not worst:
        return readiness_label(garment)
    return format_html(
        '{}<span class="tryon-why">{}</span>', readiness_label(garment), worst[0].says
    )


def readiness_report(garment: Garment) -> SafeString:
    """Return level and score, and all that could be better with what to do about it."""
    found = garment.advice
    if garment.readiness is None:
        rest: Any = translated("The picture could not be looked at just now.")
    elif not found:
        rest = translated("Nothing stands out.")
    else:
        rest = format_html_join(
            "",
            '<li><span class="tryon-mark tryon-mark--{}"><strong>{}</strong> {}</span></li>',
            ((MARKS[level_of(each.score)], each.says, each.do) for each in found),
        )
        rest = format_html('<ul class="tryon-findings">{}</ul>', rest)
    return format_html('<div class="tryon-readiness">{} {}</div>', readiness_label(garment), rest)


def look_at_new(garments: Iterable[Garment]) -> None:
    """Look at those pictures that nobody has looked at; after a while the rest is left for later.

    A picture of its own is looked at when it is saved. A product's may change without our knowing.
    """
    until = monotonic() + AT_MOST
    for garment in garments:
        if garment.pk is not None and not garment.is_assessed:
            assess(garment)
            if monotonic() > until:
                return


AT_MOST = 2.0
"""Seconds that a page may take for that."""

MARKS = {"poor": "bad", "fair": "odd", "good": "good"}
"""The level of a finding → the colour of its mark."""
