# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What an accountant may do over XML-RPC, and what numbers nobody should send do."""

from odoo.tests import tagged

from . import who_may
from .rpc_case import DONE, GONE, RpcCase

# (what is named in place of a record, how that is answered)
NUMBERS = {
    "two": DONE,
    "none": {"said"},
    "gone": {"said", "denied"},
    "no number": {"said"},
}


@tagged("post_install", "-at_install", "-standard", "long")
class TestRpcAccountant(RpcCase):
    def test_models(self):
        self.assertTable(self.cells_of_models("a"))

    def test_public_methods(self):
        self.assertTable(self.cells_of_methods("a"))

    def test_a_button_is_pressed_for_any_number_of_records(self):
        """The answer is a sentence, and never *Expected singleton*."""
        self.assertTable(self.cells_of_numbers())

    def cells_of_numbers(self):
        """Yield a cell for each button and each odd number of records."""
        accountant = self.people["a"]
        for (model, method), letters in self.methods().items():
            if "a" not in letters or self.is_of_no_record(model, method):
                continue
            own = self.own(model, accountant, may_make=True).id
            ids = {
                "two": [own, own],
                "none": [],
                "gone": [GONE],
                "no number": "x",
            }
            for word, kinds in NUMBERS.items():
                label = f"{model}.{method} {word}"
                yield label, kinds, None, (accountant, model, method, ids[word])

    def test_a_part_of_a_model_is_no_door(self):
        """What models are made of has public methods too, and no records."""
        accountant = self.people["a"]
        buttons = {method for _model, method in who_may.methods()}
        cells = [
            (f"{name}.{method}", {"denied"}, None, (accountant, name, method, [1]))
            for name, model in sorted(self.env.registry.items())
            if name.startswith("kash.") and model._abstract
            for method in sorted(buttons)
            if hasattr(model, method)
        ]
        self.assertTrue(cells)
        self.assertTable(cells)

    def test_what_is_no_value_is_told_so(self):
        """A text where fields and their values were due."""
        accountant = self.people["a"]
        cells = [
            (
                f"{model}.{method}",
                {"said"},
                None,
                (self.people["a"], model, method, *args),
            )
            for model, may in self.models().items()
            if "a" in may["create"]
            for method, args in {
                "create": ("x",),
                "write": ([self.own(model, accountant, may_make=True).id], "x"),
                "onchange": ([], "x", [], {}),
            }.items()
        ]
        self.assertTable(cells)
