"""Who answers for an account: v1 `controller` and `type`, v2 `responsibilities`.

https://docs.stripe.com/connect/migrate-to-controller-properties
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import invalid

if TYPE_CHECKING:
    from ..errors import Json
    from ..store import Row

# type: fees, losses, who collects requirements, dashboard
TYPES = {
    "standard": ("account", "stripe", "stripe", "full"),
    "express": ("application_express", "application", "stripe", "express"),
    "custom": ("application_custom", "application", "application", "none"),
}


def make(fees: str, losses: str, collector: str, dashboard: str) -> Json:
    """Return the `controller` that the controlling platform sees."""
    return {
        "fees": {"payer": fees},
        "is_controller": True,
        "losses": {"payments": losses},
        "requirement_collection": collector,
        "stripe_dashboard": {"type": dashboard},
        "type": "application",
    }


def of_v1(params: Json) -> Json:
    """Return the controller that `type` or `controller` asks for."""
    if "type" in params and "controller" in params:
        message = "You may only specify one of these parameters: type, controller."
        raise invalid(message, "type")
    if "type" in params:
        return make(*TYPES[params["type"]])
    asked = params.get("controller", {})
    fees = asked.get("fees", {}).get("payer", "account")
    losses = asked.get("losses", {}).get("payments", "stripe")
    collector = asked.get("requirement_collection", "stripe")
    dashboard = asked.get("stripe_dashboard", {}).get("type", "full")
    _check(fees, losses, collector, dashboard)
    return make(fees, losses, collector, dashboard)


def _check(fees: str, losses: str, collector: str, dashboard: str) -> None:
    if losses == "application" and fees != "application":
        message = (
            "`controller[losses][payments]` can only be `application` when "
            "`controller[fees][payer]` is `application`."
        )
        raise invalid(message, "controller[losses][payments]")
    if collector == "application" and dashboard != "none":
        message = (
            "`controller[requirement_collection]` can only be `application` when "
            "`controller[stripe_dashboard][type]` is `none`."
        )
        raise invalid(message, "controller[requirement_collection]")


def of_v2(dashboard: str, responsibilities: Json) -> Json:
    """Return the controller that v2's responsibilities ask for."""
    fees = responsibilities["fees_collector"].replace("stripe", "account")
    losses = responsibilities["losses_collector"]
    custom = dashboard == "none" and losses == "application"
    return make(fees, losses, "application" if custom else "stripe", dashboard)


def responsibilities(controller: Json) -> Json:
    """Return v2's words for a controller; an account of its own has Stripe's."""
    if controller["type"] == "account":
        return dict.fromkeys(
            ("fees_collector", "losses_collector", "requirements_collector"), "stripe"
        )
    return {
        "fees_collector": controller["fees"]["payer"].replace("account", "stripe"),
        "losses_collector": controller["losses"]["payments"],
        "requirements_collector": controller["requirement_collection"],
    }


def dashboard(account: Json) -> str:
    """Return the Stripe-hosted dashboard that an account's owner has."""
    shown: Json = account["controller"].get("stripe_dashboard", {"type": "full"})
    return str(shown["type"])


def is_controlled(row: Row, platform: str) -> bool:
    """Say if this platform made the account."""
    return row.private.get("controlled_by") == platform
