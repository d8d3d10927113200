# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Rules of booking are models: found by what they inherit, asked in their order."""

from collections import Counter

from odoo import models
from odoo.orm.model_classes import add_to_registry
from odoo.tests import tagged

from .common import KashStripeConnected

# As docs/architecture.md lists them
IN_ORDER = [
    "kash.stripe.booking.payment",
    "kash.stripe.booking.refund",
    "kash.stripe.booking.day",
    "kash.stripe.booking.refund.failed",
    "kash.stripe.booking.return",
    "kash.stripe.booking.debit",
    "kash.stripe.booking.payout",
    "kash.stripe.booking.dispute.lost",
    "kash.stripe.booking.dispute.regained",
    "kash.stripe.booking.dispute.rest.back",
    "kash.stripe.booking.dispute.rest",
]


@tagged("post_install", "-at_install")
class TestBookingRules(KashStripeConnected):
    def rules(self, family=""):
        """Return the rules of a family; of all, those that this addon makes."""
        return self.env[f"kash.stripe.booking{family}"]._rules()

    def test_the_order_is_what_the_page_says(self):
        """Payments before what gives them back, both before the day's entry."""
        names = [rule._name for rule in self.rules()]
        self.assertEqual([name for name in names if name in IN_ORDER], IN_ORDER)

    def test_each_place_is_one_rules(self):
        """With two in one place the order would be chance."""
        places = Counter(rule._booking_order for rule in self.rules())
        self.assertEqual(set(places.values()), {1})

    def test_each_kind_of_movement_has_one_rule(self):
        """What no rule takes would wait for ever, unseen."""
        taken = [
            kind for rule in self.rules(".movement") for kind in rule._booking_kinds
        ]
        field = self.env["kash.stripe.movement"]._fields["kind"]
        self.assertEqual(sorted(taken), sorted(field.get_values(self.env)))

    def test_a_service_is_no_rule(self):
        """What only shares the verbs is not asked: it has no place."""
        for name in ("opening", "again"):
            self.assertNotIn(self.env[f"kash.stripe.booking.{name}"], self.rules())

    # === ANOTHER ADDON'S === #

    def plant(self):
        """Add a rule as another addon would: it keeps payments of invoices waiting."""

        class Planted(models.AbstractModel):
            _module = None
            _name = "another.addons.booking"
            _inherit = ["kash.stripe.booking.row"]
            _description = "Rule of another addon"
            _booking_order = 5

            def _takes(self, rows):
                return rows.filtered("transaction_id")

            def _sort_out(self, account, rows):
                rows._wait("Another addon keeps it.")
                return rows.browse()

        self.addCleanup(self.uproot, Planted._name)
        add_to_registry(self.registry, Planted)
        self.registry._setup_models__(self.env.cr, [])

    def uproot(self, name):
        """Take a planted rule out of the registry again."""
        del self.registry[name]
        self.registry._setup_models__(self.env.cr, [])

    def test_the_rule_of_another_addon_is_asked_in_its_place(self):
        """Ours need not know of it, nor does what it took get to them."""
        self.plant()
        self.pay(self.invoice(100.0))
        self.settle()
        row = self.rows()
        self.assertEqual(row.state, "waiting")
        self.assertEqual(row.reason, "Another addon keeps it.")
        self.assertFalse(row.payment_id)
