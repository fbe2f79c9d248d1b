"""The dashboard: figures, charts, CSV, and who sees money."""

from __future__ import annotations

import csv
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import StringIO
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.admin import AdminSite, site
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models.functions import TruncDate
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from django_tryon.admin.dashboard import page as board
from django_tryon.admin.dashboard.charts import level, stacked
from django_tryon.admin.dashboard.entry import DashboardAdmin
from django_tryon.admin.dashboard.sql import Tenths, day_of
from django_tryon.exceptions import Refused
from django_tryon.models import Consent, Credits, Dashboard, Garment, Person, Shopper, TryOnJob
from django_tryon.services.driving.gates import close
from tests.admin.conftest import changelist, said
from tests.shop.models import Design

URL = "/admin/django_tryon/dashboard/"
OLD = "/admin/django_tryon/tryonjob/dashboard/"


def look(client: Client, query: str = "") -> Any:
    """Return what the dashboard shows now."""
    cache.clear()
    response = client.get(URL + query)
    assert response.status_code == 200
    return response.context


def lines(page: Any, key: str) -> list[list[str]]:
    """Return the lines of a table."""
    return next(table.rows for table in page["tables"] if table.key == key)


def ended(job: TryOnJob, *, seconds: float, days_ago: float = 0) -> None:
    """Have a job end so many seconds after its launch."""
    begun = timezone.now() - timedelta(days=days_ago)
    TryOnJob.objects.filter(pk=job.pk).update(
        created_at=begun, submitted_at=begun, finished_at=begun + timedelta(seconds=seconds)
    )


@pytest.fixture
def busy(make_job: Any, staff: Any) -> None:
    """Some days of a shop."""
    for number in range(1, 21):
        job = make_job(status="succeeded", cost="0.10", requested_by=staff)
        ended(job, seconds=number)
    ended(make_job(status="failed", engine="fashion-ai", estimated_cost="9"), seconds=5)
    ended(make_job(status="succeeded", estimated_cost="0.5"), seconds=4, days_ago=3)
    ended(make_job(status="succeeded", cost="7"), seconds=4, days_ago=20)
    make_job(status="cancelled", estimated_cost="9")
    make_job(status="queued", estimated_cost="9")


def test_it_is_where_the_admin_says(admin: Client) -> None:
    assert reverse("admin:django_tryon_dashboard_changelist") == URL
    assert URL in admin.get(changelist("tryonjob")).content.decode()


def test_the_large_numbers(admin: Client, busy: None, make_result: Any) -> None:
    make_result(published_at=timezone.now() - timedelta(days=1), review="approved")
    make_result(published_at=timezone.now() - timedelta(days=9), review="approved")
    make_result()
    numbers = {number.title: (number.value, number.more) for number in look(admin)["numbers"]}
    assert numbers["Published this week"] == ("1", "")
    assert numbers["Waiting for review"] == ("1", "")
    assert numbers["Spent"] == ("$9.50", "no budget is set")
    assert numbers["Success rate"] == ("96.2 %", "of 26 that ended")


def test_engines_have_their_seconds(admin: Client, busy: None) -> None:
    assert lines(look(admin, "?days=7"), "engines") == [
        ["IDM-VTON", "23", "21", "100.0 %", "10.0", "19.0", "2.50"],
        ["Fashion AI", "1", "0", "0.0 %", "-", "-", "0.00"],
    ]


def test_one_time_is_its_own_median(admin: Client, make_job: Any) -> None:
    ended(make_job(status="succeeded"), seconds=3)
    assert lines(look(admin), "engines")[0][4:6] == ["3.0", "3.0"]


def test_days_are_told_and_drawn(admin: Client, busy: None) -> None:
    page = look(admin, "?days=7")
    days = lines(page, "days")
    assert len(days) == 7
    assert [line[1] for line in days] == ["0", "0", "0", "1", "0", "0", "23"]
    jobs, money = page["charts"]
    assert (jobs.top, len(jobs.bars)) == ("23", 3)  # two parts today, one three days ago
    assert (money.top, money.bars[0].title) == ("$2.00", f"{days[3][0]}: $0.500")
    assert money.line == ""
    assert len(lines(look(admin, "?days=30"), "days")) == 30


