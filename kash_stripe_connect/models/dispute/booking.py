# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import api, models

from ...core import money

# The ends that move the disputed amount, where others close what it left.
_OUTCOMES = ("dispute_lost", "dispute_regained")
_SALE = "kash.stripe.booking.dispute.sale"


class KashStripeBookingDispute(models.AbstractModel):
    """Family of the rules of disputes that ended.

    Their money leaves Disputed Funds for good. What Stripe withdraws and gives back are
    rows, booked by the day. Only a dispute that is lost ends without one.
    """

    _name = "kash.stripe.booking.dispute"
    _inherit = "kash.stripe.booking.movement"
    _description = "Stripe Booking: Disputes That Ended"

    # After which end, and 1 for money still on Disputed Funds, −1 for too much off it
    _booking_phase = None
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
            elif self._is_due(dispute, left[dispute]):
                movement.write(
                    {
                        "amount": self._booking_sign * left[dispute],
                        "currency_code": dispute.company_id.currency_id.name.lower(),
                    }
                )
                ready |= movement
            else:
                self._nothing_due(movement, dispute, mirrored[dispute])
        return ready

    @api.model
    def _is_due(self, dispute, left):
        """Tell whether the end leaves something for this rule to move.

        :param left: what is on Disputed Funds (minor units)
        """
        return dispute.phase == self._booking_phase and self._booking_sign * left > 0

    @api.model
    def _nothing_due(self, movement, dispute, rows):
        """Say why an end moves nothing: it does not now, or never will."""
        if dispute.phase == "won" and self._came_back(rows):
            # A loss that was held is nothing to record any more, either.
            outcomes = dispute._movements().filtered(lambda m: m.kind in _OUTCOMES)
            outcomes._nothing_left()
        elif dispute.phase == "won":
            movement._wait(self.env._("Stripe has not given the money back yet."))

    @api.model
    def _disputes_of(self, account, movements):
        refs = {movement._dispute_ref() for movement in movements}
        known = self.env["kash.stripe.dispute"]._known(account, refs)
        return self.env["kash.stripe.dispute"].concat(*known.values())

    @api.model
    def _dispute_waits(self, dispute, rows):
        """Return what must be in the books before the end of a dispute, else None."""
        missing = dispute._missing_rows(rows)
        if missing:
            return self.env._("Stripe's row %(row)s is not known yet.", row=missing[0])
        open_rows = dispute._of_money(rows).filtered(lambda r: r.state != "booked")
        if open_rows:
            waits = self.env._(
                "The disputed money is not recorded yet: %(row)s.",
                row=open_rows[:1].txn_id,
            )
            return " ".join(filter(None, [waits, open_rows[:1].reason]))
        # Nothing stands on Disputed Funds then, and all of it again afterwards.
        gone = dispute._of_money(rows).filtered(lambda row: row._is_out_of_books())
        if gone:
            return self.env._(
                "The disputed money is out of the books: record %(row)s again.",
                row=gone[:1].txn_id,
            )
        if self._is_awaited(dispute.transaction_id):
            return self.env._("The payment it takes back is not recorded yet.")
        return self._refund_waits(dispute.transaction_id)

    @api.model
    def _came_back(self, rows):
        return any(row.amount > 0 and row._undoes() for row in rows)

    # === ENTRY === #

    @api.model
    def _prepare_dispute_lines(self, account, dispute, standing, places):
        """Return the vals of an entry that brings Disputed Funds to 0.00.

        :param standing: the lines of the disputed money so far
        :param places: where it belongs (vals of lines); what they leave has a place of
            its own
        """
        money_line, company = standing[:1], dispute.company_id
        total = self._rounded(company.currency_id, dispute._total(standing))
        label = f"{dispute.dispute_id} {dispute.reason_text}"
        lines = [
            {
                "name": label,
                "account_id": money_line.account_id.id,
                "partner_id": money_line.partner_id.id,
                "balance": -float(total),
                **self._standing_foreign_vals(standing),
            }
        ]
        rest = total - sum(Decimal(str(vals["balance"])) for vals in places)
        if rest:
            # At another day's rate the places are worth otherwise than the money.
            rated = bool(places) and money_line.currency_id != company.currency_id
            ledger, partner = self._rest_place(account, dispute, rest, rated=rated)
            places = [*places, self._place_vals(ledger, partner, rest)]
        return lines + [{"name": label, **vals} for vals in places]

    @api.model
    def _place_vals(self, ledger, partner, amount):
        """Return the vals of a line of the company's currency (Decimal)."""
        return {
            "account_id": ledger.id,
            "partner_id": partner.id,
            "balance": float(amount),
        }

    @api.model
    def _rest_place(self, account, dispute, rest, *, rated):
        """Return (account, partner) of what is left: the rates' doing, else a loss.

        :param rest: Decimal of the company's currency, a loss positive
        :param rated: Odoo's rates made it, though Stripe converted nothing
        """
        if rated or dispute._is_converted():
            exchange = self._exchange_account(dispute.company_id, rest)
            return exchange, self.env["res.partner"]
        partner = dispute.partner_id.commercial_partner_id
        return account._ledger_account("loss"), partner

    @api.model
    def _standing_foreign_vals(self, standing):
        """Return what a line in Stripe's other currency has beside its balance."""
        line = standing[:1]
        if line.currency_id == line.company_currency_id:
            return {}
        reconciles = line.account_id.reconcile
        name = "amount_residual_currency" if reconciles else "amount_currency"
        foreign = -sum(standing.mapped(name))
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
    _inherit = ["kash.stripe.booking.dispute", "kash.stripe.dispute.owed"]
    _description = "Stripe Booking: Lost Disputes"

    _booking_order = 80
    _booking_kinds = ("dispute_lost",)
    _booking_phase = "lost"

    @api.model
    def _nothing_due(self, movement, dispute, rows):
        """Override: a person moved what was lost himself; it is not moved again."""
        if dispute.phase == "lost":
            return movement._nothing_left()
        return super()._nothing_due(movement, dispute, rows)

    @api.model
    def _record(self, account, company, movements):
        """Override: what was lost is a loss, or the customer's debt again.

        :raises BookingError: an entry would be of another day
        """
        disputes = self._disputes_of(account, movements)
        standing = disputes._standing_lines()
        debts = self._debts(account, company, disputes, standing)
        sales = self.env[_SALE]._cancelled(account, company, movements, standing)

        def prepare(movement):
            dispute = disputes._of(movement)
            if movement in sales:
                places = self.env[_SALE]._lost_lines_of(
                    company, movement, sales[movement]
                )
            else:
                places = self._lost_places(
                    account, dispute, standing[dispute], debts.get(dispute)
                )
            return self._prepare_dispute_lines(
                account, dispute, standing[dispute], places
            )

        moves = self._post_movements(account, company, movements, prepare)
        self._match_disputed(disputes)
        self._give_back(self._owed_lines(disputes, debts, movements, moves))
        for movement, facts in sales.items():
            self.env[_SALE]._keep_lost(movement, facts)
        returned = disputes.filtered(lambda dispute: dispute._is_return())
        # It is no payment any more: nothing of it can be refunded.
        back = returned.transaction_id | self._lost_unrecorded(company, disputes)
        back.kash_stripe_returned = True

    @api.model
    def _lost_unrecorded(self, company, disputes):
        """Return payments that a person deleted, and of which nothing is left now.

        No entry opens their invoices again, where the company wants that: they are
        open, and what was paid of them at Stripe counts no more.
        """
        if company.sudo().kash_stripe_lost_disputes != "reopen":
            return self.env["payment.transaction"]
        removed = disputes.transaction_id.filtered(self._was_removed)
        lost = disputes.search(
            [("transaction_id", "in", removed.ids), ("phase", "=", "lost")]
        ).grouped("transaction_id")
        amounts = {
            tx: sum(
                money.to_major(one.amount, one.currency_code)
                for one in lost.get(tx, ())
            )
            for tx in removed
        }
        return removed.filtered(
            lambda tx: (
                tx.currency_id.compare_amounts(
                    float(amounts[tx]), self._not_given_back(tx)
                )
                >= 0
            )
        )

    @api.model
    def _lost_places(self, account, dispute, standing, debt):
        """Return where the lost money belongs: a loss, or what a customer owes again.

        :param standing: the lines of the disputed money so far
        :param debt: as of :meth:`_debts`, or None
        :return: list of vals of lines
        """
        partner = dispute.partner_id.commercial_partner_id
        company, loss = dispute.company_id, account._ledger_account("loss")
        total = self._rounded(company.currency_id, dispute._total(standing))
        if not debt:
            return [self._place_vals(loss, partner, total)]
        payment, shares = debt
        parts = [*shares.values(), dispute._owed(standing) - sum(shares.values())]
        *owed, beyond = self._debt_vals(company, dispute.transaction_id, parts, total)
        return [
            *(
                {**self._owed_place(dispute, payment, part, partner), **vals}
                for part, vals in zip(shares, owed, strict=True)
            ),
            self._place_vals(loss, partner, beyond["balance"]),
        ]

    @api.model
    def _taxed(self, account, company, rows):
        """Override: a sale that is cancelled takes its tax back."""
        sales = self.env[_SALE]._to_cancel(account, company, rows)
        return super()._taxed(account, company, rows) | sales


