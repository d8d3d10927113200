# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Three roads at once: an invoice's link, the page of all, and another provider."""

from odoo.tests import tagged

from odoo.addons.kash_stripe_connect.models.link.terms import Wish

from .test_twice import Orders


class ThreeRoads(Orders):
    """As by two roads; and now and then somebody pays several invoices together."""

    STEPS = {**Orders.STEPS, "press_several": 5}

    def do_press_several(self, move, dice):
        """Tick this invoice and one or two others on the page of all."""
        others = dice.sample(self.moves.ids, dice.choice([1, 1, 2]))
        ticked = tuple(dict.fromkeys([move.id, *others]))
        link = self.customer._kash_stripe_ensure_payer_link(self.company)
        return not link._start_payment(wish=Wish(moves=ticked)).problem

    # === WHAT MUST BE === #

    def check(self, move, credits):
        """Override: of a charge over several, what it was to pay of this one."""
        ours = self.ours(move)
        references = set(move.transaction_ids.mapped("reference"))
        charges = [
            charge
            for charge in self.stripe.objects("charge")
            if charge["metadata"].get("kash_attempt") in references
        ]
        self.assertLessEqual(len(charges), 1)
        self.assertEqual(len(ours), len(charges))
        due = 0.0 if move.reversal_move_ids else 100.0
        taken = sum(self.shares(move).mapped("amount"))
        taken += sum(self.theirs(move, "done").mapped("amount"))
        self.assertEqual(move.amount_residual, max(due - taken, 0.0))
        self.too_much += max(taken - due, 0.0) if ours else 0.0

    def ours(self, move):
        return move.transaction_ids.filtered(
            lambda tx: tx.provider_id != self.provider and tx.state == "done"
        )

    def shares(self, move):
        """Return what attempts that were paid had frozen of an invoice."""
        parts = self.ours(move).kash_stripe_allocation_ids
        return parts.filtered(lambda part: part.move_id == move)

    def go_through(self, orders):
        """Override: all that came twice is credit, and no page asks for too much."""
        self.too_much = 0.0
        credits = super().go_through(orders)
        words = self.env["kash.stripe.credit.words"]
        self.assertEqual(sum(map(words._credit_of, credits)), self.too_much)
        for page in self.open_sessions():
            attempt = self.moves.transaction_ids.filtered(
                lambda tx, page=page: tx.kash_stripe_session_id == page["id"]
            )
            asked = attempt.kash_stripe_allocation_ids.move_id
            self.assertEqual(
                page["amount_total"], 100 * sum(asked.mapped("amount_residual"))
            )
        return credits


@tagged("post_install", "-at_install")
class TestTwentyOrdersOfThree(ThreeRoads):
    def test_each_invoice_is_paid_once_and_what_came_twice_is_told(self):
        """At Stripe one charge for each invoice, alone or with others."""
        self.go_through(20)


@tagged("post_install", "-at_install", "-standard", "long")
class TestHundredOrdersOfThree(ThreeRoads):
    def test_each_invoice_is_paid_once_and_what_came_twice_is_told(self):
        """The same by a hundred seeds, before a release."""
        self.go_through(100)
