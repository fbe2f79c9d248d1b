from __future__ import annotations

import pytest

from django_tryon.engines.links import problem_with


@pytest.mark.parametrize(
    "url",
    [
        "https://shop.example/face.jpg?token=a-b_c&x=1#y",
        "http://shop.example/face.jpg",
        "https://Shop.Example.:8443/é.jpg",
        "https://1.1.1.1/a.png",
        "https://[2606:4700:4700::1111]/a.png",
        "https://xn--bcher-kva.example/a.png",
        "https://dead.beef/a.png",
        "HTTPS://shop.example",
    ],
)
def test_public_address_is_fine(url):
    assert problem_with(url) == ""


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("", "http://"),
        ("shop.example/a.png", "http://"),
        ("file:///etc/passwd", "http://"),
        ("ftp://shop.example/a.png", "http://"),
        ("data:image/png;base64,AAAA", "http://"),
        ("javascript:alert(1)", "http://"),
        ("https:///a.png", "no host"),
        ("https://", "no host"),
        ("https://ana@shop.example/", "user name"),
        ("https://ana:secret@shop.example/", "user name"),
        ("https://@shop.example/", "user name"),
        ("https://shop.example:99999/", "well-formed"),
        ("https://shop.example:x/", "well-formed"),
        ("https://[::1/a.png", "well-formed"),
        ("https://[1:2]/a.png", "well-formed"),
        ("https://shop.example/a b.png", "space"),
        ("https://shop.example/a\nb.png", "control"),
        ("https://shop.example\\@10.0.0.1/", "backslash"),
        ("https://bücher.example/", "xn--"),
        ("https://127.0.0%2e1/", "xn--"),
        ("https://127。0。0。1/", "xn--"),
        ("https://intranet/a.png", "not a public host"),
        ("https://localhost/a.png", "this machine"),
        ("https://LOCALHOST./a.png", "this machine"),
        ("https://shop.localhost/a.png", "this machine"),
        ("https://metadata.google.internal/", "network"),
        ("https://nas.local/a.png", "network"),
        ("http://169.254.169.254/", "private"),
        ("http://127.0.0.1:8000/a.png", "private"),
        ("http://10.1.2.3/a.png", "private"),
        ("http://192.168.1.1/a.png", "private"),
        ("http://172.16.0.1/a.png", "private"),
        ("http://0/", "private"),
        ("http://127.1/", "private"),
        ("http://2130706433/", "private"),
        ("http://0x7f000001/", "private"),
        ("http://0177.0.0.1/", "private"),
        ("http://[::1]/a.png", "private"),
        ("http://[fe80::1]/a.png", "private"),
        ("http://[fd00::1]/a.png", "private"),
        ("http://[::ffff:127.0.0.1]/a.png", "private"),
        ("http://[::ffff:169.254.169.254]/a.png", "private"),
    ],
)
def test_inner_or_malformed_address_is_refused(url, problem):
    assert problem in problem_with(url)


@pytest.mark.parametrize(
    "base", ["http://127.0.0.1:9000", "http://localhost:9000", "http://[::1]:9000"]
)
def test_this_machine_is_fine_while_the_provider_is_on_it_too(settings, base):
    settings.TRYON = {"BASE_URL": base}
    assert problem_with("http://127.0.0.1:8000/a.png") == ""
    assert problem_with("http://localhost:8000/a.png") == ""
    assert problem_with("http://[::1]:8000/a.png") == ""
    assert "private" in problem_with("http://169.254.169.254/")
    assert "private" in problem_with("http://10.0.0.1/")
    assert "http://" in problem_with("file:///etc/passwd")
    assert "user name" in problem_with("http://a:b@127.0.0.1/")
