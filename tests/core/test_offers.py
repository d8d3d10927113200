"""What a session is asked to offer: what is on at Stripe, less what is not booked."""

import inspect
import re

import pytest
from stripe.params.checkout import SessionCreateParams

from odoo.addons.kash_stripe_connect.core import methods, offers

LASTING = {"bacs_debit": {"setup_future_usage": "off_session"}}


def values(name):
    """Return the values that the SDK has for a list of methods."""
    source = inspect.getsource(SessionCreateParams)
    [found] = re.findall(rf"\b{name}: NotRequired\[(.*?)\n    \]", source, re.DOTALL)
    return set(re.findall('"([a-z0-9_]+)"', found))


OFFERED = sorted(values("allowed_payment_method_types"))
EXCLUDABLE = values("excluded_payment_method_types")


@pytest.mark.parametrize("code", OFFERED)
def test_each_way_to_pay_that_the_sdk_knows_was_looked_at(code):
    """A new version of the SDK brings a new one: it fails here, and somebody decides.

    Offered, it has its name and its currencies; left out, a reason with its source.
    """
    assert code in methods.METHODS
    assert code in offers.OFFERED, f"{code}: which currencies?"


def test_what_is_left_out_is_a_value_of_the_api_and_has_a_source():
    """A wrong word would be refused, or leave nothing out."""
    assert set(offers.LEFT_OUT) <= EXCLUDABLE
    for out in offers.LEFT_OUT.values():
        assert out.why
        assert out.source.startswith("https://docs.stripe.com/")


def test_all_others_are_offered_without_being_named():
    """The owner's own settings decide; a way to pay of next year is one of them."""
    assert offers.offer("eur") == {
        "excluded_payment_method_types": ["customer_balance"]
    }


def test_link_alone_cannot_be_excluded_by_name():
    """Its wallet is hidden instead."""
    assert set(OFFERED) - EXCLUDABLE == {"link"}
    params = offers.offer("eur", refused=["klarna", "link"])
    assert params == {
        "excluded_payment_method_types": ["customer_balance", "klarna"],
        "wallet_options": {"link": {"display": "never"}},
    }


def test_a_narrowed_company_names_what_it_offers():
    """Both filters at once are refused by Stripe."""
    params = offers.offer("eur", only=["ideal", "card"], refused=["ideal"])
    assert params == {"allowed_payment_method_types": ["card"]}
    nothing = offers.offer("eur", only=["ideal"], refused=["ideal"])
    assert nothing == {"allowed_payment_method_types": ["ideal"]}


def test_bacs_is_asked_for_without_a_mandate_that_lasts_first():
    """Refused, with one; refused again, not at all."""
    first = offers.next_refused([], "bacs_debit")
    asked = offers.offer("gbp", refused=first)
    assert asked["payment_method_options"] == LASTING
    assert "bacs_debit" not in asked["excluded_payment_method_types"]
    second = offers.next_refused(first, "bacs_debit")
    asked = offers.offer("gbp", refused=second)
    assert "payment_method_options" not in asked
    assert "bacs_debit" in asked["excluded_payment_method_types"]
    assert offers.next_refused(second, "bacs_debit") is None


def test_what_was_left_out_and_is_refused_again_is_no_news():
    """Else it would be asked for ever."""
    assert offers.next_refused(["klarna"], "twint") == ["klarna", "twint"]
    assert offers.next_refused(["klarna"], "klarna") is None
    assert offers.next_refused([], "customer_balance") is None


@pytest.mark.parametrize(
    ("param", "message", "code"),
    [
        ("payment_method_options[bacs_debit][setup_future_usage]", "", "bacs_debit"),
        ("payment_method_types", "`klarna` takes at most €10,000.", "klarna"),
        (None, "The payment method 'twint' is not activated.", "twint"),
        (None, "Your card was declined.", None),
        ("customer_email", "Invalid email address: klarna", None),
        ("line_items[0][price_data][unit_amount]", "Must be at least 50.", None),
        (None, "", None),
    ],
)
def test_a_refusal_names_a_way_to_pay_or_is_about_another_thing(param, message, code):
    """By Stripe's parameter, or a word of the API in its sentence."""
    assert offers.named(param, message) == code


@pytest.mark.parametrize(
    ("code", "currency", "takes"),
    [
        ("ideal", "EUR", True),
        ("ideal", "usd", False),
        ("card", "xof", True),
        ("a_method_of_next_year", "usd", True),
    ],
)
def test_a_way_to_pay_takes_its_currencies(code, currency, takes):
    """Of what nobody knows yet Stripe decides alone."""
    assert offers.takes(code, currency) is takes
