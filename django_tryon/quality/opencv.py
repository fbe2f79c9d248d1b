"""OpenCV, which only the extra ``quality`` brings: it is imported when first needed."""

from __future__ import annotations

from functools import cache
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


LOCK = Lock()
"""Held while a detector looks: it keeps what it works on in itself, and is shared by threads."""


@cache
def cascade(name: str) -> Any:
    """Return one of the detectors that come with OpenCV, such as ``frontalface_alt``."""
    cv2 = import_cv2()
    return cv2.CascadeClassifier(str(Path(cv2.data.haarcascades) / f"haarcascade_{name}.xml"))
