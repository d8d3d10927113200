# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""From Stripe's rows to the books."""

from odoo import fields
from odoo.tests import tagged

from .common import KashStripeCommon


@tagged("post_install", "-at_install")
class TestRecord(KashStripeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account = cls.connect()

    def test_a_card_payment_pays_the_invoice_and_books_the_fee(self):
        """The promise: gross into clearing, matched; fee on its account; same day."""
        invoice = self.invoice(100.0)
        self.pay(invoice)
        self.settle()
        self.assertEqual(invoice.payment_state, "paid")
        self.assertLedger({"clearing": 96.80, "fees": 3.20, "receivable": -100.0})
        self.assertClearingIsStripes()
