"""The settings of this app: one dict, ``TRYON``, read whenever a value is needed.

Each option below is typed, carries its default and one sentence; the settings reference in the
docs is compared with this file by a test.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any, Generic, TypeVar

from django.conf import settings

T = TypeVar("T")


class Option(Generic[T]):
    """One key of ``TRYON``."""

    name: str

    def __init__(self, default: T, about: str) -> None:
        self.default, self.about = default, about

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, instance: object, owner: type) -> T:
        given: Any = getattr(settings, "TRYON", {})
        # Something else than a dict is for the system check to tell, not for whoever comes first.
        value: T = (
            given.get(self.name, self.default) if isinstance(given, Mapping) else self.default
        )
        return value


class TryOnSettings:
    """All options; ``conf`` below is the only instance."""

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
    PRODUCTS = Option[Mapping[str, Any]](
        {},
        "The shop's product models: `app.Model` to a dict of attribute names, "
        "or to the dotted path of an adapter class.",
    )
    RUNNER = Option(
        "django_tryon.runners.embedded", "What wakes the workers: a module with a `wake(at)`."
    )
    TASK_OPTIONS = Option[Mapping[str, Any]](
        {},
        "What the runner `django_tasks` asks of Django's tasks, where it is not the default: "
        '`{"backend": "tryon", "queue_name": "tryon"}`.',
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
    PRIVATE_STORAGE = Option(
        "",
        "Alias in `STORAGES` for people's photos and unpublished results. "
        "Empty: a folder `tryon_private` beside the project, served through signed links only.",
    )
    PUBLIC_STORAGE = Option(
        "default", "Alias in `STORAGES` for garment pictures and published results."
    )
    INPUT_URL_LIFETIME = Option(
        timedelta(hours=1), "How long a link given to the provider stays valid."
    )
    FILE_URL_LIFETIME = Option(
        timedelta(minutes=15),
        "How long a link to a private file, given to a person, stays valid at most; half of that "
        "at least.",
    )
    HTTP_TIMEOUT = Option(
        timedelta(seconds=30), "How long one request to the provider may take (a v1 one excepted)."
    )
    DOWNLOAD_TIMEOUT = Option(timedelta(minutes=3), "How long the download of one result may take.")
    LEASE = Option(
        timedelta(minutes=10),
        "How long a worker may keep a job before others take it for dead. "
        "Longer than any of the timeouts.",
    )
    SUBMITS_PER_MINUTE = Option[int | None](
        None,
        "How many try-ons all workers together may submit a minute, as your Segmind plan allows; "
        "None to send as many as there are, and wait where Segmind says so.",
    )
    DOWNLOAD_ATTEMPTS = Option(
        12, "How often a download is tried before the job fails (its output link is kept)."
    )
    SUBMIT_ATTEMPTS = Option(
        20, "How often a submit that was certainly not accepted is tried before the job fails."
    )
    POLLS_PER_MINUTE = Option[int | None](
        None,
        "How often all workers together may ask how runs stand, a minute, where your account "
        "counts that; None for no bound of ours. A 429 is heeded in any case.",
    )
    BATCH_SIZE = Option(200, "How many jobs one worker takes at once.")
    MAX_IMAGE_BYTES = Option(50 * 2**20, "The largest result picture that is accepted, in bytes.")
    MAX_VIDEO_BYTES = Option(500 * 2**20, "The largest result clip that is accepted, in bytes.")
    STOREFRONT_ENGINE = Option(
        "try-on-diffusion", "The engine of the storefront's button, unless it asks for another."
    )
    STOREFRONT_ENGINES = Option[Sequence[str]](
        ("try-on-diffusion", "idm-vton", "p-image-try-on"), "The engines that shoppers may ask for."
    )
    PROVIDER_NAME = Option("Segmind", "Who receives the photos, as shoppers are told.")
    PRIVACY_URL = Option("", "Your privacy page, linked from the consent box.")
    CONSENT_VERSION = Option("1", "Change it with the words of the consent: old ones then lapse.")
    CONSENT_TEXT = Option(
        "",
        "The words of the consent box; a sentence that names the provider if empty. "
        "`{provider}`, `{photo_hours}` and `{result_days}` are filled in.",
    )
    PHOTO_LIFETIME = Option(
        timedelta(hours=24), "How long a shopper's photo is kept at most, unless it is used again."
    )
    RESULT_LIFETIME = Option(timedelta(days=7), "How long a shopper's result is kept.")
    OUTFIT_STEP_LIFETIME = Option(
        timedelta(hours=24),
        "How long the pictures between the garments of an outfit are kept, which nobody is shown: "
        "so that it can go on after a fault, and for the next outfit that begins the same way.",
    )
    FRAME_LIFETIME = Option(
        timedelta(days=7),
        "How long a dressed first frame waits for approval before its clip is given up; nothing "
        "was paid for the clip by then.",
    )
    CONSENT_LIFETIME = Option(
        timedelta(days=3 * 365),
        "How long the proof of a consent is kept after it was given, or taken back; longer while "
        "its photo is here, or its picture offered.",
    )
    OFFERS = Option(True, "Whether shoppers may offer pictures of themselves to the shop.")
    OFFER_VERSION = Option("1", "Change it with the words of the consent to an offer.")
    OFFER_TEXT = Option(
        "",
        "The words of the consent with which a shopper offers a picture; sentences that say where "
        "it will be shown, and that it can be taken back, if empty.",
    )
    SHARE_LIFETIME = Option(timedelta(days=3), "How long a link that a shopper shares is valid.")
    TOKEN_LIFETIME = Option(
        timedelta(days=1),
        "How long a storefront visitor's token is valid; it renews itself in use.",
    )
    SHOPPER_DAILY = Option(20, "Try-ons a shopper may launch a day.")
    ADDRESS_DAILY = Option(60, "Try-ons that may be launched from one address a day.")
    SHOPPER_UPLOADS_DAILY = Option(40, "Photos a shopper may upload a day.")
    ADDRESS_UPLOADS_DAILY = Option(120, "Photos that may be uploaded from one address a day.")
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
    DAILY_BUDGET = Option[Decimal | None](
        None, "What all try-ons together may cost a day, US$, staff's too; None for no bound."
    )
    MONTHLY_BUDGET = Option[Decimal | None](
        None, "What all try-ons together may cost a month, US$, staff's too; None for no bound."
    )
    STOREFRONT_DAILY_BUDGET = Option[Decimal | None](
        None,
        "What shoppers' try-ons may cost a day, US$, as part of all; None for no bound.",
    )
    STOREFRONT_MONTHLY_BUDGET = Option[Decimal | None](
        None,
        "What shoppers' try-ons may cost a month, US$, as part of all; None for no bound.",
    )
    PREWARM_BUDGET = Option[Decimal | None](
        None,
        "What `tryon_prewarm` may spend a night (a day of the shop's), US$, as part of all; None "
        "for nothing, and then it does nothing.",
    )
    PREWARM_ENGINE = Option("", "The engine of `tryon_prewarm`; `STOREFRONT_ENGINE` if empty.")
    PUBLISH_TO = Option(
        "gallery",
        "Where a result is published unless staff choose: `gallery` (the try-on gallery on the "
        "product's page), `images` (among the shop's own pictures of the product, where "
        "`PRODUCTS` says how) or `both`. What cannot stand among the shop's own, such as a clip, "
        "goes with `both` to the gallery alone.",
    )
    WEBHOOK_LIFETIME = Option(
        timedelta(days=30), "How long it is kept what was sent to the shop's webhook endpoints."
    )
    EVENTS = Option(
        False,
        "Count what happens to the button (seen, opened, photo, launched, ready, added to the "
        "basket): a number for each day, product and kind, and nothing of whoever it was.",
    )
    EVENTS_SHARE = Option[float](
        1.0,
        "The share of page views that send events, above 0 and up to 1: 0.1 is every tenth. "
        "Counts are multiplied accordingly.",
    )
    HOLDOUT = Option[float](
        0.0,
        "The share of visitors, drawn at random, who do not get the button, 0 to 0.5, so that "
        "what it does can be told: 0.1 is every tenth. 0 shows it to everybody.",
    )
    HOLDOUT_NEWCOMERS = Option(
        False,
        "Begin a session for visitors who have none, so that they are part of the comparison, "
        "too. That sets your session cookie on the first product page: ask whoever advises you "
        "on privacy first.",
    )
    EVENTS_LIFETIME = Option(
        timedelta(days=400), "How long the counts of a day are kept, and its counted orders."
    )
    RETURNS_LIFETIME = Option(
        timedelta(days=60),
        "How long after an order its return can still be counted; then the hash by which the "
        "order is known is deleted.",
    )
    HEALTH_TOKEN = Option(
        "",
        "Who sends it (`Authorization: Bearer …`) to `health/` is told details; staff are in any "
        "case, all others only the one word.",
    )
    TRUSTED_PROXIES = Option[int | Sequence[str]](
        0,
        "Which proxies of yours add to `X-Forwarded-For`: their number, if nobody can go round "
        'any of them, or else the list of their networks (`["10.0.0.0/8"]`).',
    )
    QUALITY = Option[Mapping[str, Any]](
        {}, 'Checks of `tryon_quality`: `{"face": {"at": 0.9}, "skin": {"action": "ignore"}}`.'
    )
    VISIBLE_MARK = Option(False, "Write “AI-generated” into a corner of every result picture.")
    HTTP_TRANSPORT = Option(
        "",
        "Dotted path to a callable that returns an `httpx.AsyncBaseTransport`: a test's way to "
        "replace the network, or a shop's to go through a proxy.",
    )


conf = TryOnSettings()


def options() -> dict[str, Option[Any]]:
    """Return every option by its name, in the order of this file."""
    return {name: value for name, value in vars(TryOnSettings).items() if isinstance(value, Option)}
