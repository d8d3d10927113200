# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The table of who may what names every model and every public method, and no other."""

import inspect

from odoo.models import BaseModel
from odoo.tests import TransactionCase, tagged

from . import who_may

OURS = "odoo.addons.kash_stripe_connect."
HOW = "In tests/addon/who_may.py, add: "


@tagged("post_install", "-at_install")
class TestWhoMay(TransactionCase):
    def registered(self):
        """Return {name: class} of what is called from outside: no abstract ones."""
        return {
            name: model
            for name, model in self.env.registry.items()
            if not model._abstract
        }

    def public_methods(self, model):
        """Return the public methods that this addon gives a model."""
        return {
            name
            for name, method in inspect.getmembers(model, inspect.isfunction)
            if not name.startswith("_")
            and not getattr(method, "_api_private", False)
            and method.__module__.startswith(OURS)
            and not self.is_odoos(model, name)
        }

    def is_odoos(self, model, name):
        """Tell whether a method overrides one of Odoo's: who may call it is Odoo's."""
        return any(
            name in vars(base) and not base.__module__.startswith(OURS)
            for base in model.__mro__
            if base.__module__.startswith("odoo.")
        ) or hasattr(BaseModel, name)

    def test_every_model_has_a_line(self):
        names = {name for name in self.registered() if name.startswith("kash.")}
        for name in sorted(names - who_may.models().keys()):
            with self.subTest(name):
                self.fail(f"{HOW}MODELS, {name}  read write create unlink")
        self.assertEqual(who_may.models().keys() - names, set(), "Not there any more.")

    def test_every_public_method_has_a_line(self):
        """Whatever has no underscore is called by whoever can log in."""
        there = {
            (name, method)
            for name, model in self.registered().items()
            for method in self.public_methods(model)
        }
        for name, method in sorted(there - who_may.methods().keys()):
            with self.subTest(f"{name}.{method}"):
                self.fail(f"{HOW}METHODS, {name}  {method}  <roles>; or _{method}")
        gone = who_may.methods().keys() - there
        self.assertEqual(gone, set(), "Not there any more: remove the line.")
