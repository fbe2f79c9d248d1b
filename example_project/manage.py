#!/usr/bin/env python
"""Django's command line for the sample shop."""

from __future__ import annotations

import os
import sys
from pathlib import Path

# This folder holds a celery.py, which must not be found in the place of Celery itself.
sys.path[0] = str(Path(__file__).resolve().parent.parent)

if __name__ == "__main__":
    from django.core.management import execute_from_command_line

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "example_project.settings")
    execute_from_command_line(sys.argv)
