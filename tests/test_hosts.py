"""Addresses, told apart by their text."""

from __future__ import annotations

import pytest

from django_tryon.hosts import (
    host_of,
    is_loopback,
    plain_host,
    why_malformed,
    why_not_public,
)


@pytest.mark.parametrize(
    ("host", "plain"),
    [
        ("shop.example", "shop.example"),
        ("shop.example.", "shop.example"),
        ("abc.def", "abc.def"),
        ("127.1", "127.0.0.1"),
        ("2130706433", "127.0.0.1"),
        ("0x7f000001", "127.0.0.1"),
        ("0177.0.0.1", "127.0.0.1"),
        ("1.2.3.4.5", "1.2.3.4.5"),
        ("::1", "[::1]"),
        ("0:0:0:0:0:0:0:1", "[::1]"),
        ("::ffff:1.2.3.4", "1.2.3.4"),
        ("64:ff9b::7f00:1", "127.0.0.1"),
        ("2002:7f00:1::", "127.0.0.1"),
        ("", ""),
    ],
)
def test_host_in_its_plainest_spelling(host, plain):
    assert plain_host(host) == plain


def test_what_only_looks_like_an_ipv6_address_is_an_error():
    with pytest.raises(ValueError, match="1:2"):
        plain_host("1:2")


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://Images.Segmind.COM.:443/a", "images.segmind.com"),
        ("https://images.segmind.com@evil.example/", "evil.example"),
        ("https://images.segmind.com\\@evil.example/", "evil.example"),
        ("http://[::1]:80/", "[::1]"),
        ("http://[1:2]/", ""),
        ("http://[::1/", ""),
        ("/relative", ""),
        ("", ""),
    ],
)
def test_host_of(url, host):
    assert host_of(url) == host


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9000",
        "http://127.8.9.10/",
        "http://127.1/",
        "http://2130706433/",
        "http://localhost",
        "http://LOCALHOST.:8000/",
        "http://shop.localhost/",
        "http://ip6-localhost/",
        "http://[::1]:9000/",
        "http://[::ffff:127.0.0.1]/",
    ],
)
def test_this_machine(url):
    assert is_loopback(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://api.segmind.com",
        "http://10.0.0.1/",
        "http://0.0.0.0/",
        "http://notlocalhost/",
        "http://localhost.example/",
        "http://127.0.0.1@evil.example/",
        "http://127.0.0.1.evil.example/",
        "http://[::1/",
        "127.0.0.1",
        "",
    ],
)
def test_not_this_machine(url):
    assert not is_loopback(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://shop.example/a.png?x=1#y",
        "HTTPS://Shop.Example.:8443/",
        "https://1.1.1.1/",
        "https://[2606:4700:4700::1111]/",
        "https://dead.beef/",
        "https://xn--bcher-kva.example/",
    ],
)
def test_public(url):
    assert why_not_public(url) == ""


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("", "it does not begin with https://"),
        ("http://shop.example/", "it does not begin with https://"),
        ("ftp://shop.example/", "it does not begin with https://"),
        ("https://", "it names no host"),
        ("https://ana:pw@shop.example/", "it carries a user name or password"),
        ("https://@shop.example/", "it carries a user name or password"),
        ("https://shop.example:x/", "it is not a well-formed address"),
        ("https://[::1", "it is not a well-formed address"),
        ("https://shop.example/a b", "it holds a space, a backslash or a control character"),
        ("https://shop.example\\@10.0.0.1/", "it holds a space, a backslash or a control"),
        ("https://shop.example/\x00", "it holds a space, a backslash or a control"),
        ("https://bücher.example/", "its host holds signs that no host has"),
        ("https://127.0.0%2e1/", "its host holds signs that no host has"),
        ("https://[fe80::1%25eth0]/", "its host holds signs that no host has"),
        ("https://localhost/", "localhost is only known on this machine or network"),
        ("https://a.localhost/", "a.localhost is only known on this machine or network"),
        ("https://nas.local/", "nas.local is only known on this machine or network"),
        ("https://x.internal/", "x.internal is only known on this machine or network"),
        ("https://intranet/", "intranet is not a public host name"),
        ("https://10.1.2.3/", "10.1.2.3 is a private address"),
        ("https://100.64.0.1/", "100.64.0.1 is a private address"),
        ("https://169.254.169.254/", "169.254.169.254 is a private address"),
        ("https://127.1/", "127.0.0.1 is a private address"),
        ("https://0/", "0.0.0.0 is a private address"),
        ("https://224.0.0.1/", "224.0.0.1 is a private address"),
        ("https://[::1]/", "[::1] is a private address"),
        ("https://[fd00::1]/", "[fd00::1] is a private address"),
        ("https://[ff02::1]/", "[ff02::1] is a private address"),
        ("https://[64:ff9b::a00:1]/", "10.0.0.1 is a private address"),
    ],
)
def test_not_public(url, why):
    assert why_not_public(url).startswith(why)


def test_other_schemes_where_they_are_allowed():
    assert why_not_public("http://shop.example/", schemes=("http", "https")) == ""
    assert why_malformed("ftp://shop.example/", schemes=("http", "https")) == (
        "it does not begin with http:// or https://"
    )


def test_form_and_reach_are_two_questions():
    assert why_malformed("https://10.0.0.1/") == ""
    assert why_not_public("https://10.0.0.1/")
