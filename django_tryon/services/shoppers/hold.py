"""Hold: an erasure waits for whoever writes something of a shopper's, or has come first."""

from __future__ import annotations

from uuid import UUID

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from django_tryon.engines import Engine
from django_tryon.exceptions import TokenRefused
from django_tryon.models import Shopper
from django_tryon.models.question import Blank, Question
from django_tryon.services.driving.gates import RETIRED, retired

HELD = Shopper.objects.select_for_update().filter(
    pk=Blank("shopper", models.UUIDField()), erased_at=None
)
IS_HELD = Question(HELD.values_list("pk"))
IS_HELD_TO_LAUNCH = Question(HELD.values_list(models.Exists(RETIRED)))


def hold(shopper: Shopper) -> None:
    """Have an erasure wait until this transaction is final; raises TokenRefused if it came first.

    Whoever writes something of a shopper's asks for this before.
    """
    if not IS_HELD.rows(shopper=shopper.pk):
        raise _erased()


def wait_for(shopper: UUID | None) -> None:
    """Wait for whoever writes or deletes something of the shopper with this key, erased or not.

    Whoever locks both jobs and results of theirs asks for this before all else: each may want
    first what the other has. None is nobody.
    """
    if shopper is not None:
        Shopper.objects.select_for_update().filter(pk=shopper).order_by().values_list("pk").first()


def hold_to_launch(shopper: Shopper, engine: type[Engine]) -> None:
    """Hold a shopper, and look at the engine's gate in the same question.

    Raises TokenRefused, or LaunchRefused by an engine that Segmind has retired.
    """
    held = IS_HELD_TO_LAUNCH.rows(shopper=shopper.pk, engine=engine.slug, now=timezone.now())
    if not held:
        raise _erased()
    if held[0][0]:
        raise retired(engine)


def _erased() -> TokenRefused:
    return TokenRefused(_("This token's shopper is no more. Ask for a new one."))
