# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What people without accounting, and strangers, may do over XML-RPC: nothing."""

from odoo.tests import tagged

from . import who_may
from .rpc_case import RpcCase


@tagged("post_install", "-at_install", "-standard", "long")
class TestRpcOutsiders(RpcCase):
    def test_an_employee_without_accounting_may_nothing(self):
        self.assertTable([*self.cells_of_models("e"), *self.cells_of_methods("e")])

    def test_a_customer_in_the_portal_may_nothing(self):
        self.assertTable([*self.cells_of_models("p"), *self.cells_of_methods("p")])


@tagged("post_install", "-at_install")
class TestRpcOthers(RpcCase):
    def test_another_companys_manager_reaches_none_of_our_records(self):
        """Neither read nor found, whatever rights they have at home."""
        self.assertTable(self.cells_of_strangers())

    def cells_of_strangers(self):
        """Yield a cell for each door, with our records."""
        accountant = self.people["a"]
        for model, may in self.models().items():
            record = self.own(model, accountant, may_make="a" in may["create"])
            ids, vals = [record.id], self.ours.values(model)
            calls = {
                "read": (ids, ["id"]),
                "write": (ids, vals),
                "unlink": (ids,),
            }
            for method, args in calls.items():
                yield self._stranger(model, method, args)
            kinds = {"did"} if "a" in may["read"] else {"denied"}
            call = (self.stranger, model, "search", [("id", "in", ids)])
            found = [] if "a" in may["read"] else None
            yield f"stranger {model}.search", kinds, found, call
        for model, method in self.methods():
            if not self.is_of_no_record(model, method):
                made = "a" in who_may.models().get(model, {"create": ""})["create"]
                ids = [self.own(model, accountant, may_make=made).id]
                yield self._stranger(model, method, (ids,))

    def _stranger(self, model, method, args):
        call = (self.stranger, model, method, *args)
        return f"stranger {model}.{method}", {"denied"}, None, call
