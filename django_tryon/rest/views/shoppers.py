"""``shoppers/``: become somebody, see what is kept, and be forgotten."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from django_tryon.conf import conf
from django_tryon.models import Consent, Person, Shopper
from django_tryon.rest.authentication import token_of
from django_tryon.rest.base import PublicView, View
from django_tryon.rest.schema import describe
from django_tryon.rest.serializers.shoppers import NothingIn, ShopperOut, TokenOut
from django_tryon.rest.throttles import Tokens
from django_tryon.services.shoppers import consent, tokens
from django_tryon.services.shoppers.allowance import left_today
from django_tryon.services.shoppers.erase import erase
from django_tryon.services.shoppers.share import there


class Shoppers(PublicView):
    """Tokens.

    It changes nothing of anybody's and answers nothing but a token, which a page of another origin
    cannot read: so it needs no CSRF token.
    """

    authentication_classes = ()
    throttle_classes = ()
    errors = {"POST": {415, 422}}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Look at the session's user before REST framework replaces it by nobody."""
        self.user = getattr(request._request, "user", None)
        super().initial(request, *args, **kwargs)

    @describe(
        request=NothingIn,
        responses={201: TokenOut},
        auth=[{}, {"shopperToken": []}, {"siteSession": []}],
    )
    def post(self, request: Request) -> Response:
        """Get a token.

        With the session of a user: one for that user's shopper. With a token that is valid, or
        expired not long ago: a new one for the same shopper, unless that is a user who has logged
        out since. Otherwise a new shopper.
        """
        self.read_body(NothingIn)
        known = tokens.read(token_of(request), grace=tokens.RENEWABLE)
        is_known = self.user is not None and self.user.is_authenticated
        if is_known or known is None or known.user_id is not None:
            if not is_known:
                self.count(Tokens())
            known = tokens.shopper_of(self.user, visitor=known)
        token, expires_at = tokens.issue(known)
        shown = TokenOut({"id": known.pk, "token": token, "expires_at": expires_at})
        return Response(shown.data, status=201, headers={"Cache-Control": "no-store"})


class Me(View):
    """What is kept of one's own."""

    @property
    def trusts_token(self) -> bool:  # type: ignore[override]
        """Whoever was erased may ask for it again."""
        return self.request.method == "DELETE"

    @describe(responses=ShopperOut)
    def get(self, request: Request) -> Response:
        """Tell what is kept: photos, results, and what was agreed to."""
        shopper = self.shopper
        given = shopper.consents.filter(
            kind=Consent.Kind.PHOTO, version=conf.CONSENT_VERSION
        ).first()
        kept = {
            "id": shopper.pk,
            "consent": {
                "version": conf.CONSENT_VERSION,
                "text": consent.text(),
                "given_at": given.given_at if given else None,
            },
            "photos": Person.objects.there().filter(shopper=shopper).count(),
            "results": there().filter(job__shopper=shopper).count(),
            "left_today": left_today(shopper),
        }
        return Response(ShopperOut(kept).data)

    @describe(request=None, responses={204: None})
    def delete(self, request: Request) -> Response:
        """Erase everything of one's own, now. Doing it again does no harm, and goes on with it."""
        mine = Shopper.objects.filter(pk__in=[self.owner] if self.owner else [])
        shopper = (mine.filter(user=None) if self.is_visitor else mine).first()
        if shopper is not None:
            erase(shopper)
        return Response(status=204)
