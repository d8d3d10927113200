# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Invoices in another currency than the books, however Stripe settles them."""

from datetime import date, timedelta
from decimal import Decimal

from odoo.tests import freeze_time, tagged

from odoo.addons.kash_stripe_connect.core import money
from odoo.addons.kash_stripe_connect.models.link.terms import Wish

from .test_parts import Parts

PAID, BACK = date(2025, 11, 22), date(2025, 11, 24)
# What a unit is worth in dollars by Odoo, from which day on.
EUR = {"2025-11-01": "1.25", "2025-11-22": "1.28", "2025-11-24": "1.6"}
GBP = {"2025-11-01": "2", "2025-11-24": "2.5"}


class ForeignCase(Parts):
    """An invoice over 100.00 EUR, worth 125.00 on its day; the books are in dollars."""

    settles = None

    def set_stage(self):
        super().set_stage()
        self.company.sudo().kash_stripe_foreign_invoices = True
        self.euro = self.rated("eur", EUR)
        self.rated("gbp", GBP)
        if self.settles:
            self.stripe.settle_in(self.acct, [self.settles])
        self.move = self.foreign_invoice(100.0)

    def rated(self, code, worths):
        return self.quote(code, {d: float(1 / Decimal(w)) for d, w in worths.items()})

    def foreign_invoice(self, amount, currency=None, **vals):
        currency = currency or self.euro
        return self.invoice(amount, currency_id=currency.id, **vals)

    # === ACTS === #

    def paid(self, move=None):
        """Let the customer pay by card on November 22; told and recorded."""
        self.attempt = self.pay(move or self.move)
        self.settle()
        return self.attempt.payment_id

    def two_days_later(self):
        self.stripe.clock.advance(days=2)

    def refunded(self, minor=None):
        """Give back at Stripe on November 24, or a part (minor units)."""
        self.two_days_later()
        more = [minor] if minor else []
        self.stripe.refund(self.attempt.kash_stripe_charge_id, *more)
        self.settle()

    def dispute_lost(self, **details):
        """Let the bank take the payment on November 24 and keep it."""
        self.two_days_later()
        made = self.stripe.dispute(self.attempt.kash_stripe_charge_id, **details)
        self.settle()
        self.stripe.lose_dispute(made["id"])
        self.settle()

    # === WHAT THE BOOKS SAY === #

    def exchange_accounts(self):
        return (
            self.company.income_currency_exchange_account_id
            | self.company.expense_currency_exchange_account_id
        )

    def balances(self):
        """Return {role: balance} of all posted lines, whoever posted them."""
        account = self.account
        roles = {
            "receivable": self.company_data["default_account_receivable"],
            "exchange": self.exchange_accounts(),
            "disputed": account.disputed_account_id,
            "in_process": account.in_process_account_id,
            "loss": account.loss_account_id,
            "suspense": account.suspense_account_id,
        }
        found = {}
        for role, ledger in roles.items():
            lines = self.env["account.move.line"].search(
                [("account_id", "in", ledger.ids), ("parent_state", "=", "posted")]
            )
            found[role] = round(sum(lines.mapped("balance")), 2)
        return {role: balance for role, balance in found.items() if balance}

    def exchange_on(self):
        """Return {day: what the rates made}, without days on which that is nothing."""
        groups = self.env["account.move.line"]._read_group(
            [
                ("account_id", "in", self.exchange_accounts().ids),
                ("parent_state", "=", "posted"),
            ],
            ["date:day"],
            ["balance:sum"],
        )
        return {day: round(made, 2) for day, made in groups if round(made, 2)}

    def assertBooks(self, owed, exchange, **others):
        """Assert what the customer owes, what rates made, and what clearing holds."""
        expected = {"receivable": owed, "exchange": exchange, **others}
        self.assertEqual(
            self.balances(), {r: round(v, 2) for r, v in expected.items() if v}
        )
        self.assertEqual(set(self.rows().mapped("state")), {"booked"})
        self.assertEachClearingIsStripes()

    def assertEachClearingIsStripes(self):
        """Assert that each clearing account holds what Stripe does, in its currency."""
        account = self.account
        books = {
            one.currency_id: one.clearing_account_id for one in account.currency_ids
        }
        books[account.currency_id] = account.clearing_account_id
        for currency, ledger in books.items():
            lines = self.env["account.move.line"].search(
                [("account_id", "=", ledger.id), ("parent_state", "=", "posted")]
            )
            code = currency.name.lower()
            balance = self.stripe.balance(account.stripe_id, code)
            minor = balance["available"] + balance["pending"]
            held = currency.round(sum(lines.mapped("amount_currency")))
            self.assertEqual(held, float(money.to_major(minor, code)))

    def assertProved(self):
        """Assert a green proof of each currency, on each day."""
        self.synced()
        days = [PAID, BACK, date(2025, 11, 28)]
        self.env["kash.stripe.proof"].sudo()._prove(self.account.sudo(), days)
        self.assertEqual(set(self.account.proof_ids.mapped("colour")), {"green"})


