"""What was left out is told once for each reason, with the names of all whom it concerns."""

from __future__ import annotations

from django.test import Client

from django_tryon.admin.launch.refusals import Refusal, gathered, refusal_of
from django_tryon.models import Garment, Person
from tests.admin.conftest import page, said, wish


def test_eight_dresses_for_an_engine_that_dresses_none(
    admin: Client, garment: Garment, person: Person
) -> None:
    words = {"product": garment.product, "category": "dress", "description": "a dress"}
    dresses = [Garment.objects.create(name=f"Dress {number}", **words) for number in range(8)]
    every = [garment, *dresses]
    data = wish(every, [person], engine="fashion-ai")
    texts = said(admin.post(page(garments=every), data, follow=True))
    assert texts == [
        "1 try-on is launched.",
        "8 were left out: Fashion AI cannot dress the category “dress” of “Dress 0”; it can do: "
        "upper, lower, outer. The same is true of “Dress 1”, “Dress 2”, “Dress 3”, “Dress 4”, and "
        "3 more.",
    ]


def test_reasons_are_gathered_by_what_they_say() -> None:
    refusals = [
        Refusal("“Tom” is a clip.", "Tom"),
        *[Refusal("“Ana” has no photo.", "Ana")] * 2,
        Refusal("“Mei” has no photo.", "Mei"),
        *[Refusal("There is no key.")] * 2,
    ]
    assert gathered(refusals) == [
        ("“Ana” has no photo. The same is true of “Mei”.", 3),
        ("There is no key.", 2),
        ("“Tom” is a clip.", 1),
    ]
    assert gathered([]) == []


def test_what_a_sentence_names(garment: Garment, trousers: Garment, person: Person) -> None:
    def name(sentence: str, *worn: Garment) -> str:
        return refusal_of(sentence, worn, person).name

    assert name("“Coral tee” has no picture.", garment) == "Coral tee"
    assert name("“Ana” has no photo.", garment) == "Ana"
    assert name("There is no key.", garment) == ""
    # Of several worn together it is told as it stands: who else it concerns wears the same.
    assert name("“Coral tee” and “Trousers” do not go together.", garment, trousers) == ""
