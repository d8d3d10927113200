# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import Counter

from odoo import Command, api, models

from ..const import LEAN
from ..core import booking, money


class KashStripeBooking(models.AbstractModel):
    """The day's entry: everything at Stripe that is no payment of an invoice here."""

    _inherit = "kash.stripe.booking"

    # === ENTRY === #

    @api.model
    def _book_days(self, account, rows):
        """Record rows of days that are over, one entry a day; hold or stop the others.

        What is found later makes a further entry of that date: a posted entry is never
        changed.

        :param rows: rows of one Stripe account in state *new*, of no attempt of ours
        """
        today = account.company_id._kash_stripe_today()
        over = rows.filtered(lambda row: row.booking_day < today)
        # Locks first: what undoes a row that is held by now is held with it.
        open_rows = self._hold_locked(account, account.company_id, over)
        ready = self._sort_out_days(account, open_rows)
        for group in ready.grouped("entry_day").values():
            self._record_or_stop(
                account, account.company_id, group, record=self._record_day
            )

    @api.model
    def _sort_out_days(self, account, rows):
        """Return the rows to record; the others get a state and a reason.

        What undoes a row waits with it.
        """
        undone = self._undone_rows(account, rows)
        ready = rows.browse()
        for row in rows.sorted(lambda row: (row.created_at, row._undo_rank())):
            before = undone.get(row, rows.browse())
            reason = self._day_stop_reason(account, row)
            if reason:
                row._stop(reason)
            elif before.transaction_id:
                ready |= self._failed_refund_if_ready(account, row)
            elif not row._waits_with(before, ready) and row._is_known():
                ready |= row
        return ready

    @api.model
    def _undone_rows(self, account, rows):
        """Return {row: the earlier ones it takes back}, in one query.

        They are of the same charge, payout or dispute, and of the opposite sign.
        """
        undoing = rows.filtered(lambda row: row._undoes())
        found = rows.search(
            [
                ("account_id", "=", account.id),
                ("document_ref", "in", undoing.mapped("document_ref")),
            ]
        ).grouped("document_ref")
        return {
            row: found.get(row.document_ref, rows.browse()).filtered(
                lambda other, row=row: (
                    other.amount * row.amount < 0 and other.created_at <= row.created_at
                )
            )
            for row in undoing
        }

    @api.model
    def _day_stop_reason(self, account, row):
        try:
            booking.check(row.txn_id, amount=row.amount, fee=row.fee, net=row.net)
        except booking.Unbalanced as error:
            return str(error)
        return self._account_stop_reason(account, row, account.company_id)

    # === RECORD === #

    @api.model
    def _record_day(self, account, company, rows):
        """Post the entry of ``rows``, all of one day, and match what undoes what.

        :raises BookingError: the entry would not say what the rows say
        """
        lean = rows.with_context(**LEAN).with_company(company)
        nothing = lean.filtered(lambda row: not (row.amount or row.fee))
        nothing.write({"state": "booked", "reason": False})
        lean -= nothing
        if not lean:
            return
        roles = self._roles(account, lean)
        move = lean.env["account.move"].create(
            self._prepare_day_vals(account, company, lean, roles)
        )
        move._post(soft=False)
        lines = {line.kash_stripe_row_id: line for line in move.line_ids}
        for row in lean:
            row.entry_id = move
            row.entry_line_id = lines.get(row)
        lean.write({"state": "booked", "reason": False})
        self._check_posted(account, lean, move)
        self._match_documents(account, lean)
        self._undo_refunds(account, lean.filtered(lambda r: roles[r] == "receivable"))

    @api.model
    def _roles(self, account, rows):
        """Return {row: role of its counterpart}.

        A row that undoes one from before our opening has nothing here to undo.
        """
        known = self._undone_rows(account, rows)
        roles = {}
        for row in rows:
            before = known.get(row)
            if before is not None and not before:
                roles[row] = "suspense"
            elif before and before.transaction_id:
                roles[row] = "receivable"
            else:
                roles[row] = row._counterpart()
        return roles

    @api.model
    def _prepare_day_vals(self, account, company, rows, roles):
        """Return a day's entry: sums for clearing and fees, a line a row elsewhere."""
        sums, lines = Counter(), []
        undone = self._undone_rows(account, rows)
        for row in rows:
            for leg in booking.row_legs(row._facts(), roles[row]):
                if leg.role in {"clearing", "fees"}:
                    sums[leg.role, leg.fee_type] += leg.amount
                elif leg.amount:
                    before = undone.get(row, rows.browse())
                    lines.append(self._prepare_row_line(account, row, leg, before))
        label = self.env._("Stripe, %(day)s", day=rows[:1].entry_day)
        lines += [
            self._prepare_sum_line(account, label, role, fee_type, minor)
            for (role, fee_type), minor in sorted(sums.items(), key=str)
            if minor
        ]
        return {
            "move_type": "entry",
            "date": rows[:1].entry_day,
            "journal_id": account.journal_id.id,
            "company_id": company.id,
            "ref": label,
            "kash_stripe_account_id": account.id,
            "line_ids": [Command.create(vals) for vals in lines],
        }

    @api.model
    def _prepare_sum_line(self, account, label, role, fee_type, minor):
        """Return the line of clearing, or of one type of fee; fees are Stripe's."""
        partner = self.env.ref(
            "kash_stripe_connect.res_partner_stripe", raise_if_not_found=False
        )
        return {
            "name": f"{label} ({fee_type})" if fee_type else label,
            "account_id": account._ledger_account(role).id,
            "partner_id": partner.id if fee_type and partner else False,
            "balance": _major(minor, account.company_id),
        }

    @api.model
    def _prepare_row_line(self, account, row, leg, before):
        """Return a row's own line; account and partner of what it takes back."""
        ledger, partner = self._place_of(account, row, leg, before)
        return {
            "name": " ".join(filter(None, [row.type, row.source_id, row.description])),
            "account_id": ledger.id,
            "partner_id": partner.id,
            "balance": _major(leg.amount, account.company_id),
            "kash_stripe_row_id": row.id,
        }

    @api.model
    def _place_of(self, account, row, leg, before):
        """Return (account, partner), wherever a person may have moved the first."""
        if leg.role == "receivable":
            paid = self._failed_refund(row).payment_id
            return paid.destination_account_id, paid.partner_id
        line = before.entry_line_id[:1]
        if line and leg.role != "suspense":
            return line.account_id, line.partner_id
        return account._ledger_account(leg.role), self.env["res.partner"]

    # === MATCH === #

    @api.model
    def _match_documents(self, account, rows):
        """Match what took each other back: of one charge, payout or dispute."""
        refs = [row.document_ref for row in rows if row.document_ref]
        siblings = rows.search(
            [
                ("account_id", "=", account.id),
                ("document_ref", "in", refs),
                ("entry_line_id.parent_state", "=", "posted"),
            ]
        )
        plan = []
        for group in siblings.grouped("document_ref").values():
            for lines in group.entry_line_id.grouped("account_id").values():
                still = lines.filtered(lambda line: not line.reconciled)
                signs = {line.balance > 0 for line in still}
                if signs == {True, False} and still.account_id.reconcile:
                    plan.append(still)
        if plan:
            rows.env["account.move.line"]._reconcile_plan(plan)


def _major(minor, company):
    """Return an amount of the ledger (company currency) from minor units."""
    return float(money.to_major(minor, company.currency_id.name))
