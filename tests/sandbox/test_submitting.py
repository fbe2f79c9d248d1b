from __future__ import annotations

import asyncio
import base64
import io
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from PIL import Image
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from django_tryon.sandbox.faults import Step
from django_tryon.sandbox.ledger import Entry
from django_tryon.sandbox.runs import RunFailed

from .conftest import BODIES, DIFFUSION, IDM, ROOT, VIDEO, Caller


def test_v2_answers_with_where_to_ask(call: Caller) -> None:
    answer = call.submit("idm-vton", **IDM)
    request_id = answer["request_id"]
    assert UUID(request_id)
    assert answer == {
        "request_id": request_id,
        "status": "QUEUED",
        "poll_url": f"{ROOT}/v1/requests/{request_id}",
        "status_url": f"{ROOT}/v2/requests/{request_id}/status",
        "response_url": f"{ROOT}/v2/requests/{request_id}",
    }
    (entry,) = call.sandbox.ledger
    assert (entry.version, entry.body, entry.cost) == ("v2", IDM, None)


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_an_unknown_model_is_404(call: Caller, version: str) -> None:
    response = call("POST", f"/{version}/no-such-model", json={})
    assert response.status_code == 404
    assert response.json() == {"error": "Model no-such-model not found"}


def test_a_retired_model_is_410(make: Callable[..., Caller]) -> None:
    call = make(retired=["fashion-ai"])
    response = call("POST", "/v2/fashion-ai", json=BODIES["fashion-ai"])
    assert response.status_code == 410
    assert "retired" in response.json()["error"]


def test_a_balance_that_is_too_small_is_406_with_both_figures(make: Callable[..., Caller]) -> None:
    call = make(balance="0.05")
    call.submit("idm-vton", **IDM)  # not run yet: its cost is only reserved
    response = call("POST", "/v2/idm-vton", json=IDM)
    assert response.status_code == 406
    assert response.json()["error"] == (
        "Insufficient credits: this request needs 0.0443 credits, 0.0057 are available"
    )


def test_only_completed_requests_are_charged(make: Callable[..., Caller]) -> None:
    call = make(balance="0.05")
    failed = call.result("idm-vton", **IDM | {"steps": 0})
    assert failed["status"] == "FAILED"
    assert call.sandbox.ledger.balance == Decimal("0.05")
    assert call.result("idm-vton", **IDM)["status"] == "COMPLETED"
    assert call.sandbox.ledger.balance == Decimal("0.0057")
    assert call.sandbox.ledger.billed == Decimal("0.0443")
    assert [entry.cost for entry in call.sandbox.ledger] == [None, Decimal("0.0443")]
    assert call.sandbox.ledger[-1].remaining == Decimal("0.0057")


@pytest.mark.parametrize("slug", BODIES)
def test_v1_answers_with_the_file(call: Caller, slug: str) -> None:
    response = call("POST", f"/v1/{slug}", json=BODIES[slug])
    assert response.status_code == 200
    wanted = {"p-image-try-on": "image/png", "video-tryon-v2": "video/mp4"}.get(slug, "image/jpeg")
    assert response.headers["content-type"] == wanted
    (entry,) = call.sandbox.ledger
    assert response.headers["x-request-id"] == entry.request_id
    assert Decimal(response.headers["x-cost"]) == entry.cost
    assert Decimal(response.headers["x-remaining-credits"]) == call.sandbox.ledger.balance
    assert float(response.headers["x-generation-time"]) >= 0
    assert int(response.headers["x-seed-value"]) == entry.seed


@pytest.mark.parametrize(
    ("body", "seed"), [({"seed": 7}, 7), ({}, None), ({"seed": -1}, None), ({"seed": "x"}, None)]
)
def test_a_request_without_a_seed_gets_a_random_one(
    call: Caller, body: dict[str, object], seed: int | None
) -> None:
    call.submit("try-on-diffusion", **DIFFUSION | body)
    chosen = call.sandbox.ledger[0].seed
    assert chosen >= 0
    assert seed in (None, chosen)


def test_a_seed_in_text_and_a_printed_default_are_used(call: Caller) -> None:
    call.submit("p-image-try-on", **BODIES["p-image-try-on"] | {"seed": "99"})
    call.submit("p-image-try-on", **BODIES["p-image-try-on"])
    assert [entry.seed for entry in call.sandbox.ledger] == [99, 12345]


