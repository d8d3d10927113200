# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import dataclass
from datetime import timedelta

from odoo import api, models
from odoo.tools import email_normalize_all, format_date

from ...core import reminders
from ...core.reminders import Standing


@dataclass(frozen=True)
class Planned:
    """An invoice whose rule is due, and what keeps its reminder back, if anything.

    :param due: what is asked for now, in the invoice's currency: the next instalment
    :param obstacle: code of ``core.reminders``; None: it goes out
    :param reason: the same in words; False
    """

    move: object
    rule: object
    partner: object
    due: float
    obstacle: str | None
    reason: str | bool


class KashStripeReminderPlan(models.AbstractModel):
    """Which invoices a reminder would name today, and why the others not."""

    _name = "kash.stripe.reminder.plan"
    _description = "Stripe Reminder Plan"

    @api.model
    def _plan(self, company, today):
        """Return a Planned for each invoice of ``company`` that a rule is due for.

        Reads only, a few queries whatever the number of invoices.
        """
        rules = self._rules(company)
        moves = self._candidates(company, rules, today)
        open_moves = moves.browse()
        stages = {}
        for move in moves:
            rule = rules.get(reminders.stage(rules, move.invoice_date_due, today))
            if rule:
                stages[move] = rule
                open_moves |= move
        done = self._reminded(open_moves)
        todo = open_moves.filtered(lambda m: (m.id, stages[m].id) not in done)
        asked = todo._kash_stripe_asked_now()
        standings, problems = self._standings(company, todo, stages)
        return [
            self._planned(move, stages[move], asked, standings[move], problems, today)
            for move in todo
        ]

    @api.model
    def _planned(self, move, rule, asked, standing, problems, today):
        code = reminders.obstacle(standing, today)
        return Planned(
            move=move,
            rule=rule,
            partner=move.commercial_partner_id,
            due=asked[move.id].amount,
            obstacle=code,
            reason=bool(code) and self._reason(code, standing, problems.get(move.id)),
        )

    @api.model
    def _rules(self, company):
        """Return {offset: rule} of the company's active rules."""
        found = self.env["kash.stripe.reminder.rule"].sudo()
        return {
            rule.offset: rule
            for rule in found.search([("company_id", "=", company.id)])
        }

    @api.model
    def _candidates(self, company, rules, today):
        """Return the open invoices whose due date is in reach of a rule."""
        if not rules:
            return self.env["account.move"]
        earliest = today - timedelta(days=max(rules)) - reminders.REACH
        return self.env["account.move"].search(
            [
                ("company_id", "=", company.id),
                ("move_type", "=", "out_invoice"),
                ("state", "=", "posted"),
                ("payment_state", "in", ["not_paid", "partial"]),
                ("invoice_date_due", ">=", earliest),
                ("invoice_date_due", "<=", today - timedelta(days=min(rules))),
            ],
            order="invoice_date_due, id",
        )

    @api.model
    def _reminded(self, moves):
        """Return {(move id, rule id)} of reminders that went out."""
        lines = self.env["kash.stripe.reminder.line"].sudo()
        found = lines.search([("move_id", "in", moves.ids), ("sent", "=", True)])
        return {(line.move_id.id, line.rule_id.id) for line in found}

    # === STANDING === #

    @api.model
    def _standings(self, company, moves, stages):
        """Return ({move: Standing}, {move id: why there is no link})."""
        taken = moves._kash_stripe_taken()
        disputes = moves._kash_stripe_disputes_unresolved()
        refunded = moves._kash_stripe_refunded_unresolved()
        problems = self._link_problems(moves)
        last = self._last_days(company, moves.commercial_partner_id)
        waits = self.env["payment.transaction"]._kash_stripe_waiting_until(moves)
        standings = {}
        for move in moves:
            customer = move.commercial_partner_id
            stopped = move.partner_id | customer
            standings[move] = Standing(
                customer_stopped=any(stopped.mapped("kash_stripe_no_reminders")),
                stopped=move.kash_stripe_reminders_stopped,
                known_to_customer=bool(
                    move.is_move_sent or move.sudo().kash_stripe_link_ids
                ),
                dispute=disputes.get(move.id),
                refunded=move.id in refunded,
                taken=frozenset(taken.get(move.id, ())),
                waits_until=waits.get(move.id),
                has_link=move.id not in problems,
                needs_link=stages[move].only_with_link,
                has_address=bool(email_normalize_all(move.partner_id.email or "")),
                last=last.get(customer.id),
            )
        return standings, problems

    @api.model
    def _link_problems(self, moves):
        """Return {move id: why no payment link can be sent for it now}.

        What a person voided, no job makes anew.
        """
        moves = moves.sudo()
        voided = moves.filtered(lambda move: move._kash_stripe_current_link().voided_at)
        text = self.env._(
            "Its payment link was voided: make a new one to remind of it."
        )
        problems = moves._kash_stripe_send_problems()
        return {
            **dict.fromkeys(voided.ids, text),
            **{move_id: problem.text for move_id, problem in problems.items()},
        }

    @api.model
    def _last_days(self, company, customers):
        """Return {customer id: the day of the last reminder}."""
        groups = self.sudo()._read_group(
            [
                ("company_id", "=", company.id),
                ("partner_id", "in", customers.ids),
                ("state", "=", "sent"),
            ],
            ["partner_id"],
            ["day:max"],
        )
        return {partner.id: day for partner, day in groups}

    @api.model
    def _make_links(self, items):
        """Give the invoices living links; return the items that can be sent still."""
        moves = self.env["account.move"].concat(*(item.move for item in items))
        problems = self._link_problems(moves)
        moves.filtered(
            lambda move: move.id not in problems
        ).sudo()._kash_stripe_ensure_links()
        return [
            item
            for item in items
            if item.move.id not in problems or not item.rule.only_with_link
        ]

    # === WORDS === #

    @api.model
    def _reason(self, code, standing, problem):
        """Return why a reminder is kept back, in words."""
        if code == "no_link":
            return problem
        if code == "this_week":
            return self.env._(
                "The customer was reminded on %(day)s; again from %(next)s on.",
                day=format_date(self.env, standing.last),
                next=format_date(self.env, standing.last + reminders.WEEK),
            )
        if code == "waits":
            return self.env._(
                "The customer has a voucher or another step to do at Stripe until"
                " %(day)s.",
                day=format_date(self.env, standing.waits_until),
            )
        return {
            "customer_stopped": self.env._("Reminders to this customer are stopped."),
            "stopped": self.env._("Reminders of this invoice are stopped."),
            "never_sent": self.env._("The invoice was never sent to the customer."),
            "dispute_open": self.env._("The customer disputes a payment of it."),
            "dispute_lost": self.env._(
                "A dispute of its payment was lost: resume reminders by hand."
            ),
            "refunded": self.env._(
                "A payment of it was refunded: resume reminders by hand."
            ),
            "processing": self.env._("A payment is being processed by Stripe."),
            "to_record": self.env._("A payment at Stripe waits to be recorded."),
            "review": self.env._("A payment of another amount is at Stripe."),
            "elsewhere": self.env._(
                "A payment through another provider is being processed."
            ),
            "no_address": self.env._("The customer has no valid e-mail address."),
        }[code]
