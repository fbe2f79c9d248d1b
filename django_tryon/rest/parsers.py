"""What may be sent: JSON for everything, multipart for a photo; nothing endless."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import parsers
from rest_framework.exceptions import APIException, ParseError
from rest_framework.request import Request


class TooLarge(APIException):
    """A body that is not even read."""

    status_code = 413
    default_code = "too_many_bytes"


class JSONParser(parsers.JSONParser):
    """JSON; also what is nested deeper than Python reads is malformed, and no fault of ours."""

    strict = True

    def parse(self, *args: Any, **kwargs: Any) -> Any:
        """Return the parsed body."""
        try:
            return super().parse(*args, **kwargs)
        except RecursionError as error:
            raise ParseError(_("This is nested too deeply.")) from error


def refuse_size(request: Request, most: int) -> None:
    """Refuse a body that says it is larger, before a byte of it is read."""
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError as error:
        raise ParseError(_("Content-Length must be a number.")) from error
    if length > most:
        said = _("This request has %(length)d bytes; at most %(most)d are taken here.")
        raise TooLarge(said % {"length": length, "most": most})
