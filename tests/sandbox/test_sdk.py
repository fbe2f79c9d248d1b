"""Segmind's own Python package, unchanged, against a sandbox that is really served."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import av
import httpx
import pytest
import segmind
from PIL import Image
from segmind import InferenceFailed, SegmindClient, SegmindError
from segmind.files import Files

from django_tryon.sandbox.app import Sandbox, create_sandbox

from . import art
from .conftest import BODIES
from .serving import files_served, served


@pytest.fixture(scope="module")
def site(web: dict[str, bytes]) -> Iterator[str]:
    """Where the inputs are."""
    with files_served({urlsplit(url).path: content for url, content in web.items()}) as root:
        yield root


@pytest.fixture(scope="module")
def sandbox() -> Sandbox:
    return create_sandbox(seconds=0)


@pytest.fixture(scope="module")
def root(sandbox: Sandbox) -> Iterator[str]:
    with served(sandbox) as address:
        yield address


@pytest.fixture
def client(root: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[SegmindClient]:
    monkeypatch.setattr(Files, "STORAGE_BASE_URL", root)
    # By name: the attribute `segmind.generations` is an object that hides the module.
    history = sys.modules["segmind.generations"]
    monkeypatch.setattr(history, "REQUEST_HISTORY_URL", f"{root}/inference-request/request-history")
    client = SegmindClient(api_key="SG_0123456789abcdef", base_url=f"{root}/v1")
    with client._client:
        yield client


def body_of(slug: str, site: str) -> dict[str, Any]:
    def moved(value: Any) -> Any:
        if isinstance(value, list):
            return [moved(item) for item in value]
        return value.replace("http://site", site) if isinstance(value, str) else value

    return {name: moved(value) for name, value in BODIES[slug].items()}


def check_file(content: bytes, slug: str) -> None:
    if slug == "video-tryon-v2":
        with av.open(io.BytesIO(content)) as container:
            assert len(list(container.decode(video=0))) == 6
    else:
        Image.open(io.BytesIO(content)).load()


def test_this_is_the_version_that_was_read() -> None:
    assert segmind.__version__ == "1.3.0"


@pytest.mark.parametrize("slug", BODIES)
def test_v2_runs_each_model(client: SegmindClient, site: str, slug: str) -> None:
    result = client.run(slug, **body_of(slug, site))
    assert result["status"] == "COMPLETED"
    assert result["metrics"]["cost"] > 0
    check_file(httpx.get(result["output"]).content, slug)


@pytest.mark.parametrize("slug", BODIES)
def test_v1_runs_each_model(client: SegmindClient, site: str, slug: str) -> None:
    check_file(client.run_sync(slug, **body_of(slug, site)).content, slug)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"steps": 99}, "Validation error in IdmVtonInferenceProcessor: steps must be"),
        ({"garm_img": "{site}/none"}, "Failed to download garm_img: the address answered HTTP 404"),
        ({"garm_img": "{site}/text"}, "Invalid input: garm_img is not a readable"),
    ],
)
def test_v2_failures_arrive_with_their_reason(
    client: SegmindClient, site: str, wrong: dict[str, Any], message: str
) -> None:
    wrong = {k: v.format(site=site) if isinstance(v, str) else v for k, v in wrong.items()}
    job = client.submit_async("idm-vton", **body_of("idm-vton", site) | wrong)
    with pytest.raises(InferenceFailed) as raised:
        job.wait()
    assert raised.value.detail.startswith(message)
    assert job.result()["status"] == "FAILED"


@pytest.mark.parametrize(
    ("slug", "key", "status", "message"),
    [
        ("nothing", "SG_1", 404, "Model nothing not found"),
        ("idm-vton", "wrong", 401, "Unauthorized. API key is invalid or may have expired..."),
    ],
)
def test_refusals_arrive_with_their_status(
    root: str, slug: str, key: str, status: int, message: str
) -> None:
    client = SegmindClient(api_key=key, base_url=f"{root}/v1")
    with client._client:
        for ask in (client.run, client.run_sync):
            with pytest.raises(SegmindError) as raised:
                ask(slug)
            assert (raised.value.status, raised.value.detail) == (status, message)


def test_an_unknown_request_is_not_found(client: SegmindClient, site: str) -> None:
    job = client.submit_async("idm-vton", **body_of("idm-vton", site))
    job.status_url = job.status_url.replace(job.request_id, "0000")
    with pytest.raises(SegmindError) as raised:
        job.status()
    assert (raised.value.status, raised.value.detail) == (404, "Request 0000 not found")


def test_uploads_can_be_used_as_inputs(client: SegmindClient, site: str, tmp_path: Path) -> None:
    shirt = tmp_path / "shirt.png"
    shirt.write_bytes(art.encode(art.garment(), "PNG"))
    (url,) = client.files.upload(shirt)["file_urls"]
    result = client.run("idm-vton", **body_of("idm-vton", site) | {"garm_img": url})
    assert result["status"] == "COMPLETED"


def test_history_and_credits(client: SegmindClient, site: str, sandbox: Sandbox, root: str) -> None:
    result = client.run("fashion-ai", **body_of("fashion-ai", site))
    row = client.generations.get(result["request_id"])
    assert row["generation_url"] == result["output"]
    assert row["request_body"] == body_of("fashion-ai", site)
    listed = client.generations.history(model_name="fashion", status="COMPLETED", per_page=5)
    assert listed["data"][0] == row
    credits = client._request("GET", f"{root}/v1/get-user-credits").json()
    assert credits["credits"] == float(sandbox.ledger.balance)


def test_a_key_is_needed(root: str) -> None:
    assert httpx.post(f"{root}/v2/idm-vton", json={}).status_code == 401


def test_a_run_that_takes_a_while_is_waited_for(site: str) -> None:
    with served(create_sandbox(seconds=0.3)) as root:
        client = SegmindClient(api_key="SG_1", base_url=f"{root}/v1")
        with client._client:
            job = client.submit_async("idm-vton", **body_of("idm-vton", site))
            assert job.status()["status"] in {"QUEUED", "PROCESSING"}
            assert job.wait(timeout=60, interval=0.02)["status"] == "COMPLETED"
