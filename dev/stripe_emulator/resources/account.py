"""Accounts: https://docs.stripe.com/api/accounts (`stripe.Account`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import stripe
from stripe.params import AccountRetrieveCurrentParams, AccountRetrieveParams

from ..errors import ApiError
from ..registry import Call, Resource
from ..store import Tenant

if TYPE_CHECKING:
    from ..errors import Json
    from ..keys import Key
    from ..store import Row
    from ..world import World

resource = Resource("account", "account", stripe.Account, "rak_connected_account")


def make(world: World, values: Json) -> Row:
    """Open an account that can charge, unless `values` says otherwise."""
    data = _defaults(world, values)
    data.update({k: v for k, v in values.items() if k in data and v is not None})
    # The account itself is one object, whichever mode asks for it.
    tenant = Tenant(data["id"], False)
    configuration = world.ids.new("pmc_1", 23)
    return world.insert("account", tenant, data, payment_configuration=configuration)


def _defaults(world: World, values: Json) -> Json:
    name = values.get("business_name")
    return {
        "id": values.get("id") or world.ids.new("acct_1", 16),
        "object": "account",
        "business_profile": _business_profile(name),
        "business_type": "company",
        "capabilities": {"card_payments": "active", "transfers": "active"},
        "charges_enabled": True,
        "controller": {"type": "account"},
        "country": "US",
        "created": world.clock.now,
        "default_currency": values.get("currency") or "usd",
        "details_submitted": True,
        "email": None,
        "external_accounts": None,
        "future_requirements": _requirements(),
        "metadata": {},
        "payouts_enabled": True,
        "requirements": _requirements(),
        "settings": _settings(name, values.get("timezone") or "Etc/UTC"),
        "tos_acceptance": {"date": None, "ip": None, "user_agent": None},
        "type": "standard",
    }


def _business_profile(name: str | None) -> Json:
    return {
        "annual_revenue": None,
        "estimated_worker_count": None,
        "mcc": None,
        "minority_owned_business_designation": None,
        "name": name,
        "product_description": None,
        "support_address": None,
        "support_email": None,
        "support_phone": None,
        "support_url": None,
        "url": None,
    }


def _requirements() -> Json:
    names = ("currently_due", "eventually_due", "past_due", "pending_verification")
    return {
        "alternatives": [],
        "current_deadline": None,
        "disabled_reason": None,
        "errors": [],
        **{name: [] for name in names},
    }


def _settings(name: str | None, timezone: str) -> Json:
    descriptor = (name or "STRIPE EMULATOR").upper()[:22]
    kana: dict[str, Any] = {
        "statement_descriptor_prefix_kana": None,
        "statement_descriptor_prefix_kanji": None,
    }
    return {
        "bacs_debit_payments": {"display_name": None, "service_user_number": None},
        "branding": dict.fromkeys(("icon", "logo", "primary_color", "secondary_color")),
        "card_issuing": {"tos_acceptance": {"date": None, "ip": None}},
        "card_payments": {
            "decline_on": {"avs_failure": False, "cvc_failure": False},
            "statement_descriptor_prefix": None,
            **kana,
        },
        "dashboard": {"display_name": name, "timezone": timezone},
        "invoices": {
            "default_account_tax_ids": None,
            "hosted_payment_method_save": "offer",
        },
        "payments": {
            "statement_descriptor": descriptor,
            "statement_descriptor_kana": None,
            "statement_descriptor_kanji": None,
            **kana,
        },
        "payouts": {
            "debit_negative_balances": True,
            "schedule": {"delay_days": 2, "interval": "daily"},
            "statement_descriptor": None,
        },
        "sepa_debit_payments": {},
    }


def of(world: World, tenant: Tenant) -> Row:
    """Return the account that a tenant is."""
    row = world.store.find(tenant.account)
    assert row is not None, tenant  # noqa: S101 - a key always has its account
    return row


def access(world: World, key: Key, account_id: str) -> None:
    """Refuse an account that this key's account neither is nor is linked to."""
    if account_id == key.account or (key.account, account_id) in world.links:
        return
    message = (
        f"The provided key '{key.masked}' does not have access to account "
        f"'{account_id}' (or that account does not exist). Application access may have "
        "been revoked."
    )
    raise ApiError(403, message, code="account_invalid")


@resource.route("GET", "/v1/account", AccountRetrieveCurrentParams)
def retrieve_current(call: Call) -> Json:
    """Return the account that the request is made for."""
    return of(call.world, call.tenant).data


@resource.route("GET", "/v1/accounts/<id>", AccountRetrieveParams)
def retrieve(call: Call) -> Json:
    """Return an account that the key may see."""
    if call.ids["id"] != call.tenant.account:
        access(call.world, call.key, call.ids["id"])
    row = call.world.store.find(call.ids["id"])
    return row.data if row else {}
