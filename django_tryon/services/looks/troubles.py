"""Troubles: what stands against a look, in sentences for staff."""

from __future__ import annotations

from django.utils.translation import gettext as _

from django_tryon import products
from django_tryon.exceptions import LaunchRefused
from django_tryon.models import Look
from django_tryon.services.looks.wearing import storefront_engine_for
from django_tryon.services.outfits.order import check_wearable


def gone(look: Look) -> list[str]:
    """Say what of a look is not there any more; nothing for one that is whole."""
    said = []
    for part in look.parts.all():
        if part.garment is None:
            said.append(_("“%(garment)s” was deleted.") % {"garment": part.name})
        elif products.product_of(part.garment) is None:
            said.append(_("The product of “%(garment)s” was deleted.") % {"garment": part.garment})
    return said


def kept_back(look: Look) -> list[str]:
    """Say why a look that is whole cannot be tried on by shoppers now; nothing if it can."""
    said = []
    for garment in look.garments:
        product = products.product_of(garment)
        if product is not None and not products.is_shown(product):
            title = products.title_of(product)
            said.append(_("Shoppers do not see “%(product)s” now.") % {"product": title})
        elif product is not None and not products.picture_of(garment):
            said.append(_("“%(garment)s” has no picture.") % {"garment": garment})
    try:
        check_wearable(look.garments)
    except LaunchRefused as error:  # its category was changed
        return [*said, error.message]
    if storefront_engine_for(look.garments) is None:
        said.append(
            _(
                "None of the storefront's engines puts on all of it. Your developers can add one "
                "that takes several garments at once to TRYON['STOREFRONT_ENGINES']."
            )
        )
    return said


def unseen(look: Look) -> list[str]:
    """Say why a published look is not on its products' pages; nothing if it is."""
    if look.published_at is None or look.shown_picture is not None:
        return []
    if look.picture is None:
        return [_("Its picture was deleted. Unpublish it, choose another one, and publish it.")]
    return [_("Its picture was unpublished. Publish the look again, or unpublish it.")]


def troubles(look: Look) -> list[str]:
    """Say what staff should know of a look: why it is not shown, or offered, as they meant it."""
    missing = gone(look)
    return [*missing, *([] if missing else kept_back(look)), *unseen(look)]
