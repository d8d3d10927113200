# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Ways to pay: all that are on at Stripe; narrowed, refused, booked, and shown."""

from odoo.exceptions import ValidationError
from odoo.tests import HttpCase, tagged

from dev.stripe_emulator.redirects import REDIRECTS

from .common import KashStripeCommon, KashStripeConnected

SESSIONS = "/v1/checkout/sessions"


class Methods(KashStripeConnected):
    books, place = "USD", "US"

    def set_stage(self):
        self.company.currency_id = self.env.ref(f"base.{self.books}")
        KashStripeCommon.set_stage(self)
        self.acct = self.stripe.create_account(
            business_name="Hill Street Books",
            country=self.place,
            currency=self.books.lower(),
        )
        self.account = self.connect()

    def turn_on(self, *names):
        """Let the owner turn these ways to pay on at Stripe."""
        known = self.stripe.object(self.acct.id)["capabilities"]
        wanted = {REDIRECTS[name].capability: "active" for name in names}
        self.stripe.update_account(self.acct.id, capabilities={**known, **wanted})

    def link(self, move):
        return (
            move._kash_stripe_current_link() or move._kash_stripe_ensure_link()
        ).sudo()

    def offered(self, move):
        """Return what the session of an invoice offers."""
        return self.session(move)["payment_method_types"]

    def session(self, move):
        """Press *Pay invoice*; return the session."""
        attempt = self.press_pay(move)
        return self.stripe.object(attempt.kash_stripe_session_id)

    def pay_by(self, move, method, **details):
        """Pay an invoice so; return the attempt."""
        attempt = self.press_pay(move)
        session_id = attempt.kash_stripe_session_id
        self.charge = self.stripe.pay(session_id, method=method, **details)
        return attempt

    def refuse(self, param, message):
        """Let Stripe refuse the next session for a parameter."""
        error = {"type": "invalid_request_error", "param": param, "message": message}
        self.stripe.fail_next("POST", SESSIONS, status=400, body={"error": error})


@tagged("post_install", "-at_install")
class TestOffered(Methods):
    """What a session offers."""

    def test_what_the_owner_turned_on_at_stripe_is_offered(self):
        """No list of ours: what is turned on is there at the next press."""
        move = self.invoice()
        self.assertEqual(self.offered(move), ["card"])
        self.turn_on("klarna", "link")
        self.assertEqual(self.offered(self.invoice()), ["card", "klarna", "link"])

    def test_bank_transfers_to_a_balance_at_stripe_are_left_out(self):
        """Parts of an amount would arrive."""
        session = self.session(self.invoice())
        self.assertEqual(session["excluded_payment_method_types"], ["customer_balance"])
        self.assertIsNone(session["allowed_payment_method_types"])

    def test_american_bank_accounts_are_verified_as_stripe_can(self):
        """At once by the bank's log-in, else by a deposit, which the page waits for."""
        self.give_debits()
        options = self.session(self.invoice())["payment_method_options"]
        ach = options["us_bank_account"]
        self.assertEqual(ach, {"verification_method": "automatic"})

    def test_a_company_narrows_what_is_offered(self):
        """What is on at Stripe and chosen here."""
        self.turn_on("klarna", "link")
        methods = self.env["payment.method"].with_context(active_test=False)
        chosen = methods.search([("code", "in", ["klarna", "card", "ideal"])])
        self.company.kash_stripe_method_ids = chosen
        self.assertEqual(self.offered(self.invoice()), ["card", "klarna"])
        self.company.kash_stripe_method_ids = False
        self.assertEqual(self.offered(self.invoice()), ["card", "klarna", "link"])

    def test_only_what_stripe_has_can_be_chosen(self):
        """Odoo knows two hundred ways to pay."""
        methods = self.env["payment.method"].with_context(active_test=False)
        mpesa = methods.search([("code", "=", "mpesa")])
        self.assertNotIn(mpesa, methods.search(methods._kash_stripe_domain()))
        with self.assertRaisesRegex(ValidationError, "does not offer M-Pesa"):
            self.company.kash_stripe_method_ids = mpesa

    def test_each_way_to_pay_can_be_chosen_once(self):
        """By a record of Odoo's, or of ours: there and back it is Stripe's own code."""
        methods = self.env["payment.method"].with_context(active_test=False)
        found = methods.search(methods._kash_stripe_domain())
        codes = found._kash_stripe_codes()
        self.assertEqual(len(set(codes)), len(codes))
        self.assertLessEqual(
            {"ideal", "link", "us_bank_account", "sepa_debit", "oxxo"}, set(codes)
        )
        self.assertNotIn("customer_balance", codes)


