"""What all our pages in the admin share: style, and actions that also work as buttons."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from django_tryon.admin.faults import note_fault
from django_tryon.exceptions import LaunchRefused, WrongState

M = TypeVar("M", bound=models.Model)

MOST_AT_ONCE = 200
"""Rows that an action does one by one within its request: with a storage far away, half a minute's
work."""

if TYPE_CHECKING:

    class ModelAdmin(admin.ModelAdmin[M]):
        """Django's own."""
else:

    class ModelAdmin(admin.ModelAdmin):
        """Django's own, which does not take the model in brackets."""

        def __class_getitem__(cls, model: object) -> type:
            return cls


def told(one: Any, many: Any) -> Callable[[Sequence[models.Model]], str]:
    """Return how to say what happened: to one by its ``%(name)s``, to several by ``%(count)d``."""

    def tell(items: Sequence[models.Model]) -> str:
        if len(items) == 1:
            return str(one % {"name": f"“{items[0]}”"})
        return str(many % {"count": len(items)})

    return tell


class TryOnModelAdmin(ModelAdmin[M]):
    """Base of our model admins.

    An action that is named in ``buttons`` can also be pressed on the page of a single object; it
    keeps its permission.
    """

    buttons: tuple[str, ...] = ()
    show_full_result_count = False

    class Media:
        css = {"all": ["django_tryon/admin.css"]}

    def get_urls(self) -> list[URLPattern]:
        """Add the address that the buttons post to."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_do"
        press = self.admin_site.admin_view(require_POST(self.press))
        return [path("<path:object_id>/do/<slug:action>/", press, name=name), *super().get_urls()]

    def press(self, request: HttpRequest, object_id: str, action: str) -> HttpResponseBase:
        """Do an action to one object, and return to where the button was."""
        found = self.get_object(request, unquote(object_id))
        if found is None:
            return self._get_obj_does_not_exist_redirect(  # type: ignore[attr-defined, no-any-return]
                request, self.opts, object_id
            )
        chosen: Any = self.get_actions(request).get(action)
        if chosen is None or action not in self.buttons:
            raise PermissionDenied
        # A tuple up to Django 6.0, an object from 6.1 on.
        act = chosen.func if hasattr(chosen, "func") else chosen[0]
        answer = act(self, request, self.get_queryset(request).filter(pk=found.pk))
        if isinstance(answer, TemplateResponse):  # it asks first
            answer.context_data = (answer.context_data or {}) | {"back": self.back(request, found)}
            return answer
        return answer or HttpResponseRedirect(self.back(request, found))

    def back(self, request: HttpRequest, found: models.Model) -> str:
        """Return where to go after a button: ``next``, if it lies on this site, or the object."""
        target = request.POST.get("next", "")
        if url_has_allowed_host_and_scheme(
            target, {request.get_host()}, require_https=request.is_secure()
        ):
            return target
        return self.link(found)

    def link(self, found: models.Model, view: str = "change") -> str:
        """Return the address of a page of this object."""
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_{view}"
        return reverse(name, args=[found.pk], current_app=self.admin_site.name)

    def do_link(self, found: models.Model, action: str) -> str:
        """Return the address that the button of this action posts to."""
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_do"
        return reverse(name, args=[found.pk, action], current_app=self.admin_site.name)

    def is_too_much(self, request: HttpRequest, objects: models.QuerySet[M]) -> bool:
        """Tell whether more was chosen than one request can do one by one, and say so."""
        count = objects.count()
        if count <= MOST_AT_ONCE:
            return False
        said = _(
            "%(count)d were chosen; at most %(most)d can be done at once. Nothing was done: choose "
            "fewer, page by page or by the filters of the list."
        )
        self.message_user(request, said % {"count": count, "most": MOST_AT_ONCE}, messages.WARNING)
        return True

    def perform(
        self,
        request: HttpRequest,
        objects: Iterable[M],
        do: Callable[[M], object],
        *,
        told: Callable[[Sequence[M]], str],
        history: str,
    ) -> None:
        """Do one thing to several objects, and say in one message what became of them.

        ``told`` says it of those with which it went well; what the others do not allow is gathered
        by reason. A fault with one of them is logged, and the others have their turn.
        """
        went_well: list[M] = []
        refused: list[tuple[str, str]] = []
        for item in objects:
            try:
                do(item)
            except (WrongState, LaunchRefused) as error:
                refused.append((str(item), error.message))
            except Exception as error:
                reason = note_fault(f"{item._meta.label_lower} {item.pk} in the admin", error)
                refused.append((str(item), reason))
            else:
                went_well.append(item)
                self.log_change(request, item, history)
        if went_well:
            self.message_user(request, told(went_well), messages.SUCCESS)
        for said in _gathered(refused):
            self.message_user(request, said, messages.WARNING)

    def perform_if_few(
        self, request: HttpRequest, objects: models.QuerySet[M], *args: Any, **said: Any
    ) -> None:
        """Do as ``perform`` does, unless more was chosen than one request can do."""
        if not self.is_too_much(request, objects):
            self.perform(request, objects, *args, **said)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Tell the page which buttons this person may press."""
        offered = self.get_actions(request)
        buttons = [name for name in self.buttons if name in offered]
        return super().changeform_view(
            request, object_id, form_url, {"buttons": buttons} | (extra_context or {})
        )


def _gathered(refused: list[tuple[str, str]]) -> list[str]:
    """Return a sentence for each reason, with the name or else the number of those concerned."""
    concerned: dict[str, list[str]] = defaultdict(list)
    for name, reason in refused:
        concerned[reason].append(name)
    return [
        f"“{names[0]}”: {reason}"
        if len(names) == 1
        else f"{len(names)} \N{MULTIPLICATION SIGN} {reason}"
        for reason, names in concerned.items()
    ]