@pytest.mark.parametrize(
    ("slug", "flag", "body"),
    [("try-on-diffusion", "base64", DIFFUSION), ("video-tryon-v2", "base_64", VIDEO)],
)
def test_base64_is_answered_in_json(
    call: Caller, slug: str, flag: str, body: dict[str, object]
) -> None:
    response = call("POST", f"/v1/{slug}", json=body | {flag: True})
    content = base64.b64decode(response.json()["image"])
    assert response.headers["content-type"] == "application/json"
    assert content[4:8] == b"ftyp" or Image.open(io.BytesIO(content)).format == "JPEG"
    result = call.result(slug, **body | {flag: True})
    assert base64.b64decode(result["output"])
    assert "images" not in result
    assert "video" not in result


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        ({"garm_img": None}, 400, "garm_img is required"),
        ({"steps": 41}, 422, "steps must be less than or equal to 40"),
        (
            {"garm_img": "http://site/none"},
            400,
            "Failed to download garm_img: the address answered",
        ),
        ({"garm_img": "http://site/text"}, 400, "garm_img is not a readable JPEG, PNG or WebP"),
    ],
)
def test_v1_says_at_once_what_is_wrong(
    call: Caller, body: dict[str, object], status: int, message: str
) -> None:
    response = call("POST", "/v1/idm-vton", json=IDM | body)
    assert response.status_code == status
    assert message in response.json()["error"]
    assert call.sandbox.ledger.billed == 0


def test_a_blunder_of_our_own_is_500(make: Callable[..., Caller]) -> None:
    async def fetch(url: str) -> bytes:
        raise RuntimeError("a bug")

    call = make(fetch=fetch)
    response = call("POST", "/v1/idm-vton", json=IDM)
    assert (response.status_code, response.json()) == (500, {"error": "Internal server error"})


def test_v1_waits_until_the_run_is_over(make: Callable[..., Caller]) -> None:
    # The clock stands a moment before the end once the drawing is done: no long wait remains.
    call = make(seconds=60)

    async def fetch(url: str) -> bytes:
        call.clock.now = call.sandbox.ledger[0].ready_at - timedelta(milliseconds=1)
        return b"not a picture"

    call.sandbox.fetch = fetch
    assert call("POST", "/v1/idm-vton", json=IDM).status_code == 400


class Scripted:
    """Does something once, at one step."""

    def __init__(self, step: Step, deed: Exception | Response) -> None:
        self.step, self.deed = step, deed
        self.seen: list[Step] = []

    async def __call__(
        self, step: Step, *, request: Request | None, entry: Entry | None
    ) -> Response | None:
        self.seen.append(step)
        if step is not self.step:
            return None
        if isinstance(self.deed, Exception):
            raise self.deed
        return self.deed


def test_faults_are_asked_at_every_step(make: Callable[..., Caller]) -> None:
    hook = Scripted(Step.OUTPUT, JSONResponse({"error": "gone"}, status_code=503))
    call = make(faults=hook)
    result = call.result("idm-vton", **IDM)
    assert call("GET", result["output"], key=None).status_code == 503
    assert hook.seen == [Step.SUBMIT, Step.ACCEPTED, Step.RESULT, Step.RUN, Step.OUTPUT]


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_an_answer_may_be_lost_after_the_request_was_accepted(
    make: Callable[..., Caller], version: str
) -> None:
    call = make(faults=Scripted(Step.ACCEPTED, JSONResponse({}, status_code=504)))
    assert call("POST", f"/{version}/idm-vton", json=IDM).status_code == 504
    assert len(call.sandbox.ledger) == 1


def test_a_run_may_be_made_to_fail(make: Callable[..., Caller]) -> None:
    call = make(faults=Scripted(Step.RUN, RunFailed("Content policy")))
    assert call.result("idm-vton", **IDM)["error"] == "Content policy"


def test_a_run_goes_on_by_itself_where_the_server_lives_on(make: Callable[..., Caller]) -> None:
    call = make(speed=2.0, seconds=None)

    async def submit_and_let_it_run() -> None:
        async with call.client() as client:
            await client.post("/v2/fashion-ai", json=BODIES["fashion-ai"])
        await asyncio.gather(*call.sandbox._running)

    asyncio.run(submit_and_let_it_run())
    (entry,) = call.sandbox.ledger
    assert entry.outcome == "COMPLETED"
    assert entry.ready_at - entry.submitted_at == timedelta(seconds=1.4)
    assert entry.inference_time == pytest.approx(1.4 * 0.85)


def test_a_run_whose_event_loop_went_away_is_run_when_it_is_due(
    make: Callable[..., Caller],
) -> None:
    call = make(seconds=10)
    answer = call.submit("idm-vton", **IDM)  # its loop ends with this request
    assert call.sandbox.ledger[0].outcome is None
    call.clock.forward(seconds=11)
    assert call("GET", answer["status_url"]).json()["status"] == "COMPLETED"
