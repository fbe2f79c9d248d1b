"""Posting: to whom, over what, and what an answer is taken for."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook

from django_tryon.webhooks import post as post_module
from django_tryon.webhooks.post import Answer, Message, post
from django_tryon.webhooks.resolve import is_allowed, resolve
from tests.processes import free_port
from tests.webhooks.receiver import CERTIFICATE, Receiver, Say, receiving

Make = Callable[..., Message]


def sent(message: Message) -> Answer:
    return asyncio.run(post(message))


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """A name server of our own."""
    known: dict[str, list[str]] = {}

    def look_up(host: str, port: int, *args: Any, **kwargs: Any) -> list[Any]:
        if host not in known:
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in known[host]]

    real = socket.getaddrinfo
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda host, *args, **kwargs: (
            real(host, *args, **kwargs)
            if str(host).startswith("127.")
            else look_up(host, *args, **kwargs)
        ),
    )
    return known


def test_a_message_arrives_whole_and_verifies(receiver: Receiver, message: Make) -> None:
    given = message(receiver.url + "?a=1", body='{"name":"Überwurf"}')
    assert sent(given) == Answer(204)
    (got,) = receiver.got
    assert Webhook(given.secrets[0]).verify(got.body, dict(got.headers)) == {"name": "Überwurf"}
    assert got.path == "/hooks?a=1"
    assert got.headers["host"] == f"127.0.0.1:{receiver.port}"
    assert got.headers["content-type"] == "application/json"
    assert got.headers["user-agent"] == "django-tryon"
    assert not {"x-api-key", "authorization", "cookie"} & set(got.headers)


def test_what_went_wrong_is_said_shortly(receiver: Receiver, message: Make) -> None:
    text = {"content-type": "text/plain; charset=utf-8"}
    receiver.script = [
        Say(400, "bad\x00 \u202esign\n\nature".encode(), text),
        Say(500, b"x" * 100_000, {"content-type": "application/json"}),
        Say(502, b"<html>Bad gateway", {"content-type": "text/html"}),
        Say(200, b"thanks", text),
    ]
    assert sent(message(receiver.url)) == Answer(400, "bad sign ature")
    assert sent(message(receiver.url)) == Answer(500, "x" * 200)
    assert sent(message(receiver.url)) == Answer(502)
    assert sent(message(receiver.url)) == Answer(200)


def test_a_redirect_is_not_followed(receiver: Receiver, message: Make) -> None:
    receiver.script = [Say(307, headers={"location": receiver.url + "/elsewhere"})]
    answer = sent(message(receiver.url))
    assert answer.code == 307
    assert "redirects" in answer.text
    assert not answer.is_success
    assert len(receiver.got) == 1


def test_silence_ends(receiver: Receiver, message: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(post_module, "TIMEOUT", 0.2)
    receiver.script = [Say(hangs=True)]
    assert sent(message(receiver.url)) == Answer(None, "There was no answer within 0 s.")


def test_an_answer_that_never_ends_is_left(
    receiver: Receiver, message: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(post_module, "LONGEST_READING", 0.2)
    receiver.script = [Say(503, b"busy", {"content-type": "text/plain"}, drips=True)]
    assert sent(message(receiver.url)) == Answer(503, "busy")


def test_nobody_there(message: Make, names: dict[str, list[str]]) -> None:
    url = f"http://127.0.0.1:{free_port()}/"
    assert sent(message(url)) == Answer(None, "The connection was refused.")
    assert sent(message("https://gone.example/")) == Answer(None, "Its name is unknown.")
    names["empty.example"] = []
    said = sent(message("https://empty.example/"))
    assert said == Answer(None, "The connection failed (OSError).")
    answer = sent(message("https://" + "a" * 70 + ".example/"))
    assert answer.code is None


def test_a_connection_that_breaks(message: Make) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def hang_up() -> None:
            server.accept()[0].close()

        threading.Thread(target=hang_up).start()
        answer = sent(message(f"http://127.0.0.1:{server.getsockname()[1]}/"))
    assert answer.code is None
    assert answer.text.startswith("The connection failed (")


def test_the_next_address_is_tried(
    receiver: Receiver, message: Make, names: dict[str, list[str]]
) -> None:
    names["shop.localhost"] = ["127.0.0.2", "127.0.0.1"]
    url = f"http://shop.localhost:{receiver.port}/hooks"
    assert sent(message(url)).is_success
    assert receiver.got[0].headers["host"] == f"shop.localhost:{receiver.port}"


PRIVATE = [
    "10.0.0.7",
    "169.254.169.254",
    "192.168.1.1",
    "127.0.0.1",
    "::1",
    "fd00::1",
    "fe80::1%eth0",
]
PRIVATE += [
    "::ffff:10.0.0.7",
    "64:ff9b::a00:7",
    "2002:a00:7::1",
    "0.0.0.0",
    "100.64.0.1",
    "224.0.0.1",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_a_name_that_leads_inside_is_refused(
    address: str, message: Make, names: dict[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(post_module, "_ask", None)  # it must not come to that
    names["hooks.example"] = ["93.184.215.14", address]
    answer = sent(message("https://hooks.example/", local=True))
    assert answer == Answer(None, "Not sent: the address leads into a private network.")


def test_public_addresses_are_allowed() -> None:
    assert is_allowed("93.184.215.14", local=False)
    assert is_allowed("2606:2800:21f:cb07:6820:80da:af6b:8b2c", local=False)
    assert is_allowed("127.0.0.1", local=True)
    assert is_allowed("::1", local=True)
    assert not is_allowed("10.0.0.7", local=True)


def test_this_machine_only_where_it_may_be(receiver: Receiver, message: Make) -> None:
    private = "Not sent: the address leads into a private network."
    plain = "Not sent: the address does not begin with https://."
    tls = receiver.url.replace("http:", "https:")
    assert sent(message(tls, local=False)) == Answer(None, private)
    assert sent(message(receiver.url, local=False)) == Answer(None, plain)
    assert sent(message("http://93.184.215.14/")) == Answer(None, plain)
    assert sent(message("ftp://127.0.0.1/")) == Answer(None, plain)
    assert not receiver.got


@pytest.fixture
def trusted(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Trust the receiver's certificate."""
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    post_module._tls.cache_clear()
    yield
    post_module._tls.cache_clear()


