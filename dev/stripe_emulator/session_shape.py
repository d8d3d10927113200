"""How a Checkout Session looks (`stripe.checkout.Session`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .errors import Json
    from .registry import Call


def static() -> Json:
    """Return the fields that are the same in every new session."""
    empty = (
        "after_expiration consent consent_collection currency_conversion customer "
        "customer_account discounts invoice origin_context payment_intent "
        "payment_link permissions recovered_from saved_payment_method_options "
        "setup_intent shipping_address_collection shipping_cost subscription "
        "integration_identifier branding_settings name_collection optional_items "
        "presentment_details tax_id_collection"
    )
    off = {"enabled": False}
    return {
        "object": "checkout.session",
        **dict.fromkeys(empty.split()),
        "adaptive_pricing": off,
        "automatic_tax": {
            "enabled": False,
            "liability": None,
            "provider": None,
            "status": None,
        },
        "collected_information": {
            "business_name": None,
            "individual_name": None,
            "shipping_details": None,
        },
        "custom_fields": [],
        "custom_text": dict.fromkeys(
            (
                "after_submit",
                "shipping_address",
                "submit",
                "terms_of_service_acceptance",
            )
        ),
        "customer_creation": "if_required",
        "invoice_creation": {"enabled": False, "invoice_data": _invoice_data()},
        "managed_payments": off,
        "mode": "payment",
        "payment_method_collection": "if_required",
        "payment_status": "unpaid",
        "phone_number_collection": off,
        "shipping_options": [],
        "status": "open",
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
    }


def _invoice_data() -> Json:
    names = "account_tax_ids custom_fields description footer issuer rendering_options"
    return {**dict.fromkeys(names.split()), "metadata": {}}


def options(types: list[str], given: Json) -> Json:
    """Return the options of the methods that the session offers."""
    known: Json = {
        "card": {"request_three_d_secure": "automatic"},
        "us_bank_account": {"verification_method": "automatic"},
    }
    shown = [name for name in types if name in known or name in given]
    return {name: {**known.get(name, {}), **given.get(name, {})} for name in shown}


def given(params: Json) -> Json:
    """Return the parameters that the session repeats."""
    names = (
        "allow_promotion_codes allowed_payment_method_types billing_address_collection "
        "client_reference_id customer_email excluded_payment_method_types locale "
        "submit_type wallet_options"
    )
    return {name: params.get(name) for name in names.split()}


def addresses(call: Call, session_id: str) -> Json:
    """Return where the session happens: on Stripe's page, or inside the seller's."""
    params = call.params
    if params.get("ui_mode") == "embedded_page":
        return {
            "ui_mode": "embedded_page",
            "cancel_url": None,
            "client_secret": f"{session_id}_secret_{call.world.ids.new('', 40)}",
            "redirect_on_completion": params.get("redirect_on_completion", "always"),
            "return_url": params.get("return_url"),
            "success_url": None,
            "url": None,
        }
    return {
        "ui_mode": "hosted_page",
        "cancel_url": params.get("cancel_url"),
        "client_secret": None,
        "redirect_on_completion": None,
        "return_url": None,
        "success_url": params["success_url"],
        "url": f"{call.world.base_url}/c/pay/{session_id}",
    }


def details(email: str | None) -> Json | None:
    """Return what the session knows of the customer before payment."""
    if email is None:
        return None
    return customer_details(email=email, name=None, address=None)


def customer_details(email: str | None, name: str | None, address: Json | None) -> Json:
    """Return what the session knows of the customer."""
    return {
        "address": address,
        "business_name": None,
        "email": email,
        "individual_name": None,
        "name": name,
        "phone": None,
        "tax_exempt": "none",
        "tax_ids": [] if name else None,
    }
