"""The dashboard's entry in the list of what there is: whoever may see it finds it there."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from django_tryon.admin.base import TryOnModelAdmin
from django_tryon.models import Dashboard, TryOnJob


class DashboardAdmin(TryOnModelAdmin[Dashboard]):
    """A link, and nothing else."""

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
        """Lead to the dashboard, which asks who it is once more."""
        name = "admin:django_tryon_tryonjob_dashboard"
        return HttpResponseRedirect(reverse(name, current_app=self.admin_site.name))

    def get_urls(self) -> list[Any]:
        """Have a list, and no page for a single one."""
        return [url for url in super().get_urls() if (url.name or "").endswith("_changelist")]
