# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

# What ties a row to its entries; empty for one that is not recorded.
_TIES = {
    "payment_id": False,
    "fee_move_id": False,
    "entry_id": False,
    "entry_line_id": False,
    "income_line_id": False,
    "income_base": False,
    "income_taxes": False,
    "in_process": False,
    "fee_by_hand": False,
    "stays_in_suspense": False,
    "kept": False,
    "run_id": False,
}


class KashStripeBalanceTransaction(models.Model):
    """In which run a row was recorded, and what recording it again takes."""

    _inherit = "kash.stripe.balance.transaction"

    run_id = fields.Many2one(
        "kash.stripe.run",
        "Recorded In",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    is_removed = fields.Boolean(
        "Entry Removed",
        compute="_compute_is_removed",
        help="Recorded once; a person cancelled, reversed or deleted an entry of it.",
    )

    @api.depends(
        "state",
        "payment_id.move_id.state",
        "fee_move_id.state",
        "entry_id.state",
    )
    def _compute_is_removed(self):
        for row in self:
            row.is_removed = row.state == "booked" and bool(row._missing_parts())

    # === ACTION METHODS === #

    def action_record_again(self):
        """Record what a person removed from the books, by a person's decision."""
        self.check_access("read")
        self.env["kash.stripe.account"]._check_manager()
        self.sudo()._book_again()

    # === BOOK === #

    @api.model
    def _join_run(self, account, rows):
        """What was recorded together is one run."""
        booked = rows.filtered(lambda row: row.state == "booked" and not row.run_id)
        if booked:
            booked.run_id = self.env["kash.stripe.run"].create(
                self._prepare_run_vals(account, booked)
            )

    @api.model
    def _prepare_run_vals(self, account, rows):
        by_hand = self.env.context.get("kash_stripe_person")
        days = rows.mapped("entry_day")
        return {
            "account_id": account.id,
            "company_id": account.company_id.id,
            "kind": "person" if by_hand else "job",
            "row_count": len(rows),
            "first_day": min(days),
            "last_day": max(days),
        }

    def _untie(self):
        """Let rows be recorded anew; what their entries did must be taken back.

        Those that Stripe changed since are asked for again first.
        """
        self.transaction_id.payment_id = False
        self.write(_TIES)
        changed = self.filtered("changed")
        changed.state = "stopped"
        (self - changed).write({"state": "new", "reason": False})

    def _of_suspense(self):
        """Return the rows that stand in suspense for want of what they take back."""
        return self.filtered(
            lambda row: (
                row._undoes()
                and row.entry_line_id
                and row.entry_line_id.account_id == row.account_id.suspense_account_id
            )
        )

    # === RECORD AGAIN === #

    def _missing_parts(self):
        """Return which of the row's entries should stand and do not."""
        self.ensure_one()
        stands = self.env["kash.stripe.proof.finder"]._stands
        if not (self.amount or self.fee):
            return set()
        if self.in_process or not self.transaction_id:
            # Of a fee alone that a person records there is no other entry.
            apart = not self.amount and (self.fee_by_hand or self.fee_move_id)
            wanted = {} if apart else {"entry": self.entry_id}
            if self.fee_move_id:
                wanted["fee"] = self.fee_move_id
        else:
            wanted = {"payment": self.payment_id.move_id}
            if self.fee and not self.fee_by_hand:
                wanted["fee"] = self.fee_move_id
        return {part for part, move in wanted.items() if not stands(move)}

    def _book_again(self):
        """Record what is missing of rows whose entries a person removed.

        :raises UserError: nothing is missing, a day is locked, or a row is refused;
            nothing was changed
        """
        booked = self.filtered(lambda row: row.state == "booked")
        missing = {row: row._missing_parts() for row in booked}
        gone = booked.filtered(missing.get).with_context(kash_stripe_person=True)
        if not gone:
            raise UserError(self.env._("All entries of these rows stand."))
        if gone.filtered(lambda row: row.fee_move_id and missing[row] == {"entry"}):
            raise UserError(
                self.env._("Its fee was recorded by hand: reverse that entry first.")
            )
        self._check_not_collected(gone)
        parts = gone.filtered(
            lambda row: (
                row.fee and len(missing[row]) == 1 and "entry" not in missing[row]
            )
        )
        (gone - parts)._untie()
        for account, rows in gone.grouped("account_id").items():
            whole = rows - parts
            if whole:
                self._book_rows(account, whole)
            self._check_again(whole)
            for part in ("payment", "fee"):
                self.env["kash.stripe.booking.again"]._book_part(
                    account, parts.filtered(lambda r, p=part: p in missing[r]), part
                )
            parts._keep_no_more(account)
        gone.account_id._refresh_activities()

    def _keep_no_more(self, account):
        """Forget that rows were kept as recorded, once their entries are Stripe's."""
        kept = self.filtered(lambda row: row.kept and row.account_id == account)
        altered = self.env["kash.stripe.reversal"]._altered(account, kept)
        same = kept.filtered(lambda row: not row._entries() & altered)
        same.write({"kept": False, "reason": False})

    @api.model
    def _check_not_collected(self, rows):
        """Refuse a pending debit's row whose payment was recorded since: no second."""
        payments = rows.filtered("in_process").transaction_id.payment_id
        standing = payments.move_id.filtered(
            self.env["kash.stripe.proof.finder"]._stands
        )
        if standing:
            raise UserError(
                self.env._(
                    "The debit was collected since: reverse its payment %(entry)s"
                    " first.",
                    entry=standing[:1].display_name,
                )
            )

    def _check_again(self, rows):
        left = rows.filtered(lambda row: row.state != "booked")[:1]
        if left:
            raise UserError(
                left.reason
                or self.env._(
                    "%(row)s of %(day)s is not recorded by itself yet.",
                    row=left.txn_id,
                    day=format_date(self.env, left.entry_day),
                )
            )
