"""The transport over real sockets: what a fault says, what is repeated, whom it connects to."""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct

import aiohttp
import httpx
import pytest

from django_tryon import exceptions as e
from django_tryon.segmind import connections as module
from django_tryon.segmind.client import NEVER_SENT, SegmindClient
from django_tryon.segmind.connections import Connections, Line, ProxiedTransport, timeout
from django_tryon.segmind.resolver import Resolver
from django_tryon.segmind.transport import NEVER_LEFT, FastTransport, as_httpx
from tests.segmind.talking import CALLS, GOOD, KEY, Recorder, ask_server, on_wire, run_apart, serve


def line(transport: httpx.AsyncBaseTransport, *, at_once: int = 5, **options) -> Line:
    return Line(transport, at_once, timeout(5), **options)


def fast(**options) -> FastTransport:
    return FastTransport(context=ssl.create_default_context(), **{"kept_for": 5.0} | options)


async def talk(handler, *requests, transport=None):
    """Return what a server of ours answers to these requests, in turn, over one transport."""
    answers = []
    async with serve(handler) as base:
        way = line(transport or fast())
        try:
            for method, path, headers in requests:
                async with way.send(way.request(method, f"{base}{path}", headers)) as answer:
                    answers.append((answer, await answer.aread()))
        finally:
            await way.aclose()
    return answers


def test_an_answer_is_httpx_own_kind():
    heads = []

    async def give(head, reader, writer):
        heads.append(head)
        writer.write(on_wire("418 I'm a teapot", b"tea", "x-twice: a", "x-twice: b"))

    [(answer, body)] = run_apart(talk(give, ("GET", "/a%2Fb?x=%41&y=a+b", {"x-one": "1"})))
    assert (answer.status_code, answer.reason_phrase, body) == (418, "I'm a teapot", b"tea")
    assert answer.headers.get_list("x-twice") == ["a", "b"]
    assert str(answer.request.url).endswith("/a%2Fb?x=%41&y=a+b")
    said = heads[0].decode().lower()
    assert said.startswith("get /a%2fb?x=%41&y=a+b http/1.1\r\n")  # as signed, to the letter
    assert {part.split(":")[0] for part in said.split("\r\n")[1:-2]} == {
        "host",
        "user-agent",
        "accept",
        "accept-encoding",
        "x-one",
    }


def test_what_it_sends_is_what_httpx_sends():
    heads = []

    async def give(head, reader, writer):
        heads.append(head)
        writer.write(on_wire("200 OK", b'{"request_id": "r-1"}'))

    run_apart(ask_server(give, "submit"))
    said = heads[0].decode().lower()
    assert said.startswith("post /v2/idm-vton http/1.1\r\n")
    assert "\r\ncontent-type: application/json\r\n" in said
    assert said.count("content-length") == 1
    assert "transfer-encoding" not in said


def reset(writer):
    """Hang up as a crashing server does: with a reset instead of a goodbye."""
    sock = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


