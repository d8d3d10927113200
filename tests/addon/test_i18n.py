# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Translators work from the template: it must say what the addon says."""

import io
import re
from pathlib import Path

from odoo.modules import get_module_path
from odoo.tests import tagged
from odoo.tools.translate import trans_export

from odoo.addons.account.tests.common import AccountTestInvoicingCommon

ADDON = "kash_stripe_connect"


@tagged("post_install", "-at_install")
class TestTranslations(AccountTestInvoicingCommon):
    def test_the_template_has_every_term_of_the_addon(self):
        """docs/develop.md says how to write it anew."""
        buffer = io.BytesIO()
        trans_export(False, [ADDON], buffer, "po", self.env)
        path = Path(get_module_path(ADDON), "i18n", f"{ADDON}.pot")
        self.assertEqual(
            terms(path.read_text(encoding="utf-8")), terms(buffer.getvalue().decode())
        )


def terms(text):
    """Return the sentences of a template, without comments and dates."""
    return set(re.findall(r"^msgid .*?(?=^msgstr)", text, re.MULTILINE | re.DOTALL))
