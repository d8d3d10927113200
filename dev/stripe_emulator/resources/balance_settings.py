"""Balance settings: https://docs.stripe.com/api/balance-settings.

`stripe.BalanceSettings`; the schedule is the account's own, test and live alike.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import stripe
from stripe.params import BalanceSettingsRetrieveParams, BalanceSettingsUpdateParams

from ..errors import emulated, invalid, require
from ..registry import Call, Resource
from . import account, event

if TYPE_CHECKING:
    from ..errors import Json
    from ..store import Row
    from ..world import World

PATH = "/v1/balance_settings"
DAYS = {"weekly": "weekly_payout_days", "monthly": "monthly_payout_days"}
SCHEDULE = "payments[payouts][schedule]"
resource = Resource(
    "balance_settings",
    "balance settings",
    stripe.BalanceSettings,
    "rak_balance_settings",
)


def render(world: World, owner: Row) -> Json:
    """Return the settings as the API shows them; what was never set is left out."""
    payouts = owner.data["settings"]["payouts"]
    schedule = {k: v for k, v in payouts["schedule"].items() if k != "delay_days"}
    minimum = owner.private.get("minimum_balance")
    return {
        "object": resource.kind,
        "payments": {
            "debit_negative_balances": payouts["debit_negative_balances"],
            "payouts": {
                **({"minimum_balance_by_currency": minimum} if minimum else {}),
                "schedule": schedule,
                "statement_descriptor": payouts["statement_descriptor"],
                "status": "enabled" if owner.data["payouts_enabled"] else "disabled",
            },
            "settlement_timing": {"delay_days": world.settings.payout_delay_days},
        },
    }


@resource.route("GET", PATH, BalanceSettingsRetrieveParams)
def retrieve(call: Call) -> Json:
    """Return when and how an account is paid."""
    return render(call.world, account.of(call.world, call.tenant))


@resource.route("POST", PATH, BalanceSettingsUpdateParams)
def update(call: Call) -> Json:
    """Change when and how an account is paid."""
    emulated(call.params, {"expand", "payments"}, "")
    owner = account.of(call.world, call.tenant)
    given = call.params.get("payments", {})
    emulated(given, {"debit_negative_balances", "payouts"}, "payments")
    payouts = given.get("payouts", {})
    known = {"minimum_balance_by_currency", "schedule", "statement_descriptor"}
    emulated(payouts, known, "payments[payouts]")
    settings = owner.data["settings"]["payouts"]
    if "schedule" in payouts:
        settings["schedule"] = _schedule(settings["schedule"], payouts["schedule"])
    if "debit_negative_balances" in given:
        settings["debit_negative_balances"] = given["debit_negative_balances"]
    if "statement_descriptor" in payouts:
        settings["statement_descriptor"] = payouts["statement_descriptor"]
    if "minimum_balance_by_currency" in payouts:
        _keep(owner, payouts["minimum_balance_by_currency"])
    shown = render(call.world, owner)
    event.make(call.world, call.tenant, "balance_settings.updated", shown)
    return shown


def _schedule(before: Json, given: Json) -> Json:
    interval = str(given.get("interval") or before["interval"])
    for of, name in DAYS.items():
        if of == interval and name not in before:
            require(given, name, SCHEDULE)
        if of != interval and name in given:
            message = f"You can only pass `{name}` when the interval is `{of}`."
            raise invalid(message, f"{SCHEDULE}[{name}]")
    own = DAYS.get(interval, "")
    kept = {name: before[name] for name in ("delay_days", own) if name in before}
    days = {own: given[own]} if own in given else {}
    return {**kept, **days, "interval": interval}


def _keep(owner: Row, given: Any) -> None:
    """Merge the least that payouts leave in the balance; an empty string forgets."""
    before = owner.private.get("minimum_balance") or {}
    merged = {} if given == "" else {**before, **given}
    owner.private["minimum_balance"] = {k: v for k, v in merged.items() if v != ""}
