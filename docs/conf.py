"""Sphinx: the docs are Markdown, read by MyST, shown in furo."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

project = "django_tryon"
author = "The django_tryon authors"
project_copyright = "The django_tryon authors"
release = re.search(r'__version__ = "(.+)"', (ROOT / "django_tryon/__init__.py").read_text())[1]
version = release

extensions = ["myst_parser"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
exclude_patterns = ["_build"]
nitpicky = True

html_theme = "furo"
html_title = f"django_tryon {release}"
html_copy_source = False
