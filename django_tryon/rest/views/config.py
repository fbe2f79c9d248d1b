"""``config/``: all that a button needs, in one answer that is the same for everybody."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any

from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from django_tryon.conf import conf
from django_tryon.engines import Engine
from django_tryon.models import Consent, Garment, Person
from django_tryon.photos.limits import PHOTO_LIMITS
from django_tryon.rest.base import PublicView
from django_tryon.rest.schema import describe
from django_tryon.rest.serializers.garments import ConfigQuery
from django_tryon.rest.serializers.shoppers import ConfigOut
from django_tryon.services.outfits.order import clashes
from django_tryon.services.shoppers import consent
from django_tryon.services.shoppers.basket import (
    engine_for,
    garments_of,
    in_turn,
    named_in,
    notes_on,
    public_products,
    to_choose,
    wearable,
    worn_first,
)
from django_tryon.services.shoppers.clips.opening import clip_of
from django_tryon.services.shoppers.opening import open_looks, why_closed
from django_tryon.videos import CLIP_LIMITS, LONGEST_UNCUT
from django_tryon.widget.clip_strings import clip_strings
from django_tryon.widget.strings import strings

MOST = 100
"""House models and garments that are listed at most."""
CLIP_TYPES = ["video/mp4", "video/quicktime", "video/webm"]
TYPES = ["image/jpeg", "image/png", "image/webp", "image/avif"]


class Config(PublicView):
    """What a button needs."""

    authentication_classes = ()
    errors = {"GET": {404}}

    @describe(parameters=[ConfigQuery], responses=ConfigOut)
    def get(self, request: Request) -> Response:
        """Tell whether try-on is open for a product, and all that its button needs."""
        named = self.read_query(ConfigQuery)["product"]
        found = public_products(named)
        if not found:
            raise NotFound
        given = in_turn(garments_of(found))[:MOST]
        engine = engine_for(given)
        garments, most = to_choose(engine, wearable(engine, given))
        people = Person.objects.house_models().filter(kind=engine.person_kind)[:MOST]
        message = why_closed(engine, garments) or None
        looks = [] if message else open_looks(found, engine, worn_first(engine, garments))
        told: dict[str, Any] = {
            "open": message is None,
            "message": message,
            "engine": engine.slug,
            "typical_seconds": engine.typical_seconds,
            "max_garments": most,
            "clashes": clashes(engine),
            "notes": notes_on(len(named_in(named)), found, garments, most),
            "consent": _consent(),
            "upload": {
                "max_bytes": PHOTO_LIMITS.max_bytes,
                "min_side": PHOTO_LIMITS.min_side,
                "types": [*TYPES, "image/heic"] if reads_heic() else TYPES,
            },
            "clips": _clips(engine, garments),
            "garments": garments,
            "looks": looks,
            "people": people,
            "strings": strings(heic=reads_heic(), models=bool(people)),
        }
        shown = ConfigOut(told, context={"absolute": self.absolute, "owner": None})
        return Response(shown.data, headers={"Cache-Control": "public, max-age=60"})


def _consent(kind: str = Consent.Kind.PHOTO) -> dict[str, str]:
    return {
        "version": consent.version(kind),
        "text": consent.text(kind),
        "text_hash": consent.digest(kind),
        "provider": conf.PROVIDER_NAME,
        "privacy_url": conf.PRIVACY_URL,
    }


def _clips(engine: type[Engine], garments: Sequence[Garment]) -> dict[str, Any] | None:
    """Return what a clip takes; None where the shop makes none, or not now."""
    estimate = clip_of(engine, worn_first(engine, garments))
    if estimate is None:
        return None
    return {
        "minutes": estimate.clip_minutes,
        "max_seconds": CLIP_LIMITS.max_seconds,
        "longest": LONGEST_UNCUT,
        "max_bytes": CLIP_LIMITS.max_bytes,
        "types": CLIP_TYPES,
        "consent": _consent(Consent.Kind.CLIP),
        "strings": clip_strings(),
    }


def reads_heic() -> bool:
    """Tell whether the extra that reads an iPhone's photos is installed."""
    return find_spec("pillow_heif") is not None
