"""What can go wrong, by what one can do about it.

TryOnError
├── LaunchRefused           the wish cannot be fulfilled; nothing was written or paid
│   └── NothingLeft         a quota or budget is used up
├── UploadRefused           a photo or clip that somebody gave cannot be used
├── KeyReused               an idempotency key that already stands for another wish
├── TokenRefused            a storefront visitor's token that is not, or no longer, good
├── WrongState              the job or result is not (or no longer) in a state that allows this
│   └── NotPlaced           the shop's product adapter raised; nothing was changed
├── ProviderError           what Segmind, or the way to it, answered
│   ├── NotAccepted         certainly no job was started: the same submit may be repeated later
│   │   ├── Unreachable     DNS, refused connection, connect timeout, TLS
│   │   ├── RateLimited     429, with the moment when the limit resets
│   │   └── Unavailable     503 and 500: the gateway or the model's server turned us away
│   ├── AnswerLost          a job may have been started, and its id never reached us
│   ├── Refused             a definite no that repeating does not change (400, 401, 403, 406 …)
│   ├── RequestGone         the provider knows no such request: never, or no longer
│   ├── RequestFailed       the provider ran the request and it failed
│   └── UnexpectedReply     an answer in no shape we know
└── DownloadError           the output could not be fetched as it is; it may be tried again
    ├── NotStored           it could be, but our own disk or storage failed
    └── OutputRefused       the output will never be acceptable (wrong host, too big, not an image)

Faults of the configuration are Django's ImproperlyConfigured, outside this tree, so that no retry
can swallow them.
"""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ImproperlyConfigured


class TryOnError(Exception):
    """Base of all errors of this app. Do not raise directly."""

    code = "error"
    """A stable word for programs; the message is the sentence for people."""

    def __init__(self, message: str = "", *, code: str | None = None) -> None:
        super().__init__(message)
        if code is not None:
            self.code = code

    @property
    def message(self) -> str:
        """The sentence for people."""
        return str(self.args[0])


class LaunchRefused(TryOnError):
    """A try-on that cannot be launched as asked."""

    code = "refused"

    def __init__(
        self, message: str = "", *, code: str | None = None, field: str | None = None
    ) -> None:
        super().__init__(message, code=code)
        self.field = field
        """The argument at fault: ``garments``, ``person``, ``engine``, ``params.steps``, …"""


class NothingLeft(LaunchRefused):
    """A quota or budget is used up."""

    code = "quota_used"


class KeyReused(TryOnError):
    """An idempotency key that already stands for another wish."""

    code = "idempotency_key_reused"


class TokenRefused(TryOnError):
    """A token that is not, or no longer, good for anything."""

    code = "token_invalid"


class UploadRefused(TryOnError):
    """A photo or clip that cannot be used as it is."""

    code = "unusable_upload"


class WrongState(TryOnError):
    """An action that the job or result does not allow in its present state."""

    code = "wrong_state"


class NotPlaced(WrongState):
    """A picture that the shop's own product adapter would not take, or not give back."""

    code = "not_placed"


class ProviderError(TryOnError):
    """An answer from the provider, or the lack of one."""

    code = "provider_error"
    status_code: int | None = None
    """The HTTP status code, where there was one."""


class NotAccepted(ProviderError):
    """Certainly no job was started."""

    retry_at: datetime | None = None
    """When to try again (aware, UTC), where the provider said so."""


class Unreachable(NotAccepted):
    """The request never left: DNS, refused connection, connect timeout, TLS."""

    code = "unreachable"


class RateLimited(NotAccepted):
    """Too many requests in this minute (429)."""

    code = "rate_limited"


class Unavailable(NotAccepted):
    """The provider turned the request away for the moment (500, 503)."""

    code = "unavailable"


class AnswerLost(ProviderError):
    """A request was sent and its answer never arrived whole."""

    code = "answer_lost"


class Refused(ProviderError):
    """A definite no, which a repetition would not change."""

    code = "refused_by_provider"


class RequestGone(ProviderError):
    """No such request: never known, or older than the provider keeps records."""

    code = "request_gone"


class RequestFailed(ProviderError):
    """The provider ran the request, and it failed."""

    code = "failed_at_provider"


class UnexpectedReply(ProviderError):
    """An answer in no shape that we know."""

    code = "unexpected_reply"


class DownloadError(TryOnError):
    """An output that could not be fetched this time."""

    code = "download_failed"


class NotStored(DownloadError):
    """An output that our own disk or storage would not take this time."""

    code = "not_stored"


class OutputRefused(DownloadError):
    """An output that will never be acceptable."""

    code = "output_refused"


class MissingExtra(ImproperlyConfigured):
    """A feature whose optional packages are not installed."""

    def __init__(self, feature: str, extra: str) -> None:
        self.feature, self.extra = feature, extra
        super().__init__(f"{feature} needs an extra: pip install 'django-tryon[{extra}]'")

    def __reduce__(self) -> tuple[type[MissingExtra], tuple[str, str]]:
        return type(self), (self.feature, self.extra)