@tagged("post_install", "-at_install")
class TestRefused(Methods, HttpCase):
    """What Stripe refuses for an amount or a country: said, and the others stay."""

    def odoo_url(self):
        return self.base_url()

    def set_stage(self):
        super().set_stage()
        self.turn_on("klarna")
        self.move = self.invoice()

    def refuse_klarna(self):
        self.refuse("payment_method_types", "`klarna` does not take this amount.")

    def test_the_others_stay(self):
        """The next attempt leaves it out; the customer sees no error."""
        self.refuse_klarna()
        attempt = self.press_pay(self.move)
        session = self.stripe.object(attempt.kash_stripe_session_id)
        self.assertEqual(session["payment_method_types"], ["card"])
        self.assertTrue(attempt.reference.endswith("-2"))
        self.assertEqual(self.link(self.move).attempt_count, 2)
        self.stripe.pay(session["id"])
        self.settle()
        self.assertEqual(self.move.payment_state, "paid")

    def test_customer_and_clerk_read_what_is_not_offered(self):
        """By the name that it has in shops."""
        self.refuse_klarna()
        self.press_pay(self.move)
        link = self.link(self.move)
        self.assertEqual(link.refused_methods_text, "Klarna")
        page = self.url_open(f"/kash/pay/{link.token}").text
        self.assertIn("does not offer this for this amount: Klarna", page)

    def test_a_request_odoo_runs_again_asks_for_the_same(self):
        """What was refused is stored: one session, under one key."""
        self.refuse_klarna()
        link = self.link(self.move)
        self.env.flush_all()
        savepoint = self.env.cr.savepoint(flush=True)
        link._start_payment()
        savepoint.close(rollback=True)
        self.env.invalidate_all()
        self.refuse_klarna()
        link._start_payment()
        self.assertEqual(len(self.stripe.objects("checkout.session")), 1)

    def test_another_amount_is_asked_for_anew(self):
        """It may be little enough by then."""
        self.refuse_klarna()
        self.press_pay(self.move)
        register = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=self.move.ids
        )
        register.create({"amount": 60.0})._create_payments()
        self.assertEqual(self.offered(self.move), ["card", "klarna"])
        page = self.url_open(f"/kash/pay/{self.link(self.move).token}").text
        self.assertNotIn("does not offer this", page)


@tagged("post_install", "-at_install")
class TestLedger(Methods):
    """One of each class in the books: at once, nothing *in process* but debits."""

    def set_stage(self):
        super().set_stage()
        self.turn_on("klarna", "link")
        self.move = self.invoice()

    def assert_paid(self, attempt, fee, words):
        """Check entry, receipt and the way to pay of an invoice over 100.00."""
        self.settle()
        self.assertLedger({"clearing": 100.0 - fee, "fees": fee, "receivable": -100.0})
        self.assertClearingIsStripes()
        self.assertEqual(self.move.payment_state, "paid")
        self.assertEqual(attempt.kash_stripe_method, words)
        self.assertEqual(attempt.payment_id.kash_stripe_method, words)
        self.assertTrue(attempt.payment_id.kash_stripe_method_icon)

    def test_a_wallet_is_settled_at_once(self):
        """Link: a row of ours, since Odoo has none."""
        attempt = self.pay_by(self.move, "link")
        self.assert_paid(attempt, 3.2, "Link")
        own = self.env.ref("kash_stripe_connect.payment_method_link")
        self.assertEqual(attempt.payment_method_id, own)

    def test_pay_later_is_settled_at_once(self):
        """The lender's risk is not ours: Stripe pays the whole, less its fee."""
        attempt = self.pay_by(self.move, "klarna")
        self.assert_paid(attempt, 6.29, "Klarna")
        self.assertEqual(attempt.payment_method_id.code, "klarna")
        self.assertFalse(attempt.kash_stripe_known_by)

    def test_a_card_is_its_brand(self):
        """With the brand's icon; a wallet's card, too."""
        attempt = self.pay(self.move, wallet="apple_pay")
        self.assert_paid(attempt, 3.2, "Visa •••• 4242 (Apple Pay)")
        self.assertEqual(attempt.payment_method_id.code, "visa")

    def test_many_ways_to_pay_are_looked_up_at_once(self):
        """One question for a batch, and nothing made."""
        kinds = ("link", "klarna", "card")
        attempts = [self.pay_by(self.invoice(), kind) for kind in kinds]
        count = self.env["payment.method"].with_context(active_test=False)
        before = count.search_count([])
        self.settle()
        self.assertEqual(
            [attempt.payment_method_id.code for attempt in attempts],
            ["link", "klarna", "visa"],
        )
        self.assertEqual(count.search_count([]), before)

    def test_debits_of_before_the_update_are_no_cards(self):
        """Their receipts have an icon now: the card's would be wrong."""
        self.give_debits()
        debit = self.pay_by(self.move, "us_bank_account")
        by_card = self.pay(self.invoice())
        self.settle()
        card = self.env.ref("payment.payment_method_card")
        (debit | by_card).sudo().payment_method_id = card
        self.run_migration("19.0.1.5.0/post-methods.py", "19.0.1.4.0")
        self.assertEqual(debit.payment_method_id.code, "ach_direct_debit")
        self.assertEqual(by_card.payment_method_id, card)

    def test_what_nobody_knows_yet_is_unknown_with_its_name(self):
        """Stripe's own words stand on the receipt."""
        attempt = self.press_pay(self.move)
        charge = self.stripe.pay(attempt.kash_stripe_session_id)
        self.stripe.tamper(
            charge["id"],
            payment_method_details={"type": "moon_pay", "moon_pay": {}},
        )
        self.settle()
        self.assertEqual(attempt.payment_method_id.code, "unknown")
        self.assertEqual(attempt.kash_stripe_method, "Moon Pay")


