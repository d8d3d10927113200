# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import io

import xlsxwriter

from odoo import models
from odoo.tools import format_date

from ...core import money


class KashStripeProofExport(models.AbstractModel):
    """The proof of a day as a spreadsheet."""

    _name = "kash.stripe.proof.export"
    _description = "Stripe Proof Export"

    def _export_name(self):
        """Return the name of the file, without its ending."""
        self.ensure_one()
        return f"stripe-proof-{self.day}-{self.currency_code}"

    def _export_xlsx(self):
        """Return the proof as the bytes of a spreadsheet."""
        self.ensure_one()
        output = io.BytesIO()
        workbook = xlsxwriter.Workbook(output, {"in_memory": True})
        digits = "0" * money.exponent(self.currency_code)
        formats = {
            "head": workbook.add_format({"bold": True, "bottom": 1}),
            "sum": workbook.add_format({"bold": True, "num_format": f"#,##0.{digits}"}),
            "amount": workbook.add_format({"num_format": f"#,##0.{digits}"}),
            "day": workbook.add_format({"num_format": "yyyy-mm-dd"}),
        }
        self._write_bridge(workbook.add_worksheet(self.env._("Proof")), formats)
        self._write_lines(workbook.add_worksheet(self.env._("Lines")), formats)
        workbook.close()
        return output.getvalue()

    def _write_bridge(self, sheet, formats):
        head = [
            (self.env._("Stripe account"), self.account_id.display_name),
            (self.env._("Day"), format_date(self.env, self.day)),
            (self.env._("Currency"), self.currency_code.upper()),
            (self.env._("Result"), self._label_of("colour")),
        ]
        sheet.set_column(0, 0, 45)
        sheet.set_column(1, 1, 28)
        for place, (name, value) in enumerate(head):
            sheet.write(place, 0, name)
            sheet.write(place, 1, value)
        for place, (name, minor, is_sum) in enumerate(self._bridge(), len(head) + 1):
            sheet.write(place, 0, name, formats["sum"] if is_sum else None)
            if minor is not None:
                style = formats["sum" if is_sum else "amount"]
                sheet.write_number(place, 1, self._major(minor), style)

    def _bridge(self):
        """Return [(name, minor units, it is one of the figures)] from top to bottom."""
        self.ensure_one()
        unnamed = self.env._("Unexplained")
        return [
            (
                self.env._("Stripe's balance"),
                self.stripe_minor if self.compared else None,
                True,
            ),
            *((name, -minor, False) for name, _count, minor in self._parts("mirror")),
            (unnamed, -self.unexplained_mirror, False),
            (self.env._("Stripe's rows"), self.mirror_minor, True),
            *((name, -minor, False) for name, _count, minor in self._parts("books")),
            (unnamed, -self.unexplained_books, False),
            (self.env._("Stripe Clearing"), self.ledger_minor, True),
            *((name, minor, False) for name, _count, minor in self._parts("beside")),
        ]

    def _write_lines(self, sheet, formats):
        titles = [
            self.env._("What"),
            self.env._("Day"),
            self.env._("Record"),
            self.env._("Amount"),
        ]
        sheet.set_column(0, 0, 34)
        sheet.set_column(1, len(titles) - 1, 24)
        for column, title in enumerate(titles):
            sheet.write(0, column, title, formats["head"])
        kinds = self._kind_labels()
        for place, line in enumerate(self.line_ids, 1):
            sheet.write(place, 0, kinds[line.kind])
            if line.day:
                sheet.write_datetime(place, 1, line.day, formats["day"])
            sheet.write(place, 2, line.label or "")
            sheet.write_number(place, 3, self._major(line.shown), formats["amount"])

    def _major(self, minor):
        return float(money.to_major(minor, self.currency_code))

    def _label_of(self, field):
        return dict(self._fields[field]._description_selection(self.env))[self[field]]
