"""``events/``: what the buttons on a page tell, to be counted; nobody is known here."""

from __future__ import annotations

from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from django_tryon import products
from django_tryon.conf import conf
from django_tryon.rest.base import PublicView
from django_tryon.rest.errors import problem
from django_tryon.rest.parsers import JSONParser
from django_tryon.rest.schema import describe
from django_tryon.rest.serializers.events import EventsIn
from django_tryon.rest.throttles import Events as EventThrottle
from django_tryon.services.analytics.asking import asks_not_to_be_counted
from django_tryon.services.analytics.events import count_events


class Beacon(JSONParser):
    """JSON as `navigator.sendBeacon` sends it to another origin without asking first."""

    media_type = "text/plain"


class Events(PublicView):
    """Events.

    Neither session nor token is looked at, nothing is answered that a page could read, and no
    cookie is set: so it needs no CSRF token. Its rate is apart from the API's, so that an office
    that looks at many pages can still try on.
    """

    authentication_classes = ()
    throttle_classes = ()
    address_throttle = EventThrottle
    parser_classes = (JSONParser, Beacon)
    errors = {"POST": {404, 415, 422}}

    @describe(request={"application/json": EventsIn}, responses={204: None})
    def post(self, request: Request) -> Response:
        """Count events of the button; 404 where the shop counts none.

        Whoever sends `Sec-GPC: 1` or `DNT: 1` is not counted.
        """
        if not conf.EVENTS:
            return problem(404, "events_off", _("This shop counts no events of its button."))
        told = self.read_body(EventsIn)["events"]
        self._check({event["product"] for event in told})
        if not asks_not_to_be_counted(request.headers):
            count_events((event["kind"], event["product"]) for event in told)
        return Response(status=204)

    def _check(self, references: set[str]) -> None:
        """Refuse what shoppers do not see: so no row can be made of what somebody makes up."""
        found = filter(products.is_shown, products.find_all(sorted(references)))
        for unknown in sorted(references - set(map(products.reference_to, found))):
            said = _("There is no product “%(name)s”. It is written as app.model:key.")
            raise ValidationError(
                {"events": [said % {"name": unknown[:100]}]}, code="unknown_product"
            )
