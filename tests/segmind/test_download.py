"""Downloads: how much, how long, and what is left when they fail."""

from __future__ import annotations

import asyncio
import gzip
import os
import tempfile
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from django_tryon import exceptions as e
from django_tryon.segmind import download as module
from django_tryon.segmind.client import SegmindClient
from django_tryon.segmind.download import download
from django_tryon.segmind.part import Part
from django_tryon.segmind.replies import Output
from tests.segmind.fetching import FILE, LINK, fetch, file, refused, rules
from tests.segmind.talking import KEY, Recorder, on_wire, run_apart, serve

pytestmark = pytest.mark.usefixtures("temporary")


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch):
    monkeypatch.setattr(module, "PAUSES", (0, 0, 0))


def test_a_file_comes_home():
    transport = Recorder(file())
    path = fetch(transport=transport)
    assert path.read_bytes() == FILE
    assert path.stat().st_mode & 0o077 == 0  # a face: nobody else's business
    [request] = transport.requests
    assert (request.method, str(request.url)) == ("GET", LINK)
    assert not {"x-api-key", "cookie", "authorization", "referer"} & set(request.headers)
    assert KEY not in str(request.headers)
    assert request.headers["accept-encoding"] == "identity"


def test_bytes_need_no_download():
    transport = Recorder(file())
    path = fetch(transport=transport, output=Output(content=b"bytes"), keep_to=rules(most=5))
    assert path.read_bytes() == b"bytes"
    assert not transport.requests


def test_bytes_may_be_too_many():
    error = refused(output=Output(content=b"bytes!"), keep_to=rules(most=5), kind=e.OutputRefused)
    assert error.code == "output_too_big"


@pytest.mark.parametrize("output", [Output(), Output(url=LINK)])
def test_an_empty_file_is_none(output):
    error = refused(file(b""), output=output)
    assert (error.code, error.message) == ("download_failed", "The result is an empty file.")


# --- answers


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (403, "output_forbidden"),
        (404, "output_gone"),
        (410, "output_gone"),
        (401, "download_failed"),
        (429, "download_failed"),
        (500, "download_failed"),
        (503, "download_failed"),
        (204, "download_failed"),
        (206, "download_failed"),  # nobody asked for a part
        (304, "download_failed"),
        (302, "download_failed"),  # to nowhere
    ],
)
def test_other_answers_may_be_better_next_time(status, code):
    error = refused(file(b"<Error/>" if status >= 300 else b"", status))
    assert (error.code, error.message) == (code, f"The result's link answered {status}.")


@pytest.mark.parametrize(
    "fault",
    [
        httpx.ConnectError("refused"),
        httpx.ReadTimeout("slow"),
        httpx.RemoteProtocolError("cut"),
        httpx.DecodingError("gzip"),
    ],
)
def test_faults_of_the_line(fault):
    error = refused(fault)
    assert error.code == "download_failed"
    assert type(fault).__name__ in error.message
    assert "segmind.com" not in error.message


def test_any_other_fault_leaves_no_file_either(temporary):
    with pytest.raises(RuntimeError):
        fetch(RuntimeError("a bug"))
    assert not list(temporary.iterdir())


# --- size


def test_as_much_as_is_allowed():
    assert fetch(file(b"x" * 50), keep_to=rules(most=50)).stat().st_size == 50


def test_one_byte_more():
    error = refused(file(b"x" * 51), keep_to=rules(most=50), kind=e.OutputRefused)
    assert error.code == "output_too_big"


def test_the_limit_is_told():
    error = refused(
        output=Output(content=b"x" * (2**20 + 1)), keep_to=rules(most=2**20), kind=e.OutputRefused
    )
    assert error.message == "The result is larger than 1 MiB."


def drip(chunks, seen=None, **headers):
    async def body():
        for chunk in chunks:
            if seen is not None:
                seen.append(chunk)
            yield chunk

    return lambda request: httpx.Response(200, headers=headers, content=body())


