"""Run one management command, and end with the demo, however the demo ends.

The demo holds the other end of our standard input. When it is gone, even by ``kill -9``, the
system closes that end, and we stop, too.
"""

from __future__ import annotations

import os
import signal
import sys
import threading

from django.core.management import execute_from_command_line


def end_with_parent() -> None:
    """Wait for the demo's end, then stop this process."""
    while sys.stdin.buffer.read(1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    threading.Thread(target=end_with_parent, daemon=True).start()
    execute_from_command_line(["manage.py", *sys.argv[1:]])
