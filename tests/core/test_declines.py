"""What a payer hears of a decline: what to do, and nothing that is not theirs."""

import pytest

from odoo.addons.kash_stripe_connect.core import declines

from dev.stripe_emulator import bank_accounts, cards

# https://docs.stripe.com/declines/codes: say no more of them than of a generic decline.
HIDDEN = """
    fraudulent lost_card merchant_blacklist pickup_card restricted_card
    security_violation stolen_card highest_risk_level elevated_risk_level rule
""".split()


@pytest.mark.parametrize("code", HIDDEN)
def test_suspicion_sounds_like_any_refusal(code):
    """Whoever holds a stolen card learns nothing about it."""
    assert declines.advice(code) == declines.advice("generic_decline") == "refused"


@pytest.mark.parametrize("code", [None, "", "a_code_of_next_year", "requires_action"])
def test_what_nobody_knows_yet_is_a_refusal(code):
    """A general sentence is never wrong."""
    assert declines.advice(code) == "refused"


def test_every_test_card_and_account_has_a_line():
    """Those of Stripe's own page of test cards."""
    declined = {c.decline.decline_code for c in cards.CARDS.values() if c.decline}
    fates = [fate for fates in bank_accounts.FATES.values() for fate in fates.values()]
    failed = {fate.failure for fate in fates if fate.failure}
    assert declined | failed <= set(declines._DECLINES)


def test_every_advice_is_given_and_has_a_source():
    """A page of Stripe's stands beside each code."""
    given = {found for found, _source in declines._DECLINES.values()}
    assert given == set(declines.EVERY_ADVICE)
    sources = {source for _found, source in declines._DECLINES.values()}
    assert all(source.startswith("https://docs.stripe.com/") for source in sources)


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        ("insufficient_funds", "funds"),
        ("expired_card", "expired"),
        ("incorrect_cvc", "typed"),
        ("processing_error", "again"),
        ("payment_intent_authentication_failure", "confirm"),
        ("account_closed", "account"),
        ("debit_not_authorized", "forbidden"),
    ],
)
def test_what_the_payer_can_do_something_about_is_said(code, advice):
    """Type again, take another card, ask the bank."""
    assert declines.advice(code) == advice
