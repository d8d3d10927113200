# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command, api, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..const import LEAN
from ..core import money
from ..core.opening import Opening
from .kash_stripe_account_ledger import LEDGER_FIELDS
from .preview import previewed

# Where an opening balance cannot come from: somebody's open items.
_REFUSED_TYPES = {"asset_receivable", "liability_payable", "off_balance"}


class KashStripeBooking(models.AbstractModel):
    """The opening entry: a person's act, once for an account."""

    _inherit = "kash.stripe.booking"

    @api.model
    def _book_opening(self, account, opening, counterpart):
        """Record what Stripe held before the first row, and what was on its way.

        :param opening: core.opening.Opening
        :param counterpart: the ledger account that gives it
        :raises UserError: recorded already, locked, or no account for this
        """
        account._check_no_opening()
        self._check_counterpart(account, counterpart)
        day = account._opening_entry_day()
        lines = self._prepare_opening_lines(account, opening, counterpart)
        if not lines:
            raise UserError(self.env._("There is nothing to record."))
        move = (
            self.env["account.move"]
            .with_context(**LEAN)
            .with_company(account.company_id)
            .create(self._prepare_opening_vals(account, day, lines))
        )
        move._post(soft=False)
        account._check_posted_on(move, day)
        account.write(
            {
                "opening_minor": opening.balance,
                "opening_held_minor": opening.held,
                "opening_day": day,
                "opening_move_id": move.id,
            }
        )
        return move

    @api.model
    def _preview_opening(self, account, found, counterpart):
        """Return what recording would change: posted, looked at, and taken back.

        :param found: what was shown to the person
        :return: list of {account, before, change, after} in company currency
        :raises UserError: as recording would
        """
        opening = Opening.from_json(found)
        return previewed(
            self.env,
            lambda: self._book_opening(
                account, opening, counterpart
            )._kash_stripe_changes(),
        )

    @api.model
    def _check_counterpart(self, account, counterpart):
        stripes = self.env["kash.stripe.account"].search(
            [("company_id", "child_of", account.company_id.root_id.id)]
        )
        ours = stripes._clearing_accounts()
        for name in LEDGER_FIELDS:
            ours |= account[name]
        if counterpart in ours or counterpart.account_type in _REFUSED_TYPES:
            raise UserError(
                self.env._(
                    "%(account)s cannot give the opening balance: choose an equity or"
                    " balance sheet account that is no customer's, supplier's or"
                    " Stripe's.",
                    account=counterpart.display_name,
                )
            )

    @api.model
    def _prepare_opening_vals(self, account, day, lines):
        return {
            "move_type": "entry",
            "date": day,
            "journal_id": account.journal_id.id,
            "company_id": account.company_id.id,
            "ref": self.env._(
                "Stripe's balance when %(day)s began",
                day=format_date(self.env, account._first_day()),
            ),
            "kash_stripe_account_id": account.id,
            "line_ids": [Command.create(vals) for vals in lines],
        }

    @api.model
    def _prepare_opening_lines(self, account, opening, counterpart):
        """Return the lines, one for each payout and debit that was on its way."""
        label = self.env._("Stripe's opening balance")
        legs = [("clearing", label, opening.to_record)]
        legs += [("in_transit", ref, amount) for ref, amount in opening.in_transit]
        legs += [("in_process", ref, -amount) for ref, amount in opening.pending]
        lines = [
            {
                "name": name,
                "account_id": account._ledger_account(role).id,
                "balance": self._opening_amount(account, minor),
            }
            for role, name, minor in legs
            if minor
        ]
        total = -sum(minor for _role, _name, minor in legs)
        if lines and total:
            lines.append(
                {
                    "name": label,
                    "account_id": counterpart.id,
                    "balance": self._opening_amount(account, total),
                }
            )
        return lines

    @api.model
    def _opening_amount(self, account, minor):
        return float(money.to_major(minor, account.currency_id.name))
