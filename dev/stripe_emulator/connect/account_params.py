"""Parameters of `POST /v1/accounts`: what they mean, and what is refused.

The names and types have been checked already, by the SDK's classes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ..errors import emulated, invalid
from ..money import CURRENCIES
from ..session_params import EMAIL
from . import controller, countries, platforms

if TYPE_CHECKING:
    from ..errors import Json
    from ..registry import Call
    from ..store import Row

COMMON = {
    *("business_profile", "business_type", "capabilities", "default_currency"),
    *("email", "expand", "metadata"),
}
PROFILE = {
    *("mcc", "name", "product_description", "support_email", "support_phone"),
    *("support_url", "url"),
}
PLAIN = ("business_type", "default_currency", "email")


def creation(call: Call) -> Json:
    """Return the fields of a new account."""
    params = call.params
    emulated(params, COMMON | {"controller", "country", "type"}, "")
    platform = platforms.calling(call)
    country = params.get("country") or platform.data["country"]
    platforms.check_country(platform, country, "country")
    check_values(params)
    check_capabilities(requested(params), country)
    return {
        **{name: params[name] for name in PLAIN if name in params},
        "controller": controller.of_v1(params),
        "country": country,
        "type": params.get("type", "none"),
    }


def check_values(params: Json) -> None:
    """Refuse what is no e-mail address, no website or no hash of ours."""
    emulated(params.get("business_profile", {}), PROFILE, "business_profile")
    if "email" in params and not EMAIL.fullmatch(params["email"]):
        message = f"Invalid email address: {params['email']}"
        raise invalid(message, "email", "email_invalid")
    check_url(params.get("business_profile", {}).get("url"), "business_profile[url]")
    currency = params.get("default_currency", "usd")
    if currency.lower() not in CURRENCIES:
        raise invalid(f"Invalid currency: {currency}", "default_currency")


def check_url(url: str | None, param: str) -> None:
    """Refuse an address that no browser could open."""
    if url is None:
        return
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        message = "Not a valid URL"
        raise invalid(message, param, "url_invalid")


def requested(params: Json) -> dict[str, bool]:
    """Return the capabilities that are requested, or given up."""
    asked: Json = params.get("capabilities", {})
    return {n: one["requested"] for n, one in asked.items() if "requested" in one}


def check_capabilities(
    wanted: dict[str, bool], country: str, row: Row | None = None
) -> None:
    """Refuse capabilities that an account in this country cannot have."""
    known = set(row.private["capabilities"]) if row else set()
    for name, requested in wanted.items():
        if requested and not countries.has(country, name):
            message = (
                f"You cannot request the `{name}` capability for accounts in {country}."
            )
            raise invalid(message, f"capabilities[{name}]")
    after = (known | {n for n, on in wanted.items() if on}) - {
        n for n, on in wanted.items() if not on
    }
    if "transfers" in after and "card_payments" not in after and after != known:
        message = (
            "Your platform needs approval for accounts to have requested the "
            "`transfers` capability without the `card_payments` capability. If you "
            "would like to request transfers without card_payments, please contact us "
            "via https://support.stripe.com/contact."
        )
        raise invalid(message, "capabilities")
