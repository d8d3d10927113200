# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re
from datetime import timedelta

from odoo import fields, models

from ...core import declines, money

# So long somebody who went to Stripe may still be typing there. It is not known: a
# session says neither that its page is open nor that it was closed.
_TYPING = timedelta(minutes=10)
# More than Stripe charges at once has no more digits.
_MINOR = re.compile("[0-9]{1,12}")
# While it is one of these the page looks now and then whether it has changed.
_UNDER_WAY = {"processing", "elsewhere", "to_record", "draft"}
# Nobody pays on these now, and the page says no more than why.
_NOT_TAKEN = {"cannot_charge", "cannot_record", "moved", "not_connected"}


class KashStripePayState(models.AbstractModel):
    """What the page of a link says first: what is, and what happens next.

    The state is a code: the templates have its sentence, and its title is here.
    """

    _name = "kash.stripe.pay.state"
    _description = "State of a Stripe Pay Page"

    # === OF A LIVING LINK === #

    def _page_code(self, problem):
        """Return the code of what the page says.

        :param problem: why nothing can be paid on it now, or None
        """
        self.ensure_one()
        if not problem:
            return self._attempt_code()
        if problem.code in {"nothing_due", "to_record"}:
            paid = self._is_thanked() or self._is_paid_with_others()
            return "paid" if paid else "nothing_due"
        return "not_taken" if problem.code in _NOT_TAKEN else problem.code

    def _attempt_code(self):
        """Return the code of what became of the newest press on the button."""
        newest = self._newest_attempt()
        if self._waiting_problem():
            return self._step().kash_stripe_step
        if newest and newest._kash_stripe_has_failed():
            return "declined"
        if newest.state == "cancel" and newest.kash_stripe_step:
            return f"{newest.kash_stripe_step}_over"
        if not newest or newest != self._open_attempt():
            return "open"
        code = newest.kash_stripe_unpaid_code
        if code:
            return "step" if code == declines.REQUIRES_ACTION else "declined"
        typing = fields.Datetime.now() - newest.create_date < _TYPING
        return "paying" if typing else "open"

    def _newest_attempt(self):
        return self.transaction_ids.sorted("id")[-1:]

    def _page_state(self, problem, terms=None):
        """Return what an open page compares, to notice that it is out of date.

        It tells nothing that the page does not.

        :param problem: why nothing can be paid on it now, or None
        :param terms: what is asked for, where it was worked out before
        """
        self.ensure_one()
        parts = [self._page_code(problem), len(self._receipts())]
        if self.partner_id:
            parts.append(self._items_state(self._listed_items()))
        elif not problem:
            parts += [self._amount_shown(terms), self._whole_shown()]
        return "-".join(map(str, parts))

    def _amount_shown(self, terms=None):
        """Return what is asked for, in minor units, as the button sends it back.

        Whether Stripe would charge it is judged when a payment begins.
        """
        self.ensure_one()
        return self._units((terms or self._terms()).amount)

    def _earlier_shown(self, shown, wish=None):
        """Return the amount a page showed, if another one is asked for by now.

        A page of an earlier version sends none back, and nor does a script. An own
        amount is not the page's.

        :param shown: what the button sent: anything
        :param wish: what the customer wants to pay
        """
        own = bool(wish) and wish.amount is not None
        if own or not _MINOR.fullmatch(shown) or self._start_problem():
            return None
        if int(shown) == self._amount_shown(self._terms(wish=wish)):
            return None
        return float(money.to_major(int(shown), self._currency().name))

    def _is_under_way(self, problem):
        """Tell whether something is on its way that will change the page.

        :param problem: why nothing can be paid on it now, or None
        """
        self.ensure_one()
        waits = bool(problem) and problem.code in _UNDER_WAY
        if self.partner_id:
            waits = self._are_under_way(self._listed_items())
        return waits or bool(self._open_attempt() or self._left_to_payer())

    # === OF A DEAD ONE === #

    def _dead_code(self):
        """Return the code of why a dead link leads nowhere: no more than that."""
        self.ensure_one()
        if self._is_replaced():
            return "replaced"
        expired = self._is_expired() and not self._is_of_ended_connection()
        return "expired" if expired and not self.voided_at else "void"

    def _is_replaced(self):
        """Tell whether whoever has this link was mailed the one that counts now.

        Nobody else is told that there is one: the invoice may be another's by now.
        """
        newest = self
        if self.move_id:
            newest = self.move_id._kash_stripe_current_link()
        elif self.partner_id:
            newest = self.partner_id._kash_stripe_payer_link(self.account_id)
        if newest == self or newest._is_dead() or not newest.sent_at:
            return False
        return bool(_addresses(self.sent_to) & _addresses(newest.sent_to))

    def _expired_day(self):
        """Return the last day on which the link worked, where the seller is."""
        self.ensure_one()
        return self.account_id._day_of(self.expires_at - timedelta(seconds=1))

    # === SENTENCES === #

    def _declined_text(self):
        """Return why the newest attempt was declined, in the payer's words."""
        self.ensure_one()
        code = self._newest_attempt().kash_stripe_unpaid_code
        return self._advice_texts()[declines.advice(code)]

    def _advice_texts(self):
        """Return {advice: what happened, and what the payer can do about it}."""
        return {
            "refused": self.env._(
                "Your bank did not let the payment through, and gave no reason. Please"
                " pay in another way, or ask your bank."
            ),
            "funds": self.env._(
                "There was not enough money for it, or a limit was reached. Please pay"
                " in another way, or ask your bank to raise the limit."
            ),
            "typed": self.env._(
                "The number, the date, the security code or the address did not match."
                " Please look at them once more, and try again."
            ),
            "expired": self.env._("The card has expired. Please pay in another way."),
            "unfit": self.env._(
                "The card cannot be used for a payment like this one. Please pay in"
                " another way."
            ),
            "again": self.env._(
                "Your bank could not be asked at that moment. Please try again in a few"
                " minutes."
            ),
            "confirm": self.env._(
                "Your bank wanted you to confirm the payment, and that did not work."
                " Please try again and confirm it, or pay in another way."
            ),
            "twice": self.env._(
                "A payment of the same amount was made with this card a moment ago."
                " Please look whether that one went through before you pay again."
            ),
            "account": self.env._(
                "The bank account could not be debited: it is closed, or its number is"
                " not right. Please pay from another one, or in another way."
            ),
            "forbidden": self.env._(
                "Your bank was not allowed to pay. Please pay in another way, or allow"
                " it at your bank first."
            ),
            "test": self.env._(
                "Payments are only being tried out here: no real card is taken. Please"
                " contact %(company)s.",
                company=self.company_id.name,
            ),
        }

    def _known_by(self):
        """Return the day by which what is on its way has come or failed, if known."""
        self.ensure_one()
        moves = self.move_id or self.transaction_ids.invoice_ids
        waiting = moves._kash_stripe_taking({"pending"})
        days = [tx.kash_stripe_known_by for tx in waiting if tx.kash_stripe_known_by]
        return max(days, default=False)

    def _step(self):
        """Return the newest attempt that waits for the customer, empty for none."""
        self.ensure_one()
        return self._left_to_payer().sorted("id")[-1:]

    def _step_address(self):
        """Return Stripe's page for what is left to do, False where it is not shown.

        An invoice's link may be in other hands than one over several invoices.
        """
        step = self._step()
        others = step.kash_stripe_allocation_ids.move_id - self.move_id
        shown = step in self.transaction_ids or not others
        return step.kash_stripe_step_url if shown else False

    def _elsewhere_names(self):
        """Return through whom else the invoice is being paid."""
        self.ensure_one()
        attempts = self.move_id.transaction_ids._kash_stripe_elsewhere()
        return ", ".join(attempts.provider_id.mapped("name"))

    def _page_title(self, code):
        """Return the title of the page: what it says, and of which invoice."""
        self.ensure_one()
        name = self.move_id.name
        return {
            "open": self.env._("Pay invoice %(name)s", name=name),
            "paying": self.env._("Payment begun: invoice %(name)s", name=name),
            "step": self.env._("Confirm your payment: invoice %(name)s", name=name),
            "voucher": self.env._("Voucher to pay: invoice %(name)s", name=name),
            "verify": self.env._("Account to verify: invoice %(name)s", name=name),
            "voucher_over": self.env._("Voucher expired: invoice %(name)s", name=name),
            "verify_over": self.env._("Not verified: invoice %(name)s", name=name),
            "declined": self.env._("Payment declined: invoice %(name)s", name=name),
            "not_paid": self.env._("Nothing was charged: invoice %(name)s", name=name),
            "other_tab": self.env._("Begun elsewhere: invoice %(name)s", name=name),
            "changed": self.env._("Amount changed: invoice %(name)s", name=name),
            "try_again": self.env._("Please try again: invoice %(name)s", name=name),
            "refused": self.env._("Not started: invoice %(name)s", name=name),
            "processing": self.env._("Payment processing: invoice %(name)s", name=name),
            "elsewhere": self.env._("Payment on its way: invoice %(name)s", name=name),
            "review": self.env._("Payment under review: invoice %(name)s", name=name),
            "paid": self.env._("Paid: invoice %(name)s", name=name),
            "nothing_due": self.env._("Nothing due: invoice %(name)s", name=name),
        }.get(code) or self.env._("Not payable online: invoice %(name)s", name=name)


def _addresses(sent_to):
    return {address.lower() for address in (sent_to or "").split(", ") if address}
