# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The ways to be paid that an account has, as its owner is shown them.

Only what has an effect on the books' currency is listed, so that nobody turns on what
changes nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from . import offers, onboarding
from .methods import METHODS
from .reading import Json, an_id, an_object, detail, flag_or_no, said, text_or_none

# Capabilities that are not called as their method, and what has none of its own.
# https://docs.stripe.com/api/accounts/object#account_object-capabilities
_CAPABILITIES = {
    "nz_bank_account": "nz_bank_account_becs_debit_payments",
    "us_bank_account": onboarding.ACH,
}


@dataclass(frozen=True)
class Switch:
    """A way to pay as its owner set it, and whether it may be offered as it is."""

    on: bool
    available: bool


@dataclass(frozen=True)
class SettingsFacts:
    """https://docs.stripe.com/api/payment_method_configurations/object."""

    id: str
    active: bool
    is_default: bool
    application: str | None
    ways: Mapping[str, Switch]

    @classmethod
    def from_stripe(cls, data: Json) -> "SettingsFacts":
        """Read the settings of a dashboard; a way to pay is merely shown."""
        an_object(data, "payment_method_configuration")
        codes = [code for code, value in data.items() if isinstance(value, dict)]
        return cls(
            id=an_id(data),
            active=flag_or_no(data, "active"),
            is_default=flag_or_no(data, "is_default"),
            application=text_or_none(data, "application"),
            ways={code: _switch(detail(data, code)) for code in codes},
        )


def _switch(data: Json) -> Switch:
    preference = detail(data, "display_preference")
    return Switch(
        on=said(preference, "value") == "on", available=data.get("available") is True
    )


def in_use(
    found: "tuple[SettingsFacts, ...]", *, by_platform: bool
) -> "SettingsFacts | None":
    """Return the settings that sessions go by, None if Stripe shows none.

    A platform's sessions go by the account's settings for that platform.
    """
    usable = [one for one in found if one.active and one.is_default]
    fitting = [one for one in usable if bool(one.application) is by_platform]
    return next(iter([*fitting, *usable]), None)


def capability(code: str) -> str:
    """Return what an account must be able to do for a way to pay."""
    return _CAPABILITIES.get(code, f"{code}_payments")


def listed(
    *,
    country: str,
    currency: str,
    capabilities: Mapping[str, str],
    settings: "SettingsFacts | None",
) -> list[tuple[str, str]]:
    """Return [(way to pay, state)] of what has an effect in a currency.

    The state is that of the capability, or *unrequested*; *left_out* is what Stripe
    would offer and we do not ask for; *switched_off* what its owner turned off.

    :param capabilities: {name: state} of the account
    :param settings: None where the account's key may not ask for them
    """
    wanted = onboarding.wanted_methods(country)
    found = []
    for code in sorted(METHODS.keys() & offers.OFFERED, key=_place):
        name = capability(code)
        state = capabilities.get(name, "unrequested")
        if settings:
            switch = settings.ways.get(code, Switch(on=False, available=False))
            state = _by_switch(switch, state, asked=name in wanted)
        elif state == "unrequested" and name not in wanted:
            state = ""
        if state and offers.takes(code, currency):
            left_out = code in offers.LEFT_OUT
            found.append((code, "left_out" if left_out else state))
    return found


def _by_switch(switch: Switch, state: str, *, asked: bool) -> str:
    """Return the state to show, none for what nobody asked for."""
    if switch.available:
        return "active"
    if switch.on and (asked or state != "unrequested"):
        return "pending" if state == "active" else state
    if asked:
        return "switched_off" if state == "active" else state
    return ""


def _place(code: str) -> tuple[bool, str]:
    return (code != "card", METHODS[code].lower())