def test_without_a_declared_size_it_stops_at_the_limit():
    seen = []
    chunks = (b"x" * 20 for _ in range(10**6))
    error = refused(drip(chunks, seen), keep_to=rules(most=50), kind=e.OutputRefused)
    assert error.code == "output_too_big"
    assert len(seen) == 3


def test_a_declared_size_is_enough_to_refuse():
    seen = []
    answer = drip([b"x"], seen, **{"content-length": "51"})
    error = refused(answer, keep_to=rules(most=50), kind=e.OutputRefused)
    assert (error.code, seen) == ("output_too_big", [])


def test_a_packed_file_counts_as_what_it_unpacks_to():
    bomb = gzip.compress(b"\0" * 10**6)
    assert len(bomb) < 2000
    packed = {"content-encoding": "gzip"}
    error = refused(drip([bomb], **packed), keep_to=rules(most=5000), kind=e.OutputRefused)
    assert error.code == "output_too_big"
    assert fetch(drip([gzip.compress(FILE)], **packed)).read_bytes() == FILE


# --- disk


def test_a_full_disk(monkeypatch):
    def full(*args):
        raise OSError(28, "No space left on device", "/secret/path")

    monkeypatch.setattr(Part, "write", full)
    error = refused(file(), kind=e.NotStored)
    assert error.message == "The result could not be written to disk: No space left on device."
    assert error.code == "not_stored"


def test_no_place_for_temporary_files(monkeypatch):
    def nowhere(**options):
        raise OSError("nowhere")

    monkeypatch.setattr(tempfile, "mkstemp", nowhere)
    error = refused(file(), kind=e.NotStored)
    assert error.message == "The result could not be written to disk: OSError."


# --- over real sockets


def served(handler, keep_to, meanwhile=None):
    """Return what a download from a real server comes to."""

    async def go():
        async with serve(handler) as base:
            client = SegmindClient(api_key=KEY, base_url=base, timeout=timedelta(seconds=5))
            async with client:
                task = asyncio.create_task(
                    download(client.downloads, Output(url=f"{base}/a.png"), keep_to)
                )
                if meanwhile:
                    await meanwhile(task)
                return await task

    return run_apart(go())


HERE = {"hosts": ["127.0.0.1"], "allow_http": True}


def test_a_real_server_sees_no_key():
    heads = []

    async def give(head, reader, writer):
        heads.append(head)
        writer.write(on_wire("200 OK", FILE))

    assert Path(served(give, rules(**HERE))).read_bytes() == FILE
    assert KEY.encode() not in heads[0]
    assert b"x-api-key" not in heads[0].lower()


def test_a_file_that_is_cut_short_is_not_taken_for_whole(temporary):
    async def cut(head, reader, writer):
        writer.write(on_wire("200 OK", FILE, length=len(FILE) + 1))

    with pytest.raises(e.DownloadError, match="RemoteProtocolError") as error:
        served(cut, rules(**HERE))
    assert not isinstance(error.value, e.OutputRefused)  # it is tried again
    assert not list(temporary.iterdir())


def test_a_trickle_is_given_up(temporary):
    async def trickle(head, reader, writer):
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\nx")
        await asyncio.Event().wait()

    with pytest.raises(e.DownloadError, match="too long"):
        served(trickle, rules(**HERE, seconds=0.3, most=10**6))
    assert not list(temporary.iterdir())


def test_an_interrupted_download_leaves_nothing(temporary):
    begun = asyncio.Event()

    async def stall(head, reader, writer):
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\nxxx")
        begun.set()
        await asyncio.Event().wait()

    async def interrupt(task):
        await begun.wait()
        assert len(os.listdir(temporary)) == 1
        task.cancel()

    with pytest.raises(asyncio.CancelledError):
        served(stall, rules(**HERE), interrupt)
    assert not list(temporary.iterdir())
