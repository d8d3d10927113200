# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""One charge over several documents: what is netted wholly, changed or fails."""

from odoo.tests import tagged

from .test_foreign_invoice import PAID, ForeignCase
from .test_parts import Parts


class Charge(Parts):
    """One charge, and what became of its documents."""

    def begin(self, *parts, kind="charge"):
        """Begin a payment of documents (see ``ask``)."""
        self.cases[kind] = self.ask(*parts), [move for move, *_amounts in parts]
        return self.cases[kind][0]

    def paid(self, *parts, **customer):
        attempt = self.begin(*parts)
        self.pay_all(**customer)
        return attempt

    def collected(self, *parts):
        """Let a bank debit be collected days later."""
        attempt = self.paid(*parts, method="us_bank_account")
        self.stripe.clock.advance(days=4)
        self.settle()
        return attempt

    def transferred(self, invoice, amount):
        """Let the customer pay an invoice by transfer, too."""
        entry = self.receipt(amount)
        invoice.js_assign_outstanding_line(self.open_item(entry).id)

    def used(self, note, amount):
        """Use (part of) a credit note for another invoice."""
        self.invoice(amount).js_assign_outstanding_line(self.open_item(note).id)

    def reopening(self):
        self.company.kash_stripe_refund_without_note = "reopen"
        self.company.kash_stripe_lost_disputes = "reopen"

    def names(self, kind="charge"):
        return [move.name for move in self.cases[kind][1]]

    def assertLeft(self, *amounts, credit=0.0):
        """Assert what is open of each document, and that nothing else is."""
        self.assertEqual(self.open_amounts()["charge"], [*amounts])
        self.assertNothingElse(credit=credit)

    def assertPaidBy(self, *amounts):
        """Assert the payment's lines, one for each of the first documents."""
        found = {tuple(names): -paid for paid, names in self.paid_lines("charge")}
        names = self.names()[: len(amounts)]
        expected = {(n,): a for n, a in zip(names, amounts, strict=True)}
        self.assertEqual(found, expected)


class WhollyNetted(Charge):
    """An invoice with a discount of which a credit note leaves nothing to charge."""

    def discounted(self, *others, **vals):
        parts = [(self.invoice(amount, **vals), amount) for amount in others]
        less, note = self.discounted_invoice(**vals), self.note(98.0, **vals)
        return (less, 98.0, 2.0), *parts, (note, -98.0)


@tagged("post_install", "-at_install")
class TestWhollyNetted(WhollyNetted):
    def test_its_discount_has_a_line_of_its_own(self):
        """The charge is the others'; what was written off is written off of it."""
        attempt = self.paid(*self.discounted(50.0, 30.0))
        self.assertLeft(0.0, 0.0, 0.0, 0.0)
        self.assertPaidBy(2.0, 50.0, 30.0)
        self.assertEqual(attempt.payment_id.amount, 80.0)


@tagged("post_install", "-at_install", "-standard", "long")
class TestWhollyNettedLong(WhollyNetted):
    def test_beside_one_other_invoice(self):
        self.paid(*self.discounted(50.0))
        self.assertLeft(0.0, 0.0, 0.0)
        self.assertPaidBy(2.0, 50.0)

    def test_given_back_it_stays_settled(self):
        self.reopening()
        self.paid(*self.discounted(50.0, 30.0))
        self.refund_all()
        self.assertLeft(0.0, 50.0, 30.0, 0.0)

    def test_disputed_and_lost_it_stays_settled(self):
        self.reopening()
        self.paid(*self.discounted(50.0, 30.0))
        for dispute in self.dispute_all():
            self.stripe.lose_dispute(dispute)
        self.settle()
        self.assertLeft(0.0, 50.0, 30.0, 0.0)

    def test_by_bank_debit(self):
        self.collected(*self.discounted(50.0, 30.0))
        self.assertLeft(0.0, 0.0, 0.0, 0.0)
        self.assertPaidBy(2.0, 50.0, 30.0)

    def test_returned_by_the_bank_it_stays_settled(self):
        attempt = self.collected(*self.discounted(50.0))
        self.stripe.return_debit(attempt.kash_stripe_charge_id, by="reversal")
        self.stripe.clock.advance(days=1)
        self.settle()
        self.assertLeft(0.0, 50.0, 0.0)

    def test_too_late_for_the_discount_it_is_due(self):
        attempt = self.begin(*self.discounted(50.0)).sudo()
        frozen = attempt.kash_stripe_allocation_ids.filtered("discount")
        frozen.discount_until = "2025-11-21"
        self.pay_all()
        self.assertLeft(2.0, 0.0, 0.0)


@tagged("post_install", "-at_install", "-standard", "long")
class TestWhollyNettedAbroad(WhollyNetted, ForeignCase):
    settles = "usd"

    def test_in_another_currency(self):
        self.paid(*self.discounted(50.0, 30.0, currency_id=self.euro.id))
        self.assertEqual(self.open_amounts()["charge"], [0.0, 0.0, 0.0, 0.0])
        self.assertEachClearingIsStripes()