@tagged("post_install", "-at_install")
class TestEuros(Methods, HttpCase):
    """Books in euros: by redirect, and by SEPA from page to failed collection."""

    books, place = "EUR", "NL"

    def odoo_url(self):
        return self.base_url()

    def set_stage(self):
        super().set_stage()
        self.give_debits()
        self.turn_on("ideal", "bancontact")
        self.move = self.invoice()

    def page(self, path=""):
        """Return the invoice's page, or one below it, as the customer sees it."""
        return self.url_open(f"/kash/pay/{self.link(self.move).token}{path}").text

    def test_a_redirect_is_settled_at_once_and_shown_with_its_icon(self):
        """On the page, its receipt and the payment."""
        attempt = self.pay_by(self.move, "ideal")
        self.settle()
        self.assertLedger({"clearing": 99.2, "fees": 0.8, "receivable": -100.0})
        self.assertClearingIsStripes(self.books.lower())
        self.assertEqual(self.move.payment_state, "paid")
        self.assertEqual(attempt.payment_method_id.code, "ideal")
        receipt = self.page(f"/receipt/{attempt.reference}")
        for shown in (self.page(), receipt):
            self.assertIn("iDEAL •••• 5264", shown)
            self.assertIn('src="data:image/', shown)

    def test_bancontact_and_ideal_are_offered_together(self):
        """In euros; Klarna is not on."""
        offered = ["card", "sepa_debit", "ideal", "bancontact"]
        self.assertEqual(self.offered(self.move), offered)

    def test_sepa_from_page_to_failed_collection(self):
        """Pending until a day that is named; failed, the link can be paid again."""
        answer = self.url_open(
            f"/kash/pay/{self.link(self.move).token}/start",
            data={"": ""},
            allow_redirects=False,
        )
        self.assertEqual(answer.status_code, 303)
        self.env.invalidate_all()
        attempt = self.move.transaction_ids
        self.stripe.pay(
            attempt.kash_stripe_session_id,
            method="sepa_debit",
            account="DE62370400440532013001",
        )
        self.settle()
        self.assertLedger({"clearing": 99.65, "fees": 0.35, "in_process": -100.0})
        self.assertIn("12/11/2025. If it did not", self.page())
        self.assertEqual(attempt.payment_method_id.code, "sepa_direct_debit")
        self.stripe.clock.advance(days=4)
        self.settle()
        self.assertEqual(attempt.state, "error")
        self.assertEqual(self.ledger()["in_process"], 0.0)
        self.assertEqual(self.ledger()["receivable"], 0.0)
        self.assertClearingIsStripes(self.books.lower())
        self.assertEqual(self.move.kash_stripe_due_online, 100.0)
        self.assertIn("Pay invoice", self.page())


