"""``config/``: all that a button needs, in one answer that is the same for everybody."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from django_tryon.conf import conf
from django_tryon.engines import Engine, all_engines, get_engine
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
        found = offered(self.read_query(ConfigQuery)["product"])
        given = in_turn(found.prefetch_related("product")[:MOST])
        engine = engine_for(given)
        garments = [garment for garment in given if garment.category in engine.categories]
        people = Person.objects.filter(is_house_model=True, kind=engine.person_kind)[:MOST]
        message = why_closed(engine, garments)
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


def in_turn(garments: Iterable[Garment]) -> list[Garment]:
    """Return the first garment of each product, then the second ones, and so on."""
    seen: Counter[str] = Counter()
    ranked: dict[int, list[Garment]] = defaultdict(list)
    for garment in garments:
        product = f"{garment.content_type_id}:{garment.product_id}"
        ranked[seen[product]].append(garment)
        seen[product] += 1
    return [garment for rank in sorted(ranked) for garment in ranked[rank]]


def engine_for(garments: Sequence[Garment]) -> type[Engine]:
    """Return the engine that the button asks: for a basket, one that takes several garments."""
    engines = all_engines()
    usual = get_engine(conf.STOREFRONT_ENGINE)
    products = {(garment.content_type_id, garment.product_id) for garment in garments}
    others = [engines[slug] for slug in conf.STOREFRONT_ENGINES if slug in engines]
    for engine in (usual, *others) if len(products) > 1 else ():
        if engine.max_garments > 1:
            return engine
    return usual


def why_closed(engine: type[Engine], garments: list[Garment]) -> str | None:
    """Return why nobody can try this on now, in a friendly sentence; None if one can."""
    if not conf.API_KEY:
        return _("Try-on is not available at the moment.")
    if not garments:
        return _("There is nothing to try on here yet.")
    if not is_open(engine.estimate()):
        return _("Try-on is taking a break for today. Please come back tomorrow.")
    return None


def reads_heic() -> bool:
    """Tell whether the extra that reads an iPhone's photos is installed."""
    return find_spec("pillow_heif") is not None
