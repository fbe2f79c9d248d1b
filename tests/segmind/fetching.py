"""A download from scripted answers."""

from __future__ import annotations

import asyncio
import tempfile
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from django_tryon import exceptions as e
from django_tryon.segmind.client import SegmindClient
from django_tryon.segmind.download import download
from django_tryon.segmind.links import Rules
from django_tryon.segmind.replies import Output
from tests.segmind.talking import KEY, Recorder

LINK = "https://images.segmind.com/generations/a.png"
FILE = b"a picture" * 100


def rules(*, hosts=("images.segmind.com",), allow_http=False, most=10_000, seconds=30.0):
    return Rules(
        hosts=hosts, allow_http=allow_http, max_bytes=most, timeout=timedelta(seconds=seconds)
    )


def fetch(*answers, link=LINK, output=None, keep_to=None, transport=None):
    transport = transport or Recorder(*answers)

    async def go():
        client = SegmindClient(api_key=KEY, base_url="https://api.segmind.com", transport=transport)
        async with client:
            return await download(client.downloads, output or Output(url=link), keep_to or rules())

    return Path(asyncio.run(go()))


def refused(*answers, kind=e.DownloadError, **options):
    with pytest.raises(e.DownloadError) as error:
        fetch(*answers, **options)
    assert type(error.value) is kind
    assert not list(Path(tempfile.gettempdir()).iterdir())
    return error.value


def file(content=FILE, status=200, **headers):
    return httpx.Response(status, content=content, headers=headers)
