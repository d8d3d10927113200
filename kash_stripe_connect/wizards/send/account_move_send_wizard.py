# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from ...const import LINK


class AccountMoveSendWizard(models.TransientModel):
    """The box *Include a Stripe payment link*, with the reason where it is shut."""

    _inherit = "account.move.send.wizard"

    def _compute_extra_edi_checkboxes(self):
        """Override of `account`: our box stands there also when it cannot be ticked."""
        result = super()._compute_extra_edi_checkboxes()
        # Odoo computes what is stored as root, whichever invoice was named.
        moves = self.move_id.sudo(False)._filtered_access("read")
        problems = moves._kash_stripe_send_problems()
        for wizard in self:
            boxes = dict(wizard.extra_edi_checkboxes or {})
            boxes.pop(LINK, None)
            if wizard.move_id in moves and wizard.move_id._kash_stripe_shows_box():
                problem = problems.get(wizard.move_id.id)
                boxes[LINK] = wizard._kash_stripe_box(problem)
            wizard.extra_edi_checkboxes = boxes
        return result

    def _kash_stripe_box(self, problem):
        """Return the box as the dialog's widget wants it."""
        self.ensure_one()
        if not problem:
            return {
                "checked": self.company_id.kash_stripe_send_link,
                "label": self.env._("Include a Stripe payment link"),
            }
        return {
            "checked": False,
            "readonly": True,
            "label": self.env._(
                "Include a Stripe payment link: %(why)s", why=problem.label
            ),
            "question_circle": problem.text,
        }

    def _compute_body(self):
        """Override of `account`: the dialog shows what the customer gets."""
        result = super()._compute_body()
        # Odoo computes what is stored as root, whichever invoice was named.
        moves = self.move_id.sudo(False)._filtered_access("read")
        for wizard in self:
            if wizard.move_id in moves and wizard._kash_stripe_wants_button():
                move = wizard.move_id._origin
                wizard.body = move._kash_stripe_mail_body(
                    wizard.template_id, wizard.lang, move._kash_stripe_link_in_mails()
                )
        return result

    @api.onchange("extra_edi_checkboxes")
    def _onchange_kash_stripe_link(self):
        """Put the button in, or take it out, as the box says; edited words stay."""
        move = self.move_id._origin
        move.check_access("read")
        if self.body and self.template_id:
            self.body = self._kash_stripe_retold(
                move,
                self.template_id,
                self.lang,
                self.body,
                self._kash_stripe_wants_button(),
            )

    def create_mail_template(self):
        """Override of `account`: a template is for any invoice, our button for one."""
        self.body = self._kash_stripe_without_button(self.body)
        return super().create_mail_template()

    def _kash_stripe_wants_button(self):
        return bool(self.template_id) and LINK in (self.extra_edis or ())

    def _compute_alerts(self):
        """Override of `account`: what keeps the link back, and where to change it."""
        result = super()._compute_alerts()
        problems = self.move_id._kash_stripe_send_problems()
        for wizard in self:
            problem = problems.get(wizard.move_id.id)
            asked = LINK in (wizard.extra_edis or ())
            expected = (
                problem
                and problem.can_be_mended
                and (
                    wizard.company_id.kash_stripe_send_link
                    and wizard.move_id._kash_stripe_shows_box()
                )
            )
            if problem and (asked or expected):
                wizard.alerts = {
                    **(wizard.alerts or {}),
                    LINK: wizard.move_id._kash_stripe_alert(
                        problem, "danger" if asked else "warning"
                    ),
                }
        return result