class OneShareLeft(Charge):
    """A credit note covers the first invoice; the other is owed on an own account."""

    def set_stage(self):
        super().set_stage()
        self.other = self.second_receivable()
        self.parts = (
            (self.invoice(20.0), 20.0),
            (self.invoice_on(self.other, 130.0), 130.0),
            (self.note(20.0), -20.0),
        )

    def assertOnItsAccount(self):
        self.assertLeft(0.0, 0.0, 0.0)
        attempt, (_first, second, _note) = self.cases["charge"]
        self.assertEqual(self.paid_lines("charge"), [(-130.0, [second.name])])
        line = self.open_item(attempt.payment_id.move_id)
        self.assertEqual(line.account_id, self.other)


@tagged("post_install", "-at_install")
class TestOneShareLeft(OneShareLeft):
    def test_it_is_paid_on_the_account_it_is_owed_on(self):
        self.paid(*self.parts)
        self.assertOnItsAccount()

    def test_accounts_that_change_later_move_no_share_of_it(self):
        """What a charge pays of each invoice was settled when it was begun."""
        attempt = self.begin(*self.parts)
        (first, _asked), (second, _rest), _note = self.parts
        owed = first.line_ids.filtered(lambda one: one.display_type == "payment_term")
        here = owed.account_id
        owed.account_id = self.other
        self.open_item(second).account_id = here
        charged = attempt.sudo().kash_stripe_allocation_ids._charged()
        self.assertEqual([*charged.values()], [0.0, 130.0])


@tagged("post_install", "-at_install", "-standard", "long")
class TestOneShareLeftLong(OneShareLeft):
    def test_by_bank_debit(self):
        self.collected(*self.parts)
        self.assertOnItsAccount()

    def test_settled_in_another_currency(self):
        self.stripe.settle_in(self.acct, ["eur"])
        self.quote("eur", {"2025-01-01": 0.8})
        self.paid(*self.parts)
        self.assertEqual(self.open_amounts()["charge"], [0.0, 0.0, 0.0])

    def test_given_back_it_is_owed_there_again(self):
        self.reopening()
        self.paid(*self.parts)
        self.refund_all()
        self.assertLeft(0.0, 130.0, 0.0)


class RefundFailed(Charge):
    def given_back_after_a_failure(self, first, *amounts):
        """Refund a part, which fails, then all of it."""
        self.reopening()
        self.paid(*((self.invoice(amount), amount) for amount in amounts))
        refund = self.stripe.refund(self.charges()["charge"], first)["id"]
        self.settle()
        self.stripe.fail_refund(refund)
        self.settle()
        self.stripe.clock.advance(days=1)
        self.synced()
        self.assertLeft(*(0.0 for _amount in amounts))
        self.refund_all()
        self.synced()
        self.assertLeft(*amounts)


@tagged("post_install", "-at_install")
class TestRefundFailed(RefundFailed):
    def test_what_failed_took_nothing_of_any_invoice(self):
        """Sixty of the newest and the one before it; then all of both."""
        self.given_back_after_a_failure(6000, 80.0, 50.0)


@tagged("post_install", "-at_install", "-standard", "long")
class TestRefundFailedLong(RefundFailed):
    def test_of_three_invoices(self):
        self.given_back_after_a_failure(7000, 40.0, 50.0, 60.0)


@tagged("post_install", "-at_install")
class TestNettedInPart(Charge):
    def test_of_a_note_as_much_is_matched_as_is_due(self):
        """Ten were paid by transfer meanwhile: ten of the note stay free."""
        invoice, note = self.invoice(100.0), self.note(20.0)
        self.begin((invoice, 100.0), (note, -20.0))
        self.transferred(invoice, 10.0)
        self.pay_all()
        self.assertLeft(0.0, 10.0)
        self.assertFalse(invoice.activity_ids)


@tagged("post_install", "-at_install", "-standard", "long")
class TestNettedInPartLong(Charge):
    def summary(self, invoice):
        [summary] = invoice.activity_ids.mapped("summary")
        return summary

    def test_a_person_is_asked_about_the_rest_alone(self):
        invoice, note = self.invoice(100.0), self.note(20.0)
        self.begin((invoice, 100.0), (note, -20.0))
        self.used(note, 5.0)
        self.pay_all()
        self.assertLeft(5.0, 0.0)
        self.assertIn(f"5.00 of {note.name}", self.summary(invoice))

    def test_two_notes_that_are_gone_are_both_told(self):
        invoice, one, two = self.invoice(100.0), self.note(20.0), self.note(30.0)
        self.begin((invoice, 100.0), (one, -20.0), (two, -30.0))
        self.used(one, 20.0)
        self.used(two, 30.0)
        self.pay_all()
        self.assertLeft(50.0, 0.0, 0.0)
        for told in (f"20.00 of {one.name}", f"30.00 of {two.name}"):
            self.assertIn(told, self.summary(invoice))

    def test_a_note_over_an_instalment_and_an_invoice_pays_no_more_than_both(self):
        """The other instalments stay due."""
        part, whole, note = (
            self.instalments(90.0, 0, 30, 60),
            self.invoice(50.0),
            self.note(60.0),
        )
        self.paid((part, 30.0), (whole, 50.0), (note, -60.0))
        self.assertLeft(60.0, 0.0, 0.0)
        self.assertFalse(part.activity_ids)


