"""The shop's URLs, for a shop that has no admin."""

from __future__ import annotations

from tests.oscar import urls

urlpatterns = [each for each in urls.urlpatterns if getattr(each, "app_name", "") != "admin"]