class Settled:
    """The same acts, by the currency that Stripe settles in.

    ``paid_worth`` and ``back_worth`` are what 100.00 EUR came to in dollars on the day
    of the payment and when they went back, ``part_worth`` what 40.00 did and
    ``rest_worth`` 60.00; of a debit that came back ``debit_worth``: Stripe takes what
    it had given.
    """

    def test_a_payment_is_worth_what_stripe_settled(self):
        """The invoice is paid to the cent; rates moved since it was made."""
        payment = self.paid()
        line = self.env["kash.stripe.matching"]._receivable_lines(payment)
        self.assertEqual((line.currency_id, line.amount_currency), (self.euro, -100.0))
        self.assertEqual(line.balance, -self.paid_worth)
        self.assertEqual((payment.currency_id, payment.amount), (self.euro, 100.0))
        self.assertEqual(payment.date, PAID)
        self.assertEqual(self.move.payment_state, "paid")
        self.assertBooks(0, 125 - self.paid_worth)
        self.assertEqual(set(self.exchange_on()), {PAID})
        row = self.rows()
        journal, clearing = self.account.sudo()._books_in(row.currency_code)
        self.assertEqual(row.currency_code, self.settles)
        self.assertEqual(payment.journal_id, journal)
        held = payment.move_id.line_ids.filtered(lambda one: one.account_id == clearing)
        self.assertEqual(held.currency_id.name.lower(), self.settles)
        self.assertEqual(held.balance, self.paid_worth)
        self.assertEqual(held.amount_currency * 100, row.amount)
        # Its fee follows at the same rate, on the same day.
        fee = round(self.paid_worth * row.fee / row.amount, 2)
        self.assertEqual(self.ledger(PAID)["fees"], fee)
        self.assertProved()

    def test_refunds_open_the_invoice_again_by_what_they_give_back(self):
        """Forty, then the rest: what conversion cost is the rates' doing."""
        self.company.sudo().kash_stripe_refund_without_note = "reopen"
        self.paid()
        self.refunded(4000)
        self.assertEqual(self.move.amount_residual, 40.0)
        before = 125 - self.paid_worth
        rest = self.part_worth - 0.4 * self.paid_worth + 75 - 0.6 * self.paid_worth
        self.assertBooks(50, rest)
        # What was made on the payment's day is taken back on the refund's.
        self.assertEqual(
            self.exchange_on(), {PAID: round(before, 2), BACK: round(rest - before, 2)}
        )
        self.stripe.refund(self.attempt.kash_stripe_charge_id, 6000)
        self.settle()
        self.assertEqual(self.move.amount_residual, 100.0)
        self.assertBooks(125, self.part_worth + self.rest_worth - self.paid_worth)
        refunds = self.attempt.child_transaction_ids.payment_id
        self.assertEqual(set(refunds.mapped("date")), {BACK})
        self.assertTrue(all(refunds.mapped("is_reconciled")))
        self.assertProved()

    def test_a_refund_meets_its_credit_note(self):
        """That is of its own day's rate."""
        self.paid()
        note = self.move._reverse_moves([{"date": BACK, "invoice_date": BACK}])
        note.action_post()
        self.refunded()
        self.assertEqual(note.amount_residual, 0.0)
        self.assertBooks(0, 125 - self.paid_worth + self.back_worth - 160)

    def test_a_lost_dispute_is_a_loss_of_what_the_bank_took(self):
        """The sale took place: the invoice stays paid."""
        self.paid()
        self.dispute_lost()
        self.assertEqual(self.move.payment_state, "paid")
        self.assertBooks(0, 125 - self.paid_worth, loss=self.back_worth)

    def test_a_lost_dispute_opens_the_invoice_again(self):
        """By setting: in the invoice's currency, what he had paid."""
        self.company.sudo().kash_stripe_lost_disputes = "reopen"
        self.paid()
        self.dispute_lost()
        self.assertEqual(self.move.amount_residual, 100.0)
        self.assertBooks(125, self.back_worth - self.paid_worth)
        self.assertProved()

    def test_after_a_refund_a_dispute_opens_no_more_than_was_left(self):
        """Forty had gone back; the bank took a hundred: forty of it are a loss."""
        company = self.company.sudo()
        company.kash_stripe_lost_disputes = "reopen"
        company.kash_stripe_refund_without_note = "reopen"
        self.paid()
        self.refunded(4000)
        self.dispute_lost(amount=10000)
        self.assertEqual(self.move.amount_residual, 100.0)
        self.assertEqual(self.customer.credit, 125.0)
        self.assertEqual(self.balances()["loss"], round(0.4 * self.back_worth, 2))
        self.assertEachClearingIsStripes()

    def test_a_debit_that_fails_leaves_nothing_in_process(self):
        """It never was paid; what the rates made of it in between is theirs."""
        charge = self.debit()
        self.two_days_later()
        self.stripe.fail_debit(charge["id"], "insufficient_funds")
        self.settle()
        self.assertEqual(self.move.amount_residual, 100.0)
        self.assertEqual(self.move.kash_stripe_due_online, 100.0)
        self.assertBooks(125, self.debit_worth - self.paid_worth)
        self.assertLessEqual(set(self.exchange_on()), {BACK})
        self.assertProved()

    def debit(self):
        """Pay by SEPA on November 22: it is pending."""
        self.give_debits()
        self.attempt = self.press_pay(self.move)
        session = self.attempt.kash_stripe_session_id
        charge = self.stripe.pay(session, method="sepa_debit")
        self.settle()
        self.assertEqual(self.balances()["in_process"], -self.paid_worth)
        return charge

    def test_a_debit_is_worth_what_was_in_process_until_the_bank_returns_it(self):
        """Collected two days later, whatever the rate; returned, it is owed again."""
        charge = self.debit()
        self.two_days_later()
        self.stripe.succeed_debit(charge["id"])
        self.settle()
        self.assertEqual(self.move.payment_state, "paid")
        self.assertBooks(0, 125 - self.paid_worth)
        self.assertEqual(set(self.exchange_on()), {BACK})
        self.stripe.return_debit(charge["id"], "insufficient_funds", by="reversal")
        self.settle()
        self.assertEqual(self.move.amount_residual, 100.0)
        self.assertBooks(125, self.debit_worth - self.paid_worth)

    def test_undone_and_synced_the_books_are_the_same(self):
        """Paid, forty given back, and all of it taken out and recorded again."""
        before = self.trial_balance()
        self.paid()
        self.refunded(4000)
        self.synced()
        after = self.trial_balance()
        for run in self.runs():
            self.dialog(run).action_undo()
        self.assertEqual(self.move.amount_residual, 100.0)
        self.assertEqual(self.trial_balance(), before)
        self.synced()
        self.assertEqual(self.trial_balance(), after)


