"""Stripe's currencies and fees, in integer minor units only.

Currencies: https://docs.stripe.com/currencies
"""

from __future__ import annotations

from dataclasses import dataclass, field


def _codes(text: str) -> frozenset[str]:
    return frozenset(text.split())


ZERO_DECIMAL = _codes("bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf")
THREE_DECIMAL = _codes("bhd jod kwd omr tnd")
# Stripe keeps two decimals for these although there are none: the last two are 0.
WHOLE_TIMES_100 = _codes("isk ugx")
TWO_DECIMAL = _codes(
    """aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bmd bnd bob brl bsd bwp
    byn bzd cad cdf chf cny cop crc cve czk dkk dop dzd egp etb eur fjd fkp gbp gel gip
    gmd gtq gyd hkd hnl htg huf idr ils inr isk jmd kes kgs khr kyd kzt lak lbp lkr lrd
    lsl mad mdl mkd mmk mnt mop mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd pab pen
    pgk php pkr pln qar ron rsd rub sar sbd scr sek sgd shp sle sos srd std szl thb tjs
    top try ttd twd tzs uah ugx usd uyu uzs wst xcd yer zar zmw"""
)
CURRENCIES = TWO_DECIMAL | ZERO_DECIMAL | THREE_DECIMAL
# The least that can be charged, where Stripe's table names it.
# https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts
_HALVES = _codes(
    "ars aud brl cad chf cop eur idr ils inr jpy krw nzd php rub sgd usd zar"
)
MINIMUM = {
    **dict.fromkeys(sorted(_HALVES), 50),
    "gbp": 30,
    "aed": 200,
    "bgn": 100,
    "czk": 1500,
    "dkk": 250,
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
# How many digits an amount may have, where it is not eight.
DIGITS = {"inr": 9, "cop": 10, "huf": 10, "jpy": 10, "lbp": 11, "idr": 12}
SIGNS = {"usd": "$", "eur": "€", "gbp": "£", "jpy": "¥"}
# Stripe pays out whole forints and Taiwan dollars only.
WHOLE_PAYOUTS = _codes("huf twd")


def exponent(currency: str) -> int:
    """Return how many decimals an amount of this currency has on the wire."""
    if currency in ZERO_DECIMAL:
        return 0
    return 3 if currency in THREE_DECIMAL else 2


def maximum(currency: str) -> int:
    """Return the most that can be charged at once: so many nines."""
    return int("9" * DIGITS.get(currency, 8))


def step(currency: str) -> int:
    """Return what an amount of this currency must be divisible by."""
    if currency in WHOLE_TIMES_100:
        return 100
    return 10 if currency in THREE_DECIMAL else 1


def display(amount: int, currency: str) -> str:
    """Return the amount for a person, as in 12.50 USD."""
    digits = exponent(currency)
    whole, rest = divmod(abs(amount), 10**digits)
    sign = "-" if amount < 0 else ""
    decimals = f".{rest:0{digits}d}" if digits else ""
    return f"{sign}{whole:,}{decimals} {currency.upper()}"


def signed(amount: int, currency: str) -> str:
    """Return the amount as error messages of the API write it, as in $12.50."""
    sign = SIGNS.get(currency)
    text = display(amount, currency)
    return sign + text.rsplit(" ", 1)[0] if sign else text


@dataclass
class Fee:
    """A share in basis points plus a fixed part, rounded half up."""

    basis_points: int
    fixed: int
    cap: int | None = None

    def of(self, amount: int) -> int:
        """Return the fee on an amount."""
        fee = (amount * self.basis_points + 5000) // 10000 + self.fixed
        return fee if self.cap is None else min(fee, self.cap)


def _schedule() -> dict[str, Fee]:
    return {
        "card": Fee(290, 30),
        "us_bank_account": Fee(80, 0, cap=500),
        "bacs_debit": Fee(100, 0, cap=200),
        "sepa_debit": Fee(0, 35),
        "ideal": Fee(0, 80),
        "bancontact": Fee(140, 25),
        "eps": Fee(160, 25),
        "p24": Fee(220, 30),
        "klarna": Fee(599, 30),
        "instant_payout": Fee(150, 0),
    }


@dataclass
class Fees:
    """What Stripe takes, by method of payment."""

    by_method: dict[str, Fee] = field(default_factory=_schedule)

    def of(self, method: str, amount: int) -> int:
        """Return the fee on a payment by this method; of others, a card's."""
        return self.by_method.get(method, self.by_method["card"]).of(amount)
