"""``config/``: all that a button needs, in one answer that is the same for everybody."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from django_tryon.conf import conf
from django_tryon.engines import Engine, get_engine
from django_tryon.models import Garment, Person
from django_tryon.photos.limits import PHOTO_LIMITS
from django_tryon.rest.base import PublicView
from django_tryon.rest.schema import describe
from django_tryon.rest.serializers.garments import ConfigQuery
from django_tryon.rest.serializers.shoppers import ConfigOut
from django_tryon.rest.views.lookup import offered
from django_tryon.services import consent
from django_tryon.services.allowance import is_open
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
        wearable = offered(self.read_query(ConfigQuery)["product"])
        engine = get_engine(conf.STOREFRONT_ENGINE)
        garments = wearable.prefetch_related("product")[:MOST]
        people = Person.objects.filter(is_house_model=True, kind=engine.person_kind)[:MOST]
        message = why_closed(engine, list(garments))
        told: dict[str, Any] = {
            "open": message is None,
            "message": message,
            "engine": engine.slug,
            "typical_seconds": engine.typical_seconds,
            "max_garments": engine.max_garments,
            "consent": {
                "version": conf.CONSENT_VERSION,
                "text": consent.text(),
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
            "strings": strings(),
        }
        shown = ConfigOut(told, context={"absolute": self.absolute, "owner": None})
        return Response(shown.data, headers={"Cache-Control": "public, max-age=60"})


def why_closed(engine: type[Engine], garments: list[Garment]) -> str | None:
    """Return why nobody can try this on now, in a friendly sentence; None if one can."""
    if not conf.API_KEY:
        return _("Try-on is not available at the moment.")
    if not any(garment.category in engine.categories for garment in garments):
        return _("There is nothing to try on here yet.")
    if not is_open(engine.estimate()):
        return _("Try-on is taking a break for today. Please come back tomorrow.")
    return None


def reads_heic() -> bool:
    """Tell whether the extra that reads an iPhone's photos is installed."""
    return find_spec("pillow_heif") is not None
