"""The memory: everything that is kept in the database."""

from django_tryon.models.alarm import Alarm
from django_tryon.models.batch import Batch
from django_tryon.models.garment import Garment
from django_tryon.models.job import Status, TryOnJob
from django_tryon.models.person import Person
from django_tryon.models.result import TryOnResult
from django_tryon.models.shopper import Consent, Shopper
from django_tryon.models.tally import Tally

__all__ = [
    "Alarm",
    "Batch",
    "Consent",
    "Garment",
    "Person",
    "Shopper",
    "Status",
    "Tally",
    "TryOnJob",
    "TryOnResult",
]
