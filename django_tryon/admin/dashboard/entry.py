"""The dashboard's entry in the list of what there is: whoever may see it finds it there."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from django_tryon.admin.base import TryOnModelAdmin
from django_tryon.admin.dashboard.page import dashboard
from django_tryon.models import Dashboard, TryOnJob


class DashboardAdmin(TryOnModelAdmin[Dashboard]):
    """One page, where others have a list."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let in whoever the dashboard lets in."""
        jobs = self.admin_site._registry.get(TryOnJob)
        return jobs is not None and (
            request.user.has_perm("django_tryon.view_money") or jobs.has_view_permission(request)
        )

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Tell whether there is anything of ours for this person."""
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nothing can be added."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing can be changed."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing can be deleted."""
        return False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the dashboard, which asks the page of jobs who may see it."""
        jobs = self.admin_site._registry.get(TryOnJob)
        if jobs is None:
            raise PermissionDenied
        return dashboard(request, jobs)

    def get_urls(self) -> list[Any]:
        """Have a list, and no page for a single one."""
        return [url for url in super().get_urls() if (url.name or "").endswith("_changelist")]
