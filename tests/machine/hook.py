"""A server of the shop's that wants to hear everything, and what it must have heard in the end."""

from __future__ import annotations

from typing import Any

from django_tryon.models import Status, TryOnJob, WebhookDelivery, WebhookEndpoint
from django_tryon.models.transitions import FINISHED
from django_tryon.webhooks.post import Answer, Message
from tests.machine.dying import Points

Event = tuple[str, str, str]
"""What happened, to which job, and in which run of it."""
GOING_WELL = frozenset({Status.RUNNING, Status.FETCHING, Status.SUCCEEDED})


class Hook:
    """Takes what is sent, but for what it is told to refuse, and keeps it."""

    def __init__(self, points: Points) -> None:
        self._points = points
        self.is_open = False
        self.refusals = 0
        """How many of the next messages it does not take."""
        self.heard: dict[str, str] = {}
        """The body of each message, by its id."""
        self.happened: set[Event] = set()

    def open(self) -> None:
        """Have the shop tell this server of everything from now on."""
        WebhookEndpoint.objects.create(url="https://hooks.shop.example/tryon")
        self.is_open = True

    async def post(self, message: Message) -> Answer:
        """Take a message; whoever sends it may die before and after."""
        self._points("send webhook")
        if self.refusals:
            self.refusals -= 1
            return Answer(500, "Not now.")
        known = self.heard.setdefault(message.id, message.body)
        assert known == message.body, "the same id came with another message"
        self._points("read webhook")
        return Answer(204)

    def note(self) -> None:
        """Take note of what the rows say that has happened."""
        # Of the steps of an outfit nobody hears.
        for job in TryOnJob.objects.filter(outfit=None) if self.is_open else ():
            self.happened |= set(events_of(job))

    def check_settled(self) -> None:
        """Compare what happened with what arrived."""
        rows = list(WebhookDelivery.objects.all())
        told = {(row.event, row.subject, row.run) for row in rows}
        assert self.happened <= told, f"nobody was told: {self.happened - told}"
        assert len(told) == len(rows)
        lost = [row.event for row in rows if str(row.pk) not in self.heard]
        assert not lost, f"never arrived: {lost}"
        assert {row.state for row in rows} <= {WebhookDelivery.State.DELIVERED}


def events_of(job: TryOnJob) -> Any:
    """Yield what a shop must have heard of a job that stands like this."""
    ended = f"{job.finished_at:-%Y%m%d%H%M%S%f}" if job.finished_at else ""
    if job.status in GOING_WELL:
        yield "job.submitted", str(job.pk), job.token
    if job.status in FINISHED or job.status == Status.UNCERTAIN:
        yield f"job.{job.status}", str(job.pk), f"{job.token}{ended}"
