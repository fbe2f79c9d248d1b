"""Run an accepted request: check it, fetch its inputs, draw, keep the output, charge."""

from __future__ import annotations

import asyncio
import base64
import logging
import os
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from .catalogue import Field, Kind, Model
from .drawing.media import UnusableInput
from .drawing.memory import Memory
from .drawing.painters import Painted
from .faults import Step
from .fetching import CannotFetch
from .ledger import Entry
from .validation import InvalidParameter, validate

if TYPE_CHECKING:
    from .app import Sandbox

logger = logging.getLogger(__name__)

# One core stays free for answering: a poll must not wait for a picture.
_painters = ThreadPoolExecutor(max(1, (os.cpu_count() or 2) - 1), thread_name_prefix="sandbox")
_memory = Memory()


class RunFailed(Exception):
    """A run that ends in FAILED, with the message that the caller sees."""


class NeverEnds(Exception):
    """A run that comes to no outcome."""


async def run(sandbox: Sandbox, entry: Entry) -> None:
    """Bring a request to its outcome, unless somebody else is at it or has done so."""
    if not sandbox.ledger.take(entry):
        return
    started = time.perf_counter()
    try:
        await sandbox.ask_faults(Step.RUN, request=None, entry=entry)
        painted = await _paint(sandbox, entry)
    except InvalidParameter as error:
        # Segmind finds these before any work: such a request fails as soon as a worker has it.
        entry.ready_at = entry.starts_at
        sandbox.ledger.fail(entry, str(error), inference_time=_took(started))
    except NeverEnds:
        logger.debug("request %s runs for ever", entry.request_id)
    except RunFailed as error:
        sandbox.ledger.fail(entry, str(error), inference_time=_took(started))
    except Exception:
        logger.exception("the sandbox could not draw request %s", entry.request_id)
        sandbox.ledger.fail(entry, "Internal server error", inference_time=_took(started))
    except BaseException:
        # The event loop is going away: whoever asks after the request next runs it.
        sandbox.ledger.give_back(entry)
        raise
    else:
        _keep(sandbox, entry, painted)
        planned = (entry.ready_at - entry.starts_at).total_seconds()
        sandbox.ledger.complete(entry, inference_time=max(planned, _took(started)))


async def _paint(sandbox: Sandbox, entry: Entry) -> Painted:
    params = validate(entry.model, entry.body)
    if sandbox.plain is not None:
        return sandbox.plain.of(entry.model)
    inputs = await _fetch_inputs(sandbox, entry.model, params)
    try:
        return await asyncio.get_running_loop().run_in_executor(
            _painters, _memory.paint, entry.model.slug, params, inputs
        )
    except UnusableInput as error:
        raise RunFailed(f"Invalid input: {error}") from error


async def _fetch_inputs(
    sandbox: Sandbox, model: Model, params: dict[str, Any]
) -> dict[str, list[bytes]]:
    inputs = {}
    for field in model.fields:
        value = params[field.name]
        if field.kind in {Kind.URI, Kind.URIS} and value:
            urls = value if isinstance(value, list) else [value]
            inputs[field.name] = [await _fetch(sandbox, field, url) for url in urls]
    return inputs


async def _fetch(sandbox: Sandbox, field: Field, url: str) -> bytes:
    try:
        return await sandbox.fetch(url)
    except CannotFetch as error:
        raise RunFailed(f"Failed to download {field.name}: {error}") from error


def _keep(sandbox: Sandbox, entry: Entry, painted: Painted) -> None:
    if entry.model.base64_flag and entry.body.get(entry.model.base64_flag):
        entry.output = base64.b64encode(painted.content).decode()
        return
    name = sandbox.outputs.add(
        painted.content,
        content_type=painted.content_type,
        suffix=painted.suffix,
        now=sandbox.clock(),
        request_id=entry.request_id,
    )
    entry.output = f"{entry.base_url}/outputs/{name}"
    entry.files = [
        {
            "url": entry.output,
            "content_type": painted.content_type,
            "file_name": name,
            "file_size": len(painted.content),
        }
    ]


def _took(started: float) -> float:
    return time.perf_counter() - started