@tagged("post_install", "-at_install")
class TestPounds(Methods, HttpCase):
    """Books in pounds: Bacs from page to failed collection, and with a mandate."""

    books, place = "GBP", "GB"

    def odoo_url(self):
        return self.base_url()

    def set_stage(self):
        super().set_stage()
        self.give_debits()
        self.move = self.invoice()

    def press(self):
        """Press *Pay invoice* on the page; return the attempt."""
        answer = self.url_open(
            f"/kash/pay/{self.link(self.move).token}/start",
            data={"": ""},
            allow_redirects=False,
        )
        self.assertEqual(answer.status_code, 303)
        self.env.invalidate_all()
        return self.move.transaction_ids.sorted("id")[-1]

    def test_bacs_from_page_to_failed_collection(self):
        """Asked for without a mandate that lasts; failed, it can be paid again."""
        attempt = self.press()
        session = self.stripe.object(attempt.kash_stripe_session_id)
        self.assertNotIn("bacs_debit", session["payment_method_options"])
        self.stripe.pay(session["id"], method="bacs_debit", account="22222227")
        self.settle()
        self.assertLedger({"clearing": 99.0, "fees": 1.0, "in_process": -100.0})
        self.assertEqual(str(attempt.kash_stripe_known_by), "2025-12-02")
        self.assertEqual(attempt.payment_method_id.code, "bacs_direct_debit")
        self.stripe.clock.advance(days=4)
        self.settle()
        self.assertEqual(attempt.state, "error")
        self.assertEqual(self.ledger()["in_process"], 0.0)
        self.assertEqual(self.ledger()["receivable"], 0.0)
        self.assertClearingIsStripes(self.books.lower())
        self.assertEqual(self.move.kash_stripe_due_online, 100.0)

    def test_bacs_is_asked_for_with_a_mandate_where_stripe_insists(self):
        """As the next attempt; the customer notices nothing, and no mandate is used."""
        self.stripe.settings.bacs_needs_mandate = True
        attempt = self.press()
        session = self.stripe.object(attempt.kash_stripe_session_id)
        self.assertEqual(session["payment_method_types"], ["card", "bacs_debit"])
        self.assertEqual(
            session["payment_method_options"]["bacs_debit"],
            {"setup_future_usage": "off_session"},
        )
        self.assertTrue(attempt.reference.endswith("-2"))
        link = self.link(self.move)
        self.assertEqual(link.refused_methods, "bacs_debit+mandate")
        self.assertFalse(link.refused_methods_text)
        self.assertFalse(attempt.token_id)

    def test_bacs_refused_in_any_way_leaves_the_others(self):
        """Twice refused it is left out, and said."""
        for _try in range(2):
            self.refuse("payment_method_options[bacs_debit]", "Not in your country.")
        attempt = self.press()
        session = self.stripe.object(attempt.kash_stripe_session_id)
        self.assertEqual(session["payment_method_types"], ["card"])
        self.assertTrue(attempt.reference.endswith("-3"))
        self.assertEqual(self.link(self.move).refused_methods_text, "Bacs Debit")


@tagged("post_install", "-at_install")
class TestListed(Methods):
    """*Ways to Be Paid*: what this account really offers for the books' currency."""

    def listed(self):
        """Return {way: state} after Stripe was asked."""
        self.sync()
        ways = self.account.capability_ids
        return {way.name: way.state for way in ways}

    def test_what_is_on_and_fits_the_currency_is_listed(self):
        """Klarna and Link are on; iDEAL is on, and has no effect in dollars."""
        self.turn_on("klarna", "link", "ideal")
        self.give_debits()
        self.assertEqual(
            self.listed(),
            {
                "Card": "active",
                "Klarna": "active",
                "Link": "active",
                "US bank account": "active",
            },
        )
        self.assertFalse(any(self.account.capability_ids.mapped("reason")))

    def test_nobody_is_asked_to_turn_on_what_has_no_effect(self):
        """A British account with books in dollars: Bacs is not even named."""
        self.acct = self.stripe.create_account(country="GB", currency="usd")
        self.account.sudo()._push_disconnect()
        self.account = self.connect(self.acct)
        self.assertEqual(self.listed(), {"Card": "active"})

    def test_what_the_owner_turned_off_goes_from_the_list(self):
        """But for what the addon asks for, which is there with its reason."""
        self.turn_on("klarna")
        self.give_debits()
        off = {"display_preference": {"preference": "off"}}
        client = self.stripe_client(self.acct.secret_key)
        [settings] = client.v1.payment_method_configurations.list().data
        client.v1.payment_method_configurations.update(
            settings.id, {"klarna": off, "us_bank_account": off}
        )
        self.assertEqual(
            self.listed(), {"Card": "active", "US bank account": "switched_off"}
        )
        self.assertIn("turned off", self.account.capability_ids[1].reason)

    def test_a_key_that_may_not_ask_lists_by_capabilities(self):
        """An older restricted key lacks the box."""
        self.turn_on("klarna", "ideal")
        self.stripe.fail_next(
            "GET",
            "/v1/payment_method_configurations",
            status=403,
            times=9,
            body={"error": {"type": "invalid_request_error", "message": "no rak_x"}},
        )
        self.assertEqual(
            self.listed(),
            {"Card": "active", "Klarna": "active", "US bank account": "unrequested"},
        )
        self.assertFalse(self.account.sync_error)
