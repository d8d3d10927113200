# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a customer is paying through another provider is not asked for again."""

from odoo.tests import tagged

from .test_start import Start


class OtherRoad:
    """Another provider, by which the customer can pay as well."""

    def another(self, code):
        """Make a provider of another kind, which no module here brings along."""
        provider = self.env["payment.provider"].create(
            {"name": f"Other {code}", "company_id": self.company.id}
        )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE payment_provider SET code = %s WHERE id = %s", [code, provider.id]
        )
        self.env.invalidate_all()
        return provider

    def begin(self, moves, amount, provider=None, reference="other-1"):
        """Let a customer pay invoices through another provider: it is pending."""
        attempt = self.drafted(moves, amount, provider, reference)
        attempt._set_pending()
        return attempt

    def drafted(self, moves, amount, provider=None, reference="other-1"):
        """Let a customer choose another provider, as the portal does."""
        return self.env["payment.transaction"].create(
            {
                "provider_id": (provider or self.provider).id,
                "payment_method_id": self.env.ref("payment.payment_method_card").id,
                "reference": reference,
                "amount": amount,
                "currency_id": moves.currency_id.id,
                "partner_id": self.customer.id,
                "operation": "online_redirect",
                "invoice_ids": moves.ids,
            }
        )

    def keep_books(self, provider):
        """Let Odoo record what a provider takes, as the bank's journal does."""
        bank = self.company_data["default_journal_bank"]
        self.env["account.payment.method.line"].create(
            {
                "name": provider.name,
                "payment_method_id": self.env.ref(
                    "account.account_payment_method_manual_in"
                ).id,
                "journal_id": bank.id,
                "payment_provider_id": provider.id,
                "payment_account_id": self.other_account(reconcile=True).id,
            }
        )

    def capture_by_hand(self, provider):
        """Let a provider authorise payments first, as some that are not here do."""
        providers = self.registry["payment.provider"]
        plain = providers._compute_feature_support_fields

        def supports(records):
            plain(records)
            theirs = records.filtered(lambda one: one.code == provider.code)
            theirs.support_manual_capture = "full_only"

        self.patch(providers, "_compute_feature_support_fields", supports)

    def finish(self, attempt):
        """Let another provider have the money, and Odoo record it."""
        attempt._set_done()
        attempt._post_process()
        return attempt.payment_id


@tagged("post_install", "-at_install")
class TestElsewhere(OtherRoad, Start):
    """What another provider is taking counts as taken, at every door."""

    def set_stage(self):
        super().set_stage()
        self.provider = self.another("demo")

    def due(self, move):
        return move._kash_stripe_due_online()[move.id]

    def test_a_pending_payment_elsewhere_is_not_asked_for_again(self):
        """Page, press, portal, link, guard and the warning in Register Payment."""
        move = self.invoice()
        self.link(move)
        self.begin(move, 100.0)
        self.assertEqual(self.due(move), 0.0)
        self.assertEqual(self.problem(move), "elsewhere")
        self.assertIn("payment through Other demo is on its way", self.page(move))
        self.assertEqual(self.press(move).status_code, 200)
        self.assertFalse(self.sessions())
        self.assertEqual(self.link(move).state, "paid")
        self.assertIn("through Other demo", self.link(move).reason)
        found = move.search(
            [("id", "=", move.id), ("kash_stripe_link_state", "in", ["paid"])]
        )
        self.assertEqual(found, move)
        portal = f"/my/invoices/{move.id}?access_token={move._portal_ensure_token()}"
        self.assertNotIn("kash_pay", self.url_open(portal).text)
        register = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        )
        self.assertIn("through Other demo", register.create({}).kash_stripe_warning)

    def test_an_authorised_payment_counts_and_a_cancelled_one_does_not(self):
        """As Odoo counts them."""
        move = self.invoice()
        attempt = self.begin(move, 100.0)
        for state, problem in (("authorized", "elsewhere"), ("cancel", None)):
            self.env.flush_all()
            # No provider that is installed here captures by hand.
            self.env.cr.execute(
                "UPDATE payment_transaction SET state = %s WHERE id = %s",
                [state, attempt.id],
            )
            self.env.invalidate_all()
            self.assertEqual(self.problem(move), problem)

    def test_a_part_paid_elsewhere_leaves_the_rest_to_pay(self):
        """How much is allotted to the invoice, no more."""
        move = self.invoice()
        self.begin(move, 40.0)
        self.assertEqual(self.due(move), 60.0)
        self.press(move)
        self.assertEqual([s["amount_total"] for s in self.sessions()], [6000])

    def test_a_payment_of_several_invoices_pays_what_falls_due_first(self):
        """Each is asked for what is left of it."""
        late = self.invoice(100.0, invoice_date_due="2025-12-31")
        first = self.invoice(80.0, invoice_date_due="2025-12-01")
        self.begin(late | first, 120.0)
        self.assertEqual((self.due(first), self.due(late)), (0.0, 60.0))

    def test_a_page_that_is_open_meanwhile_is_closed(self):
        """Else both could be paid."""
        move = self.invoice()
        self.press(move)
        self.begin(move, 100.0)
        self.work_off()
        self.assertEqual([s["status"] for s in self.sessions()], ["expired"])

    def test_nobody_is_reminded_of_what_another_provider_is_taking(self):
        """The plan says why."""
        self.company.kash_stripe_reminders = True
        today = self.company._kash_stripe_today()
        move = self.invoice(
            invoice_date=today, invoice_date_due=today, invoice_payment_term_id=False
        )
        move.is_move_sent = True
        self.begin(move, 100.0)
        plan = self.env["kash.stripe.reminder"]._plan(self.company, today)
        for item in plan:
            self.assertEqual((item.move, item.obstacle), (move, "elsewhere"))
            self.assertIn("another provider", item.reason)

    def test_a_transfer_that_was_only_announced_is_named_and_not_counted(self):
        """Nobody knows whether it will come."""
        for code in ("none", "custom"):
            with self.subTest(code):
                move = self.invoice()
                self.begin(move, 100.0, self.another(code), reference=code)
                self.assertIsNone(self.problem(move))
                page = self.page(move)
                self.assertIn("You announced a transfer of", page)
                self.assertIn("Pay invoice", page)
