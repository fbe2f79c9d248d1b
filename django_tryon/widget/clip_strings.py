"""The words of the button for clips: they are sent only where the shop makes them."""

from __future__ import annotations

from django.utils.translation import gettext as _


def clip_strings() -> dict[str, str]:
    """Return every sentence by its key, in the present language.

    ``{minutes}``, ``{seconds}``, ``{megabytes}``, ``{percent}`` and ``{email}`` are filled in by
    the browser.
    """
    return {
        "clip": _("Use a clip of me"),
        "about": _("See yourself move in it. It takes about {minutes} minutes."),
        "title": _("A clip of you"),
        "advice": _(
            "One person, in sight from the first moment, and a calm camera. At most {seconds} "
            "seconds."
        ),
        "privacy": _("More about your clip"),
        "choose": _("Choose a clip"),
        "film": _("Film one now"),
        "unplayable": _(
            "Your browser cannot show this file. If it is a clip, the shop may be able to use it."
        ),
        "cut": _("Which part of it?"),
        "begin": _("It begins at"),
        "end": _("It ends at"),
        "length": _("{seconds} s chosen"),
        "long": _("At most {seconds} seconds are possible. Choose a shorter part."),
        "short": _("Choose at least a second."),
        "large": _(
            "This part would be more than {megabytes} MB to send. Choose a shorter one, or film "
            "in Full HD."
        ),
        "play": _("Play this part"),
        "use": _("Use this part"),
        "other": _("Another clip"),
        "cutting": _("Cutting your clip: {percent} %"),
        "sending": _("Sending your clip: {percent} %"),
        "stay": _("Please keep this page open until your clip is sent."),
        "preparing": _("Preparing your clip…"),
        "nobody": _("We see nobody in its first picture. It may still work."),
        "first": _("So your clip begins"),
        "onward": _("Go on"),
        "trim": _("Choose another part"),
        "look": _("Your look is ready"),
        "waits": _("Your look waits for your yes"),
        "ask": _("Shall we make the clip of this picture? It takes about {minutes} minutes."),
        "yes": _("Make the clip"),
        "no": _("No clip, just the picture"),
        "making": _("Your clip is on its way"),
        "tell": _("Tell me in this browser"),
        "denied": _(
            "Your browser does not let us. You can leave your e-mail address in the next step."
        ),
        "told": _("We will tell you here, as long as a page of the shop is open."),
        "ready": _("Your clip is ready"),
    }
