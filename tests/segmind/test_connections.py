"""What the client makes of a bad line, and how it keeps its connections."""

from __future__ import annotations

import asyncio
import pickle
import socket
from datetime import timedelta

import httpx
import pytest

from django_tryon import exceptions as e
from django_tryon.segmind.client import SegmindClient
from tests.segmind.talking import (
    CALLS,
    GOOD,
    KEY,
    Recorder,
    ask,
    ask_server,
    caught,
    on_wire,
    run_apart,
)


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    ("fault", "kind", "code"),
    [
        (httpx.ConnectError("refused"), e.Unreachable, "unreachable"),
        (httpx.ConnectTimeout("slow"), e.Unreachable, "unreachable"),
        (httpx.PoolTimeout("full"), e.Unreachable, "unreachable"),
        (httpx.ProxyError("407"), e.Unreachable, "unreachable"),
        (httpx.ReadTimeout("slow"), e.AnswerLost, "answer_lost"),
        (httpx.ReadError("reset"), e.AnswerLost, "answer_lost"),
        (httpx.WriteError("reset"), e.AnswerLost, "answer_lost"),
        (httpx.WriteTimeout("slow"), e.AnswerLost, "answer_lost"),
        (httpx.RemoteProtocolError("no answer"), e.AnswerLost, "answer_lost"),
        (httpx.DecodingError("gzip"), e.AnswerLost, "answer_lost"),
        (TimeoutError(), e.AnswerLost, "answer_lost"),
    ],
)
def test_faults_of_the_line(call, fault, kind, code):
    error = caught(call, fault)
    assert (type(error), error.code, error.status_code) == (kind, code, None)
    assert type(fault).__name__ in error.message
    assert getattr(error, "retry_at", None) is None
    assert type(pickle.loads(pickle.dumps(error))) is kind


def closed_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def bare(call, base, *, seconds=5.0):
    """Return the error of a call over real sockets."""

    async def go():
        client = SegmindClient(api_key=KEY, base_url=base, timeout=timedelta(seconds=seconds))
        async with client:
            with pytest.raises(e.ProviderError) as error:
                await CALLS[call](client)
            return error.value

    return run_apart(go())


@pytest.mark.parametrize("call", ["submit", "status", "v1"])
def test_a_refused_connection(call):
    error = bare(call, f"http://127.0.0.1:{closed_port()}")
    assert type(error) is e.Unreachable
    assert "ConnectError" in error.message


def test_an_unknown_name(monkeypatch):
    def fail(*args, **options):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    error = bare("submit", "https://api.segmind.com")
    assert type(error) is e.Unreachable
    assert "its name is unknown" in error.message


def fails(handler, call="submit", *, seconds=5.0):
    """Return the error of a call to a real server."""
    with pytest.raises(e.ProviderError) as error:
        run_apart(ask_server(handler, call, seconds=seconds))
    return error.value


async def never(head, reader, writer):
    await asyncio.Event().wait()


def test_tls_that_does_not_come_about():
    async def go():
        async def plain(reader, writer):
            writer.write(b"this is no TLS\r\n\r\n")
            writer.close()

        server = await asyncio.start_server(plain, "127.0.0.1", 0)
        base = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with server, SegmindClient(api_key=KEY, base_url=base) as client:
            with pytest.raises(e.Unreachable, match="TLS"):
                await client.submit("idm-vton", {})

    run_apart(go())


def test_a_connection_that_does_not_come_about_in_time():
    async def go():
        # A full backlog: the kernel lets further connections wait.
        with socket.socket() as full:
            full.bind(("127.0.0.1", 0))
            full.listen(0)
            held = []
            for _ in range(8):
                sock = socket.socket()
                sock.setblocking(False)
                sock.connect_ex(full.getsockname())
                held.append(sock)
            base = f"http://127.0.0.1:{full.getsockname()[1]}"
            client = SegmindClient(api_key=KEY, base_url=base, timeout=timedelta(seconds=0.9))
            async with client:
                with pytest.raises(e.Unreachable, match="ConnectTimeout"):
                    await client.submit("idm-vton", {})
            for sock in held:
                sock.close()

    run_apart(go())


@pytest.mark.parametrize("call", ["submit", "status"])
def test_an_answer_that_never_begins(call):
    error = fails(never, call, seconds=0.2)
    assert type(error) is e.AnswerLost


async def hang_up(head, reader, writer):
    writer.transport.abort()


async def say_nothing(head, reader, writer):
    writer.close()


async def cut_short(head, reader, writer):
    writer.write(on_wire("200 OK", b'{"request_id": "r-', length=500))


async def babble(head, reader, writer):
    writer.write(b"SSH-2.0-OpenSSH_9.6\r\n\r\n")


async def wrong_gzip(head, reader, writer):
    writer.write(on_wire("200 OK", b"not gzip", "content-encoding: gzip"))


@pytest.mark.parametrize("handler", [hang_up, say_nothing, cut_short, babble, wrong_gzip])
def test_an_answer_that_breaks_off(handler):
    assert type(fails(handler)) is e.AnswerLost


@pytest.mark.parametrize("call", ["submit", "status"])
def test_an_answer_that_trickles_is_given_up_as_a_whole(call):
    async def trickle(head, reader, writer):
        # Each part may take as long as the whole: only the whole's limit, begun first, can strike.
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n ")
        await asyncio.Event().wait()

    error = fails(trickle, call, seconds=2)
    assert type(error) is e.AnswerLost
    assert "TimeoutError" in error.message


@pytest.mark.parametrize(
    ("call", "connections"),
    [("submit", 3), ("v1", 3), ("status", 1), ("result", 1), ("credits", 1)],
)
def test_what_costs_money_goes_over_a_new_connection_and_the_rest_over_a_kept_one(
    call, connections
):
    met = []

    async def count(head, reader, writer):
        met.append(writer)
        while True:
            size = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0] or 0)
            await reader.readexactly(size)
            good = GOOD[call]
            kind = f"content-type: {good.headers['content-type']}"
            writer.write(on_wire("200 OK", good.content, kind))
            head = await reader.readuntil(b"\r\n\r\n")

    async def thrice(client):
        for _ in range(3):
            await CALLS[call](client)

    run_apart(ask_server(count, thrice))
    assert len(met) == connections


def test_an_error_leaves_no_connection_behind():
    async def flow(client):
        for _ in range(250):  # more than the pool holds
            with pytest.raises(e.Unavailable):
                await client.status("r-1")

    async def busy(head, reader, writer):
        while True:
            writer.write(on_wire("503 Busy", b"{}"))
            await reader.readuntil(b"\r\n\r\n")

    run_apart(ask_server(busy, flow, seconds=2))


def test_a_proxy_is_not_asked_for_this_machine(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{closed_port()}")
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{closed_port()}")
    for name in ("NO_PROXY", "no_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)

    async def accept(head, reader, writer):
        writer.write(on_wire("200 OK", b'{"request_id":"r-1"}'))

    assert run_apart(ask_server(accept, "submit")) == "r-1"
    assert type(bare("submit", "https://api.segmind.com")) is e.Unreachable


def test_closing_closes_the_transport():
    transport = Recorder(GOOD["status"])
    ask("status", transport=transport)
    assert transport.closed
