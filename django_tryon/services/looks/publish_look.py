"""Publish a look: its picture, with its name, on the pages of all its products."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from django_tryon.exceptions import WrongState
from django_tryon.models import Look, Place
from django_tryon.services.looks.troubles import gone
from django_tryon.services.looks.use_picture import check_picture
from django_tryon.services.publish import publish, unpublish


def publish_look(look: Look, *, by: Any = None) -> Look:
    """Show a look in the gallery on the page of each of its products. Twice is the same as once.

    Raises WrongState without a picture, for a look that is not whole, and for what ``publish``
    refuses; then nothing was changed.
    """
    picture = look.picture
    if picture is None:
        said = _("“%(look)s” has no picture. Choose one first.")
        raise WrongState(said % {"look": look}, code="no_picture")
    if missing := gone(look):
        raise WrongState(" ".join(missing), code="not_whole")
    check_picture(look, picture)
    # Said first: from here on nobody gives it another picture, or other garments.
    now = timezone.now()
    free = Look.objects.filter(pk=look.pk, picture=picture, published_at=None)
    is_new = free.update(published_at=now, published_by=by)
    look.refresh_from_db()
    if look.picture_id != picture.pk or look.published_at is None:
        raise WrongState(_("It was changed meanwhile. Look at it again."), code="changed")
    try:
        publish(picture, by=by, to=Place.GALLERY)
    except BaseException:
        if is_new:
            _write(look, published_at=None, published_by=None)
        raise
    if not Look.objects.filter(pk=look.pk, published_at=look.published_at).exists():
        unpublish(picture, by=by)  # withdrawn in that very moment
    return look


def withdraw_look(look: Look, *, by: Any = None) -> Look:
    """Take a look off all pages, and its picture unless another published look has the same.

    Raises NotPlaced as ``unpublish`` does; then nothing was changed.
    """
    look.refresh_from_db()
    had = {"published_at": look.published_at, "published_by": look.published_by}
    # Said first, as in publishing: whoever publishes it now finds that, and takes it off again.
    was_published = Look.objects.filter(pk=look.pk, published_at__isnull=False)
    won = was_published.update(published_at=None, published_by=None)
    look.refresh_from_db()
    others = Look.objects.filter(picture=look.picture_id, published_at__isnull=False)
    try:
        if won and look.picture is not None and not others.exists():
            unpublish(look.picture, by=by)
    except BaseException:
        _write(look, **had)
        raise
    return look


def _write(look: Look, **said: Any) -> None:
    Look.objects.filter(pk=look.pk).update(**said)
    look.refresh_from_db()
