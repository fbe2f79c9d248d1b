"""Webhooks in the admin: endpoints with their secret, deliveries with their answer."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from django_tryon.models import Status, WebhookDelivery, WebhookEndpoint
from django_tryon.models.transitions import move
from django_tryon.services.announcing.endpoints import send_test
from django_tryon.services.announcing.webhooks import announce
from tests.admin.conftest import act, change, changelist, press, said

URL = "https://hooks.shop.example/tryon"
ADD = "admin:django_tryon_webhookendpoint_add"


@pytest.fixture
def endpoint(db: None) -> WebhookEndpoint:
    """One that is on."""
    return WebhookEndpoint.objects.create(url=URL, name="Storefront")


@pytest.fixture
def delivery(endpoint: WebhookEndpoint, make_job: Any) -> WebhookDelivery:
    """A failure that the shop is told of."""
    job = make_job()
    move(job, Status.FAILED, error_code="blocked")
    announce("job.failed", job)
    return WebhookDelivery.objects.get()


def text(page: Any) -> str:
    """Return a page without its tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).split())


def test_a_new_endpoint_shows_its_secret_once(admin: Client) -> None:
    page = admin.get(reverse(ADD))
    assert "Nobody knows whether the provider took a try-on (job.uncertain)" in text(page)
    form = {"url": URL, "name": "", "events": ["job.succeeded"], "is_active": "on"}
    page = admin.post(reverse(ADD), form)
    endpoint = WebhookEndpoint.objects.get()
    assert f'value="{endpoint.secret}"' in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert endpoint.events == ["job.succeeded"]
    for shown in (admin.get(change(endpoint)), admin.get(changelist("webhookendpoint"))):
        assert URL in shown.content.decode()
        assert endpoint.secret not in shown.content.decode()


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://hooks.shop.example/", "does not begin with https://"),
        ("https://10.0.0.7/", "private address"),
        ("https://localhost/", "only known on this machine"),
        ("https://me:pw@hooks.shop.example/", "user name"),
        ("nonsense", "does not begin with"),
    ],
)
def test_an_address_that_is_never_asked_is_refused(
    url: str, why: str, admin: Client, settings: Any
) -> None:
    settings.TRYON = settings.TRYON | {"BASE_URL": "https://api.segmind.com"}
    page = admin.post(reverse(ADD), {"url": url, "is_active": "on"})
    assert why in text(page)
    assert not WebhookEndpoint.objects.exists()


def test_beside_the_sandbox_this_machine_may_be_told(admin: Client) -> None:
    admin.post(reverse(ADD), {"url": "http://127.0.0.1:8100/hooks", "is_active": "on"})
    assert WebhookEndpoint.objects.get().events == []


def test_unknown_events_are_refused(admin: Client) -> None:
    page = admin.post(reverse(ADD), {"url": URL, "events": ["job.finished"], "is_active": "on"})
    assert "job.finished is not one of the available choices" in text(page)


def test_a_new_secret(admin: Client, endpoint: WebhookEndpoint) -> None:
    old = endpoint.secret
    page = press(admin, endpoint, "rotate_secret")
    endpoint.refresh_from_db()
    assert endpoint.old_secret == old != endpoint.secret
    assert f'value="{endpoint.secret}"' in page.content.decode()
    assert "carry a second signature" in text(page)
    assert old not in page.content.decode()
    assert "The one before it signs, too, until" in text(admin.get(change(endpoint)))
    assert [entry.get_change_message() for entry in LogEntry.objects.all()] == [
        "Made a new secret."
    ]
    other = WebhookEndpoint.objects.create(url=URL)
    page = act(admin, "webhookendpoint", "rotate_secret", [endpoint, other])
    assert said(page) == ["Choose one endpoint: its new secret is shown on the next page."]


