"""What ends the demo early, in a sentence."""

from __future__ import annotations


class Trouble(Exception):
    """The demo cannot go on; the message says why, and what to do."""


class AlreadyRunning(Exception):
    """Another demo runs; the message says where."""
