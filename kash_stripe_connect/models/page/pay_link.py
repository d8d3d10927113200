# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import hashlib
import json
from datetime import timedelta
from urllib.parse import quote

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date, formatLang
from odoo.tools.image import image_data_uri

# What a look reads of an invoice that waits to be paid; where it reads more, Odoo reads
# all there is of that record, as it would without this.
_OF_INVOICE = (
    *("state", "move_type", "name", "currency_id", "partner_id", "company_id"),
    *("commercial_partner_id", "invoice_date", "invoice_date_due"),
    *("invoice_payment_term_id", "amount_untaxed", "amount_tax", "amount_total"),
    *("amount_residual", "payment_state", "kash_stripe_collecting_paused"),
    *("line_ids", "invoice_line_ids", "transaction_ids"),
)
_OF_LINES = (
    *("display_type", "name", "currency_id", "date", "move_name", "sequence"),
    *("quantity", "price_unit", "discount", "price_subtotal"),
    *("date_maturity", "reconciled", "balance", "amount_currency"),
    *("amount_residual", "amount_residual_currency"),
    *("discount_date", "discount_balance", "discount_amount_currency"),
)
_OF_COMPANY = (
    *("name", "active", "parent_path", "currency_id", "email", "phone"),
    *("primary_color", "uses_default_logo", "partner_id"),
    *("kash_stripe_service_until", "kash_stripe_tz", "kash_stripe_account_ids"),
    *("kash_stripe_own_amount", "kash_stripe_own_least"),
)
_OF_ACCOUNT = (
    *("connected", "connection", "epoch", "livemode", "charges_enabled"),
    *("default_currency", "publishable_key", "journal_id", "provider_id"),
    *("database_uuid", "claimed_uuid"),
)
_OF_CUSTOMER = ("name", "lang", "commercial_partner_id")
_OF_CURRENCY = ("name", "symbol", "position", "rounding", "decimal_places")
_PDF_KEPT = timedelta(days=7)
_PDF_LOCK = "kash.stripe.pay.link pdf"


