"""Again: what of an outfit that came to nothing is to be done once more, and what is done."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from django_tryon.exceptions import WrongState
from django_tryon.models import Garment, Status, TryOnJob, TryOnResult
from django_tryon.models.job import in_order
from django_tryon.models.transitions import FINISHED, rows
from django_tryon.services import budget


@dataclass(frozen=True)
class Rest:
    """What is left of an outfit."""

    done: TryOnJob | None
    """The job whose picture it goes on from; None where it begins with the person's photo."""
    steps: tuple[TryOnJob, ...]
    """The steps after that, in their order, those that are still on their way included."""
    job: TryOnJob

    @property
    def ended(self) -> list[TryOnJob]:
        """What has to be sent on its way again, in its order."""
        again = [step for step in self.steps if step.status in FINISHED]
        return [*again, self.job]

    @property
    def unpaid(self) -> list[TryOnJob]:
        """Those of them that cost once more: not one of which only the download failed."""
        return [job for job in self.ended if not is_paid(job)]

    @property
    def price(self) -> Decimal:
        """What going on costs, US$."""
        return sum(map(budget.price_of, self.unpaid), Decimal(0))

    @property
    def garments(self) -> list[Garment]:
        """What is not on the picture yet that it goes on from."""
        keys = {key for job in (*self.steps, self.job) for key in job.puts_on or ()}
        return [garment for garment in self.job.garments.all() if garment.pk in keys]


def rest_of(job: TryOnJob, *, fetches: bool = False) -> Rest | None:
    """Return what is left of an outfit; None for any other job.

    With ``fetches`` a picture that was paid for, and not stored, is fetched: then nothing before it
    is needed. Raises WrongState where a picture in between is needed, and was deleted.
    """
    if job.puts_on is None or job.outfit_id is not None:
        return None
    steps = in_order(job, rows().filter(outfit=job.pk))
    first = steps[0] if steps else job
    done, left = first.previous, steps
    for number, step in enumerate(steps):
        if step.status == Status.SUCCEEDED and has_picture(step):
            done, left = step, steps[number + 1 :]
    is_gone = done is not None and done.status == Status.SUCCEEDED and not has_picture(done)
    if is_gone or any(step.status == Status.SUCCEEDED for step in left):
        paid = [number for number, each in enumerate((*left, job)) if is_paid(each)]
        if fetches and paid:
            return Rest(None, tuple(left[paid[0] :]), job)
        raise WrongState(
            _(
                "The pictures that this outfit would go on from were deleted meanwhile. Launch it "
                "anew."
            ),
            code="steps_gone",
        )
    return Rest(done, tuple(left), job)


def is_paid(job: TryOnJob) -> bool:
    """Tell whether a failed job was paid for, and only its download failed."""
    return job.status == Status.FAILED and bool(job.outputs)


def has_picture(job: TryOnJob) -> bool:
    """Tell whether there is a picture to start from."""
    return TryOnResult.objects.filter(job=job, kind=TryOnResult.Kind.IMAGE).exists()
