"""The words of the button. It has none of its own: the API gives them in the shopper's language."""

from __future__ import annotations

from django.utils.translation import gettext as _


def strings(*, heic: bool = True, models: bool = True) -> dict[str, str]:
    """Return every sentence of the button by its key, in the present language.

    ``{percent}``, ``{seconds}``, ``{minutes}``, ``{date}``, ``{email}`` and ``{garment}`` are
    filled in by the browser. ``heic``: whether the server reads it; ``models``: whether there is
    one to pick.
    """
    return _choosing(heic) | _waiting() | _looking(models)


def _choosing(heic: bool) -> dict[str, str]:
    formats = (
        _("This file is not a picture. Please choose a JPEG, PNG, WebP or HEIC.")
        if heic
        else _("This file cannot be used here. Please choose a JPEG, PNG or WebP.")
    )
    return {
        "label": _("Try it on"),
        "close": _("Close"),
        "photo": _("Use my photo"),
        "advice": _("One person from head to feet, facing the camera, in good light."),
        "choose": _("Choose a photo"),
        "take": _("Take a photo"),
        "drop": _("You can also drop or paste one here."),
        "tick": _("Please tick the box first."),
        "looking": _("Looking at your photo…"),
        "privacy": _("More about your photo"),
        "last": _("Use my last photo"),
        "erase": _("Delete this photo"),
        "erased": _("Your photo was deleted."),
        "sure_photo": _("Delete this photo?"),
        "model": _("Pick a model"),
        "tap": _("One tap, no photo needed."),
        "wear": _("What to try on"),
        "clash": _("These do not go together, so this is left out: %(garment)s.")
        % {"garment": "{garment}"},
        "look": _("Complete the look"),
        "stand": _("Stand back until you are seen from head to feet."),
        "shoot": _("Take it now"),
        "timer": _("In 5 seconds"),
        "back": _("Back"),
        "no_camera": _("The camera cannot be used here. Please choose a photo instead."),
        "check": _("Is this the right photo?"),
        "chosen": _("Your photo"),
        "fine": _("Size and light are good. Is all of you in it, and nobody else?"),
        "dark": _("It is a little dark: it may still work."),
        "wide": _("It is wider than tall. An upright photo from head to feet works better."),
        "small": _("It is too small to see the garment on you. Please choose a larger one."),
        "unseen": _("Your browser cannot show this kind of photo, but we can use it."),
        "no_picture": formats,
        "broken": _("This picture is damaged, or too large to be opened. Please choose another."),
        "use": _("Use this photo"),
        "another": _("Choose another"),
    }


def _waiting() -> dict[str, str]:
    return {
        "waiting": _("Your try-on is on its way"),
        "sending": _("Sending your photo: {percent} %"),
        "stay": _("Please keep this page open until your photo is sent."),
        "left": _("About {seconds} s left"),
        "minutes": _("About {minutes} minutes left"),
        "longer": _("It is taking a little longer than usual."),
        "keep": _("You can close this: we'll keep it for you."),
        "email": _("E-mail me when it is ready"),
        "notify": _("Tell me"),
        "notified": _("We will write to {email}."),
        "cancel": _("Cancel"),
        "progress": _("Your try-on: {percent} %"),
        "failed": _("This did not work"),
        "free": _("It cost nothing."),
        "retry": _("Try again"),
        "way": _("Try another way"),
        "offline": _("The shop cannot be reached. Please check your connection, and try again."),
    }


def _looking(models: bool) -> dict[str, str]:
    return {
        "ready": _("Your try-on is ready"),
        "see": _("See your try-on"),
        "note": _("AI picture: shows the style, not the fit."),
        "mark": _("AI-generated"),
        "before": _("Before"),
        "compare": _("Compare before and after"),
        "percent": _("{percent} % before"),
        "worn": _("%(garment)s, worn; AI-generated") % {"garment": "{garment}"},
        "zoom": _("Zoom in"),
        "basket": _("Add to basket"),
        "save": _("Save"),
        "share": _("Share"),
        "copied": _("Link copied. It works until {date}."),
        "copy": _("Copy this link. It works until {date}."),
        "like": _("I like it"),
        "dislike": _("I do not like it"),
        "thanks": _("Thank you."),
        "other": _("Another photo or model") if models else _("Another photo"),
        "others": _("Try on instead"),
        "until": _("Kept for you until {date}."),
        "remove": _("Delete"),
        "sure": _("Delete this try-on?"),
        "forever": _("It will be gone at once, and for good."),
        "spare": _("Keep it"),
        "gone": _("This try-on has been deleted."),
        "removed": _("Your try-on was deleted."),
    }
