"""A file that breaks off: taken up where it broke, or begun anew, and a few times only."""

from __future__ import annotations

import asyncio
import gzip
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from django_tryon import exceptions as e
from django_tryon.segmind import download as module
from django_tryon.segmind.client import SegmindClient
from django_tryon.segmind.download import download
from django_tryon.segmind.part import Broken, validator_of
from django_tryon.segmind.replies import Output
from tests.segmind.fetching import fetch, refused, rules
from tests.segmind.talking import KEY, on_wire, run_apart, serve

pytestmark = pytest.mark.usefixtures("temporary")
FILE = bytes(range(256)) * 40
HERE = {"hosts": ["127.0.0.1"], "allow_http": True, "most": 20_000}
STRONG = ("accept-ranges: bytes", 'etag: "v1"')


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch):
    monkeypatch.setattr(module, "PAUSES", (0, 0, 0))


class Server:
    """Gives a file in pieces: each connection breaks off after so many bytes of it."""

    def __init__(self, *breaks, headers=STRONG, file=FILE):
        self.breaks, self.headers, self.file = list(breaks), headers, file
        self.asked = []

    async def __call__(self, head, reader, writer):
        fields = dict(
            line.split(": ", 1) for line in head.decode().lower().split("\r\n")[1:] if ": " in line
        )
        self.asked.append((fields.get("range"), fields.get("if-range")))
        status, more, body = self.answer(fields)
        upto = self.breaks.pop(0) if self.breaks else len(body)
        writer.write(on_wire(status, body[:upto], *more, length=len(body)))

    def answer(self, fields):
        if "range" not in fields:
            return "200 OK", self.headers, self.file
        at = int(fields["range"].removeprefix("bytes=").removesuffix("-"))
        span = f"content-range: bytes {at}-{len(self.file) - 1}/{len(self.file)}"
        return "206 Partial Content", (*self.headers, span), self.file[at:]


def brought(server, **options):
    async def go():
        async with serve(server) as base:
            client = SegmindClient(api_key=KEY, base_url=base, timeout=timedelta(seconds=5))
            async with client:
                return await download(
                    client.downloads, Output(url=f"{base}/a.png"), rules(**HERE | options)
                )

    return Path(run_apart(go())).read_bytes()


def test_what_is_missing_is_asked_for_alone():
    server = Server(1000, 500)
    assert brought(server) == FILE
    assert server.asked == [(None, None), ("bytes=1000-", '"v1"'), ("bytes=1500-", '"v1"')]


def test_by_its_date_where_it_has_no_tag():
    dates = (
        "accept-ranges: bytes",
        "last-modified: Wed, 01 Jan 2025 10:00:00 GMT",
        "date: Wed, 01 Jan 2025 10:05:00 GMT",
    )
    server = Server(1000, headers=dates)
    assert brought(server) == FILE
    assert server.asked[1] == ("bytes=1000-", "wed, 01 jan 2025 10:00:00 gmt")


@pytest.mark.parametrize(
    "headers",
    [
        (),
        ("accept-ranges: none", 'etag: "v1"'),
        ('etag: "v1"',),
        ("accept-ranges: bytes", 'etag: W/"v1"'),
        ("accept-ranges: bytes",),
    ],
)
def test_without_a_promise_it_is_begun_anew(headers):
    server = Server(1000, headers=headers)
    assert brought(server) == FILE
    assert server.asked == [(None, None), (None, None)]


def test_it_does_not_go_on_for_ever(temporary):
    server = Server(*[1000] * 99)
    with pytest.raises(e.DownloadError, match="could not be downloaded") as error:
        brought(server)
    assert error.value.code == "download_failed"
    assert len(server.asked) == 1 + len(module.PAUSES)
    assert not list(temporary.iterdir())


def test_a_file_that_has_changed_comes_whole():
    class Changes(Server):
        def answer(self, fields):
            return "200 OK", self.headers, FILE if len(self.asked) == 1 else FILE[::-1]

    server = Changes(1000)
    assert brought(server) == FILE[::-1]


@pytest.mark.parametrize(
    ("status", "more"),
    [
        ("416 Range Not Satisfiable", ()),
        ("206 Partial Content", ()),
        ("206 Partial Content", ("content-range: bytes 999-10239/10240",)),
        ("206 Partial Content", ("content-range: bytes 1000-10239/10240", 'etag: "v2"')),
        ("206 Partial Content", ("content-type: multipart/byteranges; boundary=x",)),
    ],
)
def test_an_answer_that_does_not_fit_what_is_here_has_it_begun_anew(status, more):
    class Odd(Server):
        def answer(self, fields):
            return (status, more, b"odd") if "range" in fields else super().answer(fields)

    server = Odd(1000)
    assert brought(server) == FILE
    assert [asked for asked, _ in server.asked] == [None, "bytes=1000-", None]


def test_another_answer_is_for_the_next_step():
    class Gone(Server):
        def answer(self, fields):
            return ("404 Not Found", (), b"") if "range" in fields else super().answer(fields)

    with pytest.raises(e.DownloadError) as error:
        brought(Gone(1000))
    assert error.value.code == "output_gone"


def test_the_whole_is_bounded_however_often_it_breaks():
    class Grows(Server):
        def answer(self, fields):
            status, more, body = super().answer(fields)
            return status, more, body + FILE

    with pytest.raises(e.OutputRefused) as error:
        brought(Grows(6000, 9000, file=FILE), most=15_000)
    assert error.value.code == "output_too_big"


def test_silence_in_the_middle_is_broken():
    class Silent(Server):
        async def __call__(self, head, reader, writer):
            await super().__call__(head, reader, writer)
            if len(self.asked) == 1:
                await writer.drain()
                await asyncio.Event().wait()

    server = Silent(1000)

    async def go():
        async with serve(server) as base:
            client = SegmindClient(api_key=KEY, base_url=base)
            async with client:
                keep_to = rules(**HERE)
                keep_to = type(keep_to)(**vars(keep_to) | {"idle": timedelta(seconds=0.2)})
                return await download(client.downloads, Output(url=f"{base}/a"), keep_to)

    assert Path(run_apart(go())).read_bytes() == FILE
    assert server.asked[1][0] == "bytes=1000-"


def test_a_transport_that_does_not_count_is_counted_after():
    short = httpx.Response(200, headers={"content-length": "999"}, content=b"x" * 10)
    assert refused(short, kind=Broken).message == "The result ended early."


def test_a_packed_file_is_begun_anew_and_not_counted():
    packed = {"content-encoding": "gzip", "accept-ranges": "bytes", "etag": '"v1"'}

    def answer(request):
        return httpx.Response(200, headers=packed, content=gzip.compress(FILE))

    assert validator_of(answer(None)) == ""
    assert fetch(answer, keep_to=rules(most=20_000)).read_bytes() == FILE


@pytest.mark.parametrize(
    ("modified", "date", "good"),
    [
        ("Wed, 01 Jan 2025 10:00:00 GMT", "Wed, 01 Jan 2025 10:01:00 GMT", True),
        ("Wed, 01 Jan 2025 10:00:00 GMT", "Wed, 01 Jan 2025 10:00:59 GMT", False),
        ("Wed, 01 Jan 2025 10:00:00 GMT", "", False),
        ("yesterday", "Wed, 01 Jan 2025 10:01:00 GMT", False),
    ],
)
def test_a_date_is_a_promise_once_it_is_old_enough(modified, date, good):
    headers = {"accept-ranges": "bytes", "last-modified": modified, "date": date}
    assert validator_of(httpx.Response(200, headers=headers)) == (modified if good else "")
