"""The usual recipes, each as good as it gets: one client per process, no query before the end.

`by_run` holds its slot until the picture is there. `by_retry` gives it back between two questions.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Any

import httpx
from celery import Task, shared_task
from celery.signals import worker_ready
from django.conf import settings
from django.core.files.base import ContentFile
from segmind import SegmindClient
from segmind.v2 import AsyncJob

from bench.recipe.models import Picture

READY = os.environ.get("BENCH_READY", "")
SLUG = "idm-vton"


@cache
def client() -> SegmindClient:
    """Return this process's client."""
    tryon = settings.TRYON
    return SegmindClient(api_key=tryon["API_KEY"], base_url=f"{tryon['BASE_URL']}/v1")


@cache
def downloads() -> httpx.Client:
    """Return this process's client for files; one for each file would cost thrice as much."""
    return httpx.Client(timeout=30)


@shared_task(ignore_result=True)
def by_run(body: dict[str, Any]) -> None:
    """Submit, wait and store, all in one."""
    store(client().run(SLUG, **body))


@shared_task(bind=True, ignore_result=True, max_retries=None)
def by_retry(self: Task, body: dict[str, Any], request_id: str = "") -> None:
    """Submit, or ask how it stands and store what is done; come back in a second otherwise."""
    if not request_id:
        request_id = client().submit_async(SLUG, **body).request_id
        raise self.retry(args=[body, request_id], countdown=1)
    url = f"{settings.TRYON['BASE_URL']}/v2/requests/{request_id}"
    job = AsyncJob(request_id, f"{url}/status", url, {}, client())
    if job.status()["status"] != "COMPLETED":
        raise self.retry(args=[body, request_id], countdown=1)
    store(job.result())


def store(said: dict[str, Any]) -> None:
    """Download a picture, put it into the storage, and write its row."""
    answer = downloads().get(said["output"])
    answer.raise_for_status()
    name = f"{said['request_id']}.jpg"
    Picture.objects.create(
        request_id=said["request_id"], file=ContentFile(answer.content, name=name)
    )


@worker_ready.connect
def _ready(**_kwargs: Any) -> None:
    if READY:
        Path(READY).touch()
