"""The lines of a Checkout Session: what may be asked for, and how they are shown.

https://docs.stripe.com/api/checkout/sessions/create#create_checkout_session-line_items
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import metadata, money
from .errors import emulated, invalid, require

if TYPE_CHECKING:
    from .errors import Json
    from .registry import Call

LINE_ITEM = {"price_data", "quantity", "metadata"}
PRICE_DATA = {"currency", "product", "product_data", "tax_behavior", "unit_amount"}
PRODUCT_DATA = {"name", "description", "images", "metadata", "unit_label"}


def check(items: list[Json]) -> None:
    """Refuse lines that make no payment."""
    if len(items) > 100:
        message = "Checkout Sessions in payment mode have at most 100 line items."
        raise invalid(message, "line_items")
    for index, item in enumerate(items):
        _line_item(item, f"line_items[{index}]")
    if len({item["price_data"]["currency"].lower() for item in items}) > 1:
        message = "All line items of a Checkout Session must have the same currency."
        raise invalid(message, "line_items")
    currency = items[0]["price_data"]["currency"].lower()
    _amount(total(items), currency)


def _line_item(item: Json, path: str) -> None:
    emulated(item, LINE_ITEM, path)
    if "price_data" not in item:
        message = "You must specify either `price` or `price_data` for each line item."
        raise invalid(message, path)
    if "quantity" not in item:
        message = f"Quantity is required. Add `quantity` to `{path}`"
        raise invalid(message, f"{path}[quantity]")
    _at_least(item["quantity"], 1, f"{path}[quantity]")
    _price_data(item["price_data"], f"{path}[price_data]")


def _price_data(price: Json, path: str) -> None:
    emulated(price, PRICE_DATA, path)
    if "product" in price:
        message = f"No such product: '{price['product']}'"
        raise invalid(message, f"{path}[product]", "resource_missing")
    require(price, "product_data", path)
    require(price, "unit_amount", path)
    emulated(price["product_data"], PRODUCT_DATA, f"{path}[product_data]")
    currency = price["currency"].lower()
    if currency not in money.CURRENCIES:
        known = ", ".join(sorted(money.CURRENCIES))
        message = (
            f"Invalid currency: {currency}. Stripe currently supports these "
            f"currencies: {known}"
        )
        raise invalid(message, f"{path}[currency]")
    _at_least(price["unit_amount"], 0, f"{path}[unit_amount]")


def _at_least(value: int, least: int, path: str) -> None:
    if value < least:
        message = f"This value must be greater than or equal to {least}."
        raise invalid(message, path, "parameter_invalid_integer")


def total(items: list[Json]) -> int:
    """Return what lines ask for together."""
    return sum(_total(item) for item in items)


def _total(item: Json) -> int:
    return int(item["price_data"]["unit_amount"] * item["quantity"])


def _amount(amount: int, currency: str) -> None:
    most = money.maximum(currency)
    if amount > most:
        message = (
            "The Checkout Session's total amount must be no more than "
            f"{money.display(most, currency)}"
        )
        raise invalid(message, None, "amount_too_large")
    if amount % money.step(currency):
        message = (
            f"Invalid amount for {currency}: it must be divisible by "
            f"{money.step(currency)}, see https://docs.stripe.com/currencies"
        )
        raise invalid(message, "line_items", "invalid_charge_amount")


def make(call: Call, item: Json) -> Json:
    """Return a line as the API shows it (`stripe.LineItem`)."""
    price = item["price_data"]
    currency, amount = price["currency"].lower(), _total(item)
    return {
        "id": call.world.ids.new("li_1", 23),
        "object": "item",
        "adjustable_quantity": None,
        "amount_discount": 0,
        "amount_subtotal": amount,
        "amount_tax": 0,
        "amount_total": amount,
        "currency": currency,
        "description": price["product_data"]["name"],
        "metadata": metadata.merge({}, item.get("metadata")),
        "price": _price(call, price, currency),
        "quantity": item["quantity"],
    }


def _price(call: Call, given: Json, currency: str) -> Json:
    """Return the price that Stripe makes of `price_data` (`stripe.Price`)."""
    return {
        "id": call.world.ids.new("price_1", 23),
        "object": "price",
        "active": False,
        "billing_scheme": "per_unit",
        "created": call.world.clock.now,
        "currency": currency,
        "custom_unit_amount": None,
        "livemode": call.tenant.livemode,
        "lookup_key": None,
        "metadata": {},
        "nickname": None,
        "product": call.world.ids.new("prod_", 14),
        "recurring": None,
        "tax_behavior": given.get("tax_behavior", "unspecified"),
        "tiers_mode": None,
        "transform_quantity": None,
        "type": "one_time",
        "unit_amount": given["unit_amount"],
        "unit_amount_decimal": str(given["unit_amount"]),
    }
