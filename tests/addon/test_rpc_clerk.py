# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What clerks and auditors may do over XML-RPC."""

from odoo.tests import tagged

from .rpc_case import RpcCase


@tagged("post_install", "-at_install", "-standard", "long")
class TestRpcClerk(RpcCase):
    def test_a_clerk_sends_and_reads(self):
        self.assertTable([*self.cells_of_models("c"), *self.cells_of_methods("c")])

    def test_an_auditor_reads(self):
        self.assertTable([*self.cells_of_models("r"), *self.cells_of_methods("r")])
