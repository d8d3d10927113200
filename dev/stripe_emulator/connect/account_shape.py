"""An account in the form the API shows it (`stripe.Account`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import requirements
from .countries import CURRENCIES

if TYPE_CHECKING:
    from ..errors import Json
    from ..world import World


def opened(world: World, values: Json) -> Json:
    """Return an account that can charge, unless `values` says otherwise."""
    name = values.get("business_name")
    capabilities = {"card_payments": "active", "transfers": "active"}
    data = {
        **_common(world, values.get("id"), name, values.get("timezone") or "Etc/UTC"),
        "business_type": "company",
        "capabilities": capabilities,
        "charges_enabled": True,
        "controller": {"type": "account"},
        "default_currency": values.get("currency") or "usd",
        "details_submitted": True,
        "payouts_enabled": True,
        "requirements": requirements.blank(),
    }
    data.update({k: v for k, v in values.items() if k in data and v is not None})
    return data


def begun(world: World, values: Json, profile: Json) -> Json:
    """Return an account that its owner has not seen yet."""
    data = {
        **_common(world, None, profile.get("name"), "Etc/UTC"),
        "capabilities": {},
        "charges_enabled": False,
        "default_currency": CURRENCIES[values["country"]],
        "details_submitted": False,
        "payouts_enabled": False,
        "type": "none",
        **values,
    }
    data["business_profile"].update(profile)
    data["external_accounts"] = {
        "object": "list",
        "data": [],
        "has_more": False,
        "total_count": 0,
        "url": f"/v1/accounts/{data['id']}/external_accounts",
    }
    data["requirements"] = requirements.first(data)
    return data


def _common(
    world: World, account_id: str | None, name: str | None, timezone: str
) -> Json:
    return {
        "id": account_id or world.ids.new("acct_1", 16),
        "object": "account",
        "business_profile": _business_profile(name),
        "business_type": None,
        "country": "US",
        "created": world.clock.now,
        "email": None,
        "external_accounts": None,
        "future_requirements": requirements.blank(),
        "metadata": {},
        "settings": _settings(name, timezone),
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
