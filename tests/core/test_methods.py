"""What a customer paid with has the name that is on the card, the bank or the shop."""

import inspect
import re
from datetime import date

import pytest
import stripe

from odoo.addons.kash_stripe_connect.core import methods
from odoo.addons.kash_stripe_connect.core.methods import PaidWith

DETAILS = stripe.Charge.PaymentMethodDetails
KINDS = sorted(DETAILS.__annotations__.keys() - {"type"})
# Numbers that end in four digits and are of no card and no bank account.
NO_ACCOUNT = {"verified_phone_last4"}
ADD = "kash_stripe_connect/core/methods.py has no name for it: add one to"


def shape(kind):
    """Return the SDK's class of a kind's details."""
    return getattr(DETAILS, "".join(word.title() for word in kind.split("_")))


def paid_with(kind, **own):
    """Return what is read of a charge that was paid so."""
    return PaidWith.from_stripe({"type": kind, kind: own})


def documented(what):
    """Return the codes that the SDK documents of what it describes so."""
    found = re.findall(
        rf"{what} Can be (.*)", inspect.getsource(inspect.getmodule(DETAILS))
    )
    return {code for text in found for code in re.findall("`([^`]+)`", text)}


@pytest.mark.parametrize("kind", KINDS)
def test_each_method_that_the_sdk_knows_has_a_name(kind):
    """A new version of the SDK brings a new way to pay: it fails here, and is named."""
    assert kind in methods.METHODS, f"{kind!r}: {ADD} METHODS"


def test_each_brand_that_the_sdk_knows_has_a_name():
    """Those of its descriptions, and of a Korean card's list."""
    korean = re.findall("'([a-z]+)'", str(shape("kr_card").__annotations__["brand"]))
    brands = documented("Card brand.") | set(korean)
    assert {"cartes_bancaires", "Eftpos Australia", "shinhan"} <= brands
    codes = {brand.lower().replace(" ", "_") for brand in brands}
    assert sorted(codes - methods.BRANDS.keys()) == [], f"{ADD} BRANDS"


@pytest.mark.parametrize("kind", ["card", "card_present"])
def test_each_wallet_that_the_sdk_knows_has_a_name(kind):
    """A customer remembers the telephone, not the card in it."""
    wallets = re.findall("'([a-z_]+)'", str(shape(kind).Wallet.__annotations__["type"]))
    assert "apple_pay" in wallets
    assert sorted(set(wallets) - methods.WALLETS.keys()) == [], f"{ADD} WALLETS"


@pytest.mark.parametrize("kind", KINDS)
def test_the_last_four_are_shown_wherever_the_api_has_them(kind):
    """A customer with two accounts asks which of them."""
    numbers = {f for f in shape(kind).__annotations__ if f.endswith("last4")}
    for field in numbers - NO_ACCOUNT:
        said = paid_with(kind, **{field: "3003"}).receipt
        assert said == f"{methods.METHODS[kind]} •••• 3003"


@pytest.mark.parametrize(
    ("kind", "own", "receipt"),
    [
        ("sepa_debit", {"last4": "3003", "country": "DE"}, "SEPA Debit •••• 3003"),
        ("us_bank_account", {"last4": "6789"}, "US bank account •••• 6789"),
        ("card", {"brand": "visa", "last4": "4242"}, "Visa •••• 4242"),
        (
            "card",
            {"brand": "visa", "last4": "4242", "wallet": {"type": "apple_pay"}},
            "Visa •••• 4242 (Apple Pay)",
        ),
        (
            "card",
            {"brand": "cartes_bancaires", "last4": "1001"},
            "Cartes Bancaires •••• 1001",
        ),
        ("card", {"brand": "unknown", "last4": "1001"}, "Card •••• 1001"),
        (
            "card_present",
            {"brand": "eftpos_au", "last4": "0001", "wallet": {"type": "unknown"}},
            "eftpos •••• 0001",
        ),
        (
            "amazon_pay",
            {"funding": {"card": {"brand": "MasterCard", "last4": "4444"}}},
            "Amazon Pay (Mastercard •••• 4444)",
        ),
        (
            "mobilepay",
            {"card": {"brand": "visa", "last4": "4242"}},
            "MobilePay (Visa •••• 4242)",
        ),
        ("ideal", {"iban_last4": "5264"}, "iDEAL •••• 5264"),
        ("link", {"country": "US"}, "Link"),
        ("moon_pay", {}, "Moon Pay"),
        ("card", {"brand": "moon_card", "last4": "0007"}, "Moon Card •••• 0007"),
        ("card", {"brand": 7, "last4": ["x"]}, "Card"),
        ("", {}, None),
    ],
)
def test_a_receipt_says_it_in_words(kind, own, receipt):
    """Of what nobody has a name for yet, in Stripe's own, readably."""
    assert paid_with(kind, **own).receipt == receipt


