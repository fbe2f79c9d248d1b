"""What the system checks see."""

from __future__ import annotations

import sys
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.checks import INFO, run_checks

ALL = ["idm-vton", "try-on-diffusion", "p-image-try-on", "fashion-ai", "video-tryon-v2"]
FAR = {
    "BASE_URL": "https://api.segmind.com",
    "PUBLIC_URL": "https://shop.example",
    "ACKNOWLEDGED_LICENCES": ALL,
}


CLIPS = {"STOREFRONT_CLIPS": True, "STOREFRONT_DAILY_BUDGET": 25}


def found(settings: Any, **changes: Any) -> list[Any]:
    settings.TRYON = settings.TRYON | changes
    return [
        said
        for said in run_checks(tags=["django_tryon"])
        if str(said.id).startswith("django_tryon.")
    ]


def test_a_good_installation(settings: Any) -> None:
    assert found(settings) == []
    assert found(settings, **FAR) == []
    assert found(settings, HISTORY_URL="", UNCERTAIN="submit-again", SUBMITS_PER_MINUTE=60) == []
    assert found(settings, PRICES={"idm-vton": Decimal("0.05"), "fashion-ai": 0}) == []
    assert found(settings, OUTPUT_HOSTS=["images.segmind.com:8443", "::1", "127.0.0.1"]) == []
    assert found(settings, THROTTLES={"shopper": "9/hour", "token": None}) == []
    assert found(settings, HOLDOUT=Decimal("0.1"), EVENTS=True, EVENTS_SHARE=1) == []
    assert found(settings, **CLIPS) == []
    assert (
        found(
            settings,
            STOREFRONT_CLIPS=False,
            DAILY_BUDGET=5,
            STOREFRONT_DAILY_BUDGET=5,
            MONTHLY_BUDGET=None,
        )
        == []
    )