@tagged("post_install", "-at_install")
class TestSettledInOurs(Settled, ForeignCase):
    """Stripe converts 100.00 EUR to 110.00 USD, and back at 1.12244."""

    allow_inherited_tests_method = True
    settles = "usd"
    paid_worth, back_worth, part_worth, debit_worth = 110.0, 112.24, 44.9, 110.0
    rest_worth = 67.35


@tagged("post_install", "-at_install", "-standard", "long")
class TestSettledInTheirs(Settled, ForeignCase):
    """Stripe converts nothing; Odoo's rate of each day counts."""

    allow_inherited_tests_method = True
    settles = "eur"
    paid_worth, back_worth, part_worth, debit_worth = 128.0, 160.0, 64.0, 160.0
    rest_worth = 96.0


@tagged("post_install", "-at_install", "-standard", "long")
class TestSettledInAThird(Settled, ForeignCase):
    """88.00 GBP at 2.0, back as 89.80 (of 40.00 EUR: 35.92) at 2.5."""

    allow_inherited_tests_method = True
    settles = "gbp"
    paid_worth, back_worth, part_worth, debit_worth = 176.0, 224.5, 89.8, 220.0
    rest_worth = 134.7


@tagged("post_install", "-at_install")
class TestForeignInvoice(ForeignCase):
    """What is asked of the customer, and what stands in the way."""

    settles = "usd"

    def problem(self, move=None):
        move = move or self.move
        return move._kash_stripe_pay_problems().get(move.id)

    # === THE SETTING AND ITS CONDITIONS === #

    def test_without_the_setting_no_link_is_made(self):
        """As it always was."""
        self.company.sudo().kash_stripe_foreign_invoices = False
        self.assertEqual(self.problem().code, "currency")
        self.assertIn("is in EUR; a payment link needs USD", self.problem().text)

    def test_what_keeps_the_payment_from_the_books_is_said_and_mended(self):
        """Before the customer pays; the list's search says as the form does."""
        company = self.company.sudo()
        link = self.move._kash_stripe_ensure_link()
        self.assertEqual(self.states(), ("live", "live"))
        for what, breaks in (
            ("EUR is not enabled", lambda: self.euro.write({"active": False})),
            ("no rate of EUR", self.euro.rate_ids.unlink),
            (
                "no journal",
                lambda: company.write({"currency_exchange_journal_id": False}),
            ),
            (
                "no account for gains or for losses",
                lambda: company.write({"income_currency_exchange_account_id": False}),
            ),
        ):
            with self.subTest(what=what), self.env.cr.savepoint() as kept:
                breaks()
                problem = self.problem()
                self.assertEqual(problem.code, "cannot_record")
                self.assertIn(what, problem.text)
                self.assertTrue(problem.can_be_mended)
                self.assertEqual(self.states(), ("waiting", "waiting"))
                self.assertEqual(link.sudo()._page_code(problem), "not_taken")
                kept.rollback()
        self.assertFalse(self.problem())

    def states(self):
        """Return the state of the link, on the form and by the search."""
        self.env.flush_all()
        self.env.invalidate_all()
        moves = self.env["account.move"]
        found = [
            state
            for state in ("live", "waiting", "paid")
            if self.move in moves.search([("kash_stripe_link_state", "in", [state])])
        ]
        return self.move.kash_stripe_link_state, *found

    def test_stripes_limits_count_in_the_invoices_currency(self):
        """Forty cents are too little, and more than a million euros too much."""
        for amount, code in ((0.3, "too_small"), (1_000_000.0, "too_large")):
            with self.subTest(amount=amount):
                problem = self.problem(self.foreign_invoice(amount))
                self.assertEqual(problem.code, code)
                self.assertIn("€", problem.text)

    def test_the_card_sums_each_currency_apart(self):
        """Euros and dollars are no sum."""
        for move in (self.move, self.invoice(50.0)):
            move._kash_stripe_ensure_link().sudo().sent_at = "2025-11-20"
        [line] = self.account.sudo()._link_statistics()[self.account.id]
        text = line["amount"].replace("\N{NO-BREAK SPACE}", "")
        self.assertEqual((line["count"], text), (2, "$50.00 + 100.00€"))

    # === WHAT THE CUSTOMER IS ASKED === #

    def test_stripe_asks_for_the_invoices_currency(self):
        """And what is said of it says so, too."""
        self.attempt = self.pay(self.move)
        [session] = self.stripe.objects("checkout.session")
        self.assertEqual((session["amount_total"], session["currency"]), (10000, "eur"))
        self.work_off()
        taken = self.move._kash_stripe_taken()[self.move.id]
        self.assertEqual(taken, {"done": 100.0})
        self.assertEqual(self.problem().code, "to_record")
        self.assertIn("100.00", self.problem().text)
        self.assertIn("€", self.problem().text)

    def test_another_currency_since_asks_for_nothing_more(self):
        """A hundred euros are on their way; the invoice is one of dollars by now."""
        self.give_debits()
        attempt = self.press_pay(self.move)
        self.stripe.pay(attempt.kash_stripe_session_id, method="sepa_debit")
        self.settle()
        self.move.button_draft()
        self.move.currency_id = self.company.currency_id
        self.move.invoice_line_ids.price_unit = 300.0
        self.move.action_post()
        self.assertEqual(self.move.kash_stripe_due_online, 0.0)
        self.assertEqual(self.problem().code, "processing")

    def test_an_amount_of_his_own_is_in_the_invoices_currency(self):
        """At least 50.00 USD, which are 31.25 EUR today; 40.00 of them are paid."""
        self.company.sudo().write(
            {"kash_stripe_own_amount": True, "kash_stripe_own_least": 50.0}
        )
        link = self.move._kash_stripe_ensure_link().sudo()
        self.assertEqual(link._own_amount_limits(), (31.25, 100.0))
        link._start_payment(wish=Wish(amount=Decimal(40)))
        self.attempt = link.transaction_ids
        self.stripe.pay(self.attempt.kash_stripe_session_id)
        self.settle()
        self.assertEqual(self.move.amount_residual, 60.0)
        self.assertEqual(self.attempt.payment_id.amount, 40.0)
        # 50.00 of the 125.00 are paid by 44.00.
        self.assertBooks(75, 6)

    def test_reminders_and_notices_name_euros(self):
        """Whatever Stripe makes of them."""
        today = self.company._kash_stripe_today()
        due = today - timedelta(days=3)
        self.company.kash_stripe_reminders = True
        self.move = self.foreign_invoice(
            100.0,
            invoice_date=due,
            invoice_date_due=due,
            invoice_payment_term_id=False,
        )
        self.move.is_move_sent = True
        plan = self.env["kash.stripe.reminder"]._plan(self.company, today)
        [item] = [item for item in plan if item.move == self.move]
        self.assertEqual((item.move, item.due, item.obstacle), (self.move, 100.0, None))
        mail = self.env["kash.stripe.reminder"]._prepare_vals(
            self.company, today, item.partner, [item]
        )
        [(_create, _id, line)] = mail["line_ids"]
        self.assertEqual((line["amount"], line["currency_id"]), (100.0, self.euro.id))
        self.paid()
        news = self.attempt._kash_stripe_prepare_news("receipt", "x", False)
        self.assertEqual((news["amount"], news["currency"]), (100.0, self.euro))

    # === CREDIT, DISCOUNT, LOCKS === #

    def test_a_discount_is_of_the_payments_rate(self):
        """98.00 EUR settle 100.00; the write-off is worth what Odoo's own would be."""
        with freeze_time("2025-11-22 17:00:00"):
            move = self.discounted_invoice(currency_id=self.euro.id)
            attempt = self.pay(move)
            self.settle()
        self.assertEqual((attempt.amount, attempt.currency_id), (98.0, self.euro))
        self.assertEqual(move.payment_state, "paid")
        line = self.env["kash.stripe.matching"]._receivable_lines(attempt.payment_id)
        self.assertEqual((line.amount_currency, line.balance), (-100.0, -110.0))
        # 125.00 was owed; 107.80 came, and 2.50 are the discount's.
        self.assertBooks(125, 14.7)

    def test_one_charge_settles_two_invoices_less_a_note_and_is_disputed(self):
        """130.00 EUR come to 143.00; 145.92 are taken back, by the same lines."""
        self.company.sudo().kash_stripe_lost_disputes = "reopen"
        second = self.foreign_invoice(50.0)
        note = self.note(20.0, currency_id=self.euro.id)
        self.attempt = self.ask((self.move, 100.0), (second, 50.0), (note, -20.0))
        self.stripe.pay(self.attempt.kash_stripe_session_id)
        self.settle()
        lines = self.env["kash.stripe.matching"]._receivable_lines(
            self.attempt.payment_id
        )
        self.assertEqual(lines.mapped("amount_currency"), [-80.0, -50.0])
        self.assertEqual(lines.mapped("balance"), [-88.0, -55.0])
        self.assertEqual((self.move | second).mapped("payment_state"), ["paid", "paid"])
        self.assertEqual(note.amount_residual, 0.0)
        self.assertBooks(0, 162.5 - 143)
        self.dispute_lost()
        residuals = (self.move | second).mapped("amount_residual")
        self.assertEqual(residuals, [80.0, 50.0])
        self.assertBooks(162.5, 145.92 - 143)

    def test_of_an_invoice_paid_meanwhile_it_is_credit_and_can_be_given_back(self):
        """In euros; the refund finds the payment."""
        self.attempt = self.press_pay(self.move)
        self.stripe.pay(self.attempt.kash_stripe_session_id)
        other = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=self.move.ids
        )
        other.create({"payment_date": "2025-11-21"})._create_payments()
        self.settle()
        payment = self.attempt.payment_id
        self.assertFalse(payment.is_reconciled)
        self.assertEqual(
            self.env["kash.stripe.matching"]._open_lines(self.attempt).ids, []
        )
        credit = self.env["kash.stripe.credit.words"]
        self.assertIn("100.00", credit._sentence(payment))
        self.assertIn("€", credit._sentence(payment))
        self.refunded()
        self.assertTrue(payment.is_reconciled)
        self.assertEachClearingIsStripes()

    def test_a_refund_from_odoo_with_its_credit_note(self):
        """Amounts are euros; note, refund and payment meet."""
        payment = self.paid()
        wizard = (
            self.env["payment.refund.wizard"]
            .with_context(active_model="account.payment", active_id=payment.id)
            .create({"payment_id": payment.id, "amount_to_refund": 40.0})
        )
        self.assertEqual(wizard.currency_id, self.euro)
        self.assertEqual((wizard.payment_amount, payment.amount), (100.0, 100.0))
        self.assertEqual(wizard.amount_available_for_refund, 100.0)
        wizard.action_refund()
        self.settle()
        note = self.move.reversal_move_ids
        self.assertEqual((note.currency_id, note.amount_total), (self.euro, 40.0))
        self.assertEqual(note.amount_residual, 0.0)
        self.assertEqual(self.move.payment_state, "paid")
        self.assertEqual(self.balances().get("receivable", 0.0), 0.0)

    def test_on_a_locked_day_it_is_held_with_what_rates_would_make(self):
        """Nothing is dated otherwise: payment, fee and exchange wait."""
        self.attempt = self.pay(self.move)
        self.company.sudo().fiscalyear_lock_date = PAID
        self.settle()
        self.assertEqual(self.rows().state, "held")
        self.assertFalse(self.exchange_on())
        self.assertEqual(self.move.payment_state, "not_paid")

    def test_without_a_rate_of_its_day_a_settlement_in_euros_stops(self):
        """Odoo would take one for one."""
        self.stripe.settle_in(self.acct, ["eur"])
        self.attempt = self.pay(self.move)
        self.euro.rate_ids.unlink()
        self.settle()
        self.assertEqual(self.rows().state, "stopped")
        self.assertIn("no rate of EUR", self.rows().reason)
        self.rated("eur", EUR)
        self.rows().action_retry()
        self.assertEqual(self.move.payment_state, "paid")

    def test_what_a_refund_opened_again_is_left_by_undo_with_the_reason(self):
        """The rates' difference was taken back on the refund's day: nothing ties it."""
        self.company.sudo().kash_stripe_refund_without_note = "reopen"
        self.paid()
        self.refunded(4000)
        before = self.trial_balance()
        run = self.runs().sorted("id")[:1]
        dialog = self.dialog(run)
        self.assertIn("What rates made of it", str(dialog.left_ids.mapped("reason")))
        self.assertEqual(self.trial_balance(), before)

    # === ODD CURRENCIES === #

    def test_yen_have_no_cents(self):
        """10 000 JPY come to 65.00 USD; 4 000 go back."""
        self.company.sudo().kash_stripe_refund_without_note = "reopen"
        yen = self.rated("jpy", {"2025-11-01": "0.00625", "2025-11-22": "0.008"})
        self.move = self.foreign_invoice(10000, yen)
        payment = self.paid()
        [session] = self.stripe.objects("checkout.session")
        self.assertEqual((session["amount_total"], session["currency"]), (10000, "jpy"))
        line = self.env["kash.stripe.matching"]._receivable_lines(payment)
        self.assertEqual((line.amount_currency, line.balance), (-10000.0, -65.0))
        self.assertEqual(self.move.payment_state, "paid")
        self.refunded(4000)
        self.assertEqual(self.move.amount_residual, 4000.0)
        self.assertEachClearingIsStripes()

    def test_a_dinar_has_a_thousand_fils(self):
        """12.340 KWD; what ends in a single fils Stripe does not charge."""
        dinar = self.rated("kwd", {"2025-11-01": "3", "2025-11-22": "3.5"})
        self.assertEqual(
            self.problem(self.foreign_invoice(12.345, dinar)).code, "currency"
        )
        for settles, worth in (("usd", 40.11), ("kwd", 43.19)):
            with self.subTest(settles=settles):
                self.stripe.settle_in(self.acct, [settles])
                self.move = self.foreign_invoice(12.34, dinar)
                payment = self.paid()
                line = self.env["kash.stripe.matching"]._receivable_lines(payment)
                self.assertEqual(line.amount_currency, -12.34)
                self.assertEqual(line.balance, -worth)
                self.assertEqual(self.move.payment_state, "paid")
        self.assertEachClearingIsStripes()
