# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class KashStripeBookingDispute(models.AbstractModel):
    """Family of the rules of disputes that ended.

    Their money leaves Disputed Funds for good. What Stripe withdraws and gives back are
    rows, booked by the day. Only a dispute that is lost ends without one.
    """

    _name = "kash.stripe.booking.dispute"
    _inherit = "kash.stripe.booking.movement"
    _description = "Stripe Booking: Disputes That Ended"

    # 1 for money still on Disputed Funds, −1 for too much off it
    _booking_sign = 1

    # === READY === #

    @api.model
    def _sort_out(self, account, movements):
        """Override: each with the amount the books say; some wait for their money."""
        disputes = self._disputes_of(account, movements)
        mirrored, left = disputes._rows(), disputes._left()
        ready = movements.browse()
        for movement in movements:
            dispute = disputes._of(movement)
            reason = self._dispute_waits(dispute, mirrored[dispute])
            if reason:
                movement._wait(reason)
            elif dispute.phase == "open":
                movement._wait(self.env._("It was appealed: the bank decides again."))
            elif self._booking_sign * left[dispute] > 0:
                movement.write(
                    {
                        "amount": self._booking_sign * left[dispute],
                        "currency_code": dispute.company_id.currency_id.name.lower(),
                    }
                )
                ready |= movement
            elif dispute.phase == "won" and self._came_back(mirrored[dispute]):
                # A loss that was held is nothing to record any more, either.
                dispute._movements()._nothing_left()
            elif dispute.phase == "won":
                movement._wait(self.env._("Stripe has not given the money back yet."))
        return ready

    @api.model
    def _disputes_of(self, account, movements):
        known = self.env["kash.stripe.dispute"]._known(
            account, movements.mapped("object_ref")
        )
        return self.env["kash.stripe.dispute"].concat(*known.values())

    @api.model
    def _dispute_waits(self, dispute, rows):
        """Return what must be in the books before the end of a dispute, else None."""
        missing = dispute._missing_rows(rows)
        if missing:
            return self.env._("Stripe's row %(row)s is not known yet.", row=missing[0])
        open_rows = rows.filtered(lambda row: row.state != "booked")
        if open_rows:
            return self.env._(
                "The disputed money is not recorded yet: %(row)s. %(reason)s",
                row=open_rows[:1].txn_id,
                reason=open_rows[:1].reason or "",
            ).strip()
        tx = dispute.transaction_id
        if tx.state == "done" and not tx.payment_id:
            return self.env._("The payment it takes back is not recorded yet.")
        return None

    @api.model
    def _came_back(self, rows):
        return any(row.amount > 0 and row._undoes() for row in rows)

    # === ENTRY === #

    @api.model
    def _prepare_dispute_lines(self, dispute, standing, ledger, partner, owed=None):
        """Return the vals of an entry that brings Disputed Funds to 0.00.

        :param standing: the lines of the disputed money so far
        :param ledger: where it belongs
        :param owed: how much of it (company currency) where a customer owes it: as
            much as was asked for, whatever Stripe's currency is worth by now
        """
        money_line, total = standing[:1], dispute._total(standing)
        label = f"{dispute.dispute_id} {dispute.reason_text}"
        put = total if owed is None else owed
        lines = [
            {
                "name": label,
                "account_id": money_line.account_id.id,
                "partner_id": money_line.partner_id.id,
                "balance": -total,
                **self._standing_foreign_vals(standing),
            },
            {
                "name": label,
                "account_id": ledger.id,
                "partner_id": partner.id,
                "balance": put,
            },
        ]
        company = dispute.company_id
        difference = company.currency_id.round(total - put)
        if difference:
            lines.append(
                {
                    "name": label,
                    "account_id": self._exchange_account(company, difference).id,
                    "balance": difference,
                }
            )
        return lines

    @api.model
    def _standing_foreign_vals(self, standing):
        """Return what a line in Stripe's other currency has beside its balance."""
        line = standing[:1]
        if line.currency_id == line.company_currency_id:
            return {}
        foreign = -sum(standing.mapped("amount_currency"))
        return {
            "currency_id": line.currency_id.id,
            "amount_currency": line.currency_id.round(foreign),
        }

    # === MATCH === #

    @api.model
    def _match_disputed(self, disputes):
        """Match each dispute's lines: what came onto Disputed Funds, what left it."""
        self._match_opposites(disputes._standing_lines().values())


