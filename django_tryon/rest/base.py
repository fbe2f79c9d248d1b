"""What every view of the API has in common, whatever the host's ``REST_FRAMEWORK`` says."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import cache, cached_property
from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation.trans_real import parse_accept_lang_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.permissions import AllowAny
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import DEFAULTS, IMPORT_STRINGS, APISettings
from rest_framework.views import APIView

from django_tryon.models import Shopper
from django_tryon.rest.authentication import SiteAuthentication, TokenAuthentication
from django_tryon.rest.errors import answer
from django_tryon.rest.fields import Body
from django_tryon.rest.parsers import JSONParser, refuse_size
from django_tryon.rest.permissions import IsShopper
from django_tryon.rest.schema import Described
from django_tryon.rest.throttles import ByAddress, ByShopper, Throttle
from django_tryon.services.shoppers import tokens
from django_tryon.services.shoppers.address import address_of

PRIVATE = "private, no-cache"


class Negotiation(DefaultContentNegotiation):
    """JSON, or 406; no ``?format=``."""

    own: Any = {"URL_FORMAT_OVERRIDE": None}
    settings: Any = APISettings(own, DEFAULTS, IMPORT_STRINGS)


def language_of(request: HttpRequest) -> str:
    """Return the language of ``Accept-Language`` that the site has, or the site's own."""
    for code, _quality in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        if code != "*":
            with suppress(LookupError):
                return translation.get_supported_language_variant(code)
    return translation.get_language() or settings.LANGUAGE_CODE


@cache
def _reader(body: type[Body]) -> Body:
    """Return what reads all bodies of a kind; DRF would copy every field for each of them."""
    return body()


class View(APIView):
    """A view for shoppers."""

    authentication_classes: Any = (TokenAuthentication, SiteAuthentication)
    permission_classes: Any = (IsShopper,)
    throttle_classes: Any = (ByShopper,)
    address_throttle = ByAddress
    renderer_classes: Any = (JSONRenderer,)
    parser_classes: Any = (JSONParser,)
    content_negotiation_class = Negotiation
    metadata_class = None
    versioning_class = None
    schema = Described()
    http_method_names = ["get", "head", "post", "patch", "delete"]
    max_bytes = 64 * 1024
    """The largest body that is read."""
    trusts_token = False
    """True where the signature of a token is enough, and its shopper is not looked up."""

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        """Return the view. What is written stays, whatever the answer: each service is one whole.

        With ``ATOMIC_REQUESTS`` a refusal would undo that an attempt counts, and a file whose row
        is taken back would stay behind.
        """
        return transaction.non_atomic_requests(super().as_view(**initkwargs))

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Speak the language that is asked for, whether or not the site has LocaleMiddleware."""
        with translation.override(language_of(request)):
            return super().dispatch(request, *args, **kwargs)

    def get_exception_handler(self) -> Callable[..., Any]:
        """Answer errors in our own shape."""
        return answer

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Turn a flood and a giant away before anything else is done for them."""
        self.count(self.address_throttle())
        refuse_size(request, self.max_bytes)
        super().initial(request, *args, **kwargs)

    def count(self, throttle: Throttle) -> None:
        """Count this request; a 429 if there were too many."""
        if not throttle.allow_request(self.request, self):
            self.throttled(self.request, throttle.wait() or 1)

    def finalize_response(
        self, request: Request, response: Any, *args: Any, **kwargs: Any
    ) -> Response:
        """Keep what is one shopper's out of shared caches."""
        done = super().finalize_response(request, response, *args, **kwargs)
        done.headers.setdefault("Cache-Control", PRIVATE)
        patch_vary_headers(done, ["Accept-Language"])
        return done

    @property
    def token_owner(self) -> UUID | None:
        """The id that a token stands for, which nobody has looked up yet; None without one."""
        return cast("UUID | None", self.request.auth)

    @cached_property
    def shopper(self) -> Shopper:
        """Whoever asks; a 401 for one who was erased."""
        key = self.token_owner
        found = tokens.find(key) if key else tokens.shopper_of(self.request.user)
        if found is None or (self.is_visitor and found.user_id is not None):
            raise AuthenticationFailed(
                _("This token's shopper is no more. Ask for a new one."), code="token_invalid"
            )
        return found

    @cached_property
    def owner(self) -> UUID | None:
        """The id of whoever asks; None for nobody, and for a user who never tried anything on."""
        if self.token_owner or not self.request.user.is_authenticated:
            return self.token_owner
        mine = Shopper.objects.filter(user=self.request.user)
        return mine.values_list("pk", flat=True).first()

    def mine(self, path: str = "shopper") -> Q:
        """Return what picks the rows of whoever asks; none, if it is nobody.

        None either for the token of a visitor who has become a user since.
        """
        if not self.owner:
            return Q(pk__in=[])
        visitor = {f"{path}__user": None} if self.is_visitor else {}
        return Q(**{path: self.owner}, **visitor)

    @property
    def is_visitor(self) -> bool:
        """Whether a visitor's token was sent."""
        key = self.token_owner
        return key is not None and not isinstance(key, tokens.AccountId)

    @property
    def address(self) -> str:
        """The address that the request came from."""
        return address_of(self.request.META)

    @property
    def reviews(self) -> bool:
        """Whether a member of staff asks who may review results."""
        user = self.request.user
        is_staff = not self.token_owner and user.is_authenticated and user.is_staff
        return bool(is_staff and user.has_perm("django_tryon.review_tryonresult"))

    def link(self, name: str, *args: Any) -> str:
        """Return the absolute URL of one of our endpoints."""
        return self.absolute(reverse(f"django_tryon:api-{name}", args=args))

    def absolute(self, url: str) -> str:
        """Return a URL as a page of any origin can use it."""
        return str(self.request.build_absolute_uri(url))

    def context(self) -> dict[str, Any]:
        """Return what serializers need to know."""
        return {"absolute": self.absolute, "owner": self.owner, "reviews": self.reviews}

    def read_body(self, body: type[Body]) -> dict[str, Any]:
        """Return the validated body; 422 names the first fault."""
        return dict(_reader(body).run_validation(self.request.data))

    def read_query(self, query: Any) -> dict[str, Any]:
        """Return the validated query; 422 names the first fault."""
        # A plain dict: of a form, an empty value would count as one that is left out.
        given = query(data=self.request.query_params.dict())
        given.is_valid(raise_exception=True)
        return dict(given.validated_data)


class PublicView(View):
    """A view for everybody."""

    permission_classes: Any = (AllowAny,)