def test_of_two_who_make_a_new_secret_one_is_told(
    admin: Client, endpoint: WebhookEndpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = WebhookEndpoint.objects.filter

    def slower(**fields: Any) -> Any:
        real(pk=endpoint.pk).update(secret="whsec_" + "b" * 44)
        return real(**fields)

    monkeypatch.setattr(WebhookEndpoint.objects, "filter", slower)
    page = press(admin, endpoint, "rotate_secret")
    assert said(page) == ["Somebody else has just changed the secret."]


def test_a_test_event(admin: Client, endpoint: WebhookEndpoint) -> None:
    page = press(admin, endpoint, "test_endpoints")
    assert said(page) == ["A test event is on its way to “Storefront”."]
    delivery = WebhookDelivery.objects.get()
    assert delivery.event == "webhook.test"
    assert "1 waiting" in text(admin.get(changelist("webhookendpoint")))
    assert str(endpoint.pk) in text(admin.get(change(delivery)))


def test_off_and_on(admin: Client, endpoint: WebhookEndpoint) -> None:
    other = WebhookEndpoint.objects.create(url=URL)
    page = act(admin, "webhookendpoint", "switch_off_endpoints", [endpoint, other])
    assert said(page) == ["2 are off."]
    page = admin.get(change(endpoint))
    assert "Switch on" in text(page)
    assert "Send a test event" not in text(page)
    assert said(press(admin, endpoint, "test_endpoints")) == [
        "“Storefront”: It is off: switch it on first."
    ]
    assert said(press(admin, endpoint, "switch_on_endpoints")) == ["“Storefront” is on."]
    endpoint.refresh_from_db()
    assert endpoint.is_active


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({}, "On"),
        ({"is_active": False, "note": "It answered “410 Gone”."}, "Off It answered “410 Gone”."),
        ({"is_active": False}, "Off"),
        ({"failing_since": timedelta(hours=2)}, "Failing For 2 hours"),
        ({"failing_since": timedelta(days=5, hours=1)}, "Not answering Nothing has arrived for 5"),
    ],
)
def test_how_an_endpoint_fares(
    fields: dict[str, Any], shown: str, admin: Client, endpoint: WebhookEndpoint
) -> None:
    for name, value in fields.items():
        known = timezone.now() - value if isinstance(value, timedelta) else value
        setattr(endpoint, name, known)
    endpoint.save()
    page = text(admin.get(changelist("webhookendpoint"))).replace("\N{NO-BREAK SPACE}", " ")
    assert f"Storefront {URL} {shown}" in page


def test_the_latest_attempt_is_on_the_list(
    admin: Client, endpoint: WebhookEndpoint, delivery: WebhookDelivery
) -> None:
    send_test(endpoint)
    WebhookDelivery.objects.filter(pk=delivery.pk).update(
        state="delivered", next_attempt_at=None, attempted_at=timezone.now()
    )
    assert re.search(
        r"On Delivered \S+ .* 1 waiting", text(admin.get(changelist("webhookendpoint")))
    )


def test_an_endpoint_goes_with_what_was_sent_to_it(
    admin: Client, endpoint: WebhookEndpoint, delivery: WebhookDelivery
) -> None:
    url = reverse("admin:django_tryon_webhookendpoint_delete", args=[endpoint.pk])
    page = text(admin.get(url))
    assert "webhook deliveries: 1" in page.lower()
    assert delivery.subject[:8] not in page
    admin.post(url, {"post": "yes"})
    assert not WebhookEndpoint.objects.exists()
    assert not WebhookDelivery.objects.exists()


def test_a_delivery_shows_all_of_itself(
    admin: Client, endpoint: WebhookEndpoint, delivery: WebhookDelivery, make_result: Any
) -> None:
    WebhookDelivery.objects.update(
        response_code=503, response_text="<b>down</b>", attempts=2, attempted_at=timezone.now()
    )
    page = admin.get(change(delivery))
    shown = text(page)
    assert "503 &lt;b&gt;down&lt;/b&gt;" in shown
    assert "&quot;code&quot;: &quot;blocked&quot;" in shown
    assert "Is tried again" in shown
    job_page = reverse("admin:django_tryon_tryonjob_change", args=[delivery.subject])
    assert f'href="{job_page}"' in page.content.decode()
    assert endpoint.secret not in page.content.decode()
    result = make_result()
    announce("result.published", result)
    page = admin.get(change(WebhookDelivery.objects.get(event="result.published")))
    assert f"/tryonresult/{result.pk}/change/" in page.content.decode()
    result.job.delete()
    page = admin.get(change(WebhookDelivery.objects.get(event="result.published")))
    assert f"/tryonresult/{result.pk}" not in page.content.decode()