@pytest.mark.parametrize(
    ("changes", "code", "words"),
    [
        ({"BASEURL": "x"}, "E002", "BASEURL"),
        ({"DAILY_BUDGET": "ten dollars"}, "E014", "an amount in US$"),
        ({"MONTHLY_BUDGET": Decimal(-1)}, "E014", "0 or more"),
        ({"STOREFRONT_DAILY_BUDGET": Decimal("NaN")}, "E014", "an amount"),
        ({"STOREFRONT_MONTHLY_BUDGET": True}, "E014", "an amount"),
        ({"PRICES": {"idm-vton": "cheap"}}, "E014", "idm-vton"),
        ({"SUBMITS_PER_MINUTE": 0}, "E014", "above 0"),
        ({"SUBMITS_PER_MINUTE": True}, "E014", "whole number"),
        ({"SUBMITS_PER_MINUTE": "60"}, "E014", "whole number"),
        ({"DAILY_BUDGET": 9, "STOREFRONT_DAILY_BUDGET": 10}, "W003", "more than"),
        ({"DAILY_BUDGET": 9, "MONTHLY_BUDGET": Decimal("8.5")}, "W003", "more than"),
        ({"UNCERTAIN": "pray"}, "E015", "submit-again"),
        (FAR | {"HISTORY_URL": "http://api.spotprod.segmind.com"}, "E015", "https"),
        (FAR | {"HISTORY_URL": "https://127.0.0.1"}, "E015", "must not go there"),
        (FAR | {"ACKNOWLEDGED_LICENCES": ALL[1:]}, "W007", "idm-vton (CC BY-NC-SA 4.0: no"),
        (FAR | {"ACKNOWLEDGED_LICENCES": ALL[:-1]}, "W007", "is allowed is not known"),
        ({"ACKNOWLEDGED_LICENCES": "idm-vton"}, "E012", "must be a list"),
        ({"PREWARM_BUDGET": "a dollar"}, "E014", "PREWARM_BUDGET"),
        ({"PREWARM_BUDGET": 2, "DAILY_BUDGET": 1}, "W003", "more than TRYON['DAILY_BUDGET']"),
        ({"PREWARM_ENGINE": "dall-e"}, "E022", "is no engine in use"),
        (CLIPS | {"STOREFRONT_CLIP_ENGINE": "dall-e"}, "E026", "is no engine in use"),
        (CLIPS | {"STOREFRONT_CLIP_ENGINE": "idm-vton"}, "E026", "makes no clips"),
        ({"STOREFRONT_CLIPS": True}, "W014", "nothing bounds"),
        (CLIPS | {"STOREFRONT_DAILY_BUDGET": 4}, "W014", "less than one clip costs"),
        ({"PUBLISH_TO": "wall"}, "E024", "gallery, images, both"),
        ({"QUALITY": {"smell": {}}}, "E025", "['smell'] is no check; there are: person"),
        ({"PUBLISH_TO": "both", "PRODUCTS": {"shop.Design": {}}}, "W012", "no product says where"),
        ({"PUBLISH_TO": "images", "PRODUCTS": {"shop.Design": {"images": 1}}}, "E005", "relation"),
        ({"PREWARM_ENGINE": "video-tryon-v2"}, "E022", "needs a dressed first frame"),
        ({"CONSENT_TEXT": "I agree {see privacy}"}, "W004", "{see privacy}"),
        ({"CONSENT_TEXT": "{provider} {"}, "W004", "says {,"),
        ({"API_KEY": ""}, "W001", "is not set"),
        ({"API_KEY": "sk-123"}, "W001", "does not look like"),
        ({"BASE_URL": "http://api.segmind.com"}, "E003", "https"),
        ({"BASE_URL": "https://10.0.0.7"}, "E003", "private address"),
        (FAR | {"PUBLIC_URL": ""}, "W002", "is not set"),
        (FAR | {"PUBLIC_URL": "https://localhost"}, "W002", "only known on this machine"),
        ({"ENGINES": ["nowhere.Engine"]}, "E004", "nowhere"),
        ({"PRODUCTS": {"shop.Nothing": {}}}, "E005", "no such model"),
        ({"PRODUCTS": {"shop.Product": {"picture": "x"}}}, "E005", "unknown keys: picture"),
        ({"RUNNER": "django_tryon.runners.rabbit"}, "E006", "rabbit"),
        ({"RUNNER": "django_tryon.conf"}, "E006", "wake"),
        ({"PRIVATE_STORAGE": "vault"}, "E007", "vault"),
        ({"PUBLIC_STORAGE": "nowhere"}, "E007", "nowhere"),
        ({"INPUTS": "post"}, "E008", "asset-store"),
        ({"LEASE": 600}, "E009", "timedelta"),
        ({"OUTPUT_HOSTS": "images.segmind.com"}, "E012", "must be a list"),
        ({"TRUSTED_PROXIES": ["10.0.0.0/40"]}, "E012", "10.0.0.0/40"),
        ({"TRUSTED_PROXIES": "10.0.0.0/8"}, "E012", "a whole number"),
        ({"BATCH_SIZE": "many"}, "E012", "a whole number above 0, not 'many'"),
        ({"DOWNLOAD_ATTEMPTS": 0}, "E012", "a whole number above 0"),
        ({"BATCH_SIZE": True}, "E012", "a whole number above 0"),
        ({"PRODUCTS": {"shop.Product": {"title": "nmae"}}}, "E005", "no attribute “nmae”"),
        ({"LEASE": timedelta(seconds=60)}, "E010", "at least"),
        ({"DOWNLOAD_TIMEOUT": timedelta(minutes=20)}, "E010", "at least"),
        ({"DOWNLOAD_TIMEOUT": timedelta(hours=1)}, "E010", "seconds=1650) for DOWNLOAD_TIMEOUT"),
        ({"HTTP_TIMEOUT": timedelta(minutes=40)}, "E010", "seconds=810) for HTTP_TIMEOUT"),
        ({"RUNNER": "celery.app"}, "E006", "django_tryon.runners.embedded, .celery"),
        ({"HTTP_TRANSPORT": "nowhere.transport"}, "E019", "No module named 'nowhere'"),
        ({"OUTPUT_HOSTS": []}, "E020", "is empty"),
        ({"OUTPUT_HOSTS": ["https://images.segmind.com"]}, "E020", "without https://"),
        ({"OUTPUT_HOSTS": [""]}, "E020", "lists '', which is no host"),
        ({"EVENTS_SHARE": 0}, "E023", "from 0.0001 to 1, not 0"),
        ({"EVENTS_SHARE": "often"}, "E023", "not 'often'"),
        ({"HOLDOUT": 0.6}, "E023", "from 0 to 0.5"),
        ({"HOLDOUT": True}, "E023", "not True"),
        ({"THROTTLES": {"shoper": "1/min"}}, "E021", "shopper, address"),
        ({"THROTTLES": {"shopper": "120 per minute"}}, "E021", "'120/min'"),
        ({"THROTTLES": {"shopper": 120}}, "E021", "cannot be 120"),
        ({"STOREFRONT_ENGINE": "try-on-difusion"}, "W009", "Did you mean “try-on-diffusion”?"),
        ({"STOREFRONT_ENGINE": "fashion-ai"}, "W009", "does not allow"),
        ({"STOREFRONT_ENGINES": ["try-on-diffusion", "zzz"]}, "W009", "Choose of: idm-vton"),
        ({"PRICES": {"idm-vtonn": 1}}, "W009", "Did you mean “idm-vton”?"),
        ({"PRICES": ["idm-vton"]}, "E012", "must be a dict"),
        ({"THROTTLES": "120/min"}, "E012", "must be a dict"),
        ({"PRODUCTS": {}}, "W010", "nothing can be tried on"),
        ({"LEASE": timedelta(hours=2)}, "E017", "timedelta(seconds=1800)"),
        ({"SHARE_LIFETIME": timedelta(0)}, "E016", "timedelta(seconds=259200)"),
        ({"PHOTO_LIFETIME": timedelta(days=-1)}, "E016", "longer than nothing"),
        ({"INPUT_URL_LIFETIME": timedelta(minutes=1)}, "W005", "timedelta(seconds=600)"),
        ({"POLLS_PER_MINUTE": 0}, "E018", "not 0"),
        ({"POLLS_PER_MINUTE": "many"}, "E018", "not 'many'"),
        ({"POLLS_PER_MINUTE": True}, "E018", "600"),
    ],
)
def test_faults(changes: dict[str, Any], code: str, words: str, settings: Any) -> None:
    [said] = found(settings, **changes)
    assert said.id == f"django_tryon.{code}"
    assert words in f"{said.msg} {said.hint}"