class KashStripeBookingDisputeRegained(models.AbstractModel):
    """Won after all: the money came back after its loss was recorded."""

    _name = "kash.stripe.booking.dispute.regained"
    _inherit = "kash.stripe.booking.dispute"
    _description = "Stripe Booking: Lost Disputes Won After All"

    _booking_order = 90
    _booking_kinds = ("dispute_regained",)
    _booking_phase = "won"
    _booking_sign = -1

    @api.model
    def _record(self, account, company, movements):
        """Override: the opposite of the loss; an invoice that was opened again is paid.

        :raises BookingError: an entry would be of another day
        """
        disputes = self._disputes_of(account, movements)
        standing = disputes._standing_lines()

        sales = self.env[_SALE]._sold_again(company, disputes, movements)

        def prepare(movement):
            dispute = disputes._of(movement)
            places = self._regained_places(dispute)
            if movement in sales:
                places += self.env[_SALE]._lost_lines_of(
                    company, movement, sales[movement]
                )
            return self._prepare_dispute_lines(
                account, dispute, standing[dispute], places
            )

        moves = self._post_movements(account, company, movements, prepare)
        self._match_disputed(disputes)
        for movement, move in zip(movements, moves, strict=True):
            self._pay_again(disputes._of(movement), movement, move)
        for movement, facts in sales.items():
            self.env[_SALE]._keep_lost(movement, facts)
        # Of a payment that a person deleted: it is one again.
        removed = disputes.transaction_id.filtered(self._was_removed)
        removed.kash_stripe_returned = False

    @api.model
    def _taxed(self, account, company, rows):
        """Override: a sale that was cancelled declares its tax again."""
        disputes = self._disputes_of(account, rows)
        return super()._taxed(account, company, rows) | rows.filtered(
            lambda movement: disputes._of(movement)._lost_movement().income_taxes
        )

    @api.model
    def _regained_places(self, dispute):
        """Return where the loss had put the money, as vals of lines.

        Not what conversion had made of it: the rates are others by now. Nor the income
        of a sale that was cancelled: that has taxes.
        """
        company = dispute.company_id
        rates = company.income_currency_exchange_account_id
        rates |= company.expense_currency_exchange_account_id
        income = dispute._lost_movement().income_line_id
        return [
            {
                **self._place_vals(
                    line.account_id,
                    line.partner_id,
                    -self._rounded(company.currency_id, line.balance),
                ),
                "currency_id": line.currency_id.id,
                "amount_currency": -line.amount_currency,
            }
            for line in dispute._lost_lines() - income
            if line.account_id not in rates and not line.tax_repartition_line_id
        ]

    @api.model
    def _pay_again(self, dispute, movement, move):
        """Match what came back with the invoices its loss had opened again."""
        parts = movement.transaction_id.kash_stripe_allocation_ids._of_invoices()
        own = move.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        lost = dispute._lost_lines()
        owed_again = parts.filtered(lambda part: part.back_line_ids & lost).sorted("id")
        self._keep_back_lines(owed_again, own)
        plan = [
            pair
            for part in parts
            for pair in self._again_pairs(part, own, move, several=bool(owed_again))
        ]
        if plan:
            plan[0]._reconcile_plan(plan)

    @api.model
    def _again_pairs(self, part, own, move, *, several):
        """Return what of the money that came back pays an invoice again, to match.

        :param several: whether each invoice has a line of its own
        """
        mine = own & part.back_line_ids if several else own
        due = self._open_lines_of(part.move_id).filtered(
            lambda line: (
                line.account_id in mine.account_id
                and not self._is_locked(line.move_id, move)
            )
        )
        return [
            mine.filtered(lambda line, a=account: line.account_id == a) | group
            for account, group in due.grouped("account_id").items()
        ]
