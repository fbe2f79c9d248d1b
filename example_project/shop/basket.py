"""The basket: what, in which size, how many; kept in the session."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import HttpRequest

from example_project.shop.models import Product

KEY = "basket"
MOST = 20
"""Of one product in one size."""


@dataclass(frozen=True)
class Line:
    """One line of the basket."""

    key: str
    product: Product
    size: str
    count: int

    @property
    def total(self) -> Decimal:
        """Its price."""
        return self.product.price * self.count


class Basket:
    """The basket of one visitor."""

    def __init__(self, request: HttpRequest) -> None:
        self._session = request.session
        self._counts: dict[str, int] = dict(self._session.get(KEY, {}))

    def __len__(self) -> int:
        return sum(self._counts.values())

    def lines(self) -> Iterator[Line]:
        """Return what is in it, in one query; products that are off sale have gone."""
        keys = {key: key.partition(":") for key in self._counts}
        products = Product.objects.filter(is_active=True).in_bulk(
            {int(pk) for pk, _colon, _size in keys.values()}
        )
        for key, (pk, _colon, size) in keys.items():
            if int(pk) in products:
                yield Line(key, products[int(pk)], size, self._counts[key])

    def add(self, product: Product, size: str) -> None:
        """Put one in."""
        key = f"{product.pk}:{size}"
        self.set(key, self._counts.get(key, 0) + 1)

    def set(self, key: str, count: int) -> None:
        """Have that many of a line; none takes it out."""
        if count > 0:
            self._counts[key] = min(count, MOST)
        else:
            self._counts.pop(key, None)
        self._session[KEY] = self._counts

    def empty(self) -> None:
        """Take everything out."""
        self._counts = self._session[KEY] = {}

    def __contains__(self, key: str) -> bool:
        return key in self._counts


def in_every_template(request: HttpRequest) -> dict[str, Any]:
    """Tell every page what its header shows."""
    return {"basket_count": len(Basket(request)), "departments": Product.Category.choices}
