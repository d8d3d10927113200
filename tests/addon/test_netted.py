# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Credits on the page of all: each is spent once, and where the books can match it."""

from odoo import Command
from odoo.tests import tagged

from .test_several import SeveralCase, plain, said


class NettedCase(SeveralCase):
    def set_stage(self):
        super().set_stage()
        self.paid = self.owe(100.0)
        self.charge = self.pay(self.paid)
        self.settle()

    def receivable(self, moves):
        return moves.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )

    def free(self, moves):
        """Return what of documents can still be netted."""
        self.env.invalidate_all()
        lines = self.receivable(moves).filtered(lambda line: not line.reconciled)
        return sum(lines._kash_stripe_free_credit().values())

    def credit_note(self):
        """Make a credit note over all of the paid invoice, by hand."""
        note = self.paid._reverse_moves([{"invoice_date": self.today}])
        note.action_post()
        return note

    def give_back(self, amount=100.0, **vals):
        """Press Odoo's own Refund; Stripe's row of it is not read yet."""
        payment = self.charge.payment_id
        self.env["payment.refund.wizard"].create(
            {"payment_id": payment.id, "amount_to_refund": amount, **vals}
        ).action_refund()
        return self.charge.child_transaction_ids.sorted("id")[-1:]

    def pay_twice(self):
        """Let an invoice be paid by card, and by transfer meanwhile; return the entry.

        The charge is the customer's credit.
        """
        move = self.owe(60.0)
        self.charge = self.press_pay(move)
        move.js_assign_outstanding_line(self.receivable(self.receipt(60.0)).id)
        self.stripe.tamper(self.charge.kash_stripe_session_id, status="open")
        self.stripe.pay(self.charge.kash_stripe_session_id)
        self.settle()
        return self.charge.payment_id.move_id

    def assertNotOffered(self, move, credit):
        """Assert that a credit is neither listed nor taken beside an invoice."""
        self.assertNotIn(f'value="{credit.id}"', self.url_open(self.path()).text)
        answer = self.tick(move | credit)
        self.assertEqual(answer.status_code, 422)
        self.assertIn("What can be paid has changed", said(answer))
        self.assertFalse(self.link().transaction_ids)


@tagged("post_install", "-at_install")
class TestGivenBackAlready(NettedCase):
    def test_the_note_of_a_refund_on_its_way_is_the_refunds(self):
        """Netted, the customer would pay less and get the refund as well."""
        refund = self.give_back()
        note = refund.kash_stripe_note_ids
        self.assertEqual(note.amount_residual, 100.0)
        self.assertNotOffered(self.owe(150.0), note)
        self.settle()
        self.assertEqual(note.payment_state, "paid")

    def test_a_note_made_by_hand_is_the_refunds_it_will_be_matched_with(self):
        note = self.credit_note()
        self.assertEqual(self.free(note), 100.0)
        refund = self.give_back()
        self.assertFalse(refund.kash_stripe_note_ids)
        self.assertNotOffered(self.owe(150.0), note)
        self.settle()
        self.assertEqual(note.payment_state, "paid")

    def test_the_note_of_a_refund_that_failed_is_credit(self):
        refund = self.give_back()
        self.settle()
        self.stripe.fail_refund(refund.kash_stripe_refund_id)
        self.settle()
        self.assertEqual(self.free(refund.kash_stripe_note_ids), 100.0)

    def test_a_payment_that_is_being_given_back_is_no_credit(self):
        credit = self.pay_twice()
        self.assertEqual(self.free(credit), 60.0)
        self.give_back(20.0)
        self.assertEqual(self.free(credit), 40.0)
        self.give_back(40.0)
        self.assertNotOffered(self.owe(150.0), credit)
        self.settle()
        self.assertTrue(self.receivable(credit).reconciled)

    def test_a_page_that_is_open_over_it_is_closed(self):
        credit, move = self.pay_twice(), self.owe(150.0)
        self.assertEqual(self.tick(move | credit).status_code, 303)
        self.assertEqual(self.sessions("open"), [90_00])
        self.give_back(60.0)
        self.work_off()
        self.assertEqual(self.sessions("open"), [])

    def test_a_payment_that_is_disputed_is_no_credit_until_that_is_won(self):
        credit = self.pay_twice()
        dispute = self.stripe.dispute(self.charge.kash_stripe_charge_id)
        self.settle()
        self.assertNotOffered(self.owe(150.0), credit)
        self.stripe.win_dispute(dispute["id"])
        self.settle()
        self.assertEqual(self.free(credit), 60.0)


