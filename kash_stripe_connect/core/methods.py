# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How a customer paid, in the names that customers, banks and shops give it.

They are names, not words: untranslated, as they are stored and grouped by.
https://docs.stripe.com/api/charges/object#charge_object-payment_method_details
"""

from dataclasses import dataclass
from datetime import date, timedelta

from .reading import Json, detail, said

METHODS = {
    "ach_credit_transfer": "ACH Transfer",
    "ach_debit": "ACH Debit",
    "acss_debit": "Canadian pre-authorized debit",
    "affirm": "Affirm",
    "afterpay_clearpay": "Afterpay / Clearpay",
    "alipay": "Alipay",
    "alma": "Alma",
    "amazon_pay": "Amazon Pay",
    "au_becs_debit": "BECS Debit",
    "bacs_debit": "Bacs Debit",
    "bancontact": "Bancontact",
    "billie": "Billie",
    "bizum": "Bizum",
    "blik": "BLIK",
    "boleto": "Boleto",
    "card": "Card",
    "card_present": "Card",
    "cashapp": "Cash App Pay",
    "crypto": "Crypto",
    "customer_balance": "Bank transfer",
    "eps": "EPS",
    "fpx": "FPX",
    "giropay": "giropay",
    "grabpay": "GrabPay",
    "ideal": "iDEAL",
    "interac_present": "Interac",
    "kakao_pay": "Kakao Pay",
    "klarna": "Klarna",
    "konbini": "Konbini",
    "kr_card": "Korean card",
    "link": "Link",
    "mb_way": "MB WAY",
    "mobilepay": "MobilePay",
    "multibanco": "Multibanco",
    "naver_pay": "Naver Pay",
    "nz_bank_account": "New Zealand bank account",
    "oxxo": "OXXO",
    "p24": "Przelewy24",
    "pay_by_bank": "Pay by Bank",
    "payco": "PAYCO",
    "paynow": "PayNow",
    "paypal": "PayPal",
    "paypay": "PayPay",
    "payto": "PayTo",
    "pix": "Pix",
    "promptpay": "PromptPay",
    "revolut_pay": "Revolut Pay",
    "samsung_pay": "Samsung Pay",
    "satispay": "Satispay",
    "scalapay": "Scalapay",
    "sepa_credit_transfer": "SEPA Transfer",
    "sepa_debit": "SEPA Debit",
    "sequra": "seQura",
    "sofort": "Sofort",
    "stripe_account": "Stripe balance",
    "sunbit": "Sunbit",
    "swish": "Swish",
    "twint": "TWINT",
    "upi": "UPI",
    "us_bank_account": "US bank account",
    "wechat": "WeChat Pay",
    "wechat_pay": "WeChat Pay",
    "zip": "Zip",
}
# By Stripe's code; wallets spell some of them out, so look for `_code`.
BRANDS = {
    "american_express": "American Express",
    "amex": "American Express",
    "bc": "BC Card",
    "cartes_bancaires": "Cartes Bancaires",
    "citi": "Citi",
    "diners": "Diners Club",
    "diners_club": "Diners Club",
    "discover": "Discover",
    "eftpos_au": "eftpos",
    "eftpos_australia": "eftpos",
    "girocard": "girocard",
    "hana": "Hana Card",
    "hyundai": "Hyundai Card",
    "interac": "Interac",
    "jcb": "JCB",
    "jeju": "Jeju Bank",
    "jeonbuk": "Jeonbuk Bank",
    "kakaobank": "KakaoBank",
    "kbank": "K bank",
    "kdbbank": "KDB Bank",
    "kookmin": "KB Kookmin Card",
    "kwangju": "Kwangju Bank",
    "link": "Link",
    "lotte": "Lotte Card",
    "mastercard": "Mastercard",
    "mg": "MG Community Credit",
    "nh": "NH Card",
    "post": "Korea Post",
    "samsung": "Samsung Card",
    "savingsbank": "Savings Bank",
    "shinhan": "Shinhan Card",
    "shinhyup": "Shinhyup",
    "suhyup": "Suhyup Bank",
    "tossbank": "Toss Bank",
    "unionpay": "UnionPay",
    "unknown": "Card",
    "visa": "Visa",
    "woori": "Woori Card",
}
WALLETS = {
    "amex_express_checkout": "Amex Express Checkout",
    "apple_pay": "Apple Pay",
    "google_pay": "Google Pay",
    "link": "Link",
    "masterpass": "Masterpass",
    "samsung_pay": "Samsung Pay",
    "unknown": "",
    "visa_checkout": "Visa Checkout",
}
# Paid days later at a counter, if at all: until then there is no money, whatever Stripe
# keeps of it. https://docs.stripe.com/payments/vouchers
VOUCHERS = frozenset(("boleto", "konbini", "multibanco", "oxxo"))
# Business days until Stripe knows whether a debit went through, at the most. A mandate
# is new each time. (PayTo asks the payer's bank at once; it may take until the next
# day.) https://docs.stripe.com/payments/acss-debit
# https://docs.stripe.com/payments/au-becs-debit
# https://docs.stripe.com/payments/payment-methods/bacs-debit
# https://docs.stripe.com/payments/nz-bank-account
# https://docs.stripe.com/payments/payto
# https://docs.stripe.com/payments/sepa-debit
# https://docs.stripe.com/payments/ach-direct-debit#timing
_KNOWN_WITHIN = {
    "acss_debit": 5,
    "au_becs_debit": 3,
    "bacs_debit": 7,
    "nz_bank_account": 2,
    "payto": 1,
    "sepa_debit": 14,
    "us_bank_account": 4,
}
_SATURDAY = 5


@dataclass(frozen=True)
class PaidWith:
    """What a customer paid with: a card, a bank account, a wallet that draws on one.

    :ivar wallet: the name of what held the card: Apple Pay, Link
    :ivar drawn_on: the card behind a method that is no card itself: Amazon Pay
    :ivar debited_on: the day (ISO) a bank account is to be debited, as Stripe expects
    """

    kind: str = ""
    brand: str = ""
    last4: str = ""
    funding: str = ""
    country: str | None = None
    wallet: str = ""
    drawn_on: str = ""
    debited_on: str = ""

    @property
    def name(self) -> str | None:
        """The card's brand, debit cards told apart, or the name of another method."""
        if not self.brand:
            return _name(METHODS, self.kind) or None
        debit = " debit" if self.funding == "debit" else ""
        return f"{_name(BRANDS, self.brand)}{debit}"

    @property
    def is_voucher(self) -> bool:
        """It was, or is to be, paid at a counter."""
        return self.kind in VOUCHERS

    @property
    def receipt(self) -> str | None:
        """As on a receipt: ``Visa •••• 4242 (Apple Pay)``, ``SEPA Debit •••• 3003``."""
        what = _name(BRANDS, self.brand) or _name(METHODS, self.kind)
        text = _numbered(what, self.last4)
        inside = self.drawn_on or _name(WALLETS, self.wallet)
        return (f"{text} ({inside})" if inside else text) or None

    def known_by(self, begun: date) -> date | None:
        """Return the day by which it is known whether it was paid; cards: at once.

        Bank holidays are not counted: it may be a day more.

        :param begun: the day it was asked for
        """
        within = _KNOWN_WITHIN.get(self.kind)
        if within is None:
            return None
        return max(_after(begun, within), _day(self.debited_on) or begun)

    @classmethod
    def from_stripe(cls, data: Json) -> "PaidWith":
        """Read ``payment_method_details``; it is merely shown: there or not."""
        kind = said(data, "type") or ""
        own = detail(data, kind)
        card = detail(detail(own, "funding"), "card") or detail(own, "card")
        return cls(
            kind=kind,
            brand=said(own, "brand") or "",
            last4=said(own, "last4") or said(own, "iban_last4") or "",
            funding=said(own, "funding") or "",
            country=said(own, "country") if _is_card(own) else None,
            wallet=said(detail(own, "wallet"), "type") or "",
            drawn_on=_of_card(card),
            debited_on=said(own, "expected_debit_date") or "",
        )


def _after(day: date, business_days: int) -> date:
    while business_days:
        day += timedelta(days=1)
        business_days -= day.weekday() < _SATURDAY
    return day


def _day(iso: str) -> date | None:
    try:
        return date.fromisoformat(iso)
    except ValueError:
        return None


def _is_card(own: Json) -> bool:
    """Tell whether what paid is a card: banks have a country and no brand."""
    return bool(said(own, "brand"))


def _of_card(card: Json) -> str:
    return _numbered(
        _name(BRANDS, said(card, "brand") or ""), said(card, "last4") or ""
    )


def _numbered(name: str, last4: str) -> str:
    return f"{name} •••• {last4}" if last4 else name


def _name(names: dict[str, str], code: str) -> str:
    """Return the name of a code; of one that nobody knows yet, its words."""
    known = code.lower().replace(" ", "_")
    return names.get(known, code.replace("_", " ").title())
