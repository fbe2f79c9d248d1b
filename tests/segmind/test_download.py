"""Downloads: from whom, how much, how long, and what is left when they fail."""

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
from django_tryon.segmind.download import Rules, check_host, download
from django_tryon.segmind.replies import Output
from tests.segmind.talking import KEY, Recorder, on_wire, run_apart, serve

LINK = "https://images.segmind.com/generations/a.png"
FILE = b"a picture" * 100


def rules(*, hosts=("images.segmind.com",), allow_http=False, most=10_000, seconds=30.0):
    return Rules(
        hosts=hosts, allow_http=allow_http, max_bytes=most, timeout=timedelta(seconds=seconds)
    )


@pytest.fixture(autouse=True)
def temporary(tmp_path, monkeypatch):
    """A folder of its own, so that a forgotten file is seen."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def fetch(*answers, link=LINK, output=None, keep_to=None, transport=None):
    transport = transport or Recorder(*answers)

    async def go():
        client = SegmindClient(api_key=KEY, base_url="https://api.segmind.com", transport=transport)
        async with client:
            return await download(client.http, output or Output(url=link), keep_to or rules())

    return Path(asyncio.run(go()))


def refused(*answers, kind=e.DownloadError, **options):
    with pytest.raises(e.DownloadError) as error:
        fetch(*answers, **options)
    assert type(error.value) is kind
    assert not list(Path(tempfile.gettempdir()).iterdir())
    return error.value


def file(content=FILE, status=200, **headers):
    return httpx.Response(status, content=content, headers=headers)


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
        (206, "download_failed"),
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


# --- hosts


@pytest.mark.parametrize(
    ("link", "hosts"),
    [
        (LINK, ["images.segmind.com"]),
        (LINK, ["other.example", "IMAGES.Segmind.com"]),
        (LINK, ["images.segmind.com."]),
        (LINK, ["images.segmind.com:443"]),
        ("https://Images.Segmind.COM/a", ["images.segmind.com"]),
        ("https://images.segmind.com./a", ["images.segmind.com"]),
        ("https://images.segmind.com:443/a", ["images.segmind.com"]),
        ("https://images.segmind.com:8443/a", ["images.segmind.com:8443"]),
        ("https://xn--bcher-kva.example/a", ["bücher.example"]),
        ("https://bücher.example/a", ["xn--bcher-kva.example"]),
        ("https://[2606:4700:4700::1111]/a", ["2606:4700:4700::1111"]),
        ("https://[2606:4700:4700:0::1111]/a", ["[2606:4700:4700::1111]"]),
        ("https://images.segmind.com/a@b", ["images.segmind.com"]),
        ("https://images.segmind.com/a?x=@evil.example", ["images.segmind.com"]),
    ],
)
def test_allowed_hosts(link, hosts):
    check_host(httpx.URL(link), rules(hosts=hosts))


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example/a",
        "https://images.segmind.com.evil.example/a",
        "https://evilimages.segmind.com/a",
        "https://segmind.com/a",
        "https://images.segmind.com@evil.example/a",
        "https://images.segmind.com:443@evil.example/a",
        "https://images.segmind.com\\@evil.example/a",
        "https://images.segmind.com%2eevil.example/a",
        "https://images.segmind.com%00.evil.example/a",
        "https://user@images.segmind.com/a",
        "https://user:pw@images.segmind.com/a",
        "https://images.segmind.com:8443/a",
        "https://images.segmind.com:99999/a",
        "https://images.segmind.com:x/a",
        "https://images.segm\u0131nd.com/a",
        "https://images。segmind。com.evil.example/a",
        "https:///a",
        "https://",
        "https:images.segmind.com/a",
        "http://images.segmind.com/a",
        "http://127.0.0.1/a",
        "https://127.0.0.1/a",
        "https://2130706433/a",
        "https://[::1]/a",
        "https://[::ffff:127.0.0.1]/a",
        "https://10.0.0.1/a",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1/a",
        "ftp://images.segmind.com/a",
        "file:///etc/passwd",
        "//images.segmind.com/a",
        "images.segmind.com/a",
        "https://images.segmind.com/a\nb",
        "https://images.segmind.com /a",
    ],
)
def test_links_elsewhere_are_not_asked(link):
    transport = Recorder(file())
    error = refused(transport=transport, link=link, kind=e.OutputRefused)
    assert error.code == "output_host"
    assert not transport.requests


@pytest.mark.parametrize(
    "hosts",
    [[], [""], ["*"], ["https://images.segmind.com"], ["a b"], ["["], ["images.segmind.com:x"]],
)
def test_hosts_that_name_nothing_allow_nothing(hosts):
    with pytest.raises(e.OutputRefused, match=r"TRYON\['OUTPUT_HOSTS'\]") as error:
        check_host(httpx.URL(LINK), rules(hosts=hosts))
    assert "images.segmind.com" in error.value.message


@pytest.mark.parametrize("host", ["127.0.0.1", "10.0.0.1", "localhost", "[::1]"])
def test_inner_hosts_stay_closed_to_a_public_provider_even_if_named(host):
    with pytest.raises(e.OutputRefused) as error:
        check_host(httpx.URL(f"https://{host}/a"), rules(hosts=[host]))
    assert error.value.code == "output_host"


@pytest.mark.parametrize(
    ("link", "hosts", "allowed"),
    [
        ("http://127.0.0.1:9000/a", ["127.0.0.1"], True),
        ("https://127.0.0.1:9000/a", ["127.0.0.1"], True),
        ("http://127.0.0.1/a", ["127.0.0.1"], True),
        ("http://127.0.0.1:9000/a", ["127.0.0.1:9000"], True),
        ("http://127.0.0.1:9001/a", ["127.0.0.1:9000"], False),
        ("http://[::1]:9000/a", ["::1"], True),
        ("http://[::1]:9000/a", ["[::1]:9000"], True),
        ("http://localhost:9000/a", ["localhost"], True),
        ("http://localhost:9000/a", ["127.0.0.1"], False),
        ("http://10.0.0.1/a", ["10.0.0.1"], False),
        ("https://10.0.0.1/a", ["10.0.0.1"], False),
        ("http://images.segmind.com/a", ["images.segmind.com"], False),
        ("https://images.segmind.com/a", ["images.segmind.com"], True),
        ("http://user@127.0.0.1/a", ["127.0.0.1"], False),
        ("ftp://127.0.0.1/a", ["127.0.0.1"], False),
    ],
)
def test_beside_a_sandbox_this_machine_is_open(link, hosts, allowed):
    keep_to = rules(hosts=hosts, allow_http=True)
    if allowed:
        check_host(httpx.URL(link), keep_to)
    else:
        with pytest.raises(e.OutputRefused):
            check_host(httpx.URL(link), keep_to)


# --- redirects


def to(location, status=302):
    return httpx.Response(status, headers={"location": location})


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    ("location", "next_"),
    [
        ("/b.png?x=1", "https://images.segmind.com/b.png?x=1"),
        ("b.png", "https://images.segmind.com/generations/b.png"),
        ("https://images.segmind.com/c", "https://images.segmind.com/c"),
        ("//images.segmind.com/d", "https://images.segmind.com/d"),
    ],
)
def test_a_redirect_within_the_allowed_hosts_is_followed(status, location, next_):
    transport = Recorder(to(location, status), file())
    assert fetch(transport=transport).read_bytes() == FILE
    assert [str(request.url) for request in transport.requests] == [LINK, next_]
    assert all(request.method == "GET" for request in transport.requests)


@pytest.mark.parametrize(
    "location",
    [
        "https://evil.example/a",
        "//evil.example/a",
        "http://images.segmind.com/a",
        "https://127.0.0.1/a",
        "http://169.254.169.254/latest",
        "https://images.segmind.com@evil.example/",
        "file:///etc/passwd",
        "\\\\evil.example\\a",
    ],
)
def test_a_redirect_elsewhere_is_not(location):
    transport = Recorder(to(location), file())
    error = refused(transport=transport, kind=e.OutputRefused)
    assert error.code == "output_host"
    assert len(transport.requests) == 1


def test_a_redirect_to_no_address_may_be_another_next_time():
    assert refused(to("https://[::1")).code == "download_failed"


def test_redirects_end():
    transport = Recorder(to(LINK))
    error = refused(transport=transport, kind=e.OutputRefused)
    assert error.code == "output_redirects"
    assert len(transport.requests) == 1 + module.MAX_REDIRECTS


def test_a_cookie_on_the_way_is_left_there():
    bake = httpx.Response(
        302, headers={"location": "/b", "set-cookie": "a=b; Domain=segmind.com; Path=/"}
    )
    transport = Recorder(bake, file())
    fetch(transport=transport)
    assert "cookie" not in transport.requests[1].headers


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

    monkeypatch.setattr(module, "_write", full)
    error = refused(file())
    assert error.message == "The result could not be written to disk: No space left on device."
    assert error.code == "download_failed"


def test_no_place_for_temporary_files(monkeypatch):
    def nowhere(**options):
        raise OSError("nowhere")

    monkeypatch.setattr(tempfile, "mkstemp", nowhere)
    error = refused(file())
    assert error.message == "The result could not be written to disk: OSError."


# --- over real sockets


def served(handler, keep_to, meanwhile=None):
    """Return what a download from a real server comes to."""

    async def go():
        async with serve(handler) as base:
            client = SegmindClient(api_key=KEY, base_url=base, timeout=timedelta(seconds=5))
            async with client:
                task = asyncio.create_task(
                    download(client.http, Output(url=f"{base}/a.png"), keep_to)
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
    assert type(error.value) is e.DownloadError
    assert not list(temporary.iterdir())


def test_a_trickle_is_given_up(temporary):
    async def trickle(head, reader, writer):
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n")
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.02)

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
