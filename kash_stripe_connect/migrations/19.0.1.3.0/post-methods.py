# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What customers paid with bears one name, before the update and after it.

Costs are grouped by it: "Amex" and "American Express" would be two lines of one thing.
"""

_NAMES = [
    ("Acss Debit", "Canadian pre-authorized debit"),
    ("Afterpay Clearpay", "Afterpay / Clearpay"),
    ("Amex", "American Express"),
    ("Au Becs Debit", "BECS Debit"),
    ("Ach Credit Transfer", "ACH Transfer"),
    ("Ach Debit", "ACH Debit"),
    ("Blik", "BLIK"),
    ("Card Present", "Card"),
    ("Cartes_Bancaires", "Cartes Bancaires"),
    ("Cashapp", "Cash App Pay"),
    ("Customer Balance", "Bank transfer"),
    ("Diners", "Diners Club"),
    ("Eftpos_Au", "eftpos"),
    ("Eps", "EPS"),
    ("Fpx", "FPX"),
    ("Giropay", "giropay"),
    ("Grabpay", "GrabPay"),
    ("Ideal", "iDEAL"),
    ("Interac Present", "Interac"),
    ("Jcb", "JCB"),
    ("Kr Card", "Korean card"),
    ("Mb Way", "MB WAY"),
    ("Mobilepay", "MobilePay"),
    ("Nz Bank Account", "New Zealand bank account"),
    ("Oxxo", "OXXO"),
    ("P24", "Przelewy24"),
    ("Pay By Bank", "Pay by Bank"),
    ("Payco", "PAYCO"),
    ("Paynow", "PayNow"),
    ("Paypal", "PayPal"),
    ("Paypay", "PayPay"),
    ("Payto", "PayTo"),
    ("Promptpay", "PromptPay"),
    ("Sepa Credit Transfer", "SEPA Transfer"),
    ("Sepa Debit", "SEPA Debit"),
    ("Sequra", "seQura"),
    ("Stripe Account", "Stripe balance"),
    ("Twint", "TWINT"),
    ("Unionpay", "UnionPay"),
    ("Unknown", "Card"),
    ("Upi", "UPI"),
    ("Us Bank Account", "US bank account"),
    ("Wechat", "WeChat Pay"),
    ("Wechat Pay", "WeChat Pay"),
]
_ROWS = """
    UPDATE kash_stripe_balance_transaction row
       SET method = names.new
      FROM (VALUES %s) names(old, new)
     WHERE row.method = names.old
"""
# As the last version wrote it, its brand and number on a receipt.
_ATTEMPTS = """
    UPDATE payment_transaction tx
       SET kash_stripe_method =
           names.new || substr(tx.kash_stripe_method, length(names.old) + 1)
      FROM (VALUES %s) names(old, new)
     WHERE tx.kash_stripe_method = names.old
        OR starts_with(tx.kash_stripe_method, names.old || ' ••••')
"""


def migrate(cr, version):
    """Give the names of today to what is stored."""
    debits = [(f"{old} debit", f"{new} debit") for old, new in _NAMES]
    for statement, names in ((_ROWS, _NAMES + debits), (_ATTEMPTS, _NAMES)):
        cr.execute_values(statement, names, page_size=len(names))