@tagged("post_install", "-at_install")
class TestNettedByAccount(SeveralCase):
    """The books match nothing across two accounts of customers."""

    def set_stage(self):
        super().set_stage()
        self.ledger_there = self.other_account(
            code="101212", account_type="asset_receivable", reconcile=True
        )
        self.here, self.there = self.owe(100.0, 12), self.owe(50.0, 5, post=False)
        self.credit_there = self.note(20.0)
        self.credit_there.button_draft()
        (
            self.receivable(self.there) | self.receivable(self.credit_there)
        ).account_id = self.ledger_there
        (self.there | self.credit_there).action_post()

    def receivable(self, moves):
        return moves.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )

    def test_a_credit_is_netted_with_what_is_owed_on_its_account(self):
        """Not with the oldest: in the books the two could not meet."""
        documents = self.here | self.there | self.credit_there
        self.tick(documents)
        attempt = self.attempt()
        self.assertEqual(attempt.amount, 130.0)
        self.stripe.pay(attempt.kash_stripe_session_id)
        self.settle()
        self.assertTrue(all(self.receivable(documents).mapped("reconciled")))
        paid = self.receivable(attempt.payment_id.move_id).sorted("id")
        self.assertEqual(paid.mapped("balance"), [-100.0, -30.0])
        self.assertEqual(paid[1].account_id, self.ledger_there)

    def test_one_without_an_invoice_of_its_account_is_not_netted(self):
        """Whatever a browser sends: what is shown is what is charged."""
        answer = self.tick(self.here | self.credit_there, shown="8000")
        self.assertNothingStarted(answer, "$ 100.00", status=409)
        self.tick(self.here | self.credit_there, shown="10000")
        self.assertEqual(self.frozen(self.attempt()), [(self.here, 100.0, 0.0)])

    def test_one_that_no_open_invoice_is_for_has_no_box_and_says_why(self):
        self.there.button_draft()
        self.there.button_cancel()
        self.assertNotIn(
            f'value="{self.credit_there.id}"', self.url_open(self.path()).text
        )
        page = self.says(self.path())
        self.assertIn("There is no open invoice it could be set off against", page)
        self.assertIn("Sum of what is ticked $ 100.00", page)

    def test_two_open_items_of_a_note_are_one_box(self):
        """They are ticked together, and counted once each."""
        terms = self.env["account.payment.term"].create(
            {
                "name": "Halves",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": 50, "nb_days": days}
                    )
                    for days in (0, 60)
                ],
            }
        )
        note = self.note(30.0)
        note.button_draft()
        note.invoice_payment_term_id = terms
        note.action_post()
        self.assertEqual(len(self.receivable(note)), 2)
        text = plain(self.url_open(self.path()))
        self.assertEqual(text.count(f'value="{note.id}"'), 1)
        self.assertIn(f'value="{note.id}" data-minor="-3000"', text)
        self.tick(self.here | note, shown="7000")
        self.assertEqual(
            self.frozen(self.attempt()),
            [(self.here, 100.0, 0.0), (note, -15.0, 0.0), (note, -15.0, 0.0)],
        )


@tagged("post_install", "-at_install")
class TestSpentOnce(NettedCase):
    """What a payment on its way has netted, or one that was begun would net."""

    def set_stage(self):
        super().set_stage()
        self.give_debits()

    def test_what_a_debit_on_its_way_has_netted_no_refund_is_matched_with(self):
        note, move = self.credit_note(), self.owe(150.0)
        self.tick(move | note)
        session = self.attempt().kash_stripe_session_id
        self.stripe.pay(session, method="us_bank_account")
        self.settle()
        wizard = self.env["payment.refund.wizard"].create(
            {"payment_id": self.charge.payment_id.id, "amount_to_refund": 100.0}
        )
        self.assertNotIn(note.name, wizard.kash_stripe_hint)
        wizard.action_refund()
        self.settle()
        self.assertEqual(note.amount_residual, 100.0)
        self.stripe.succeed_debit(self.attempt().kash_stripe_charge_id)
        self.settle()
        self.assertEqual((move | note).mapped("payment_state"), ["paid", "paid"])

    def test_a_credit_of_a_payment_begun_for_another_invoice_needs_the_payers_word(
        self,
    ):
        first, second, note = self.owe(100.0), self.owe(60.0), self.note(20.0)
        self.tick(first | note)
        begun = self.attempt()
        self.stripe.ask_verification(begun.kash_stripe_session_id)
        self.work_off()
        self.tick(second | note)
        self.assertEqual(self.attempt(), begun)
        self.tick(second | note, instead="yes")
        self.assertEqual(self.attempt().amount, 40.0)

    def test_what_a_former_customer_has_begun_the_new_one_is_not_shown(self):
        """It has the account it is paid from, and is nobody else's."""
        move = self.owe(80.0)
        begun = self.press_pay(move)
        self.stripe.ask_verification(begun.kash_stripe_session_id)
        self.work_off()
        self.assertEqual(begun.kash_stripe_step, "verify")
        move.button_draft()
        move.partner_id = stranger = self.customer.copy({"name": "Grace Writer"})
        move.action_post()
        own = move._kash_stripe_ensure_link()
        paths = [self.path(own.sudo()), self.path(self.link(stranger))]
        self.assertNotIn(begun.kash_stripe_step_url, self.text(paths[0]))
        self.assertNotIn("verif", self.says(paths[0]))
        self.assertNotIn("verif", self.says(paths[1]))
        self.tick(move, self.link(stranger))
        self.assertEqual(self.attempt(self.link(stranger)).amount, 80.0)
