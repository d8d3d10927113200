# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The lists that conduct a sync name only what there is."""

from typing import get_args

from odoo.tests import TransactionCase, tagged

from odoo.addons.kash_stripe_connect.core.events import Subject
from odoo.addons.kash_stripe_connect.models.sync import steps


@tagged("post_install", "-at_install")
class TestSteps(TransactionCase):
    def rules(self, family):
        """Return the rules of a family."""
        names = self.env.registry.descendants([family], "_inherit")
        return [self.env[name] for name in names if name != family]

    def test_each_step_is_a_method_of_its_model(self):
        """A list of names is not looked at by anyone else before it runs."""
        for step in steps._STEPS:
            model, _, method = step.partition(":")
            self.assertTrue(callable(getattr(self.env[model], method, None)), step)

    def test_rows_are_read_by_a_step_of_the_list(self):
        """The one step that takes turns by itself."""
        self.assertIn(steps._BY_PAGES, steps._STEPS)

    def test_each_object_that_an_event_names_can_be_asked_for(self):
        """A subject without a way to ask would fail for ever."""
        self.assertEqual(set(steps._NEWS_OF), set(get_args(Subject)))

    def test_each_rule_has_a_place_of_its_own(self):
        """Who comes first would be chance."""
        for family in ("kash.stripe.attention", "kash.stripe.source"):
            places = [rule._rule_order for rule in self.rules(family)]
            self.assertEqual(len(places), len(set(places)), family)
            self.assertNotIn(None, places, family)

    def test_each_reason_has_an_activity_type_of_its_own(self):
        """Two reasons in one activity would undo each other."""
        types = [rule._activity_type for rule in self.rules("kash.stripe.attention")]
        self.assertEqual(len(types), len(set(types)))
        for name in types:
            self.assertTrue(self.env.ref(f"kash_stripe_connect.{name}"))
