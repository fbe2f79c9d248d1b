"""The admin: see, launch, review and publish try-ons.

Importing this module registers everything on Django's default admin site; a shop with another
site calls ``register(site)``.
"""

from __future__ import annotations

from django.contrib import admin

from django_tryon.admin.bakeoff.pins import PinAdmin
from django_tryon.admin.batches import BatchAdmin
from django_tryon.admin.dashboard.entry import DashboardAdmin
from django_tryon.admin.deliveries import WebhookDeliveryAdmin
from django_tryon.admin.garments import GarmentAdmin
from django_tryon.admin.gates import GateAdmin
from django_tryon.admin.jobs import TryOnJobAdmin
from django_tryon.admin.looks.page import LookAdmin
from django_tryon.admin.people import PersonAdmin
from django_tryon.admin.products import TryOnProductAdminMixin
from django_tryon.admin.results import TryOnResultAdmin
from django_tryon.admin.waiting_clips import WaitingClipAdmin
from django_tryon.admin.webhooks import WebhookEndpointAdmin
from django_tryon.models import (
    Batch,
    Dashboard,
    Garment,
    Gate,
    Look,
    Person,
    Pin,
    TryOnJob,
    TryOnResult,
    WaitingClip,
    WebhookDelivery,
    WebhookEndpoint,
)

__all__ = ["TryOnProductAdminMixin", "register"]


def register(site: admin.AdminSite = admin.site) -> None:
    """Register all that the admin shows on an admin site."""
    site.register(Garment, GarmentAdmin)
    site.register(Person, PersonAdmin)
    site.register(TryOnJob, TryOnJobAdmin)
    site.register(TryOnResult, TryOnResultAdmin)
    site.register(Look, LookAdmin)
    site.register(WaitingClip, WaitingClipAdmin)
    site.register(Batch, BatchAdmin)
    site.register(Dashboard, DashboardAdmin)
    site.register(Gate, GateAdmin)
    site.register(Pin, PinAdmin)
    site.register(WebhookEndpoint, WebhookEndpointAdmin)
    site.register(WebhookDelivery, WebhookDeliveryAdmin)


register()