@tagged("post_install", "-at_install")
class TestMatchedEarly(Charge):
    def test_a_discount_is_granted_though_a_person_matched_the_note(self):
        invoice, note = self.discounted_invoice(), self.note(20.0)
        self.begin((invoice, 98.0, 2.0), (note, -20.0))
        invoice.js_assign_outstanding_line(self.open_item(note).id)
        self.pay_all()
        self.assertLeft(0.0, 0.0)
        self.assertPaidBy(80.0)


@tagged("post_install", "-at_install", "-standard", "long")
class TestMatchedEarlyLong(Charge):
    def test_nobody_is_asked_about_what_is_matched_already(self):
        """Part of an invoice: more of it is due."""
        invoice, note = self.invoice(100.0), self.note(20.0)
        self.begin((invoice, 60.0), (note, -20.0))
        invoice.js_assign_outstanding_line(self.open_item(note).id)
        self.pay_all()
        self.assertLeft(40.0, 0.0)
        self.assertFalse(invoice.activity_ids)

    def test_undone_what_a_person_matched_on_that_day_stays(self):
        invoice, note = self.invoice(100.0), self.note(20.0, invoice_date="2025-11-22")
        self.begin((invoice, 100.0), (note, -20.0))
        invoice.js_assign_outstanding_line(self.open_item(note).id)
        self.pay_all()
        self.assertLeft(0.0, 0.0)
        for run in self.runs():
            self.dialog(run).action_undo()
        self.assertEqual(self.open_amounts()["charge"], [80.0, 0.0])


@tagged("post_install", "-at_install")
class TestNettedAtOtherRates(Charge, ForeignCase):
    """A note of another day than its invoice, recorded when the month is over."""

    settles = "usd"

    def test_what_rates_make_of_it_is_of_the_charges_day(self):
        self.rated("eur", {"2025-11-01": "1.25", "2025-11-12": "1.5"})
        invoice = self.foreign_invoice(100.0)
        note = self.note(20.0, currency_id=self.euro.id, invoice_date="2025-11-13")
        attempt = self.begin((invoice, 100.0), (note, -20.0))
        self.stripe.pay(attempt.kash_stripe_session_id)
        self.stripe.clock.advance(days=14)
        self.settle()
        self.assertEqual(self.open_amounts()["charge"], [0.0, 0.0])
        matches = self.open_item(note).matched_debit_ids
        self.assertEqual(set(matches.mapped("max_date")), {PAID})
        self.assertEqual(matches.exchange_move_id.mapped("date"), [PAID])
        self.assertEqual(set(self.exchange_on()), {PAID})


class PartlyCredit(Charge):
    def lose_all(self, amounts=None):
        for dispute in self.dispute_all(amounts):
            self.stripe.lose_dispute(dispute)
        self.settle()


@tagged("post_install", "-at_install")
class TestPartlyCredit(PartlyCredit):
    def test_a_lost_dispute_takes_the_credit_first(self):
        """Forty of a hundred pay nothing; the rest is a loss."""
        invoice = self.invoice(100.0)
        self.begin((invoice, 100.0))
        self.transferred(invoice, 40.0)
        self.pay_all()
        self.assertNothingElse(credit=-40.0)
        self.lose_all()
        self.assertLeft(0.0)
        self.assertEqual(self.ledger()["loss"], 60.0)


@tagged("post_install", "-at_install", "-standard", "long")
class TestPartlyCreditLong(PartlyCredit):
    def begin_two(self):
        """Eighty that pay nothing, and fifty of the other invoice."""
        one, two = self.invoice(80.0), self.invoice(50.0)
        self.begin((one, 80.0), (two, 50.0))
        self.transferred(one, 80.0)
        self.pay_all()
        self.assertNothingElse(credit=-80.0)

    def test_of_several_invoices_too(self):
        self.begin_two()
        self.lose_all({"charge": 6500})
        self.assertLeft(0.0, 0.0, credit=-15.0)
        self.assertEqual(self.ledger()["loss"], 0.0)

    def test_the_rest_of_it_is_owed_again_by_setting(self):
        self.reopening()
        self.begin_two()
        self.lose_all({"charge": 9000})
        self.assertLeft(0.0, 10.0)
        self.assertEqual(self.ledger()["loss"], 0.0)
