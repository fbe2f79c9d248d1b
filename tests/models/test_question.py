"""Questions: the same rows as the queryset's, in words that are put together once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import models, router
from django.db.models.sql.compiler import SQLCompiler
from django.db.transaction import TransactionManagementError, atomic
from django.utils import timezone

from django_tryon.models import Garment, Person, Shopper, TryOnJob
from django_tryon.models.question import Blank, Question
from django_tryon.services import launch

PK = Blank("pk", models.UUIDField())
SHOPPERS = Shopper.objects.filter(pk=PK)


@pytest.fixture
def job(garment: Garment, person: Person) -> TryOnJob:
    return launch(garments=[garment], person=person, engine="idm-vton")


@pytest.mark.django_db
def test_an_instance_is_as_the_queryset_gives_it(job: TryOnJob) -> None:
    (found,) = Question(TryOnJob.objects.filter(pk=PK)).objects(pk=job.pk)
    same = TryOnJob.objects.get(pk=job.pk)
    for field in TryOnJob._meta.concrete_fields:
        assert getattr(found, field.attname) == getattr(same, field.attname)
    assert (found._state.adding, found._state.db) == (False, "default")


@pytest.mark.django_db
def test_what_is_not_read_is_read_when_it_is_wanted(
    job: TryOnJob, django_assert_num_queries: Any
) -> None:
    question = Question(TryOnJob.objects.filter(pk=PK).only("allowances", "engine"))
    with django_assert_num_queries(1):
        (found,) = question.objects(pk=job.pk)
        assert (found.pk, found.engine, found.allowances) == (job.pk, "idm-vton", [])
    with django_assert_num_queries(1):
        assert found.wish == job.wish


@pytest.mark.django_db
def test_rows_are_as_values_list_gives_them(job: TryOnJob) -> None:
    names = ("pk", "params", "created_at", "estimated_cost", "person__name", "garments__name")
    until = Blank("until", models.DateTimeField())
    jobs = TryOnJob.objects.order_by().values_list(*names)
    question = Question(jobs.filter(pk=PK, created_at__lte=until))
    (row,) = question.rows(pk=job.pk, until=timezone.now())
    assert tuple(row) == jobs.get(pk=job.pk)
    assert question.rows(pk=job.pk, until=job.created_at - timedelta(days=1)) == []


@pytest.mark.django_db
def test_its_words_are_put_together_once(monkeypatch: pytest.MonkeyPatch) -> None:
    ada, bob = Shopper.objects.create(), Shopper.objects.create()
    made = []
    as_sql = SQLCompiler.as_sql

    def noted(self: Any, *args: Any, **kwargs: Any) -> Any:
        made.append(self)
        return as_sql(self, *args, **kwargs)

    monkeypatch.setattr(SQLCompiler, "as_sql", noted)
    question = Question(SHOPPERS)
    assert question.objects(pk=ada.pk) == [ada]
    assert question.objects(pk=bob.pk) == [bob]
    assert question.objects(pk=Shopper().pk) == []
    assert len(made) == 1


@pytest.mark.django_db(transaction=True)
def test_a_lock_is_for_a_transaction() -> None:
    ada = Shopper.objects.create()
    question = Question(SHOPPERS.select_for_update())
    with atomic():
        assert question.objects(pk=ada.pk) == [ada]
    with pytest.raises(TransactionManagementError, match="until the end of its transaction"):
        question.objects(pk=ada.pk)


@pytest.mark.django_db
def test_it_may_ask_where_the_rows_are_written(monkeypatch: pytest.MonkeyPatch) -> None:
    written = router.db_for_write(Shopper)
    monkeypatch.setattr(router, "db_for_read", lambda *args, **kwargs: "a copy that lags")
    assert Question(SHOPPERS, as_written=True).objects(pk=Shopper().pk) == []
    assert Question(SHOPPERS.using(written)).objects(pk=Shopper().pk) == []
    with pytest.raises(Exception, match="a copy that lags"):
        Question(SHOPPERS).objects(pk=Shopper().pk)
