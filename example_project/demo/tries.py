"""The five try-ons, one for each engine: who wears what."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from django_tryon import services
from django_tryon.engines import get_engine
from django_tryon.exceptions import WrongState
from django_tryon.models import Batch, Garment, Person, Status, TryOnJob, TryOnResult
from django_tryon.services.looks.publish_look import publish_look, withdraw_look
from django_tryon.services.looks.use_picture import looks_of, use_picture
from example_project.shop import stock
from example_project.shop.models import Product

BATCH = "Demo"
FRAME_ENGINE = "p-image-try-on"
FRAME_PARAMS = {"preserve_input_size": True}
"""What dresses a clip's first frame: the picture must keep the shape of the clip."""


@dataclass(frozen=True)
class Try:
    """One wish."""

    engine: str
    person: Person
    garments: list[Garment]
    follows: str = ""
    """The engine whose job dresses the first frame."""
    params: dict[str, Any] = field(default_factory=dict)


def tries_of_the_shop() -> list[Try]:
    """Return what the house models of the sample shop try on."""

    def person(name: str) -> Person:
        return Person.objects.get(name=name, is_house_model=True)

    def worn(*slugs: str) -> list[Garment]:
        products = {product.slug: product for product in Product.objects.filter(slug__in=slugs)}
        return [
            garment for slug in slugs for garment in Garment.objects.for_product(products[slug])[:1]
        ]

    outfit = worn("breton-top", "teal-skirt")
    return [
        Try("idm-vton", person("Mei"), worn("meadow-dress")),
        Try("try-on-diffusion", person("Kofi"), worn("indigo-jeans")),
        Try(FRAME_ENGINE, person(stock.FIRST_FRAME_NAME), outfit, params=FRAME_PARAMS),
        Try("fashion-ai", person("Tom"), worn("coral-tee")),
        Try("video-tryon-v2", person(stock.CLIP_NAME), outfit, follows=FRAME_ENGINE),
    ]


def launch_all(tries: list[Try], *, by: Any) -> list[TryOnJob]:
    """Launch them as one batch. Raises LaunchRefused."""
    batch = Batch.objects.create(name=BATCH, created_by=by)
    jobs: dict[str, TryOnJob] = {}
    for wish in tries:
        jobs[wish.engine] = services.launch(
            garments=wish.garments,
            person=wish.person,
            engine=wish.engine,
            params=wish.params,
            previous=jobs[wish.follows] if wish.follows else None,
            requested_by=by,
            batch=batch,
        )
    return list(jobs.values())


def estimate(tries: list[Try]) -> list[tuple[str, Any]]:
    """Return each engine with what it will cost, US$."""
    return [(wish.engine, get_engine(wish.engine).estimate(len(wish.garments))) for wish in tries]


def drop_leftovers() -> int:
    """Cancel what an interrupted demo has left waiting, so that it is not paid for now."""
    dropped = 0
    for job in TryOnJob.objects.filter(batch__name=BATCH, status=Status.QUEUED):
        try:
            services.cancel(job)
        except WrongState:  # it followed one that was cancelled a moment ago
            continue
        dropped += 1
    return dropped


def publish_all(jobs: list[TryOnJob], *, by: Any) -> list[Product]:
    """Publish the results in the place of earlier demos'; return the products that show them."""
    products: dict[int, Product] = {}
    for job in jobs:
        for result in job.results.all():
            services.publish(result, by=by)
            _show_look(result, by=by)
        if job.status == Status.SUCCEEDED:
            _retire_earlier(job, by=by)
            for garment in job.garments.all():
                if isinstance(garment.product, Product):
                    products[garment.product.pk] = garment.product
    return list(products.values())


def _show_look(result: TryOnResult, *, by: Any) -> None:
    """Make a picture that of the look that it shows, in the place of an earlier demo's."""
    for look in looks_of(result) if result.kind == TryOnResult.Kind.IMAGE else []:
        if look.picture is None or look.picture.job.batch_id != result.job.batch_id:
            withdraw_look(look, by=by)
            publish_look(use_picture(look, result), by=by)


def _retire_earlier(job: TryOnJob, *, by: Any) -> None:
    earlier = TryOnResult.objects.published().filter(
        job__batch__name=BATCH,
        job__engine=job.engine,
        job__person=job.person,
        job__created_at__lt=job.created_at,
    )
    for result in earlier:
        services.unpublish(result, by=by)


def seconds_of(job: TryOnJob) -> float:
    """Return how long ago a job was sent, or how long it took since; 0 before."""
    if job.submitted_at is None:
        return 0.0
    return ((job.finished_at or timezone.now()) - job.submitted_at).total_seconds()
