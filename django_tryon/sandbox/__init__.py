"""A server that speaks Segmind's API for five try-on models, for demos, development and tests.

It is plain Python: nothing here needs Django to be configured, and it knows nothing of the
models and services of this app. `app.create_sandbox` makes one; `manage.py tryon_sandbox` serves
one; `django_tryon.testing` runs one inside a test.
"""

from __future__ import annotations

from django_tryon.exceptions import MissingExtra

try:
    # These four are the extra: asked for together, here, so that one message serves them all.
    import av  # noqa: F401
    import numpy  # noqa: F401
    import starlette  # noqa: F401
    import uvicorn  # noqa: F401
except ImportError as error:
    raise MissingExtra("The sandbox", "sandbox") from error
