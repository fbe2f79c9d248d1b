"""Small pictures in lists, and what stands in their place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.contrib.admin.widgets import AdminFileWidget
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from django_tryon import products
from django_tryon.admin.shop_products import garment_title
from django_tryon.exceptions import TryOnError
from django_tryon.models import Garment, Person, TryOnResult
from django_tryon.models.files import view_url
from django_tryon.products import picture_of


def thumbnail(url: str, alt: str) -> SafeString:
    """Return a small picture, loaded when it scrolls into view."""
    return format_html(
        '<img class="tryon-thumb" src="{}" alt="{}" loading="lazy" decoding="async">', url, alt
    )


def placeholder(text: str) -> SafeString:
    """Return a frame with a word in it, of the size of a small picture."""
    return format_html('<span class="tryon-thumb tryon-thumb--empty">{}</span>', text)


def clip(url: str, alt: str) -> SafeString:
    """Return a small still clip, of which only the beginning is loaded."""
    return format_html(
        '<video class="tryon-thumb" src="{}#t=0.1" aria-label="{}" preload="metadata" muted'
        " playsinline></video>",
        url,
        alt,
    )


def garment_picture(garment: Garment) -> tuple[str, str]:
    """Return where the garment's own picture, or else its product's, can be seen.

    With it comes why there is nothing to be seen; one of the two is empty.
    """
    nothing = "", _("No picture")
    if not garment.image and products.product_of(garment) is None:
        return nothing
    try:
        file = picture_of(garment)
    except TryOnError as error:
        # Else its product's model is no longer among TRYON["PRODUCTS"].
        return ("", error.message) if error.code == "no_garment_image" else nothing
    if not file:
        return nothing
    return ("", _("The picture's file is missing")) if is_missing(file) else (view_url(file), "")


def is_missing(file: Any) -> bool:
    """Tell whether a file is gone from this machine's disk.

    A storage elsewhere is not asked: once for each row of a list would take seconds.
    """
    try:
        return not Path(file.storage.path(file.name)).exists()
    except NotImplementedError:
        return False


def garment_thumbnail(garment: Garment) -> SafeString:
    """Return a garment's small picture."""
    url, instead = garment_picture(garment)
    return placeholder(instead) if instead else thumbnail(url, garment_title(garment))


def used_picture(garment: Garment) -> SafeString:
    """Return the picture that engines get, and whose it is."""
    if garment.image or not garment_picture(garment)[0]:
        return garment_thumbnail(garment)
    return format_html(
        '{} <span class="tryon-quiet">{}</span>',
        garment_thumbnail(garment),
        _("The product's own picture. Give the garment another one if it is worn by somebody."),
    )


def person_thumbnail(person: Person | None) -> SafeString:
    """Return a house model's small picture; a shopper's is never shown in a list."""
    if person is None:
        return placeholder(_("Deleted"))
    if not person.is_house_model:
        return placeholder(_("Shopper"))
    if not person.file:
        return placeholder(_("No picture"))
    draw = clip if person.kind == Person.Kind.VIDEO else thumbnail
    return draw(person.url, str(person))


def result_thumbnail(result: TryOnResult, *, hidden: bool) -> SafeString:
    """Return a result's small picture, or a word in its place if it is to stay hidden."""
    if hidden:
        return placeholder(_("Shopper"))
    still = result.poster_url
    return thumbnail(still, str(result)) if still else clip(result.url, str(result))


class PictureWidget(AdminFileWidget):
    """A file field that shows what is stored, also where the storage gives no links."""

    template_name = "admin/django_tryon/widgets/picture.html"

    def is_initial(self, value: Any) -> bool:
        """Tell whether there is a stored file, without asking the storage for a link."""
        return bool(value) and getattr(value, "_committed", False)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Add a link for this person's eyes."""
        context = super().get_context(name, value, attrs)
        if self.is_initial(value):
            context["widget"]["shown"] = view_url(value)
            context["widget"]["is_clip"] = value.name.endswith(".mp4")
        return context
