# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class UninstallModule(models.Model):
    _inherit = "ir.module.module"

    def button_uninstall(self):
        """Override of `base`: refused before anything is taken apart.

        The addon's hook asks again: there are other ways to uninstall.
        """
        handover = self.env["kash.stripe.handover"]
        going = self | self.downstream_dependencies()
        if handover._module in going.mapped("name"):
            handover._check_may_uninstall()
        return super().button_uninstall()
