# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Stripe's money: integers in minor units, by Stripe's own currency table.

https://docs.stripe.com/currencies#minor-units
"""

from decimal import Decimal

from .reasons import Reason

# Presentment currencies: https://docs.stripe.com/currencies#presentment-currencies
CURRENCIES = frozenset(
    """
    aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bhd bif bmd bnd bob brl
    bsd bwp byn bzd cad cdf chf clp cny cop crc cve czk djf dkk dop dzd egp etb eur
    fjd fkp gbp gel gip gmd gnf gtq gyd hkd hnl htg huf idr ils inr isk jmd jod jpy
    kes kgs khr kmf krw kwd kyd kzt lak lbp lkr lrd lsl mad mdl mga mkd mmk mnt mop
    mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd omr pab pen pgk php pkr pln pyg
    qar ron rsd rub rwf sar sbd scr sek sgd shp sle sos srd std szl thb tjs tnd top
    try ttd twd tzs uah ugx usd uyu uzs vnd vuv wst xaf xcd xcg xof xpf yer zar zmw
    """.split()
)
# Taken off that list since: what was paid in them is still history there. Hundredths.
# The list as it was: https://docs.rs/stripe-rust/0.4.5/stripe/enum.Currency.html
FORMER = frozenset("eek hrk ltl lvl mro sll svc vef".split())
ZERO_DECIMAL = frozenset(
    "bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf".split()
)
THREE_DECIMAL = frozenset("bhd jod kwd omr tnd".split())
# Sent in hundredths although they have no cents: the last two digits must be 00.
WHOLE_IN_HUNDREDTHS = frozenset("isk ugx".split())


# The least that is charged, by the currency that money settles in, and the most, where
# it has more than eight digits; minor units. Two editions of Stripe's table are joined.
# https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts
MINIMUM = {
    **dict.fromkeys(
        """
        ars aud brl cad chf cop eur idr ils inr jpy krw nzd php rub sgd usd zar
        """.split(),
        50,
    ),
    "aed": 200,
    "bgn": 100,
    "czk": 1500,
    "dkk": 250,
    "gbp": 30,
    "hkd": 400,
    "huf": 17500,
    "mxn": 1000,
    "myr": 200,
    "nok": 300,
    "pln": 200,
    "ron": 200,
    "sek": 300,
    "thb": 1000,
}
_MOST = 99_999_999
MAXIMUM = {
    "inr": 999_999_999,
    **dict.fromkeys(("cop", "huf", "jpy"), 9_999_999_999),
    "lbp": 99_999_999_999,
    "idr": 999_999_999_999,
}


def exponent(currency: str) -> int:
    """Return how many decimals Stripe's minor unit of ``currency`` stands for.

    :raises Reason: a currency Stripe never had; we refuse, we never guess.
    """
    code = currency.lower()
    if code not in CURRENCIES | FORMER:
        raise Reason(f"Stripe has no currency {currency!r}")
    if code in ZERO_DECIMAL:
        return 0
    return 3 if code in THREE_DECIMAL else 2


def unit(currency: str) -> Decimal:
    """Return what one minor unit of Stripe's is: 0.01 of most currencies.

    :raises Reason: a currency Stripe never had
    """
    return Decimal(1).scaleb(-exponent(currency))


def _smallest_step(currency: str) -> int:
    """Return the number of minor units every amount must be a multiple of."""
    if currency in WHOLE_IN_HUNDREDTHS:
        return 100
    return 10 if currency in THREE_DECIMAL else 1


def to_minor(amount: Decimal | str | int, currency: str) -> int:
    """Return ``amount`` (major units) as the integer Stripe wants (minor units).

    :raises Reason: the amount cannot be said in Stripe's units, or no such currency
    """
    code = currency.lower()
    if code in FORMER:
        raise Reason(f"Stripe has no currency {currency!r} any more")
    scaled = Decimal(amount).scaleb(exponent(code))
    minor = int(scaled)
    if minor != scaled or minor % _smallest_step(code):
        raise Reason(f"{amount} {code.upper()} cannot be charged by Stripe")
    return minor


def ledger_to_minor(amount: Decimal | str | int, currency: str) -> int:
    """Return a sum of the ledger in minor units: not bound to chargeable steps.

    :raises Reason: it has more decimals than Stripe's unit, or no such currency
    """
    scaled = Decimal(amount).scaleb(exponent(currency))
    minor = int(scaled)
    if minor != scaled:
        raise Reason(f"{amount} {currency.upper()} is finer than Stripe's unit")
    return minor


def to_major(minor: int, currency: str) -> Decimal:
    """Return Stripe's integer (minor units) as an exact amount in major units.

    :raises Reason: a currency Stripe never had
    """
    return Decimal(minor).scaleb(-exponent(currency))


def least(currency: str) -> Decimal | None:
    """Return the least that is charged where money settles in ``currency``.

    None where Stripe's table does not name it: then what it is converted to decides.
    """
    minor = MINIMUM.get(currency.lower())
    return None if minor is None else to_major(minor, currency)


def most(currency: str) -> Decimal:
    """Return the most that is charged at once in ``currency`` (major units).

    :raises Reason: a currency Stripe never had
    """
    return to_major(MAXIMUM.get(currency.lower(), _MOST), currency)