class PagePayLink(models.Model):
    """What the page of a link shows."""

    _name = "kash.stripe.pay.link"
    _inherit = [
        "kash.stripe.pay.link",
        "kash.stripe.pay.state",
        "kash.stripe.page.wish",
        "kash.stripe.page.several",
    ]

    def _read_ahead(self):
        """Read of the invoice and those around it what a page shows, and no more.

        Odoo reads all columns at the first look at one: here four hundred, which took
        half of the time of a page.
        """
        move, account = self.move_id, self.account_id
        move.fetch(_OF_INVOICE)
        move.line_ids.fetch(_OF_LINES)
        move.partner_id.fetch(_OF_CUSTOMER)
        self.company_id.fetch(_OF_COMPANY)
        account.fetch(_OF_ACCOUNT)
        move.currency_id.fetch(_OF_CURRENCY)

    def _earlier(self):
        """Return what the invoice was lessened by, in the order it happened.

        :return: [(what it was, day, amount in the invoice's currency)]
        """
        self.ensure_one()
        move = self.move_id
        if not move.currency_id.compare_amounts(
            move.amount_residual, move.amount_total
        ):
            return []  # nothing to be looked for
        shown = (move.invoice_payments_widget or {}).get("content", [])
        shown = [one for one in shown if not one["is_exchange"]]
        moves = move.browse([one["move_id"] for one in shown])
        names = {entry.id: entry.name for entry in moves}
        return [
            (self._earlier_name(one, names), one["date"], one["amount"])
            for one in sorted(shown, key=lambda one: (one["date"], one["partial_id"]))
        ]

    def _earlier_name(self, one, names):
        if one["is_refund"]:
            return self.env._("Credit note %(name)s", name=names[one["move_id"]])
        if one["account_payment_id"]:
            return self.env._("Payment")
        return self.env._("Credit")

    def _instalments(self):
        """Return the instalments of an invoice that has several, else nothing.

        :return: [(day it is due, amount, what is open of it)]
        """
        self.ensure_one()
        lines = self.move_id.line_ids.filtered(
            lambda line: line.display_type == "payment_term"
        ).sorted("date_maturity")
        if len(lines) < 2:
            return []
        return [
            (line.date_maturity, line.amount_currency, line.amount_residual_currency)
            for line in lines
        ]

    def _taken_rows(self, taken=None):
        """Return what was paid and is not in the books yet, as the customer calls it.

        :param taken: what is taken of the invoice, where it was asked for before
        :return: [(what it is, amount in the invoice's currency)]
        """
        self.ensure_one()
        move = self.move_id
        taken = move._kash_stripe_taken() if taken is None else taken
        taken = taken.get(move.id, {})
        if not taken:
            return []
        parts = move._kash_stripe_taking(set(taken)).kash_stripe_allocation_ids
        granted = parts.filtered(lambda part: part.move_id == move).grouped(
            lambda part: part.transaction_id.state
        )
        discounts = {
            state: sum(parts.mapped("discount")) for state, parts in granted.items()
        }
        rows = [
            (self._taken_name(state), amount - discounts.get(state, 0.0))
            for state, amount in taken.items()
        ]
        rows.append((self.env._("Discount"), sum(discounts.values())))
        return [
            (name, value) for name, value in rows if not move.currency_id.is_zero(value)
        ]

    def _taken_name(self, state):
        """Call money by whether it has come: a debit may still fail."""
        came = state in {"done", "error"}
        return self.env._("Received") if came else self.env._("On its way")

    # === LINES === #

    def _line_text(self, line):
        """Return how a line comes to its amount; nothing if it would not add up.

        With taxes in the price it does not: the amount is without them.
        """
        currency, quantity = line.currency_id, line.quantity
        share = 1 - line.discount / 100.0
        amount = quantity * line.price_unit * share
        plain = quantity == 1 and not line.discount
        if plain or currency.compare_amounts(amount, line.price_subtotal):
            return ""
        digits = 0 if quantity == int(quantity) else self._digits("Product Unit")
        text = self.env._(
            "%(quantity)s × %(price)s",
            quantity=formatLang(self.env, quantity, digits=digits),
            price=formatLang(
                self.env, line.price_unit, digits=self._digits("Product Price")
            ),
        )
        if not line.discount:
            return text
        off = formatLang(self.env, line.discount, digits=self._digits("Discount"))
        return self.env._("%(text)s, %(share)s %% off", text=text, share=off)

    def _digits(self, name):
        return self.env["decimal.precision"].precision_get(name)

    def _cash_rounding(self):
        """Return what rounding the total to coins adds, beside lines and taxes."""
        self.ensure_one()
        lines = self.move_id.invoice_line_ids
        shown = lines.filtered(lambda line: line.display_type == "product")
        return self.move_id.amount_untaxed - sum(shown.mapped("price_subtotal"))

    # === RECEIPTS === #

    def _receipts(self):
        """Return the payments that the page has receipts of.

        A living link's page has those of the invoice, whichever link they came by, but
        none that names another invoice; a dead one may be in other hands, and has what
        was paid by itself. What a bank took back was not received.
        """
        self.ensure_one()
        attempts = self.transaction_ids
        if self.move_id and not self._is_dead():
            owing = self.move_id.commercial_partner_id
            attempts |= self.move_id.transaction_ids.filtered(
                lambda tx: (
                    tx.kash_stripe_link_id
                    and tx.kash_stripe_allocation_ids.move_id == self.move_id
                    and tx.partner_id.commercial_partner_id == owing
                )
            )
        return attempts.filtered(
            lambda tx: (
                tx.state == "done"
                and not tx.kash_stripe_returned
                and not tx.kash_stripe_reversed
            )
        ).sorted("id")

    def _receipt(self, reference):
        """Return the payment of a number, empty for anybody else's."""
        return self._receipts().filtered(lambda tx: tx.reference == reference)[:1]

    def _receipt_path(self, attempt):
        """Return the address of a receipt: people number invoices as they like."""
        return f"/kash/pay/{self.token}/receipt/{quote(attempt.reference)}"

    def _receipt_facts(self, attempt):
        """Return what a receipt says beside amounts, on the page and in an e-mail.

        :return: [(what, [lines])]
        """
        partner = attempt.partner_id.commercial_partner_id
        seller = self.company_id or attempt.company_id
        day = attempt._kash_stripe_paid_day()
        is_receipt = attempt.state == "done"
        number = self.env._("Receipt number") if is_receipt else self.env._("Reference")
        facts = [
            (number, [attempt.reference]),
            (self.env._("Date"), [format_date(self.env, day)]),
            (self.env._("Paid with"), [attempt.kash_stripe_method]),
            (self.env._("Paid by"), [partner.name or attempt.partner_name]),
            (self.env._("Paid to"), seller._kash_stripe_letterhead()),
        ]
        shown = [(what, list(filter(None, lines))) for what, lines in facts]
        return [(what, lines) for what, lines in shown if lines]

    def _method_icon(self, attempt):
        """Return the icon of what was paid with, as it stands in a page of ours.

        As data: nobody but the page asks for it, and it needs no session.
        """
        icon = attempt.payment_method_id.sudo().image_payment_form
        return image_data_uri(icon) if icon else ""

    def _instalments_paid(self, part):
        """Return which instalments of its invoice a part of a payment paid.

        As it is matched in the books, the oldest first; nothing before it is, or where
        there is but one.

        :return: [(day it was due, amount in the invoice's currency)]
        """
        terms = part.move_id.line_ids.filtered(
            lambda line: line.display_type == "payment_term"
        )
        if len(terms) < 2:
            return []
        lines = part.transaction_id.payment_id.move_id.line_ids
        matches = lines.matched_debit_ids.filtered(
            lambda match: match.debit_move_id in terms
        )
        paid = [
            (match.debit_move_id.date_maturity, match.debit_amount_currency)
            for match in matches
        ]
        return sorted(paid)

    def _given_back(self, attempt):
        """Return how much of a payment was refunded, in its currency."""
        refunds = attempt.child_transaction_ids.filtered(
            lambda child: child.operation == "refund" and child.state == "done"
        )
        return sum(map(abs, refunds.mapped("amount")))

    def _asked_back(self, attempt):
        """Return the refunds that wait for the customer to say whereto."""
        return attempt.child_transaction_ids.filtered(
            lambda child: (
                child.operation == "refund"
                and child.state == "pending"
                and child.kash_stripe_step == "details"
            )
        )

    def _is_thanked(self):
        """Tell whether something that was paid here was not given back."""
        self.ensure_one()
        return any(
            tx.currency_id.compare_amounts(tx.amount, self._given_back(tx)) > 0
            for tx in self._receipts()
        )

    def _is_paid_with_others(self):
        """Tell whether the invoice was paid by the same customer, with others.

        That receipt is not shown here: it names them.
        """
        self.ensure_one()
        owing = self.move_id.commercial_partner_id
        return any(
            tx.state == "done"
            and tx.kash_stripe_link_id
            and not (tx.kash_stripe_returned or tx.kash_stripe_reversed)
            and tx.partner_id.commercial_partner_id == owing
            and tx.currency_id.compare_amounts(tx.amount, self._given_back(tx)) > 0
            for tx in self.move_id.transaction_ids
        )

    # === PDF === #

    def _pdf(self):
        """Return the invoice as it was sent; else as it is now, made once and kept.

        Who asks for it while it is made, waits for it.
        """
        self.ensure_one()
        sent = self.move_id.invoice_pdf_report_id
        kept = (
            sent or self._kept_pdf() or self._pdf_made_meanwhile() or self._keep_pdf()
        )
        return kept.raw

    def _kept_pdf(self):
        """Return the file that was made of the invoice as it is now, empty for none."""
        asked = self._pdfs_domain() & Domain("name", "=", self._pdf_name())
        return self.env["ir.attachment"].search(asked, limit=1)

    def _pdf_made_meanwhile(self):
        """Return what another request is just making; at once, if none is.

        This transaction has written nothing: it begins anew, to see the other's file.
        """
        lock = [_PDF_LOCK, self.move_id.id]
        cr = self.env.cr
        cr.execute("SELECT pg_try_advisory_xact_lock(hashtext(%s), %s)", lock)
        if cr.fetchone()[0]:
            return self.env["ir.attachment"]
        cr.execute("SELECT pg_advisory_xact_lock_shared(hashtext(%s), %s)", lock)
        cr.rollback()
        self.env.invalidate_all()
        return self._kept_pdf()

    def _keep_pdf(self):
        """Make the PDF and keep it in place of older ones; nobody sees it elsewhere."""
        move = self.move_id
        reports = self.env["ir.actions.report"].with_company(move.company_id)
        reports = reports.with_context(lang=self._pdf_lang())
        content, _kind = reports._render_qweb_pdf(self._pdf_report(), move.ids)
        self._forget_pdfs()
        return self.env["ir.attachment"].create(
            {
                # Known only now: making it may give the invoice its portal's token.
                "name": self._pdf_name(),
                "raw": content,
                "mimetype": "application/pdf",
                "res_model": self._name,
                "res_id": self.id,
            }
        )

    def _pdf_name(self):
        """Return the name of a file that is made of the invoice as it is now.

        A payment changes no date of the invoice; who sells and who buys are on it, too.
        """
        move = self.move_id
        shown = [move, move.company_id, move.company_id.partner_id, move.partner_id]
        facts = [
            *(fields.Datetime.to_string(record.write_date) for record in shown),
            *(move.amount_residual, move.payment_state),
            *(self._pdf_lang(), self._pdf_report().id),
        ]
        return f"{hashlib.sha256(json.dumps(facts).encode()).hexdigest()}.pdf"

    def _pdf_lang(self):
        move = self.move_id
        return move.partner_id.lang or move.company_id.partner_id.lang

    def _pdf_report(self):
        """Return the report that sending the invoice would attach."""
        return self.env["account.move.send"]._get_default_pdf_report_id(self.move_id)

    def _pdfs_domain(self):
        return Domain("res_model", "=", self._name) & Domain("res_id", "in", self.ids)

    def _forget_pdfs(self):
        """Delete what was kept: the invoice is being changed, or has been."""
        self.env["ir.attachment"].sudo().search(self._pdfs_domain()).unlink()

    @api.autovacuum
    def _gc_pdfs(self):
        """Forget what is old: nobody looks at it, or templates have changed."""
        old = fields.Datetime.now() - _PDF_KEPT
        ours = Domain("res_model", "=", self._name) & Domain("create_date", "<", old)
        self.env["ir.attachment"].sudo().search(ours, limit=1000).unlink()
