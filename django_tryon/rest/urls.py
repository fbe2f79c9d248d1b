"""The URLs of the API, below ``tryon/api/``."""

from __future__ import annotations

from django.urls import path, re_path

from django_tryon.rest.views import (
    clips,
    config,
    engines,
    events,
    garments,
    jobs,
    looks,
    people,
    results,
    schema,
    shoppers,
    uploads,
)

urlpatterns = [
    path("config/", config.Config.as_view(), name="api-config"),
    path("clips/", clips.Clips.as_view(), name="api-clips"),
    path("clips/uploads/", uploads.ClipUploads.as_view(), name="api-clip-uploads"),
    path("clips/uploads/<uuid:pk>/", uploads.OneClipUpload.as_view(), name="api-clip-upload"),
    path("clips/<uuid:pk>/", clips.OneClip.as_view(), name="api-clip"),
    path("clips/<uuid:pk>/approve/", clips.Approve.as_view(), name="api-clip-approve"),
    path("clips/<uuid:pk>/reject/", clips.Reject.as_view(), name="api-clip-reject"),
    path("engines/", engines.Engines.as_view(), name="api-engines"),
    path("engines/<slug:slug>/", engines.OneEngine.as_view(), name="api-engine"),
    path("events/", events.Events.as_view(), name="api-events"),
    path("garments/", garments.Garments.as_view(), name="api-garments"),
    path("looks/", looks.Looks.as_view(), name="api-looks"),
    path("people/", people.People.as_view(), name="api-people"),
    path("people/<int:pk>/", people.OnePerson.as_view(), name="api-person"),
    path("jobs/", jobs.Jobs.as_view(), name="api-jobs"),
    path("jobs/<uuid:pk>/", jobs.OneJob.as_view(), name="api-job"),
    path("jobs/<uuid:pk>/cancel/", jobs.Cancel.as_view(), name="api-job-cancel"),
    path("jobs/<uuid:pk>/retry/", jobs.Retry.as_view(), name="api-job-retry"),
    path("results/", results.Results.as_view(), name="api-results"),
    path("results/<uuid:pk>/", results.OneResult.as_view(), name="api-result"),
    path("results/<uuid:pk>/share/", results.Share.as_view(), name="api-result-share"),
    path("results/<uuid:pk>/offer/", results.Offer.as_view(), name="api-result-offer"),
    path("results/<uuid:pk>/file/", results.File.as_view(), name="api-result-file"),
    path("shoppers/", shoppers.Shoppers.as_view(), name="api-shoppers"),
    path("shoppers/me/", shoppers.Me.as_view(), name="api-me"),
    path("schema/", schema.Schema.as_view(), name="api-schema"),
    # Not ``path``: whatever may stand in an address, a line's end among it, gets an answer in JSON.
    re_path(r"^[\s\S]+\Z", schema.Nothing.as_view(), name="api-nothing"),
]
