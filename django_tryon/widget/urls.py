"""The pages that do it all without JavaScript."""

from __future__ import annotations

from django.urls import path

from django_tryon.widget import (
    choosing,
    deciding,
    entering,
    filming,
    keeping,
    sharing,
    showing,
    watching,
)

urlpatterns = [
    path("try/job/<uuid:pk>/", watching.job, name="job"),
    path("try/job/<uuid:pk>/cancel/", watching.cancel, name="cancel"),
    path("try/job/<uuid:pk>/again/", watching.again, name="again"),
    path("try/enter/", entering.enter, name="enter"),
    path("try/<str:reference>/", choosing.choose, name="try"),
    path("clip/new/<str:reference>/", filming.new, name="clip-new"),
    path("clip/upload/<uuid:pk>/<str:reference>/", filming.upload, name="clip-upload"),
    path("clip/<uuid:pk>/", deciding.clip, name="clip"),
    path("clip/<uuid:pk>/approve/", deciding.approve, name="clip-approve"),
    path("clip/<uuid:pk>/reject/", deciding.reject, name="clip-reject"),
    path("mine/", keeping.mine, name="mine"),
    path("mine/delete/", keeping.delete_all, name="delete-all"),
    path("mine/photos/<int:pk>/delete/", keeping.delete_photo, name="delete-photo"),
    path("mine/results/<uuid:pk>/delete/", keeping.delete_result, name="delete-result"),
    path("mine/results/<uuid:pk>/like/", watching.like, name="like"),
    path("mine/results/<uuid:pk>/offer/", showing.offer, name="offer"),
    path("mine/results/<uuid:pk>/withdraw/", showing.withdraw, name="withdraw"),
    path("mine/results/<uuid:pk>/share/", watching.share_link, name="share-link"),
    path("share/<str:signed>/", sharing.shared, name="share"),
]
