"""Downloads: from whom."""

from __future__ import annotations

import httpx
import pytest

from django_tryon import exceptions as e
from django_tryon.segmind import download as module
from django_tryon.segmind.links import check_host
from tests.segmind.fetching import FILE, LINK, fetch, file, refused, rules
from tests.segmind.talking import Recorder

pytestmark = pytest.mark.usefixtures("temporary")


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