@pytest.mark.parametrize("vendor", ["sqlite", "another"])
def test_days_are_the_shops_on_both_sides_of_a_change_of_the_clocks(
    make_job: Any, settings: Any, monkeypatch: Any, vendor: str
) -> None:
    """Also where the database knows no zones, and the offset has to be reckoned here."""
    settings.TIME_ZONE = "Europe/Berlin"
    if vendor == "another":
        monkeypatch.setattr(connection.features, "has_zoneinfo_database", False)
        monkeypatch.setattr("django_tryon.admin.dashboard.sql.SQLITE", "none")
    days = {
        datetime(2026, 10, 23, 21, 59, tzinfo=UTC): date(2026, 10, 23),  # by summer time
        datetime(2026, 10, 23, 22, 1, tzinfo=UTC): date(2026, 10, 24),
        datetime(2026, 10, 26, 22, 1, tzinfo=UTC): date(2026, 10, 26),  # by winter time
        datetime(2026, 10, 26, 23, 1, tzinfo=UTC): date(2026, 10, 27),
    }
    for at in days:
        TryOnJob.objects.filter(pk=make_job().pk).update(created_at=at)
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 11, 20, tzinfo=UTC))
    day = day_of("created_at", min(days), connection)
    found = TryOnJob.objects.order_by("created_at").values_list("created_at", day)
    assert dict(found) == days


def test_other_databases_reckon_by_themselves(db: None) -> None:
    query = TryOnJob.objects.order_by().query
    took = Tenths("created_at", "finished_at").resolve_expression(query)
    compiler = query.get_compiler(connection=connection)
    quote = connection.ops.quote_name
    begun, ended = (
        f"{quote('django_tryon_tryonjob')}.{quote(name)}" for name in ("created_at", "finished_at")
    )
    assert took.as_postgresql(compiler, connection) == (
        f"CAST(ROUND(EXTRACT(EPOCH FROM ({ended} - {begun})) * 10) AS INTEGER)",
        [],
    )
    assert took.as_mysql(compiler, connection) == (
        f"CAST(ROUND((TIMESTAMPDIFF(MICROSECOND, {begun}, {ended})) / 100000) AS SIGNED)",
        [],
    )
    features = SimpleNamespace(has_zoneinfo_database=True)
    elsewhere = SimpleNamespace(vendor="postgresql", features=features)
    assert isinstance(day_of("created_at", timezone.now(), elsewhere), TruncDate)


def test_a_clock_that_runs_ahead_breaks_nothing(admin: Client, make_job: Any) -> None:
    make_job(status="succeeded")
    TryOnJob.objects.update(created_at=timezone.now() + timedelta(days=2))
    page = look(admin)
    assert lines(page, "engines")[0][1] == "1"
    assert {line[1] for line in lines(page, "days")} == {"0"}


def test_an_unknown_period_is_a_month(admin: Client) -> None:
    assert look(admin, "?days=99999")["days"] == 30
    assert look(admin, "?days=x")["days"] == 30


def test_budgets_stand_beside_what_was_spent(admin: Client, busy: None, settings: Any) -> None:
    settings.TRYON = settings.TRYON | {"DAILY_BUDGET": Decimal(4)}
    page = look(admin)
    said = "$4.00 of $4.00 left today, counted from the next launch on"
    assert said in [number.more for number in page["numbers"]]
    chart = page["charts"][1]
    assert (chart.line_title, chart.top) == ("Budget of a day: $4.00", "$7.00")
    assert chart.line == "68.6"


def test_products_are_named(admin: Client, make_job: Any, garment: Garment) -> None:
    gone = Garment.objects.create(product=Design.objects.create(title="D"), category="upper")
    Garment.objects.filter(pk=gone.pk).update(product_id="6f9619ff-8b86-d011-b42d-00cf4fc964ff")
    make_job(status="succeeded", cost="0.10", garments=[garment, gone])
    make_job(status="succeeded", cost="0.10")
    make_job(status="cancelled")
    assert lines(look(admin), "products") == [
        ["Coral tee", "3", "2", "100.0 %", "0.20"],
        ["A product that was deleted", "1", "1", "100.0 %", "0.10"],
    ]


def test_a_product_model_that_is_gone(admin: Client, make_job: Any) -> None:
    from django.contrib.contenttypes.models import ContentType

    job = make_job(status="succeeded")
    kind = ContentType.objects.create(app_label="shop", model="nomore")
    Garment.objects.filter(pk__in=job.garments.values("pk")).update(content_type=kind)
    assert lines(look(admin), "products")[0][0] == "A product that was deleted"


def test_requesters_are_named(admin: Client, make_job: Any, staff: Any, shopper: Person) -> None:
    make_job(status="succeeded", cost="3", requested_by=staff)
    for more in ({"shopper": shopper.shopper}, {"erased_at": timezone.now()}):
        make_job(status="succeeded", cost="1", requested_by=None, **more)
    make_job(status="failed", requested_by=None)
    assert lines(look(admin), "requesters") == [
        ["staff", "1", "1", "100.0 %", "3.00"],
        ["Shoppers", "2", "2", "100.0 %", "2.00"],
        ["Nobody who is still here", "1", "0", "0.0 %", "0.00"],
    ]