@pytest.mark.parametrize(
    ("kind", "own", "name"),
    [
        ("card", {"brand": "visa", "funding": "debit"}, "Visa debit"),
        ("card", {"brand": "visa", "wallet": {"type": "apple_pay"}}, "Visa"),
        ("card_present", {"brand": "mastercard", "funding": "credit"}, "Mastercard"),
        ("sepa_debit", {"last4": "3003"}, "SEPA Debit"),
        ("", {}, None),
    ],
)
def test_costs_are_grouped_by_brand_or_method(kind, own, name):
    """Debit cards cost less: they stand apart. Numbers are of nobody's concern here."""
    assert paid_with(kind, **own).name == name


def test_only_a_cards_country_counts_as_one():
    """A bank account's is another question."""
    assert paid_with("card_present", brand="visa", country="FR").country == "FR"
    assert paid_with("sepa_debit", country="DE").country is None


@pytest.mark.parametrize(
    ("kind", "begun", "known"),
    [
        ("us_bank_account", date(2025, 11, 21), date(2025, 11, 27)),
        ("us_bank_account", date(2025, 11, 22), date(2025, 11, 27)),
        ("bacs_debit", date(2025, 11, 24), date(2025, 12, 3)),
        ("sepa_debit", date(2025, 11, 24), date(2025, 12, 12)),
        ("acss_debit", date(2025, 11, 24), date(2025, 12, 1)),
        ("au_becs_debit", date(2025, 11, 24), date(2025, 11, 27)),
        ("nz_bank_account", date(2025, 11, 24), date(2025, 11, 26)),
        ("payto", date(2025, 11, 21), date(2025, 11, 24)),
        ("card", date(2025, 11, 21), None),
        ("a_method_of_next_year", date(2025, 11, 21), None),
    ],
)
def test_a_debit_is_known_after_business_days(kind, begun, known):
    """Saturdays and Sundays are none."""
    assert PaidWith(kind=kind).known_by(begun) == known


def test_whoever_is_debited_later_is_told_until_when():
    """The SDK tells debits by the day it expects them; each is known by some day."""
    later = {k for k in KINDS if "expected_debit_date" in shape(k).__annotations__}
    assert {"acss_debit", "us_bank_account"} <= later
    begun = date(2025, 11, 21)
    assert {k for k in later if not PaidWith(kind=k).known_by(begun)} == set()


@pytest.mark.parametrize(
    ("debited_on", "known"),
    [
        ("2025-12-05", date(2025, 12, 5)),
        ("2025-11-25", date(2025, 11, 27)),
        ("soon", date(2025, 11, 27)),
    ],
)
def test_it_is_not_known_before_stripe_debits(debited_on, known):
    """The account is debited on a day the payer may have chosen; no day is none."""
    data = {
        "type": "us_bank_account",
        "us_bank_account": {"expected_debit_date": debited_on},
    }
    assert PaidWith.from_stripe(data).known_by(date(2025, 11, 21)) == known
