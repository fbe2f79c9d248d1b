"""What happened, for the shop to react to. All are sent after the fact, and robustly."""

from __future__ import annotations

from django.dispatch import Signal

job_launched = Signal()
#: provides args: job

job_submitted = Signal()
#: provides args: job

job_finished = Signal()
#: provides args: job (succeeded, failed, cancelled, expired or uncertain: see its status)

job_uncertain = Signal()
#: provides args: job (nobody knows whether the provider took it; job_finished is sent, too)

result_stored = Signal()
#: provides args: result

result_published = Signal()
#: provides args: result, by (user or None)

result_unpublished = Signal()
#: provides args: result, by (user or None)