def test_what_is_to_be_drawn_again_by_an_engine_without_a_seed(settings: Any) -> None:
    [said] = found(settings, QUALITY={"face": {"action": "retry"}})
    assert (said.id, said.level) == ("django_tryon.I001", INFO)
    assert "only held: fashion-ai, video-tryon-v2." in said.msg
    seeded = ["django_tryon.engines.idm_vton.IdmVton"]
    storefront = {"ENGINES": seeded, "STOREFRONT_ENGINES": ["idm-vton"]}
    retry = {"QUALITY": {"face": {"action": "retry"}}}
    assert "django_tryon.I001" not in {
        said.id for said in found(settings, **retry, **storefront, STOREFRONT_ENGINE="idm-vton")
    }


def test_actions_that_nobody_can_do_without_the_extra(settings: Any, monkeypatch: Any) -> None:
    monkeypatch.setitem(sys.modules, "cv2", None)
    assert not found(settings, QUALITY={"face": {"action": "ignore"}})
    [said] = found(settings, QUALITY={"face": {"action": "hold"}})
    assert said.id == "django_tryon.W013"
    assert "django-tryon[quality]" in said.hint


def test_engines_that_are_not_there_are_told_of_once(settings: Any) -> None:
    said = found(settings, ENGINES=["shop.Nowhere"], QUALITY={"face": {"action": "retry"}})
    assert "django_tryon.I001" not in {one.id for one in said}


def test_a_beat_without_our_sweep(settings: Any, monkeypatch: Any) -> None:
    celery = pytest.importorskip("celery")
    app = celery.Celery("shop", broker="memory://", set_as_current=True)
    runner = {"RUNNER": "django_tryon.runners.celery"}
    [said] = found(settings, **runner)
    assert said.id == "django_tryon.W006"
    assert "django_tryon.sweep" in said.hint
    app.conf.beat_schedule = {"sweep": {"task": "django_tryon.sweep", "schedule": 60}}
    assert not found(settings, **runner)
    app.conf.beat_schedule = {}
    monkeypatch.setattr("django.apps.apps.is_installed", lambda name: True)
    assert not found(settings, **runner)
    app.close()


