# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command, api, models
from odoo.exceptions import UserError
from odoo.tools import format_date


class KashStripeBooksChange(models.AbstractModel):
    """Other clearing and fee accounts, and what moves over to them."""

    _name = "kash.stripe.books.change"
    _description = "Change of Stripe Books"

    def _book_move_clearing(self, clearing, fee_account, day, *, shown):
        """Change both accounts; move the balance by one entry (one a company).

        :param shown: {company: balance} of the entry a person saw and agreed to
        :raises UserError: the day is locked, or an account does not fit; nothing is
            changed then
        """
        self.ensure_one()
        old = self.clearing_account_id
        parts = self._clearing_parts() if clearing != old else {}
        self._check_as_shown(parts, shown)
        self._check_new_clearing(clearing, old)
        self._check_move_day(parts, day)
        self._check_move_is_open(parts, day)
        moves = self.env["account.move"].create(
            [
                self._prepare_clearing_move_vals(company, old, clearing, balance, day)
                for company, balance in parts.items()
            ]
        )
        self.write(
            {"clearing_account_id": clearing.id, "fee_account_id": fee_account.id}
        )
        if clearing != old:
            self.former_clearing_ids = [
                Command.link(old.id),
                Command.unlink(clearing.id),
            ]
        self._align_journal()
        moves._post(soft=False)
        self._check_posted_on(moves, day)
        return moves

    def _check_as_shown(self, parts, shown):
        same = {company.id: balance for company, balance in parts.items()} == {
            company.id: company.currency_id.round(balance)
            for company, balance in shown.items()
        }
        if not same:
            raise UserError(
                self.env._("The balance changed meanwhile. Please look at it again.")
            )

    def _check_new_clearing(self, clearing, old):
        """What is there already would be taken for Stripe's."""
        if clearing == old:
            return
        [[balance]] = self.env["account.move.line"]._read_group(
            [("account_id", "=", clearing.id), ("parent_state", "=", "posted")],
            aggregates=["balance:sum"],
        )
        if not self.currency_id.is_zero(balance or 0.0):
            raise UserError(
                self.env._(
                    "%(account)s holds %(balance)s already: Stripe's balance needs an"
                    " account of its own.",
                    account=clearing.display_name,
                    balance=self.currency_id.format(balance),
                )
            )

    def _check_move_day(self, parts, day):
        """Money cannot leave before it came, nor in the future."""
        last = self.env["account.move.line"].search(
            [
                ("account_id", "=", self.clearing_account_id.id),
                ("parent_state", "=", "posted"),
            ],
            order="date desc",
            limit=1,
        )
        today = self.company_id._kash_stripe_today()
        if parts and not last.date <= day <= max(today, last.date):
            raise UserError(
                self.env._(
                    "Choose a day from %(first)s, when money last moved there, to"
                    " today.",
                    first=format_date(self.env, last.date),
                )
            )

    def _check_move_is_open(self, parts, day):
        for company in parts:
            locks = company._kash_stripe_locks(day, self.journal_id)
            if locks:
                raise UserError(
                    self.env._(
                        "%(day)s is locked in %(company)s: %(locks)s. Choose a later"
                        " day.",
                        day=format_date(self.env, day),
                        company=company.name,
                        locks=company._format_lock_dates(locks),
                    )
                )

    @api.model
    def _check_posted_on(self, moves, day):
        """Odoo dates an entry later rather than refuse it: that must not pass."""
        if any(move.date != day for move in moves):
            raise UserError(
                self.env._(
                    "Odoo would post on another day than %(day)s: nothing was changed.",
                    day=format_date(self.env, day),
                )
            )

    def _prepare_clearing_move_vals(self, company, old, new, balance, day):
        label = self.env._(
            "Stripe's balance moves from %(old)s to %(new)s",
            old=old.display_name,
            new=new.display_name,
        )
        lines = ((new, balance), (old, -balance))
        return {
            "journal_id": self.journal_id.id,
            "company_id": company.id,
            "date": day,
            "ref": label,
            "kash_stripe_account_id": self.id,
            "line_ids": [
                Command.create(
                    {"account_id": ledger.id, "balance": amount, "name": label}
                )
                for ledger, amount in lines
            ],
        }
