# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The opening balance of an account that settles in more than one currency."""

from datetime import date

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.kash_stripe_connect.core.opening import Opening

from .test_opening import OpeningCase


@tagged("post_install", "-at_install", "-standard", "long")
class TestOpeningCurrency(OpeningCase):
    def set_stage(self):
        super().set_stage()
        self.euro = self.know("eur", 0.8)

    # === BUILDERS === #

    def know(self, code, rate=None):
        """Enable a currency in Odoo, with one rate of it or none."""
        return self.quote(code, {"2025-11-01": rate} if rate else {})

    def held(self, code, amount):
        """Let Stripe hold an amount of a currency before the books begin."""
        self.stripe.book(self.acct, type="adjustment", amount=amount, currency=code)

    def books(self, code):
        """Return what the account has of a currency."""
        return self.account.currency_ids.filtered(
            lambda books: books.currency_id.name == code.upper()
        )

    def lines(self, code):
        """Return [(account, worth, in the currency)] of a currency's opening entry."""
        move = self.books(code).opening_move_id
        return [
            (line.account_id, line.balance, line.amount_currency)
            for line in move.line_ids
        ]

    def colours(self):
        """Return {currency: colour} of the first day's proofs."""
        return {code: proof.colour for code, proof in self.proofs().items()}

    # === THE PROMISE === #

    def test_each_currency_is_recorded_in_its_own_clearing_account(self):
        """In that currency, worth what Odoo's rate of the opening day says."""
        self.before(10000)
        self.held("eur", 8000)
        self.begin()
        self.assertEqual(self.colours(), {"usd": "amber", "eur": "amber"})
        self.stripe.book(self.acct, type="adjustment", amount=500, currency="eur")
        self.rewind()
        self.record()
        euros = self.books("eur")
        self.assertEqual(
            self.lines("eur"),
            [(euros.clearing_account_id, 100.0, 80.0), (self.equity, -100.0, -80.0)],
        )
        move = euros.opening_move_id
        self.assertEqual(
            (move.date, move.journal_id), (date(2025, 11, 23), euros.journal_id)
        )
        self.assertEqual(euros.opening_minor, 8000)
        self.assertEqual(self.account.opening_minor, 9680)
        self.assertEqual(self.colours(), {"usd": "green", "eur": "green"})
        self.assertEqual(self.proofs()["eur"].ledger_minor, 8500)

    def test_the_dialog_shows_each_currency_and_posts_nothing(self):
        """The company's first; a journal that recording would make is gone again."""
        self.before(10000)
        self.held("eur", 8000)
        self.begin()
        wizard = self.dialog()
        wizard.action_preview()
        self.assertFalse(wizard.error)
        self.assertEqual(
            wizard.part_ids.mapped(lambda part: (part.name, part.opening)),
            [("USD", 96.8), ("EUR", 80.0)],
        )
        self.assertIn("1 EUR = 1.250000 USD", wizard.part_ids[1].rate)
        self.assertEqual(
            sorted(wizard.effect_ids.mapped("change")), [-196.8, 96.8, 100.0]
        )
        self.assertFalse(self.books("eur"))
        self.assertLedger({})

    def test_yen_and_dinars_keep_their_decimals(self):
        """None, and three."""
        self.know("jpy", 150.0)
        self.know("kwd", 0.3)
        self.held("jpy", 1500)
        self.held("kwd", 3070)
        self.begin()
        self.record_all()
        for code, amount, worth in (("jpy", 1500.0, 10.0), ("kwd", 3.07, 10.23)):
            clearing = self.books(code).clearing_account_id
            self.assertIn((clearing, worth, amount), self.lines(code))
        self.assertEqual(set(self.colours().values()), {"green"})

    def record_all(self):
        """Look at every currency, record them."""
        wizard = self.dialog()
        wizard.action_preview()
        self.assertFalse(wizard.error)
        wizard.action_record()

    def test_what_was_on_its_way_stands_apart_in_its_currency(self):
        """To be matched with the bank's statement in euros."""
        self.held("eur", 8000)
        self.stripe.settings.payout_days = 10
        self.stripe.settings.debit_days = 30
        self.stripe.add_bank_account(self.acct.id, currency="eur")
        self.stripe.clock.advance(days=1)
        payout = self.stripe.objects("payout", self.acct.id)[0]
        charge = self.stripe.charge_elsewhere(
            self.acct, amount=2000, currency="eur", method="sepa_debit"
        )
        self.stripe.settle()
        held = self.stripe.balance(self.acct.id, "eur")
        total = (held["available"] + held["pending"]) / 100
        self.begin()
        self.record_all()
        found = {
            line.name: (line.account_id, line.currency_id, line.amount_currency)
            for line in self.books("eur").opening_move_id.line_ids
        }
        account = self.account
        self.assertEqual(
            found[payout["id"]], (account.transit_account_id, self.euro, 80.0)
        )
        self.assertEqual(
            found[charge["id"]], (account.in_process_account_id, self.euro, -20.0)
        )
        clearing = self.books("eur").opening_move_id.line_ids.filtered(
            lambda line: line.account_id == self.books("eur").clearing_account_id
        )
        self.assertEqual(clearing.amount_currency, total)
        self.assertEqual(self.colours()["eur"], "green")

    def test_what_the_currencys_clearing_holds_already_is_not_recorded_twice(self):
        """Counted in the currency, whatever it is worth; and no difference."""
        self.held("eur", 8000)
        self.begin()
        euros = self.account.sudo()._books_of("eur")
        self.by_hand(
            40.0,
            euros.clearing_account_id,
            currency_id=self.euro.id,
            amount_currency=30.0,
        )
        self.record_all()
        self.assertIn((euros.clearing_account_id, 62.5, 50.0), self.lines("eur"))
        self.assertEqual(self.colours()["eur"], "green")

    def test_rounding_that_is_left_alone_is_the_counterparts(self):
        """Nothing to give in euros, and a cent in dollars."""
        self.know("eur", 1 / 1.5)
        self.begin()
        on_its_way = tuple((f"po_{number}", 1) for number in range(3))
        opening = Opening(stripe=-3, net=0, in_transit=on_its_way)
        books = self.env["kash.stripe.booking.opening"].sudo()
        books._book_openings(self.account.sudo(), {"eur": opening}, self.equity)
        self.assertEqual(self.lines("eur")[-1], (self.equity, -0.01, 0.0))

    def test_rounding_the_other_way_than_the_sum_has_a_line_of_its_own(self):
        """A cent of debit is owed in euros, but two cents are given in dollars."""
        self.know("eur", 2.5)
        self.begin()
        on_its_way = tuple((f"po_{number}", 1) for number in range(3))
        opening = Opening(stripe=-2, net=0, in_transit=on_its_way)
        books = self.env["kash.stripe.booking.opening"].sudo()
        books._book_openings(self.account.sudo(), {"eur": opening}, self.equity)
        self.assertEqual(
            self.lines("eur")[-2:], [(self.equity, 0.0, -0.01), (self.equity, 0.01, 0)]
        )

    # === WHAT CANNOT BE RECORDED NOW === #

    def test_without_a_rate_a_currency_waits_for_one_and_the_others_do_not(self):
        """Said in words; nothing is lost."""
        self.know("eur")
        self.before(10000)
        self.held("eur", 8000)
        self.begin()
        wizard = self.dialog()
        euros = wizard.part_ids.filtered(lambda part: part.code == "eur")
        self.assertIn("no rate of EUR", euros.reason)
        self.assertFalse(euros.chosen)
        wizard.action_record()
        self.assertTrue(self.account.opening_stands)
        self.assertTrue(self.account.opening_left)
        self.know("eur", 0.8)
        self.record_all()
        self.assertEqual(self.books("eur").opening_minor, 8000)
        self.assertFalse(self.account.opening_left)
        with self.assertRaisesRegex(UserError, "Reverse"):
            self.account.action_opening()

    def test_a_currency_without_a_rate_is_refused_if_chosen_all_the_same(self):
        """And nothing of the others is recorded with it."""
        self.know("eur")
        self.before(10000)
        self.held("eur", 8000)
        self.begin()
        wizard = self.dialog()
        wizard.part_ids.chosen = True
        wizard.action_preview()
        self.assertIn("no rate of EUR", wizard.error)
        with self.assertRaisesRegex(UserError, "no rate"):
            wizard.action_record()
        self.assertFalse(self.account.opening_move_id)

    def test_a_currency_that_odoo_has_not_enabled_says_so(self):
        """Enable it, and come again."""
        self.euro.active = False
        self.held("eur", 8000)
        self.begin()
        wizard = self.dialog()
        self.assertIn("not enabled", wizard.part_ids.reason)
        self.assertFalse(wizard.can_record)

    def test_an_account_that_is_kept_in_another_currency_gives_none(self):
        """Odoo would refuse it with words nobody understands."""
        self.held("eur", 8000)
        self.begin()
        wizard = self.dialog()
        wizard.counterpart_id = self.other_account(
            name="Pounds", code="101888", currency_id=self.know("gbp", 0.7).id
        )
        wizard.action_preview()
        self.assertIn("is kept in GBP", wizard.error)

    def test_a_lock_that_came_meanwhile_records_none_of_them(self):
        """Held, never re-dated."""
        self.before(10000)
        self.held("eur", 8000)
        self.begin()
        wizard = self.dialog()
        self.company.sudo().fiscalyear_lock_date = "2025-11-30"
        with self.assertRaisesRegex(UserError, "locked"):
            wizard.action_record()
        self.assertFalse(self.account.opening_move_id)

    # === ONCE === #

    def test_an_import_from_before_is_refused_while_one_currencys_opening_stands(self):
        """It would count the same euros twice; reversed, it is recorded anew."""
        self.held("eur", 8000)
        self.begin()
        self.record_all()
        with self.assertRaisesRegex(UserError, "Reverse"):
            self.account.sudo()._open_import(date(2025, 11, 1))
        move = self.books("eur").opening_move_id
        move._reverse_moves([{"date": move.date}], cancel=True)
        self.assertFalse(self.books("eur").opening_stands)
        self.record_all()
        self.assertNotEqual(self.books("eur").opening_move_id, move)
        self.assertEqual(self.colours()["eur"], "green")
