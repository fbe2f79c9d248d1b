"""Build: put a look together, or change what is in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from django_tryon.engines import all_engines
from django_tryon.exceptions import LaunchRefused, WrongState
from django_tryon.models import Garment, Look, LookGarment
from django_tryon.services.looks.wearing import puts_on
from django_tryon.services.outfits.order import check_wearable, in_dressing_order

FEWEST = 2


def build(
    name: str,
    garments: Sequence[Garment] | None,
    *,
    note: str = "",
    look: Look | None = None,
    by: Any = None,
) -> Look:
    """Make a look of these garments, or of a ``look`` that is there a look of just these.

    None leaves it as it is, and only its words are changed.

    They are kept in the order in which they are put on, those of one category as they are given.
    A picture of other garments is taken off it. Raises LaunchRefused, naming what to drop, for
    what cannot be worn together; WrongState where other garments are to go into a published look.
    """
    if garments is not None or look is None:
        check_look(garments or ())
    with transaction.atomic():
        made = look or Look.objects.create(name=name, note=note, created_by=by)
        if look is not None:
            if garments is not None and _keys(look) != {garment.pk for garment in garments}:
                _take_picture_off(look)
            made.name, made.note = name, note
            made.save(update_fields=["name", "note", "updated_at"])
        if garments is not None:
            _write_parts(made, garments)
    return Look.objects.whole().get(pk=made.pk)


def check_look(garments: Sequence[Garment]) -> None:
    """Refuse what makes no look; raises LaunchRefused, naming what to drop."""
    if len({garment.pk for garment in garments}) < max(FEWEST, len(garments)):
        said = _("A look needs two garments or more, each once.")
        raise LaunchRefused(said, code="too_few_garments", field="garments")
    check_wearable(garments)
    engines = [each for each in all_engines().values() if each.output == "image"]
    if any(puts_on(engine, garments) for engine in engines):
        return
    most = max((engine.max_garments for engine in engines), default=1)
    said = _(
        "No engine puts on all of this: %(count)d garments at once. Leave some out: one of each "
        "category can be worn, or else up to %(most)d by an engine that takes several at once."
    )
    words = {"count": len(garments), "most": most}
    raise LaunchRefused(said % words, code="too_many_garments", field="garments")


def _write_parts(look: Look, garments: Sequence[Garment]) -> None:
    LookGarment.objects.filter(look=look).delete()
    LookGarment.objects.bulk_create(
        LookGarment(look=look, garment=garment, name=str(garment)[:500], position=position)
        for position, garment in enumerate(in_dressing_order(garments))
    )


def _take_picture_off(look: Look) -> None:
    """Take the picture of other garments off a look; in one step with asking whether it may be."""
    if not Look.objects.filter(pk=look.pk, published_at=None).update(picture=None):
        raise WrongState(
            _("This look is published. Unpublish it, then change what is in it."),
            code="look_published",
        )


def _keys(look: Look) -> set[Any]:
    """Return the keys of its garments; None among them for one that was deleted."""
    return set(LookGarment.objects.filter(look=look).values_list("garment", flat=True))
