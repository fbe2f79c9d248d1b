"""OpenCV, which only the extra ``quality`` brings: it is imported when first needed."""

from __future__ import annotations

import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any

from django_tryon.exceptions import MissingExtra


def import_cv2() -> Any:
    """Return OpenCV. Raises MissingExtra."""
    try:
        import cv2
    except ImportError as missing:
        raise MissingExtra("looking at photos and results", "quality") from missing
    return cv2


def is_installed() -> bool:
    """Tell whether OpenCV is there, without importing it."""
    return sys.modules["cv2"] is not None if "cv2" in sys.modules else _is_there()


@cache
def _is_there() -> bool:
    return find_spec("cv2") is not None


LOCK = Lock()
"""Held while a detector looks: it keeps what it works on in itself, and is shared by threads."""


@cache
def cascade(name: str) -> Any:
    """Return one of the detectors that come with OpenCV, such as ``frontalface_alt``."""
    cv2 = import_cv2()
    return cv2.CascadeClassifier(str(Path(cv2.data.haarcascades) / f"haarcascade_{name}.xml"))
