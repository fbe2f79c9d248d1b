"""Template tags for oscar's pages: ``{% load tryon_oscar %}``."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context
from django.utils.translation import gettext as _

from django_tryon.contrib.oscar.family import dressed_of, wearer_of, with_parent
from django_tryon.exceptions import LaunchRefused
from django_tryon.products import adapter_for
from django_tryon.services.analytics.visits import is_held_out
from django_tryon.templatetags.tryon import button_of, tryon_results, wearable

register = template.Library()


@register.inclusion_tag("django_tryon/oscar/buttons.html", takes_context=True)
def tryon_oscar_buttons(context: Context, product: Any) -> dict[str, Any]:
    """Show the button on a product's page; on a parent's, one for each dressed variant, too.

    A child without garments of its own is tried on with its parent's. Renders nothing where there
    is nothing to try on, and for visitors whom ``TRYON["HOLDOUT"]`` keeps it from. One query, and
    what oscar asks for each dressed variant's stock.
    """
    children = list(product.get_public_children()) if product.is_parent else []
    dressed = _dressed([*with_parent(product), *children])
    buttons = []
    if (wearer := wearer_of(product, dressed)) is not None:
        buttons.append(button_of([wearer]) | _basket_of(context, product))
    for child in children:
        basket = _basket_of(context, child) if child.pk in dressed else {}
        if "page" in basket:  # oscar lists only variants that can be bought, too
            label = _("Try it on: %(title)s") % {"title": _name(child)}
            buttons.append(button_of([child], label) | basket)
    return {"buttons": [] if buttons and is_held_out(context.get("request")) else buttons}


@register.inclusion_tag("django_tryon/oscar/basket.html", takes_context=True)
def tryon_oscar_basket(context: Context, basket: Any) -> dict[str, Any]:
    """Show one button for all that lies in oscar's basket and can be tried on. One query."""
    lying = [line.product for line in basket.all_lines() if line.product is not None]
    dressed = _dressed([one for each in lying for one in with_parent(each)])
    worn = [wearer for one in lying if (wearer := wearer_of(one, dressed)) is not None]
    held = bool(worn) and is_held_out(context.get("request"))
    return button_of([] if held else dict.fromkeys(worn), several=True)


@register.inclusion_tag("django_tryon/results.html")
def tryon_oscar_results(product: Any) -> dict[str, Any]:
    """Show the newest published try-ons of what a product is tried on with."""
    return tryon_results(wearer_of(product, dressed_of([product])) or product)


def _dressed(family: list[Any]) -> set[Any]:
    """Return the keys of those that shoppers may see and that have garments to put on."""
    try:
        return {one.pk for one in wearable(family) if adapter_for(one).is_public(one)}
    except LaunchRefused:  # the shop does not allow oscar's products: a check says so
        return set()


def _basket_of(context: Context, product: Any) -> dict[str, Any]:
    """Return where the product goes into the basket, or that it does not, as oscar's page says."""
    if not product.is_parent:
        bought = context["request"].strategy.fetch_for_product(product)
        if bought.availability.is_available_to_buy and bought.price.exists:
            return {"page": product.get_absolute_url()}
    return {"no_cart": True}


def _name(child: Any) -> str:
    """Return what tells a variant from the others."""
    return str(child.title or child.attribute_summary or child.get_title())