@pytest.mark.parametrize("call", ["submit", "v1"])
@pytest.mark.parametrize(
    "begun", [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{"]
)
def test_what_costs_money_is_asked_once_wherever_the_line_breaks(call, begun):
    met = []

    async def breaks(head, reader, writer):
        met.append(head)
        writer.write(begun)
        await writer.drain()
        reset(writer)

    with pytest.raises(e.AnswerLost):
        run_apart(ask_server(breaks, call))
    assert len(met) == 1


def test_a_kept_connection_that_the_server_closed_costs_a_question_nothing():
    met = []

    async def one_answer_each(head, reader, writer):
        met.append(writer)
        writer.write(on_wire("200 OK", GOOD["status"].content))
        await writer.drain()
        writer.close()  # without having said so

    async def twice(client):
        return [(await client.status("r-1")).state for _ in range(2)]

    assert run_apart(ask_server(one_answer_each, twice)) == ["done", "done"]
    assert len(met) == 2


def test_closed_lists_of_faults():
    """A request is repeated on these alone; whoever adds one has to prove it."""
    for _kind, said in NEVER_LEFT:
        assert issubclass(said, NEVER_SENT)
    for error in (
        aiohttp.ServerDisconnectedError(),
        aiohttp.ClientOSError(104, "reset"),
        aiohttp.ClientConnectionResetError("closing"),
        aiohttp.SocketTimeoutError("slow"),
        aiohttp.ClientPayloadError("cut"),
        aiohttp.ClientConnectionError("closed"),
        aiohttp.ServerFingerprintMismatch(b"", b"", "host", 1),
        ConnectionResetError(104, "reset"),
        TimeoutError(),
    ):
        assert isinstance(as_httpx(error), httpx.TransportError)
        assert not isinstance(as_httpx(error), NEVER_SENT)
    bug = KeyError("x")
    assert as_httpx(bug) is bug


def test_an_error_names_no_address():
    async def go():
        way = line(fast())
        try:
            async with way.send(way.request("GET", "http://127.0.0.1:1/face.png", {})):
                pass
        finally:
            await way.aclose()

    with pytest.raises(httpx.ConnectError) as error:
        run_apart(go())
    assert "127.0.0.1" not in str(error.value)


# --- names and addresses


def resolving(monkeypatch, *addresses):
    """Have every name lead to these addresses; return the ports that were connected to."""

    def info(host, port, *args, **options):
        return [
            (
                socket.AF_INET6 if ":" in address else socket.AF_INET,
                socket.SOCK_STREAM,
                6,
                "",
                (address, port, 0, 0) if ":" in address else (address, port),
            )
            for address in addresses
        ]

    monkeypatch.setattr(socket, "getaddrinfo", info)


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["10.0.0.1", "192.168.1.1"],
        ["169.254.169.254"],
        ["::1"],
        ["fd00::1"],
        ["::ffff:10.0.0.1"],
    ],
)
def test_a_name_that_leads_to_a_private_address_is_not_connected_to(addresses, monkeypatch):
    resolving(monkeypatch, *addresses)
    met = []

    async def go():
        async with serve(lambda *args: met.append(args)) as base:
            port = base.rpartition(":")[2]
            way = line(fast(public_only=True))
            try:
                async with way.send(way.request("GET", f"http://images.example:{port}/a", {})):
                    pass
            finally:
                await way.aclose()

    with pytest.raises(httpx.ConnectError):
        run_apart(go())
    assert not met


def test_the_address_that_was_looked_at_is_the_one_that_is_connected_to(monkeypatch):
    resolving(monkeypatch, "127.0.0.1")

    async def go():
        async def give(head, reader, writer):
            writer.write(on_wire("200 OK", b"here"))

        async with serve(give) as base:
            port = base.rpartition(":")[2]
            way = line(fast())
            async with way.send(
                way.request("GET", f"http://images.example:{port}/a", {})
            ) as answer:
                said = await answer.aread()
            await way.aclose()
            return said

    assert run_apart(go()) == b"here"


def test_of_a_names_addresses_the_public_ones_remain(monkeypatch):
    resolving(monkeypatch, "10.0.0.1", "93.184.215.14")
    found = run_apart(resolved("images.example"))
    assert [each["host"] for each in found] == ["93.184.215.14"]


async def resolved(name):
    resolver = Resolver(public_only=True)
    try:
        return await resolver.resolve(name, 443)
    finally:
        await resolver.close()


def test_downloads_alone_shun_private_addresses():
    for public_only in (True, False):
        lines = Connections(seconds=5, proxies=False, public_only=public_only)
        assert lines.downloads.transport._public_only is public_only
        assert lines.polls.transport._public_only is False


# --- proxies


