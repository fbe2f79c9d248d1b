"""Look over the catalogue: have the garments' pictures judged, and say which are the worst."""

from __future__ import annotations

from collections.abc import Iterator

from django_tryon import products
from django_tryon.models import Garment
from django_tryon.models.readiness import assess
from django_tryon.readiness import GOOD, POOR
from django_tryon.services.doctor.finding import Finding, Mark

AT_ONCE = 200
"""How many garments are read at a time, with their products."""


def look_over() -> int:
    """Look at every picture that was not looked at as it is now; return how many those were."""
    looked, last = 0, 0
    rows = Garment.objects.order_by("pk")
    while some := list(rows.filter(pk__gt=last)[:AT_ONCE]):
        products.read_all(some)
        for garment in some:
            if not garment.is_assessed:
                assess(garment)
                looked += 1
        last = some[-1].pk
    return looked


def worst(limit: int) -> list[Garment]:
    """Return the garments whose pictures could be better, the worst first."""
    return list(Garment.objects.filter(readiness__lt=GOOD).order_by("readiness", "pk")[:limit])


def note(garment: Garment) -> Iterator[Finding]:
    """Yield what could be better about a garment's picture, the worst first."""
    of = f"garment {garment.pk} “{garment}”"
    for each in garment.advice:
        mark = Mark.BAD if each.score < POOR else Mark.LOOK
        yield Finding(mark, of, f"{each.score} · {each.says}", each.do)


def summary(looked: int) -> str:
    """Return the line at the end: how the whole catalogue stands."""
    rows = Garment.objects.order_by()
    poor = rows.filter(readiness__lt=POOR).count()
    fair = rows.filter(readiness__gte=POOR, readiness__lt=GOOD).count()
    unknown = rows.filter(readiness=None).count()
    told = f"Of {rows.count()} garments {poor} are poor and {fair} may be better"
    left = f"; {unknown} could not be looked at" if unknown else ""
    return f"{told}{left}. Pictures looked at just now: {looked}."
