"""Segmind, and the way to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django_tryon.conf.option import Option


class Provider:
    """Segmind, and the way to it."""

    API_KEY = Option("", "Your Segmind key (`SG_…`). Keep it in the environment, never in code.")
    BASE_URL = Option(
        "https://api.segmind.com",
        "The provider's root; `/v2/…` is added. The sandbox's, in a demo.",
    )
    OUTPUT_HOSTS = Option[Sequence[str]](
        ("images.segmind.com",),
        "Hosts that results may be downloaded from. No other is ever asked.",
    )
    PUBLIC_URL = Option(
        "", "How the provider reaches this site, for signed links to photos and garments."
    )
    INPUTS = Option(
        "signed",
        "How photos reach the provider: `signed` (short-lived links to this site or a storage) or "
        "`asset-store` (uploaded to Segmind's own store, which is public and cannot be emptied).",
    )
    ASSET_URL = Option(
        "https://workflows-api.segmind.com/upload-asset", "Where `asset-store` uploads go."
    )
    HISTORY_URL = Option(
        "https://api.spotprod.segmind.com",
        "Where Segmind keeps the account's request history, in which jobs are looked for whose "
        "answer got lost; empty to look nowhere. The sandbox's own, where `BASE_URL` is a "
        "loopback address.",
    )
    UNCERTAIN = Option(
        "ask",
        "What becomes of a job that may have been paid for, and that the history does not show: "
        "`ask` (it waits for staff) or `submit-again` (once, by itself; it may be paid twice).",
    )
    HTTP_TIMEOUT = Option(
        timedelta(seconds=30), "How long one request to the provider may take (a v1 one excepted)."
    )
    DOWNLOAD_TIMEOUT = Option(timedelta(minutes=3), "How long the download of one result may take.")
    HTTP_TRANSPORT = Option(
        "",
        "Dotted path to a callable that returns an `httpx.AsyncBaseTransport`: a test's way to "
        "replace the network, or a shop's to go through a proxy.",
    )
