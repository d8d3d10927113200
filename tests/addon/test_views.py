# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Forms of several rooms' parts look the same in new and in upgraded databases."""

from lxml import etree

from odoo.tests import tagged

from odoo.addons.account.tests.common import AccountTestInvoicingCommon


@tagged("post_install", "-at_install")
class TestViews(AccountTestInvoicingCommon):
    def test_parts_stand_where_they_stand_whichever_was_made_first(self):
        """An upgrade makes new views after all others; only priorities tell then."""
        for form, parts in self._own_forms().items():
            with self.subTest(form=form.xml_id):
                before = combined(form)
                for part in parts.sorted("id", reverse=True):
                    part.copy()
                parts.active = False
                self.assertEqual(combined(form), before)

    def _own_forms(self):
        """Return {view of ours: the views of ours that add to it}."""
        views = self.env["ir.ui.view"].search(
            [("model_data_id.module", "=", "kash_stripe_connect")]
        )
        return views.filtered(lambda view: view.inherit_id in views).grouped(
            "inherit_id"
        )


def combined(form):
    """Return the form as its parts make it."""
    return etree.tostring(form._get_combined_arch(), encoding="unicode")
