"""``python -m example_project.demo [--once] [--photos DIR]``."""

from __future__ import annotations

from example_project.demo.command import main

if __name__ == "__main__":
    raise SystemExit(main())
