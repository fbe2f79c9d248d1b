"""Share: one result, for whoever has its link, for a while."""

from __future__ import annotations

from django.core.signing import BadSignature, SignatureExpired
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from django_tryon.services.shoppers.share import open_shared
from django_tryon.widget.looks import Worn, names, offer_of
from django_tryon.widget.pages import not_found, notice, page


@require_safe
def shared(request: HttpRequest, signed: str) -> HttpResponse:
    """Show a shared result; never the photo that it was made from."""
    try:
        result = open_shared(signed)
    except SignatureExpired:
        return notice(
            request,
            _("This link has expired"),
            _("Shared try-ons can be seen for a few days only. Ask for a new link."),
            status=410,
        )
    except BadSignature:
        return not_found(request)
    if result is None:
        return notice(
            request,
            _("This try-on was deleted"),
            _("Whoever shared it has deleted the picture since."),
            status=410,
        )
    garment = names(list(result.job.garments.all()))
    context = {"look": Worn(result, None, garment), "offer": offer_of(result.job), "worn": garment}
    response = page(request, "shared", context)
    response.headers["Referrer-Policy"] = "no-referrer"  # the address is the key
    return response
