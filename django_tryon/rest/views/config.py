"""``config/``: all that a button needs, in one answer that is the same for everybody."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from django_tryon.conf import conf
from django_tryon.models import Person
from django_tryon.photos.limits import PHOTO_LIMITS
from django_tryon.rest.base import PublicView
from django_tryon.rest.schema import describe
from django_tryon.rest.serializers.garments import ConfigQuery
from django_tryon.rest.serializers.shoppers import ConfigOut
from django_tryon.rest.views.lookup import offered
from django_tryon.services.shoppers import consent
from django_tryon.services.shoppers.basket import engine_for, in_turn, to_choose
from django_tryon.services.shoppers.opening import why_closed
from django_tryon.widget.strings import strings

MOST = 100
"""House models and garments that are listed at most."""
TYPES = ["image/jpeg", "image/png", "image/webp", "image/avif"]


class Config(PublicView):
    """What a button needs."""

    authentication_classes = ()
    errors = {"GET": {404}}

    @describe(parameters=[ConfigQuery], responses=ConfigOut)
    def get(self, request: Request) -> Response:
        """Tell whether try-on is open for a product, and all that its button needs."""
        found = offered(self.read_query(ConfigQuery)["product"])
        given = in_turn(found.prefetch_related("product")[:MOST])
        engine = engine_for(given)
        wearable = [garment for garment in given if garment.category in engine.categories]
        garments, most = to_choose(engine, wearable)
        people = Person.objects.filter(is_house_model=True, kind=engine.person_kind)[:MOST]
        message = why_closed(engine, garments) or None
        told: dict[str, Any] = {
            "open": message is None,
            "message": message,
            "engine": engine.slug,
            "typical_seconds": engine.typical_seconds,
            "max_garments": most,
            "consent": {
                "version": conf.CONSENT_VERSION,
                "text": consent.text(),
                "text_hash": consent.digest(),
                "provider": conf.PROVIDER_NAME,
                "privacy_url": conf.PRIVACY_URL,
            },
            "upload": {
                "max_bytes": PHOTO_LIMITS.max_bytes,
                "min_side": PHOTO_LIMITS.min_side,
                "types": [*TYPES, "image/heic"] if reads_heic() else TYPES,
            },
            "garments": garments,
            "people": people,
            "strings": strings(heic=reads_heic(), models=bool(people)),
        }
        shown = ConfigOut(told, context={"absolute": self.absolute, "owner": None})
        return Response(shown.data, headers={"Cache-Control": "public, max-age=60"})


def reads_heic() -> bool:
    """Tell whether the extra that reads an iPhone's photos is installed."""
    return find_spec("pillow_heif") is not None