def test_with_a_proxy_in_the_environment_everything_goes_by_it(monkeypatch):
    for name in ("NO_PROXY", "no_proxy", "ALL_PROXY", "all_proxy", "HTTP_PROXY", "http_proxy"):
        monkeypatch.delenv(name, raising=False)
    met = []

    async def proxy(head, reader, writer):
        met.append(head)
        writer.write(on_wire("407 Proxy Authentication Required", b""))

    async def go():
        async with serve(proxy) as base:
            monkeypatch.setenv("HTTPS_PROXY", base)
            async with SegmindClient(api_key=KEY, base_url="https://api.segmind.com") as client:
                assert isinstance(client.downloads.transport, ProxiedTransport)
                for call in ("submit", "status"):
                    with pytest.raises(e.Unreachable):
                        await CALLS[call](client)

    run_apart(go())
    assert [head.split(b"\r\n")[0] for head in met] == [b"CONNECT api.segmind.com:443 HTTP/1.1"] * 2
    assert KEY.encode() not in b"".join(met)


def test_a_proxy_passes_an_answer_on(monkeypatch):
    async def proxy(head, reader, writer):
        assert head.startswith(b"GET http://shop.example/a HTTP/1.1")
        writer.write(on_wire("302 Found", b"by proxy", "location: /b", "set-cookie: a=b"))

    async def go():
        async with serve(proxy) as base:
            monkeypatch.setenv("HTTP_PROXY", base)
            way = line(ProxiedTransport(context=ssl.create_default_context(), kept=1))
            async with way.send(way.request("GET", "http://shop.example/a", {})) as answer:
                said = answer.status_code, await answer.aread()
            await way.aclose()
            return said

    assert run_apart(go()) == (302, b"by proxy")


# --- turns


def test_no_more_at_once_than_there_are_turns():
    now, most = 0, 0

    async def answer(request):
        nonlocal now, most
        now += 1
        most = max(most, now)
        await asyncio.sleep(0)
        now -= 1
        return httpx.Response(200)

    async def one(way):
        async with way.turn(), way.send(way.request("GET", "https://a.example/", {})):
            pass

    async def go():
        way = line(httpx.MockTransport(answer), at_once=3)
        await asyncio.gather(*[one(way) for _ in range(50)])

    asyncio.run(go())
    assert most == 3


def holding(call, then, *, longest=None):
    """Return what a call comes to that finds all turns taken, while ``then`` happens to it."""

    async def go():
        transport = Recorder(GOOD["submit"])
        client = SegmindClient(api_key=KEY, base_url="https://a.example", transport=transport)
        client._to.submits._turns = asyncio.Semaphore(0)
        client._to.submits.longest_turn = longest
        task = asyncio.create_task(CALLS[call](client))
        await asyncio.sleep(0)
        assert not transport.requests
        then(client, task)
        try:
            return await task
        except e.ProviderError as error:
            assert not transport.requests
            return error

    return asyncio.run(go())


def test_a_submit_that_waits_too_long_for_its_turn_was_not_sent():
    error = holding("submit", lambda client, task: None, longest=0)
    assert (type(error), error.code) == (e.NotAccepted, "busy")


def test_nor_was_one_that_is_interrupted_there():
    error = holding("submit", lambda client, task: task.cancel())
    assert (type(error), error.code) == (e.NotAccepted, "interrupted")


def test_waiting_for_a_turn_uses_up_none_of_the_time(monkeypatch):
    begun = []
    real = asyncio.timeout
    monkeypatch.setattr(
        asyncio, "timeout", lambda seconds: (begun.append(seconds), real(seconds))[1]
    )

    def release(client, task):
        assert begun == [None]  # no limit yet but that of the turn
        client._to.submits._turns.release()

    assert holding("submit", release) == "r-1"
    assert begun == [None, 30.0]


def test_a_turn_is_given_back_whatever_happens():
    async def go():
        way = line(Recorder(httpx.ReadError("x")), at_once=1)
        for _ in range(3):
            with pytest.raises(httpx.ReadError):
                async with way.turn(), way.send(way.request("GET", "https://a.example/", {})):
                    pass

    asyncio.run(go())


def test_each_kind_of_request_has_turns_of_its_own():
    lines = Connections(seconds=5, transport=Recorder(GOOD["status"]))
    assert [
        each.at_once for each in (lines.submits, lines.blocking, lines.polls, lines.downloads)
    ] == [*module.AT_ONCE.values()]
    assert lines.downloads.longest_turn is None
