# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The guard: which locks shut which doors. One function, every door."""

from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.kash_stripe_connect.const import LINK

from .common import KashStripeConnected

FAR = "2099-12-31"


@tagged("post_install", "-at_install")
class TestGuard(KashStripeConnected):
    def set_stage(self):
        super().set_stage()
        self.move = self.invoice()

    def setUp(self):
        super().setUp()
        self.today = self.company._kash_stripe_today()

    # === THE TABLE === #

    def lock(self, **values):
        self.company.sudo().write(values)

    def unlock_for(self, field, user):
        """Make Odoo's exception to a lock, for one user or (None) everyone."""
        self.env["account.lock_exception"].create(
            {
                "company_id": self.company.id,
                "user_id": user and user.id,
                field: False,
                "end_datetime": fields.Datetime.now() + timedelta(hours=1),
            }
        )

    def cash_basis(self):
        self.company.sudo().tax_exigibility = True

    def reverse_charge(self):
        """Let Stripe's fees carry a tax that adds and takes off the same."""
        whole = {"repartition_type": "tax", "factor_percent": 100.0}
        lines = [
            Command.create({"repartition_type": "base"}),
            Command.create(whole),
            Command.create({**whole, "factor_percent": -100.0}),
        ]
        tax = self.env["account.tax"].create(
            {
                "name": "Reverse charge",
                "amount": 10.0,
                "type_tax_use": "purchase",
                "invoice_repartition_line_ids": lines,
                "refund_repartition_line_ids": lines,
            }
        )
        self.company.sudo().write(
            {"kash_stripe_fee_tax": "reverse", "kash_stripe_fee_tax_id": tax.id}
        )

    def early_discount(self):
        """Let the invoice grant a discount today."""
        self.move = self.invoice(
            post=False,
            invoice_date=self.today,
            invoice_payment_term_id=self.env["account.payment.term"]
            .create(
                {
                    "name": "2/10",
                    "early_discount": True,
                    "discount_percentage": 2,
                    "discount_days": 10,
                }
            )
            .id,
        )
        self.move.action_post()

    def unlock_for_me(self, field):
        self.unlock_for(field, self.env.user)

    def situations(self):
        """Return [(what, set it up, is a link refused)]."""
        yesterday = self.today - timedelta(days=1)
        soft, tax = "fiscalyear_lock_date", "tax_lock_date"
        return [
            ("no lock", lambda: None, False),
            ("global, until yesterday", lambda: self.lock(**{soft: yesterday}), False),
            ("global, today", lambda: self.lock(**{soft: self.today}), True),
            ("global, later", lambda: self.lock(**{soft: FAR}), True),
            ("hard", lambda: self.lock(hard_lock_date=FAR), True),
            (
                "global, excepted for everyone",
                lambda: (self.lock(**{soft: FAR}), self.unlock_for(soft, None)),
                False,
            ),
            (
                "global, excepted for the clerk only",
                lambda: (
                    self.lock(**{soft: FAR}),
                    self.unlock_for(soft, self.env.user),
                ),
                True,
            ),
            (
                "hard, soft ones excepted",
                lambda: (self.lock(hard_lock_date=FAR), self.unlock_for(soft, None)),
                True,
            ),
            ("sales", lambda: self.lock(sale_lock_date=FAR), False),
            (
                "sales, by the company's choice",
                lambda: self.lock(sale_lock_date=FAR, kash_stripe_lock_sale=True),
                True,
            ),
            ("purchases", lambda: self.lock(purchase_lock_date=FAR), False),
            ("tax", lambda: self.lock(**{tax: FAR}), False),
            (
                "tax, by the company's choice",
                lambda: self.lock(**{tax: FAR}, kash_stripe_lock_tax=True),
                True,
            ),
            (
                "tax, with cash-basis taxes",
                lambda: (self.lock(**{tax: FAR}), self.cash_basis()),
                True,
            ),
            (
                "tax, with reverse charge on Stripe's fees",
                lambda: (self.lock(**{tax: FAR}), self.reverse_charge()),
                True,
            ),
            (
                "tax, with an early payment discount",
                lambda: (self.early_discount(), self.lock(**{tax: FAR})),
                True,
            ),
        ]

    def test_every_kind_of_lock(self):
        """By the guard itself."""
        move = self.move
        for what, set_up, refused in self.situations():
            with self.subTest(what):
                savepoint = self.env.cr.savepoint(flush=True)
                set_up()
                expected = "locked" if refused else None
                problem = self.move._kash_stripe_send_problems().get(self.move.id)
                self.assertEqual(problem.code if problem else None, expected)
                # The customer who has a link is never kept from paying.
                self.assertFalse(self.move._kash_stripe_pay_problems())
                savepoint.close(rollback=True)
                self.env.invalidate_all()
                self.move = move

    def doors(self):
        """Return {door: what a person or a program does there}."""
        move, other = self.move, self.invoice()
        sends = self.env["account.move.send"]
        context = {"active_model": "account.move", "active_ids": move.ids}

        def dialog():
            wizard = self.env["account.move.send.wizard"].with_context(**context)
            wizard = wizard.create({})
            wizard.extra_edi_checkboxes = {LINK: {"checked": True}}
            wizard.action_send_and_print()

        def batch():
            moves = move | other
            wizard = self.env["account.move.send.batch.wizard"].create(
                {"move_ids": moves.ids, "kash_stripe_link": True}
            )
            wizard.action_send_and_print(force_synchronous=True)

        def scheduled():
            move.sending_data = {
                "author_user_id": self.env.user.id,
                "author_partner_id": self.env.user.partner_id.id,
                LINK: True,
            }
            with self.enter_registry_test_mode():
                cron = self.env.ref("account.ir_cron_account_move_send")
                cron.method_direct_trigger()

        return {
            "button": move.action_kash_stripe_create_link,
            "new link": move.action_kash_stripe_new_link,
            "send again": move.action_kash_stripe_send_again,
            "dialog": dialog,
            "batch": batch,
            "scheduled": scheduled,
            "api": lambda: sends._generate_and_send_invoices(move, extra_edis={LINK}),
        }

    def test_every_door_is_shut_by_a_lock(self):
        """No link is made, no mail is sent; the date and the place are told."""
        doors = self.doors()
        self.lock(fiscalyear_lock_date=FAR)
        for door, act in doors.items():
            with self.subTest(door):
                said = ""
                try:
                    result = act()
                    said = str(result and result["params"]["message"])
                except UserError as error:
                    said = str(error)
                self.env.invalidate_all()
                told = said + " ".join(self.move.message_ids.mapped("body"))
                self.assertIn("12/31/2099", told)
                self.assertIn("Lock Dates", told)
                self.assertFalse(self.move.kash_stripe_link_ids)
                comments = self.move.message_ids.filtered(
                    lambda message: message.message_type == "comment"
                )
                self.assertFalse(comments)

    def test_every_door_is_open_otherwise(self):
        """The same acts make and send links."""
        for door, act in self.doors().items():
            with self.subTest(door):
                savepoint = self.env.cr.savepoint(flush=True)
                act()
                self.env.invalidate_all()
                self.assertEqual(self.move.kash_stripe_link_state, "live")
                savepoint.close(rollback=True)
                self.env.invalidate_all()

    def test_a_parents_lock_counts_for_its_branch(self):
        """Odoo's locks do, and so must ours; the parent is named."""
        branch = self.env["res.company"].create(
            {"name": "Harbour Branch", "parent_id": self.company.id}
        )
        self.lock(fiscalyear_lock_date=FAR)
        sentence = branch._kash_stripe_lock_sentence(self.today, has_tax=False)
        self.assertIn(self.company.name, sentence)

    # === LOCKED LATER === #

    def test_a_lock_that_comes_later_lets_the_customer_pay(self):
        """The link lives; the money is held, the invoice says so."""
        self.move._kash_stripe_ensure_link()
        self.lock(fiscalyear_lock_date=FAR)
        self.assertEqual(self.move.kash_stripe_link_state, "live")
        self.pay(self.move)
        self.settle()
        self.assertEqual(self.rows().state, "held")
        self.assertEqual(self.move.kash_stripe_link_progress, "held")
        self.assertIn("waiting to be recorded", self.move.kash_stripe_taken_text)
        self.assertTrue(self.activities("held"))

    def test_a_lock_keeps_the_old_link_when_a_new_one_is_refused(self):
        """Not the old one dead and no new one."""
        link = self.move._kash_stripe_ensure_link()
        self.lock(fiscalyear_lock_date=FAR)
        with self.assertRaises(UserError):
            self.move.action_kash_stripe_new_link()
        self.assertEqual(link.state, "live")