@pytest.mark.parametrize(
    ("fields", "costs"),
    [
        ({"status": "succeeded", "cost": "0"}, "0.00"),
        ({"status": "succeeded"}, "2.00"),
        ({"status": "failed"}, "0.00"),
        ({"status": "failed", "error_code": "given_up"}, "2.00"),
        ({"status": "cancelled"}, "0.00"),
        ({"status": "cancelled", "submitted_at": timezone.now()}, "2.00"),
        ({"status": "expired", "submitted_at": timezone.now()}, "2.00"),
        ({"status": "running"}, "0.00"),
    ],
)
def test_what_counts_as_spent(admin: Client, make_job: Any, fields: Any, costs: str) -> None:
    make_job(estimated_cost=Decimal(2), **fields)
    page = look(admin)
    for table in ("engines", "products", "requesters"):
        assert lines(page, table)[0][-1] == costs


def test_the_funnel(admin: Client, make_job: Any, make_result: Any, shopper: Person) -> None:
    assert {count for _step, count, _width in look(admin)["funnel"]} == {1, 0}
    Consent.objects.create(shopper=shopper.shopper, version="1")
    job = make_job(status="succeeded", shopper=shopper.shopper)
    make_job(status="failed", shopper=Shopper.objects.create())
    make_result(job, liked=True)
    assert [(count, width) for _step, count, width in look(admin)["funnel"]] == [
        (2, "100.0"),
        (1, "50.0"),
        (2, "100.0"),
        (1, "50.0"),
        (1, "50.0"),
    ]


def test_an_empty_shop(admin: Client) -> None:
    text = admin.get(URL).content.decode()
    assert "Nothing in these days." in text
    assert '<rect class="tryon-chart__good"' not in text
    assert "Every gate is open, and nothing waits in vain." in text
    assert "Not asked yet" in text


def test_closed_gates_are_told(admin: Client) -> None:
    close("idm-vton", "no_credits", says="Top it up.")
    text = admin.get(URL).content.decode()
    assert "Top it up." in text
    assert "Every gate is open" not in text


def test_what_is_stored(admin: Client, make_result: Any) -> None:
    make_result(bytes=1024 * 1024)
    assert look(admin)["stored"].replace("\xa0", " ") == "1.0 MB in 1 result"
    make_result()
    words = look(admin)["stored"].replace("\xa0", " ")
    assert words == "1.0 MB in 2 results; 1 of them is older and was not measured"


def test_a_chart_can_be_read_aloud(admin: Client, busy: None) -> None:
    text = admin.get(URL).content.decode()
    assert text.count('role="img" aria-label="') == 2
    assert "The figures are in the table" in text
    assert text.count('<th scope="row">') > 30
    assert "style=" not in text[text.index("tryon-dashboard") :]


def test_credits_are_asked_for(admin: Client, sandbox: Any) -> None:
    answer = admin.post(URL + "?days=7", follow=True)
    assert "of credits are left." in said(answer)[0]
    assert answer.redirect_chain[-1][0].endswith("?days=7")
    credits = Credits.objects.get()
    assert credits.amount > 0
    assert str(credits) in admin.get(URL).content.decode()


def test_credits_that_cannot_be_asked_for(admin: Client, monkeypatch: Any) -> None:
    def refuse() -> Credits:
        raise Refused("Segmind does not accept the key.", code="bad_key")

    monkeypatch.setattr(board, "ask_credits", refuse)
    assert said(admin.post(URL, follow=True)) == ["Segmind does not accept the key."]


@pytest.mark.parametrize("table", board.TABLES)
def test_tables_come_as_csv(admin: Client, busy: None, table: str) -> None:
    response = admin.get(f"{URL}?days=7&csv={table}")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == f'attachment; filename="try-ons-{table}-7-days.csv"'
    heads, *rows = csv.reader(StringIO(response.content.decode()))
    assert heads[-1] == "Spent, US$"
    assert rows == lines(look(admin, "?days=7"), table)


def test_an_unknown_table_is_the_page(admin: Client) -> None:
    assert admin.get(URL + "?csv=x")["Content-Type"].startswith("text/html")


def test_a_name_is_no_formula(admin: Client, make_job: Any, product: Any) -> None:
    product.name = "=1+1"
    product.save()
    make_job(status="succeeded")
    rows = list(csv.reader(StringIO(admin.get(f"{URL}?csv=products").content.decode())))
    assert rows[1][0] == "'=1+1"


