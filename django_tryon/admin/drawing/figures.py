"""Figures: the large pictures that a page shows side by side."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from django_tryon.admin.access import is_of_shopper, may_see_shoppers, shows_shopper
from django_tryon.admin.drawing.pictures import garment_picture
from django_tryon.admin.shop_products import garment_title
from django_tryon.models import Garment, Person, TryOnJob, TryOnResult
from django_tryon.models.files import view_url


@dataclass(frozen=True)
class Figure:
    """A picture or clip with its caption; ``instead`` says why there is none."""

    caption: str
    alt: str = ""
    url: str = ""
    poster: str = ""
    is_clip: bool = False
    instead: str = ""
    href: str = ""
    """Where a click leads: the object's page in the admin."""


def page_of(item: Person | Garment | TryOnResult | TryOnJob, site: str) -> str:
    """Return the address of an object's page in the admin."""
    name = f"admin:{item._meta.app_label}_{item._meta.model_name}_change"
    return reverse(name, args=[item.pk], current_app=site)


def person_figure(request: HttpRequest, person: Person | None, site: str) -> Figure:
    """Return the person's picture, if this member of staff may see it."""
    caption = _("Person")
    if person is None:
        return Figure(caption, instead=_("The person was deleted."))
    caption = f"{caption}: {person}"
    if is_of_shopper(person) and not may_see_shoppers(request):
        return Figure(caption, instead=_("A shopper: only seen with a permission of its own."))
    if not person.file:
        return Figure(caption, instead=_("The file was deleted."), href=page_of(person, site))
    return Figure(
        caption,
        alt=str(person),
        url=person.url,
        is_clip=person.kind == Person.Kind.VIDEO,
        href=page_of(person, site),
    )


def garment_figure(garment: Garment, site: str) -> Figure:
    """Return the garment's picture."""
    title = garment_title(garment)
    url, instead = garment_picture(garment)
    return Figure(
        _("Garment: %(name)s") % {"name": title},
        alt=title,
        url=url,
        instead=instead,
        href=page_of(garment, site),
    )


def result_figure(request: HttpRequest, result: TryOnResult, site: str) -> Figure:
    """Return a result's picture or clip, if this member of staff may see it."""
    caption = str(result.job)
    if shows_shopper(result) and not may_see_shoppers(request):
        return Figure(caption, instead=_("A shopper: only seen with a permission of its own."))
    is_clip = result.kind == TryOnResult.Kind.VIDEO
    return Figure(
        caption,
        alt=_("%(title)s: result") % {"title": result.job},
        url=result.url,
        poster=result.poster_url if is_clip else "",
        is_clip=is_clip,
        href=page_of(result, site),
    )


def input_figures(request: HttpRequest, job: TryOnJob, site: str) -> list[Figure]:
    """Return what went into a job: person, garments, and a first frame given by hand."""
    figures = [person_figure(request, job.person, site)]
    figures += [garment_figure(garment, site) for garment in job.garments.all()]
    if job.reference and (not is_of_shopper(job.person) or may_see_shoppers(request)):
        frame = view_url(job.reference)
        figures.append(Figure(_("Dressed first frame"), alt=_("Dressed first frame"), url=frame))
    return figures
