"""Signatures: those of Standard Webhooks, as its own library reads them."""

from __future__ import annotations

import json
import time

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from django_tryon.models.webhook import new_secret
from django_tryon.webhooks.sign import headers, sign

BODY = json.dumps({"type": "job.succeeded", "data": {"name": "Überwurf"}}, ensure_ascii=False)


def test_the_example_of_the_specification() -> None:
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    body = '{"test": 2432232314}'
    said = sign(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    assert said == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_their_library_takes_ours() -> None:
    secret = new_secret()
    sent = headers([secret], "0f7d", int(time.time()), BODY)
    assert set(sent) == {"webhook-id", "webhook-timestamp", "webhook-signature"}
    assert Webhook(secret).verify(BODY.encode(), sent)["data"] == {"name": "Überwurf"}


def test_both_secrets_verify_while_both_are_valid() -> None:
    new, old, another = new_secret(), new_secret(), new_secret()
    sent = headers([new, old], "0f7d", int(time.time()), BODY)
    for secret in (new, old):
        Webhook(secret).verify(BODY, sent)
    with pytest.raises(WebhookVerificationError):
        Webhook(another).verify(BODY, sent)


@pytest.mark.parametrize("header", ["webhook-id", "webhook-timestamp"])
def test_what_was_altered_does_not_verify(header: str) -> None:
    secret = new_secret()
    sent = headers([secret], "17", int(time.time()), BODY)
    for body, altered in [(BODY + " ", sent), (BODY, sent | {header: str(int(sent[header]) + 1)})]:
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(body, altered)
