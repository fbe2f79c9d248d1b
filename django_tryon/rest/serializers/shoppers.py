"""Shoppers: who they are to us, and what we keep of theirs."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from django_tryon.rest.fields import Body, Moment
from django_tryon.rest.serializers.garments import GarmentOut
from django_tryon.rest.serializers.looks import LookOut
from django_tryon.rest.serializers.people import PersonOut


class NothingIn(Body):
    """An empty object."""


class TokenOut(serializers.Serializer[Any]):
    """A token, to be sent as `Authorization: Shopper <token>`."""

    id = serializers.UUIDField()
    token = serializers.CharField()
    expires_at = Moment()


class GivenConsent(serializers.Serializer[Any]):
    """The words as they are now, and when they were agreed to."""

    version = serializers.CharField()
    text = serializers.CharField()
    given_at = Moment(allow_null=True)


class ShopperOut(serializers.Serializer[Any]):
    """What is kept of one's own."""

    id = serializers.UUIDField()
    consent = GivenConsent()
    photos = serializers.IntegerField()
    results = serializers.IntegerField()
    left_today = serializers.IntegerField(help_text="Try-ons that are left today.")


class Consent(serializers.Serializer[Any]):
    """What has to be agreed to before a photo is sent."""

    version = serializers.CharField()
    text = serializers.CharField()
    text_hash = serializers.CharField(help_text="Send it back with the photo.")
    provider = serializers.CharField()
    privacy_url = serializers.CharField(help_text="Empty if the shop names no page.")


class Upload(serializers.Serializer[Any]):
    """What a photo may be."""

    max_bytes = serializers.IntegerField()
    min_side = serializers.IntegerField(help_text="Pixels of the shorter side.")
    types = serializers.ListField(child=serializers.CharField())


class ClipOffer(serializers.Serializer[Any]):
    """What a clip of oneself may be, and what it takes."""

    minutes = serializers.IntegerField(help_text="How long making the clip takes, about.")
    max_seconds = serializers.FloatField(help_text="Of the clip, or of the part that is wanted.")
    longest = serializers.FloatField(help_text="Seconds of a clip of which a part is wanted.")
    max_bytes = serializers.IntegerField()
    types = serializers.ListField(child=serializers.CharField())
    consent = Consent()
    strings = serializers.DictField(
        child=serializers.CharField(), help_text="The words for it, by their key."
    )


class ConfigOut(serializers.Serializer[Any]):
    """All that a try-on button needs, in one answer."""

    open = serializers.BooleanField()
    message = serializers.CharField(allow_null=True, help_text="Why not, if it is not open.")
    engine = serializers.CharField()
    typical_seconds = serializers.FloatField()
    max_garments = serializers.IntegerField()
    clashes = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField()),
        help_text="By category of a garment, those that cannot be worn with it.",
    )
    notes = serializers.ListField(
        child=serializers.CharField(), help_text="What of several products cannot be tried on."
    )
    consent = Consent()
    upload = Upload()
    clips = ClipOffer(allow_null=True, help_text="Null where no clip can be made now.")
    garments = GarmentOut(many=True)
    looks = LookOut(many=True, help_text="Looks that complete it, and can be tried on now.")
    people = PersonOut(many=True, help_text="House models.")
    strings = serializers.DictField(
        child=serializers.CharField(), help_text="The words of the button, by their key."
    )
