"""Opening: whether shoppers can have a clip made at the moment, and what it would take."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec

from django.utils.translation import gettext as _

from django_tryon.conf import conf
from django_tryon.engines import Engine, all_engines
from django_tryon.exceptions import LaunchRefused
from django_tryon.models import Garment
from django_tryon.services.budget import is_open
from django_tryon.services.clips.price import ClipEstimate, estimate_clip
from django_tryon.services.driving import gates


def is_on() -> bool:
    """Tell whether the shop has clips made for shoppers, and can read them."""
    return bool(conf.STOREFRONT_CLIPS) and find_spec("av") is not None


def refuse_if_off() -> None:
    """Raise LaunchRefused in a shop that makes no clips for shoppers."""
    if not is_on():
        raise LaunchRefused(
            _("This shop makes no clips at the moment. Try it on with a photo."), code="no_clips"
        )


def clip_of(dresser: type[Engine], garments: Sequence[Garment]) -> ClipEstimate | None:
    """Return what a clip of these garments takes now; None where none can be made.

    What one shopper has used is not looked at.
    """
    mover = all_engines().get(conf.STOREFRONT_CLIP_ENGINE) if is_on() else None
    if mover is None or not garments or dresser.person_kind != "photo":
        return None
    if not all(garment.category in mover.categories for garment in garments):
        return None
    gate = gates.closed([mover.slug]).get(mover.slug)
    if gate is not None and gate.reason in gates.WAITS_FOR_SOMEBODY:
        return None
    seen = estimate_clip(garments, image_engine=dresser.slug, engine=mover.slug)
    return seen if is_open(seen.price) else None
