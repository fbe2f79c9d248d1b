"""The files of an answer, in every shape that has been met."""

from __future__ import annotations

import base64
import json

import pytest

from django_tryon.segmind.outputs import Output, decode, read_outputs

URL = "https://images.segmind.com/generations/a.jpeg"
CLIP = "https://images.segmind.com/generations/a.mp4"
BYTES = bytes(range(256))
B64 = base64.b64encode(BYTES).decode()
LINK, DATA = [Output(url=URL)], [Output(content=BYTES)]


def nested(depth):
    value = URL
    for _level in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("body", "outputs"),
    [
        ({"output": URL}, LINK),
        ({"output": f"  {URL}\n"}, LINK),
        ({"output": URL.replace("https", "HTTPS")}, [Output(url=URL.replace("https", "HTTPS"))]),
        ({"output": [URL]}, LINK),
        ({"output": [URL, URL, CLIP]}, [*LINK, Output(url=CLIP)]),
        ({"output": {"url": URL}}, LINK),
        ({"output": {"image_url": URL}}, LINK),
        ({"output": {"video_url": CLIP}}, [Output(url=CLIP)]),
        ({"output": {"image_url": URL, "video_url": CLIP}}, [Output(url=CLIP)]),
        ({"output": {"image_url": URL, "video_url": None}}, LINK),
        ({"output": {"media_url": [URL, CLIP]}}, [*LINK, Output(url=CLIP)]),
        ({"output": {"url": "", "image_url": URL}}, LINK),
        ({"output": {"images": [{"url": URL}]}}, LINK),
        ({"output": [{"url": URL}, {"url": CLIP}]}, [*LINK, Output(url=CLIP)]),
        ({"output": json.dumps([URL])}, LINK),
        ({"output": json.dumps({"url": URL})}, LINK),
        ({"output": json.dumps(URL)}, LINK),
        ({"output": json.dumps([{"keyname": "image", "value": URL}])}, LINK),
        (
            {"output": [{"keyname": "a", "value": {"data": URL, "type": "image"}}]},
            LINK,
        ),
        ({"output": B64}, DATA),
        ({"output": f"data:image/png;base64,{B64}"}, DATA),
        ({"output": [f"DATA:image/png;BASE64,{B64}"]}, DATA),
        # The file may be named elsewhere than in "output".
        ({"images": [{"url": URL, "content_type": "image/jpeg", "file_size": 5}]}, LINK),
        ({"output": None, "images": [{"url": URL}]}, LINK),
        ({"output": "ok", "images": [URL]}, LINK),
        ({"video": {"url": CLIP, "last_frame_url": URL}}, [Output(url=CLIP)]),
        ({"image": {"url": URL}}, LINK),
        ({"output": URL, "images": [{"url": URL}], "video": {"url": CLIP}}, LINK),
        # An input that the answer repeats is no output.
        ({"image": URL}, []),
        ({"video": CLIP}, []),
        ({"images": B64}, []),
        ({"video": {"last_frame_url": URL}}, []),
        ({"status_url": URL, "response_url": URL}, []),
        # Words, and shapes nobody has met.
        ({}, []),
        ({"output": None}, []),
        ({"output": ""}, []),
        ({"output": "ok"}, []),
        ({"output": "a picture of a person who wears a coral T-shirt, before a wall. " * 3}, []),
        ({"output": "é" * 100}, []),
        ({"output": "{broken"}, []),
        ({"output": "ftp://images.segmind.com/a.jpeg"}, []),
        ({"output": 5}, []),
        ({"output": True}, []),
        ({"output": {}}, []),
        ({"output": []}, []),
        ({"output": [None, 1, {}]}, []),
        ({"output": "[" * 100_000}, []),
        ({"output": nested(8)}, LINK),
        ({"output": nested(9)}, []),
    ],
)
def test_shapes(body, outputs):
    assert read_outputs(body) == outputs


SAFE = base64.urlsafe_b64encode(BYTES).decode()


@pytest.mark.parametrize(
    "text",
    [
        B64,
        B64.rstrip("="),
        SAFE,
        SAFE.rstrip("="),
        "\r\n".join(B64[at : at + 76] for at in range(0, len(B64), 76)),
        f"data:image/png;base64,{B64}",
        f"data:;base64,{B64.rstrip('=')}",
        f"data:image/png;base64,{B64.replace('+', '%2B').replace('=', '%3D')}",
        "data:image/png," + "".join(f"%{byte:02x}" for byte in BYTES),
    ],
)
def test_bytes_written_as_text(text):
    assert decode(text) == BYTES


@pytest.mark.parametrize(
    "text",
    [
        "",
        "data:",
        "data:image/png;base64,",
        "data:image/png;base64,???",
        "QUJD",
        B64 + "!",
        B64[:65],
    ],
)
def test_text_that_is_no_file(text):
    assert decode(text) == b""


def test_a_short_picture_is_taken_from_a_data_uri():
    assert decode("data:image/png;base64,QUJD") == b"ABC"


def test_bytes_stay_out_of_the_repr():
    assert "content" not in repr(Output(content=BYTES))