def test_the_list_of_deliveries(admin: Client, delivery: WebhookDelivery) -> None:
    model = "webhookdelivery"
    assert f"job.failed {delivery.subject[:8]} Waiting - Storefront" in text(
        admin.get(changelist(model))
    )
    rows = WebhookDelivery.objects
    rows.update(attempts=1, next_attempt_at=timezone.now() + timedelta(hours=1))
    assert "Is tried again next: " in text(admin.get(changelist(model)))
    rows.update(state="failed", attempts=9, next_attempt_at=None, response_text="Refused.")
    assert "Failed 9 attempts Refused. Storefront" in text(admin.get(changelist(model)))
    for query, count in [
        ("?event=job.failed", 1),
        ("?event=webhook.test", 0),
        ("?state__exact=failed", 1),
        (f"?q={delivery.subject}", 1),
        ("?q=nothing", 0),
    ]:
        assert admin.get(changelist(model) + query).context["cl"].result_count == count


def test_one_whose_endpoint_is_gone_is_not_listed(
    admin: Client, endpoint: WebhookEndpoint, delivery: WebhookDelivery
) -> None:
    WebhookEndpoint.objects.filter(pk=endpoint.pk)._raw_delete(using="default")
    assert admin.get(changelist("webhookdelivery")).context["cl"].result_count == 0


def test_send_again(admin: Client, endpoint: WebhookEndpoint, delivery: WebhookDelivery) -> None:
    send_test(endpoint)
    WebhookDelivery.objects.update(state="delivered", next_attempt_at=None)
    page = press(admin, delivery, "resend_deliveries")
    assert said(page) == [f"“job.failed {delivery.subject[:8]}” is sent again."]
    page = act(admin, "webhookdelivery", "resend_deliveries", list(WebhookDelivery.objects.all()))
    assert said(page) == ["2 are sent again."]
    assert set(WebhookDelivery.objects.values_list("state", flat=True)) == {"pending"}
    WebhookEndpoint.objects.update(is_active=False)
    page = press(admin, delivery, "resend_deliveries")
    assert said(page) == [f"“job.failed {delivery.subject[:8]}”: Its endpoint is off."]


def test_deliveries_are_not_typed_in(
    admin: Client, as_staff: Any, delivery: WebhookDelivery
) -> None:
    assert admin.get(reverse("admin:django_tryon_webhookdelivery_add")).status_code == 403
    assert admin.post(change(delivery), {"body": "x"}).status_code == 403
    url = reverse("admin:django_tryon_webhookdelivery_delete", args=[delivery.pk])
    assert admin.post(url, {"post": "yes"}).status_code == 403


def test_permissions(as_staff: Any, endpoint: WebhookEndpoint, delivery: WebhookDelivery) -> None:
    client = as_staff("view_webhookendpoint", "view_webhookdelivery")
    for item in (endpoint, delivery):
        page = client.get(change(item))
        assert page.status_code == 200
        assert "tryon-buttons" not in page.content.decode()
    for action in ("test_endpoints", "rotate_secret", "switch_off_endpoints"):
        assert press(client, endpoint, action).status_code == 403
    assert press(client, delivery, "resend_deliveries").status_code == 403
    assert WebhookDelivery.objects.count() == 1


def test_a_permission_of_its_own_to_send_again(
    as_staff: Any, endpoint: WebhookEndpoint, delivery: WebhookDelivery
) -> None:
    client = as_staff("resend_webhookdelivery")
    assert client.get(changelist("webhookendpoint")).status_code == 403
    assert "Send again" in text(client.get(change(delivery)))
    press(client, delivery, "resend_deliveries")
    assert LogEntry.objects.get().get_change_message() == "Sent again."
