"""Sign a message as Standard Webhooks has it: https://www.standardwebhooks.com."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable


def sign(secret: str, id: str, timestamp: int, body: str) -> str:
    """Return the signature of one message by one secret (``whsec_…``)."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = hmac.new(key, f"{id}.{timestamp}.{body}".encode(), hashlib.sha256)
    return f"v1,{base64.b64encode(signed.digest()).decode()}"


def headers(secrets: Iterable[str], id: str, timestamp: int, body: str) -> dict[str, str]:
    """Return the headers of a message, with a signature by each secret that is valid now."""
    return {
        "webhook-id": id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(sign(secret, id, timestamp, body) for secret in secrets),
    }
