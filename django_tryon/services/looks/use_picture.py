"""Use a result as the picture of a look."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from django_tryon.exceptions import WrongState
from django_tryon.models import Look, LookGarment, Status, TryOnJob, TryOnResult
from django_tryon.models.result import ResultQuerySet

Review = TryOnResult.Review


def use_picture(look: Look, result: TryOnResult) -> Look:
    """Make a result the picture of a look.

    Raises WrongState for what is not an approved picture of a house model in exactly these
    garments, and for a look that is published.
    """
    check_picture(look, result)
    if not Look.objects.filter(pk=look.pk, published_at=None).update(picture=result):
        raise WrongState(
            _("This look is published. Unpublish it, then choose another picture."),
            code="look_published",
        )
    look.refresh_from_db()
    return look


def check_picture(look: Look, result: TryOnResult, *, approves: bool = False) -> None:
    """Refuse what cannot be the picture of a look; raises WrongState.

    ``approves`` says that it is going to be approved then.

    A shopper's try-on never can, on a house model either: it goes when they want it to go.
    """

    def refuse(message: str, code: str) -> WrongState:
        return WrongState(message, code=code)

    job = result.job
    if job.shopper_id is not None or not result.is_on_house_model:
        said = _("A look shows house models only, in try-ons that staff launched.")
        raise refuse(said, "not_a_house_model")
    if result.kind != TryOnResult.Kind.IMAGE:
        raise refuse(_("A look is shown by a picture, not by a clip."), "not_a_picture")
    if job.outfit_id is not None:
        said = _("This is a step of an outfit: only its last picture shows all of it.")
        raise refuse(said, "outfit_step")
    wanted = set(LookGarment.objects.filter(look=look).values_list("garment", flat=True))
    if wanted != set(job.garments.values_list("pk", flat=True)):
        said = _("It does not show exactly what “%(look)s” is made of.")
        raise refuse(said % {"look": look}, "other_garments")
    if result.review != Review.APPROVED and result.published_at is None and not approves:
        raise refuse(_("It is not approved. Approve it first."), "not_approved")


def pictures_of(look: Look) -> ResultQuerySet:
    """Return what staff's try-ons made of exactly this look, approved or not, the newest first."""
    keys = [garment.pk for garment in look.garments]
    worn: Any = TryOnJob.garments.through.objects
    some = worn.filter(garment__in=keys[:1]).values("tryonjob")
    exact = (
        worn.filter(tryonjob__in=some)
        .values("tryonjob")
        .annotate(all=Count("pk"), ours=Count("pk", filter=Q(garment__in=keys)))
        .filter(all=len(keys), ours=len(keys))
        .values("tryonjob")
    )
    return (
        TryOnResult.objects.there()
        .filter(kind=TryOnResult.Kind.IMAGE, job__in=exact, job__status=Status.SUCCEEDED)
        .filter(job__shopper=None, job__person__is_house_model=True)
        .exclude(review=Review.REJECTED)
        .select_related("job__person")
        .order_by("-created_at")
    )


def looks_of(result: TryOnResult) -> list[Look]:
    """Return the looks that are made of exactly what a result shows."""
    keys = {garment.pk for garment in result.job.garments.all()}
    some = LookGarment.objects.filter(garment__in=keys).values("look")
    return [
        look
        for look in Look.objects.filter(pk__in=some).whole()
        if {part.garment_id for part in look.parts.all()} == keys
    ]
