"""The memory: everything that is kept in the database."""

from django_tryon.models.alarm import Alarm
from django_tryon.models.appointment import Appointment, Place
from django_tryon.models.batch import Batch
from django_tryon.models.clip_upload import ClipUpload
from django_tryon.models.credits import Credits
from django_tryon.models.dashboard import Dashboard
from django_tryon.models.doomed import DoomedFile
from django_tryon.models.earlier import EarlierRun
from django_tryon.models.event import EventCount
from django_tryon.models.garment import Garment
from django_tryon.models.gate import Gate
from django_tryon.models.job import Status, TryOnJob
from django_tryon.models.look import Look, LookGarment
from django_tryon.models.order import CountedOrder, Salt
from django_tryon.models.pace import Pace
from django_tryon.models.pending_retry import PendingRetry
from django_tryon.models.person import Person
from django_tryon.models.pin import Pin
from django_tryon.models.placement import Placement
from django_tryon.models.repeat import Repeat
from django_tryon.models.result import TryOnResult
from django_tryon.models.shopper import Consent, Shopper
from django_tryon.models.tally import Tally
from django_tryon.models.waiting_clip import WaitingClip
from django_tryon.models.webhook import WebhookDelivery, WebhookEndpoint
from django_tryon.models.wish import BatchWish

__all__ = [
    "Alarm",
    "Appointment",
    "Batch",
    "BatchWish",
    "ClipUpload",
    "Consent",
    "CountedOrder",
    "Credits",
    "Dashboard",
    "DoomedFile",
    "EarlierRun",
    "EventCount",
    "Garment",
    "Gate",
    "Look",
    "LookGarment",
    "Pace",
    "PendingRetry",
    "Person",
    "Pin",
    "Place",
    "Placement",
    "Repeat",
    "Salt",
    "Shopper",
    "Status",
    "Tally",
    "TryOnJob",
    "TryOnResult",
    "WaitingClip",
    "WebhookDelivery",
    "WebhookEndpoint",
]
