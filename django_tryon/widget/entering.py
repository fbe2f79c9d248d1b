"""Enter: let these pages know the shopper whom the button knows by its token."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from django_tryon.models import Shopper
from django_tryon.services.shoppers import tokens
from django_tryon.widget import visitor


@csrf_exempt  # no other site can send the header: the browser would ask us first, and we say no
@require_POST
def enter(request: HttpRequest) -> JsonResponse:
    """Take ``Authorization: Shopper <token>`` for this session, unless it stands for somebody.

    Answers whether the pages show something else from now on.
    """
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    shopper = tokens.read(token.strip(), grace=tokens.RENEWABLE) if scheme == "Shopper" else None
    changed = shopper is not None and shopper.user_id is None and _is_free(request, shopper)
    if changed and shopper is not None:
        visitor.remember(request, shopper)
    return JsonResponse({"changed": changed}, headers={"Cache-Control": "no-store"})


def _is_free(request: HttpRequest, shopper: Shopper) -> bool:
    if getattr(request, "user", None) is not None and request.user.is_authenticated:
        return False
    held = visitor.known(request)
    return held is None or (
        held.pk != shopper.pk
        and not held.people.exists()
        and not held.jobs.exists()
        and not held.clip_uploads.exists()
    )
