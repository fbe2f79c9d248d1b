"""What shoppers may ask for, and how often."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from django_tryon.conf.option import Option


class Storefront:
    """What shoppers may ask for, and how often."""

    STOREFRONT_ENGINE = Option(
        "try-on-diffusion", "The engine of the storefront's button, unless it asks for another."
    )
    STOREFRONT_ENGINES = Option[Sequence[str]](
        ("try-on-diffusion", "idm-vton", "p-image-try-on"), "The engines that shoppers may ask for."
    )
    SHOPPER_DAILY = Option(20, "Try-ons a shopper may launch a day.")
    ADDRESS_DAILY = Option(60, "Try-ons that may be launched from one address a day.")
    SHOPPER_UPLOADS_DAILY = Option(40, "Photos a shopper may upload a day.")
    ADDRESS_UPLOADS_DAILY = Option(120, "Photos that may be uploaded from one address a day.")
    STOREFRONT_CLIPS = Option(
        False,
        "Whether shoppers may have a clip of themselves made into a try-on clip: a hundred times "
        "as dear as a picture. It needs the extra `video`.",
    )
    STOREFRONT_CLIP_ENGINE = Option("video-tryon-v2", "The engine of shoppers' clips.")
    SHOPPER_CLIPS_DAILY = Option(
        1, "Clips a shopper may have made a day. The first frame of each counts as a try-on."
    )
    ADDRESS_CLIPS_DAILY = Option(4, "Clips that may be made from one address a day.")
    THROTTLES = Option[Mapping[str, str | None]](
        {
            "shopper": "120/min",
            "address": "300/min",
            "upload": "20/hour",
            "token": "120/hour",
            "events": "120/min",
        },
        "How often the REST API may be asked: by one `shopper`, from one `address`, for an "
        "`upload` by one shopper, for a `token` from one address, with `events` from one address. "
        "A name left out keeps its default; None for no bound. The counts lie in the default "
        "cache. A browser needs one token, which then renews itself uncounted, so `token` bounds "
        "the newcomers of an hour; an office or a mobile carrier may stand behind one address, and "
        "has more than a handful. A flood of tokens makes rows, and costs no money: what it may "
        "launch and upload is bounded by `ADDRESS_DAILY` and `ADDRESS_UPLOADS_DAILY`.",
    )
    TOKEN_LIFETIME = Option(
        timedelta(days=1),
        "How long a storefront visitor's token is valid; it renews itself in use.",
    )
    TRUSTED_PROXIES = Option[int | Sequence[str]](
        0,
        "Which proxies of yours add to `X-Forwarded-For`: their number, if nobody can go round "
        'any of them, or else the list of their networks (`["10.0.0.0/8"]`).',
    )
