"""The shop's pages: front, product, basket, and an order that nobody has to pay."""

from __future__ import annotations

import secrets
from decimal import Decimal

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from django_tryon.services import record_order, record_return
from example_project.shop.basket import Basket
from example_project.shop.models import Product

ORDER = "order"
"""In the session: number and products of the last order, which this shop keeps nowhere else."""


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """Show what is on sale, all or one department."""
    chosen = request.GET.get("category", "")
    if chosen and chosen not in Product.Category.values:
        raise Http404(f"There is no department “{chosen}”.")
    products = Product.objects.filter(is_active=True).prefetch_related("pictures")
    if chosen:
        products = products.filter(category=chosen)
    return render(
        request,
        "shop/front.html",
        {"products": products, "chosen": chosen},
    )


@require_safe
def product(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one product."""
    shown = get_object_or_404(
        Product.objects.prefetch_related("pictures"), slug=slug, is_active=True
    )
    others = (
        Product.objects.filter(is_active=True)
        .exclude(category=shown.category)
        .prefetch_related("pictures")
    )
    return render(request, "shop/product.html", {"product": shown, "others": others[:4]})


@require_safe
def tried(request: HttpRequest, references: str) -> HttpResponse:
    """Lead to the page of what was tried on, where its size is chosen; a basket has its own."""
    if "," in references:
        return redirect("shop:basket")
    key = references.removeprefix("shop.product:")
    if not key.isdecimal() or len(key) > 9:
        raise Http404("There is no such product.")
    return redirect(get_object_or_404(Product, pk=int(key), is_active=True))


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Tell what becomes of a photo; the consent box links here."""
    return render(request, "shop/privacy.html")


@require_safe
def basket(request: HttpRequest) -> HttpResponse:
    """Show the basket."""
    lines = list(Basket(request).lines())
    total = sum((line.total for line in lines), Decimal(0))
    products = [line.product for line in lines]
    last, _products = request.session.get(ORDER, ("", []))
    shown = {"lines": lines, "total": total, "products": products, "last": last}
    return render(request, "shop/basket.html", shown)


@require_POST
def add(request: HttpRequest, slug: str) -> HttpResponse:
    """Put a product into the basket, in the size that was chosen."""
    wanted = get_object_or_404(Product, slug=slug, is_active=True)
    size = request.POST.get("size", "")
    if size not in wanted.size_list:
        messages.error(request, "Choose a size first.")
        return redirect(wanted)
    Basket(request).add(wanted, size)
    messages.success(request, f"{wanted.name}, size {size}, is in your basket.")
    return redirect(wanted)


@require_POST
def change(request: HttpRequest) -> HttpResponse:
    """Change how many of a line are in the basket."""
    held, key, count = Basket(request), request.POST.get("key", ""), request.POST.get("count", "")
    if key in held and count.isdecimal():
        held.set(key, int(count[:3]))
    return redirect("shop:basket")


@require_POST
def order(request: HttpRequest) -> HttpResponse:
    """Order what is in the basket, and have it counted."""
    held = Basket(request)
    products = [line.product for line in held.lines()]
    if products:
        number = f"M-{secrets.token_hex(4)}"
        record_order(request, order=number, products=products)
        request.session[ORDER] = number, [product.pk for product in products]
        held.empty()
        messages.info(request, f"Order {number} is placed. Nothing is charged, and nothing sent.")
    return redirect("shop:basket")


@require_POST
def send_back(request: HttpRequest) -> HttpResponse:
    """Send the last order back, and have that counted, too."""
    number, products = request.session.pop(ORDER, ("", []))
    if number:
        record_return(order=number, products=Product.objects.filter(pk__in=products))
        messages.info(request, f"Order {number} is on its way back.")
    return redirect("shop:basket")
