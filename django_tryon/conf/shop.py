"""What is tried on with which engine, and what becomes of the results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django_tryon.conf.option import Option


class Shop:
    """What is tried on with which engine, and what becomes of the results."""

    PRODUCTS = Option[Mapping[str, Any]](
        {},
        "The shop's product models: `app.Model` to a dict of attribute names, "
        "or to the dotted path of an adapter class.",
    )
    ENGINES = Option[Sequence[str]](
        (
            "django_tryon.engines.idm_vton.IdmVton",
            "django_tryon.engines.try_on_diffusion.TryOnDiffusion",
            "django_tryon.engines.p_image_try_on.PImageTryOn",
            "django_tryon.engines.fashion_ai.FashionAi",
            "django_tryon.engines.video_tryon_v2.VideoTryonV2",
        ),
        "The engines that may be used, as dotted paths, in the order in which they are offered.",
    )
    PRICES = Option[Mapping[str, Decimal]](
        {}, "Your own price of one job in US$, by engine, where it differs from the built-in one."
    )
    ACKNOWLEDGED_LICENCES = Option[Sequence[str]](
        (),
        "The engines (`idm-vton`) of which you know that their weights' licence does not allow "
        "commercial use, or is unknown, and which you use all the same: after asking Segmind what "
        "its terms grant, say. The system check and the launch page then no longer warn of them.",
    )
    PUBLISH_TO = Option(
        "gallery",
        "Where a result is published unless staff choose: `gallery` (the try-on gallery on the "
        "product's page), `images` (among the shop's own pictures of the product, where "
        "`PRODUCTS` says how) or `both`. What cannot stand among the shop's own, such as a clip, "
        "goes with `both` to the gallery alone.",
    )
    QUALITY = Option[Mapping[str, Any]](
        {},
        "What becomes of what the checks of photos and of results see, and their thresholds, where "
        'the extra `quality` is installed: `{"focus": {"action": "refuse"}, "face": {"action": '
        '"retry", "at": 0.9}}`. Of photos: `warn`, `refuse` or `ignore`; of results: `warn`, '
        "`hold`, `retry` or `ignore`. Each check warns unless this says otherwise.",
    )
    VISIBLE_MARK = Option(False, "Write “AI-generated” into a corner of every result picture.")
