"""The admin: see, launch, review and publish try-ons.

Importing this module registers everything on Django's default admin site; a shop with another
site calls ``register(site)``.
"""

from __future__ import annotations

from django.contrib import admin

from django_tryon.admin.batches import BatchAdmin
from django_tryon.admin.garments import GarmentAdmin
from django_tryon.admin.jobs import TryOnJobAdmin
from django_tryon.admin.people import PersonAdmin
from django_tryon.admin.products import TryOnProductAdminMixin
from django_tryon.admin.results import TryOnResultAdmin
from django_tryon.models import Batch, Garment, Person, TryOnJob, TryOnResult

__all__ = ["TryOnProductAdminMixin", "register"]


def register(site: admin.AdminSite = admin.site) -> None:
    """Register garments, people, jobs, results and batches on an admin site."""
    site.register(Garment, GarmentAdmin)
    site.register(Person, PersonAdmin)
    site.register(TryOnJob, TryOnJobAdmin)
    site.register(TryOnResult, TryOnResultAdmin)
    site.register(Batch, BatchAdmin)


register()
