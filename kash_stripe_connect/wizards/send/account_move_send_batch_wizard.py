# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ...const import LINK

# As many invoices are named in a dialog; the others are counted.
_NAMED = 5


class AccountMoveSendBatchWizard(models.TransientModel):
    """The payment link in a batch: one box, judged for each invoice."""

    _inherit = "account.move.send.batch.wizard"

    kash_stripe_link = fields.Boolean(
        "Include a Stripe payment link",
        compute="_compute_kash_stripe_link",
        compute_sudo=False,
        store=True,
        readonly=False,
        help="For each invoice that can be paid by link. Unticked: none has one.",
    )
    kash_stripe_offered = fields.Boolean(compute="_compute_kash_stripe_offered")

    @api.depends("move_ids")
    def _compute_kash_stripe_link(self):
        for wizard in self:
            companies = wizard._kash_stripe_takers().company_id
            wizard.kash_stripe_link = any(companies.mapped("kash_stripe_send_link"))

    @api.depends("move_ids")
    def _compute_kash_stripe_offered(self):
        for wizard in self:
            wizard.kash_stripe_offered = bool(wizard._kash_stripe_takers())

    def _kash_stripe_takers(self):
        """Return the invoices that are of the kind links are sent with."""
        moves = self.move_ids._origin
        moves.check_access("read")
        return moves.filtered(lambda move: move._kash_stripe_takes_links())

    def _kash_stripe_wanted(self):
        """Return (invoices that are to have a link, {move id: why one has none})."""
        self.ensure_one()
        offered = self._kash_stripe_takers()
        if not self.kash_stripe_link:
            return offered.browse(), {}
        by_default = offered.filtered("company_id.kash_stripe_send_link")
        # Where no company sends links by default, the tick was meant for all.
        problems = offered._kash_stripe_send_problems()
        natural = [key for key, why in problems.items() if not why.can_be_mended]
        wanted = (by_default or offered).filtered(lambda move: move.id not in natural)
        return wanted, problems

    @api.depends("kash_stripe_link")
    def _compute_summary_data(self):
        """Override of `account`: count the links that will really go out."""
        result = super()._compute_summary_data()
        for wizard in self:
            wanted, problems = wizard._kash_stripe_wanted()
            count = len([move for move in wanted if move.id not in problems])
            summary = dict(wizard.summary_data or {})
            summary.pop(LINK, None)
            if count:
                label = self.env._("with a Stripe payment link")
                summary[LINK] = {"count": count, "label": label}
            wizard.summary_data = summary
        return result

    @api.depends("kash_stripe_link")
    def _compute_alerts(self):
        """Override of `account`: who is refused, who goes without, and why."""
        result = super()._compute_alerts()
        for wizard in self:
            wizard.alerts = {**(wizard.alerts or {}), **wizard._kash_stripe_alerts()}
        return result

    def _kash_stripe_alerts(self):
        """Return the dialog's words on who is refused and who goes without."""
        wanted, problems = self._kash_stripe_wanted()
        concerned = self.move_ids._origin.filtered(lambda move: move.id in problems)
        refused, without = concerned & wanted, concerned - wanted
        alerts = {}
        if refused:
            text = self.env._("Not sent while the box is ticked:")
            alerts["kash_stripe_refused"] = refused[0]._kash_stripe_alert(
                problems[refused[0].id],
                "warning",
                self._kash_stripe_list(text, refused, problems),
            )
        if without:
            text = self.env._("Sent without a payment link:")
            alerts["kash_stripe_without"] = {
                "level": "info",
                "message": self._kash_stripe_list(text, without, problems),
            }
        return alerts

    def _kash_stripe_list(self, heading, moves, problems):
        """Return the heading and each reason with its invoices, the many shortened."""
        groups = moves.grouped(lambda move: problems[move.id].text)
        lines = [
            self.env._(
                "%(invoice)s: %(why)s", invoice=self._kash_stripe_names(group), why=why
            )
            for why, group in groups.items()
        ]
        return "\n".join([heading, *lines])

    def _kash_stripe_names(self, moves):
        """Return the invoices' numbers, the many counted."""
        names = ", ".join(moves[:_NAMED].mapped("name"))
        more = len(moves) - _NAMED
        if more <= 0:
            return names
        return self.env._("%(invoices)s and %(count)s more", invoices=names, count=more)

    def action_send_and_print(self, force_synchronous=False, allow_fallback_pdf=False):
        """Override of `account`: what is asked for travels with each invoice."""
        wanted, _problems = self._kash_stripe_wanted()
        if force_synchronous:
            self._kash_stripe_write_wish(wanted)
        result = super().action_send_and_print(
            force_synchronous=force_synchronous, allow_fallback_pdf=allow_fallback_pdf
        )
        if not force_synchronous:
            self._kash_stripe_write_wish(wanted)
        return result

    def _kash_stripe_write_wish(self, wanted):
        """Keep per invoice whether its link was asked for, until it is sent."""
        for moves, wish in ((wanted, True), (self.move_ids - wanted, False)):
            if moves and self.kash_stripe_offered:
                moves.sending_data = {**(moves[0].sending_data or {}), LINK: wish}