@pytest.mark.parametrize(
    ("permissions", "status", "money"),
    [
        ((), 403, False),
        (("review_tryonresult", "publish_tryonresult"), 403, False),
        (("view_tryonjob",), 200, False),
        (("launch_tryonjob",), 200, False),
        (("view_money",), 200, True),
    ],
)
def test_who_sees_what(
    as_staff: Any, busy: None, permissions: Any, status: int, money: bool
) -> None:
    client = as_staff(*permissions)
    response = client.get(URL)
    assert response.status_code == status
    text = response.content.decode()
    for word in ("Spent", "US$", "Credits left", "tryon-chart-money"):
        assert (word in text) is money
    table = client.get(f"{URL}?csv=engines")
    assert (table.status_code, "Spent" in table.content.decode()) == (status, money)
    if not money:
        assert client.post(URL).status_code == 403


@pytest.mark.parametrize(
    ("permissions", "listed"),
    [
        ((), False),
        (("view_tryonresult",), False),
        (("view_money",), True),
        (("view_tryonjob",), True),
    ],
)
def test_it_is_found_on_the_first_page(as_staff: Any, permissions: Any, listed: bool) -> None:
    client = as_staff(*permissions)
    entry = reverse("admin:django_tryon_dashboard_changelist")
    assert (f'href="{entry}"' in client.get(reverse("admin:index")).content.decode()) is listed
    if listed:
        overview = reverse("admin:app_list", args=["django_tryon"])
        assert f'href="{entry}"' in client.get(overview).content.decode()
    assert client.get(URL).status_code == (200 if listed else 403)
    assert client.get(f"{OLD}?csv=engines")["Location"] == f"{URL}?csv=engines"
    assert client.get(OLD)["Location"] == URL
    for page in ("add/", "1/change/", "1/delete/"):
        assert client.get(entry + page).status_code == 404


def test_a_site_without_jobs_has_no_entry(admin: Client, rf: Any, staff: Any) -> None:
    site = AdminSite()
    site.register(Dashboard, DashboardAdmin)
    request = rf.get("/")
    request.user = staff
    assert not site._registry[Dashboard].has_module_permission(request)
    with pytest.raises(PermissionDenied):
        site._registry[Dashboard].changelist_view(request)


def test_a_site_without_the_entry_shows_it_with_the_jobs(admin: Client) -> None:
    entry = site._registry.pop(Dashboard)
    try:
        assert "tryon-dashboard" in admin.get(f"{OLD}?days=7").content.decode()
    finally:
        site._registry[Dashboard] = entry


def test_the_sidebar_marks_the_dashboard_and_no_list(admin: Client) -> None:
    page = admin.get(f"{URL}?days=7").content.decode()
    [marked] = re.findall(r'class="model-(\w+) current-model"', page)
    assert marked == "dashboard"


def test_nobody_without_a_login_sees_it(client: Client, db: None) -> None:
    assert client.get(URL).status_code == 302


def test_it_costs_the_same_for_any_number(admin: Client, make_job: Any, staff: Any) -> None:
    make_job(status="succeeded", cost="1", requested_by=staff)
    look(admin)
    with CaptureQueriesContext(connection) as few:
        look(admin)
    for number in range(30):
        make_job(status=("succeeded", "failed")[number % 2], cost="1", requested_by=staff)
    with CaptureQueriesContext(connection) as many:
        look(admin)
    assert len(many) == len(few) <= 28, [query["sql"] for query in many]


def test_a_second_look_within_a_minute_is_cheap(admin: Client, make_job: Any) -> None:
    make_job(status="succeeded")
    look(admin, "?days=7")
    make_job(status="succeeded")
    with CaptureQueriesContext(connection) as few:
        again = admin.get(URL + "?days=7").context
    assert lines(again, "engines")[0][1] == "1"
    assert len(few) <= 10, [query["sql"] for query in few]
    assert lines(admin.get(URL + "?days=90").context, "engines")[0][1] == "2"


def test_bars_stand_on_each_other() -> None:
    bars = stacked([[("good", 3, "3"), ("rest", 1, "1")], [("good", 0, "0")]], highest=4)
    assert [(bar.y, bar.height) for bar in bars] == [("40.0", "120.0"), ("0.0", "40.0")]
    assert stacked([], highest=4) == stacked([[("good", 0, "0")]], highest=0) == []
    assert (level(1, highest=4), level(5, highest=4), level(0, highest=4)) == ("120.0", "", "")