def test_a_back_end_that_is_for_tests(settings: Any) -> None:
    tasks = pytest.importorskip("django_tryon.runners.django_tasks")
    runner = {"RUNNER": "django_tryon.runners.django_tasks"}
    assert not found(settings, **runner)
    for name, word in (("immediate.Immediate", "waits until"), ("dummy.Dummy", "ever begin")):
        module = type(tasks.drive).__module__.rpartition(".")[0]  # django.tasks, or django_tasks
        settings.TASKS = {"default": {"BACKEND": f"{module}.backends.{name}Backend"}}
        [said] = found(settings, **runner)
        assert said.id == "django_tryon.W006"
        assert word in said.msg


def test_a_shop_may_go_without_a_transport_of_its_own(settings: Any) -> None:
    assert found(settings, HTTP_TRANSPORT="") == []


def test_moments_need_a_time_zone(settings: Any) -> None:
    settings.USE_TZ = False
    [said] = found(settings)
    assert said.id == "django_tryon.E011"


def test_a_misspelt_name_gets_a_suggestion(settings: Any) -> None:
    [said] = found(settings, OUTPUT_HOST=[])
    assert said.hint == "Did you mean “OUTPUT_HOSTS”? See the settings reference in the docs."


def test_forgotten_urls(settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.shop.urls"
    [said] = found(settings)
    assert said.id == "django_tryon.E013"
    assert "include('django_tryon.urls')" in said.hint


def test_no_urls_at_all(settings: Any) -> None:
    del settings.ROOT_URLCONF
    assert "django_tryon.E013" in {said.id for said in found(settings)}


def test_something_else_than_a_dict(settings: Any) -> None:
    settings.TRYON = ["API_KEY"]
    [said] = run_checks(tags=["django_tryon"])
    assert said.id == "django_tryon.E001"


def test_what_is_said_of_an_option_names_it_once(settings: Any) -> None:
    [said] = found(settings, PRODUCTS={"shop.Nothing": {}})
    assert said.msg.count("TRYON['PRODUCTS']") == 1


def test_the_asset_store_needs_no_public_url(settings: Any) -> None:
    assert found(settings, **FAR | {"PUBLIC_URL": "", "INPUTS": "asset-store"}) == []


def test_networks_and_single_proxies_are_fine(settings: Any) -> None:
    assert found(settings, TRUSTED_PROXIES=["10.0.0.0/8", "10.0.0.7", "::1"]) == []


def test_licences_are_told_together_and_only_once_they_matter(settings: Any) -> None:
    assert found(settings, ACKNOWLEDGED_LICENCES=[]) == []  # the sandbox draws
    [said] = found(settings, **FAR | {"ACKNOWLEDGED_LICENCES": []})
    assert said.id == "django_tryon.W007"
    assert all(slug in said.msg for slug in ALL)
    assert "TRYON['ACKNOWLEDGED_LICENCES']" in said.hint


@pytest.mark.parametrize(
    ("slug", "hint"), [("idm_vton", "Did you mean “idm-vton”?"), ("dall-e", "Remove it.")]
)
def test_a_licence_of_no_engine(settings: Any, slug: str, hint: str) -> None:
    [said] = found(settings, ACKNOWLEDGED_LICENCES=[slug])
    assert (said.id, said.hint) == ("django_tryon.W008", hint)


def test_a_hold_out_needs_requests_and_sessions(settings: Any) -> None:
    settings.MIDDLEWARE = [one for one in settings.MIDDLEWARE if "Session" not in one]
    (said,) = found(settings, HOLDOUT=0.1)
    assert (said.id, "has no sessions, so" in said.msg) == ("django_tryon.W011", True)
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "OPTIONS": {}}]
    (said,) = found(settings, HOLDOUT=0.1)
    assert "no context processor django.template.context_processors.request" in said.msg
    assert "OPTIONS of TEMPLATES" in said.hint
    assert found(settings, HOLDOUT=0) == []


def test_clips_need_what_reads_them(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django_tryon.checks_clips.find_spec", lambda _name: None)
    (said,) = found(settings, **CLIPS)
    assert said.id == "django_tryon.E026"
    assert "django-tryon[video]" in said.hint


def test_an_engine_that_cannot_be_imported_is_told_once(settings: Any) -> None:
    said = found(settings, ENGINES=["nowhere.Engine"], **CLIPS)
    assert "django_tryon.E026" not in {one.id for one in said}
