"""Give out output files, and keep what people upload."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from .door import Delivery, Refusal, endpoint, read_object
from .faults import Step

if TYPE_CHECKING:
    from .app import Sandbox
    from .files import FileStore, StoredFile

DATA_URL = re.compile(r"data:(?P<type>(?:image|video|audio)/(?P<suffix>[a-z0-9.+-]+));base64,")


@endpoint(Step.OUTPUT, needs_key=False)
async def give_output(sandbox: Sandbox, request: Request) -> Response:
    """Answer `GET /outputs/{name}`."""
    return _give(sandbox, sandbox.outputs, request)


@endpoint(Step.OUTPUT, needs_key=False)
async def give_asset(sandbox: Sandbox, request: Request) -> Response:
    """Answer `GET /assets/{name}`."""
    return _give(sandbox, sandbox.assets, request)


@endpoint(Step.UPLOAD)
async def upload(sandbox: Sandbox, request: Request) -> Response:
    """Answer `POST /upload-asset`: keep each data URL and return public addresses."""
    body = await read_object(request)
    data_urls = body.get("data_urls")
    if not isinstance(data_urls, list) or not data_urls:
        raise Refusal(400, "data_urls must be a list of data URLs")
    root = str(request.base_url).rstrip("/")
    files = [_decode(data_url) for data_url in data_urls]
    names = [
        sandbox.assets.add_for_good(content, content_type=content_type, suffix=suffix)
        for content, content_type, suffix in files
    ]
    return JSONResponse(
        {
            "file_urls": [f"{root}/assets/{name}" for name in names],
            "message": "Files uploaded successfully",
        }
    )


def _decode(data_url: object) -> tuple[bytes, str, str]:
    match = DATA_URL.match(data_url) if isinstance(data_url, str) else None
    if match is None or not isinstance(data_url, str):
        raise Refusal(400, "data_urls must hold data URLs of images, clips or sounds in base64")
    try:
        content = base64.b64decode(data_url[match.end() :], validate=True)
    except ValueError as error:
        raise Refusal(400, "A data URL holds no valid base64") from error
    return content, match["type"], match["suffix"].partition("+")[0]


def _give(sandbox: Sandbox, store: FileStore, request: Request) -> Response:
    file = store.find(request.path_params["name"], now=sandbox.clock())
    if file is None:
        raise Refusal(404, "File not found")
    start = _start(request, file)
    if start >= len(file.content) > 0:
        raise Refusal(416, "The file is not that long")
    headers = {"accept-ranges": "bytes", "etag": file.tag}
    if start:
        end = len(file.content)
        headers["content-range"] = f"bytes {start}-{end - 1}/{end}"
    content = file.content[start:]
    status = 206 if start else 200
    common: dict[str, Any] = {
        "status_code": status,
        "media_type": file.content_type,
        "headers": headers,
    }
    if file.request_id:
        return Delivery(content, request_id=file.request_id, **common)
    return Response(content, **common)


def _start(request: Request, file: StoredFile) -> int:
    """Return where to begin: at the byte that is asked for, if the file is still the same."""
    asked = re.fullmatch(r"bytes=(\d+)-", request.headers.get("range", ""))
    same = request.headers.get("if-range", file.tag) == file.tag
    return int(asked[1]) if asked and same else 0