@pytest.mark.usefixtures("trusted")
def test_the_certificate_must_be_the_names(message: Make, names: dict[str, list[str]]) -> None:
    names["shop.localhost"] = names["other.localhost"] = ["127.0.0.1"]
    with receiving(tls=True) as shop:
        assert sent(message(f"https://shop.localhost:{shop.port}/hooks")).is_success
        for url in (f"https://other.localhost:{shop.port}/hooks", shop.url):
            answer = sent(message(url))
            assert answer.code is None
            assert answer.text.startswith("TLS failed: ")
        assert len(shop.got) == 1


def test_a_certificate_that_nobody_trusts(message: Make) -> None:
    with receiving(tls=True) as shop:
        answer = sent(message(shop.url))
    assert answer.text.startswith("TLS failed: self")
    assert not shop.got


def test_no_address_is_logged(
    receiver: Receiver, message: Make, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, logger="httpx"):
        sent(message(receiver.url + "?token=secret"))
    assert "secret" not in caplog.text


def test_a_name_server_that_hangs_holds_up_nobody_else(
    receiver: Receiver, message: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, answered = threading.Barrier(41), threading.Event()
    real = socket.getaddrinfo

    def look_up(host: str, *args: Any, **kwargs: Any) -> Any:
        if host != "slow.example":
            return real(host, *args, **kwargs)
        asked.wait()
        answered.wait()
        raise socket.gaierror(socket.EAI_AGAIN, "later")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(post_module, "TIMEOUT", 30.0)

    async def all_at_once() -> list[Answer]:
        slow = [asyncio.ensure_future(post(message("https://slow.example/"))) for _ in range(40)]
        await asyncio.to_thread(asked.wait)  # forty look-ups hang by now
        quick = await post(message(receiver.url))
        answered.set()
        return [quick, *await asyncio.gather(*slow)]

    quick, *slow = asyncio.run(all_at_once())
    assert quick.is_success
    assert {answer.text for answer in slow} == {"Its name is unknown."}


def test_a_look_up_that_nobody_waits_for_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    answered = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: answered.wait() and [])

    async def give_up() -> None:
        task = asyncio.ensure_future(resolve("slow.example", 443))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        answered.set()
        for thread in threading.enumerate():
            if thread.name == "django_tryon-name":
                await asyncio.to_thread(thread.join)
        await asyncio.sleep(0)

    asyncio.run(give_up())


def test_a_name_that_cannot_be_written_is_unknown() -> None:
    async def ask() -> Any:
        return await resolve("a..example", 443)

    with pytest.raises(OSError, match="label"):
        asyncio.run(ask())
