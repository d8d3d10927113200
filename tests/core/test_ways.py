"""*Ways to Be Paid*: what Stripe says an account has, as far as it has an effect."""

import pytest
import stripe

from odoo.addons.kash_stripe_connect.core import methods, offers, ways
from odoo.addons.kash_stripe_connect.core.ways import SettingsFacts, Switch

CARDS = {"card_payments": "active"}
ACH = "us_bank_account_ach_payments"
# Ways that accounts may have without a capability of their own.
WITHOUT = {"alipay", "customer_balance", "paypal", "wechat_pay"}


def settings(**ways_):
    """Return what an owner turned on."""
    return SettingsFacts("pmc_1", True, True, None, ways_)


def listed(country="US", currency="usd", capabilities=CARDS, settings=None):
    """Return what is listed of an account, as {way: state}."""
    return dict(
        ways.listed(
            country=country,
            currency=currency,
            capabilities=capabilities,
            settings=settings,
        )
    )


@pytest.mark.parametrize("code", sorted(offers.OFFERED - WITHOUT))
def test_each_way_has_a_capability_that_the_sdk_knows(code):
    """Its state is looked up there."""
    assert ways.capability(code) in stripe.Account.Capabilities.__annotations__


def test_what_may_be_offered_is_on():
    """Whatever it is; cards first, then by their names."""
    on = Switch(on=True, available=True)
    found = listed(settings=settings(link=on, card=on, klarna=on))
    assert list(found.items())[:3] == [
        ("card", "active"),
        ("klarna", "active"),
        ("link", "active"),
    ]


def test_what_does_not_take_the_books_currency_is_not_named():
    """Turning it on would change nothing."""
    on = Switch(on=True, available=True)
    assert "ideal" not in listed(settings=settings(card=on, ideal=on))
    assert (
        listed("NL", "eur", settings=settings(card=on, ideal=on))["ideal"] == "active"
    )
    assert listed("GB", "usd") == {"card": "active"}


def test_what_is_off_is_named_only_if_we_asked_for_it():
    """An owner who does not want Klarna need not read of it."""
    off = Switch(on=False, available=False)
    states = {**CARDS, ACH: "active", "klarna_payments": "active"}
    found = listed(
        capabilities=states,
        settings=settings(card=off, us_bank_account=off, klarna=off),
    )
    assert found == {"card": "switched_off", "us_bank_account": "switched_off"}


def test_what_is_on_and_not_allowed_yet_says_how_it_stands():
    """The capability's own state."""
    waits = Switch(on=True, available=False)
    states = {**CARDS, "klarna_payments": "pending", "link_payments": "inactive"}
    found = listed(
        capabilities=states, settings=settings(klarna=waits, link=waits, zip=waits)
    )
    assert (found["klarna"], found["link"]) == ("pending", "inactive")
    assert "zip" not in found


def test_what_is_left_out_says_so_where_stripe_has_it():
    """Bank transfers, once the owner turned them on."""
    on = Switch(on=True, available=True)
    found = listed(settings=settings(card=on, customer_balance=on))
    assert found["customer_balance"] == "left_out"
    assert "customer_balance" not in listed(settings=settings(card=on))


def test_without_settings_capabilities_are_listed():
    """A key that may not ask for them."""
    states = {**CARDS, "klarna_payments": "inactive", "ideal_payments": "active"}
    assert listed(capabilities=states) == {
        "card": "active",
        "klarna": "inactive",
        "us_bank_account": "unrequested",
    }


def test_settings_are_read_as_stripe_shows_them():
    """A way to pay of next year is one more of them; a broken one is off."""
    shown = {"available": True, "display_preference": {"value": "on"}}
    facts = SettingsFacts.from_stripe(
        {
            "id": "pmc_1",
            "object": "payment_method_configuration",
            "active": True,
            "is_default": True,
            "application": None,
            "card": shown,
            "next_year": shown,
            "klarna": {"available": "yes", "display_preference": None},
        }
    )
    on, off = Switch(on=True, available=True), Switch(on=False, available=False)
    assert dict(facts.ways) == dict(card=on, next_year=on, klarna=off)


def test_a_platforms_sessions_go_by_the_accounts_settings_for_it():
    """An account has one set of its own, and one for each platform."""
    own = settings()
    theirs = SettingsFacts("pmc_2", True, True, "ca_1", {})
    old = SettingsFacts("pmc_3", False, True, None, {})
    assert ways.in_use((old, own, theirs), by_platform=False) is own
    assert ways.in_use((old, own, theirs), by_platform=True) is theirs
    assert ways.in_use((own,), by_platform=True) is own
    assert ways.in_use((old,), by_platform=False) is None


def test_each_way_that_can_be_offered_has_a_name():
    """It is what an owner reads."""
    assert methods.METHODS.keys() >= offers.OFFERED