class KashStripeBookingDisputeLost(models.AbstractModel):
    """Lost: a loss, or the customer's debt again."""

    _name = "kash.stripe.booking.dispute.lost"
    _inherit = "kash.stripe.booking.dispute"
    _description = "Stripe Booking: Lost Disputes"

    _booking_order = 80
    _booking_kinds = ("dispute_lost",)

    @api.model
    def _record(self, account, company, movements):
        """Override: what was lost is a loss, or the customer's debt again.

        :raises BookingError: an entry would be of another day
        """
        disputes = self._disputes_of(account, movements)
        standing = disputes._standing_lines()
        reopened = {
            dispute: self._payment_to_reopen(company, dispute, standing[dispute])
            for dispute in disputes
        }

        def prepare(movement):
            dispute = disputes._of(movement)
            return self._prepare_lost_lines(
                account, dispute, standing[dispute], reopened[dispute]
            )

        moves = self._post_movements(account, company, movements, prepare)
        self._match_disputed(disputes)
        taken = {}
        for movement, move in zip(movements, moves, strict=True):
            payment = reopened[disputes._of(movement)]
            if payment:
                owed = move.line_ids.filtered(
                    lambda line, p=payment: line.account_id == p.destination_account_id
                )
                taken[payment] = taken.get(payment, owed) | owed
        self._give_back(taken)
        returned = disputes.filtered(lambda dispute: dispute._is_return())
        # It is no payment any more: nothing of it can be refunded.
        returned.transaction_id.kash_stripe_returned = True

    @api.model
    def _prepare_lost_lines(self, account, dispute, standing, payment):
        """Return the vals of the lines: off Disputed Funds, onto what was lost.

        :param standing: the lines of the disputed money so far
        :param payment: the one whose invoices are due again, or none
        """
        partner = dispute.partner_id.commercial_partner_id
        if not payment:
            loss = account._ledger_account("loss")
            return self._prepare_dispute_lines(dispute, standing, loss, partner)
        return self._prepare_dispute_lines(
            dispute,
            standing,
            payment.destination_account_id,
            partner,
            owed=dispute._owed(standing),
        )

    @api.model
    def _payment_to_reopen(self, company, dispute, standing):
        """Return the payment that the customer took back for good, or none: a loss.

        A returned debit was never paid. A payment that stands as the customer's credit
        is credit no more.
        """
        payment = dispute.transaction_id.payment_id
        if payment.move_id.state != "posted":
            return payment.browse()
        reopens = (
            dispute._is_return()
            or company.sudo().kash_stripe_lost_disputes == "reopen"
            or self._is_free_credit(payment, dispute._owed(standing))
        )
        return payment if reopens else payment.browse()

    @api.model
    def _is_free_credit(self, payment, lost):
        """Tell whether ``lost`` (company currency) of the payment pays no invoice."""
        own = payment.move_id.line_ids.filtered(
            lambda line: line.account_id == payment.destination_account_id
        )
        open_amount = -sum(own.mapped("amount_residual"))
        return payment.company_currency_id.compare_amounts(open_amount, lost) >= 0


class KashStripeBookingDisputeRegained(models.AbstractModel):
    """Won after all: the money came back after its loss was recorded."""

    _name = "kash.stripe.booking.dispute.regained"
    _inherit = "kash.stripe.booking.dispute"
    _description = "Stripe Booking: Lost Disputes Won After All"

    _booking_order = 90
    _booking_kinds = ("dispute_regained",)
    _booking_sign = -1

    @api.model
    def _record(self, account, company, movements):
        """Override: the opposite of the loss; an invoice that was opened again is paid.

        :raises BookingError: an entry would be of another day
        """
        disputes = self._disputes_of(account, movements)
        standing = disputes._standing_lines()

        def prepare(movement):
            dispute = disputes._of(movement)
            return self._prepare_regained_lines(account, dispute, standing[dispute])

        moves = self._post_movements(account, company, movements, prepare)
        self._match_disputed(disputes)
        for movement, move in zip(movements, moves, strict=True):
            self._pay_again(movement, move)

    @api.model
    def _prepare_regained_lines(self, account, dispute, standing):
        """Return the vals of the lines: back where the loss had put the money."""
        lost = dispute._lost_line()
        ledger = lost.account_id or account._ledger_account("loss")
        is_debt = ledger.account_type == "asset_receivable"
        return self._prepare_dispute_lines(
            dispute,
            standing,
            ledger,
            lost.partner_id,
            owed=-lost.balance if is_debt else None,
        )

    @api.model
    def _pay_again(self, movement, move):
        """Match what came back with the invoices its loss had opened again."""
        due = self._open_lines(movement.transaction_id).filtered(
            lambda line: not self._is_locked(line.move_id, move)
        )
        own = move.line_ids.filtered(lambda line: line.account_id in due.account_id)
        if own:
            (own | due.filtered(lambda d: d.account_id == own.account_id)).reconcile()
