"""What shoppers agree to, and how long what is theirs is kept."""

from __future__ import annotations

from datetime import timedelta

from django_tryon.conf.option import Option


class Privacy:
    """What shoppers agree to, and how long what is theirs is kept."""

    PROVIDER_NAME = Option("Segmind", "Who receives the photos, as shoppers are told.")
    PRIVACY_URL = Option("", "Your privacy page, linked from the consent box.")
    CONSENT_VERSION = Option("1", "Change it with the words of the consent: old ones then lapse.")
    CONSENT_TEXT = Option(
        "",
        "The words of the consent box; a sentence that names the provider if empty. "
        "`{provider}`, `{photo_hours}` and `{result_days}` are filled in.",
    )
    CLIP_CONSENT_VERSION = Option("1", "Change it with the words of the consent to a clip.")
    CLIP_CONSENT_TEXT = Option(
        "",
        "The words of the consent box beside a clip, with the same places to fill in; sentences "
        "that name the provider if empty.",
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
    SHARE_LIFETIME = Option(timedelta(days=3), "How long a link that a shopper shares is valid.")
