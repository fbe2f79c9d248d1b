"""Keep: verify what came home, mark it as made by AI, and put it into the storage.

Runs in a thread beside the network's loop, so that neither the loop nor the database waits for it;
it never asks the database. The files count only once ``store`` has named them in rows: whoever dies
before that leaves files that the repetition overwrites, as it gives them the same names, and that
``purge`` finds where there is no repetition.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.db import connections

from django_tryon import marks, photos, videos
from django_tryon.conf import conf
from django_tryon.exceptions import MissingExtra, TryOnError
from django_tryon.models import TryOnResult
from django_tryon.models.files import private_storage, result_name
from django_tryon.models.putting import Content, put_all


@dataclass(frozen=True)
class Errand:
    """What has to be known of a job away from the database."""

    job_id: UUID
    token: str
    is_clip: bool


def keep(errand: Errand, paths: Sequence[str]) -> list[TryOnResult]:
    """Put these files into the storage, all or none, and return the rows that are to name them.

    Raises OutputRefused if one is not what it claims to be, and whatever the storage raises.
    """
    results: list[TryOnResult] = []
    contents: list[tuple[TryOnResult, str, str, Content]] = []
    try:
        for position, path in enumerate(paths):
            result = TryOnResult(job_id=errand.job_id, position=position)
            describe = _clip if errand.is_clip else _picture
            for field, ending, content in describe(result, Path(path)):
                name = result_name(errand.token, position, ending)
                contents.append((result, field, name, content))
            results.append(result)
        # Before they are put: a storage may move a file rather than copy it.
        sizes = {name: _size(content) for *_, name, content in contents}
        put = put_all(private_storage(), {name: content for *_, name, content in contents})
        for result, field, name, _content in contents:
            setattr(result, field, put[name])
            result.bytes = (result.bytes or 0) + sizes[name]
    finally:
        connections.close_all()  # this thread's own, which only a storage can have opened
    return results


def _picture(result: TryOnResult, path: Path) -> list[tuple[str, str, Content]]:
    """Describe a picture, and return its file."""
    content = path.read_bytes()
    facts = photos.verify_image(content)
    if conf.VISIBLE_MARK:
        content = marks.write_visibly(content)
    result.kind, result.content_type = TryOnResult.Kind.IMAGE, facts.mime
    result.width, result.height = facts.width, facts.height
    return [("file", f".{facts.extension}", marks.mark_picture(content))]


def _clip(result: TryOnResult, path: Path) -> list[tuple[str, str, Content]]:
    """Describe a clip, and return its file and that of its poster, if it can have one."""
    facts = videos.verify_video(path)
    poster = _poster(path)
    marks.mark_file(path)
    result.kind, result.content_type = TryOnResult.Kind.VIDEO, "video/mp4"
    result.width, result.height = facts.width or None, facts.height or None
    files: list[tuple[str, str, Content]] = [("file", ".mp4", path)]
    return [*files, ("poster", ".poster.jpg", poster)] if poster else files


def _size(content: Content) -> int:
    return content.stat().st_size if isinstance(content, Path) else len(content)


def _poster(path: Path) -> bytes:
    try:
        return marks.mark_picture(videos.first_frame(path))
    except (MissingExtra, TryOnError):  # a clip without a poster is still a clip
        return b""
