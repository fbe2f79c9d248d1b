"""Take a shopper's clip: agreed to, counted, looked at, and left to a worker to prepare."""

from __future__ import annotations

from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import get_language

from django_tryon import videos
from django_tryon.models import ClipUpload, Consent, DoomedFile, Shopper
from django_tryon.models.deadlock import in_transaction
from django_tryon.services.driving.wake import wake
from django_tryon.services.shoppers import allowance, consent
from django_tryon.services.shoppers.clips.opening import refuse_if_off
from django_tryon.services.shoppers.hold import hold

KIND = Consent.Kind.CLIP


def take_clip(
    shopper: Shopper,
    file: Any,
    *,
    version: str,
    text_hash: str = "",
    address: str = "",
    part: videos.Part = videos.WHOLE,
) -> ClipUpload:
    """Keep a shopper's clip, or that part of it, and the consent to it, for a worker to prepare.

    All that its header and its frames' moments tell is checked at once. Raises LaunchRefused
    without consent or quota, or where the shop makes no clips; UploadRefused for a file that
    cannot be used; TokenRefused if everything was erased meanwhile. Then nothing was kept, but the
    attempt counts.
    """
    refuse_if_off()
    consent.check(version, text_hash, KIND)
    in_transaction(lambda: allowance.take(allowance.uploads(shopper, address)))
    videos.inspect_clip(file, part=part)
    file.seek(0)
    upload = ClipUpload(
        shopper=shopper,
        begin=part.begin or None,
        end=part.end,
        language=get_language() or "",
    )
    # Nobody's name for it is kept, and its ending says nothing that its bytes do not.
    upload.file.save("clip", File(file), save=False)  # takes a while: no transaction is open
    try:
        with transaction.atomic():
            hold(shopper)
            upload.consent = consent.record(
                shopper, version=version, text_hash=text_hash, address=address, kind=KIND
            )
            upload.save(force_insert=True)
    except BaseException:  # the commit may fail, too
        DoomedFile.discard(upload.file.storage, str(upload.file.name))
        raise
    wake()
    return upload
