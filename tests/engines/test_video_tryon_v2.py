from __future__ import annotations

import pytest

from django_tryon.engines import GarmentInput, Inputs
from django_tryon.engines.video_tryon_v2 import VideoTryonV2
from django_tryon.exceptions import LaunchRefused

BUCKET = "https://segmind-resources.s3.amazonaws.com/input/"
CLIP = (
    BUCKET
    + "28386d68-f3d4-435d-8ab0-b07bb3609fb9-clideo_editor_7880b044c8704498ae9c43258a503d92.mp4"
)
FRAME = BUCKET + "e8601820-8a4a-4fff-81fb-2c21f77363c3-f9162e73-0c8b-4c77-997f-87ec85fc8c02.png"
PROMPT = "A woman dressed in a Superman costume poses in a futuristic city."

EXAMPLE = {
    "prompt": PROMPT,
    "reference_img": FRAME,
    "input_video": CLIP,
    "go_fast": True,
    "base_64": False,
}
"""The example request of the model's page."""

SHIRT = GarmentInput("upper", "white linen shirt")
JEANS = GarmentInput("lower", "blue jeans")


def payload(*, worn=(SHIRT,), frame=FRAME, **params):
    inputs = Inputs(person_url=CLIP, garments=worn, reference_url=frame)
    return VideoTryonV2.build_payload(inputs, VideoTryonV2.read_params(params))


def test_payload_is_the_example_of_the_page():
    assert payload(prompt=PROMPT) == EXAMPLE


def test_every_parameter_reaches_the_payload():
    given = {
        "prompt": "A dancer.",
        "reference_img": "https://shop.example/by-hand.png",
        "go_fast": False,
        "base_64": True,
    }
    assert payload(**given) == {"input_video": CLIP} | given


def test_defaults_are_those_of_the_page():
    assert VideoTryonV2.read_params({}) == {
        "prompt": None,
        "reference_img": None,
        "go_fast": True,
        "base_64": False,
    }


def test_prompt_is_made_from_all_garments():
    assert payload()["prompt"] == "A person wearing white linen shirt."
    assert payload(worn=(SHIRT, JEANS))["prompt"] == (
        "A person wearing white linen shirt and blue jeans."
    )


def test_frame_given_by_hand_wins_over_that_of_the_previous_job():
    by_hand = "https://shop.example/by-hand.png"
    assert payload(reference_img=by_hand)["reference_img"] == by_hand
    assert payload(reference_img=by_hand, frame="")["reference_img"] == by_hand
    assert VideoTryonV2.reference_param in VideoTryonV2.params.model_fields


def test_refuses_to_go_without_a_dressed_first_frame():
    with pytest.raises(LaunchRefused, match="first frame already dressed") as caught:
        payload(frame="")
    assert caught.value.field == "params.reference_img"


def test_says_what_it_needs():
    assert VideoTryonV2.output == VideoTryonV2.person_kind == "video"
    assert VideoTryonV2.needs_reference
    assert VideoTryonV2.max_clip_seconds == 50


@pytest.mark.parametrize(
    ("params", "allowed"),
    [
        ({"go_fast": 1}, "true or false"),
        ({"go_fast": "true"}, "true or false"),
        ({"go_fast": None}, "true or false"),
        ({"base_64": 0}, "true or false"),
        ({"base_64": "no"}, "true or false"),
        ({"prompt": ""}, "1 to 2000 characters"),
        ({"prompt": 5}, "1 to 2000 characters"),
        ({"prompt": "x" * 2001}, "1 to 2000 characters"),
        ({"prompt": "a\x00b"}, "control character"),
        ({"reference_img": 5}, "public address"),
        ({"reference_img": "file:///srv/frame.png"}, "http://"),
        ({"reference_img": "http://169.254.169.254/"}, "private"),
        ({"reference_img": "http://[::1]/frame.png"}, "private"),
        ({"reference_image": FRAME}, "Did you mean “reference_img”?"),
        ({"base64": False}, "Did you mean “base_64”?"),
        ({"input_video": CLIP}, "It takes: prompt, reference_img, go_fast, base_64."),
    ],
)
def test_refuses_what_the_page_does_not_allow(refused, params, allowed):
    assert allowed in refused(VideoTryonV2, params).message
