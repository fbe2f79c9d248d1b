"""The keys of requests that joined a job."""

from __future__ import annotations

import uuid

from django_tryon.models import Repeat


def test_it_names_its_job_and_not_its_key() -> None:
    job = uuid.uuid4()
    assert str(Repeat(key_hash="0123456789abcdef", job_id=job)) == f"01234567: {job}"
