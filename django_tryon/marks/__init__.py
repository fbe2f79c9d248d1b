"""The AI mark: what tells programs, and where wanted people, that a picture was made by AI."""

from __future__ import annotations

from django_tryon.marks.mark import mark_file, mark_picture, read_mark
from django_tryon.marks.visible import write_visibly
from django_tryon.marks.xmp import SOURCE_TYPE

__all__ = ["SOURCE_TYPE", "mark_file", "mark_picture", "read_mark", "write_visibly"]
