"""Launch jobs in the sample shop, or report on them; prints JSON.

python -m tests.acceptance.launching launch 50
python -m tests.acceptance.launching report
"""

from __future__ import annotations

import json
import sys
from itertools import cycle, islice
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from django_tryon.models import Person


def launch_jobs(count: int) -> list[str]:
    """Launch so many jobs, each engine, garment and house model in turn; return their ids."""
    from django_tryon.engines import all_engines
    from django_tryon.models import Garment, Person
    from django_tryon.services import launch

    garments = cycle(Garment.objects.exclude(category="dress"))  # which fashion-ai cannot do
    people = {
        "photo": cycle(Person.objects.filter(is_house_model=True, kind="photo")),
        "video": cycle([brief_clip()]),
    }
    jobs: list[str] = []
    before = None
    for engine in islice(cycle(all_engines().values()), count):
        before = launch(
            garments=[next(garments)],
            person=next(people[engine.person_kind]),
            engine=engine.slug,
            # The clip's first frame is what the job before it makes: it has to wait for that.
            previous=before if engine.needs_reference else None,
        )
        jobs.append(str(before.pk))
    return jobs


def brief_clip() -> Person:
    """Return a house model in a clip that is far shorter and smaller than the sample shop's.

    Ten clips at full size would take minutes to draw and to check, and prove nothing more.
    """
    from django.core.files.base import ContentFile
    from PIL import Image

    from django_tryon.models import Person
    from example_project.shop import stock
    from tests.videos.making import clip

    photo = Image.open(stock.ART / "people" / "ana.jpg").convert("RGB").resize((288, 384))
    content = clip(1, paint=lambda number: photo)
    return Person.objects.create(
        kind="video", video=ContentFile(content, name="ana.mp4"), is_house_model=True, name="Ana"
    )


def report() -> list[dict[str, object]]:
    """Return what has become of every job, and where its results are to be seen."""
    from django_tryon.models import TryOnJob

    return [
        {
            "id": str(job.pk),
            "engine": job.engine,
            "status": job.status,
            "error": job.error_message,
            "results": [[result.kind, result.url] for result in job.results.all()],
        }
        for job in TryOnJob.objects.prefetch_related("results")
    ]


if __name__ == "__main__":
    django.setup()
    done = launch_jobs(int(sys.argv[2])) if sys.argv[1] == "launch" else report()
    print(json.dumps(done))
